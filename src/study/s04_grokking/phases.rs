//! The phases of a run as numbers, each with its definition.
//!
//! ```text
//! memorization      the first step with a training accuracy of at least 0.95 that lasts: there and at the next four
//!                   measurements, for it flickers between 0.2 and 1 before it settles
//! gain              final test accuracy (mean of the last tenth of the steps) less the first
//! generalization    the first step with 0.90 of that gain that lasts, where the gain is 0.10 at least: below that
//!                   nothing was learned
//!   absolute        the first step with a test accuracy of at least 0.85 that lasts
//! delay             generalization less memorization, in steps
//! grokked           when it knows its training images by heart, it lacks more than half of its gain, and in the end
//!                   its test accuracy is 0.85 at least
//! surges            stretches in which a curve rises faster than on average over the run, and by a twentieth of its
//!                   range at least; lines by [`crate::change::stages`], neighbours joined. Of the test accuracy
//!                   those that lead beyond all before, so that a dip and its repair is none
//! ```
//!
//! Steps are those of the curve (every 500 at paper size) or of the snapshots (every 5000): no phase is known
//! better than that.

use crate::change::{Piece, stages};
use crate::error::Result;
use crate::run::{Point, RunRecord};
use crate::snapshot::{LayerSnapshot, Snapshot};
use crate::stats::slope;
use serde::{Deserialize, Serialize};

/// Training accuracy of a run that knows its training images by heart.
pub const MEMORIZED: f64 = 0.95;
/// Share of the final gain in test accuracy at which a run generalizes.
pub const MOST: f64 = 0.90;
/// Test accuracy at which it generalizes in absolute terms.
pub const GENERALIZED: f64 = 0.85;
/// Below this gain in test accuracy nothing was learned that could be generalized.
const LEAST_GAIN: f64 = 0.10;
/// A surge covers this share of the curve's range at least.
const LEAST_SURGE: f64 = 0.05;
/// Ranks that fall by a smaller share than this do not fall.
const LEAST_FALL: f64 = 0.10;
/// Stages are not sought in fewer snapshots: two lines want three points each.
const FEWEST_SNAPSHOTS: usize = 6;
/// Measurements in a row that make a level last.
const LASTING: usize = 5;
/// Lines tried at most.
const MOST_LINES: usize = 9;

/// The definition, as it is printed below figures.
pub const DEFINITION: &str = "grokked: at the step of memorization (training accuracy 0.95 at five measurements in a row) more than half of the final gain in test accuracy is still to come, and the run ends at 0.85 or more";

/// When a run did what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Phases {
    /// First step with a training accuracy of [`MEMORIZED`].
    pub memorization: Option<u64>,
    /// First step with [`MOST`] of the final gain in test accuracy.
    pub generalization: Option<u64>,
    /// First step with a test accuracy of [`GENERALIZED`].
    pub generalization_absolute: Option<u64>,
    /// Generalization less memorization; below 0 where the test images come first.
    pub delay: Option<i64>,
    /// Test accuracy at the step of memorization.
    pub test_at_memorization: Option<f64>,
    /// Training accuracy over the last tenth of the steps.
    pub final_train: f64,
    /// Test accuracy over the last tenth of the steps.
    pub final_test: f64,
    /// Largest test accuracy along the run.
    pub best_test: f64,
    /// By the definition above.
    pub grokked: bool,
    /// Stages of the rise of the test accuracy.
    pub surges: Vec<Surge>,
}

/// A stretch of steps in which a curve rises.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Surge {
    /// Its first step.
    pub from: f64,
    /// Its last step.
    pub to: f64,
    /// Value at its first step.
    pub low: f64,
    /// Value at its last step.
    pub high: f64,
}

/// The phases of a run on images.
///
/// # Errors
/// As [`surges`].
pub fn phases(run: &RunRecord) -> Result<Phases> {
    let (start, [final_train, final_test]) = (run.curve[0].test_accuracy, last_tenth(&run.curve));
    let gain = final_test - start;
    let memorized = lasting(&run.curve, |p| p.train_accuracy, MEMORIZED);
    let bar = start + MOST * gain;
    let generalized = if gain >= LEAST_GAIN { test_reaches(&run.curve, bar) } else { None };
    let memorization = memorized.map(|p| p.step);
    let late = memorized.is_some_and(|p| p.test_accuracy - start < 0.5 * gain);
    let (steps, test) = even(&run.curve, run.spec.evaluate_every);
    Ok(Phases {
        memorization,
        generalization: generalized,
        generalization_absolute: test_reaches(&run.curve, GENERALIZED),
        delay: memorization.zip(generalized).map(|(m, g)| g as i64 - m as i64),
        test_at_memorization: memorized.map(|p| p.test_accuracy),
        final_train,
        final_test,
        best_test: run.curve.iter().map(|p| p.test_accuracy).fold(0.0, f64::max),
        grokked: late && final_test >= GENERALIZED,
        surges: if gain >= LEAST_GAIN {
            beyond_all_before(surges(&steps, &test)?, &steps, &test)
        } else {
            Vec::new()
        },
    })
}

/// The first point from which on a measure stays at `bar` or above for [`LASTING`] points.
fn lasting(curve: &[Point], of: impl Fn(&Point) -> f64, bar: f64) -> Option<Point> {
    let holds = |window: &&[Point]| window.iter().all(|p| of(p) >= bar);
    curve.windows(LASTING.min(curve.len())).find(holds).map(|window| window[0])
}

/// The first step with a test accuracy of `bar` that lasts.
pub fn test_reaches(curve: &[Point], bar: f64) -> Option<u64> {
    lasting(curve, |p| p.test_accuracy, bar).map(|p| p.step)
}

/// The surges that end above everything before them, by a twentieth of the range at least.
fn beyond_all_before(surges: Vec<Surge>, steps: &[f64], values: &[f64]) -> Vec<Surge> {
    let highest = |values: &[f64]| values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let range = highest(values) + highest(&values.iter().map(|v| -v).collect::<Vec<_>>());
    let before = |surge: &Surge| &values[..=steps.partition_point(|&s| s < surge.from)];
    surges.into_iter().filter(|s| s.high - highest(before(s)) >= LEAST_SURGE * range).collect()
}

/// Training and test accuracy, means over the last tenth of the steps.
fn last_tenth(curve: &[Point]) -> [f64; 2] {
    let end = curve[curve.len() - 1].step;
    let late: Vec<&Point> = curve.iter().filter(|p| p.step * 10 >= end * 9).collect();
    [|p: &Point| p.train_accuracy, |p: &Point| p.test_accuracy]
        .map(|of| late.iter().map(|p| of(p)).sum::<f64>() / late.len() as f64)
}

/// Test accuracy at the evenly spaced points: the first, dense ones would weigh too much.
fn even(curve: &[Point], every: u64) -> (Vec<f64>, Vec<f64>) {
    let even = curve.iter().filter(|p| p.step.is_multiple_of(every));
    even.map(|p| (p.step as f64, p.test_accuracy)).unzip()
}

/// The stretches in which `values` rise faster than on average over all `steps`, by a twentieth of their range
/// at least. Falls are found by turning the sign.
///
/// # Errors
/// As [`stages`].
pub fn surges(steps: &[f64], values: &[f64]) -> Result<Vec<Surge>> {
    let found = stages(steps, values, Piece::Line, MOST_LINES)?;
    let (least, most) =
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &v| (a.min(v), b.max(v)));
    let n = steps.len();
    let average = (most - least) / (steps[n - 1] - steps[0]);
    let begins = |x: &f64| steps.partition_point(|s| s < x);
    let cuts: Vec<usize> = [0].into_iter().chain(found.begins.iter().map(begins)).chain([n]).collect();
    let range = most - least;
    let mut surges: Vec<Surge> = Vec::new();
    let mut rising = false;
    for piece in cuts.windows(2) {
        // Between two lines the curve may leap: up, which belongs to a surge, or down, which ends one.
        let (before, first, last) = (piece[0].saturating_sub(1), piece[0], piece[1] - 1);
        let leap = values[first] - values[before];
        let line = slope(&steps[first..=last], &values[first..=last]);
        for (rises, from, to) in
            [(leap >= LEAST_SURGE * range, before, first), (line > average, before, last)]
        {
            match (rises, rising, surges.last_mut()) {
                (true, true, Some(surge)) => (surge.to, surge.high) = (steps[to], values[to]),
                (true, ..) => surges.push(Surge {
                    from: steps[from],
                    to: steps[to],
                    low: values[from],
                    high: values[to],
                }),
                _ => {}
            }
            // The small leap of a line that goes on rising ends nothing.
            rising = rises || (rising && to == first && leap > -LEAST_SURGE * range);
        }
    }
    surges.retain(|surge| surge.high - surge.low >= LEAST_SURGE * range);
    surges.retain(|surge| surge.high - surge.low >= LEAST_SURGE * (most - least));
    Ok(surges)
}

/// When the features of the deep layers shrank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranks {
    /// Mean feature rank of the deep layers at each snapshot.
    pub deep: Vec<f64>,
    /// Its largest value.
    pub most: f64,
    /// Its smallest value after the largest.
    pub least: f64,
    /// First step, between snapshots by a straight line, at which half of that fall is done; absent where it falls by
    /// less than a tenth.
    pub half: Option<f64>,
    /// The same for a tenth of the fall.
    pub begin: Option<f64>,
    /// Stages of its fall.
    pub falls: Vec<Surge>,
}

/// The deep layers: the second half of the hidden ones, the sixth to the eleventh of twelve, which are those whose
/// ranks fall in the paper's figure.
pub fn deep(snapshot: &Snapshot) -> std::ops::Range<usize> {
    let hidden = snapshot.layers.len() - 1;
    hidden / 2..hidden
}

/// The ranks of a run with snapshots.
///
/// # Errors
/// As [`surges`].
pub fn ranks(snapshots: &[Snapshot]) -> Result<Ranks> {
    let steps: Vec<f64> = snapshots.iter().map(|snapshot| snapshot.step as f64).collect();
    let deep: Vec<f64> =
        snapshots.iter().map(|snapshot| over(snapshot, |layer| layer.feature_rank as f64)).collect();
    let peak = (0..deep.len()).max_by(|&a, &b| deep[a].total_cmp(&deep[b])).unwrap_or(0);
    let (most, least) = (deep[peak], deep[peak..].iter().copied().fold(f64::INFINITY, f64::min));
    let fell = most - least >= LEAST_FALL * most;
    let down: Vec<f64> = deep.iter().map(|rank| -rank).collect();
    let turned = |s: Surge| Surge { low: -s.low, high: -s.high, ..s };
    Ok(Ranks {
        most,
        least,
        half: if fell { crossing(&steps[peak..], &down[peak..], -(most + least) / 2.0) } else { None },
        begin: if fell { crossing(&steps[peak..], &down[peak..], -(0.9 * most + 0.1 * least)) } else { None },
        falls: if fell && snapshots.len() >= FEWEST_SNAPSHOTS {
            surges(&steps, &down)?.into_iter().map(turned).collect()
        } else {
            Vec::new()
        },
        deep,
    })
}

/// The mean of a measure over the deep layers.
pub fn over(snapshot: &Snapshot, measure: impl Fn(&LayerSnapshot) -> f64) -> f64 {
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
    use crate::random::stream;
    use rand_distr::{Distribution, Normal};

    /// 200 points as at paper size, with the noise of a test accuracy that flickers by half a point.
    fn curve(seed: u64, truth: impl Fn(f64) -> f64) -> (Vec<f64>, Vec<f64>) {
        let mut random = stream(seed, "surges", 0);
        let noise = Normal::new(0.0, 0.005).unwrap();
        let steps: Vec<f64> = (1..=200).map(|i| 500.0 * f64::from(i)).collect();
        let values = steps.iter().map(|&s| truth(s) + noise.sample(&mut random)).collect();
        (steps, values)
    }

    fn rise(step: f64, at: f64, width: f64) -> f64 {
        1.0 / (1.0 + (-(step - at) / width).exp())
    }

    #[test]
    fn one_rise_is_one_surge_and_a_rise_with_a_plateau_is_two_in_19_of_20_noisy_curves() {
        // The paper's two pictures: 2000 images rise once near 55 k; 7000 rise near 27 k, rest, rise near 58 k.
        let once = |s: f64| 0.15 + 0.75 * rise(s, 55e3, 4e3);
        let twice = |s: f64| 0.15 + 0.63 * rise(s, 27e3, 2e3) + 0.17 * rise(s, 58e3, 3e3);
        let share = |stages: usize, truth: &dyn Fn(f64) -> f64| {
            let right = |seed: &u64| {
                let (steps, values) = curve(*seed, truth);
                surges(&steps, &values).unwrap().len() == stages
            };
            (0..100).filter(right).count()
        };
        assert!(share(1, &once) >= 95, "{}", share(1, &once));
        assert!(share(2, &twice) >= 95, "{}", share(2, &twice));
    }

    #[test]
    fn a_jump_between_two_points_is_one_surge_with_its_ends() {
        let (steps, values) = curve(3, |s| if s < 40e3 { 0.1 } else { 0.9 });
        let found = surges(&steps, &values).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].from >= 39e3 && found[0].to <= 45e3, "{found:?}");
        assert!((found[0].high - found[0].low - 0.8).abs() < 0.05, "{found:?}");
    }

    #[test]
    fn a_crossing_lies_on_the_line_between_two_points() {
        assert_eq!(crossing(&[0.0, 10.0, 20.0], &[0.0, 0.2, 0.6], 0.5), Some(17.5));
        assert_eq!(crossing(&[5.0, 10.0], &[1.0, 2.0], 0.5), Some(5.0));
        assert_eq!(crossing(&[0.0, 10.0], &[0.0, 0.2], 0.5), None);
    }
}
