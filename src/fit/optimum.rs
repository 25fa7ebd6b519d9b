//! Where a descent stands, and where it ends.

use crate::fit::problem::{Evaluation, Problem};
use crate::fit::space::RobustLoss;

/// Why a descent stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The gradient vanished, to the relative tolerance `gtol`.
    Gradient,
    /// No step lowers the objective beyond rounding, or by more than the tolerance of a screening.
    Objective,
    /// No step lowered the objective, however much it was damped.
    Damping,
    /// The law has no value at some point.
    NoValue,
    /// Least absolute deviations: a corner from which no edge leads down.
    Vertex,
    /// The limit of iterations was reached.
    Iterations,
}

/// A local minimum of an objective.
#[derive(Debug, Clone)]
pub struct Optimum {
    pub theta: Vec<f64>,
    /// Σ w ρ(r).
    pub objective: f64,
    pub end: End,
}

/// A point of a descent, with everything that is known there.
pub struct Iterate {
    pub theta: Vec<f64>,
    pub residuals: Vec<f64>,
    /// ∂r/∂θ, one row a point.
    pub jacobian: Vec<f64>,
    /// Σ w ρ(r).
    pub objective: f64,
}

impl Iterate {
    /// The iterate at `theta`.
    pub fn at(problem: &Problem, loss: RobustLoss, theta: Vec<f64>) -> Self {
        let Evaluation { residuals, jacobian } = problem.evaluate(&theta);
        let weights = &problem.points.weights;
        let objective = residuals.iter().zip(weights).map(|(&r, w)| w * loss.value(r)).sum();
        Self { theta, residuals, jacobian, objective }
    }

    /// The optimum that this iterate is.
    pub fn end(self, end: End) -> Optimum {
        Optimum { theta: self.theta, objective: self.objective, end }
    }
}
