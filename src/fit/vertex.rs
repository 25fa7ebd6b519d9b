//! Least absolute deviations at a vertex: the law passes through as many points as it has free parameters.
//!
//! For a law that is linear about θ the least Σ w |r + ∇r s| is found by walking along edges (Bloomfield &
//! Steiger 1980): of the points passed through, let go the one whose multiplier is too large, move along the
//! edge that opens until the sum no longer falls, and take hold of the point met there. Repeating this about
//! the new θ converges as Newton's method does.

use crate::fit::matrix::{dot, orthonormal};
use crate::fit::optimum::{End, Iterate, Optimum};
use crate::fit::problem::Problem;
use crate::fit::space::RobustLoss;

/// A row that is new by less than this share of its length is taken to depend on the others.
const DEPENDENT: f64 = 1e-6;

/// The most linear problems solved on the way to a vertex.
const MOST_LINEARISATIONS: usize = 30;

/// Moves to the vertex near `near`; none where the optimum is no vertex or bounds get in the way.
pub fn descend(problem: &Problem, near: &[f64], fixed: Option<usize>) -> Option<Optimum> {
    let p = near.len();
    let loss = RobustLoss { delta: f64::INFINITY, scale: 1.0 };
    let sum = |iterate: &Iterate| problem.space.sum(&iterate.residuals, &problem.points.weights);
    let mut iterate = Iterate::at(problem, loss, near.to_vec());
    let bound = problem.at_bound(near);
    let free: Vec<usize> = (0..p).filter(|k| fixed != Some(*k) && !bound.contains(k)).collect();
    if free.is_empty() {
        return Some(Optimum { objective: sum(&iterate), theta: iterate.theta, end: End::Vertex });
    }
    for _ in 0..MOST_LINEARISATIONS {
        let rows: Vec<Vec<f64>> =
            iterate.jacobian.chunks_exact(p).map(|row| free.iter().map(|&k| row[k]).collect()).collect();
        let step = corner(&rows, &iterate.residuals, &problem.points.weights)?;
        let (next, share) = lowered(problem, loss, &iterate, &free, &step)?;
        let before = sum(&iterate);
        let settled = sum(&next) >= before * (1.0 - 1e-13) && share == 1.0;
        iterate = next;
        if settled {
            if problem.at_bound(&iterate.theta).len() > bound.len() {
                // A parameter met its bound on the way: the others find their vertex with it held there.
                return descend(problem, &iterate.theta, fixed);
            }
            return Some(Optimum { objective: sum(&iterate), theta: iterate.theta, end: End::Vertex });
        }
    }
    None
}

/// The iterate after the largest share of a step (1, 1/2, 1/4, …) that does not raise the sum, and that
/// share.
fn lowered(
    problem: &Problem,
    loss: RobustLoss,
    iterate: &Iterate,
    free: &[usize],
    step: &[f64],
) -> Option<(Iterate, f64)> {
    let sum = |iterate: &Iterate| problem.space.sum(&iterate.residuals, &problem.points.weights);
    let before = sum(iterate);
    let mut share = 1.0;
    while share >= 1e-3 {
        let mut theta = iterate.theta.clone();
        for (&k, s) in free.iter().zip(step) {
            theta[k] = (theta[k] + share * s).clamp(problem.low[k], problem.high[k]);
        }
        let next = Iterate::at(problem, loss, theta);
        if sum(&next) <= before * (1.0 + 1e-14) {
            return Some((next, share));
        }
        share *= 0.5;
    }
    None
}

/// The step s of least Σ w |r + rows s|.
fn corner(rows: &[Vec<f64>], r: &[f64], w: &[f64]) -> Option<Vec<f64>> {
    let q = rows[0].len();
    let mut basis = first_basis(rows, r, q)?;
    let mut signs: Vec<f64> = r.iter().map(|r| if *r < 0.0 { -1.0 } else { 1.0 }).collect();
    for _ in 0..20 * q + 200 {
        let inverse = inverse(&basis.iter().flat_map(|&i| rows[i].clone()).collect::<Vec<_>>(), q)?;
        let step: Vec<f64> =
            (0..q).map(|k| -(0..q).map(|b| inverse[k * q + b] * r[basis[b]]).sum::<f64>()).collect();
        let left: Vec<f64> = rows.iter().zip(r).map(|(row, r)| r + dot(row, &step)).collect();
        let mut gradient = vec![0.0; q];
        for i in (0..rows.len()).filter(|i| !basis.contains(i)) {
            if left[i].abs() > 1e-14 * r[i].abs() {
                signs[i] = left[i].signum();
            }
            gradient.iter_mut().zip(&rows[i]).for_each(|(g, d)| *g += w[i] * signs[i] * d);
        }
        let multiplier = |b: usize| (0..q).map(|k| gradient[k] * inverse[k * q + b]).sum::<f64>();
        let worst = (0..q)
            .map(|b| (b, multiplier(b)))
            .max_by(|x, y| (x.1.abs() - w[basis[x.0]]).total_cmp(&(y.1.abs() - w[basis[y.0]])))?;
        let (out, pull) = worst;
        let mut fall = pull.abs() - w[basis[out]];
        if fall <= 1e-10 * w[basis[out]] {
            return Some(step);
        }
        let edge: Vec<f64> = (0..q).map(|k| -pull.signum() * inverse[k * q + out]).collect();
        let mut met: Vec<(f64, f64, usize)> = (0..rows.len())
            .filter(|i| !basis.contains(i))
            .filter_map(|i| {
                let speed = dot(&rows[i], &edge);
                // Points that the edge leads away from are never met.
                (speed * signs[i] < 0.0).then(|| ((left[i] / -speed).max(0.0), 2.0 * w[i] * speed.abs(), i))
            })
            .collect();
        met.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut entering = None;
        for (_, brake, i) in met {
            fall -= brake;
            if fall <= 0.0 {
                entering = Some(i);
                break;
            }
            signs[i] = -signs[i];
        }
        signs[basis[out]] = -pull.signum();
        basis[out] = entering?;
    }
    None
}

/// Points with small residuals whose rows are independent.
fn first_basis(rows: &[Vec<f64>], r: &[f64], q: usize) -> Option<Vec<usize>> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| r[a].abs().total_cmp(&r[b].abs()));
    let (mut basis, mut span) = (Vec::new(), Vec::<Vec<f64>>::new());
    for i in order {
        let Some(unit) = orthonormal(rows[i].clone(), &span, DEPENDENT) else { continue };
        span.push(unit);
        basis.push(i);
        if basis.len() == q {
            return Some(basis);
        }
    }
    None
}

/// The inverse of a general small matrix, by elimination with the largest pivot.
fn inverse(matrix: &[f64], q: usize) -> Option<Vec<f64>> {
    let (mut a, mut inverse) = (matrix.to_vec(), vec![0.0; q * q]);
    (0..q).for_each(|i| inverse[i * q + i] = 1.0);
    for column in 0..q {
        let pivot =
            (column..q).max_by(|&x, &y| a[x * q + column].abs().total_cmp(&a[y * q + column].abs()))?;
        if a[pivot * q + column] == 0.0 {
            return None;
        }
        for k in 0..q {
            a.swap(pivot * q + k, column * q + k);
            inverse.swap(pivot * q + k, column * q + k);
        }
        let scale = 1.0 / a[column * q + column];
        for k in 0..q {
            a[column * q + k] *= scale;
            inverse[column * q + k] *= scale;
        }
        for row in (0..q).filter(|&row| row != column) {
            let factor = a[row * q + column];
            for k in 0..q {
                a[row * q + k] -= factor * a[column * q + k];
                inverse[row * q + k] -= factor * inverse[column * q + k];
            }
        }
    }
    inverse.iter().all(|v| v.is_finite()).then_some(inverse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_of_least_deviations_is_the_median_and_a_weighted_one_the_weighted_median() {
        let rows = vec![vec![1.0]; 5];
        let r = [-3.0, 1.0, -7.0, 2.0, 100.0];
        // Σ |r + s| is least at s = -median(r) = -1.
        assert_eq!(corner(&rows, &r, &[1.0; 5]).unwrap(), vec![-1.0]);
        assert_eq!(corner(&rows, &r, &[1.0, 1.0, 1.0, 1.0, 5.0]).unwrap(), vec![-100.0]);
    }
}
