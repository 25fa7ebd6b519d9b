//! The shuffled baseline: the spectrum of the same weights in random places.
//!
//! Each replica permutes the weights of every slice among themselves and takes the eigenvalues. A
//! layer whose spectrum is that of its shuffle has learned nothing that the spectrum shows. Spikes in
//! the *shuffled* spectrum come from single huge weights: "correlation traps".
//!
//! As WeightWatcher, layers with fewer than 100 eigenvalues are shuffled five times for the bulk (their
//! eigenvalues pooled, so that spikes are counted over all five) and once more for the distance.
//! The distance is that of Jensen and Shannon between the two sorted lists of eigenvalues, each
//! scaled to sum 1 (the root of the divergence, natural logarithm), not between two histograms.

use crate::error::Result;
use crate::random::stream;
use crate::spectrum::alpha;
use crate::spectrum::bulk::{self, Bulk};
use crate::spectrum::esd::Esd;
use crate::spectrum::matrix::WeightMatrix;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

/// Below this many eigenvalues the bulk is fitted to [`REPLICAS`] shuffles.
const FEW: usize = 100;
const REPLICAS: u64 = 5;

/// Eigenvalues of shuffled weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Shuffles {
    /// Of all replicas together, ascending: what the bulk is fitted to.
    pub pooled: Vec<f64>,
    /// Of one more shuffle, ascending, as many as the layer's own: what the distance is taken to.
    pub single: Vec<f64>,
}

/// The comparison of a layer with its shuffled weights.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Largest eigenvalue of the pooled shuffles.
    pub max_rand_eval: f64,
    /// Jensen–Shannon distance between the layer's eigenvalues and a shuffle's.
    pub rand_distance: f64,
    /// Largest eigenvalue of a shuffle over the layer's: 1 for a layer like its shuffle.
    pub ww_softrank: f64,
    /// Largest eigenvalue of the layer less a shuffle's.
    pub ww_maxdist: f64,
    /// Exponent that the same fit finds in a shuffle (not a column of WeightWatcher's).
    pub rand_alpha: Option<f64>,
    /// Its standard error, as [`sigma`](crate::spectrum::alpha::Alpha::sigma).
    pub rand_sigma: Option<f64>,
    /// Spikes beyond the bulk of the pooled shuffles.
    pub rand_num_spikes: usize,
    /// The same: correlation traps.
    pub num_traps: usize,
    /// σ of the bulk of the pooled shuffles.
    pub rand_sigma_mp: f64,
    /// Its upper edge over the largest of their eigenvalues.
    pub rand_mp_softrank: f64,
    /// The factor that gives them mean 1.
    #[serde(rename = "rand_W_scale")]
    pub rand_scale: f64,
    /// Lower edge of the bulk of the pooled shuffles.
    pub rand_bulk_min: f64,
    /// Upper edge of the bulk of the pooled shuffles.
    pub rand_bulk_max: f64,
}

/// The eigenvalues of the shuffled `slices` of the layer `name`; `seed` and `name` decide the order.
///
/// # Errors
/// As [`Esd::of`].
pub fn shuffles(name: &str, slices: &[WeightMatrix], eigenvalues: usize, seed: u64) -> Result<Shuffles> {
    let replicas = if eigenvalues < FEW { REPLICAS } else { 1 };
    let mut pooled = Vec::new();
    for replica in 0..replicas {
        pooled.extend(shuffle(name, slices, seed, replica)?);
    }
    pooled.sort_unstable_by(f64::total_cmp);
    Ok(Shuffles { pooled, single: shuffle(name, slices, seed, replicas)? })
}

fn shuffle(name: &str, slices: &[WeightMatrix], seed: u64, replica: u64) -> Result<Vec<f64>> {
    let mut random = stream(seed, &format!("shuffled weights of {name}"), replica);
    let mut shuffled = slices.to_vec();
    for slice in &mut shuffled {
        slice.values.shuffle(&mut random);
    }
    Ok(Esd::of(&shuffled)?.eigenvalues)
}

/// The comparison of a layer's `eigenvalues`, ascending, with its shuffles.
pub fn baseline(eigenvalues: &[f64], shuffles: &Shuffles, larger: usize, smaller: usize) -> Baseline {
    let last = |values: &[f64]| values[values.len() - 1];
    let Bulk { num_spikes, sigma_mp, mp_softrank, bulk_min, bulk_max, scale } =
        bulk::fit(&shuffles.pooled, larger, smaller);
    let tail = alpha::fit(&shuffles.single);
    Baseline {
        max_rand_eval: last(&shuffles.pooled),
        rand_distance: jensen_shannon(eigenvalues, &shuffles.single),
        ww_softrank: last(&shuffles.single) / last(eigenvalues),
        ww_maxdist: last(eigenvalues) - last(&shuffles.single),
        rand_alpha: tail.map(|tail| tail.alpha),
        rand_sigma: tail.map(|tail| tail.sigma),
        rand_num_spikes: num_spikes,
        num_traps: num_spikes,
        rand_sigma_mp: sigma_mp,
        rand_mp_softrank: mp_softrank,
        rand_scale: scale,
        rand_bulk_min: bulk_min,
        rand_bulk_max: bulk_max,
    }
}

/// The Jensen–Shannon distance between two lists of as many numbers, none below 0.
///
/// ```
/// // Nothing in common: √ln 2.
/// let far = lawbook::spectrum::shuffled::jensen_shannon(&[0.0, 1.0], &[1.0, 0.0]);
/// assert!((far - 2f64.ln().sqrt()).abs() < 1e-12);
/// ```
pub fn jensen_shannon(p: &[f64], q: &[f64]) -> f64 {
    let (sum_p, sum_q) = (p.iter().sum::<f64>(), q.iter().sum::<f64>());
    let part = |own: f64, middle: f64| if own > 0.0 { own * (own / middle).ln() } else { 0.0 };
    let divergence: f64 = p
        .iter()
        .zip(q)
        .map(|(p, q)| {
            let (p, q) = (p / sum_p, q / sum_q);
            let middle = (p + q) / 2.0;
            (part(p, middle) + part(q, middle)) / 2.0
        })
        .sum();
    divergence.max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(rows: usize, cols: usize) -> WeightMatrix {
        WeightMatrix::new(rows, cols, (0..rows * cols).map(|i| ((i * i) as f64).sin()).collect())
    }

    #[test]
    fn the_same_seed_shuffles_alike_and_another_does_not() {
        let slices = [weights(30, 20)];
        let of = |seed, name: &str| shuffles(name, &slices, 20, seed).unwrap();
        assert_eq!(of(1, "a"), of(1, "a"));
        assert_ne!(of(1, "a"), of(2, "a"));
        assert_ne!(of(1, "a"), of(1, "b"));
        assert_eq!((of(1, "a").pooled.len(), of(1, "a").single.len()), (100, 20));
    }

    #[test]
    fn one_huge_weight_is_a_trap_and_a_structured_layer_is_far_from_its_shuffle() {
        let plain = weights(120, 100);
        let mut trapped = plain.clone();
        trapped.values[5] = 60.0;
        let traps = |m: &WeightMatrix| {
            let esd = Esd::of(std::slice::from_ref(m)).unwrap();
            let shuffles = shuffles("x", std::slice::from_ref(m), 100, 0).unwrap();
            baseline(&esd.eigenvalues, &shuffles, 120, 100)
        };
        assert_eq!(traps(&trapped).num_traps, 1);
        let structured = WeightMatrix::new(
            120,
            100,
            (0..12_000).map(|k| plain.values[k] + (k / 100) as f64 * 0.1).collect(),
        );
        assert!(traps(&structured).rand_distance > 5.0 * traps(&plain).rand_distance);
    }
}
