//! The heavy tail of some numbers: where it starts, how fast it falls, and whether it is a power law at all.
//!
//! Above an edge `x_min` the numbers are modelled by a power law,
//!
//! ```text
//! continuous   p(x) = (α - 1) / x_min · (x / x_min)^-α        x ≥ x_min, α > 1
//! discrete     p(x) = x^-α / ζ(α, x_min)                      x = x_min, x_min + 1, …
//! ```
//!
//! For a fixed edge α is the maximum of the likelihood. The edge itself is the distinct value whose law
//! lies closest to the data above it in Kolmogorov–Smirnov distance:
//!
//! ```text
//! ks = max over distinct x of | share of the tail strictly below x - share of the law below x |
//! ```
//!
//! Convention: `alpha` is the exponent of the *density*. Repeated values count as often as they stand
//! there, and are looked at once, as the Python package `powerlaw` does.
//! Source: Clauset, Shalizi & Newman, "Power-law distributions in empirical data", SIAM Review 51 (2009).

// The data, sorted once, and the search over edges.
pub mod points;
// The two kinds of power law.
pub mod continuous;

use serde::{Deserialize, Serialize};

/// A fitted power-law tail.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tail {
    /// Exponent α of the density.
    pub alpha: f64,
    /// Standard error of `alpha` for this edge: (α - 1) / √`n_tail`.
    pub sigma: f64,
    /// Left edge of the tail, in the units of the data.
    pub x_min: f64,
    /// Kolmogorov–Smirnov distance between the tail and its law.
    pub ks: f64,
    /// Values in the tail.
    pub n_tail: usize,
    /// Values in all.
    pub n: usize,
}
