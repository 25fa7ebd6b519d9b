//! Where searches start. For given exponents a sum of powers is linear in its amplitudes, so the best non-negative ones
//! are known (variable projection), and only the exponents need a grid.
//!
//! Errors are taken relative to y in the logarithmic spaces, which turns ln y - ln f into (y - f)/y: near enough for a start.

use crate::fit::form;
use crate::fit::law::Law;
use crate::fit::matrix;
use crate::fit::problem::Problem;
use crate::fit::space::Space;

/// Promising starts, best first, at most `most`; `fine` is the number of exponents on a grid.
pub fn starts(problem: &Problem, fine: usize, most: usize) -> Vec<Vec<f64>> {
    let mut found = match problem.law {
        Law::Power | Law::PowerFixed { .. } | Law::FloorFixed { .. } => single(problem),
        Law::Floor => floor(problem, fine),
        Law::Surface => surface(problem, fine),
        Law::M4 => m4(problem, fine),
        Law::Broken { breaks } => broken(problem, breaks, fine),
    };
    let score = |theta: &Vec<f64>| {
        let sum = problem.space.sum(&problem.residuals(theta), &problem.weights);
        if sum.is_finite() { sum } else { f64::INFINITY }
    };
    let mut scored: Vec<(f64, Vec<f64>)> = found.drain(..).map(|theta| (score(&theta), theta)).collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    scored.truncate(most);
    scored.into_iter().map(|(_, theta)| theta).collect()
}

/// The 4500 starts of Hoffmann et al. 2022 in the coordinates of the problem: a, b ∈ {0, 5, …, 25}, e ∈ {-1, …, 1},
/// α, β ∈ {0, …, 2} in steps of 1/2, for N, D and L in their own units.
pub fn hoffmann(problem: &Problem) -> Vec<Vec<f64>> {
    let tens = [0.0, 5.0, 10.0, 15.0, 20.0, 25.0];
    let halves = [0.0, 0.5, 1.0, 1.5, 2.0];
    let ln_unit = problem.unit.ln();
    let mut starts = Vec::with_capacity(4500);
    for a in tens {
        for b in tens {
            for e in [-1.0, -0.5, 0.0, 0.5, 1.0] {
                for alpha in halves {
                    for beta in halves {
                        let first = a - alpha * problem.centre[0] - ln_unit;
                        let second = b - beta * problem.centre[1] - ln_unit;
                        starts.push(vec![f64::exp(e - ln_unit), first, second, alpha, beta]);
                    }
                }
            }
        }
    }
    starts
}

/// Exponents from a nearly flat law to one that only the first points feel.
fn exponents(u: &[f64], fine: usize) -> Vec<f64> {
    let range = span(u).1;
    (0..fine).map(|i| 0.1 / range * 1e3f64.powf(i as f64 / (fine - 1) as f64)).collect()
}

fn span(u: &[f64]) -> (f64, f64) {
    let (low, high) = u.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &u| (l.min(u), h.max(u)));
    (low, (high - low).max(1e-9))
}

/// Weights of squared absolute errors that stand for the space.
fn row_weights(problem: &Problem) -> Vec<f64> {
    match problem.space {
        Space::Y => problem.weights.clone(),
        _ => problem.weights.iter().zip(&problem.y).map(|(w, y)| w / (y * y)).collect(),
    }
}

/// Non-negative amplitudes of the given columns; the first column is that of the floor.
fn amplitudes(problem: &Problem, weights: &[f64], columns: &[&[f64]]) -> Vec<f64> {
    let p = columns.len();
    let (mut gram, mut target) = (vec![0.0; p * p], vec![0.0; p]);
    for i in 0..p {
        for j in 0..=i {
            let sum: f64 = columns[i].iter().zip(columns[j]).zip(weights).map(|((a, b), w)| w * a * b).sum();
            (gram[i * p + j], gram[j * p + i]) = (sum, sum);
        }
        target[i] = columns[i].iter().zip(&problem.y).zip(weights).map(|((a, y), w)| w * a * y).sum();
    }
    matrix::non_negative(&gram, &target)
}

/// A line in logarithms: (ln amplitude, exponent).
fn line(u: &[f64], ln_y: &[f64], weights: &[f64]) -> (f64, f64) {
    let total: f64 = weights.iter().sum();
    let mean = |values: &[f64]| values.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / total;
    let (u_mean, y_mean) = (mean(u), mean(ln_y));
    let (mut across, mut along) = (0.0, 0.0);
    for ((u, y), w) in u.iter().zip(ln_y).zip(weights) {
        across += w * (u - u_mean) * (y - y_mean);
        along += w * (u - u_mean).powi(2);
    }
    let slope = if along > 0.0 { across / along } else { 0.0 };
    (y_mean - slope * u_mean, -slope)
}

fn single(problem: &Problem) -> Vec<Vec<f64>> {
    let (a, slope) = line(&problem.u, &problem.ln_y, &problem.weights);
    match problem.law {
        Law::Power => vec![vec![a, slope]],
        Law::PowerFixed { alpha } => {
            let level: Vec<f64> = problem.u.iter().zip(&problem.ln_y).map(|(u, y)| y + alpha * u).collect();
            vec![vec![level.iter().sum::<f64>() / level.len() as f64]]
        }
        Law::FloorFixed { alpha } => {
            let theta = with_floor(problem, alpha);
            vec![vec![theta[0], theta[1]]]
        }
        _ => unreachable!("the other laws have their own starts"),
    }
}

/// The best floor and amplitude for an exponent.
fn with_floor(problem: &Problem, alpha: f64) -> Vec<f64> {
    let (first, _) = span(&problem.u);
    let column: Vec<f64> = problem.u.iter().map(|u| (-alpha * (u - first)).exp()).collect();
    let ones = vec![1.0; column.len()];
    let c = amplitudes(problem, &row_weights(problem), &[&ones, &column]);
    vec![c[0], c[1].max(1e-12).ln() + alpha * first, alpha]
}

fn floor(problem: &Problem, fine: usize) -> Vec<Vec<f64>> {
    let (a, slope) = line(&problem.u, &problem.ln_y, &problem.weights);
    let mut starts: Vec<Vec<f64>> =
        exponents(&problem.u, fine).into_iter().map(|alpha| with_floor(problem, alpha)).collect();
    starts.push(vec![0.0, a, slope.max(0.0)]);
    starts
}

fn surface(problem: &Problem, fine: usize) -> Vec<Vec<f64>> {
    let weights = row_weights(problem);
    let ones = vec![1.0; problem.u.len()];
    let columns = |u: &[f64]| -> Vec<(f64, f64, Vec<f64>)> {
        let (first, _) = span(u);
        let column = |alpha: f64| u.iter().map(|u| (-alpha * (u - first)).exp()).collect();
        exponents(u, fine).into_iter().map(|alpha| (alpha, first, column(alpha))).collect()
    };
    let (by_params, by_tokens) = (columns(&problem.u), columns(&problem.v));
    let mut starts = Vec::with_capacity(fine * fine);
    for (alpha, first_u, column_u) in &by_params {
        for (beta, first_v, column_v) in &by_tokens {
            let c = amplitudes(problem, &weights, &[&ones, column_u, column_v]);
            let (a, b) = (c[1].max(1e-12).ln() + alpha * first_u, c[2].max(1e-12).ln() + beta * first_v);
            starts.push(vec![c[0], a, b, *alpha, *beta]);
        }
    }
    starts
}

fn m4(problem: &Problem, fine: usize) -> Vec<Vec<f64>> {
    let (least, range) = span(&problem.y);
    let most = least + range;
    let mut starts = Vec::new();
    for theta in floor(problem, fine) {
        starts.push(vec![theta[0], 20.0 * most, 0.05, theta[1], theta[2]]);
    }
    for floor in [0.0, 0.5, 0.8, 0.95, 0.99] {
        for top in [1.005, 1.05, 1.2, 2.0, 8.0] {
            for gamma in [0.3, 1.0, 3.0] {
                let (e, e0) = (floor * least, top * most);
                let odds: Vec<f64> = problem.y.iter().map(|y| (y - e).ln() - gamma * (e0 - y).ln()).collect();
                let (a, alpha) = line(&problem.u, &odds, &problem.weights);
                starts.push(vec![e, e0, gamma, a, alpha.max(0.0)]);
            }
        }
    }
    starts
}

/// All places of one or two breaks, or one break more in the best fits with one fewer; each leaves room for the breaks to come.
fn broken(problem: &Problem, breaks: usize, fine: usize) -> Vec<Vec<f64>> {
    let (first, range) = span(&problem.u);
    let (least, _) = span(&problem.y);
    let inside = fine.clamp(6, 14).max(breaks + 2);
    let places: Vec<f64> = (1..=inside).map(|i| first + range * i as f64 / (inside + 1) as f64).collect();
    let mut sets: Vec<Vec<f64>> = places.iter().take(inside + 1 - breaks).map(|&place| vec![place]).collect();
    for already in 1..breaks {
        // Beyond two breaks only the sets that do well with sharp turns and no floor are carried on.
        let mut longer: Vec<Vec<f64>> = sets
            .iter()
            .flat_map(|set| {
                places
                    .iter()
                    .take(inside + 1 + already - breaks)
                    .filter(|&&place| place > set[set.len() - 1])
                    .map(|&place| [set.as_slice(), &[place]].concat())
            })
            .collect();
        if longer.len() > 120 {
            let score =
                |set: &Vec<f64>| kinked(problem, set, 0.05 * range, 0.0).map_or(f64::INFINITY, |k| k.1);
            let mut scored: Vec<(f64, Vec<f64>)> = longer.into_iter().map(|set| (score(&set), set)).collect();
            scored.sort_by(|a, b| a.0.total_cmp(&b.0));
            longer = scored.into_iter().take(120).map(|s| s.1).collect();
        }
        sets = longer;
    }
    let mut starts = Vec::new();
    for set in &sets {
        for width in [0.02, 0.1] {
            for floor in [0.0, 0.5, 0.9, 0.99] {
                starts.extend(kinked(problem, set, width * range, floor * least).map(|k| k.0));
            }
        }
    }
    starts
}

/// For given places, widths and floor, ln(y - a) is linear in ln b and the c: their least squares, and the sum.
fn kinked(problem: &Problem, places: &[f64], width: f64, floor: f64) -> Option<(Vec<f64>, f64)> {
    let (n, q) = (problem.u.len(), 2 + places.len());
    let mut theta = vec![floor, 0.0, 0.0];
    theta.extend(places.iter().flat_map(|&place| [0.0, place, width.ln()]));
    let p = theta.len();
    let (mut values, mut jacobian) = (vec![0.0; n], vec![0.0; n * p]);
    form::evaluate(
        Law::Broken { breaks: places.len() },
        &theta,
        &problem.u,
        &problem.v,
        &mut values,
        &mut jacobian,
    );
    let linear: Vec<usize> = [1, 2].into_iter().chain((0..places.len()).map(|i| 3 + 3 * i)).collect();
    let (mut gram, mut target) = (vec![0.0; q * q], vec![0.0; q]);
    let logs: Vec<f64> = problem.y.iter().map(|y| (y - floor).max(1e-3 * y).ln()).collect();
    // ln b = 0 and all c = 0 there, so the rows over the term (1) are the columns of the linear problem.
    for (row, (ln_y, w)) in jacobian.chunks_exact(p).zip(logs.iter().zip(&problem.weights)) {
        for i in 0..q {
            target[i] += w * row[linear[i]] * ln_y;
            for j in 0..q {
                gram[i * q + j] += w * row[linear[i]] * row[linear[j]];
            }
        }
    }
    for i in 0..q {
        gram[i * q + i] *= 1.0 + 1e-9;
    }
    if !matrix::solve(&mut gram, &mut target) {
        return None;
    }
    for (&k, c) in linear.iter().zip(&target) {
        theta[k] = *c;
    }
    let squares = jacobian
        .chunks_exact(p)
        .zip(&logs)
        .map(|(row, y)| (linear.iter().zip(&target).map(|(&k, c)| row[k] * c).sum::<f64>() - y).powi(2))
        .sum();
    Some((theta, squares))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::points::Points;

    #[test]
    fn every_start_has_as_many_breaks_as_were_asked_for() {
        let x: Vec<f64> = (0..80).map(|i| 10f64.powf(i as f64 / 10.0)).collect();
        let y: Vec<f64> = (0..80)
            .map(|i| 5.0 * 10f64.powf(-0.03 * i as f64) * (1.0 + 0.005 * ((i * 11) % 13) as f64))
            .collect();
        for breaks in [1, 2, 3, 8, 13, 20] {
            let problem = Problem::new(Law::Broken { breaks }, &Points::curve(&x, &y).unwrap(), Space::Log);
            let starts = starts(&problem, 24, 60);
            assert!(!starts.is_empty() && starts.iter().all(|s| s.len() == 3 + 3 * breaks), "{breaks}");
        }
    }
}
