//! Points that a law can be fitted to: checked once, so that no fit meets a NaN.
//!
//! A curve has one variable x (samples, parameters, steps); a surface has two, the parameters N and
//! the tokens D of each run. The value y is a loss or an error and above 0.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// Checked points, in the order they were given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// The variable of a curve; the parameters N of a surface.
    pub x: Vec<f64>,
    /// The tokens D of a surface; empty for a curve.
    pub tokens: Vec<f64>,
    /// The values.
    pub y: Vec<f64>,
    /// How much each point counts, with mean 1; a weight multiplies a point's share of the objective.
    pub weights: Vec<f64>,
    /// The cell that each point belongs to: points of one cell (seeds of one setting) are resampled together.
    pub groups: Vec<usize>,
}

impl Points {
    /// Points of a curve: x and y, one pair a point.
    ///
    /// ```
    /// use lawbook::fit::points::Points;
    /// assert_eq!(Points::curve(&[1.0, 2.0], &[3.0, 4.0]).unwrap().n(), 2);
    /// assert!(Points::curve(&[1.0, 2.0], &[3.0, -4.0]).unwrap_err().to_string().contains("point 2"));
    /// ```
    ///
    /// # Errors
    /// [`Error::Failed`] when lengths differ, there is no point, or a value is not a finite number above 0.
    pub fn curve(x: &[f64], y: &[f64]) -> Result<Self> {
        let n = x.len();
        let points = Self {
            x: x.to_vec(),
            tokens: Vec::new(),
            y: y.to_vec(),
            weights: vec![1.0; n],
            groups: (0..n).collect(),
        };
        same_length(n, "x", y.len(), "y")?;
        positive("x", x)?;
        positive("y", y)?;
        Ok(points)
    }

    /// Runs of a surface: parameters N, tokens D and the loss of each run.
    ///
    /// # Errors
    /// As [`Points::curve`].
    pub fn runs(params: &[f64], tokens: &[f64], losses: &[f64]) -> Result<Self> {
        same_length(params.len(), "parameters", tokens.len(), "tokens")?;
        same_length(params.len(), "parameters", losses.len(), "losses")?;
        positive("the parameters N", params)?;
        positive("the tokens D", tokens)?;
        positive("the loss", losses)?;
        let n = params.len();
        Ok(Self {
            x: params.to_vec(),
            tokens: tokens.to_vec(),
            y: losses.to_vec(),
            weights: vec![1.0; n],
            groups: (0..n).collect(),
        })
    }

    /// The same points with weights, which are scaled to mean 1.
    ///
    /// # Errors
    /// [`Error::Failed`] on another length, or a weight that is not a finite number above 0.
    pub fn weighted(mut self, weights: &[f64]) -> Result<Self> {
        same_length(self.n(), "points", weights.len(), "weights")?;
        positive("the weight", weights)?;
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        self.weights = weights.iter().map(|w| w / mean).collect();
        Ok(self)
    }

    /// The same points with cells: points with the same number are seeds of one setting.
    ///
    /// # Errors
    /// [`Error::Failed`] on another length.
    pub fn grouped(mut self, groups: &[usize]) -> Result<Self> {
        same_length(self.n(), "points", groups.len(), "groups")?;
        self.groups = groups.to_vec();
        Ok(self)
    }

    /// Number of points.
    pub fn n(&self) -> usize {
        self.y.len()
    }

    /// Number of different cells; the number of points where no cells were given.
    pub fn n_groups(&self) -> usize {
        let mut groups = self.groups.clone();
        groups.sort_unstable();
        groups.dedup();
        groups.len()
    }

    /// Is this a surface, with two variables?
    pub fn is_surface(&self) -> bool {
        !self.tokens.is_empty()
    }

    /// The chosen points, in the chosen order; an index may come twice.
    pub fn select(&self, indices: &[usize]) -> Self {
        let take = |values: &[f64]| indices.iter().map(|&i| values[i]).collect();
        Self {
            x: take(&self.x),
            tokens: if self.is_surface() { take(&self.tokens) } else { Vec::new() },
            y: take(&self.y),
            weights: take(&self.weights),
            groups: indices.iter().map(|&i| self.groups[i]).collect(),
        }
    }
}

fn same_length(n: usize, what: &str, m: usize, other: &str) -> Result<()> {
    if n == m {
        return Ok(());
    }
    Err(Error::Failed(format!(
        "there are {n} {what} but {m} {other}: a fit needs as many of one as of the other"
    )))
}

fn positive(what: &str, values: &[f64]) -> Result<()> {
    if values.is_empty() {
        return Err(Error::Failed("there are no points to fit a law to".to_owned()));
    }
    match values.iter().position(|v| !(v.is_finite() && *v > 0.0)) {
        None => Ok(()),
        Some(i) => Err(Error::Failed(format!(
            "point {}: {what} is {}, and a law needs a finite number above 0",
            i + 1,
            values[i]
        ))),
    }
}
