//! Which law? Akaike's criterion, likelihood ratios of nested laws, and the test that counts: extrapolation.
//!
//! *AICc* ranks laws fitted to the same points **in the same space**; between spaces it compares densities of different things
//! (of y, of ln y), and its differences mean nothing. *Extrapolation* fits the small x and scores the root mean square of
//! ln y - ln f at the large ones (Alabdulmohsin et al. 2022); it may be compared between spaces too. The *likelihood ratio*
//! of nested laws is calibrated by Fisher's F for few points. Where the smaller law lies on the edge of the larger
//! (E = 0 of E ≥ 0), noise pushes the floor below 0 half of the time and the ratio is then 0 (Self & Liang 1987):
//!
//! ```text
//! p = ½ P(F(q, n-p) > F) + ½ P(F(q-1, n-p) > F)      q more parameters, one of them on the edge
//! ```
//!
//! With cells F is divided by κ, the largest of the parameters that the smaller law lacks, and n counts cells (see
//! `noise`). AICc knows no cells: it counts points.
//!
//! Between laws for which this theory fails (a break without a place, a ceiling that no point feels) the ratio is compared with
//! ratios of points simulated from the smaller law.

use crate::error::{Error, Result};
use crate::fit::fitted::Fit;
use crate::fit::law::Law;
use crate::fit::points::Points;
use crate::fit::problem::Problem;
use crate::fit::search;
use crate::fit::space::Space;
use crate::numerals::four_figures as number;
use crate::random::stream;
use crate::stats::{chi_square_tail, f_tail};
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One law among those compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The law fitted to all points.
    pub fit: Fit,
    /// AICc above the lowest; none where there are too few points for one.
    pub delta_aicc: Option<f64>,
    /// Akaike weight: the share of belief among the laws compared.
    pub weight: f64,
    /// Root mean square of ln y - ln f above the hold-out, by a fit to the points up to it; none without a hold-out or
    /// where that fit fails.
    pub holdout_rmse_log: Option<f64>,
}

/// Laws compared on the same points in the same space, best AICc first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What was minimised.
    pub space: Space,
    /// Points with x above this were held out of the extrapolation fits.
    pub holdout_above: Option<f64>,
    /// The laws, best AICc first.
    pub candidates: Vec<Candidate>,
    /// The laws that could not be fitted, each with the reason.
    pub refused: Vec<String>,
    /// What may be said, in words.
    pub verdict: String,
}

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

/// Fits all `laws` to the same points in the same space and ranks them by AICc; with `holdout_above` also by extrapolation.
///
/// # Errors
/// [`Error::Failed`] when no law could be fitted.
pub fn compare(
    points: &Points,
    laws: &[Law],
    space: Space,
    holdout_above: Option<f64>,
) -> Result<Comparison> {
    let (mut candidates, mut refused) = (Vec::new(), Vec::new());
    for &law in laws {
        match law.fit(points, space) {
            Ok(fit) => {
                let holdout_rmse_log =
                    holdout_above.and_then(|above| extrapolate(points, law, space, above).ok());
                candidates.push(Candidate { fit, delta_aicc: None, weight: 0.0, holdout_rmse_log });
            }
            Err(error) => refused.push(format!("{law}: {error}")),
        }
    }
    if candidates.is_empty() {
        return Err(Error::Failed(format!("no law could be fitted: {}", refused.join("; "))));
    }
    candidates.sort_by(|a, b| a.fit.aicc.total_cmp(&b.fit.aicc));
    let best = candidates[0].fit.aicc;
    for candidate in &mut candidates {
        let delta = candidate.fit.aicc - best;
        candidate.delta_aicc = delta.is_finite().then_some(delta);
        candidate.weight = candidate.delta_aicc.map_or(0.0, |delta| (-0.5 * delta).exp());
    }
    let total: f64 = candidates.iter().map(|c| c.weight).sum();
    if total > 0.0 {
        candidates.iter_mut().for_each(|c| c.weight /= total);
    }
    let verdict = verdict(&candidates, holdout_above);
    Ok(Comparison { space, holdout_above, candidates, refused, verdict })
}

/// Root mean square of ln y - ln f over the points with x above `holdout_above`, by a fit to the others.
///
/// # Errors
/// As [`Law::fit`], and [`Error::Failed`] when no point lies above or the points are of a surface (which is held out by hand,
/// in whichever variable is meant).
pub fn extrapolate(points: &Points, law: Law, space: Space, holdout_above: f64) -> Result<f64> {
    if points.is_surface() {
        return Err(Error::Failed(
            "a surface has two variables: choose the runs to hold out with Points::select".to_owned(),
        ));
    }
    let (above, below): (Vec<usize>, Vec<usize>) =
        (0..points.n()).partition(|&i| points.x[i] > holdout_above);
    if above.is_empty() || below.is_empty() {
        return Err(Error::Failed(format!(
            "{} points lie above x = {holdout_above} and {} up to it: a hold-out needs points on both sides",
            above.len(),
            below.len()
        )));
    }
    let fit = law.fit(&points.select(&below), space)?;
    let squares: f64 = above.iter().map(|&i| (points.y[i].ln() - fit.at(points.x[i]).ln()).powi(2)).sum();
    Ok((squares / above.len() as f64).sqrt())
}

/// Likelihood-ratio test of two nested laws fitted to the same points in the same space.
///
/// # Errors
/// [`Error::Failed`] when the fits differ in points or space, the laws are not nested, or the theory does not hold for them (then
/// [`likelihood_ratio_by_simulation`] does).
pub fn likelihood_ratio(small: &Fit, large: &Fit) -> Result<LikelihoodRatio> {
    if small.n != large.n || small.units != large.units || small.space != large.space {
        return Err(Error::Failed(format!(
            "the fits are of {} and {} points ({} and {} independent) in {} and {}: a likelihood ratio needs the same points in the same space",
            small.n, large.n, small.units, large.units, small.space, large.space
        )));
    }
    let boundary = match (small.law, large.law) {
        (Law::PowerFixed { .. }, Law::Power) | (Law::FloorFixed { .. }, Law::Floor) => false,
        (Law::Power | Law::PowerFixed { .. }, Law::Floor) => true,
        (Law::PowerFixed { alpha: a }, Law::FloorFixed { alpha: b }) if a == b => true,
        (a, b) if is_nested(a, b) => {
            return Err(Error::Failed(format!(
                "{a} lies within {b} where some parameters of the latter mean nothing: ask for the ratio by simulation"
            )));
        }
        (a, b) => {
            return Err(Error::Failed(format!(
                "{a} is no special case of {b}: compare them by AICc and by extrapolation"
            )));
        }
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

/// Likelihood-ratio test of any two nested laws, by points simulated from the smaller with the scatter of its fit.
///
/// # Errors
/// As [`Law::fit`], and [`Error::Failed`] when `small` is no special case of `large`, or when points are in cells: they are
/// simulated one by one.
pub fn likelihood_ratio_by_simulation(
    points: &Points,
    small: Law,
    large: Law,
    space: Space,
    replicas: usize,
    seed: u64,
) -> Result<LikelihoodRatio> {
    if !is_nested(small, large) {
        return Err(Error::Failed(format!(
            "{small} is no special case of {large}: compare them by AICc and by extrapolation"
        )));
    }
    if points.n_groups() < points.n() {
        return Err(Error::Failed(format!(
            "the {} points are in {} cells, and a simulation draws them one by one: average each cell, or ask without cells",
            points.n(),
            points.n_groups()
        )));
    }
    let (first, second) = (small.fit(points, space)?, large.fit(points, space)?);
    let ratio = |a: f64, b: f64| if b > 0.0 { (a / b).max(1.0).ln() } else { f64::INFINITY };
    let seen = ratio(first.objective, second.objective);
    let (near, wide) = (Problem::new(small, points, space), Problem::new(large, points, space));
    let theta = near.centred(&first.plain());
    let (values, missed) = (near.values(&theta), near.residuals(&theta));
    let widen = (first.n as f64 / (first.n.saturating_sub(first.p())).max(1) as f64).sqrt();
    let sd = (missed.iter().map(|r| r * r).sum::<f64>() / first.n as f64).sqrt();
    let at_least = |replica: usize| -> bool {
        let mut random = stream(seed, "likelihood ratio", replica as u64);
        let mut draw = |i: usize| -> f64 {
            // Least squares expect normal noise; the robust spaces have their own residuals drawn again.
            if space.is_squares() {
                widen * sd * Distribution::<f64>::sample(&StandardNormal, &mut random)
                    / near.weights[i].sqrt()
            } else {
                -widen * missed[rand::RngExt::random_range(&mut random, 0..missed.len())]
            }
        };
        let y: Vec<f64> = (0..values.len())
            .map(|i| if space == Space::Y { values[i] + draw(i) } else { values[i] * draw(i).exp() })
            .collect();
        let (mut a, mut b) = (near.clone(), wide.clone());
        a.set_y(&y);
        b.set_y(&y);
        ratio(search::search(&a).0.objective, search::search(&b).0.objective) >= seen
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

fn is_nested(small: Law, large: Law) -> bool {
    use Law::{Broken, Floor, FloorFixed, M4, Power, PowerFixed};
    match (small, large) {
        (PowerFixed { alpha: a }, FloorFixed { alpha: b }) => a == b,
        (PowerFixed { .. }, Power | Floor | M4 | Broken { .. }) => true,
        (FloorFixed { .. }, Floor | M4 | Broken { .. }) => true,
        (Power, Floor | M4 | Broken { .. }) | (Floor, M4 | Broken { .. }) => true,
        (Broken { breaks: a }, Broken { breaks: b }) => a < b,
        _ => false,
    }
}

fn ratio_verdict(small: Law, large: Law, p: f64) -> String {
    if p < 0.05 {
        format!("{small} is not enough: {large} is needed (p = {p:.2e})")
    } else {
        format!("{small} is enough: these points do not ask for {large} (p = {p:.2})")
    }
}

fn verdict(candidates: &[Candidate], holdout_above: Option<f64>) -> String {
    let best = &candidates[0];
    let mut text = match candidates.get(1) {
        None => format!("only {} could be fitted", best.fit.law),
        Some(next) => match next.delta_aicc {
            Some(delta) if delta < 2.0 => {
                format!("AICc cannot tell {} from {} (difference {delta:.1})", best.fit.law, next.fit.law)
            }
            Some(delta) => format!("by AICc {} is best, {delta:.1} ahead of {}", best.fit.law, next.fit.law),
            None => format!("there are too few points for an AICc of any law but {}", best.fit.law),
        },
    };
    if best.fit.units < best.fit.n {
        text += &format!(
            " (AICc counts all {} points, though only {} cells are independent)",
            best.fit.n, best.fit.units
        );
    }
    let scored = candidates.iter().filter_map(|c| c.holdout_rmse_log.map(|rmse| (rmse, c)));
    if let Some(above) = holdout_above {
        match scored.min_by(|a, b| a.0.total_cmp(&b.0)) {
            Some((rmse, c)) if c.fit.law == best.fit.law => {
                text +=
                    &format!("; it also extrapolates best above x = {above} (rmse of ln y {})", number(rmse));
            }
            Some((rmse, c)) => {
                text += &format!(
                    "; but above x = {above} {} extrapolates best (rmse of ln y {}): trust neither far outside the points",
                    c.fit.law,
                    number(rmse)
                );
            }
            None => text += &format!("; no law could be fitted up to x = {above}"),
        }
    }
    text
}

/// One line a law, best AICc first, and the verdict.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}   (AICc compares within this space only)", self.space)?;
        for c in &self.candidates {
            let delta = c.delta_aicc.map_or("too few points".to_owned(), |d| format!("+{d:.1}"));
            let held =
                c.holdout_rmse_log.map_or(String::new(), |rmse| format!("   extrapolation {}", number(rmse)));
            let fit = &c.fit;
            writeln!(
                f,
                "  AICc {delta:>7}   weight {:.2}   rmse {:.4}{held}   {}",
                c.weight, fit.rmse_log, fit.law
            )?;
        }
        self.refused.iter().try_for_each(|reason| writeln!(f, "  refused: {reason}"))?;
        write!(f, "  {}", self.verdict)
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
