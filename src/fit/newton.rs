//! Minimises an objective from one starting point: bounded, damped Gauss–Newton, then Newton
//! (Levenberg–Marquardt).
//!
//! ```text
//! (H + λ D) s = -g      θ ← θ + s, kept inside the bounds, where Q falls
//! ```
//!
//! Parameters at a bound that Q pushes outward are left out of the step. The damping λ follows H. B. Nielsen
//! (*Damping Parameter in Marquardt's Method*, IMM-REP-1999-05, 1999): after a step whose fall is γ times the
//! expected one λ is multiplied by 1 - (2γ - 1)³, here kept above 0.1 (Nielsen: 1/3, which relaxes more
//! slowly); after a failed one by 2, 4, 8, …

use crate::fit::optimum::{End, Iterate, Optimum};
use crate::fit::problem::Problem;
use crate::fit::quadratic::Quadratic;
use crate::fit::space::RobustLoss;

/// A step damped more than this does not move any parameter.
const MOST_DAMPING: f64 = 1e15;

/// Relative to the objective, an expected fall of this size is rounding.
const ROUNDING: f64 = 1e-15;

/// When a descent is content.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// The most iterations.
    pub iterations: usize,
    /// Relative gradient tolerance: stop when |Σ w ρ' ∂r/∂θ_k| ≤ gtol · Σ |w ρ' ∂r/∂θ_k| for every free k.
    pub gtol: f64,
    /// Relative tolerance of the objective: stop when a step lowers it by at most this share.
    pub ftol: f64,
    /// Second derivatives of the law from this iteration on.
    pub newton_after: usize,
}

/// Minimises the objective of one loss from `start`, with parameter `fixed` kept where it is.
pub fn minimise(
    problem: &Problem,
    loss: RobustLoss,
    start: &[f64],
    fixed: Option<usize>,
    tolerance: Tolerance,
) -> Optimum {
    let mut iterate = Iterate::at(problem, loss, inside(problem, start, fixed));
    let mut damping = Damping { lambda: 1e-3, growth: 2.0 };
    for iteration in 0..tolerance.iterations {
        let about = Quadratic::about(problem, loss, &iterate, iteration >= tolerance.newton_after);
        let free = free(problem, &iterate, &about.gradient, fixed);
        if about.gradient_vanishes(&free, tolerance.gtol) {
            return iterate.end(End::Gradient);
        }
        let next = match step(problem, loss, &iterate, &about, &free, &mut damping) {
            Ok(next) => next,
            Err(end) => return iterate.end(end),
        };
        let is_content = iterate.objective - next.objective <= tolerance.ftol * next.objective;
        iterate = next;
        if is_content {
            return iterate.end(End::Objective);
        }
    }
    iterate.end(End::Iterations)
}

/// The start moved inside the bounds.
fn inside(problem: &Problem, start: &[f64], fixed: Option<usize>) -> Vec<f64> {
    let bounded = |k: usize| start[k].clamp(problem.low[k], problem.high[k]);
    (0..start.len()).map(|k| if fixed == Some(k) { start[k] } else { bounded(k) }).collect()
}

/// The parameters that may move: neither fixed nor pushed outward at a bound.
fn free(problem: &Problem, iterate: &Iterate, gradient: &[f64], fixed: Option<usize>) -> Vec<usize> {
    let outward = |k: usize| {
        (iterate.theta[k] <= problem.low[k] && gradient[k] > 0.0)
            || (iterate.theta[k] >= problem.high[k] && gradient[k] < 0.0)
    };
    (0..gradient.len()).filter(|&k| fixed != Some(k) && !outward(k)).collect()
}

/// The next iterate downhill, damped as much as it takes; or why there is none.
fn step(
    problem: &Problem,
    loss: RobustLoss,
    iterate: &Iterate,
    about: &Quadratic,
    free: &[usize],
    damping: &mut Damping,
) -> Result<Iterate, End> {
    let about = about.over(free);
    loop {
        if damping.lambda > MOST_DAMPING {
            return Err(End::Damping);
        }
        let Some(step) = about.step(damping.lambda) else {
            damping.raise(4.0);
            continue;
        };
        let mut theta = iterate.theta.clone();
        for (&k, s) in free.iter().zip(&step) {
            theta[k] = (theta[k] + s).clamp(problem.low[k], problem.high[k]);
        }
        let next = Iterate::at(problem, loss, theta);
        let (fall, expected) = (iterate.objective - next.objective, about.expected_fall(&step));
        if fall > 0.0 {
            damping.relax(fall / expected.max(f64::MIN_POSITIVE));
            return Ok(next);
        }
        if expected <= ROUNDING * iterate.objective.max(f64::MIN_POSITIVE) {
            return Err(End::Objective);
        }
        damping.raise(1.0);
    }
}

/// Nielsen's rule.
struct Damping {
    /// λ.
    lambda: f64,
    /// What the next failed step multiplies λ by.
    growth: f64,
}

impl Damping {
    /// After a step whose objective fell by `gain` times what was expected.
    fn relax(&mut self, gain: f64) {
        self.lambda *= (1.0 - (2.0 * gain - 1.0).powi(3)).clamp(0.1, 2.0);
        self.growth = 2.0;
    }

    /// After a step that failed; `more` than otherwise where there was no step at all.
    fn raise(&mut self, more: f64) {
        self.lambda = self.lambda.max(1e-12) * more * self.growth;
        self.growth *= 2.0;
    }
}
