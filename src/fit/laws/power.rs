//! The power law: a straight line in logarithms.
//!
//! ```text
//! y = A x^-α          ln y = ln A - α ln x
//! ```
//!
//! Convention: `alpha` is the exponent of the decay, positive when y falls. There is no floor here; a curve
//! that flattens bends the line. In ln y least squares have a closed form, and intervals are Student's with n
//! - 2 degrees of freedom.

use crate::error::{Error, Result};
use crate::fit::fitted::{Fit, Interval};
use crate::fit::formula::{Course, Formula, Nesting, exp};
use crate::fit::law::Law;
use crate::fit::param::{Description, Exponent, Param, Role};
use crate::fit::points::Points;
use crate::fit::projection::Projection;
use crate::fit::space::Space;

/// Fits `y = A x^-α`: in closed form, with Student's intervals, where the space is ln y; by search elsewhere.
///
/// ```
/// use lawbook::fit::{power, space::Space};
/// let x = [1.0, 10.0, 100.0];
/// let law = power::fit(&x, &x.map(|x: f64| 5.0 * x.powf(-0.5)), Space::Log).unwrap();
/// assert!((law["A"].value - 5.0).abs() < 1e-9 && (law["alpha"].value - 0.5).abs() < 1e-12);
/// ```
///
/// # Errors
/// As [`Points::curve`] and [`Law::fit`].
pub fn fit(x: &[f64], y: &[f64], space: Space) -> Result<Fit> {
    let interval = if space == Space::Log { Interval::Student } else { Interval::Profile };
    Law::Power.fit_with(&Points::curve(x, y)?, space, interval)
}

/// Fits `y = A x^-α` with `alpha` given: 0.5 for 1/√n.
///
/// # Errors
/// As [`fit`].
pub fn fit_fixed(x: &[f64], y: &[f64], alpha: f64, space: Space) -> Result<Fit> {
    Law::PowerFixed { alpha }.fit(&Points::curve(x, y)?, space)
}

/// Parameters (ln A, α), or ln A with α given.
pub struct Power {
    /// The given exponent.
    pub given: Option<f64>,
}

impl Formula for Power {
    fn description(&self) -> Description {
        let words = |formula: String, name: String, short: String, numbers: String| Description {
            key: "power",
            formula,
            name,
            short,
            numbers,
        };
        match self.given {
            None => words(
                "y = A x^-α".to_owned(),
                "a power law".to_owned(),
                "power".to_owned(),
                "{A} x^{-alpha}".to_owned(),
            ),
            Some(alpha) => words(
                format!("y = A x^-{alpha}"),
                format!("a power law with α = {alpha} given"),
                format!("power, α = {alpha}"),
                format!("{{A}} x^{{-{alpha}}}"),
            ),
        }
    }

    fn params(&self) -> Vec<Param> {
        let amplitude = |exponent| Param::new("A", Role::Amplitude { axis: 0, exponent, gamma: None });
        match self.given {
            None => vec![
                amplitude(Exponent::Fitted(1)),
                Param::new("alpha", Role::Exponent { axis: 0, signed: true }),
            ],
            Some(alpha) => vec![amplitude(Exponent::Given(alpha))],
        }
    }

    fn course(&self) -> Course {
        Course::Monotone
    }

    fn at(&self, theta: &[f64], u: f64, _: f64, gradient: Option<&mut [f64]>) -> f64 {
        let term = exp(theta[0] - self.given.unwrap_or_else(|| theta[1]) * u);
        if let Some(gradient) = gradient {
            gradient[0] = term;
            if let Some(by_alpha) = gradient.get_mut(1) {
                *by_alpha = -term * u;
            }
        }
        term
    }

    fn starts(&self, from: &Projection) -> Vec<Vec<f64>> {
        let points = from.points;
        match self.given {
            None => {
                let (a, alpha) = from.line(&points.ln_y);
                vec![vec![a, alpha]]
            }
            Some(alpha) => {
                let levels = points.u.iter().zip(&points.ln_y).map(|(u, y)| y + alpha * u);
                vec![vec![levels.sum::<f64>() / points.n() as f64]]
            }
        }
    }

    fn contains(&self, small: Law) -> Option<Nesting> {
        (self.given.is_none() && matches!(small, Law::PowerFixed { .. })).then_some(Nesting::Inside)
    }

    fn check(&self) -> Result<()> {
        self.given.map_or(Ok(()), finite_exponent)
    }
}

/// Refuses a given exponent that is none.
///
/// # Errors
/// [`Error::Failed`] on 0 and on what is no finite number.
pub fn finite_exponent(alpha: f64) -> Result<()> {
    if alpha.is_finite() && alpha != 0.0 {
        return Ok(());
    }
    Err(Error::Failed(format!("the given exponent is {alpha}: it must be a finite number other than 0")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Original 003's own results, `Data_Size` against 100 - `Test_Accuracy`.
    const ORIGINAL_003: [(f64, f64); 5] = [(1e3, 9.7), (5e3, 5.26), (1e4, 3.74), (3e4, 2.81), (6e4, 2.07)];

    #[test]
    fn original_003s_experiment_a_gives_the_published_law() {
        let (x, y): (Vec<f64>, Vec<f64>) = ORIGINAL_003.into_iter().unzip();
        let law = fit(&x, &y, Space::Log).unwrap();
        // SPEC "Laws to fit": 124.36 n^-0.3723.
        assert!((law["A"].value - 124.36).abs() < 0.01, "{law}");
        assert!((law["alpha"].value - 0.3723).abs() < 5e-5, "{law}");
    }

    #[test]
    fn the_closed_form_is_what_a_search_finds() {
        let (x, y): (Vec<f64>, Vec<f64>) = ORIGINAL_003.into_iter().unzip();
        let (line, search) =
            (fit(&x, &y, Space::Log).unwrap(), Law::Power.fit(&Points::curve(&x, &y).unwrap(), Space::Log));
        let search = search.unwrap();
        for (a, b) in line.params.iter().zip(&search.params) {
            assert!((a.value / b.value - 1.0).abs() < 1e-9, "{line}\n{search}");
            // In logarithms the law is linear, so the profile is Student's interval.
            assert!(
                (a.low / b.low - 1.0).abs() < 1e-3 && (a.high / b.high - 1.0).abs() < 1e-3,
                "{line}\n{search}"
            );
        }
        assert!((line.objective / search.objective - 1.0).abs() < 1e-9);
        assert!((line.band_at(2e4)[1] / search.band_at(2e4)[1] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn changing_the_units_of_x_and_y_moves_only_the_amplitude() {
        let times = |values: &[f64], factor: f64| values.iter().map(|v| v * factor).collect::<Vec<_>>();
        let (x, y): (Vec<f64>, Vec<f64>) = ORIGINAL_003.into_iter().unzip();
        let law = fit(&x, &y, Space::Log).unwrap();
        let scaled = fit(&times(&x, 7.0), &times(&y, 0.01), Space::Log).unwrap();
        assert!((law["alpha"].value - scaled["alpha"].value).abs() < 1e-12);
        assert!((law["alpha"].low - scaled["alpha"].low).abs() < 1e-10);
        assert!((law.at(2e4) * 0.01 / scaled.at(14e4) - 1.0).abs() < 1e-10);
    }

    #[test]
    fn a_point_that_no_power_law_can_have_is_named() {
        let message = fit(&[1.0, 2.0, 3.0], &[3.0, 0.0, 1.0], Space::Log).unwrap_err().to_string();
        assert!(message.contains("point 2"), "{message}");
        assert!(fit(&[1.0, f64::NAN], &[1.0, 1.0], Space::Log).is_err());
        let message = fit(&[2.0, 2.0], &[1.0, 1.0], Space::Log).unwrap_err().to_string();
        assert!(message.contains("the same x"), "{message}");
        assert!(fit(&[2.0], &[1.0], Space::Log).is_err());
    }
}
