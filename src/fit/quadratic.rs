//! The objective about a point, to second order.
//!
//! ```text
//! Q = Σ w ρ(r)      g = Σ w ρ' ∇r
//! H = Σ w ρ'/r ∇r∇rᵀ                     Gauss–Newton, reweighted: far away
//! H = Σ w (ρ'' ∇r∇rᵀ + ρ' ∇²r)           Newton: near the minimum
//! ```
//!
//! ∇r is exact, ∇²r comes from differences of ∇r.

use crate::fit::matrix;
use crate::fit::optimum::Iterate;
use crate::fit::problem::Problem;
use crate::fit::space::RobustLoss;

/// Off the diagonal the metric keeps this share, so that it stays positive definite beside a singular one.
const METRIC_COUPLING: f64 = 0.9;

/// Gradient and curvature of an objective.
pub struct Quadratic {
    /// g.
    pub gradient: Vec<f64>,
    /// Σ |w ρ' ∂r/∂θ_k|: what the gradient would be if the points did not pull against each other.
    magnitude: Vec<f64>,
    /// H.
    curvature: Vec<f64>,
    /// What a step is measured by: Gauss and Newton's reweighted matrix.
    metric: Vec<f64>,
    /// Whether the whole metric damps a step, or its diagonal alone.
    damps_coupled: bool,
}

impl Quadratic {
    /// The objective about an iterate; with second derivatives of the law where `newton`.
    pub fn about(problem: &Problem, loss: RobustLoss, iterate: &Iterate, newton: bool) -> Self {
        let p = iterate.theta.len();
        let (mut gradient, mut magnitude) = (vec![0.0; p], vec![0.0; p]);
        let mut metric = vec![0.0; p * p];
        let robust_newton = newton && loss.delta.is_finite();
        let mut inner = vec![0.0; if robust_newton { p * p } else { 0 }];
        let points = iterate.residuals.iter().zip(&problem.points.weights);
        for ((&r, &w), row) in points.zip(iterate.jacobian.chunks_exact(p)) {
            let (psi, weight) = (w * loss.psi(r), w * loss.weight(r));
            for i in 0..p {
                let part = psi * row[i];
                gradient[i] += part;
                magnitude[i] += part.abs();
                let scaled = weight * row[i];
                for (h, d) in metric[i * p..i * p + i + 1].iter_mut().zip(row) {
                    *h += scaled * d;
                }
            }
            if robust_newton && r.abs() <= loss.delta {
                for i in 0..p {
                    for j in 0..=i {
                        inner[i * p + j] += w * loss.scale * row[i] * row[j];
                    }
                }
            }
        }
        let mut curvature = if robust_newton { inner } else { metric.clone() };
        if newton {
            let residual = residual_curvature(problem, loss, iterate);
            curvature.iter_mut().zip(residual).for_each(|(h, b)| *h += b);
        }
        mirror(&mut curvature, p);
        mirror(&mut metric, p);
        Self { gradient, magnitude, curvature, metric, damps_coupled: robust_newton }
    }

    /// Whether the gradient of the free parameters vanishes, relative to what the points pull:
    /// |Σ w ρ' ∂r/∂θ_k| ≤ gtol · Σ |w ρ' ∂r/∂θ_k|. A change of units changes both sides alike.
    pub fn gradient_vanishes(&self, free: &[usize], gtol: f64) -> bool {
        free.iter().all(|&k| self.gradient[k].abs() <= gtol * self.magnitude[k])
    }

    /// The same for the free parameters alone.
    pub fn over(&self, free: &[usize]) -> Free {
        let p = self.gradient.len();
        Free {
            gradient: free.iter().map(|&k| self.gradient[k]).collect(),
            curvature: matrix::block(&self.curvature, p, free),
            metric: matrix::block(&self.metric, p, free),
            damps_coupled: self.damps_coupled,
        }
    }
}

/// Gradient and curvature by the free parameters.
pub struct Free {
    gradient: Vec<f64>,
    curvature: Vec<f64>,
    metric: Vec<f64>,
    damps_coupled: bool,
}

impl Free {
    /// The step s of (H + λ D) s = -g, D the metric or its diagonal; none where the matrix is not positive
    /// definite.
    pub fn step(&self, damping: f64) -> Option<Vec<f64>> {
        let q = self.gradient.len();
        let mut h = self.curvature.clone();
        for i in 0..q {
            for j in 0..q {
                // Far from squares the reweighted parabola is the better measure of length.
                let length = if i == j {
                    self.metric[i * q + i]
                } else if self.damps_coupled {
                    METRIC_COUPLING * self.metric[i * q + j]
                } else {
                    0.0
                };
                h[i * q + j] += damping * length;
            }
            h[i * q + i] += f64::MIN_POSITIVE;
        }
        let mut step: Vec<f64> = self.gradient.iter().map(|g| -g).collect();
        matrix::solve(&mut h, &mut step).then_some(step)
    }

    /// By how much the objective falls along a step to second order, damping left aside: -g s / 2.
    pub fn expected_fall(&self, step: &[f64]) -> f64 {
        -step.iter().zip(&self.gradient).map(|(s, g)| s * g).sum::<f64>() * 0.5
    }
}

/// Σ w ρ' ∇²r (lower triangle), by differences of ∇r.
fn residual_curvature(problem: &Problem, loss: RobustLoss, iterate: &Iterate) -> Vec<f64> {
    let p = iterate.theta.len();
    let weights = &problem.points.weights;
    let psi: Vec<f64> = iterate.residuals.iter().zip(weights).map(|(&r, w)| w * loss.psi(r)).collect();
    let gradient_at = |theta: Vec<f64>| -> Vec<f64> {
        let jacobian = problem.evaluate(&theta).jacobian;
        let mut sum = vec![0.0; p];
        for (psi, row) in psi.iter().zip(jacobian.chunks_exact(p)) {
            sum.iter_mut().zip(row).for_each(|(s, d)| *s += psi * d);
        }
        sum
    };
    let mut curvature = vec![0.0; p * p];
    for k in 0..p {
        let step = 1e-5 * iterate.theta[k].abs().max(1e-2);
        let mut ends = [iterate.theta.clone(), iterate.theta.clone()];
        ends[0][k] = (iterate.theta[k] - step).max(problem.low[k]);
        ends[1][k] = (iterate.theta[k] + step).min(problem.high[k]);
        let width = ends[1][k] - ends[0][k];
        let [below, above] = ends.map(gradient_at);
        for i in 0..p {
            curvature[i * p + k] = (above[i] - below[i]) / width;
        }
    }
    for i in 0..p {
        for j in 0..i {
            curvature[i * p + j] = 0.5 * (curvature[i * p + j] + curvature[j * p + i]);
        }
    }
    curvature
}

fn mirror(h: &mut [f64], p: usize) {
    for i in 0..p {
        for j in 0..i {
            h[j * p + i] = h[i * p + j];
        }
    }
}
