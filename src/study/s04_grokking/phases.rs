//! The phases of a run as numbers, each with its definition.
//!
//! ```text
//! memorization      the first step with a training accuracy of at least 0.95 that lasts: there and at the
//!                   next four measurements, for it jumps between 0.2 and 1 before it settles
//! gain              final test accuracy (mean of the last tenth of the steps) less the first
//! generalization    the first step with 0.90 of that gain that lasts, where the gain is 0.10 at least:
//!                   below that nothing was learned
//!   absolute        the first step with a test accuracy of at least 0.85 that lasts
//! delay             generalization less memorization, in steps
//! grokked           when it knows its training images by heart, it lacks more than half of its gain, and
//!                   in the end its test accuracy is 0.85 at least
//! stages            of the rise of the test accuracy (see the module `stages`): those that lead beyond all
//!                   before, so that a dip and its repair is none
//! ```
//!
//! Steps are those of the curve (every 500 at paper size) or of the snapshots (every 5000): no phase is known
//! better than that.

use crate::error::Result;
use crate::run::{Point, RunRecord};
use crate::study::s04_grokking::stages::{Stage, beyond_all_before, rises};
use serde::{Deserialize, Serialize};

/// Training accuracy of a run that knows its training images by heart.
pub const MEMORIZED: f64 = 0.95;
/// Share of the final gain in test accuracy at which a run generalizes.
pub const MOST: f64 = 0.90;
/// Test accuracy at which it generalizes in absolute terms.
pub const GENERALIZED: f64 = 0.85;
/// Below this gain in test accuracy nothing was learned that could be generalized.
const LEAST_GAIN: f64 = 0.10;
/// Measurements in a row that make a level last.
const LASTING: usize = 5;

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
    pub stages: Vec<Stage>,
}

/// The phases of a run on images.
///
/// # Errors
/// As [`rises`].
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
        stages: if gain >= LEAST_GAIN {
            beyond_all_before(rises(&steps, &test)?, &steps, &test)
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
