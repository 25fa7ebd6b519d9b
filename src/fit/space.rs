//! What a fit minimises: the same points and the same law give other numbers in another space.
//!
//! ```text
//! r = y - f                        Y: Σ w r²            absolute errors, ruled by the largest y
//! r = ln y - ln f                  Log: Σ w r²          relative errors
//!                                  Huber: Σ w ρ_δ(r)    ρ_δ = r²/2 up to δ, then δ (|r| - δ/2)
//!                                  Lad: Σ w |r|         the limit of Huber for small δ
//! ```
//!
//! All are **sums** over the points, never means: with a mean, a stopping rule that looks at absolute
//! changes stops far from the optimum (Besiroglu et al. 2024, arXiv 2404.10102).

use serde::{Deserialize, Serialize};
use std::fmt;

/// What is minimised.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Space {
    /// Least squares in y.
    Y,
    /// Least squares in ln y.
    Log,
    /// Huber's loss on ln y.
    Huber {
        /// Where squares turn into absolute values, in units of ln y: 1e-3 in Hoffmann et al. 2022.
        delta: f64,
    },
    /// Least absolute deviations on ln y.
    Lad,
}

impl Space {
    /// The short name that the command line takes: "y", "log", "huber", "lad".
    pub fn key(&self) -> &'static str {
        match self {
            Self::Y => "y",
            Self::Log => "log",
            Self::Huber { .. } => "huber",
            Self::Lad => "lad",
        }
    }
}

/// "least squares in ln y", "Huber (δ = 0.001) on ln y, summed".
impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Y => write!(f, "least squares in y"),
            Self::Log => write!(f, "least squares in ln y"),
            Self::Huber { delta } => write!(f, "Huber (δ = {delta}) on ln y, summed"),
            Self::Lad => write!(f, "least absolute deviations on ln y"),
        }
    }
}

/// The loss of one residual: squares up to `delta`, straight beyond. Least squares have an infinite `delta`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RobustLoss {
    /// Where squares end.
    pub delta: f64,
    /// Factor of the whole.
    pub scale: f64,
}

impl RobustLoss {
    /// The loss of a space; least absolute deviations are squares up to `rounding`, with their own slope of 1
    /// beyond.
    pub fn of(space: Space, rounding: f64) -> Self {
        match space {
            Space::Y | Space::Log => Self { delta: f64::INFINITY, scale: 1.0 },
            Space::Huber { delta } => Self { delta, scale: 1.0 },
            Space::Lad => Self { delta: rounding, scale: 1.0 / rounding },
        }
    }

    /// ρ(r): r²/2 for least squares.
    pub fn value(&self, r: f64) -> f64 {
        let size = r.abs();
        self.scale * if size <= self.delta { 0.5 * r * r } else { self.delta * (size - 0.5 * self.delta) }
    }

    /// ψ(r) = ρ'(r), the influence of a residual.
    pub fn psi(&self, r: f64) -> f64 {
        self.scale * r.clamp(-self.delta, self.delta)
    }

    /// ρ'(r) / r: the weight of the parabola that touches ρ at r from above.
    pub fn weight(&self, r: f64) -> f64 {
        let size = r.abs();
        self.scale * if size <= self.delta { 1.0 } else { self.delta / size }
    }
}

impl Space {
    /// Σ w ρ(r), halved squares for least squares, exact for least absolute deviations.
    pub(crate) fn sum(&self, residuals: &[f64], weights: &[f64]) -> f64 {
        let pairs = residuals.iter().zip(weights);
        match self {
            Self::Lad => pairs.map(|(r, w)| w * r.abs()).sum(),
            _ => {
                let loss = RobustLoss::of(*self, 1.0);
                pairs.map(|(&r, w)| w * loss.value(r)).sum()
            }
        }
    }

    /// Is the sum one of squares?
    pub(crate) fn is_squares(&self) -> bool {
        matches!(self, Self::Y | Self::Log)
    }
}
