//! Points in coordinates in which a search is well conditioned.
//!
//! ```text
//! u = ln x - centre      v = ln D - centre      y in units of its geometric mean
//! ```

use crate::fit::points::Points;

/// The logarithm that stands for a value at or below 0, which a residual bootstrap in y may draw and of which
/// starting points need some logarithm.
const LN_NOT_POSITIVE: f64 = -20.0;

/// Points as a search sees them.
#[derive(Debug, Clone)]
pub struct Observations {
    /// Logarithms of x, centred.
    pub u: Vec<f64>,
    /// Logarithms of the tokens, centred; empty for a curve.
    pub v: Vec<f64>,
    /// The values.
    pub y: Vec<f64>,
    /// Their logarithms.
    pub ln_y: Vec<f64>,
    /// How much each counts.
    pub weights: Vec<f64>,
}

impl Observations {
    /// Centred points, with the centres of ln x and ln tokens and the unit of y.
    pub fn centred(points: &Points) -> (Self, [f64; 2], f64) {
        let ln_mean = |values: &[f64]| values.iter().map(|v| v.ln()).sum::<f64>() / values.len() as f64;
        let centre = [ln_mean(&points.x), if points.is_surface() { ln_mean(&points.tokens) } else { 0.0 }];
        let unit = ln_mean(&points.y).exp();
        let mut centred = Self {
            u: points.x.iter().map(|x| x.ln() - centre[0]).collect(),
            v: points.tokens.iter().map(|d| d.ln() - centre[1]).collect(),
            y: Vec::new(),
            ln_y: Vec::new(),
            weights: points.weights.clone(),
        };
        centred.set_y(points.y.iter().map(|y| y / unit).collect());
        (centred, centre, unit)
    }

    /// Number of points.
    pub fn n(&self) -> usize {
        self.u.len()
    }

    /// Replaces the values, which are already in the unit of y.
    pub fn set_y(&mut self, y: Vec<f64>) {
        self.ln_y = y.iter().map(|y| if *y > 0.0 { y.ln() } else { LN_NOT_POSITIVE }).collect();
        self.y = y;
    }

    /// The chosen points.
    pub fn select(&self, indices: &[usize]) -> Self {
        let take = |values: &[f64]| -> Vec<f64> { indices.iter().map(|&i| values[i]).collect() };
        Self {
            u: take(&self.u),
            v: if self.v.is_empty() { Vec::new() } else { take(&self.v) },
            y: take(&self.y),
            ln_y: take(&self.ln_y),
            weights: take(&self.weights),
        }
    }

    /// The same points with centre 0 and y in its own units.
    pub fn plain(&self, centre: [f64; 2], unit: f64) -> Self {
        Self {
            u: self.u.iter().map(|u| u + centre[0]).collect(),
            v: self.v.iter().map(|v| v + centre[1]).collect(),
            y: self.y.iter().map(|y| y * unit).collect(),
            ln_y: self.ln_y.iter().map(|y| y + unit.ln()).collect(),
            weights: self.weights.clone(),
        }
    }

    /// The variable of an axis: 0 for x (or parameters), 1 for tokens.
    pub fn axis(&self, axis: usize) -> &[f64] {
        if axis == 0 { &self.u } else { &self.v }
    }
}

/// The different values, ascending.
pub fn levels(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.dedup();
    sorted
}

/// The least value and the range, which is never 0.
pub fn span(values: &[f64]) -> (f64, f64) {
    let (low, high) =
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &u| (l.min(u), h.max(u)));
    (low, (high - low).max(1e-9))
}
