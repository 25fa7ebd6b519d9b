//! Spectra: against WeightWatcher, against original 002's own numbers, and against exact mathematics.

mod features;
mod parity;
mod reference;
