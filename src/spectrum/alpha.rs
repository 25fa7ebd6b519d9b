//! The power-law exponent alpha of a layer's spectrum, fitted as WeightWatcher fits it.
//!
//! Only eigenvalues above [`THRESHOLD`] are looked at. With 20 or more of them this is
//! [`fit_weightwatcher`]: every index but the last is an edge. With fewer,
//! WeightWatcher (since 0.7.6) corrects the exponent's bias and lets a tail be no shorter than 8:
//!
//! ```text
//! n ≥ 20   α = 1 + n / Σ ln(λ / xmin)          n < 20   α = 1 + (n - 1) / Σ ln(λ / xmin)
//! ```
//!
//! Both take the edge with the smallest Kolmogorov–Smirnov distance D, and `sigma = (α - 1) / √n`.
//! Sigma and D are as for independent draws. The eigenvalues of one matrix repel each other, so both are only
//! rough. (0.7.7 also computes a penalized distance for small layers, and then does not use it.)

use crate::tail::Tail;
use crate::tail::continuous::{exponent, fit_weightwatcher, nearest};
use serde::{Deserialize, Serialize};

/// The eigenvalue up to which all count as zero.
pub const THRESHOLD: f64 = 1e-5;
/// The number of eigenvalues from which on the exponent is not corrected for bias.
pub const FEW: usize = 20;
/// The shortest tail among few eigenvalues.
const SHORTEST: usize = 8;

/// A few values whose logarithms rise less than this in all are equal up to rounding.
const LEAST_EXCESS: f64 = 1e-12;
/// A steeper tail is none: its eigenvalues are equal up to rounding.
const STEEPEST: f64 = 1e3;

/// A fitted power-law tail of a spectrum, in WeightWatcher's names.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Alpha {
    /// Exponent α of the density of eigenvalues in the tail.
    pub alpha: f64,
    /// Kolmogorov–Smirnov distance between tail and power law.
    #[serde(rename = "D")]
    pub ks: f64,
    /// Standard error of `alpha`, the edge taken as given.
    pub sigma: f64,
    /// Where the tail begins.
    pub xmin: f64,
    /// The largest eigenvalue that was fitted.
    pub xmax: f64,
    /// Eigenvalues from `xmin` on, those beyond `xmax` included.
    pub num_pl_spikes: usize,
}

/// The tail of these eigenvalues, ascending; `None` where there is none: fewer than two different ones, up to
/// rounding.
pub fn fit(eigenvalues: &[f64]) -> Option<Alpha> {
    let fitted = above_threshold(eigenvalues);
    let tail = if fitted.len() < FEW { few(fitted) } else { fit_weightwatcher(fitted).ok() };
    let Tail { alpha, ks, sigma, x_min: xmin, .. } = tail.filter(|tail| tail.alpha <= STEEPEST)?;
    let num_pl_spikes = eigenvalues.iter().filter(|x| **x >= xmin).count();
    Some(Alpha { alpha, ks, sigma, xmin, xmax: fitted[fitted.len() - 1], num_pl_spikes })
}

/// The eigenvalues above [`THRESHOLD`].
pub fn above_threshold(eigenvalues: &[f64]) -> &[f64] {
    &eigenvalues[eigenvalues.partition_point(|x| *x <= THRESHOLD)..]
}

/// Every index but the last as edge, unless that leaves fewer than eight; fewer than eight are all tail.
fn few(values: &[f64]) -> Option<Tail> {
    let edges = (values.len() + 1).saturating_sub(SHORTEST).clamp(1, values.len().max(1));
    let exponents = (0..edges.min(values.len().saturating_sub(1))).filter_map(|edge| {
        let tail = &values[edge..];
        let excess: f64 = tail.iter().map(|x| (x / values[edge]).ln()).sum();
        Some((edge, exponent(tail.len() as f64 - 1.0, excess).filter(|_| excess > LEAST_EXCESS)?))
    });
    nearest(values, exponents)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SPEC, WeightWatcher: quantiles of a Pareto law, x_k = (1 - (k - ½)/N)^(-1/(a-1)).
    fn pareto(a: f64, n: usize) -> Vec<f64> {
        (1..=n).map(|k| (1.0 - (k as f64 - 0.5) / n as f64).powf(-1.0 / (a - 1.0))).collect()
    }

    #[test]
    fn eigenvalues_equal_up_to_rounding_have_no_tail() {
        // The squared singular values of an orthogonal matrix.
        for n in [10, 64] {
            let values: Vec<f64> = (0..n).map(|k| 1.0 + f64::from(k) * f64::EPSILON).collect();
            assert_eq!(fit(&values), None, "{n}");
        }
    }

    #[test]
    fn pareto_quantiles_give_the_pinned_exponents() {
        for (a, n, alpha, ks) in [(3.0, 400, 3.004243, 0.001682), (2.0, 100, 2.008547, 0.006733)] {
            let found = fit(&pareto(a, n)).unwrap();
            assert!((found.alpha - alpha).abs() < 1e-6 && (found.ks - ks).abs() < 1e-6, "{found:?}");
            assert_eq!(found.num_pl_spikes, n);
        }
    }

    #[test]
    fn few_eigenvalues_are_corrected_for_bias() {
        // The whole sample is the tail; 1 + 9 / Σ ln x by hand.
        let values = pareto(2.5, 10);
        let whole = 1.0 + 9.0 / values.iter().map(|x| (x / values[0]).ln()).sum::<f64>();
        let found = fit(&values).unwrap();
        assert_eq!(found.xmin, values[0]);
        assert!((found.alpha - whole).abs() < 1e-12);
    }

    #[test]
    fn equal_or_vanishing_eigenvalues_have_no_tail() {
        for values in [vec![2.0; 40], vec![2.0; 10], vec![1e-7; 30], vec![], vec![1.0]] {
            assert!(fit(&values).is_none(), "{values:?}");
        }
    }
}
