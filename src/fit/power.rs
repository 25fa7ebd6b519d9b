//! The pure power law, as a straight line in logarithms.
//!
//! ```text
//! y = A x^-α          ln y = ln A - α ln x
//! ```
//!
//! The fit space is ln y: least squares of *relative* errors. Convention: `alpha` is the exponent of
//! the decay, positive when y falls. There is no floor here; a curve that flattens bends the line.

use crate::error::{Error, Result};
use crate::fit::fitted::Fit;
use crate::fit::law::Law;
use crate::fit::line::{self, Line};
use crate::fit::points::Points;
use crate::fit::space::Space;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A fitted power law.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PowerLaw {
    /// A: the value at x = 1, in the units of y.
    pub amplitude: f64,
    /// Decay exponent α.
    pub alpha: f64,
    /// 95 % interval of `alpha` from the scatter about the line (n - 2 degrees of freedom).
    pub alpha_interval: [f64; 2],
    /// Share of the variance of ln y that the law explains.
    pub r2: f64,
    /// The line in logarithms.
    pub line: Line,
}

/// Fits `y = A x^-α` by least squares in ln y.
///
/// ```
/// let x = [1.0, 10.0, 100.0];
/// let law = lawbook::fit::power::fit(&x, &x.map(|x: f64| 5.0 * x.powf(-0.5))).unwrap();
/// assert!((law.amplitude - 5.0).abs() < 1e-9 && (law.alpha - 0.5).abs() < 1e-12);
/// ```
///
/// # Errors
/// [`Error::Failed`] on a value that is not above 0 (a logarithm needs that), and as [`line::fit`].
pub fn fit(x: &[f64], y: &[f64]) -> Result<PowerLaw> {
    // Written so that NaN is refused too.
    if let Some(i) = x.iter().zip(y).position(|(&x, &y)| !(x > 0.0 && y > 0.0)) {
        return Err(Error::Failed(format!(
            "point {} of the power law is ({}, {}): both must be above 0, a power law has no other values",
            i + 1,
            x[i],
            y[i]
        )));
    }
    let line = line::fit(&logs(x), &logs(y))?;
    let [low, high] = line.slope_interval();
    Ok(PowerLaw {
        amplitude: line.intercept.exp(),
        alpha: -line.slope,
        alpha_interval: [-high, -low],
        r2: line.r2,
        line,
    })
}

/// Fits `y = A x^-α` in any space, with profile intervals.
///
/// # Errors
/// As [`Points::curve`] and [`Law::fit`].
pub fn fit_in(x: &[f64], y: &[f64], space: Space) -> Result<Fit> {
    Law::Power.fit(&Points::curve(x, y)?, space)
}

/// Fits `y = A x^-α` with `alpha` given: 0.5 for 1/√n.
///
/// # Errors
/// As [`fit_in`].
pub fn fit_fixed(x: &[f64], y: &[f64], alpha: f64, space: Space) -> Result<Fit> {
    Law::PowerFixed { alpha }.fit(&Points::curve(x, y)?, space)
}

impl PowerLaw {
    /// The law at `x`.
    pub fn at(&self, x: f64) -> f64 {
        self.line.at(x.ln()).exp()
    }

    /// 95 % interval of the law's value at `x`.
    pub fn band_at(&self, x: f64) -> [f64; 2] {
        self.line.band_at(x.ln()).map(f64::exp)
    }
}

/// The law, the interval of its exponent, and how it was fitted.
impl fmt::Display for PowerLaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [low, high] = self.alpha_interval;
        write!(
            f,
            "y = {:.4} x^-{:.4}   α in [{low:.3}, {high:.3}] (95 %, scatter of {} points)   R² = {:.4}   least squares in ln y, closed form",
            self.amplitude, self.alpha, self.line.n, self.r2
        )
    }
}

fn logs(values: &[f64]) -> Vec<f64> {
    values.iter().map(|v| v.ln()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Original 003's own results, `Data_Size` against 100 - `Test_Accuracy`.
    const ORIGINAL_003: [(f64, f64); 5] = [(1e3, 9.7), (5e3, 5.26), (1e4, 3.74), (3e4, 2.81), (6e4, 2.07)];

    #[test]
    fn seed_003s_experiment_a_gives_the_published_law() {
        let (x, y): (Vec<f64>, Vec<f64>) = ORIGINAL_003.into_iter().unzip();
        let law = fit(&x, &y).unwrap();
        // SPEC "Laws to fit": 124.36 n^-0.3723, R² 0.9941.
        assert!((law.amplitude - 124.36).abs() < 0.01, "{}", law.amplitude);
        assert!((law.alpha - 0.3723).abs() < 5e-5, "{}", law.alpha);
        assert!((law.r2 - 0.9941).abs() < 5e-5, "{}", law.r2);
    }

    fn times(values: &[f64], factor: f64) -> Vec<f64> {
        values.iter().map(|v| v * factor).collect()
    }

    #[test]
    fn changing_the_units_of_x_and_y_moves_only_the_amplitude() {
        let (x, y): (Vec<f64>, Vec<f64>) = ORIGINAL_003.into_iter().unzip();
        let (law, scaled) = (fit(&x, &y).unwrap(), fit(&times(&x, 7.0), &times(&y, 0.01)).unwrap());
        assert!((law.alpha - scaled.alpha).abs() < 1e-12);
        assert!((law.alpha_interval[0] - scaled.alpha_interval[0]).abs() < 1e-10);
        assert!((law.at(2e4) * 0.01 / scaled.at(14e4) - 1.0).abs() < 1e-10);
    }

    #[test]
    fn a_point_that_no_power_law_can_have_is_named() {
        let message = fit(&[1.0, 2.0, 3.0], &[3.0, 0.0, 1.0]).unwrap_err().to_string();
        assert!(message.contains("point 2"), "{message}");
        assert!(fit(&[1.0, f64::NAN], &[1.0, 1.0]).is_err());
        assert!(fit(&[2.0, 2.0], &[1.0, 1.0]).unwrap_err().to_string().contains("different x"));
        assert!(fit(&[2.0], &[1.0]).is_err());
    }
}
