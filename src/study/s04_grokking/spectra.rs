//! What the spectra of a run say along its steps, and whether it goes with generalization.
//!
//! HTSR's reading: a layer is healthy when the exponent of its tail lies between 2 and 4. Two exponents are
//! put to it: the exhaustive one, whose edge is where the tail fits best, and the median one of the original,
//! whose edge is the median eigenvalue whatever the spectrum. The last layer has ten eigenvalues and is left
//! out of shares and means: no exponent comes from ten numbers.

use crate::run::{Point, RunRecord};
use crate::snapshot::{LayerSnapshot, Snapshot};
use crate::stats;
use crate::study::s04_grokking::ranks::deep;
use serde::{Deserialize, Serialize};

/// Exponents that HTSR calls healthy.
pub const HEALTHY: std::ops::RangeInclusive<f64> = 2.0..=4.0;

/// Which exponent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TailEdge {
    /// The edge with the least distance, as WeightWatcher has it.
    Exhaustive,
    /// The median eigenvalue, as the original has it.
    Median,
}

impl TailEdge {
    /// The exponent of a layer by this edge.
    pub fn alpha(self, layer: &LayerSnapshot) -> Option<f64> {
        match self {
            Self::Exhaustive => layer.row.tail.as_ref().map(|tail| tail.alpha),
            Self::Median => layer.median_alpha,
        }
    }
}

/// Exponents along a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alphas {
    /// Share of the hidden layers whose exponent is healthy, snapshot by snapshot.
    pub healthy: Vec<f64>,
    /// Mean exponent of the deep layers, snapshot by snapshot.
    pub deep: Vec<f64>,
    /// First step at which each hidden layer is healthy.
    pub entries: Vec<Option<u64>>,
    /// Rank correlation, over the snapshots, of the deep layers' mean exponent with the generalization gap.
    pub gap_correlation: Option<f64>,
}

/// The exponents of a run by this edge.
pub fn alphas(run: &RunRecord, edge: TailEdge) -> Alphas {
    let hidden = |snapshot: &Snapshot| snapshot.layers.len() - 1;
    let healthy = |layer: &LayerSnapshot| edge.alpha(layer).is_some_and(|alpha| HEALTHY.contains(&alpha));
    let share = |snapshot: &Snapshot| {
        let layers = &snapshot.layers[..hidden(snapshot)];
        layers.iter().filter(|layer| healthy(layer)).count() as f64 / layers.len() as f64
    };
    let mean = |snapshot: &Snapshot| {
        let alphas: Vec<f64> =
            snapshot.layers[deep(snapshot)].iter().filter_map(|layer| edge.alpha(layer)).collect();
        alphas.iter().sum::<f64>() / alphas.len() as f64
    };
    let deep: Vec<f64> = run.snapshots.iter().map(mean).collect();
    let entry = |l: usize| {
        run.snapshots.iter().find(|snapshot| healthy(&snapshot.layers[l])).map(|snapshot| snapshot.step)
    };
    Alphas {
        healthy: run.snapshots.iter().map(share).collect(),
        entries: (0..hidden(&run.snapshots[0])).map(entry).collect(),
        gap_correlation: rank_correlation(&deep, &gaps(run)),
        deep,
    }
}

/// Training less test accuracy at each snapshot.
pub fn gaps(run: &RunRecord) -> Vec<f64> {
    run.snapshots
        .iter()
        .map(|snapshot| at(run, snapshot.step, |p| p.train_accuracy - p.test_accuracy))
        .collect()
}

/// A measure of the curve at a step, by a straight line between its points; before the first, its value
/// there.
pub fn at(run: &RunRecord, step: u64, of: impl Fn(&Point) -> f64) -> f64 {
    let after = run.curve.partition_point(|p| p.step < step);
    match (after.checked_sub(1).map(|i| &run.curve[i]), run.curve.get(after)) {
        (Some(a), Some(b)) => {
            let share = (step - a.step) as f64 / (b.step - a.step) as f64;
            of(a) + share * (of(b) - of(a))
        }
        (None, Some(point)) | (Some(point), None) => of(point),
        (None, None) => f64::NAN,
    }
}

/// Spearman's rank correlation; none where fewer than five pairs are finite or one side never moves.
fn rank_correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let pairs: Vec<(f64, f64)> =
        a.iter().copied().zip(b.iter().copied()).filter(|(a, b)| a.is_finite() && b.is_finite()).collect();
    let (a, b): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    if a.len() < 5 { None } else { stats::rank_correlation(&a, &b) }
}
