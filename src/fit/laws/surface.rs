//! The loss surface of Hoffmann et al. 2022 (approach 3), and where on it a given compute is best spent.
//!
//! ```text
//! L(N, D) = E + A/N^α + B/D^β        C = 6 N D
//! N = G (C/6)^p      D = (C/6)^q / G      p = β/(α+β)   q = α/(α+β)   G = (α A / (β B))^(1/(α+β))
//! ```

use crate::error::{Error, Result};
use crate::fit::fitted::Fit;
use crate::fit::formula::{Course, Formula, Nesting, exactly, exp};
use crate::fit::law::Law;
use crate::fit::param::{Description, Exponent, Param, Role};
use crate::fit::points::Points;
use crate::fit::projection::{Column, Projection};
use crate::fit::space::Space;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a compute is best spent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Allocation {
    /// The compute C in FLOPs.
    pub flops: f64,
    /// Parameters N.
    pub params: f64,
    /// Tokens D.
    pub tokens: f64,
    /// Tokens per parameter.
    pub tokens_per_param: f64,
    /// The loss there.
    pub loss: f64,
    /// N grows as C to this power: p = β/(α+β).
    pub params_exponent: f64,
}

/// Fits `L = E + A/N^α + B/D^β` from a grid of exponents, with E, A, B by non-negative least squares at each.
///
/// # Errors
/// As [`Points::runs`] and [`Law::fit`].
pub fn fit(params: &[f64], tokens: &[f64], losses: &[f64], space: Space) -> Result<Fit> {
    Law::Surface.fit(&Points::runs(params, tokens, losses)?, space)
}

/// The compute-optimal split of `flops` FLOPs by the surface `e + a/N^alpha + b/D^beta`.
pub fn allocation(e: f64, a: f64, b: f64, alpha: f64, beta: f64, flops: f64) -> Allocation {
    let params_exponent = beta / (alpha + beta);
    let balance = (alpha * a / (beta * b)).powf(1.0 / (alpha + beta));
    let params = balance * (flops / 6.0).powf(params_exponent);
    let tokens = (flops / 6.0).powf(alpha / (alpha + beta)) / balance;
    let loss = e + a * params.powf(-alpha) + b * tokens.powf(-beta);
    Allocation { flops, params, tokens, tokens_per_param: tokens / params, loss, params_exponent }
}

impl Fit {
    /// The compute-optimal split of `flops` FLOPs by this surface.
    ///
    /// # Errors
    /// [`Error::Failed`] when the law is not a surface.
    pub fn allocation(&self, flops: f64) -> Result<Allocation> {
        if self.law != Law::Surface {
            return Err(Error::Failed(format!(
                "{} is no surface: it says nothing of how to split compute",
                self.law
            )));
        }
        let [e, a, b, alpha, beta] = ["E", "A", "B", "alpha", "beta"].map(|name| self[name].value);
        Ok(allocation(e, a, b, alpha, beta, flops))
    }
}

/// "C = 5.9e23: N = 6.4e10, D = 1.5e12, 24.1 tokens per parameter, loss 1.95".
impl fmt::Display for Allocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "C = {:.3e} FLOPs: N = {:.3e} parameters, D = {:.3e} tokens, {:.1} tokens per parameter, loss {:.4}",
            self.flops, self.params, self.tokens, self.tokens_per_param, self.loss
        )
    }
}

/// Parameters (E, ln A, ln B, α, β).
pub struct Surface;

impl Formula for Surface {
    fn description(&self) -> Description {
        Description {
            key: "surface",
            formula: "L = E + A/N^α + B/D^β".to_owned(),
            name: "a loss surface".to_owned(),
            short: "surface".to_owned(),
            numbers: "{E} + {A}/N^{alpha} + {B}/D^{beta}".to_owned(),
        }
    }

    fn params(&self) -> Vec<Param> {
        let amplitude = |axis, at| Role::Amplitude { axis, exponent: Exponent::Fitted(at), gamma: None };
        vec![
            Param::new("E", Role::Floor),
            Param::new("A", amplitude(0, 3)),
            Param::new("B", amplitude(1, 4)),
            Param::new("alpha", Role::Exponent { axis: 0, signed: false }),
            Param::new("beta", Role::Exponent { axis: 1, signed: false }),
        ]
    }

    fn n_variables(&self) -> usize {
        2
    }

    fn course(&self) -> Course {
        Course::Free
    }

    fn at(&self, theta: &[f64], u: f64, v: f64, gradient: Option<&mut [f64]>) -> f64 {
        let [e, a, b, alpha, beta] = exactly(theta);
        let (first, second) = (exp(a - alpha * u), exp(b - beta * v));
        if let Some(gradient) = gradient {
            gradient.copy_from_slice(&[1.0, first, second, -first * u, -second * v]);
        }
        e + first + second
    }

    fn starts(&self, from: &Projection) -> Vec<Vec<f64>> {
        let powers = |axis: usize| -> Vec<Column> {
            from.exponents(axis).map(|alpha| Column::power(from.points.axis(axis), alpha)).collect()
        };
        let (by_params, by_tokens) = (powers(0), powers(1));
        let best = |first: &Column, second: &Column| {
            let c = from.floor_and_amplitudes(&[first, second]);
            vec![c[0], first.ln_amplitude(c[1]), second.ln_amplitude(c[2]), first.alpha(), second.alpha()]
        };
        by_params.iter().flat_map(|first| by_tokens.iter().map(move |second| best(first, second))).collect()
    }

    fn contains(&self, _: Law) -> Option<Nesting> {
        None
    }
}
