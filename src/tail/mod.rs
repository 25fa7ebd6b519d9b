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
// Special functions and a climb, where no crate has them.
pub mod zeta;
pub mod gamma;
pub mod lerch;
mod maximum;
// The two kinds of power law.
pub mod continuous;
pub mod discrete;
// Is it one? Rivals, ratios, replicas.
pub mod law;
pub mod rival;
pub mod compare;
pub mod bootstrap;
pub mod verdict;

use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Any numbers above 0.
    Continuous,
    /// Whole numbers from 1 on: counts.
    Discrete,
}

/// Where the tail begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Edge {
    /// At the distinct value whose law lies closest to the data above it.
    Closest,
    /// Here, in the units of the data.
    At(f64),
}

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

/// The power-law tail of `values`.
///
/// ```
/// use lawbook::tail::{self, Edge, Kind};
/// let values: Vec<f64> = (1..=100).map(|k| (1.0 - (k as f64 - 0.5) / 100.0).powi(-1)).collect();
/// let tail = tail::fit(&values, Kind::Continuous, Edge::Closest).unwrap();
/// assert!((tail.alpha - 2.008547).abs() < 1e-6);
/// ```
///
/// # Errors
/// Those of [`continuous::fit`] and [`discrete::fit`], or of their `fit_above`.
pub fn fit(values: &[f64], kind: Kind, edge: Edge) -> Result<Tail> {
    match (kind, edge) {
        (Kind::Continuous, Edge::Closest) => continuous::fit(values),
        (Kind::Continuous, Edge::At(x_min)) => continuous::fit_above(values, x_min),
        (Kind::Discrete, Edge::Closest) => discrete::fit(values),
        (Kind::Discrete, Edge::At(x_min)) => discrete::fit_above(values, x_min),
    }
}

/// How `alpha` and `ks` depend on the edge: the tail from each of at most `most` distinct values on,
/// evenly spread in the logarithm. Where `alpha` settles, the tail begins.
///
/// # Errors
/// Those of [`fit`].
pub fn curve(values: &[f64], kind: Kind, most: usize) -> Result<Vec<Tail>> {
    match kind {
        Kind::Continuous => continuous::curve(values, most),
        Kind::Discrete => discrete::curve(values, most),
    }
}

/// "α = 2.273 ± 0.166 above x_min = 230, 59 of 211 values, ks = 0.0607".
impl fmt::Display for Tail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "α = {:.3} ± {:.3} above x_min = {}, {} of {} values, ks = {:.4}",
            self.alpha,
            self.sigma,
            four_digits(self.x_min),
            self.n_tail,
            self.n,
            self.ks
        )
    }
}

/// A number with the digits that matter: "230", "52.46", "3.142e-7".
pub fn four_digits(x: f64) -> String {
    let size = x.abs();
    if size >= 1e7 || (size < 1e-3 && size > 0.0) {
        return format!("{x:.3e}");
    }
    let decimals = if size >= 1000.0 { 0 } else { (3 - size.max(1e-3).log10().floor() as i32) as usize };
    let text = format!("{x:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
