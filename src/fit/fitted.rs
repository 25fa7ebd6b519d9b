//! A fitted law: its parameters with 95 % intervals, the space it was fitted in, why the search stopped.

use crate::fit::law::Law;
use crate::fit::param::Role;
use crate::fit::space::Space;
use crate::numerals::four_figures as number;
use crate::stats::{LEVEL, t_quantile};
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
    /// Profile likelihood: the values that a fit with that parameter fixed cannot rule out, calibrated by
    /// Fisher's F. The default.
    Profile,
    /// Student's t about a straight line, n - 2 degrees of freedom: the power law by least squares in ln y,
    /// in closed form.
    Student,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Termination {
    /// There was no search: the minimum has a closed form.
    ClosedForm,
    /// The law passes through every point.
    Exact,
    /// The gradient vanished: no direction leads down, except across a bound.
    Gradient,
    /// No step lowered the objective by more than rounding.
    Objective,
    /// No step lowered the objective, however much it was damped.
    Damping,
    /// Least absolute deviations: the law passes through as many points as it has parameters, and no turn
    /// lowers the sum.
    Vertex,
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
    /// Number of independent units: cells, or points where no cells were given.
    pub units: usize,
    /// Design effect of the cells on each parameter: its variance from whole cells over that from single
    /// points, at least 1; all 1 without cells.
    pub kappa: Vec<f64>,
    /// The fitted parameters, in the order of [`Law::names`].
    pub params: Vec<Parameter>,
    /// How the intervals were found.
    pub interval: Interval,
    /// The minimum of the space's sum over the points.
    pub objective: f64,
    /// Noise scale: the objective that one point adds by chance, Σ r² / (n - p) for least squares.
    #[serde(serialize_with = "write_end", deserialize_with = "read_high")]
    pub dispersion: f64,
    /// Root mean square of ln y - ln f over the points, unweighted.
    pub rmse_log: f64,
    /// Log-likelihood in the fit space, at its best noise scale.
    pub log_likelihood: f64,
    /// Akaike's criterion for small samples; comparable among laws fitted to the same points in the same
    /// space only. It counts points: where they share the errors of their cells it is too sure of its
    /// differences.
    #[serde(serialize_with = "write_end", deserialize_with = "read_high")]
    pub aicc: f64,
    /// Why the search stopped.
    pub stop: Termination,
    /// The names of the parameters that lie on a bound.
    pub at_bound: Vec<String>,
    /// Number of starting points of the search.
    pub starts: usize,
    /// Condition number of the Jacobian with columns of length 1: largest over smallest singular value. At 1
    /// every parameter is determined by itself, above about 1000 they can hardly be told apart.
    pub condition_number: f64,
    /// Covariance of the parameters (of ln for amplitudes and break places), row by row; zeros for those at a
    /// bound.
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

    /// The law's value at `x`; NaN for a surface, which has two variables ([`Fit::at_run`]).
    pub fn at(&self, x: f64) -> f64 {
        self.at_run(x, f64::NAN)
    }

    /// The surface's loss at `params` N and `tokens` D.
    pub fn at_run(&self, params: f64, tokens: f64) -> f64 {
        self.value_and_gradient(params, tokens).0
    }

    /// 95 % band of the law's value at `x`: `f · exp(± t(0.975, ν) s)` with s the standard error of ln f by
    /// linear propagation and ν = n - p, or cells less p. Unbounded where no degree of freedom is left.
    pub fn band_at(&self, x: f64) -> [f64; 2] {
        let (value, gradient) = self.value_and_gradient(x, f64::NAN);
        let p = self.p();
        if self.units <= p {
            return [0.0, f64::INFINITY];
        }
        let variance: f64 =
            (0..p * p).map(|at| gradient[at / p] * self.covariance[at] * gradient[at % p]).sum::<f64>();
        let half = t_quantile(LEVEL, self.units - p) * variance.max(0.0).sqrt() / value;
        [value * (-half).exp(), value * half.exp()]
    }

    /// Why the search stopped, and which parameters lie on a bound: "the gradient vanished with E at a
    /// bound".
    pub fn stopped(&self) -> String {
        if self.at_bound.is_empty() || self.stop == Termination::Exact {
            return self.stop.to_string();
        }
        format!("{} with {} at a bound", self.stop, self.at_bound.join(", "))
    }

    /// The law's floor, if it has one.
    pub fn floor(&self) -> Option<&Parameter> {
        self.params_with(|role| role == Role::Floor).next()
    }

    /// The places of the law's breaks: a place ends one segment and begins the next.
    pub fn breaks(&self) -> impl Iterator<Item = &Parameter> {
        let has_segments = self.params_with(|role| role == Role::Segment).next().is_some();
        self.params_with(move |role| has_segments && role == Role::Place)
    }

    /// The parameters with a role that `is` of a kind.
    pub(crate) fn params_with(&self, is: impl Fn(Role) -> bool) -> impl Iterator<Item = &Parameter> {
        let roles = self.law.formula().params();
        self.params.iter().zip(roles).filter(move |(_, param)| is(param.role)).map(|(fitted, _)| fitted)
    }

    /// The parameters as the formula takes them: logarithms of amplitudes, of places and of widths.
    pub(crate) fn plain(&self) -> Vec<f64> {
        let roles = self.law.formula().params();
        self.params.iter().zip(&roles).map(|(fitted, param)| param.taken(fitted.value)).collect()
    }

    fn value_and_gradient(&self, x: f64, tokens: f64) -> (f64, Vec<f64>) {
        let mut gradient = vec![0.0; self.p()];
        let value = self.law.formula().at(&self.plain(), x.ln(), tokens.ln(), Some(&mut gradient));
        (value, gradient)
    }
}

impl Parameter {
    /// "0.7439 [0.55, 1.02]".
    pub fn range(&self) -> String {
        format!("{} [{}, {}]", number(self.value), number(self.low), number(self.high))
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
        write!(f, "{} = {}", self.name, self.range())
    }
}

/// "the gradient vanished".
impl fmt::Display for Termination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClosedForm => "closed form: a straight line in logarithms",
            Self::Exact => "the law passes through every point",
            Self::Gradient => "the gradient vanished",
            Self::Objective => "no step lowers it beyond rounding",
            Self::Damping => "no step lowers it, however short",
            Self::Vertex => "the law passes through as many points as it has parameters",
            Self::Iterations => "out of iterations: no optimum",
        })
    }
}

/// "profile likelihood", "1000 bootstrap refits of pairs, seed 1".
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profile => write!(f, "profile likelihood"),
            Self::Student => write!(f, "Student's t about the line"),
            Self::Pairs { replicas, seed } => write!(f, "{replicas} bootstrap refits of points, seed {seed}"),
            Self::Residual { replicas, seed } => {
                write!(f, "{replicas} bootstrap refits of residuals, seed {seed}")
            }
        }
    }
}

/// Law, parameters with intervals, space, points, why the search stopped, verdict and warnings.
impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}   {} points, {}", self.law, self.n, self.space)?;
        for parameter in &self.params {
            let [value, low, high] = [parameter.value, parameter.low, parameter.high].map(number);
            writeln!(f, "  {:<6} {value:>10}   95 % [{low}, {high}]", parameter.name)?;
        }
        writeln!(f, "  intervals: {}", self.interval)?;
        let starts = if self.stop == Termination::ClosedForm {
            String::new()
        } else {
            format!("{} starts, ", self.starts)
        };
        writeln!(
            f,
            "  sum {:.6e}   rmse of ln y {:.4}   AICc {:.2}   {starts}stopped: {}   condition number {:.0}",
            self.objective,
            self.rmse_log,
            self.aicc,
            self.stopped(),
            self.condition_number
        )?;
        write!(f, "  {}", self.verdict)?;
        self.warnings.iter().try_for_each(|warning| write!(f, "\n  note: {warning}"))
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
