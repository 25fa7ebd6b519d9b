//! The whole of a search: many starting points are screened with a loose tolerance, the best few different
//! ones refined.

use crate::fit::descent::{self, FINE, REFIT, SCREENING};
use crate::fit::optimum::{End, Optimum};
use crate::fit::problem::Problem;
use crate::fit::projection::Projection;
use rayon::prelude::*;

/// Laws with more parameters than this have many local minima: more of their starting points are screened.
const FEW_PARAMETERS: usize = 5;

/// Exponents on the grid of a search.
const FINE_GRID: usize = 24;

/// At most this many different minima are refined.
const REFINED: usize = 8;

/// The lowest minimum found, and from how many starting points.
pub fn search(problem: &Problem) -> (Optimum, usize) {
    let most = if problem.p() > FEW_PARAMETERS { 60 } else { 12 };
    let starts = starts(problem, FINE_GRID, most);
    (from(problem, &starts), starts.len())
}

/// The law's most promising starting points, best first, at most `most`; `fine` is the number of exponents on
/// a grid.
fn starts(problem: &Problem, fine: usize, most: usize) -> Vec<Vec<f64>> {
    let found = problem.formula.starts(&Projection::new(&problem.points, problem.space, fine));
    let score = |theta: &[f64]| {
        let sum = problem.space.sum(&problem.residuals(theta), &problem.points.weights);
        if sum.is_finite() { sum } else { f64::INFINITY }
    };
    let mut scored: Vec<(f64, Vec<f64>)> = found.into_iter().map(|theta| (score(&theta), theta)).collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    scored.truncate(most);
    scored.into_iter().map(|(_, theta)| theta).collect()
}

/// The lowest minimum from given starting points.
fn from(problem: &Problem, starts: &[Vec<f64>]) -> Optimum {
    let mut screened: Vec<Optimum> =
        starts.par_iter().map(|theta| descent::descend(problem, theta, None, SCREENING)).collect();
    screened.retain(|found| found.objective.is_finite());
    // A stable sort: among equals the first start wins, on any number of threads.
    screened.sort_by(|a, b| a.objective.total_cmp(&b.objective));
    let refined: Vec<Optimum> = different(problem, &screened)
        .par_iter()
        .map(|found| descent::descend(problem, &found.theta, None, FINE))
        .collect();
    refined
        .into_iter()
        .reduce(|best, other| if other.objective < best.objective * (1.0 - 1e-13) { other } else { best })
        .unwrap_or_else(|| Optimum {
            theta: problem.low.clone(),
            objective: f64::INFINITY,
            end: End::NoValue,
        })
}

/// The first few minima whose laws differ at the points by more than a tenth of what they miss.
fn different<'a>(problem: &Problem, screened: &'a [Optimum]) -> Vec<&'a Optimum> {
    let mut kept: Vec<(&Optimum, Vec<f64>)> = Vec::new();
    for found in screened {
        let residuals = problem.residuals(&found.theta);
        let miss: f64 = residuals.iter().map(|r| r * r).sum();
        let apart = |other: &Vec<f64>| {
            residuals.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>() > 1e-2 * miss
        };
        if kept.iter().all(|(_, other)| apart(other)) {
            kept.push((found, residuals));
        }
        if kept.len() == REFINED {
            break;
        }
    }
    kept.into_iter().map(|(found, _)| found).collect()
}

/// A refit of resampled points near a known optimum: from there, and from the best points of a coarse grid.
pub fn refit(problem: &Problem, near: &[f64]) -> Optimum {
    let (fine, most) = if problem.formula.n_variables() == 1 { (12, 2) } else { (5, 1) };
    let mut starts = if problem.p() > FEW_PARAMETERS { Vec::new() } else { starts(problem, fine, most) };
    starts.push(near.to_vec());
    starts
        .iter()
        .map(|theta| descent::descend(problem, theta, None, REFIT))
        .reduce(|best, other| if best.objective <= other.objective { best } else { other })
        .expect("the known optimum is a start")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::law::Law;
    use crate::fit::points::Points;
    use crate::fit::space::Space;

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

    /// The 4500 starts of Hoffmann et al. 2022 (arXiv 2203.15556, appendix D.3) in the coordinates of the
    /// problem: a, b ∈ {0, 5, …, 25}, e ∈ {-1, -0.5, …, 1}, α, β ∈ {0, 0.5, …, 2} for N, D and L in their own
    /// units.
    fn hoffmanns_starts(problem: &Problem) -> Vec<Vec<f64>> {
        let steps = |count: usize, first: f64, step: f64| (0..count).map(move |i| first + step * i as f64);
        let mut starts = Vec::with_capacity(4500);
        for a in steps(6, 0.0, 5.0) {
            for b in steps(6, 0.0, 5.0) {
                for e in steps(5, -1.0, 0.5) {
                    for alpha in steps(5, 0.0, 0.5) {
                        for beta in steps(5, 0.0, 0.5) {
                            starts.push(problem.coordinates.centred(&[e.exp(), a, b, alpha, beta]));
                        }
                    }
                }
            }
        }
        starts
    }

    #[test]
    fn a_dozen_starts_find_the_surface_that_hoffmanns_4500_find() {
        let (mut n, mut d, mut losses) = (Vec::new(), Vec::new(), Vec::new());
        for i in 0..40 {
            // A spread of runs, and scatter of a per cent that no one drew.
            let (params, tokens) =
                (10f64.powf(7.6 + 0.065 * i as f64), 10f64.powf(8.5 + 0.3 * ((7 * i) % 11) as f64));
            let scatter = 0.01 * (78.233 * i as f64).sin();
            n.push(params);
            d.push(tokens);
            losses.push((1.69 + 406.4 * params.powf(-0.34) + 410.7 * tokens.powf(-0.28)) * f64::exp(scatter));
        }
        let points = Points::runs(&n, &d, &losses).unwrap();
        for space in [Space::Log, Space::Huber { delta: 1e-3 }] {
            let problem = Problem::new(Law::Surface, &points, space);
            let starts = hoffmanns_starts(&problem);
            assert_eq!(starts.len(), 4500);
            let (all, (few, _)) = (from(&problem, &starts), search(&problem));
            assert!((all.objective / few.objective - 1.0).abs() < 1e-9, "{all:?} {few:?}");
        }
    }
}
