//! The distributions of a tail: the power law and its four usual rivals.
//!
//! ```text
//! power law               x^-α
//! lognormal               1/x · exp(-(ln x - μ)² / 2σ²)
//! exponential             e^(-λx)
//! stretched exponential   x^(β-1) e^(-λ x^β)
//! truncated power law     x^-α e^(-λx)
//! ```
//!
//! Each is meant for x ≥ x_min and normalised there. On whole numbers the power laws are normalised by
//! their sums; of the other three a whole number x takes the mass from x - ½ to x + ½ of the law above
//! x_min - ½, as the Python package `powerlaw` does (for the exponential that is the geometric law).
//! Source: Clauset, Shalizi & Newman, table 2.1.

use crate::tail::fitted::Kind;
use crate::tail::gamma::{scaled_erfc, scaled_upper};
use crate::tail::{lerch, zeta};
use serde::{Deserialize, Serialize};
use statrs::function::erf::erfc;
use std::f64::consts::{LN_2, PI, SQRT_2};

/// A distribution with its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum TailLaw {
    PowerLaw {
        alpha: f64,
    },
    Lognormal {
        mu: f64,
        sigma: f64,
    },
    Exponential {
        lambda: f64,
    },
    /// κ = λ times the edge^β: a number without a unit, where λ over- or underflows.
    StretchedExponential {
        kappa: f64,
        beta: f64,
    },
    TruncatedPowerLaw {
        alpha: f64,
        lambda: f64,
    },
}

/// A distribution above an edge.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TailModel {
    /// The law and its parameters.
    pub law: TailLaw,
    /// Where it begins, in the units of the data.
    pub x_min: f64,
    /// Whether x is any number or a whole one.
    pub kind: Kind,
}

impl TailLaw {
    /// "stretched exponential".
    pub fn name(&self) -> &'static str {
        match self {
            Self::PowerLaw { .. } => "power law",
            Self::Lognormal { .. } => "lognormal",
            Self::Exponential { .. } => "exponential",
            Self::StretchedExponential { .. } => "stretched exponential",
            Self::TruncatedPowerLaw { .. } => "truncated power law",
        }
    }

    /// ln of the share at or above `x` of the continuous law above `edge`.
    fn ln_above(&self, x: f64, edge: f64) -> f64 {
        let log = log_ratio(x, edge);
        match *self {
            Self::PowerLaw { alpha } => (1.0 - alpha) * log,
            Self::Lognormal { mu, sigma } => {
                let u = |x: f64| (x.ln() - mu) / (sigma * SQRT_2);
                ln_erfc(u(x)) - ln_erfc(u(edge))
            }
            Self::Exponential { lambda } => -lambda * (x - edge),
            Self::StretchedExponential { kappa, beta } => -kappa * (beta * log).exp_m1(),
            Self::TruncatedPowerLaw { alpha, lambda } => {
                let ln_h = |x: f64| ln_scaled_upper(1.0 - alpha, lambda * x);
                (1.0 - alpha) * log - lambda * (x - edge) + ln_h(x) - ln_h(edge)
            }
        }
    }

    /// ln of the density at `x` of the continuous law above `edge`.
    fn ln_density(&self, x: f64, edge: f64) -> f64 {
        let log = log_ratio(x, edge);
        match *self {
            Self::PowerLaw { alpha } => (alpha - 1.0).ln() - edge.ln() - alpha * log,
            Self::Lognormal { mu, sigma } => {
                let u = |x: f64| (x.ln() - mu) / (sigma * SQRT_2);
                0.5 * (LN_2 - PI.ln()) - sigma.ln() - x.ln() - u(x).powi(2) - ln_erfc(u(edge))
            }
            Self::Exponential { lambda } => lambda.ln() - lambda * (x - edge),
            Self::StretchedExponential { kappa, beta } => {
                (kappa * beta).ln() - x.ln() + beta * log - kappa * (beta * log).exp_m1()
            }
            Self::TruncatedPowerLaw { alpha, lambda } => {
                -alpha * log - lambda * (x - edge) - edge.ln() - ln_scaled_upper(1.0 - alpha, lambda * edge)
            }
        }
    }
}

impl TailModel {
    /// The parameters by name, as in the formulas above: "alpha", "mu", "sigma", "lambda", "beta".
    pub fn parameters(&self) -> Vec<(&'static str, f64)> {
        let edge = match self.kind {
            Kind::Continuous => self.x_min,
            Kind::Discrete => self.x_min - 0.5,
        };
        match self.law {
            TailLaw::PowerLaw { alpha } => vec![("alpha", alpha)],
            TailLaw::Lognormal { mu, sigma } => vec![("mu", mu), ("sigma", sigma)],
            TailLaw::Exponential { lambda } => vec![("lambda", lambda)],
            TailLaw::StretchedExponential { kappa, beta } => {
                vec![("lambda", kappa * edge.powf(-beta)), ("beta", beta)]
            }
            TailLaw::TruncatedPowerLaw { alpha, lambda } => vec![("alpha", alpha), ("lambda", lambda)],
        }
    }

    /// ln of the density at `x`, or of the mass of the whole number `x`; `x` ≥ `x_min`.
    pub fn ln_likelihood(&self, x: f64) -> f64 {
        let log = log_ratio(x, self.x_min);
        match (self.kind, self.law) {
            (Kind::Continuous, law) => law.ln_density(x, self.x_min),
            (_, TailLaw::PowerLaw { alpha }) => -alpha * log - zeta::scaled(alpha, self.x_min).ln(),
            (_, TailLaw::TruncatedPowerLaw { alpha, lambda }) => {
                let normaliser = lerch::scaled(alpha, lambda, self.x_min);
                -alpha * log - lambda * (x - self.x_min) - normaliser.ln()
            }
            (_, law) => {
                let edge = self.x_min - 0.5;
                let [from, to] = [-0.5, 0.5].map(|half| law.ln_above(x + half, edge));
                // Where the mass is small beside what lies above, the difference is mostly rounding, and
                // the density in the middle is right to (from - to)² / 24.
                if from - to > 1e-4 { from + (-(to - from).exp_m1()).ln() } else { law.ln_density(x, edge) }
            }
        }
    }

    /// The share of the law at or above `x` ≥ `x_min`: the complementary cumulative distribution.
    pub fn above(&self, x: f64) -> f64 {
        let ratio = |scaled: &dyn Fn(f64) -> f64| scaled(x) / scaled(self.x_min);
        let log = log_ratio(x, self.x_min);
        match (self.kind, self.law) {
            (Kind::Continuous, law) => law.ln_above(x, self.x_min).exp(),
            (_, TailLaw::PowerLaw { alpha }) => (-alpha * log).exp() * ratio(&|x| zeta::scaled(alpha, x)),
            (_, TailLaw::TruncatedPowerLaw { alpha, lambda }) => {
                (-alpha * log - lambda * (x - self.x_min)).exp() * ratio(&|x| lerch::scaled(alpha, lambda, x))
            }
            (_, law) => law.ln_above(x - 0.5, self.x_min - 0.5).exp(),
        }
    }
}

/// ln(x / edge), also where the quotient overflows.
pub(crate) fn log_ratio(x: f64, edge: f64) -> f64 {
    let ratio = x / edge;
    if ratio.is_finite() { ratio.ln() } else { x.ln() - edge.ln() }
}

/// ln erfc(u) without underflow.
pub(crate) fn ln_erfc(u: f64) -> f64 {
    if u > 0.0 { scaled_erfc(u).ln() - u * u } else { erfc(u).ln() }
}

/// ln h(a, z), also where the cut has gone: h(a, 0) = -1/a for a < 0.
fn ln_scaled_upper(a: f64, z: f64) -> f64 {
    if z > 0.0 { scaled_upper(a, z).ln() } else { -(-a).ln() }
}
