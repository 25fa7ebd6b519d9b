//! Likelihood-ratio tests of the power law against its rivals.
//!
//! ```text
//! R = Σ (ln p_power_law(x_i) - ln p_rival(x_i))          R > 0 favours the power law
//! not nested (Vuong)   p = erfc(|R| / √(2 n var)),  var = mean squared deviation of the terms of R
//! nested               p = 1 - χ²₁(2 |R|), for the truncated power law, which holds the power law at λ = 0
//! ```
//!
//! p is the chance of so large a ratio where both laws are equally far from the truth: only below
//! about 0.1 does the sign of R mean anything.
//! Source: Clauset, Shalizi & Newman, §5 and appendix C; Vuong, Econometrica 57 (1989).

use crate::error::Result;
use crate::tail::fitted::{Kind, Tail};
use crate::tail::law::{TailLaw, TailModel};
use crate::tail::points::sorted;
use crate::tail::rival::{Counted, Rival};
use serde::{Deserialize, Serialize};
use statrs::function::erf::erfc;

/// The likelihood-ratio test of one rival.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RivalTest {
    /// The rival's most likely form.
    pub rival: TailModel,
    /// R, the log-likelihood ratio: above 0 the power law is more likely, below 0 the rival.
    pub ratio: f64,
    /// R / (√n · sd of its terms): a standard normal number where both laws are equally good.
    pub normalized_ratio: f64,
    /// Chance of a ratio at least as large where both are equally good.
    pub p: f64,
    /// Whether the rival holds the power law as a special case, so that R ≤ 0 and p is from χ².
    pub nested: bool,
    /// The most likely rival *is* the power law: nothing to choose between. Of whole numbers only the
    /// truncated power law can be: the limits of lognormal and stretched exponential are a rounded power law,
    /// not ζ's.
    pub same: bool,
}

/// The likelihood-ratio tests of every rival above `tail.x_min`.
///
/// ```
/// use lawbook::tail::{self, Edge, Kind};
/// // Quantiles of an exponential law: no power law.
/// let values: Vec<f64> = (1..=500).map(|k| 1.0 - (1.0 - (k as f64 - 0.5) / 500.0f64).ln()).collect();
/// let tail = tail::fit(&values, Kind::Continuous, Edge::At(1.0)).unwrap();
/// let comparisons = tail::compare::rivals(&values, Kind::Continuous, &tail).unwrap();
/// assert!(comparisons[1].ratio < 0.0 && comparisons[1].p < 1e-6);
/// ```
///
/// # Errors
/// As [`crate::tail::fit`].
pub fn rivals(values: &[f64], kind: Kind, tail: &Tail) -> Result<Vec<RivalTest>> {
    let sorted = sorted(values)?;
    let above = &sorted[sorted.partition_point(|&x| x < tail.x_min)..];
    let mut counted = Counted { x: Vec::new(), count: Vec::new(), n: above.len() as f64 };
    for &x in above {
        if counted.x.last() == Some(&x) {
            *counted.count.last_mut().expect("a count beside every x") += 1.0;
        } else {
            counted.x.push(x);
            counted.count.push(1.0);
        }
    }
    Ok(Rival::ALL.iter().map(|rival| compare(*rival, &counted, kind, tail)).collect())
}

fn compare(rival: Rival, counted: &Counted, kind: Kind, tail: &Tail) -> RivalTest {
    let (x_min, nested) = (tail.x_min, rival == Rival::TruncatedPowerLaw);
    let law = rival.fit(counted, x_min, kind, tail.alpha);
    let other = TailModel { law, x_min, kind };
    if Rival::is_power_law(&law, counted, x_min, kind) {
        return RivalTest { rival: other, ratio: 0.0, normalized_ratio: 0.0, p: 1.0, nested, same: true };
    }
    let power_law = TailModel { law: TailLaw::PowerLaw { alpha: tail.alpha }, x_min, kind };
    // A likelihood of 0 counts as 1e-307, the smallest that has a logarithm.
    let least = 1e-307f64.ln();
    let terms: Vec<f64> = counted
        .x
        .iter()
        .map(|&x| power_law.ln_likelihood(x).max(least) - other.ln_likelihood(x).max(least))
        .collect();
    let sum = |f: &dyn Fn(f64) -> f64| terms.iter().zip(&counted.count).map(|(&t, c)| c * f(t)).sum::<f64>();
    let (n, ratio) = (counted.n, sum(&|t| t));
    let sd = (sum(&|t| (t - ratio / n).powi(2)) / n).sqrt();
    let normalized_ratio = if sd > 0.0 { ratio / (n.sqrt() * sd) } else { 0.0 };
    let p = if nested { erfc(ratio.abs().sqrt()) } else { erfc(normalized_ratio.abs() / 2f64.sqrt()) };
    RivalTest { rival: other, ratio, normalized_ratio, p, nested, same: false }
}
