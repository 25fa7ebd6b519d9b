//! The whole of a search: many starts at a glance, the best few to the bottom.

use crate::fit::problem::Problem;
use crate::fit::solve;
use crate::fit::start;
use crate::fit::state::{End, Optimum};
use rayon::prelude::*;

/// The lowest valley found, and from how many starts.
pub fn search(problem: &Problem) -> (Optimum, usize) {
    let most = if problem.p() > 5 { 60 } else { 12 };
    let starts = start::starts(problem, 24, most);
    (from(problem, &starts), starts.len())
}

/// The lowest valley from given starts: every start is followed at a glance, the best few different ones to the bottom.
pub fn from(problem: &Problem, starts: &[Vec<f64>]) -> Optimum {
    let mut glances: Vec<Optimum> =
        starts.par_iter().map(|theta| solve::descend(problem, theta, None, solve::GLANCE)).collect();
    glances.retain(|glance| glance.objective.is_finite());
    // A stable sort: among equals the first start wins, on any number of threads.
    glances.sort_by(|a, b| a.objective.total_cmp(&b.objective));
    // Different valleys are those whose laws differ at the points by more than a tenth of what they miss.
    let mut kept: Vec<(&Optimum, Vec<f64>)> = Vec::new();
    for glance in &glances {
        let residuals = problem.residuals(&glance.theta);
        let miss: f64 = residuals.iter().map(|r| r * r).sum();
        let apart = |other: &Vec<f64>| {
            residuals.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>() > 1e-2 * miss
        };
        if kept.iter().all(|(_, other)| apart(other)) {
            kept.push((glance, residuals));
        }
        if kept.len() == 8 {
            break;
        }
    }
    let bottoms: Vec<Optimum> = kept
        .par_iter()
        .map(|(glance, _)| solve::descend(problem, &glance.theta, None, solve::POLISH))
        .collect();
    bottoms
        .into_iter()
        .reduce(|best, other| if other.objective < best.objective * (1.0 - 1e-13) { other } else { best })
        .unwrap_or_else(|| Optimum {
            theta: problem.low.clone(),
            objective: f64::INFINITY,
            end: End::Iterations,
        })
}

/// A refit of resampled points near a known optimum: from there, and from a coarse grid.
pub fn refit(problem: &Problem, near: &[f64]) -> Optimum {
    let (fine, most) = if problem.v.is_empty() { (12, 2) } else { (5, 1) };
    let mut starts = if problem.p() > 5 { Vec::new() } else { start::starts(problem, fine, most) };
    starts.push(near.to_vec());
    starts
        .iter()
        .map(|theta| solve::descend(problem, theta, None, solve::REFIT))
        .reduce(|best, other| if best.objective <= other.objective { best } else { other })
        .expect("the known optimum is a start")
}
