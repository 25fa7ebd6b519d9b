//! A straight line by least squares.
//!
//! ```text
//! y = a + b x        se(b) = s / √Σ(x - x̄)²        s² = Σ residual² / (n - 2)
//! ```

use crate::error::{Error, Result};
use crate::stats::{LEVEL, t_quantile};
use linfa::Dataset;
use linfa::traits::Fit;
use linfa_linear::LinearRegression;
use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

/// A fitted line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Value at x = 0.
    pub intercept: f64,
    /// Change of y per unit of x.
    pub slope: f64,
    /// Standard error of the slope; infinite with two points.
    pub slope_error: f64,
    /// Share of the variance of y that the line explains.
    pub r2: f64,
    /// Residual standard deviation, with n - 2.
    pub residual_sd: f64,
    /// Mean of the x.
    pub x_mean: f64,
    /// Σ(x - x̄)².
    pub x_spread: f64,
    /// Number of points.
    pub n: usize,
}

/// Fits a line to points.
///
/// # Errors
/// [`Error::Failed`] with fewer than two points, other lengths, values that are not finite, or all x equal.
pub fn fit(x: &[f64], y: &[f64]) -> Result<Line> {
    let n = x.len();
    if n != y.len() || n < 2 {
        return Err(Error::Failed(format!(
            "a line needs at least two points with both coordinates: {n} x, {} y",
            y.len()
        )));
    }
    if let Some(i) = (0..n).find(|&i| !x[i].is_finite() || !y[i].is_finite()) {
        return Err(Error::Failed(format!(
            "point {} of the line is ({}, {}): both must be finite numbers",
            i + 1,
            x[i],
            y[i]
        )));
    }
    let x_mean = x.iter().sum::<f64>() / n as f64;
    let x_spread: f64 = x.iter().map(|x| (x - x_mean).powi(2)).sum();
    if x_spread == 0.0 {
        return Err(Error::Failed(format!(
            "all {n} points of the line have x = {}: a slope needs two different x",
            x[0]
        )));
    }
    let column = Array2::from_shape_vec((n, 1), x.to_vec()).expect("n numbers make n rows of one");
    let data = Dataset::new(column, Array1::from(y.to_vec()));
    let model = LinearRegression::default()
        .fit(&data)
        .map_err(|e| Error::Failed(format!("the line could not be fitted: {e}")))?;
    let (intercept, slope) = (model.intercept(), model.params()[0]);
    let residual: f64 = x.iter().zip(y).map(|(x, y)| (y - intercept - slope * x).powi(2)).sum();
    let y_mean = y.iter().sum::<f64>() / n as f64;
    let total: f64 = y.iter().map(|y| (y - y_mean).powi(2)).sum();
    let residual_sd = if n > 2 { (residual / (n - 2) as f64).sqrt() } else { f64::INFINITY };
    Ok(Line {
        intercept,
        slope,
        slope_error: residual_sd / x_spread.sqrt(),
        r2: if total > 0.0 { 1.0 - residual / total } else { 1.0 },
        residual_sd,
        x_mean,
        x_spread,
        n,
    })
}

impl Line {
    /// The line at `x`.
    pub fn at(&self, x: f64) -> f64 {
        self.intercept + self.slope * x
    }

    /// 95 % interval of the slope, by Student's t with n - 2 degrees of freedom; unbounded with two points.
    pub fn slope_interval(&self) -> [f64; 2] {
        let half = self.half_width(self.slope_error);
        [self.slope - half, self.slope + half]
    }

    /// 95 % interval of the line's value at `x`.
    pub fn band_at(&self, x: f64) -> [f64; 2] {
        let error =
            self.residual_sd * (1.0 / self.n as f64 + (x - self.x_mean).powi(2) / self.x_spread).sqrt();
        let half = self.half_width(error);
        [self.at(x) - half, self.at(x) + half]
    }

    fn half_width(&self, error: f64) -> f64 {
        if self.n > 2 { t_quantile(LEVEL, self.n - 2) * error } else { f64::INFINITY }
    }
}
