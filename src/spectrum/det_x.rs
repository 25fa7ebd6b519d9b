//! The trace-log (det X) condition: the tail of a spectrum whose rescaled eigenvalues multiply to one.
//!
//! Eigenvalues are scaled to mean 1. From the largest downwards, the first tail whose product falls
//! below 1 is `det X = 1`; theory (SETOL) expects it to begin where the power law begins.
//! Source: Martin & Hinrichs, "SETOL", 2025; column names from WeightWatcher.

use serde::{Deserialize, Serialize};

/// The tail that meets the trace-log condition.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DetX {
    /// Eigenvalues in that tail.
    #[serde(rename = "detX_num")]
    pub num: usize,
    /// The smallest of them.
    #[serde(rename = "detX_val")]
    pub value: f64,
    /// The same after scaling all eigenvalues to mean 1. (WeightWatcher's name means the opposite.)
    #[serde(rename = "detX_val_unrescaled")]
    pub scaled: f64,
}

/// The trace-log condition on these eigenvalues, ascending; `None` for fewer than two different ones.
///
/// ```
/// // Scaled to mean 1: four times 0.625, then 2.5; products from above: 2.5, 1.5625, 0.977.
/// let found = lawbook::spectrum::det_x::det_x(&[1.0, 1.0, 1.0, 1.0, 4.0]).unwrap();
/// assert_eq!((found.num, found.value, found.scaled), (3, 1.0, 0.625));
/// ```
pub fn det_x(eigenvalues: &[f64]) -> Option<DetX> {
    let (first, last) = (eigenvalues.first()?, eigenvalues.last()?);
    if first >= last {
        return None;
    }
    let mean = eigenvalues.iter().sum::<f64>() / eigenvalues.len() as f64;
    let mut log_product = 0.0;
    // As WeightWatcher, the smallest eigenvalue is never looked at.
    let below_one = (1..eigenvalues.len()).rev().find(|&i| {
        log_product += (eigenvalues[i] / mean).ln();
        log_product < 0.0
    });
    let edge = below_one.unwrap_or(1);
    let num = below_one.map_or(eigenvalues.len(), |i| eigenvalues.len() - i);
    Some(DetX { num, value: eigenvalues[edge], scaled: eigenvalues[edge] / mean })
}
