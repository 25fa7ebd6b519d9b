//! Empirical spectral densities of a checkpoint: file in, a row and a figure per layer out.
//!
//! Layers are read and analysed a few at a time, so that memory holds no more than
//! [`layers::AT_ONCE`] weights (or one layer, if that is larger) and the eigenvalues of all.

pub mod layers;
mod analysis;
pub mod columns;
pub mod page;

pub use analysis::{Analysis, analyse};
