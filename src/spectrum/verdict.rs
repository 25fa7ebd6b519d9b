//! The verdict on a layer's alpha, in words, and the doubts about it.
//!
//! The reading is WeightWatcher's: alpha below 2 over-trained, 2 to 6 well trained (the smaller the
//! better), above 6 under-trained. Original 002's README says the opposite, "alpha > 6: overfit"; that is a
//! slip. The reading is empirical; it stands on a tail that *is* a power law and long enough to tell.
//!
//! The eigenvalues of one matrix repel each other and are no independent draws, for which sigma, 1.36/√n and
//! the bootstrap's p are made: all three are only rough here.

use crate::spectrum::alpha::{Alpha, FEW};
use crate::spectrum::shuffled::Baseline;
use crate::tail::bootstrap::REJECTED_BELOW;
use serde::{Deserialize, Serialize};

/// The alpha below which WeightWatcher calls a layer over-trained.
pub const OVER_TRAINED: f64 = 2.0;
/// The alpha above which WeightWatcher calls a layer under-trained.
pub const UNDER_TRAINED: f64 = 6.0;
/// The fewest eigenvalues whose exponent means much (WeightWatcher's own advice).
pub const ENOUGH: usize = 50;
/// A Kolmogorov–Smirnov distance of n points beyond this, times 1/√n, is hardly chance even for a fixed law.
const FAR: f64 = 1.36;
/// The sentence that says how the words are meant; printed once below them.
pub const READING: &str = "WeightWatcher's reading: alpha < 2 over-trained, 2 to 6 good, > 6 under-trained. (The README of original 002 says the opposite of the last: alpha > 6 overfit.)\nSigma, D and p are judged as for independent draws; the eigenvalues of one matrix repel each other, so take them as rough.";

/// WeightWatcher's word for an alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Warning {
    /// Alpha from 2 to 6, or no alpha: nothing to warn of.
    #[serde(rename = "")]
    None,
    /// Alpha below 2.
    #[serde(rename = "over-trained")]
    OverTrained,
    /// Alpha above 6.
    #[serde(rename = "under-trained")]
    UnderTrained,
}

/// Shorter tails say little of an exponent.
const SHORT: usize = 10;

/// A layer's verdict and what speaks against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerVerdict {
    /// WeightWatcher's word.
    pub warning: Warning,
    /// One sentence.
    pub verdict: String,
    /// Why it may mean little; empty where nothing is known against it.
    pub doubts: Vec<String>,
}

/// The verdict on a layer with this tail, so many eigenvalues, and what else is known of it.
pub fn verdict(
    tail: Option<&Alpha>,
    num_evals: usize,
    gof_p: Option<f64>,
    baseline: Option<&Baseline>,
) -> LayerVerdict {
    let Some(tail) = tail else {
        let verdict = "no tail: the eigenvalues are all alike, or all below 1e-5".to_owned();
        return LayerVerdict { warning: Warning::None, verdict, doubts: Vec::new() };
    };
    let alpha = tail.alpha;
    let (warning, verdict) = if alpha < OVER_TRAINED {
        (Warning::OverTrained, format!("alpha {alpha:.2} is below 2: over-trained"))
    } else if alpha > UNDER_TRAINED {
        (Warning::UnderTrained, format!("alpha {alpha:.2} is above 6: under-trained"))
    } else {
        (Warning::None, format!("alpha {alpha:.2} is between 2 and 6: well trained"))
    };
    let mut doubts = Vec::new();
    if num_evals < ENOUGH {
        doubts.push(format!("only {num_evals} eigenvalues, an exponent wants {ENOUGH}"));
    }
    if tail.num_pl_spikes < SHORT {
        doubts.push(format!("only {} eigenvalues in the tail", tail.num_pl_spikes));
    }
    let critical = FAR / (tail.num_pl_spikes.max(1) as f64).sqrt();
    match gof_p {
        Some(p) if p <= REJECTED_BELOW => {
            doubts.push(format!("the tail is not a power law (goodness of fit p = {p:.3})"))
        }
        Some(_) => {}
        None if tail.ks > critical => {
            let how = if num_evals < FEW { "" } else { "; --gof tests it" };
            doubts.push(format!(
                "D = {:.3} over {} eigenvalues is far for a power law{how}",
                tail.ks, tail.num_pl_spikes
            ));
        }
        None => {}
    }
    if let Some(b) = baseline {
        if let Some((random, sigma)) = b.rand_alpha.zip(b.rand_sigma)
            && (random - alpha).abs() < 2.0 * tail.sigma.hypot(sigma)
        {
            doubts.push(format!(
                "the shuffled weights have alpha {random:.2} ± {sigma:.2}, the same within 2 sigma of the difference"
            ));
        }
        if b.num_traps > 0 {
            // Records hold this sentence: its plural stays, so that a run made again gives the same record.
            doubts
                .push(format!("{} correlation traps: single weights far larger than the rest", b.num_traps));
        }
    }
    LayerVerdict { warning, verdict, doubts }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(alpha: f64) -> Alpha {
        Alpha { alpha, ks: 0.03, sigma: 0.2, xmin: 1.0, xmax: 9.0, num_pl_spikes: 80 }
    }

    #[test]
    fn the_words_are_weightwatchers() {
        for (alpha, warning, word) in [
            (1.7, Warning::OverTrained, "over-trained"),
            (3.2, Warning::None, "well trained"),
            (8.0, Warning::UnderTrained, "under-trained"),
        ] {
            let said = verdict(Some(&tail(alpha)), 400, None, None);
            assert_eq!(said.warning, warning);
            assert!(said.verdict.contains(word) && said.doubts.is_empty(), "{said:?}");
        }
    }

    #[test]
    fn small_layers_and_rejected_power_laws_are_doubted() {
        assert!(verdict(Some(&tail(3.0)), 49, None, None).doubts[0].contains("49 eigenvalues"));
        assert!(verdict(Some(&tail(3.0)), 50, Some(0.02), None).doubts[0].contains("not a power law"));
        assert!(verdict(Some(&tail(3.0)), 50, Some(0.5), None).doubts.is_empty());
        let short = |n| verdict(Some(&Alpha { num_pl_spikes: n, ..tail(3.0) }), 400, None, None).doubts;
        assert!(short(9)[0].contains("only 9 eigenvalues in the tail") && short(10).is_empty());
        let far = Alpha { ks: 0.2, ..tail(3.0) };
        assert!(verdict(Some(&far), 400, None, None).doubts[0].contains("D = 0.200"));
        assert!(verdict(None, 400, None, None).verdict.contains("no tail"));
    }

    #[test]
    fn a_shuffle_is_the_same_within_both_sigmas() {
        let baseline = |rand_alpha, rand_sigma| Baseline {
            max_rand_eval: 1.0,
            rand_distance: 0.1,
            ww_softrank: 1.0,
            ww_maxdist: 0.0,
            rand_alpha: Some(rand_alpha),
            rand_sigma: Some(rand_sigma),
            rand_num_spikes: 0,
            num_traps: 0,
            rand_sigma_mp: 1.0,
            rand_mp_softrank: 1.0,
            rand_scale: 1.0,
            rand_bulk_min: 0.0,
            rand_bulk_max: 1.0,
        };
        // The layer's own sigma is 0.2: 0.5 away is 2.5 of them, and 2 of √(0.2² + 0.15²) = 0.25.
        let doubts =
            |alpha, sigma| verdict(Some(&tail(3.0)), 400, None, Some(&baseline(alpha, sigma))).doubts;
        assert!(doubts(3.49, 0.15)[0].contains("within 2 sigma"));
        assert!(doubts(3.51, 0.15).is_empty() && doubts(3.49, 0.01).is_empty());
    }
}
