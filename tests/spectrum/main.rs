//! Spectra: against WeightWatcher, against seed 002's own numbers, and against exact mathematics.

mod features;
mod parity;
mod seed;
