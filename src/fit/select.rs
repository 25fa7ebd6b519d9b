//! Which law? Akaike's criterion, and the test that counts: extrapolation.
//!
//! *AICc* ranks laws fitted to the same points **in the same space**; between spaces it compares densities of
//! different things (of y, of ln y), and its differences mean nothing. *Extrapolation* fits the small x and
//! scores the root mean square of ln y - ln f at the large ones (Alabdulmohsin et al. 2022); it may be
//! compared between spaces too. AICc knows no cells: it counts points. For nested laws there is the
//! [likelihood ratio](likelihood_ratio).

pub use crate::fit::ratio::{LikelihoodRatio, likelihood_ratio, likelihood_ratio_by_simulation};

use crate::error::{Error, Result};
use crate::fit::fitted::Fit;
use crate::fit::law::Law;
use crate::fit::points::Points;
use crate::fit::space::Space;
use crate::numerals::four_figures as number;
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
    /// Root mean square of ln y - ln f above the hold-out, by a fit to the points up to it; none without a
    /// hold-out or where that fit fails.
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

/// The laws of one variable that are worth comparing on `n` points.
pub fn candidates(n: usize) -> Vec<Law> {
    let mut laws =
        vec![Law::Power, Law::Floor, Law::FloorFixed { alpha: 0.5 }, Law::Broken { breaks: 1 }, Law::M4];
    // AICc needs two points more than parameters, of which two breaks have nine; so many tell little.
    if n >= 18 {
        laws.push(Law::Broken { breaks: 2 });
    }
    laws
}

/// Fits all `laws` to the same points in the same space and ranks them by AICc; with `holdout_above` also by
/// extrapolation.
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
/// As [`Law::fit`], and [`Error::Failed`] when no point lies above or the points are of a surface (which is
/// held out by hand, in whichever variable is meant).
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
