//! Power-law fits as original 002 made them: the three modes of its `esd.py`, for comparison only.
//!
//! All keep eigenvalues above 1e-5 (all of them, where none is) and use the same likelihood and
//! distance; they differ in which eigenvalues may be the edge:
//!
//! ```text
//! median            the middle one, index ⌊N/2⌋, and no other
//! goodness-of-fit   every one but the last, smallest distance (WeightWatcher's fit)
//! fix-finger        those from log₁₀(0.95 x) to 1.5 x, where x is the peak of a histogram of log₁₀ λ
//! ```
//!
//! The first fits a line to half of any spectrum, heavy tail or not: a layer of fresh random weights
//! gets alpha 2.1 to 2.7, "well trained". The lower bound of the last is a logarithm compared with an
//! eigenvalue, a slip taken over from WeightWatcher; it is kept, because the original's numbers depend on it.

use crate::spectrum::alpha::THRESHOLD;
use crate::tail::Tail;
use crate::tail::continuous::{exponent, nearest};
use serde::{Deserialize, Serialize};

/// Bins of the histogram that finds the peak.
const BINS: usize = 100;

/// A rule of `esd.py` for the edge of the tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OriginalMode {
    /// The edge is the median.
    Median,
    /// The edge with the smallest distance.
    GoodnessOfFit,
    /// The same, near the peak of the histogram.
    FixFinger,
}

/// The metrics that `esd.py` stores of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OriginalFit {
    /// Exponent of the density.
    pub alpha: f64,
    /// Distance between tail and law.
    #[serde(rename = "D")]
    pub ks: f64,
    /// The edge (which `esd.py` does not store).
    pub xmin: f64,
    /// The largest eigenvalue.
    pub spectral_norm: f64,
    /// Sum of the eigenvalues.
    pub norm: f64,
    /// alpha · log₁₀ `spectral_norm`.
    pub alphahat: f64,
}

/// Alpha and distance in all three modes, as columns of a table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OriginalModes {
    pub alpha_median: Option<f64>,
    #[serde(rename = "D_median")]
    pub ks_median: Option<f64>,
    pub alpha_goodness_of_fit: Option<f64>,
    #[serde(rename = "D_goodness_of_fit")]
    pub ks_goodness_of_fit: Option<f64>,
    pub alpha_fix_finger: Option<f64>,
    #[serde(rename = "D_fix_finger")]
    pub ks_fix_finger: Option<f64>,
}

/// All three fits of these eigenvalues, ascending.
pub fn all(eigenvalues: &[f64]) -> OriginalModes {
    let [median, best, finger] = OriginalMode::ALL.map(|mode| fit(eigenvalues, mode));
    OriginalModes {
        alpha_median: median.map(|f| f.alpha),
        ks_median: median.map(|f| f.ks),
        alpha_goodness_of_fit: best.map(|f| f.alpha),
        ks_goodness_of_fit: best.map(|f| f.ks),
        alpha_fix_finger: finger.map(|f| f.alpha),
        ks_fix_finger: finger.map(|f| f.ks),
    }
}

impl OriginalMode {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Median, Self::GoodnessOfFit, Self::FixFinger];
}

/// The fit of these eigenvalues, ascending; `None` where it has no finite exponent.
pub fn fit(eigenvalues: &[f64], mode: OriginalMode) -> Option<OriginalFit> {
    let above = &eigenvalues[eigenvalues.partition_point(|x| *x <= THRESHOLD)..];
    let values = if above.is_empty() { eigenvalues } else { above };
    let last = values.len().checked_sub(1)?;
    let logs: Vec<f64> = values.iter().map(|x| x.ln()).collect();
    let candidates: Vec<usize> = match mode {
        OriginalMode::Median => vec![values.len() / 2],
        OriginalMode::GoodnessOfFit => (0..last).collect(),
        OriginalMode::FixFinger => {
            let peak = peak(values);
            let near = (0.95 * peak).log10()..=1.5 * peak;
            (0..last).filter(|&i| near.contains(&values[i])).collect()
        }
    };
    let exponents = candidates.into_iter().filter_map(|edge| {
        let n = (values.len() - edge) as f64;
        Some((edge, exponent(n, logs[edge..].iter().sum::<f64>() - n * logs[edge])?))
    });
    let Tail { alpha, ks, x_min: xmin, .. } = nearest(values, exponents)?;
    let spectral_norm = *eigenvalues.last()?;
    let norm = eigenvalues.iter().sum();
    Some(OriginalFit { alpha, ks, xmin, spectral_norm, norm, alphahat: alpha * spectral_norm.log10() })
}

/// The left end of the fullest of 100 equal bins of log₁₀ λ, the first of equals.
fn peak(values: &[f64]) -> f64 {
    let (low, high) = (values[0].log10(), values[values.len() - 1].log10());
    let mut counts = [0usize; BINS];
    for x in values {
        let bin = ((x.log10() - low) / (high - low) * BINS as f64) as usize;
        counts[bin.min(BINS - 1)] += 1;
    }
    let fullest = (0..BINS).rev().max_by_key(|&bin| counts[bin]).unwrap_or(0);
    10f64.powf(low + (high - low) * fullest as f64 / BINS as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pareto(alpha: f64, n: usize) -> Vec<f64> {
        (1..=n).map(|k| (1.0 - (k as f64 - 0.5) / n as f64).powf(-1.0 / (alpha - 1.0))).collect()
    }

    #[test]
    fn a_pareto_law_has_the_same_exponent_from_its_median_on() {
        let values = pareto(3.0, 1000);
        let found = fit(&values, OriginalMode::Median).unwrap();
        assert_eq!(found.xmin, values[500]);
        assert!((found.alpha - 3.0).abs() < 0.01);
        assert!(fit(&values, OriginalMode::GoodnessOfFit).unwrap().ks <= found.ks);
    }

    #[test]
    fn fix_finger_looks_for_its_edge_near_the_peak() {
        // A lump of 200 around 2, then a tail: the fullest bin is in the lump.
        let mut values: Vec<f64> = (0..200).map(|i| 2.0 + 1e-3 * i as f64).collect();
        values.extend(pareto(2.5, 100).iter().map(|x| 3.0 * x));
        let found = fit(&values, OriginalMode::FixFinger).unwrap();
        assert!((1.9..3.4).contains(&found.xmin), "{found:?}");
    }

    #[test]
    fn nothing_to_fit_is_none() {
        for mode in OriginalMode::ALL {
            assert!(fit(&[], mode).is_none());
            assert!(fit(&[1.0; 20], mode).is_none());
        }
    }
}
