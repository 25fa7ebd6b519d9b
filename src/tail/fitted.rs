//! A fitted power-law tail: its kind, its edge, its exponent.

use crate::numerals::four_digits;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The kind of the values: continuous or discrete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Any numbers above 0.
    Continuous,
    /// Whole numbers from 1 on: counts.
    Discrete,
}

/// The lower edge of the tail: searched for, or given.
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
