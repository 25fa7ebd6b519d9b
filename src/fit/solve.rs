//! From a start to the bottom of its valley, by damped Newton steps.
//!
//! ```text
//! Q = Σ w ρ(r)    g = Σ w ρ' ∇r    (H + λ D) s = -g,   kept inside the bounds, taken only if Q falls
//! H: Σ w ρ'/r ∇r∇rᵀ (Gauss and Newton, reweighted) far from the bottom, Σ w (ρ'' ∇r∇rᵀ + ρ' ∇²r) (Newton) near it
//! ```
//!
//! ∇r is exact, ∇²r comes from differences of ∇r. Parameters at a bound that Q pushes outward are left
//! out of the step. For least absolute deviations a last turn passes through as many points as there are free parameters.

use crate::fit::form;
use crate::fit::matrix;
use crate::fit::problem::Problem;
use crate::fit::space::{Loss, Space};

/// Why a descent stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Gradient,
    Step,
    Vertex,
    Iterations,
}

/// The bottom of a valley.
#[derive(Debug, Clone)]
pub struct Optimum {
    pub theta: Vec<f64>,
    /// Σ w ρ(r).
    pub objective: f64,
    pub end: End,
}

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
pub const GLANCE: Effort = Effort { iterations: 40, cancel: 1e-3, newton_after: usize::MAX };
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
    let residuals = problem.residuals(start);
    let mut sizes: Vec<f64> = residuals.iter().map(|r| r.abs()).collect();
    sizes.sort_unstable_by(f64::total_cmp);
    let typical = sizes[(3 * sizes.len() / 4).min(sizes.len() - 1)].clamp(1e-12, 10.0);
    let last = match problem.space {
        Space::Huber { delta } => delta,
        _ => 1e-7 * typical,
    };
    let mut theta = start.to_vec();
    let shrink = if effort.cancel > 1e-4 { 0.05 } else { 0.2 };
    let mut delta = typical;
    while delta > last {
        let loss = Loss { delta, scale: 1.0 / delta };
        let short = Effort {
            iterations: effort.iterations.min(25),
            cancel: 1e-3,
            newton_after: effort.newton_after.min(6),
        };
        theta = newton(problem, loss, &theta, held, short).theta;
        delta *= shrink;
    }
    let bottom = newton(problem, Loss::of(problem.space, last), &theta, held, effort);
    if problem.space == Space::Lad { through_points(problem, bottom, held) } else { bottom }
}

/// The point at which a search stands.
struct State {
    theta: Vec<f64>,
    residuals: Vec<f64>,
    /// ∇r, one row a point.
    slopes: Vec<f64>,
    objective: f64,
}

impl State {
    fn at(problem: &Problem, loss: Loss, theta: Vec<f64>) -> Self {
        let (n, p) = (problem.u.len(), theta.len());
        let (mut residuals, mut slopes) = (vec![0.0; n], vec![0.0; n * p]);
        form::evaluate(problem.law, &theta, &problem.u, &problem.v, &mut residuals, &mut slopes);
        if problem.space == Space::Y {
            residuals.iter_mut().zip(&problem.y).for_each(|(f, y)| *f -= y);
        } else {
            for ((f, ln_y), row) in residuals.iter_mut().zip(&problem.ln_y).zip(slopes.chunks_exact_mut(p)) {
                let inverse = 1.0 / *f;
                row.iter_mut().for_each(|d| *d *= inverse);
                *f = f.ln() - ln_y;
            }
        }
        let objective = residuals.iter().zip(&problem.weights).map(|(&r, w)| w * loss.value(r)).sum();
        Self { theta, residuals, slopes, objective }
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
        let settled = effort.cancel > 1e-4 && fall <= 1e-4 * next.objective;
        state = next;
        if settled {
            return state.end(End::Step);
        }
    }
    state.end(End::Iterations)
}

impl State {
    fn end(self, end: End) -> Optimum {
        Optimum { theta: self.theta, objective: self.objective, end }
    }
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

/// The least sum of absolute deviations touches as many points as there are free parameters: solves for those, and keeps the
/// result where the sum does not grow.
fn through_points(problem: &Problem, near: Optimum, held: Option<usize>) -> Optimum {
    let p = near.theta.len();
    let loss = Loss { delta: f64::INFINITY, scale: 1.0 };
    let sum = |state: &State| problem.space.sum(&state.residuals, &problem.weights);
    let bound = problem.at_bound(&near.theta);
    let free: Vec<usize> = (0..p).filter(|k| held != Some(*k) && !bound.contains(k)).collect();
    let first = State::at(problem, loss, near.theta.clone());
    let mut order: Vec<usize> = (0..first.residuals.len()).collect();
    order.sort_by(|&a, &b| first.residuals[a].abs().total_cmp(&first.residuals[b].abs()));
    let touched = &order[..free.len().min(order.len())];
    let before = sum(&first);
    let mut state = first;
    for _ in 0..8 {
        // Gauss–Newton on the touched points alone: as many equations as unknowns.
        let q = free.len();
        let (mut h, mut step) = (vec![0.0; q * q], vec![0.0; q]);
        for &t in touched {
            let row = &state.slopes[t * p..(t + 1) * p];
            for i in 0..q {
                step[i] -= row[free[i]] * state.residuals[t];
                for j in 0..q {
                    h[i * q + j] += row[free[i]] * row[free[j]];
                }
            }
        }
        if !matrix::solve(&mut h, &mut step) {
            break;
        }
        let mut theta = state.theta.clone();
        for (&k, s) in free.iter().zip(&step) {
            theta[k] = (theta[k] + s).clamp(problem.low[k], problem.high[k]);
        }
        state = State::at(problem, loss, theta);
    }
    let after = sum(&state);
    let touches = touched.iter().all(|&t| state.residuals[t].abs() < 1e-11);
    if touches && after <= before * (1.0 + 1e-12) {
        let end = if near.end == End::Iterations { End::Iterations } else { End::Vertex };
        Optimum { theta: state.theta, objective: after, end }
    } else {
        Optimum { objective: before, ..near }
    }
}
