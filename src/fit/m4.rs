//! The law M4 of Alabdulmohsin et al. 2022, (y - E) / (E0 - y)^γ = A x^-α: from E0 at small x to the floor E.

use crate::error::Result;
use crate::fit::fitted::Fit;
use crate::fit::law::Law;
use crate::fit::points::Points;
use crate::fit::space::Space;

/// Fits M4.
///
/// # Errors
/// As [`Points::curve`] and [`Law::fit`].
pub fn fit(x: &[f64], y: &[f64], space: Space) -> Result<Fit> {
    Law::M4.fit(&Points::curve(x, y)?, space)
}
