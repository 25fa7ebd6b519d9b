//! How noisy the points are about a fitted law, and what that makes of a rise of the objective.
//!
//! ```text
//! λ = E[ρ'²] / E[ρ'']        2 (Q(v) - Q_min) / (κ λ) < F(1, ν)      bounds a 95 % interval of one parameter
//! ```
//!
//! For least squares ρ'' = 1 and λ = Σ w r² / (n - p), so the rule is Q(v) < Q_min (1 + F(1, n - p) / (n - p)): exact where a law
//! is linear in its parameters. For Huber's loss and absolute deviations it is the likelihood-ratio-type test of robust
//! statistics (Heritier & Ronchetti 1994); E[ρ''] is the share of points within δ or, where that holds too few, the
//! density of the residuals near 0 from a window of the width n^-1/5 times their robust scale.
//!
//! With cells (seeds of one setting) κ is the factor by which leaving out whole cells (jackknife) moves the parameter more than single points
//! would let it, at least 1, and ν counts cells. A cell without which the parameters are not determined (as in as many cells as
//! parameters) cannot be left out: then what the other cells move is added to the covariance by points, which is never fallen below.

use crate::fit::matrix;
use crate::fit::problem::Problem;
use crate::fit::space::{Loss, Space};
use crate::stats::{LEVEL, normal_within, t_quantile};

/// The noise about a fitted law.
pub struct Noise {
    /// λ, in the units of the problem's objective.
    pub dispersion: f64,
    /// Covariance of the problem's parameters, row by row; zeros for those at a bound.
    pub covariance: Vec<f64>,
    /// The same from sums over whole cells; equal without cells.
    pub by_cell: Vec<f64>,
    /// How many cells cannot be left out, since the others do not determine the parameters.
    pub pinned: usize,
    /// Number of independent units: cells, or points without cells.
    pub units: usize,
    /// Largest over smallest singular value of the Jacobian with columns of length 1.
    pub valley: f64,
    /// F(1, ν) at 95 %.
    pub f_quantile: f64,
}

impl Noise {
    /// The noise of `problem` about the law at `theta`; `groups` are the points' cells.
    pub fn about(problem: &Problem, theta: &[f64], groups: &[usize], n_groups: usize) -> Self {
        let (n, p) = (problem.u.len(), theta.len());
        let residuals = problem.residuals(theta);
        let loss = Loss::of(problem.space, 1e-9 * typical(&residuals).max(1e-300));
        let freedom = n.saturating_sub(p).max(1) as f64;
        let squares: f64 =
            residuals.iter().zip(&problem.weights).map(|(&r, w)| w * loss.pull(r).powi(2)).sum();
        let second = second_derivative(problem.space, &residuals, p);
        let dispersion = squares / freedom / second;

        let slopes = problem.slopes(theta);
        let bound = problem.at_bound(theta);
        let free: Vec<usize> = (0..p).filter(|k| !bound.contains(k)).collect();
        let mut gram = vec![0.0; p * p];
        for (row, w) in slopes.chunks_exact(p).zip(&problem.weights) {
            add_square(&mut gram, row, *w);
        }
        let inverse = spread(matrix::inverse(&matrix::block(&gram, p, &free), free.len()), p, &free);
        let covariance: Vec<f64> = inverse.iter().map(|c| c * dispersion / second).collect();

        let (mut by_cell, mut pinned) = (covariance.clone(), 0);
        if n_groups < n {
            // The jackknife over cells: what the optimum moves by when one cell is left out.
            let mut cells = std::collections::BTreeMap::<usize, (Vec<f64>, Vec<f64>)>::new();
            for (i, row) in slopes.chunks_exact(p).enumerate() {
                let cell = cells.entry(groups[i]).or_insert_with(|| (vec![0.0; p], vec![0.0; p * p]));
                let pull = problem.weights[i] * loss.pull(residuals[i]);
                cell.0.iter_mut().zip(row).for_each(|(s, d)| *s += pull * d);
                add_square(&mut cell.1, row, problem.weights[i]);
            }
            let mut moves = vec![0.0; p * p];
            let share = (n_groups - 1) as f64 / n_groups as f64 / (second * second);
            let sum = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
            // The cells behind each, summed and not subtracted: no rounding stands where nothing is left.
            let mut behind = vec![vec![0.0; p * p]];
            for (_, own) in cells.values().skip(1).rev() {
                behind.push(sum(&behind[behind.len() - 1], own));
            }
            let mut before = vec![0.0; p * p];
            for (pull, own) in cells.values() {
                let without = sum(&before, &behind.pop().expect("one sum for each cell"));
                before = sum(&before, own);
                let mut step: Vec<f64> = free.iter().map(|&k| pull[k]).collect();
                let left = matrix::block(&without, p, &free);
                if matrix::solve(&mut left.clone(), &mut step)
                    && matrix::condition_number(&left, free.len()) < 1e7
                {
                    let mut whole = vec![0.0; p];
                    free.iter().zip(step).for_each(|(&k, s)| whole[k] = s);
                    add_square(&mut moves, &whole, share);
                } else {
                    pinned += 1;
                }
            }
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
            valley: matrix::condition_number(&matrix::block(&gram, p, &free), free.len()),
            f_quantile: t_quantile(LEVEL, units.saturating_sub(p).max(1)).powi(2),
        }
    }
}

/// Log-likelihood at the best noise scale, of a density proportional to exp(-ρ(r)/τ) in the fit space. `objective` is Σ w ρ.
pub fn log_likelihood(problem: &Problem, objective: f64) -> f64 {
    let n = problem.u.len() as f64;
    let ln_weights: f64 = problem.weights.iter().map(|w| w.ln()).sum();
    match problem.space {
        Space::Y | Space::Log => {
            // y in its own units; a perfect fit keeps a scatter of rounding, so that the number is finite.
            let variance = (2.0 * objective / n).max(1e-32);
            let unit = if problem.space == Space::Y { problem.unit.ln() } else { 0.0 };
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

/// The least value of a function with one valley, by golden sections.
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
