//! The broken power law of Caballero et al. 2022 (arXiv 2210.14891), with any number of breaks.
//!
//! ```text
//! y = a + b x^-c0 Π (1 + (x/d_i)^(1/f_i))^(-c_i f_i)
//! ```
//!
//! The slope in logarithms is -c0 far left and falls by c_i around x = d_i; f_i is the width of the turn in ln x.

use crate::error::Result;
use crate::fit::fitted::Fit;
use crate::fit::law::Law;
use crate::fit::points::Points;
use crate::fit::space::Space;

/// Fits a power law with `breaks` breaks.
///
/// # Errors
/// As [`Points::curve`] and [`Law::fit`].
pub fn fit(x: &[f64], y: &[f64], breaks: usize, space: Space) -> Result<Fit> {
    Law::Broken { breaks }.fit(&Points::curve(x, y)?, space)
}
