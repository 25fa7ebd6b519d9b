//! The mapping from data coordinates to the page: the frame of a panel, its scales and its axis limits.

use crate::plot::axis::Scale;
use crate::plot::geometry::{Area, Place};
use crate::plot::range::AxisLimits;

/// Where a value lies along an axis: 0 at its first value, 1 at its last.
pub fn along(value: f64, scale: Scale, (lo, hi): AxisLimits) -> f64 {
    let part = match scale {
        Scale::Linear => (value - lo) / (hi - lo),
        Scale::Log => (value.log10() - lo.log10()) / (hi.log10() - lo.log10()),
    };
    // Far outside is far enough: the drawing cuts it off.
    part.clamp(-1e4, 1e4)
}

/// The rectangle between a panel's axes, with their scales and limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// On the page.
    pub area: Area,
    /// Scale of the x axis.
    pub x_scale: Scale,
    /// AxisLimits of the x axis.
    pub x_limits: AxisLimits,
    /// Scale of the y axis.
    pub y_scale: Scale,
    /// AxisLimits of the y axis.
    pub y_limits: AxisLimits,
}

impl Frame {
    /// The page's x of a value on the x axis.
    pub fn x(&self, value: f64) -> f64 {
        self.area.left + along(value, self.x_scale, self.x_limits) * self.area.width()
    }

    /// The page's y of a value on the y axis.
    pub fn y(&self, value: f64) -> f64 {
        self.area.bottom - along(value, self.y_scale, self.y_limits) * self.area.height()
    }

    /// The place of a point; `None` where it is not finite.
    pub fn place(&self, (x, y): (f64, f64)) -> Option<Place> {
        (x.is_finite() && y.is_finite()).then(|| (self.x(x), self.y(y)))
    }

    /// The unbroken runs of `points`, each as places: a point that is not finite ends a run.
    pub fn runs(&self, points: impl IntoIterator<Item = (f64, f64)>) -> Vec<Vec<Place>> {
        let mut runs = vec![Vec::new()];
        for point in points {
            match (self.place(point), runs.last_mut()) {
                (Some(place), Some(run)) => run.push(place),
                _ => runs.push(Vec::new()),
            }
        }
        runs.retain(|run| !run.is_empty());
        runs
    }
}
