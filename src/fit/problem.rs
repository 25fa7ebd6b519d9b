//! A law, points and a space, in coordinates in which a search is well conditioned.
//!
//! ```text
//! u = ln x - centre      v = ln D - centre      y in units of its geometric mean
//! ```
//!
//! With the mean of ln x as centre an amplitude is the law's value in the middle of the points, nearly independent of
//! the exponent. With centre 0 it is A itself, which is what a profile of A holds.

use crate::fit::form;
use crate::fit::law::Law;
use crate::fit::points::Points;
use crate::fit::space::Space;

/// Everything that an objective needs.
#[derive(Debug, Clone)]
pub struct Problem {
    pub law: Law,
    pub space: Space,
    pub u: Vec<f64>,
    pub v: Vec<f64>,
    pub y: Vec<f64>,
    pub ln_y: Vec<f64>,
    pub weights: Vec<f64>,
    /// Subtracted from ln x and from ln tokens.
    pub centre: [f64; 2],
    /// y was divided by this.
    pub unit: f64,
    pub low: Vec<f64>,
    pub high: Vec<f64>,
}

impl Problem {
    /// The problem centred on its points.
    pub fn new(law: Law, points: &Points, space: Space) -> Self {
        let ln_mean = |values: &[f64]| values.iter().map(|v| v.ln()).sum::<f64>() / values.len() as f64;
        let centre = [ln_mean(&points.x), if points.is_surface() { ln_mean(&points.tokens) } else { 0.0 }];
        let mut problem = Self {
            law,
            space,
            u: points.x.iter().map(|x| x.ln() - centre[0]).collect(),
            v: points.tokens.iter().map(|d| d.ln() - centre[1]).collect(),
            y: Vec::new(),
            ln_y: Vec::new(),
            weights: points.weights.clone(),
            centre,
            unit: ln_mean(&points.y).exp(),
            low: Vec::new(),
            high: Vec::new(),
        };
        problem.set_y(&points.y.iter().map(|y| y / problem.unit).collect::<Vec<_>>());
        problem.set_bounds();
        problem
    }

    /// Number of parameters.
    pub fn p(&self) -> usize {
        self.low.len()
    }

    /// Replaces the values, which are already in units of `unit`.
    pub fn set_y(&mut self, y: &[f64]) {
        self.y = y.to_vec();
        // A residual bootstrap in y may draw a value below 0, of which starts need some logarithm.
        self.ln_y = y.iter().map(|y| if *y > 0.0 { y.ln() } else { -20.0 }).collect();
    }

    /// The chosen points of the problem; the coordinates stay.
    pub fn select(&self, indices: &[usize]) -> Self {
        let take = |values: &[f64]| -> Vec<f64> { indices.iter().map(|&i| values[i]).collect() };
        Self {
            u: take(&self.u),
            v: if self.v.is_empty() { Vec::new() } else { take(&self.v) },
            y: take(&self.y),
            ln_y: take(&self.ln_y),
            weights: take(&self.weights),
            low: self.low.clone(),
            high: self.high.clone(),
            ..*self
        }
    }

    /// The law's values at the points.
    pub fn values(&self, theta: &[f64]) -> Vec<f64> {
        let mut values = vec![0.0; self.u.len()];
        let mut jacobian = vec![0.0; self.u.len() * self.p()];
        form::evaluate(self.law, theta, &self.u, &self.v, &mut values, &mut jacobian);
        values
    }

    /// Residuals, law minus point, in the fit space.
    pub fn residuals(&self, theta: &[f64]) -> Vec<f64> {
        let values = self.values(theta);
        match self.space {
            Space::Y => values.iter().zip(&self.y).map(|(f, y)| f - y).collect(),
            _ => values.iter().zip(&self.ln_y).map(|(f, y)| f.ln() - y).collect(),
        }
    }

    /// Derivatives of the residuals, one row a point.
    pub fn slopes(&self, theta: &[f64]) -> Vec<f64> {
        let (mut values, mut slopes) = (vec![0.0; self.u.len()], vec![0.0; self.u.len() * self.p()]);
        form::evaluate(self.law, theta, &self.u, &self.v, &mut values, &mut slopes);
        if self.space != Space::Y {
            for (row, f) in slopes.chunks_exact_mut(self.p()).zip(values) {
                row.iter_mut().for_each(|d| *d /= f);
            }
        }
        slopes
    }

    /// Are there points enough apart for the law to be told?
    pub fn is_identified(&self) -> bool {
        let needed = match self.law {
            Law::Surface => return distinct(&self.u) >= 3 && distinct(&self.v) >= 3 && self.u.len() >= 5,
            _ => self.p(),
        };
        distinct(&self.u) >= needed
    }

    /// Parameters that lie on a bound.
    pub fn at_bound(&self, theta: &[f64]) -> Vec<usize> {
        (0..self.p()).filter(|&k| theta[k] <= self.low[k] || theta[k] >= self.high[k]).collect()
    }

    /// The amplitudes of the law, each with its exponent and which centre it is taken at.
    fn amplitudes(&self) -> Vec<(usize, Exponent, usize)> {
        use Exponent::{Fitted, Given};
        match self.law {
            Law::Power => vec![(0, Fitted(1), 0)],
            Law::Floor | Law::Broken { .. } => vec![(1, Fitted(2), 0)],
            Law::PowerFixed { alpha } => vec![(0, Given(alpha), 0)],
            Law::FloorFixed { alpha } => vec![(1, Given(alpha), 0)],
            Law::Surface => vec![(1, Fitted(3), 0), (2, Fitted(4), 1)],
            Law::M4 => vec![(3, Fitted(4), 0)],
        }
    }

    /// Where parameter `k` of a refit, in its own units, has run away: its bounds, a little inside, and for an exponent a quarter of
    /// the upper one, where a power falls by e^-10 from the first x to the second and steeper ones look the same. Infinite for
    /// amplitudes, which no bound touches.
    pub fn ends_of_search(&self, k: usize) -> [f64; 2] {
        if self.is_amplitude(k) {
            return [f64::NEG_INFINITY, f64::INFINITY];
        }
        let own = |bound: f64| {
            let mut theta = vec![0.0; self.p()];
            theta[k] = bound;
            self.law.named_values(&self.plain(&theta))[k]
        };
        let (low, high) = (own(self.low[k]), own(self.high[k]));
        let steep = matches!(self.law.names()[k].as_str(), "alpha" | "beta");
        [low + 1e-6 * low.abs(), if steep { 0.25 * high } else { high - 1e-6 * high.abs() }]
    }

    /// The same parameters with breaks in ascending order of their places.
    pub fn in_order(&self, mut theta: Vec<f64>) -> Vec<f64> {
        if let Law::Broken { .. } = self.law {
            let mut breaks: Vec<[f64; 3]> = theta[3..].chunks_exact(3).map(|c| [c[0], c[1], c[2]]).collect();
            breaks.sort_by(|a, b| a[1].total_cmp(&b[1]));
            theta.truncate(3);
            theta.extend(breaks.concat());
        }
        theta
    }

    /// Is parameter `k` an amplitude, whose value depends on the centre?
    pub fn is_amplitude(&self, k: usize) -> bool {
        self.amplitudes().iter().any(|a| a.0 == k)
    }

    /// Parameters in the coordinates with centre 0 and y in its own units: (E, ln A, α). See [`Problem::to_plain`].
    pub fn plain(&self, theta: &[f64]) -> Vec<f64> {
        let mut plain: Vec<f64> = self.plain_matrix_times(theta);
        let ln_unit = self.unit.ln();
        for (k, exponent, axis) in self.amplitudes() {
            // M4's amplitude has the dimension of y to the power 1 - γ.
            plain[k] += if self.law == Law::M4 { (1.0 - theta[2]) * ln_unit } else { ln_unit };
            if let Exponent::Given(alpha) = exponent {
                plain[k] += alpha * self.centre[axis];
            }
        }
        for k in self.places() {
            plain[k] += self.centre[0];
        }
        plain
    }

    /// The linear part of [`Problem::plain`], for parameters and, row by row, for a covariance.
    pub fn plain_matrix_times(&self, theta: &[f64]) -> Vec<f64> {
        let mut plain = theta.to_vec();
        for k in self.floors() {
            plain[k] *= self.unit;
        }
        for (k, exponent, axis) in self.amplitudes() {
            if let Exponent::Fitted(at) = exponent {
                plain[k] += theta[at] * self.centre[axis];
            }
        }
        plain
    }

    /// The inverse of [`Problem::plain`].
    pub fn centred(&self, plain: &[f64]) -> Vec<f64> {
        let mut theta = plain.to_vec();
        let offset = self.plain(&vec![0.0; plain.len()]);
        for k in self.floors() {
            theta[k] = plain[k] / self.unit;
        }
        for k in self.places() {
            theta[k] = plain[k] - offset[k];
        }
        for (k, exponent, axis) in self.amplitudes() {
            theta[k] = plain[k] - offset[k];
            if let Exponent::Fitted(at) = exponent {
                theta[k] -= plain[at] * self.centre[axis];
            }
            if self.law == Law::M4 {
                theta[k] += plain[2] * self.unit.ln();
            }
        }
        theta
    }

    /// The same problem with centre 0 (and y in its own units), whose parameters are the plain ones.
    pub fn to_plain(&self) -> Self {
        let mut other = self.clone();
        other.u.iter_mut().for_each(|u| *u += self.centre[0]);
        other.v.iter_mut().for_each(|v| *v += self.centre[1]);
        other.centre = [0.0; 2];
        other.unit = 1.0;
        other.y.iter_mut().for_each(|y| *y *= self.unit);
        other.ln_y.iter_mut().for_each(|y| *y += self.unit.ln());
        other.set_bounds();
        other
    }

    /// The plain problem's objective over this one's.
    pub fn scale_of_plain(&self) -> f64 {
        if self.space == Space::Y { self.unit * self.unit } else { 1.0 }
    }

    /// The plain parameter `k` over this problem's, for those that are not amplitudes.
    pub fn unit_of(&self, k: usize) -> f64 {
        if self.floors().contains(&k) { self.unit } else { 1.0 }
    }

    /// Parameters in units of y: E, a, E0.
    fn floors(&self) -> Vec<usize> {
        match self.law {
            Law::Power | Law::PowerFixed { .. } => vec![],
            Law::M4 => vec![0, 1],
            _ => vec![0],
        }
    }

    /// Places of breaks.
    fn places(&self) -> Vec<usize> {
        match self.law {
            Law::Broken { breaks } => (0..breaks).map(|i| 4 + 3 * i).collect(),
            _ => vec![],
        }
    }

    fn set_bounds(&mut self) {
        let (range, steep) = reach(&self.u);
        // An amplitude at x = 1 may lie far outside the points.
        let far = 1e4;
        let bounds: Vec<(f64, f64)> = match self.law {
            Law::Power => vec![(-far, far), (-steep, steep)],
            Law::Floor => vec![(0.0, f64::INFINITY), (-far, far), (0.0, steep)],
            Law::PowerFixed { .. } => vec![(-far, far)],
            Law::FloorFixed { .. } => vec![(0.0, f64::INFINITY), (-far, far)],
            Law::Surface => {
                let other = reach(&self.v).1;
                vec![(0.0, f64::INFINITY), (-far, far), (-far, far), (0.0, steep), (0.0, other)]
            }
            Law::M4 => {
                vec![(0.0, f64::INFINITY), (0.0, f64::INFINITY), (1e-3, 50.0), (-far, far), (0.0, steep)]
            }
            Law::Broken { breaks } => {
                let first = self.u.iter().copied().fold(f64::INFINITY, f64::min);
                let widths = ((1e-3 * range / self.u.len() as f64).ln(), (2.0 * range).ln());
                let turn = [(-steep, steep), (first, first + range), widths];
                let head = [(0.0, f64::INFINITY), (-far, far), (-steep, steep)];
                head.into_iter().chain((0..breaks).flat_map(|_| turn)).collect()
            }
        };
        (self.low, self.high) = bounds.into_iter().unzip();
    }
}

enum Exponent {
    Fitted(usize),
    Given(f64),
}

/// Number of different values.
pub fn distinct(values: &[f64]) -> usize {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.dedup();
    sorted.len()
}

/// The range of u, and the steepest exponent: there a power falls by e^-40 from the first x to the second.
fn reach(u: &[f64]) -> (f64, f64) {
    let mut sorted = u.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.dedup();
    if sorted.len() < 2 {
        return (1.0, 100.0);
    }
    let range = sorted[sorted.len() - 1] - sorted[0];
    (range, (40.0 / (sorted[1] - sorted[0])).min(400.0 / range))
}
