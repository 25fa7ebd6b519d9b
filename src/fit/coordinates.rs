//! The coordinates of a search, and the way back to a law's own.
//!
//! With the mean of ln x as centre an amplitude is the law's value in the middle of the points, nearly
//! independent of the exponent. In *plain* coordinates the centre is 0 and y has its own unit: an amplitude
//! is ln A itself, which is what a profile of A holds.
//!
//! ```text
//! ln A = a + α centre + ln unit      E = e unit      ln d = δ + centre
//! ```

use crate::fit::param::{Exponent, Param, Role};
use std::sync::Arc;

/// Where the coordinates of a search have their origin and unit.
#[derive(Debug, Clone)]
pub struct Coordinates {
    /// The law's parameters.
    pub params: Arc<[Param]>,
    /// Subtracted from ln x and from ln tokens.
    pub centre: [f64; 2],
    /// y was divided by this.
    pub unit: f64,
}

/// An amplitude: its position, exponent and variable, and the position of γ where its unit depends on that.
type Amplitude = (usize, Exponent, usize, Option<usize>);

impl Coordinates {
    /// The plain coordinates of the same law.
    pub fn to_plain(&self) -> Self {
        Self { params: self.params.clone(), centre: [0.0; 2], unit: 1.0 }
    }

    /// Plain parameters (E, ln A, α), from those of the search.
    pub fn plain(&self, theta: &[f64]) -> Vec<f64> {
        let mut plain = self.plain_linear(theta);
        let ln_unit = self.unit.ln();
        for (k, exponent, axis, gamma) in self.amplitudes() {
            plain[k] += gamma.map_or(ln_unit, |at| (1.0 - theta[at]) * ln_unit);
            if let Exponent::Given(alpha) = exponent {
                plain[k] += alpha * self.centre[axis];
            }
        }
        for k in self.places() {
            plain[k] += self.centre[0];
        }
        plain
    }

    /// The linear part of [`Coordinates::plain`], for parameters and, row by row, for a covariance.
    pub fn plain_linear(&self, theta: &[f64]) -> Vec<f64> {
        let mut plain = theta.to_vec();
        for (k, param) in self.params.iter().enumerate() {
            if param.is_level() {
                plain[k] *= self.unit;
            }
        }
        for (k, exponent, axis, _) in self.amplitudes() {
            if let Exponent::Fitted(at) = exponent {
                plain[k] += theta[at] * self.centre[axis];
            }
        }
        plain
    }

    /// The inverse of [`Coordinates::plain`].
    pub fn centred(&self, plain: &[f64]) -> Vec<f64> {
        let mut theta = plain.to_vec();
        let offset = self.plain(&vec![0.0; plain.len()]);
        for (k, param) in self.params.iter().enumerate() {
            if param.is_level() {
                theta[k] = plain[k] / self.unit;
            }
        }
        for k in self.places() {
            theta[k] = plain[k] - offset[k];
        }
        for (k, exponent, axis, gamma) in self.amplitudes() {
            theta[k] = plain[k] - offset[k];
            if let Exponent::Fitted(at) = exponent {
                theta[k] -= plain[at] * self.centre[axis];
            }
            if let Some(at) = gamma {
                theta[k] += plain[at] * self.unit.ln();
            }
        }
        theta
    }

    /// A covariance of plain parameters, from one of those of the search.
    pub fn plain_covariance(&self, covariance: &[f64]) -> Vec<f64> {
        let p = self.params.len();
        let transposed = |m: &[f64]| -> Vec<f64> { (0..p * p).map(|at| m[at % p * p + at / p]).collect() };
        let carried =
            |m: &[f64]| -> Vec<f64> { m.chunks_exact(p).flat_map(|row| self.plain_linear(row)).collect() };
        carried(&transposed(&carried(covariance)))
    }

    /// The law's own parameters (E, A, α), from plain ones.
    pub fn values(&self, plain: &[f64]) -> Vec<f64> {
        self.params.iter().zip(plain).map(|(param, &taken)| param.value(taken)).collect()
    }

    /// The value of parameter `k`, from the plain parameters with it.
    pub fn value(&self, plain: &[f64], k: usize) -> f64 {
        self.params[k].value(plain[k])
    }

    /// Plain parameter `k` over that of the search, for those that are not amplitudes.
    pub fn unit_of(&self, k: usize) -> f64 {
        if self.params[k].is_level() { self.unit } else { 1.0 }
    }

    fn amplitudes(&self) -> impl Iterator<Item = Amplitude> {
        self.params.iter().enumerate().filter_map(|(k, param)| match param.role {
            Role::Amplitude { axis, exponent, gamma } => Some((k, exponent, axis, gamma)),
            _ => None,
        })
    }

    fn places(&self) -> impl Iterator<Item = usize> {
        (0..self.params.len()).filter(|&k| self.params[k].role == Role::Place)
    }
}
