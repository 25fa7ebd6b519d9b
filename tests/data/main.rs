//! Fetching, checking and loading image datasets, without the network: a dataset of three training
//! and two test images, fake package clients in a folder of their own, and mirrors on this machine.

mod place;
mod cache;
mod fetch;
mod text;
