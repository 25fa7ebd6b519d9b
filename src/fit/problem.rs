//! The problem that a search solves: a law, points and a fit space, with bounds for every parameter.

use crate::fit::coordinates::Coordinates;
use crate::fit::formula::Formula;
use crate::fit::law::Law;
use crate::fit::observations::{Observations, levels, span};
use crate::fit::param::{Role, different_needed};
use crate::fit::points::Points;
use crate::fit::space::Space;
use std::sync::Arc;

/// The largest logarithm of an amplitude: at x = 1 it may lie far outside the points.
const FARTHEST_AMPLITUDE: f64 = 1e4;

/// At the steepest exponent a power falls by e^-40 from the first x to the second, …
const STEEPEST_FIRST_STEP: f64 = 40.0;

/// … and by no more than e^-400 over all points.
const STEEPEST_FALL: f64 = 400.0;

/// Everything that an objective needs.
#[derive(Clone)]
pub struct Problem {
    /// The law.
    pub law: Law,
    /// Its formula.
    pub formula: Arc<dyn Formula>,
    /// What is minimised.
    pub space: Space,
    /// The points in the coordinates of the search.
    pub points: Observations,
    /// The way from these coordinates to the law's own.
    pub coordinates: Coordinates,
    /// The lowest value of each parameter.
    pub low: Vec<f64>,
    /// The highest.
    pub high: Vec<f64>,
}

/// Residuals with their derivatives.
pub struct Evaluation {
    /// Law minus point, in the fit space.
    pub residuals: Vec<f64>,
    /// Their derivatives by the parameters, one row a point.
    pub jacobian: Vec<f64>,
}

impl Problem {
    /// The problem centred on its points.
    pub fn new(law: Law, points: &Points, space: Space) -> Self {
        let (points, centre, unit) = Observations::centred(points);
        let formula = law.formula();
        let coordinates = Coordinates { params: formula.params().into(), centre, unit };
        Self { law, formula, space, points, coordinates, low: Vec::new(), high: Vec::new() }.bounded()
    }

    /// Number of parameters.
    pub fn p(&self) -> usize {
        self.low.len()
    }

    /// The same problem for some of its points; coordinates and bounds stay.
    pub fn select(&self, indices: &[usize]) -> Self {
        self.with(self.points.select(indices), self.coordinates.clone())
    }

    /// The same problem in plain coordinates.
    pub fn to_plain(&self) -> Self {
        let Coordinates { centre, unit, .. } = self.coordinates;
        let points = self.points.plain(centre, unit);
        self.with(points, self.coordinates.to_plain()).bounded()
    }

    /// The same problem with other points and coordinates.
    fn with(&self, points: Observations, coordinates: Coordinates) -> Self {
        let (formula, low, high) = (self.formula.clone(), self.low.clone(), self.high.clone());
        Self { law: self.law, formula, space: self.space, points, coordinates, low, high }
    }

    /// The plain problem's objective over this one's.
    pub fn scale_of_plain(&self) -> f64 {
        if self.space == Space::Y { self.coordinates.unit * self.coordinates.unit } else { 1.0 }
    }

    /// The law's values at the points.
    pub fn values(&self, theta: &[f64]) -> Vec<f64> {
        self.formula.values(theta, &self.points.u, &self.points.v)
    }

    /// The law's values at the points and their derivatives by the parameters, one row a point.
    pub fn values_and_jacobian(&self, theta: &[f64]) -> (Vec<f64>, Vec<f64>) {
        self.formula.values_and_jacobian(theta, &self.points.u, &self.points.v)
    }

    /// Law minus point, in the fit space.
    pub fn residuals(&self, theta: &[f64]) -> Vec<f64> {
        let mut values = self.values(theta);
        self.subtract_points(&mut values);
        values
    }

    /// The same with derivatives.
    pub fn evaluate(&self, theta: &[f64]) -> Evaluation {
        let (mut values, mut jacobian) = self.values_and_jacobian(theta);
        if self.space != Space::Y {
            // ∂ ln f = ∂f / f.
            for (f, row) in values.iter().zip(jacobian.chunks_exact_mut(theta.len())) {
                let inverse = 1.0 / f;
                row.iter_mut().for_each(|d| *d *= inverse);
            }
        }
        self.subtract_points(&mut values);
        Evaluation { residuals: values, jacobian }
    }

    /// From the law's values to residuals.
    fn subtract_points(&self, values: &mut [f64]) {
        if self.space == Space::Y {
            values.iter_mut().zip(&self.points.y).for_each(|(f, y)| *f -= y);
        } else {
            values.iter_mut().zip(&self.points.ln_y).for_each(|(f, ln_y)| *f = f.ln() - ln_y);
        }
    }

    /// Whether the points determine every parameter.
    pub fn is_identified(&self) -> bool {
        let enough = |axis: usize| {
            levels(self.points.axis(axis)).len() >= different_needed(&self.coordinates.params, axis)
        };
        self.points.n() >= self.p() && (0..self.formula.n_variables()).all(enough)
    }

    /// Parameters that lie on a bound.
    pub fn at_bound(&self, theta: &[f64]) -> Vec<usize> {
        (0..self.p()).filter(|&k| theta[k] <= self.low[k] || theta[k] >= self.high[k]).collect()
    }

    /// Where the refitted parameter `k`, in its own units, has run away: its bounds, a little inside, and for
    /// an exponent a quarter of the upper one, where a power falls by e^-10 from the first x to the second
    /// and steeper ones look the same. Infinite for amplitudes, which no bound touches.
    pub fn ends_of_search(&self, k: usize) -> [f64; 2] {
        let param = &self.coordinates.params[k];
        if param.is_amplitude() {
            return [f64::NEG_INFINITY, f64::INFINITY];
        }
        let own = |bound: f64| {
            let mut theta = vec![0.0; self.p()];
            theta[k] = bound;
            self.coordinates.value(&self.coordinates.plain(&theta), k)
        };
        let (low, high) = (own(self.low[k]), own(self.high[k]));
        let inside = 1e-6;
        let steep = matches!(param.role, Role::Exponent { .. });
        [low + inside * low.abs(), if steep { 0.25 * high } else { high - inside * high.abs() }]
    }

    /// The problem with the bounds that the roles of its parameters have over its points.
    fn bounded(mut self) -> Self {
        let steepest = |axis: usize| reach(self.points.axis(axis)).1;
        let (range, _) = reach(&self.points.u);
        let bounds = |role: Role| match role {
            Role::Floor | Role::Ceiling => (0.0, f64::INFINITY),
            Role::Amplitude { .. } => (-FARTHEST_AMPLITUDE, FARTHEST_AMPLITUDE),
            Role::Exponent { axis, signed: false } => (0.0, steepest(axis)),
            Role::Exponent { axis, signed: true } => (-steepest(axis), steepest(axis)),
            Role::Segment => (-steepest(0), steepest(0)),
            Role::Place => {
                let (first, _) = span(&self.points.u);
                (first, first + range)
            }
            Role::Width => ((1e-3 * range / self.points.n() as f64).ln(), (2.0 * range).ln()),
            Role::Shape { bounds: [low, high] } => (low, high),
        };
        (self.low, self.high) = self.coordinates.params.iter().map(|param| bounds(param.role)).unzip();
        self
    }
}

/// The range of u, and the steepest exponent.
fn reach(u: &[f64]) -> (f64, f64) {
    let levels = levels(u);
    if levels.len() < 2 {
        return (1.0, 100.0);
    }
    let range = levels[levels.len() - 1] - levels[0];
    (range, (STEEPEST_FIRST_STEP / (levels[1] - levels[0])).min(STEEPEST_FALL / range))
}
