//! Stages of a curve: stretches in which it rises faster than on average over the run.
//!
//! Straight lines are laid through the curve ([`crate::change::stages`]); neighbouring lines that rise faster
//! than the average are one stage, and a stage covers a twentieth of the curve's range at least.

use crate::change::{Piece, stages as lines};
use crate::error::Result;
use crate::stats::slope;
use serde::{Deserialize, Serialize};

/// A stage covers this share of the curve's range at least.
const LEAST_STAGE: f64 = 0.05;
/// Lines tried at most.
const MOST_LINES: usize = 9;

/// A stretch of steps in which a curve rises.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Its first step.
    pub from: f64,
    /// Its last step.
    pub to: f64,
    /// Value at its first step.
    pub low: f64,
    /// Value at its last step.
    pub high: f64,
}

/// The stretches in which `values` rise faster than on average over all `steps`, by a twentieth of their
/// range at least. Falls are found by turning the sign.
///
/// # Errors
/// As [`lines`].
pub fn rises(steps: &[f64], values: &[f64]) -> Result<Vec<Stage>> {
    let found = lines(steps, values, Piece::Line, MOST_LINES)?;
    let (least, most) =
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &v| (a.min(v), b.max(v)));
    let n = steps.len();
    let range = most - least;
    let average = range / (steps[n - 1] - steps[0]);
    let begins = |x: &f64| steps.partition_point(|s| s < x);
    let cuts: Vec<usize> = [0].into_iter().chain(found.begins.iter().map(begins)).chain([n]).collect();
    let mut stages: Vec<Stage> = Vec::new();
    let mut rising = false;
    for piece in cuts.windows(2) {
        // Between two lines the curve may leap: up, which belongs to a stage, or down, which ends one.
        let (before, first, last) = (piece[0].saturating_sub(1), piece[0], piece[1] - 1);
        let leap = values[first] - values[before];
        let line = slope(&steps[first..=last], &values[first..=last]);
        for (rises, from, to) in
            [(leap >= LEAST_STAGE * range, before, first), (line > average, before, last)]
        {
            match (rises, rising, stages.last_mut()) {
                (true, true, Some(stage)) => (stage.to, stage.high) = (steps[to], values[to]),
                (true, ..) => stages.push(Stage {
                    from: steps[from],
                    to: steps[to],
                    low: values[from],
                    high: values[to],
                }),
                _ => {}
            }
            // The small leap of a line that goes on rising ends nothing.
            rising = rises || (rising && to == first && leap > -LEAST_STAGE * range);
        }
    }
    stages.retain(|stage| stage.high - stage.low >= LEAST_STAGE * range);
    Ok(stages)
}

/// The stages that end above everything before them, by a twentieth of the range at least.
pub fn beyond_all_before(stages: Vec<Stage>, steps: &[f64], values: &[f64]) -> Vec<Stage> {
    let highest = |values: &[f64]| values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let range = highest(values) + highest(&values.iter().map(|v| -v).collect::<Vec<_>>());
    let before = |stage: &Stage| &values[..=steps.partition_point(|&s| s < stage.from)];
    stages.into_iter().filter(|s| s.high - highest(before(s)) >= LEAST_STAGE * range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;
    use rand_distr::{Distribution, Normal};

    /// 200 points as at paper size, with the noise of a test accuracy that jumps by half a point.
    fn curve(seed: u64, truth: impl Fn(f64) -> f64) -> (Vec<f64>, Vec<f64>) {
        let mut random = stream(seed, "stages", 0);
        let noise = Normal::new(0.0, 0.005).unwrap();
        let steps: Vec<f64> = (1..=200).map(|i| 500.0 * f64::from(i)).collect();
        let values = steps.iter().map(|&s| truth(s) + noise.sample(&mut random)).collect();
        (steps, values)
    }

    fn rise(step: f64, at: f64, width: f64) -> f64 {
        1.0 / (1.0 + (-(step - at) / width).exp())
    }

    #[test]
    fn one_rise_is_one_stage_and_a_rise_with_a_plateau_is_two_in_19_of_20_noisy_curves() {
        // The paper's two pictures: 2000 images rise once near 55 k; 7000 rise near 27 k, rest, rise near 58 k.
        let once = |s: f64| 0.15 + 0.75 * rise(s, 55e3, 4e3);
        let twice = |s: f64| 0.15 + 0.63 * rise(s, 27e3, 2e3) + 0.17 * rise(s, 58e3, 3e3);
        let share = |stages: usize, truth: &dyn Fn(f64) -> f64| {
            let right = |seed: &u64| {
                let (steps, values) = curve(*seed, truth);
                rises(&steps, &values).unwrap().len() == stages
            };
            (0..100).filter(right).count()
        };
        assert!(share(1, &once) >= 95, "{}", share(1, &once));
        assert!(share(2, &twice) >= 95, "{}", share(2, &twice));
    }

    #[test]
    fn a_jump_between_two_points_is_one_stage_with_its_ends() {
        let (steps, values) = curve(3, |s| if s < 40e3 { 0.1 } else { 0.9 });
        let found = rises(&steps, &values).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].from >= 39e3 && found[0].to <= 45e3, "{found:?}");
        assert!((found[0].high - found[0].low - 0.8).abs() < 0.05, "{found:?}");
    }
}
