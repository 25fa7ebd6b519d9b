//! The power-law tail of continuous or of whole numbers, by one call.

use crate::error::Result;
use crate::tail::fitted::{Edge, Kind, Tail};
use crate::tail::{continuous, discrete};

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
