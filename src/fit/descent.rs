//! From one starting point to a local minimum, in any fit space.
//!
//! Least squares are one descent ([`newton`]). The robust losses are reached along a sequence of Huber
//! losses, from a wide one, where squares rule and steps are long, to the one that was asked for. Least
//! absolute deviations end at a corner ([`vertex`]) or, where there is none, at the minimum of a Huber loss
//! that is straight but for 1e-7 of the residuals.

use crate::fit::newton::{self, Tolerance};
use crate::fit::optimum::{End, Optimum};
use crate::fit::problem::Problem;
use crate::fit::space::{RobustLoss, Space};
use crate::fit::vertex;

/// How far a descent goes.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// When the last loss is minimised well enough.
    pub last: Tolerance,
    /// Whether robust losses are narrowed step by step; a screening is content with one wide loss on the way.
    pub narrows: bool,
}

/// Screening of one of many starting points: 25 iterations, gtol 1e-3, ftol 1e-3.
pub const SCREENING: Effort = Effort {
    last: Tolerance { iterations: 25, gtol: 1e-3, ftol: 1e-3, newton_after: usize::MAX },
    narrows: false,
};
/// One of many refits: 120 iterations, gtol 1e-6.
pub const REFIT: Effort =
    Effort { last: Tolerance { iterations: 120, gtol: 1e-6, ftol: 0.0, newton_after: 12 }, narrows: true };
/// The final fit: 400 iterations, gtol 1e-12.
pub const FINE: Effort =
    Effort { last: Tolerance { iterations: 400, gtol: 1e-12, ftol: 0.0, newton_after: 4 }, narrows: true };

/// Each Huber loss on the way is narrower than the one before by this factor.
const NARROWING: f64 = 0.2;

/// Within this share of the typical residual corners are looked for.
const NEAR_CORNERS: f64 = 0.03;

/// Where there is no corner, absolute values are rounded within this share of the typical residual.
const ROUNDED: f64 = 1e-7;

/// Descends from `start` with parameter `fixed` kept where it is.
pub fn descend(problem: &Problem, start: &[f64], fixed: Option<usize>, effort: Effort) -> Optimum {
    if problem.space.is_squares() {
        return newton::minimise(problem, RobustLoss::of(problem.space, 1.0), start, fixed, effort.last);
    }
    let Some(typical) = typical_residual(problem, start) else {
        return Optimum { theta: start.to_vec(), objective: f64::INFINITY, end: End::NoValue };
    };
    if let Space::Huber { delta } = problem.space {
        let near = narrowed(problem, start.to_vec(), fixed, [typical, delta], effort);
        return newton::minimise(problem, RobustLoss::of(problem.space, delta), &near, fixed, effort.last);
    }
    let near = narrowed(problem, start.to_vec(), fixed, [typical, NEAR_CORNERS * typical], effort);
    if effort.narrows {
        let corner = vertex::descend(problem, &near, fixed);
        corner.unwrap_or_else(|| rounded(problem, near, fixed, typical, effort))
    } else {
        let objective = problem.space.sum(&problem.residuals(&near), &problem.points.weights);
        Optimum { theta: near, objective, end: End::Objective }
    }
}

/// The third quartile of the sizes of the residuals; none where the law has no value at some point.
fn typical_residual(problem: &Problem, theta: &[f64]) -> Option<f64> {
    let mut sizes: Vec<f64> = problem.residuals(theta).iter().map(|r| r.abs()).collect();
    sizes.sort_unstable_by(f64::total_cmp);
    sizes.iter().all(|size| !size.is_nan()).then(|| sizes[3 * sizes.len() / 4].clamp(1e-12, 10.0))
}

/// The minimum of a Huber loss a little wider than `to`, by way of wider ones from `from` on.
fn narrowed(
    problem: &Problem,
    mut theta: Vec<f64>,
    fixed: Option<usize>,
    [from, to]: [f64; 2],
    effort: Effort,
) -> Vec<f64> {
    let newton_after = effort.last.newton_after.min(6);
    let tolerance = Tolerance { newton_after, ..SCREENING.last };
    let mut delta = from;
    while delta > to {
        let loss = RobustLoss { delta, scale: 1.0 / delta };
        theta = newton::minimise(problem, loss, &theta, fixed, tolerance).theta;
        if !effort.narrows {
            break;
        }
        delta *= NARROWING;
    }
    theta
}

/// Least absolute deviations that end at no corner.
fn rounded(problem: &Problem, near: Vec<f64>, fixed: Option<usize>, typical: f64, effort: Effort) -> Optimum {
    let delta = ROUNDED * typical;
    let near = narrowed(problem, near, fixed, [NEAR_CORNERS * typical, delta], effort);
    let found = newton::minimise(problem, RobustLoss::of(problem.space, delta), &near, fixed, effort.last);
    let objective = problem.space.sum(&problem.residuals(&found.theta), &problem.points.weights);
    Optimum { objective, ..found }
}
