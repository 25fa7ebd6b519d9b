//! The power law with a floor: M2 of Alabdulmohsin et al. 2022.
//!
//! ```text
//! y = E + A x^-α      E ≥ 0
//! ```

use crate::error::{Error, Result};
use crate::fit::fitted::Fit;
use crate::fit::formula::{Course, Formula, Nesting, exp};
use crate::fit::law::Law;
use crate::fit::laws::power::finite_exponent;
use crate::fit::param::{Description, Exponent, Param, Role};
use crate::fit::points::Points;
use crate::fit::projection::{Column, Projection};
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

/// Parameters (E, ln A, α), or (E, ln A) with α given.
pub struct Floor {
    /// The given exponent.
    pub given: Option<f64>,
}

impl Formula for Floor {
    fn description(&self) -> Description {
        let words = |formula: String, name: String, short: String, numbers: String| Description {
            key: "floor",
            formula,
            name,
            short,
            numbers,
        };
        match self.given {
            None => words(
                "y = E + A x^-α".to_owned(),
                "a power law with a floor".to_owned(),
                "floor".to_owned(),
                "{E} + {A} x^{-alpha}".to_owned(),
            ),
            Some(alpha) => words(
                format!("y = E + A x^-{alpha}"),
                format!("a power law with a floor, α = {alpha} given"),
                format!("floor, α = {alpha}"),
                format!("{{E}} + {{A}} x^{{-{alpha}}}"),
            ),
        }
    }

    fn params(&self) -> Vec<Param> {
        let exponent = self.given.map_or(Exponent::Fitted(2), Exponent::Given);
        let mut params = vec![
            Param::new("E", Role::Floor),
            Param::new("A", Role::Amplitude { axis: 0, exponent, gamma: None }),
        ];
        if self.given.is_none() {
            params.push(Param::new("alpha", Role::Exponent { axis: 0, signed: false }));
        }
        params
    }

    fn course(&self) -> Course {
        Course::Falls
    }

    fn at(&self, theta: &[f64], u: f64, _: f64, gradient: Option<&mut [f64]>) -> f64 {
        let term = exp(theta[1] - self.given.unwrap_or_else(|| theta[2]) * u);
        if let Some(gradient) = gradient {
            (gradient[0], gradient[1]) = (1.0, term);
            if let Some(by_alpha) = gradient.get_mut(2) {
                *by_alpha = -term * u;
            }
        }
        theta[0] + term
    }

    fn starts(&self, from: &Projection) -> Vec<Vec<f64>> {
        match self.given {
            Some(alpha) => vec![with_exponent(from, alpha)[..2].to_vec()],
            None => grid(from),
        }
    }

    fn contains(&self, small: Law) -> Option<Nesting> {
        match (small, self.given) {
            (Law::FloorFixed { .. }, None) => Some(Nesting::Inside),
            (Law::Power | Law::PowerFixed { .. }, None) => Some(Nesting::Edge),
            (Law::PowerFixed { alpha }, Some(own)) if alpha == own => Some(Nesting::Edge),
            _ => None,
        }
    }

    fn check(&self) -> Result<()> {
        let Some(alpha) = self.given else { return Ok(()) };
        finite_exponent(alpha)?;
        if alpha < 0.0 {
            return Err(Error::Failed(format!(
                "the given exponent is {alpha}: above a floor a law falls, with an exponent above 0"
            )));
        }
        Ok(())
    }
}

/// The best floor and amplitude for each exponent of the grid, and the line in logarithms.
pub fn grid(from: &Projection) -> Vec<Vec<f64>> {
    let (a, alpha) = from.line(&from.points.ln_y);
    let mut starts: Vec<Vec<f64>> = from.exponents(0).map(|alpha| with_exponent(from, alpha)).collect();
    starts.push(vec![0.0, a, alpha.max(0.0)]);
    starts
}

/// The best floor and amplitude for an exponent.
fn with_exponent(from: &Projection, alpha: f64) -> Vec<f64> {
    let power = Column::power(&from.points.u, alpha);
    let best = from.floor_and_amplitudes(&[&power]);
    vec![best[0], power.ln_amplitude(best[1]), alpha]
}
