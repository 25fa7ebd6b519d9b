//! The rivals of the power law, each fitted to a tail by maximum likelihood.
//!
//! With y = ln(x / x_min) and s_k the mean of y^k, all but one are profiled down to one dimension and climbed
//! by Brent's method:
//!
//! ```text
//! exponential   λ = 1 / (mean x - x_min)                                          closed form
//! lognormal     u = (ln x_min - μ) / σ√2;   given u, b = 1 / σ√2 solves 2 s₂ b² + 2 u s₁ b = 1
//! stretched     β;   given β, κ = λ x_min^β = 1 / mean (e^(βy) - 1)
//! truncated     α and λ: concave in both, so one climb inside the other;  0 ≤ α, 0 ≤ λ
//! ```
//!
//! For real numbers the power law is a limit of the last three (u → ∞, β → 0, λ → 0). None of them can be
//! less likely than it, and where the climb ends at that limit the rival has nothing to add (`same` in a
//! comparison). For whole numbers that holds of the truncated power law alone: the limit of the other two
//! gives x the mass of a continuous power law from x - ½ to x + ½, which is not x^-α / ζ(α, x_min), and may
//! be less likely than it. Other programs stop at local peaks here: a stretched exponential less likely than
//! the power law is such a stop, and is the reason why published ratios of it differ from ours.

use crate::tail::fitted::Kind;
use crate::tail::gamma::scaled_upper;
use crate::tail::law::{TailLaw, TailModel, ln_erfc, log_ratio};
use crate::tail::lerch;
use crate::tail::maximum::maximum;
use serde::{Deserialize, Serialize};
use std::f64::consts::SQRT_2;

/// A rival of the power law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Rival {
    Lognormal,
    Exponential,
    StretchedExponential,
    TruncatedPowerLaw,
}

/// u of a lognormal beyond which it is a power law: its curve over the data is then below 1e-5.
const STEEPEST: f64 = 300.0;
/// β of a stretched exponential below which it is a power law.
const STRAIGHTEST: f64 = 1e-5;
/// λ times the mean of x below which a cut is none.
const WEAKEST: f64 = 1e-7;

/// The values of a tail: each distinct x ≥ `x_min` with the number of times it stands there.
pub(crate) struct Counted {
    pub x: Vec<f64>,
    pub count: Vec<f64>,
    pub n: f64,
}

impl Counted {
    /// The mean of `f(x)`.
    pub fn mean(&self, f: impl Fn(f64) -> f64) -> f64 {
        self.x.iter().zip(&self.count).map(|(&x, c)| c * f(x)).sum::<f64>() / self.n
    }
}

impl Rival {
    /// All of them, in the order of Clauset, Shalizi & Newman's table 6.2.
    pub const ALL: [Self; 4] =
        [Self::Lognormal, Self::Exponential, Self::StretchedExponential, Self::TruncatedPowerLaw];

    /// The most likely law of this kind above `x_min`; `alpha` is the power law's exponent there.
    pub(crate) fn fit(self, tail: &Counted, x_min: f64, kind: Kind, alpha: f64) -> TailLaw {
        match (self, kind) {
            (Self::Exponential, Kind::Continuous) => {
                TailLaw::Exponential { lambda: 1.0 / tail.mean(|x| x - x_min) }
            }
            (Self::Exponential, Kind::Discrete) => {
                TailLaw::Exponential { lambda: (1.0 / tail.mean(|x| x - x_min)).ln_1p() }
            }
            (Self::Lognormal, _) => lognormal(tail, x_min, kind),
            (Self::StretchedExponential, _) => stretched(tail, x_min, kind),
            (Self::TruncatedPowerLaw, _) => truncated(tail, x_min, kind, alpha),
        }
    }

    /// Whether the fit ended at the limit where `law` is the power law itself.
    pub(crate) fn is_power_law(law: &TailLaw, tail: &Counted, edge: f64, kind: Kind) -> bool {
        let continuous = kind == Kind::Continuous;
        match *law {
            TailLaw::PowerLaw { .. } => true,
            TailLaw::Lognormal { mu, sigma } => continuous && (edge.ln() - mu) / (sigma * SQRT_2) > STEEPEST,
            TailLaw::Exponential { .. } => false,
            TailLaw::StretchedExponential { beta, .. } => continuous && beta < STRAIGHTEST,
            TailLaw::TruncatedPowerLaw { lambda, .. } => lambda * tail.mean(|x| x) < WEAKEST,
        }
    }
}

/// The most likely lognormal: u is climbed, b follows from it.
fn lognormal(tail: &Counted, x_min: f64, kind: Kind) -> TailLaw {
    let edge = edge(x_min, kind);
    let (s1, s2) = (tail.mean(|x| log_ratio(x, edge)), tail.mean(|x| log_ratio(x, edge).powi(2)));
    let law = |u: f64, b: f64| TailLaw::Lognormal { mu: edge.ln() - u / b, sigma: 1.0 / (b * SQRT_2) };
    let scale = |u: f64| (((u * s1).powi(2) + 2.0 * s2).sqrt() - u * s1) / (2.0 * s2);
    let (low, high) = ((-STEEPEST).asinh(), (2.0 * STEEPEST).asinh());
    let (u, b) = match kind {
        Kind::Continuous => {
            let height = |u: f64| {
                let b = scale(u);
                b.ln() - b * b * s2 - 2.0 * u * b * s1 - u * u - ln_erfc(u)
            };
            let u = maximum(low, high, &|t| height(t.sinh())).0.sinh();
            (u, scale(u))
        }
        Kind::Discrete => {
            climb([low, high], f64::sinh, &scale, &|u, b| likelihood(tail, law(u, b), x_min, kind))
        }
    };
    law(u, b)
}

/// The most likely stretched exponential: β is climbed, κ follows from it.
fn stretched(tail: &Counted, x_min: f64, kind: Kind) -> TailLaw {
    let edge = edge(x_min, kind);
    let law = |beta: f64, kappa: f64| TailLaw::StretchedExponential { kappa, beta };
    let scale = |beta: f64| 1.0 / tail.mean(|x| (beta * log_ratio(x, edge)).exp_m1());
    let log_mean = tail.mean(|x| log_ratio(x, edge));
    let range = [(STRAIGHTEST / 10.0).ln(), 100f64.ln()];
    let (beta, kappa) = match kind {
        Kind::Continuous => {
            // The mean of κ (e^(βy) - 1) is 1 at its best κ.
            let height = |beta: f64| (beta * scale(beta)).ln() + beta * log_mean;
            let beta = maximum(range[0], range[1], &|t| height(t.exp())).0.exp();
            (beta, scale(beta))
        }
        Kind::Discrete => climb(range, f64::exp, &scale, &|b, k| likelihood(tail, law(b, k), x_min, kind)),
    };
    law(beta, kappa)
}

/// The most likely truncated power law: λ is climbed, and α inside for each λ, up to the power law's.
fn truncated(tail: &Counted, x_min: f64, kind: Kind, alpha: f64) -> TailLaw {
    let (log_mean, excess) = (tail.mean(|x| log_ratio(x, x_min)), tail.mean(|x| x - x_min));
    let height = |alpha: f64, lambda: f64| {
        let normaliser = match kind {
            Kind::Continuous => scaled_upper(1.0 - alpha, lambda * x_min),
            Kind::Discrete => lerch::scaled(alpha, lambda, x_min),
        };
        -alpha * log_mean - lambda * excess - normaliser.ln()
    };
    let best_alpha = |lambda: f64| maximum(0.0, alpha, &|a| height(a, lambda));
    let scale = tail.mean(|x| x);
    let (low, high) = ((WEAKEST / 10.0).ln(), (10.0 * scale / excess).ln());
    let lambda = maximum(low, high, &|t| best_alpha(t.exp() / scale).1).0.exp() / scale;
    TailLaw::TruncatedPowerLaw { alpha: best_alpha(lambda).0, lambda }
}

/// Where a law of real numbers begins: whole ones are rounded, so half a step lower.
fn edge(x_min: f64, kind: Kind) -> f64 {
    match kind {
        Kind::Continuous => x_min,
        Kind::Discrete => x_min - 0.5,
    }
}

/// The mean log-likelihood of a law.
fn likelihood(tail: &Counted, law: TailLaw, x_min: f64, kind: Kind) -> f64 {
    let model = TailModel { law, x_min, kind };
    tail.mean(|x| model.ln_likelihood(x))
}

/// The peak over a shape in `range` (of its logarithm or the like, undone by `shape`) and a scale that
/// is looked for within a factor 20 of `scale(shape)`.
fn climb(
    range: [f64; 2],
    shape: fn(f64) -> f64,
    scale: &dyn Fn(f64) -> f64,
    height: &dyn Fn(f64, f64) -> f64,
) -> (f64, f64) {
    let best_scale = |shape: f64| {
        let centre = scale(shape).ln();
        maximum(centre - 3.0, centre + 3.0, &|t| height(shape, t.exp()))
    };
    let shape = shape(maximum(range[0], range[1], &|t| best_scale(shape(t)).1).0);
    (shape, best_scale(shape).0.exp())
}
