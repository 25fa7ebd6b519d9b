//! Spectral analysis of weight matrices: heavy tails, norms, Marchenko–Pastur bulk, shuffled baseline.
//!
//! For a weight matrix `W` with smaller side M and larger side N, the M eigenvalues of `W Wᵀ` are its
//! empirical spectral density (ESD). Heavy-tailed self-regularization (HTSR) fits a power law to its
//! tail and compares its bulk with what random weights would give.
//!
//! Columns carry the names of WeightWatcher, and agree with it (version 0.7.7): alpha, D and xmin to
//! 1e-6, all others to 1e-4 (`tests/spectrum/parity.rs`). Where WeightWatcher is odd, it is followed
//! and the oddity said.
//!
//! ```
//! use lawbook::spectrum::matrix::WeightMatrix;
//! use lawbook::spectrum::row::{LayerSpectrum, SpectrumOptions};
//! let weights: Vec<f64> = (0..60 * 40).map(|i| ((i * i) as f64).sin()).collect();
//! let matrix = WeightMatrix::new(60, 40, weights.clone());
//! let layer = LayerSpectrum::of("fc", &[matrix], &SpectrumOptions::default()).unwrap();
//! let frobenius: f64 = weights.iter().map(|w| w * w).sum();
//! assert_eq!((layer.row.num_evals, layer.eigenvalues.len()), (40, 40));
//! assert!((layer.row.norms.norm / frobenius - 1.0).abs() < 1e-12);
//! ```
//!
//! Source: Martin & Mahoney, "Implicit self-regularization in deep neural networks", JMLR 22 (2021);
//! Martin, Peng & Mahoney, Nature Communications 12 (2021), 4122.

// A layer as matrices, and their eigenvalues.
pub mod matrix;
pub mod tridiagonal;
pub mod esd;
// What is read off the eigenvalues.
pub mod norms;
pub mod alpha;
pub mod fingers;
pub mod det_x;
// Against randomness.
pub mod bulk;
pub mod shuffled;
// For comparison only: how original 002 fitted.
pub mod original_modes;
// All of it in one row, and in words.
pub mod verdict;
pub mod row;
