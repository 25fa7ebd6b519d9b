//! How noisy the points are about a fitted law, and what that makes of a rise of the objective.
//!
//! ```text
//! λ = E[ρ'²] / E[ρ'']        2 (Q(v) - Q_min) / (κ λ) < F(1, ν)      bounds a 95 % interval of one parameter
//! ```
//!
//! For least squares ρ'' = 1 and λ = Σ w r² / (n - p), so the rule is Q(v) < Q_min (1 + F(1, n - p) / (n -
//! p)): exact where a law is linear in its parameters. For Huber's loss and absolute deviations it is the
//! likelihood-ratio-type test of robust statistics (Heritier & Ronchetti 1994); E[ρ''] is the share of points
//! within δ or, where that holds too few, the density of the residuals near 0 from a window of the width
//! n^-1/5 times their robust scale.
//!
//! With cells (seeds of one setting) κ, the design effect, is the factor by which leaving out whole cells
//! (jackknife) moves the parameter more than single points would let it, at least 1, and ν counts cells. A
//! cell without which the parameters are not determined (as in as many cells as parameters) cannot be left
//! out: then what the other cells move is added to the covariance by points, which is never fallen below.

use crate::fit::matrix;
use crate::fit::points::Points;
use crate::fit::problem::Problem;
use crate::fit::space::{RobustLoss, Space};
use crate::stats::{LEVEL, normal_within, t_quantile};
use std::collections::BTreeMap;

/// Parameters whose condition number without a cell is above this are not determined without it.
const UNDETERMINED: f64 = 1e7;

/// The noise about a fitted law.
pub struct Noise {
    /// λ, in the units of the problem's objective.
    pub dispersion: f64,
    /// Covariance of the problem's parameters, row by row; zeros for those at a bound.
    pub covariance: Vec<f64>,
    /// The same by the jackknife over whole cells; equal without cells.
    pub by_cell: Vec<f64>,
    /// How many cells cannot be left out, since the others do not determine the parameters.
    pub pinned: usize,
    /// Number of independent units: cells, or points without cells.
    pub units: usize,
    /// Condition number of the Jacobian with columns of length 1.
    pub condition_number: f64,
    /// F(1, ν) at 95 %.
    pub f_quantile: f64,
}

impl Noise {
    /// The noise of `problem` about the law at `theta`; `points` say which of them form cells.
    pub fn about(problem: &Problem, theta: &[f64], points: &Points) -> Self {
        let (n, p, n_groups) = (points.n(), theta.len(), points.n_groups());
        let residuals = problem.residuals(theta);
        let loss = RobustLoss::of(problem.space, 1e-9 * typical(&residuals).max(1e-300));
        let weights = &problem.points.weights;
        let freedom = n.saturating_sub(p).max(1) as f64;
        let squares: f64 = residuals.iter().zip(weights).map(|(&r, w)| w * loss.psi(r).powi(2)).sum();
        let second = second_derivative(problem.space, &residuals, p);
        let dispersion = squares / freedom / second;

        let jacobian = jacobian(problem, theta);
        let bound = problem.at_bound(theta);
        let free: Vec<usize> = (0..p).filter(|k| !bound.contains(k)).collect();
        let mut gram = vec![0.0; p * p];
        for (row, w) in jacobian.chunks_exact(p).zip(weights) {
            add_square(&mut gram, row, *w);
        }
        let gram_free = matrix::block(&gram, p, &free);
        let inverse = spread(matrix::inverse(&gram_free, free.len()), p, &free);
        let covariance: Vec<f64> = inverse.iter().map(|c| c * dispersion / second).collect();
        let (mut by_cell, mut pinned) = (covariance.clone(), 0);
        if n_groups < n {
            let mut cells = BTreeMap::<usize, Cell>::new();
            for (i, row) in jacobian.chunks_exact(p).enumerate() {
                let cell = cells.entry(points.groups[i]).or_insert_with(|| Cell::empty(p));
                cell.add(row, weights[i] * loss.psi(residuals[i]), weights[i]);
            }
            let share = (n_groups - 1) as f64 / n_groups as f64 / (second * second);
            let (moves, cannot) = jackknife(&cells.into_values().collect::<Vec<_>>(), p, &free, share);
            pinned = cannot;
            if pinned > 0 {
                by_cell.iter_mut().zip(&moves).for_each(|(plain, moved)| *plain += moved);
            } else {
                by_cell = moves;
            }
        }
        let units = if n_groups < n { n_groups } else { n };
        Self {
            dispersion,
            covariance,
            by_cell,
            pinned,
            units,
            condition_number: matrix::condition_number(&gram_free, free.len()),
            f_quantile: t_quantile(LEVEL, units.saturating_sub(p).max(1)).powi(2),
        }
    }

    /// κ of each parameter: its variance from whole cells over that from single points, at least 1.
    pub fn design_effects(&self, problem: &Problem) -> Vec<f64> {
        let plain = |covariance: &[f64]| problem.coordinates.plain_covariance(covariance);
        let (by_point, by_cell) = (plain(&self.covariance), plain(&self.by_cell));
        let ratio = |at: usize| if by_point[at] > 0.0 { (by_cell[at] / by_point[at]).max(1.0) } else { 1.0 };
        (0..problem.p()).map(|k| ratio(k * problem.p() + k)).collect()
    }
}

/// Derivatives of the residuals. The search multiplies by 1/f, which is quicker; here they are divided, and
/// the digits of every interval hang on that rounding.
fn jacobian(problem: &Problem, theta: &[f64]) -> Vec<f64> {
    let (values, mut jacobian) = problem.values_and_jacobian(theta);
    if problem.space != Space::Y {
        for (row, f) in jacobian.chunks_exact_mut(theta.len()).zip(values) {
            row.iter_mut().for_each(|d| *d /= f);
        }
    }
    jacobian
}

/// What the points of a cell pull together.
struct Cell {
    /// Σ w ρ' ∇r.
    gradient: Vec<f64>,
    /// Σ w ∇r∇rᵀ.
    gram: Vec<f64>,
}

impl Cell {
    fn empty(p: usize) -> Self {
        Self { gradient: vec![0.0; p], gram: vec![0.0; p * p] }
    }

    fn add(&mut self, row: &[f64], psi: f64, weight: f64) {
        self.gradient.iter_mut().zip(row).for_each(|(s, d)| *s += psi * d);
        add_square(&mut self.gram, row, weight);
    }
}

/// `share` times the sum of squares of what the optimum moves by when one cell is left out, and how many
/// cells cannot be.
fn jackknife(cells: &[Cell], p: usize, free: &[usize], share: f64) -> (Vec<f64>, usize) {
    let sum = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
    // The cells behind each, summed and not subtracted: no rounding stands where nothing is left.
    let mut behind = vec![vec![0.0; p * p]];
    for cell in cells.iter().skip(1).rev() {
        behind.push(sum(&behind[behind.len() - 1], &cell.gram));
    }
    let (mut moves, mut pinned) = (vec![0.0; p * p], 0);
    let mut before = vec![0.0; p * p];
    for cell in cells {
        let without = sum(&before, &behind.pop().expect("one sum for each cell"));
        before = sum(&before, &cell.gram);
        let mut step: Vec<f64> = free.iter().map(|&k| cell.gradient[k]).collect();
        let left = matrix::block(&without, p, free);
        let is_solved = matrix::solve(&mut left.clone(), &mut step);
        if is_solved && matrix::condition_number(&left, free.len()) < UNDETERMINED {
            let mut whole = vec![0.0; p];
            free.iter().zip(step).for_each(|(&k, s)| whole[k] = s);
            add_square(&mut moves, &whole, share);
        } else {
            pinned += 1;
        }
    }
    (moves, pinned)
}

/// Log-likelihood at the best noise scale, of a density proportional to exp(-ρ(r)/τ) in the fit space.
/// `objective` is Σ w ρ.
pub fn log_likelihood(problem: &Problem, objective: f64) -> f64 {
    let n = problem.points.n() as f64;
    let ln_weights: f64 = problem.points.weights.iter().map(|w| w.ln()).sum();
    match problem.space {
        Space::Y | Space::Log => {
            // y in its own units; a perfect fit keeps a scatter of rounding, so that the number is finite.
            let variance = (2.0 * objective / n).max(1e-32);
            let unit = if problem.space == Space::Y { problem.coordinates.unit.ln() } else { 0.0 };
            -0.5 * n * ((std::f64::consts::TAU * variance).ln() + 1.0) - n * unit + 0.5 * ln_weights
        }
        Space::Lad => {
            let scale = (objective / n).max(1e-16);
            -n * ((2.0 * scale).ln() + 1.0) + ln_weights
        }
        Space::Huber { delta } => {
            let minus = |ln_tau: f64| {
                let tau = ln_tau.exp();
                let width = delta / tau.sqrt();
                let whole = (std::f64::consts::TAU * tau).sqrt() * normal_within(width)
                    + 2.0 * tau / delta * (-0.5 * width * width).exp();
                objective / tau + n * whole.ln()
            };
            let scale = (2.0 * objective / n).max(1e-32).ln();
            -least(minus, scale - 8.0, scale + 8.0) + 0.5 * ln_weights
        }
    }
}

/// E[ρ''].
fn second_derivative(space: Space, residuals: &[f64], p: usize) -> f64 {
    let n = residuals.len();
    let window = 1.2 * typical(residuals) * (n as f64).powf(-0.2);
    let share = |reach: f64, inside: usize| {
        let count = residuals.iter().filter(|r| r.abs() <= reach).count().saturating_sub(inside);
        count.max(1) as f64 / n.saturating_sub(inside).max(1) as f64
    };
    match space {
        Space::Y | Space::Log => 1.0,
        Space::Huber { delta } if delta >= window => share(delta, 0),
        Space::Huber { delta } => delta / window * share(window, p),
        Space::Lad => share(window, p) / window,
    }
}

/// Robust scale: the median size over that of a standard normal.
fn typical(residuals: &[f64]) -> f64 {
    let mut sizes: Vec<f64> = residuals.iter().map(|r| r.abs()).collect();
    sizes.sort_unstable_by(f64::total_cmp);
    sizes[sizes.len() / 2] / 0.6745
}

/// The least value of a function with one minimum, by golden sections.
fn least(f: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let golden = 0.5 * (5f64.sqrt() - 1.0);
    for _ in 0..60 {
        let (a, b) = (high - golden * (high - low), low + golden * (high - low));
        if f(a) < f(b) { high = b } else { low = a }
    }
    f(0.5 * (low + high))
}

fn add_square(sum: &mut [f64], row: &[f64], weight: f64) {
    let p = row.len();
    for i in 0..p {
        for j in 0..p {
            sum[i * p + j] += weight * row[i] * row[j];
        }
    }
}

/// A matrix of the `free` rows and columns laid into one of p × p zeros; all zeros where there is none.
fn spread(inner: Option<Vec<f64>>, p: usize, free: &[usize]) -> Vec<f64> {
    let mut whole = vec![0.0; p * p];
    if let Some(inner) = inner {
        for (a, &i) in free.iter().enumerate() {
            for (b, &j) in free.iter().enumerate() {
                whole[i * p + j] = inner[a * free.len() + b];
            }
        }
    }
    whole
}
