//! Starting points by variable projection: for given exponents a sum of powers is linear in its amplitudes,
//! so the best non-negative ones are known, and only the exponents need a grid (Golub & Pereyra 1973).
//!
//! Errors are taken relative to y in the logarithmic spaces, which turns ln y - ln f into (y - f)/y: near
//! enough for a start.

use crate::fit::matrix;
use crate::fit::observations::{Observations, span};
use crate::fit::space::Space;

/// An amplitude of 0 has no logarithm: this one stands for it.
const LEAST_AMPLITUDE: f64 = 1e-12;

/// What a law needs to propose starting points.
pub struct Projection<'a> {
    /// The points.
    pub points: &'a Observations,
    /// Number of exponents on a grid.
    pub fine: usize,
    /// Weights of squared absolute errors that stand for the fit space.
    weights: Vec<f64>,
}

/// A power of x about its first point, e^(-α (u - first)).
pub struct Column {
    alpha: f64,
    first: f64,
    values: Vec<f64>,
}

impl Column {
    /// The power with exponent `alpha`.
    pub fn power(u: &[f64], alpha: f64) -> Self {
        let (first, _) = span(u);
        Self { alpha, first, values: u.iter().map(|u| (-alpha * (u - first)).exp()).collect() }
    }

    /// The exponent.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The logarithm of an amplitude at u = 0, from one at the first point.
    pub fn ln_amplitude(&self, at_first: f64) -> f64 {
        at_first.max(LEAST_AMPLITUDE).ln() + self.alpha * self.first
    }
}

impl<'a> Projection<'a> {
    /// A grid of `fine` exponents over the points.
    pub fn new(points: &'a Observations, space: Space, fine: usize) -> Self {
        let weights = match space {
            Space::Y => points.weights.clone(),
            _ => points.weights.iter().zip(&points.y).map(|(w, y)| w / (y * y)).collect(),
        };
        Self { points, fine, weights }
    }

    /// Exponents from a nearly flat law (0.1 over the range of u) to one that only the first points feel (100
    /// over it), in equal ratios.
    pub fn exponents(&self, axis: usize) -> impl Iterator<Item = f64> {
        let (range, fine) = (span(self.points.axis(axis)).1, self.fine);
        (0..fine).map(move |i| 0.1 / range * 1e3f64.powf(i as f64 / (fine - 1) as f64))
    }

    /// The best floor and amplitudes of the given powers, all non-negative: at most two powers.
    pub fn floor_and_amplitudes(&self, powers: &[&Column]) -> Vec<f64> {
        let ones = vec![1.0; self.points.n()];
        let columns: Vec<&[f64]> = std::iter::once(ones.as_slice())
            .chain(powers.iter().map(|power| power.values.as_slice()))
            .collect();
        let p = columns.len();
        let (mut gram, mut target) = (vec![0.0; p * p], vec![0.0; p]);
        for i in 0..p {
            for j in 0..=i {
                let pairs = columns[i].iter().zip(columns[j]).zip(&self.weights);
                let sum: f64 = pairs.map(|((a, b), w)| w * a * b).sum();
                (gram[i * p + j], gram[j * p + i]) = (sum, sum);
            }
            let pairs = columns[i].iter().zip(&self.points.y).zip(&self.weights);
            target[i] = pairs.map(|((a, y), w)| w * a * y).sum();
        }
        matrix::non_negative(&gram, &target)
    }

    /// The line of weighted least squares of some logarithms by u: (ln amplitude, exponent of the decay).
    pub fn line(&self, ln_y: &[f64]) -> (f64, f64) {
        let (u, weights) = (&self.points.u, &self.points.weights);
        let total: f64 = weights.iter().sum();
        let mean = |values: &[f64]| values.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / total;
        let (u_mean, y_mean) = (mean(u), mean(ln_y));
        let (mut across, mut along) = (0.0, 0.0);
        for ((u, y), w) in u.iter().zip(ln_y).zip(weights) {
            across += w * (u - u_mean) * (y - y_mean);
            along += w * (u - u_mean).powi(2);
        }
        let slope = if along > 0.0 { across / along } else { 0.0 };
        (y_mean - slope * u_mean, -slope)
    }
}
