//! The studies: what is run, what it shows, and what may be claimed.

pub mod s02_size;
