//! The bootstrap: the law fitted again to resampled points or residuals.
//!
//! *Pairs*: whole points are drawn with replacement; with cells (seeds of one setting) whole cells.
//! *Residual*: the x stay; what is left of y in the fit space, centred and widened by √(n / (n - p)) because
//! a fit leaves less than the noise, is drawn again and added to the law. A 95 % interval lies between two
//! quantiles of the refits (percentile interval: it keeps to the bounds of the law and to any change of
//! units). Few points make refits too narrow, so the quantiles are taken further out (Hesterberg 2015,
//! expanded percentiles):
//!
//! ```text
//! tail = Φ(-√(n/(n-p)) t(0.975, n-p)) for pairs      Φ(-t(0.975, n-p)) for residuals      n: points or cells
//! ```
//!
//! Every refit has a stream of its own, so the numbers are the same on any number of threads. A draw whose
//! points cannot tell the law (too few different x) is drawn again.

use crate::error::{Error, Result};
use crate::fit::fitted::{Fit, Interval};
use crate::fit::points::Points;
use crate::fit::problem::Problem;
use crate::fit::search;
use crate::fit::space::Space;
use crate::random::{Stream, stream};
use crate::stats::{LEVEL, normal_within, t_quantile};
use rand::RngExt;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The parameters of every refit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draws {
    /// The names of the parameters.
    pub names: Vec<String>,
    /// One row a refit, one value a parameter.
    pub values: Vec<Vec<f64>>,
    /// Share of the refits below the lower end of a 95 % interval, corrected for degrees of freedom.
    pub tail: f64,
}

/// Refits `fit`'s law to points drawn again; `interval` says how and how often.
///
/// # Errors
/// [`Error::Failed`] for intervals that draw nothing, for other points than the fit's, without any degree of
/// freedom left, and for fewer than 40 replicas, which have no 95 %.
pub fn draws(fit: &Fit, points: &Points, interval: Interval) -> Result<Draws> {
    let (replicas, seed, pairs) = match interval {
        Interval::Profile | Interval::Student => {
            return Err(Error::Failed(format!(
                "intervals by {interval} draw nothing again: ask for pairs or residuals"
            )));
        }
        Interval::Pairs { replicas, seed } => (replicas, seed, true),
        Interval::Residual { replicas, seed } => (replicas, seed, false),
    };
    if replicas < 40 {
        return Err(Error::Failed(format!(
            "{replicas} refits hold no 95 %: ask for at least 40, better 1000"
        )));
    }
    if points.n() != fit.n {
        return Err(Error::Failed(format!(
            "the fit is of {} points, and {} are given to draw from",
            fit.n,
            points.n()
        )));
    }
    let problem = Problem::new(fit.law, points, fit.space);
    let theta = problem.coordinates.centred(&fit.plain());
    let cells = cells(points);
    let (n, p) = (cells.len(), problem.p());
    if n <= p {
        return Err(Error::Failed(format!(
            "{n} points or cells leave nothing to draw for {p} parameters: a bootstrap needs more of them than that"
        )));
    }
    let residuals = Residuals::of(&problem, &theta, n);
    let refit = |replica: usize| -> Vec<f64> {
        let mut random = stream(seed, if pairs { "pairs" } else { "residuals" }, replica as u64);
        let drawn = if pairs {
            drawn_points(&problem, &cells, &mut random)
        } else {
            residuals.drawn(&problem, &cells, &mut random)
        };
        let found = problem.formula.in_order(search::refit(&drawn, &theta).theta);
        problem.coordinates.values(&problem.coordinates.plain(&found))
    };
    let values = (0..replicas).into_par_iter().map(refit).collect();
    let t = t_quantile(LEVEL, n - p);
    let widen = if pairs { (n as f64 / (n - p) as f64).sqrt() } else { 1.0 };
    Ok(Draws { names: fit.law.names(), values, tail: 0.5 * (1.0 - normal_within(t * widen)) })
}

impl Draws {
    /// 95 % interval of one parameter; unbounded where the refits have no such parameter.
    pub fn interval(&self, name: &str) -> [f64; 2] {
        match self.names.iter().position(|own| own == name) {
            Some(k) => self.interval_of(&self.values.iter().map(|row| row[k]).collect::<Vec<_>>()),
            None => [f64::NEG_INFINITY, f64::INFINITY],
        }
    }

    /// 95 % interval of anything that was worked out from each row of [`Draws::values`].
    pub fn interval_of(&self, values: &[f64]) -> [f64; 2] {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let quantile = |share: f64| {
            let at = share * (sorted.len() - 1) as f64;
            let (below, part) = (at.floor() as usize, at.fract());
            let above = (below + 1).min(sorted.len() - 1);
            if sorted[below] == sorted[above] {
                sorted[below]
            } else {
                (1.0 - part) * sorted[below] + part * sorted[above]
            }
        };
        [quantile(self.tail), quantile(1.0 - self.tail)]
    }
}

/// The points of each cell.
fn cells(points: &Points) -> Vec<Vec<usize>> {
    let mut cells = std::collections::BTreeMap::<usize, Vec<usize>>::new();
    points.groups.iter().enumerate().for_each(|(i, &group)| cells.entry(group).or_default().push(i));
    cells.into_values().collect()
}

/// The problem of points drawn with replacement, cell by cell; draws that do not determine the law are drawn
/// again.
fn drawn_points(problem: &Problem, cells: &[Vec<usize>], random: &mut Stream) -> Problem {
    let draw = |random: &mut Stream| -> Problem {
        let mut times = vec![0usize; problem.points.n()];
        for _ in 0..cells.len() {
            cells[random.random_range(0..cells.len())].iter().for_each(|&i| times[i] += 1);
        }
        // A point drawn twice is one point that counts twice.
        let chosen: Vec<usize> = (0..times.len()).filter(|&i| times[i] > 0).collect();
        let mut drawn = problem.select(&chosen);
        drawn.points.weights.iter_mut().zip(&chosen).for_each(|(w, &i)| *w *= times[i] as f64);
        drawn
    };
    let mut drawn = draw(random);
    for _ in 0..1000 {
        if drawn.is_identified() {
            break;
        }
        drawn = draw(random);
    }
    drawn
}

/// A fit's values and what it leaves, made ready for drawing.
struct Residuals {
    values: Vec<f64>,
    /// Point minus law in the fit space, times √weight, centred and widened.
    left: Vec<f64>,
}

impl Residuals {
    fn of(problem: &Problem, theta: &[f64], units: usize) -> Self {
        let widen = (units as f64 / (units - problem.p()) as f64).sqrt();
        let mut left: Vec<f64> = problem
            .residuals(theta)
            .iter()
            .zip(&problem.points.weights)
            .map(|(r, w)| -r * w.sqrt())
            .collect();
        let mean = left.iter().sum::<f64>() / left.len() as f64;
        left.iter_mut().for_each(|r| *r = (*r - mean) * widen);
        Self { values: problem.values(theta), left }
    }

    /// The problem with residuals drawn anew; a cell takes those of one other cell.
    fn drawn(&self, problem: &Problem, cells: &[Vec<usize>], random: &mut Stream) -> Problem {
        let mut drawn = problem.clone();
        let mut y = self.values.clone();
        for cell in cells {
            let from = &cells[random.random_range(0..cells.len())];
            let shift = if from.len() > 1 { random.random_range(0..from.len()) } else { 0 };
            for (j, &i) in cell.iter().enumerate() {
                let left = self.left[from[(j + shift) % from.len()]] / problem.points.weights[i].sqrt();
                y[i] = if problem.space == Space::Y { y[i] + left } else { y[i] * left.exp() };
            }
        }
        drawn.points.set_y(y);
        drawn
    }
}
