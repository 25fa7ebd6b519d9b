//! Feature ranks of the deep layers along a run, and when they fall.

use crate::error::Result;
use crate::snapshot::{LayerSnapshot, Snapshot};
use crate::study::s04_grokking::stages::{Stage, rises};
use serde::{Deserialize, Serialize};

/// Ranks that fall by a smaller share than this do not fall.
const LEAST_FALL: f64 = 0.10;
/// Stages are not sought in fewer snapshots: two lines want three points each.
const FEWEST_SNAPSHOTS: usize = 6;

/// When the features of the deep layers shrank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranks {
    /// Mean feature rank of the deep layers at each snapshot.
    pub deep: Vec<f64>,
    /// Its largest value.
    pub most: f64,
    /// Its smallest value after the largest.
    pub least: f64,
    /// First step, between snapshots by a straight line, at which half of that fall is done; absent where it
    /// falls by less than a tenth.
    pub half: Option<f64>,
    /// The same for a tenth of the fall.
    pub begin: Option<f64>,
    /// Stages of its fall.
    pub stages: Vec<Stage>,
}

/// The deep layers: the second half of the hidden ones, the sixth to the eleventh of twelve, which are those
/// whose ranks fall in the paper's figure.
pub fn deep(snapshot: &Snapshot) -> std::ops::Range<usize> {
    let hidden = snapshot.layers.len() - 1;
    hidden / 2..hidden
}

/// The ranks of a run with snapshots.
///
/// # Errors
/// As [`rises`].
pub fn ranks(snapshots: &[Snapshot]) -> Result<Ranks> {
    let steps: Vec<f64> = snapshots.iter().map(|snapshot| snapshot.step as f64).collect();
    let deep: Vec<f64> =
        snapshots.iter().map(|snapshot| over(snapshot, |layer| layer.feature_rank as f64)).collect();
    let peak = (0..deep.len()).max_by(|&a, &b| deep[a].total_cmp(&deep[b])).unwrap_or(0);
    let (most, least) = (deep[peak], deep[peak..].iter().copied().fold(f64::INFINITY, f64::min));
    let fell = most - least >= LEAST_FALL * most;
    let down: Vec<f64> = deep.iter().map(|rank| -rank).collect();
    let turned = |s: Stage| Stage { low: -s.low, high: -s.high, ..s };
    Ok(Ranks {
        most,
        least,
        half: if fell { crossing(&steps[peak..], &down[peak..], -(most + least) / 2.0) } else { None },
        begin: if fell { crossing(&steps[peak..], &down[peak..], -(0.9 * most + 0.1 * least)) } else { None },
        stages: if fell && snapshots.len() >= FEWEST_SNAPSHOTS {
            rises(&steps, &down)?.into_iter().map(turned).collect()
        } else {
            Vec::new()
        },
        deep,
    })
}

/// The mean of a measure over the deep layers.
fn over(snapshot: &Snapshot, measure: impl Fn(&LayerSnapshot) -> f64) -> f64 {
    let layers = &snapshot.layers[deep(snapshot)];
    layers.iter().map(measure).sum::<f64>() / layers.len() as f64
}

/// Where `values` first reach `bar` from below, by straight lines between the points.
pub fn crossing(steps: &[f64], values: &[f64], bar: f64) -> Option<f64> {
    let at = values.iter().position(|&v| v >= bar)?;
    if at == 0 {
        return Some(steps[0]);
    }
    let share = (bar - values[at - 1]) / (values[at] - values[at - 1]);
    Some(steps[at - 1] + share * (steps[at] - steps[at - 1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crossing_lies_on_the_line_between_two_points() {
        assert_eq!(crossing(&[0.0, 10.0, 20.0], &[0.0, 0.2, 0.6], 0.5), Some(17.5));
        assert_eq!(crossing(&[5.0, 10.0], &[1.0, 2.0], 0.5), Some(5.0));
        assert_eq!(crossing(&[0.0, 10.0], &[0.0, 0.2], 0.5), None);
    }
}
