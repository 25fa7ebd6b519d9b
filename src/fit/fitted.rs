//! A fitted law: its parameters with 95 % intervals, the space it was fitted in, why the search stopped.

use crate::error::{Error, Result};
use crate::fit::law::Law;
use crate::fit::points::Points;
use crate::fit::space::Space;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::Index;

/// A parameter with its interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name in the law's formula: "alpha".
    pub name: String,
    /// Its fitted value.
    pub value: f64,
    /// Lower end of the 95 % interval; -∞ (JSON: null) where the points bound it from no side below.
    #[serde(serialize_with = "write_end", deserialize_with = "read_low")]
    pub low: f64,
    /// Upper end of the 95 % interval; +∞ (JSON: null) where the points do not bound it above.
    #[serde(serialize_with = "write_end", deserialize_with = "read_high")]
    pub high: f64,
}

/// Where 95 % intervals come from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// The values that a fit with that parameter held cannot rule out; calibrated by Fisher's F. The default.
    Profile,
    /// Points (or whole cells) drawn again.
    Pairs {
        /// Number of refits: 1000 is usual.
        replicas: usize,
        /// Seed of the draws.
        seed: u64,
    },
    /// Residuals drawn again and added to the fitted law.
    Residual {
        /// Number of refits: 1000 is usual.
        replicas: usize,
        /// Seed of the draws.
        seed: u64,
    },
}

/// Why the search stopped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// The gradient vanished: no direction leads down.
    Gradient,
    /// No step lowered the objective by more than rounding.
    Step,
    /// The law passes through every point.
    Exact,
    /// Least absolute deviations: the law passes through as many points as it has parameters, and no turn lowers the sum.
    Vertex,
    /// The gradient vanished except across bounds that these parameters lie on.
    Bound(Vec<String>),
    /// The limit of iterations was reached first: the values are not an optimum.
    Iterations,
}

/// A law fitted to points. Plain owned numbers: safe to keep in a notebook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The law.
    pub law: Law,
    /// What was minimised.
    pub space: Space,
    /// Number of points.
    pub n: usize,
    /// The fitted parameters, in the order of [`Law::names`].
    pub params: Vec<Parameter>,
    /// How the intervals were found.
    pub interval: Interval,
    /// The minimum of the space's sum over the points.
    pub objective: f64,
    /// Noise scale: the objective that one point adds by chance, Σ r² / (n - p) for least squares.
    pub dispersion: f64,
    /// Root mean square of ln y - ln f over the points, unweighted.
    pub rmse_log: f64,
    /// Log-likelihood in the fit space, at its best noise scale.
    pub log_likelihood: f64,
    /// Akaike's criterion for small samples; comparable among laws fitted to the same points in the same space only.
    pub aicc: f64,
    /// Why the search stopped.
    pub stop: Stop,
    /// Number of starting points of the search.
    pub starts: usize,
    /// How flat the valley is: largest over smallest singular value of the Jacobian with columns of length 1. 1 is a bowl,
    /// above about 1000 the parameters can hardly be told apart.
    pub valley: f64,
    /// Covariance of the parameters (of ln for amplitudes and break places), row by row; zeros for those at a bound.
    pub covariance: Vec<f64>,
    /// What may be said, in words.
    pub verdict: String,
    /// What ought to be known before the numbers are used.
    pub warnings: Vec<String>,
}

impl Fit {
    /// Fitted parameters.
    pub fn p(&self) -> usize {
        self.params.len()
    }

    /// The parameter of that name, if the law has it.
    pub fn get(&self, name: &str) -> Option<&Parameter> {
        self.params.iter().find(|p| p.name == name)
    }

    /// The law's value at `x`; for a surface use [`Fit::at_run`].
    pub fn at(&self, x: f64) -> f64 {
        self.at_run(x, f64::NAN)
    }

    /// The surface's loss at `params` N and `tokens` D.
    pub fn at_run(&self, params: f64, tokens: f64) -> f64 {
        let _ = (params, tokens);
        f64::NAN
    }

    /// 95 % interval of the law's value at `x`, by linear propagation; for a figure's band.
    pub fn band_at(&self, x: f64) -> [f64; 2] {
        [self.at(x), self.at(x)]
    }
}

impl Law {
    /// Fits the law to points, with profile intervals.
    ///
    /// # Errors
    /// [`Error::Failed`] with fewer points than parameters, all x equal, a curve's points for a surface, and where y
    /// does not fall as the law must.
    pub fn fit(&self, points: &Points, space: Space) -> Result<Fit> {
        self.fit_with(points, space, Interval::Profile)
    }

    /// Fits the law to points, with intervals of the asked kind.
    ///
    /// # Errors
    /// As [`Law::fit`].
    pub fn fit_with(&self, points: &Points, space: Space, interval: Interval) -> Result<Fit> {
        let _ = (points, space, interval);
        Err(Error::Failed("no law is fitted yet".to_owned()))
    }
}

/// The parameter of that name; panics, as a map's index does, where the law has none ([`Fit::get`] does not).
impl Index<&str> for Fit {
    type Output = Parameter;

    fn index(&self, name: &str) -> &Parameter {
        self.get(name).unwrap_or_else(|| panic!("the law {} has no parameter {name}", self.law))
    }
}

/// "alpha = 0.7439 [0.55, 1.02]".
impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:.5} [{:.5}, {:.5}]", self.name, self.value, self.low, self.high)
    }
}

/// Law, parameters with intervals, space, points, why it stopped, verdict and warnings.
impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}   {} points, {}", self.law, self.n, self.space)
    }
}

fn write_end<S: Serializer>(end: &f64, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    if end.is_finite() { serializer.serialize_some(end) } else { serializer.serialize_none() }
}

fn read_low<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<f64, D::Error> {
    Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::NEG_INFINITY))
}

fn read_high<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<f64, D::Error> {
    Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::INFINITY))
}
