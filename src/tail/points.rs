//! Sorted data with the sums that make every edge's likelihood cheap, and the search for the best edge.
//!
//! With `first[k]` values strictly below point k, the tail from point k has `n - first[k]` values whose
//! logarithms sum to `log_sum[k]`: every edge's likelihood costs O(1), its distance one walk along the tail.

use crate::error::{Error, Result};
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// Edges that are tried before all others, so that most of the others can be given up early.
const SCOUTS: usize = 64;
/// Gaps between two looks at whether the edge has lost.
const GAPS_AT_ONCE: usize = 16;
/// Neighbouring edges that one thread takes at a time.
const EDGES_AT_ONCE: usize = 32;

/// Sorted points, each with what stands to its right.
#[derive(Debug, Clone)]
pub(crate) struct TailPoints {
    /// The points themselves, ascending.
    pub value: Vec<f64>,
    /// Their natural logarithms.
    pub log: Vec<f64>,
    /// How many values stand before each point.
    pub first: Vec<usize>,
    /// Sum of the logarithms of all values from each point on.
    pub log_sum: Vec<f64>,
    /// How many values there are in all.
    pub n: usize,
}

impl TailPoints {
    /// One point a distinct value, as Clauset, Shalizi & Newman.
    pub fn distinct(sorted: &[f64]) -> Self {
        let new = |&i: &usize| i == 0 || sorted[i] != sorted[i - 1];
        Self::at((0..sorted.len()).filter(new).collect(), sorted)
    }

    /// One point a value, repeated or not, as WeightWatcher.
    pub fn every(sorted: &[f64]) -> Self {
        Self::at((0..sorted.len()).collect(), sorted)
    }

    fn at(first: Vec<usize>, sorted: &[f64]) -> Self {
        let n = sorted.len();
        let value: Vec<f64> = first.iter().map(|&i| sorted[i]).collect();
        let log: Vec<f64> = value.iter().map(|x| x.ln()).collect();
        let mut log_sum = vec![0.0; first.len()];
        let (mut sum, mut end) = (0.0, n);
        for k in (0..first.len()).rev() {
            sum += (end - first[k]) as f64 * log[k];
            end = first[k];
            log_sum[k] = sum;
        }
        Self { value, log, first, log_sum, n }
    }

    /// How many points can be an edge: all but the last, above which there is nothing to fit.
    pub fn edges(&self) -> usize {
        self.value.len() - 1
    }

    /// At most `most` edges, from the first to the last, evenly spread in the logarithm.
    pub fn spread(&self, most: usize) -> Vec<usize> {
        let edges = self.edges();
        if edges <= most {
            return (0..edges).collect();
        }
        let (low, high) = (self.log[0], self.log[edges - 1]);
        let place = |i: usize| low + (high - low) * i as f64 / (most.max(2) - 1) as f64;
        let nearest = |i: usize| self.log[..edges - 1].partition_point(|&l| l < place(i));
        let mut found: Vec<usize> = (0..most).map(nearest).collect();
        found.dedup();
        found
    }

    /// How many values stand at point k or to its right.
    pub fn n_tail(&self, k: usize) -> usize {
        self.n - self.first[k]
    }
}

/// The values in ascending order, if a power law can have them: finite, above 0, not all equal.
///
/// # Errors
/// [`Error::Failed`] naming the first value that cannot be, or when fewer than two differ.
pub fn sorted(values: &[f64]) -> Result<Vec<f64>> {
    if let Some(i) = values.iter().position(|x| !(x.is_finite() && *x > 0.0)) {
        return Err(Error::Failed(format!(
            "value {} of {} is {}: the tail of a power law needs finite numbers above 0; leave the others out",
            i + 1,
            values.len(),
            values[i]
        )));
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    match sorted.as_slice() {
        [] => Err(Error::Failed("there are no values: a tail needs at least two different ones".to_owned())),
        [first, .., last] if first != last => Ok(sorted),
        [only, ..] => Err(Error::Failed(format!(
            "all {} values are {only}: a tail needs at least two different ones",
            sorted.len()
        ))),
    }
}

/// The edge with the smallest distance, and that distance; the leftmost of equals.
///
/// `distance(k, enough)` is the distance at edge k, or anything above `enough` once it is known to
/// exceed that. An edge is only given up against a distance that another edge reaches, so neither
/// that nor the number of threads changes the answer.
pub(crate) fn closest(edges: usize, distance: &(dyn Fn(usize, f64) -> f64 + Sync)) -> (usize, f64) {
    // The bits of floats that are not negative are ordered as the floats are.
    let best = AtomicU64::new(f64::INFINITY.to_bits());
    let at = |k: usize| {
        let d = distance(k, f64::from_bits(best.load(Ordering::Relaxed)));
        best.fetch_min(d.to_bits(), Ordering::Relaxed);
        (k, d)
    };
    for k in (0..edges).step_by(edges.div_ceil(SCOUTS).max(1)) {
        at(k);
    }
    let nearer = |a: (usize, f64), b: (usize, f64)| if (b.1, b.0) < (a.1, a.0) { b } else { a };
    (0..edges)
        .into_par_iter()
        .with_min_len(EDGES_AT_ONCE)
        .map(at)
        .reduce(|| (usize::MAX, f64::INFINITY), nearer)
}

/// Whether some edge is closer than `ks`, without looking for the closest.
pub(crate) fn any_closer(edges: usize, ks: f64, distance: &dyn Fn(usize, f64) -> f64) -> bool {
    let mut order = (0..edges).step_by(edges.div_ceil(SCOUTS).max(1)).chain(0..edges);
    order.any(|k| distance(k, ks) < ks)
}

/// The largest of `gap(j)` for j in `from..to`, or the first one found above `enough`: a few of them
/// all over the range first, because a bad edge is bad nearly everywhere.
pub(crate) fn largest_gap(from: usize, to: usize, enough: f64, gap: impl Fn(usize) -> f64) -> f64 {
    let mut largest = 0.0f64;
    for step in [(to - from).isqrt().max(1), 1] {
        let mut j = from;
        while j < to {
            let pause = (j + GAPS_AT_ONCE * step).min(to);
            while j < pause {
                largest = largest.max(gap(j));
                j += step;
            }
            if largest > enough {
                return largest;
            }
        }
    }
    largest
}
