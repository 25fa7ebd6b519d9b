//! The power law with a floor, y = E + A x^-α with E ≥ 0 (M2 of Alabdulmohsin et al. 2022): one call each.

use crate::error::Result;
use crate::fit::fitted::Fit;
use crate::fit::law::Law;
use crate::fit::points::Points;
use crate::fit::space::Space;

/// Fits `y = E + A x^-α`.
///
/// # Errors
/// As [`Points::curve`] and [`Law::fit`].
pub fn fit(x: &[f64], y: &[f64], space: Space) -> Result<Fit> {
    Law::Floor.fit(&Points::curve(x, y)?, space)
}

/// Fits `y = E + A x^-α` with `alpha` given: 0.5 for 1/√n.
///
/// # Errors
/// As [`fit`].
pub fn fit_fixed(x: &[f64], y: &[f64], alpha: f64, space: Space) -> Result<Fit> {
    Law::FloorFixed { alpha }.fit(&Points::curve(x, y)?, space)
}
