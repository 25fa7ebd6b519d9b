//! The points of a curve in ascending order of x, and where among them a place lies.

use crate::error::{Error, Result};

/// Checked points in ascending order of x.
#[derive(Debug, Clone)]
pub struct OrderedPoints {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
}

impl OrderedPoints {
    /// Sorts and checks points, and averages neighbours until at most `most` remain.
    ///
    /// # Errors
    /// [`Error::Failed`] with other lengths or values that are not finite.
    pub fn of(x: &[f64], y: &[f64], most: usize) -> Result<Self> {
        if x.len() != y.len() {
            return Err(Error::Failed(format!(
                "there are {} x but {} y: a curve needs as many of both",
                x.len(),
                y.len()
            )));
        }
        if let Some(i) = (0..x.len()).find(|&i| !x[i].is_finite() || !y[i].is_finite()) {
            return Err(Error::Failed(format!(
                "point {} is ({}, {}): both must be finite numbers",
                i + 1,
                x[i],
                y[i]
            )));
        }
        let mut order: Vec<usize> = (0..x.len()).collect();
        order.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
        let sorted = |values: &[f64]| -> Vec<f64> { order.iter().map(|&i| values[i]).collect() };
        Ok(Self { x: averaged(&sorted(x), most), y: averaged(&sorted(y), most) })
    }

    /// Number of points.
    pub fn n(&self) -> usize {
        self.x.len()
    }

    /// Number of different x.
    pub fn different(&self) -> usize {
        levels(&self.x).len()
    }

    /// The last x up to `place`.
    pub fn last_up_to(&self, place: f64) -> f64 {
        self.x.iter().copied().filter(|x| *x <= place).fold(self.x[0], f64::max)
    }

    /// The first x above `place`.
    pub fn first_above(&self, place: f64) -> f64 {
        self.x.iter().copied().find(|x| *x > place).unwrap_or(self.x[self.x.len() - 1])
    }
}

/// Means over as many neighbours as leave at most `most` of them.
fn averaged(values: &[f64], most: usize) -> Vec<f64> {
    let width = values.len().div_ceil(most).max(1);
    values.chunks(width).map(|c| c.iter().sum::<f64>() / c.len() as f64).collect()
}

/// The different values of ascending x.
pub fn levels(x: &[f64]) -> Vec<f64> {
    let mut levels = x.to_vec();
    levels.dedup();
    levels
}

/// Ascending x moved to [-1, 1].
pub fn scaled(x: &[f64]) -> Vec<f64> {
    let (first, last) = (x[0], x[x.len() - 1]);
    let half = (0.5 * (last - first)).max(f64::MIN_POSITIVE);
    x.iter().map(|x| (x - 0.5 * (first + last)) / half).collect()
}
