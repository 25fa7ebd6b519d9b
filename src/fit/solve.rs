//! From a start to the bottom of its valley, by damped Newton steps.
//!
//! ```text
//! Q = Σ w ρ(r)    g = Σ w ρ' ∇r    (H + λ D) s = -g,   kept inside the bounds, taken only if Q falls
//! H: Σ w ρ'/r ∇r∇rᵀ (Gauss and Newton, reweighted) far from the bottom, Σ w (ρ'' ∇r∇rᵀ + ρ' ∇²r) (Newton) near it
//! ```
//!
//! ∇r is exact, ∇²r comes from differences of ∇r. Parameters at a bound that Q pushes outward are left
//! out of the step. Least absolute deviations end at a corner ([`vertex`](crate::fit::vertex)) or, where there is none, at the
//! bottom of a Huber loss that is straight but for 1e-7 of the residuals.

use crate::fit::matrix;
use crate::fit::problem::Problem;
use crate::fit::space::{Loss, Space};
use crate::fit::state::{End, Optimum, State};
use crate::fit::vertex;

/// How far a descent goes.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    pub iterations: usize,
    /// The points' pulls on every parameter must cancel to this.
    pub cancel: f64,
    /// Second derivatives of the law from this iteration on.
    pub newton_after: usize,
}

/// A look into a valley.
pub const GLANCE: Effort = Effort { iterations: 25, cancel: 1e-3, newton_after: usize::MAX };
/// Good enough for one of many refits.
pub const REFIT: Effort = Effort { iterations: 120, cancel: 1e-6, newton_after: 12 };
/// To the bottom.
pub const POLISH: Effort = Effort { iterations: 400, cancel: 1e-12, newton_after: 4 };

/// Descends from `start` with parameter `held` kept where it is.
pub fn descend(problem: &Problem, start: &[f64], held: Option<usize>, effort: Effort) -> Optimum {
    if problem.space.is_squares() {
        return newton(problem, Loss::of(problem.space, 1.0), start, held, effort);
    }
    // From a wide Huber loss, where squares rule and steps are long, to the one that was asked for.
    let mut sizes: Vec<f64> = problem.residuals(start).iter().map(|r| r.abs()).collect();
    sizes.sort_unstable_by(f64::total_cmp);
    if sizes.iter().any(|size| size.is_nan()) {
        // The law has no value at some point: there is no valley to follow.
        return Optimum { theta: start.to_vec(), objective: f64::INFINITY, end: End::Step };
    }
    let typical = sizes[3 * sizes.len() / 4].clamp(1e-12, 10.0);
    let narrow = |theta: Vec<f64>, from: f64, to: f64| {
        let (mut theta, mut delta) = (theta, from);
        while delta > to {
            let loss = Loss { delta, scale: 1.0 / delta };
            let short = Effort { iterations: 25, cancel: 1e-3, newton_after: effort.newton_after.min(6) };
            theta = newton(problem, loss, &theta, held, short).theta;
            // A glance is content with the wide loss and the one asked for.
            delta = if effort.cancel > 1e-4 { 0.0 } else { 0.2 * delta };
        }
        theta
    };
    match problem.space {
        Space::Huber { delta } => {
            let near = narrow(start.to_vec(), typical, delta);
            newton(problem, Loss::of(problem.space, delta), &near, held, effort)
        }
        _ => {
            let near = narrow(start.to_vec(), typical, 0.03 * typical);
            if effort.cancel > 1e-4 {
                let sum = problem.space.sum(&problem.residuals(&near), &problem.weights);
                return Optimum { theta: near, objective: sum, end: End::Step };
            }
            vertex::descend(problem, &near, held).unwrap_or_else(|| {
                let near = narrow(near, 0.03 * typical, 1e-7 * typical);
                let bottom = newton(problem, Loss::of(problem.space, 1e-7 * typical), &near, held, effort);
                let sum = problem.space.sum(&problem.residuals(&bottom.theta), &problem.weights);
                let end = if bottom.end == End::Iterations { End::Step } else { bottom.end };
                Optimum { theta: bottom.theta, objective: sum, end }
            })
        }
    }
}

fn newton(problem: &Problem, loss: Loss, start: &[f64], held: Option<usize>, effort: Effort) -> Optimum {
    let p = start.len();
    let start: Vec<f64> = (0..p)
        .map(|k| if held == Some(k) { start[k] } else { start[k].clamp(problem.low[k], problem.high[k]) })
        .collect();
    let mut state = State::at(problem, loss, start);
    let (mut damping, mut growth) = (1e-3, 2.0);
    for iteration in 0..effort.iterations {
        let second = iteration >= effort.newton_after;
        let slope = Slope::of(problem, loss, &state, second);
        let free: Vec<usize> = (0..p)
            .filter(|&k| {
                let outward = (state.theta[k] <= problem.low[k] && slope.gradient[k] > 0.0)
                    || (state.theta[k] >= problem.high[k] && slope.gradient[k] < 0.0);
                held != Some(k) && !outward
            })
            .collect();
        if free.iter().all(|&k| slope.gradient[k].abs() <= effort.cancel * slope.pulls[k]) {
            return state.end(End::Gradient);
        }
        let curvature = matrix::block(&slope.curvature, p, &free);
        let metric = matrix::block(&slope.metric, p, &free);
        let moved = loop {
            if damping > 1e15 {
                return state.end(End::Step);
            }
            let mut h = curvature.clone();
            for i in 0..free.len() {
                for j in 0..free.len() {
                    // Far from squares the reweighted parabola is the better measure of length.
                    let length = if i == j {
                        metric[i * free.len() + i]
                    } else if second && loss.delta.is_finite() {
                        0.9 * metric[i * free.len() + j]
                    } else {
                        0.0
                    };
                    h[i * free.len() + j] += damping * length;
                }
                h[i * free.len() + i] += f64::MIN_POSITIVE;
            }
            let mut step: Vec<f64> = free.iter().map(|&k| -slope.gradient[k]).collect();
            if !matrix::solve(&mut h, &mut step) {
                (damping, growth) = (damping.max(1e-12) * 4.0 * growth, growth * 2.0);
                continue;
            }
            let mut theta = state.theta.clone();
            for (&k, s) in free.iter().zip(&step) {
                theta[k] = (theta[k] + s).clamp(problem.low[k], problem.high[k]);
            }
            let expected: f64 =
                -step.iter().zip(&free).map(|(s, &k)| s * slope.gradient[k]).sum::<f64>() * 0.5;
            let next = State::at(problem, loss, theta);
            let fall = state.objective - next.objective;
            if fall > 0.0 {
                let gain = fall / expected.max(f64::MIN_POSITIVE);
                damping *= (1.0 - (2.0 * gain - 1.0).powi(3)).clamp(0.1, 2.0);
                growth = 2.0;
                break Some((next, fall));
            }
            // Below rounding nothing can fall.
            if expected <= 1e-15 * state.objective.max(f64::MIN_POSITIVE) {
                break None;
            }
            (damping, growth) = (damping.max(1e-12) * growth, growth * 2.0);
        };
        let Some((next, fall)) = moved else { return state.end(End::Step) };
        let settled = effort.cancel > 1e-4 && fall <= 1e-3 * next.objective;
        state = next;
        if settled {
            return state.end(End::Step);
        }
    }
    state.end(End::Iterations)
}

/// First and second derivatives of the objective.
struct Slope {
    gradient: Vec<f64>,
    /// Σ |w ρ' ∇r|: what the gradient would be if the points did not pull against each other.
    pulls: Vec<f64>,
    curvature: Vec<f64>,
    metric: Vec<f64>,
}

impl Slope {
    fn of(problem: &Problem, loss: Loss, state: &State, second: bool) -> Self {
        let p = state.theta.len();
        let (mut gradient, mut pulls) = (vec![0.0; p], vec![0.0; p]);
        let mut metric = vec![0.0; p * p];
        let mut inner = vec![0.0; if second && loss.delta.is_finite() { p * p } else { 0 }];
        for ((&r, &w), row) in state.residuals.iter().zip(&problem.weights).zip(state.slopes.chunks_exact(p))
        {
            let (pull, weight) = (w * loss.pull(r), w * loss.weight(r));
            for i in 0..p {
                let part = pull * row[i];
                gradient[i] += part;
                pulls[i] += part.abs();
                let scaled = weight * row[i];
                for (h, d) in metric[i * p..i * p + i + 1].iter_mut().zip(row) {
                    *h += scaled * d;
                }
            }
            if !inner.is_empty() && r.abs() <= loss.delta {
                for i in 0..p {
                    for j in 0..=i {
                        inner[i * p + j] += w * loss.scale * row[i] * row[j];
                    }
                }
            }
        }
        let mut curvature = if inner.is_empty() { metric.clone() } else { inner };
        if second {
            let bend = bend(problem, loss, state);
            curvature.iter_mut().zip(bend).for_each(|(h, b)| *h += b);
        }
        mirror(&mut curvature, p);
        mirror(&mut metric, p);
        Self { gradient, pulls, curvature, metric }
    }
}

/// Σ w ρ' ∇²r (lower triangle), by differences of ∇r.
fn bend(problem: &Problem, loss: Loss, state: &State) -> Vec<f64> {
    let p = state.theta.len();
    let pulls: Vec<f64> =
        state.residuals.iter().zip(&problem.weights).map(|(&r, w)| w * loss.pull(r)).collect();
    let pulled = |theta: Vec<f64>| -> Vec<f64> {
        let moved = State::at(problem, loss, theta);
        let mut sum = vec![0.0; p];
        for (pull, row) in pulls.iter().zip(moved.slopes.chunks_exact(p)) {
            sum.iter_mut().zip(row).for_each(|(s, d)| *s += pull * d);
        }
        sum
    };
    let mut bend = vec![0.0; p * p];
    for k in 0..p {
        let step = 1e-5 * state.theta[k].abs().max(1e-2);
        let mut ends = [state.theta.clone(), state.theta.clone()];
        ends[0][k] = (state.theta[k] - step).max(problem.low[k]);
        ends[1][k] = (state.theta[k] + step).min(problem.high[k]);
        let width = ends[1][k] - ends[0][k];
        let [below, above] = ends.map(pulled);
        for i in 0..p {
            bend[i * p + k] = (above[i] - below[i]) / width;
        }
    }
    for i in 0..p {
        for j in 0..i {
            bend[i * p + j] = 0.5 * (bend[i * p + j] + bend[j * p + i]);
        }
    }
    bend
}

fn mirror(h: &mut [f64], p: usize) {
    for i in 0..p {
        for j in 0..i {
            h[j * p + i] = h[i * p + j];
        }
    }
}
