//! Is the larger of two nested laws needed? Likelihood-ratio tests, calibrated by Fisher's F for few points.
//!
//! Where the smaller law lies on the edge of the larger (E = 0 of E ≥ 0), noise pushes the floor below 0 half
//! of the time and the ratio is then 0 (Self & Liang 1987):
//!
//! ```text
//! p = ½ P(F(q, n-p) > F) + ½ P(F(q-1, n-p) > F)      q more parameters, one of them on the edge
//! ```
//!
//! With cells F is divided by κ, the largest design effect of the parameters that the smaller law lacks, and
//! n counts cells (see `noise`). Between laws for which this theory fails (a break without a place, a ceiling
//! that no point feels) the ratio is compared with ratios of points simulated from the smaller law.

use crate::error::{Error, Result};
use crate::fit::fitted::Fit;
use crate::fit::formula::Nesting;
use crate::fit::law::Law;
use crate::fit::points::Points;
use crate::fit::problem::Problem;
use crate::fit::search;
use crate::fit::space::Space;
use crate::random::stream;
use crate::stats::{chi_square_tail, f_tail};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Is the larger of two nested laws needed?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LikelihoodRatio {
    /// The law with fewer parameters.
    pub small: Law,
    /// The law with more.
    pub large: Law,
    /// Twice the difference of the log-likelihoods.
    pub statistic: f64,
    /// Parameters that the larger has more.
    pub freedom: usize,
    /// Does the smaller law lie on the edge of the larger (E = 0 of E ≥ 0)? Then half the chance lies at 0.
    pub boundary: bool,
    /// Chance of such a ratio if the smaller law were true: by Fisher's F, or by simulation.
    pub p: f64,
    /// The same by the chi-square limit for many points; none where that limit does not hold, as with cells.
    pub p_chi_square: Option<f64>,
    /// What may be said, in words.
    pub verdict: String,
}

/// Likelihood-ratio test of two nested laws fitted to the same points in the same space.
///
/// # Errors
/// [`Error::Failed`] when the fits differ in points or space, the laws are not nested, or the theory does not
/// hold for them (then [`likelihood_ratio_by_simulation`] does).
pub fn likelihood_ratio(small: &Fit, large: &Fit) -> Result<LikelihoodRatio> {
    if small.n != large.n || small.units != large.units || small.space != large.space {
        return Err(Error::Failed(format!(
            "the fits are of {} and {} points ({} and {} independent) in {} and {}: a likelihood ratio needs the same points in the same space",
            small.n, large.n, small.units, large.units, small.space, large.space
        )));
    }
    let boundary = match large.law.formula().contains(small.law) {
        Some(Nesting::Inside) => false,
        Some(Nesting::Edge) => true,
        Some(Nesting::Degenerate) => {
            return Err(Error::Failed(format!(
                "{} lies within {} where some parameters of the latter mean nothing: ask for the ratio by simulation",
                small.law, large.law
            )));
        }
        None => return Err(not_nested(small.law, large.law)),
    };
    let freedom = large.p() - small.p();
    let cells = large.units < large.n;
    if large.units <= large.p() {
        let what = if cells { "cells" } else { "points" };
        return Err(Error::Failed(format!("{} {what} leave nothing to judge {} by", large.units, large.law)));
    }
    let below = large.units - large.p();
    let added = large.params.iter().zip(&large.kappa).filter(|(p, _)| small.get(&p.name).is_none());
    let kappa = added.map(|(_, &kappa)| kappa).fold(1.0, f64::max);
    let factor = if large.space.is_squares() { 1.0 } else { 2.0 };
    let fall = factor * (small.objective - large.objective).max(0.0);
    let f = if large.dispersion > 0.0 { fall / (kappa * large.dispersion) } else { 0.0 };
    let statistic = 2.0 * (large.log_likelihood - small.log_likelihood).max(0.0);
    let mixed = |tail: &dyn Fn(usize) -> f64| {
        let with_fewer = |q: usize| if q > 0 { tail(q) } else { f64::from(fall <= 0.0) };
        if boundary { 0.5 * tail(freedom) + 0.5 * with_fewer(freedom - 1) } else { tail(freedom) }
    };
    let p = mixed(&|q| f_tail(f / q as f64, q, below));
    let p_chi_square = (!cells).then(|| mixed(&|q| chi_square_tail(statistic, q)));
    let verdict = ratio_verdict(small.law, large.law, p);
    Ok(LikelihoodRatio {
        small: small.law,
        large: large.law,
        statistic,
        freedom,
        boundary,
        p,
        p_chi_square,
        verdict,
    })
}

/// Likelihood-ratio test of any two nested laws, by points simulated from the smaller with the scatter of its
/// fit.
///
/// # Errors
/// As [`Law::fit`], and [`Error::Failed`] when `small` is no special case of `large`, or when points are in
/// cells: they are simulated one by one.
pub fn likelihood_ratio_by_simulation(
    points: &Points,
    small: Law,
    large: Law,
    space: Space,
    replicas: usize,
    seed: u64,
) -> Result<LikelihoodRatio> {
    if large.formula().contains(small).is_none() {
        return Err(not_nested(small, large));
    }
    if points.n_groups() < points.n() {
        return Err(Error::Failed(format!(
            "the {} points are in {} cells, and a simulation draws them one by one: average each cell, or ask without cells",
            points.n(),
            points.n_groups()
        )));
    }
    let (first, second) = (small.fit(points, space)?, large.fit(points, space)?);
    let seen = ln_ratio(first.objective, second.objective);
    let simulation = Simulation::of(points, &first);
    let wide = Problem::new(large, points, space);
    let at_least = |replica: usize| -> bool {
        let y = simulation.drawn(seed, replica);
        let objective = |problem: &Problem| {
            let mut drawn = problem.clone();
            drawn.points.set_y(y.clone());
            search::search(&drawn).0.objective
        };
        ln_ratio(objective(&simulation.problem), objective(&wide)) >= seen
    };
    let count = (0..replicas).into_par_iter().filter(|&r| at_least(r)).count();
    let p = (1 + count) as f64 / (1 + replicas) as f64;
    Ok(LikelihoodRatio {
        small,
        large,
        statistic: 2.0 * (second.log_likelihood - first.log_likelihood).max(0.0),
        freedom: second.p().saturating_sub(first.p()),
        boundary: false,
        p,
        p_chi_square: None,
        verdict: ratio_verdict(small, large, p),
    })
}

/// ln of the ratio of two objectives, at least 0.
fn ln_ratio(small: f64, large: f64) -> f64 {
    if large > 0.0 { (small / large).max(1.0).ln() } else { f64::INFINITY }
}

/// Points drawn from a fitted law with the scatter of its fit.
struct Simulation {
    problem: Problem,
    /// The law's values.
    values: Vec<f64>,
    /// Law minus point in the fit space.
    residuals: Vec<f64>,
    /// √(n / (n - p)): a fit leaves less than the noise.
    widen: f64,
    /// Root mean square of the residuals.
    sd: f64,
}

impl Simulation {
    fn of(points: &Points, fit: &Fit) -> Self {
        let problem = Problem::new(fit.law, points, fit.space);
        let theta = problem.coordinates.centred(&fit.plain());
        let (values, residuals) = (problem.values(&theta), problem.residuals(&theta));
        let widen = (fit.n as f64 / (fit.n.saturating_sub(fit.p())).max(1) as f64).sqrt();
        let sd = (residuals.iter().map(|r| r * r).sum::<f64>() / fit.n as f64).sqrt();
        Self { problem, values, residuals, widen, sd }
    }

    /// The values of one replica.
    fn drawn(&self, seed: u64, replica: usize) -> Vec<f64> {
        let (problem, space) = (&self.problem, self.problem.space);
        let mut random = stream(seed, "likelihood ratio", replica as u64);
        let mut draw = |i: usize| -> f64 {
            // Least squares expect normal noise; the robust spaces have their own residuals drawn again.
            if space.is_squares() {
                self.widen * self.sd * Distribution::<f64>::sample(&StandardNormal, &mut random)
                    / problem.points.weights[i].sqrt()
            } else {
                -self.widen * self.residuals[random.random_range(0..self.residuals.len())]
            }
        };
        let values = self.values.iter().enumerate();
        values.map(|(i, f)| if space == Space::Y { f + draw(i) } else { f * draw(i).exp() }).collect()
    }
}

fn not_nested(small: Law, large: Law) -> Error {
    Error::Failed(format!("{small} is no special case of {large}: compare them by AICc and by extrapolation"))
}

/// The answer in words.
fn ratio_verdict(small: Law, large: Law, p: f64) -> String {
    if p < 0.05 {
        format!("{small} is not enough: {large} is needed (p = {p:.2e})")
    } else {
        format!("{small} is enough: these points do not ask for {large} (p = {p:.2})")
    }
}

/// "y = A x^-α against y = E + A x^-α: ratio 12.3, p = 0.001; …".
impl fmt::Display for LikelihoodRatio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} against {}: ratio {:.2}, p = {:.3}; {}",
            self.small, self.large, self.statistic, self.p, self.verdict
        )
    }
}
