//! The power law through the means of a curve, with what says how straight the line is.

use crate::error::Result;
use crate::fit::line::{self, Line};
use crate::fit::power;
use crate::fit::space::Space;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The power law `A x^-α` through means over seeds, by least squares in the logarithm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PowerOfMeans {
    /// A.
    pub amplitude: f64,
    /// α.
    pub alpha: f64,
    /// 95 % interval of α from the scatter about the line (n - 2 degrees of freedom).
    pub alpha_interval: [f64; 2],
    /// Share of the variance of ln y that the law explains.
    pub r2: f64,
    /// The line in logarithms.
    pub line: Line,
}

impl PowerOfMeans {
    /// The law through means at some x.
    ///
    /// # Errors
    /// As [`power::fit`].
    pub fn through(x: &[f64], y: &[f64]) -> Result<Self> {
        let law = power::fit(x, y, Space::Log)?;
        let logs = |values: &[f64]| values.iter().map(|v| v.ln()).collect::<Vec<_>>();
        let line = line::fit(&logs(x), &logs(y))?;
        let (amplitude, alpha) = (law["A"].value, &law["alpha"]);
        let alpha_interval = [alpha.low, alpha.high];
        Ok(Self { amplitude, alpha: alpha.value, alpha_interval, r2: line.r2, line })
    }

    /// The law at `x`.
    pub fn at(&self, x: f64) -> f64 {
        self.line.at(x.ln()).exp()
    }
}

/// The law, the interval of its exponent, and how it was fitted.
impl fmt::Display for PowerOfMeans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [low, high] = self.alpha_interval;
        write!(
            f,
            "y = {:.4} x^-{:.4}   α in [{low:.3}, {high:.3}] (95 %, scatter of {} points)   R² = {:.4}   least squares in ln y, closed form",
            self.amplitude, self.alpha, self.line.n, self.r2
        )
    }
}
