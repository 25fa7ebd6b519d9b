//! Where a descent stands, and where it ends.

use crate::fit::form;
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

/// The point at which a search stands.
pub struct State {
    pub theta: Vec<f64>,
    pub residuals: Vec<f64>,
    /// ∇r, one row a point.
    pub slopes: Vec<f64>,
    /// Σ w ρ(r).
    pub objective: f64,
}

impl State {
    /// The state at `theta`.
    pub fn at(problem: &Problem, loss: Loss, theta: Vec<f64>) -> Self {
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

    /// The optimum that this state is.
    pub fn end(self, end: End) -> Optimum {
        Optimum { theta: self.theta, objective: self.objective, end }
    }
}
