//! The tables of study 01: the original's own, every run, and what the notebook shows.

use crate::budget::Budget;
use crate::error::Result;
use crate::run::{Point, RunRecord};
use crate::stats::Mean;
use crate::study::s01_samples::controls::TimeRow;
use crate::study::s01_samples::findings::Findings;
use crate::study::s01_samples::original::OriginalRow;
use crate::study::s01_samples::{BATCH_SIZE, Design, Protocol, QUALITIES, design};
use crate::table::{Table, Values};
use std::collections::BTreeMap;

const ONE_LENGTH: &str = "every column has one value a row";

impl Findings {
    /// The original's protocol by size: steps, error against noisy points by quality, against the truth at quality 1.
    pub fn samples_table(&self) -> Table {
        let curve = &self.noisy[0];
        let per_epoch = |n: usize| n.div_ceil(BATCH_SIZE) as u64;
        let means = |errors: &[Mean]| Values::Number(errors.iter().map(|e| e.mean).collect());
        let truth = &self.true_curve(Protocol::Epochs, QUALITIES[0]).errors;
        Table::new(vec![
            ("n", Values::Count(curve.sizes.iter().map(|&n| n as u64).collect())),
            ("steps", Values::Count(curve.sizes.iter().map(|&n| self.epochs * per_epoch(n)).collect())),
            ("MAE, quality 1", means(&curve.errors)),
            ("sd", Values::Number(curve.errors.iter().map(|e| e.sd).collect())),
            ("quality 1.5", means(&self.noisy[1].errors)),
            ("quality 2", means(&self.noisy[2].errors)),
            ("truth, quality 1", means(truth)),
        ])
        .expect(ONE_LENGTH)
    }

    /// The README's table beside what its own numbers give.
    pub fn original_table(&self) -> Table {
        let rows = &self.original;
        let column = |f: &dyn Fn(&OriginalRow) -> f64| Values::Number(rows.iter().map(f).collect());
        Table::new(vec![
            ("quality", column(&|row| row.quality)),
            ("README's α", column(&|row| row.published[2])),
            ("1/α", column(&|row| row.inverse)),
            ("α in ln y", column(&|row| row.log[2].value)),
            ("low", column(&|row| row.log[2].low)),
            ("high", column(&|row| row.log[2].high)),
            ("α in y", column(&|row| row.linear_alpha.value)),
            ("README's C", column(&|row| row.published[0])),
            ("C", column(&|row| row.log[0].value)),
            ("README's A", column(&|row| row.published[1])),
            ("A", column(&|row| row.log[1].value)),
        ])
        .expect(ONE_LENGTH)
    }

    /// Error against the truth of the smaller sizes beside the largest after as many steps.
    pub fn time_table(&self) -> Table {
        let column = |f: fn(&TimeRow) -> f64| Values::Number(self.time.iter().map(f).collect());
        Table::new(vec![
            ("n", Values::Count(self.time.iter().map(|row| row.n_train as u64).collect())),
            ("steps", Values::Count(self.time.iter().map(|row| row.steps).collect())),
            ("error", column(|row| row.error.mean)),
            ("largest set, same steps", column(|row| row.largest.mean)),
            ("steps matched", column(|row| row.matched.mean)),
            ("annealed", column(|row| row.annealed.mean)),
        ])
        .expect(ONE_LENGTH)
    }
}

/// The original's table, with its header and order: our random seed 0, one run a cell as there.
///
/// # Errors
/// As [`Table::new`].
pub fn seed(design: &Design, recorded: &[RunRecord]) -> Result<Table> {
    let (mut samples, mut qualities, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for quality in QUALITIES {
        for &n in &design.sizes {
            let id = design.plain(Protocol::Epochs, quality, n, 0).id();
            let run = recorded.iter().find(|run| run.id == id).expect("findings() asked for every run");
            samples.push(n as u64);
            qualities.push(format!("{quality:.1}"));
            errors.push(run.last.test_error.expect("a regression has errors"));
        }
    }
    Table::new(vec![
        ("Samples", Values::Count(samples)),
        ("Quality", Values::Text(qualities)),
        ("MAE", Values::Number(errors)),
    ])
}

/// Every run a row, with the errors of a regression beside those of images.
///
/// # Errors
/// As [`Table::new`].
pub fn all_runs(recorded: &[RunRecord]) -> Result<Table> {
    let labels: BTreeMap<String, String> = Budget::ALL
        .into_iter()
        .flat_map(|budget| design(budget, None).jobs())
        .map(|job| (job.spec.id(), job.label))
        .collect();
    let number = |f: fn(&RunRecord) -> Option<f64>| {
        Values::Number(recorded.iter().map(|run| f(run).unwrap_or(f64::NAN)).collect())
    };
    let count = |f: fn(&RunRecord) -> u64| Values::Count(recorded.iter().map(f).collect());
    Table::new(vec![
        ("id", Values::Text(recorded.iter().map(|run| run.id.clone()).collect())),
        (
            "run",
            Values::Text(
                recorded.iter().map(|run| labels.get(&run.id).cloned().unwrap_or_default()).collect(),
            ),
        ),
        ("n_train", count(|run| run.spec.n_train() as u64)),
        ("seed", count(|run| run.spec.seed)),
        ("steps", count(|run| run.last.step)),
        ("train_loss", number(|run| Some(run.last.train_loss))),
        ("noisy_mae", number(|run| run.last.test_error)),
        ("true_mae", number(|run| run.last.true_error)),
        ("best_step", number(|run| run.best.map(|best| best.step as f64))),
        ("best_noisy_mae", number(|run| run.best.and_then(|best| best.test_error))),
        ("best_true_mae", number(|run| run.best.and_then(|best| best.true_error))),
        ("test_error_percent", number(|run| percent(run, &run.last))),
        ("best_test_error_percent", number(|run| percent(run, run.best.as_ref()?))),
        ("seconds", number(|run| Some(run.seconds))),
    ])
}

/// Test error in per cent, where images are classified.
fn percent(run: &RunRecord, point: &Point) -> Option<f64> {
    (!run.spec.task.is_regression()).then_some(100.0 * (1.0 - point.test_accuracy))
}
