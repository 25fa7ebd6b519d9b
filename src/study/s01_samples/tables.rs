//! The tables of study 01: the original's own, every run, and what the notebook shows.

use crate::budget::Budget;
use crate::run::{Point, RunRecord};
use crate::study::runs::Runs;
use crate::study::s01_samples::design::{BATCH_SIZE, Condition, Protocol, design};
use crate::study::s01_samples::findings::Findings;
use crate::study::s01_samples::original::Quality;
use crate::table::{Table, count, number, text};
use std::collections::BTreeMap;

impl Findings {
    /// The original's protocol by size: steps, error against noisy points by quality, against the truth at
    /// quality 1.
    pub fn samples_table(&self) -> Table {
        let [low, middle, high] = Quality::ALL.map(|quality| &self.noisy[&quality]);
        let truth = self.true_curve(Protocol::Epochs, Quality::Low);
        let rows: Vec<usize> = (0..low.x.len()).collect();
        Table::of(
            &rows,
            [
                count("n", &|&i| low.x[i] as u64),
                count("steps", &|&i| self.epochs * (low.x[i] as usize).div_ceil(BATCH_SIZE) as u64),
                number("MAE, quality 1", &|&i| low.errors[i].mean),
                number("sd", &|&i| low.errors[i].sd),
                number("quality 1.5", &|&i| middle.errors[i].mean),
                number("quality 2", &|&i| high.errors[i].mean),
                number("truth, quality 1", &|&i| truth.errors[i].mean),
            ],
        )
    }

    /// The README's table beside what its own numbers give.
    pub fn original_table(&self) -> Table {
        let rows: Vec<_> = self.original.values().collect();
        Table::of(
            &rows,
            [
                number("quality", &|row| row.quality),
                number("README's α", &|row| row.published.inverse),
                number("1/α", &|row| row.inverse),
                number("α in ln y", &|row| row.alpha.value),
                number("low", &|row| row.alpha.low),
                number("high", &|row| row.alpha.high),
                number("α in y", &|row| row.linear_alpha.value),
                number("README's C", &|row| row.published.c),
                number("C", &|row| row.floor.value),
                number("README's A", &|row| row.published.a),
                number("A", &|row| row.amplitude.value),
            ],
        )
    }

    /// Error against the truth of the smaller sizes beside the largest after as many steps.
    pub fn time_table(&self) -> Table {
        Table::of(
            &self.time,
            [
                count("n", &|row| row.n_train as u64),
                count("steps", &|row| row.steps),
                number("error", &|row| row.error.mean),
                number("largest set, same steps", &|row| row.largest.mean),
                number("steps matched", &|row| row.matched.mean),
                number("annealed", &|row| row.annealed.mean),
            ],
        )
    }

    /// What each quality's floor is known to be, beside what was fitted.
    pub fn floor_table(&self) -> Table {
        let rows: Vec<_> = self.floors.values().collect();
        Table::of(
            &rows,
            [
                number("quality", &|row| row.quality),
                number("known floor", &|row| row.known),
                number("fitted C", &|row| row.fitted.value),
                number("low", &|row| row.fitted.low),
                number("high", &|row| row.fitted.high),
            ],
        )
    }

    /// Annealed exponents by noise, with a floor and without one, in ln y.
    pub fn noise_table(&self) -> Table {
        let rows: Vec<_> = self.noise.iter().map(|row| (row.noise_sd, &row.curve.laws[0])).collect();
        Table::of(
            &rows,
            [
                number("σ of the noise", &|(sd, _)| *sd),
                number("α with a floor", &|(_, law)| law.alpha_by_seed.mean),
                number("low", &|(_, law)| law.alpha_by_seed.low),
                number("high", &|(_, law)| law.alpha_by_seed.high),
                number("α without", &|(_, law)| law.power_alpha_by_seed.mean),
                number("low, without", &|(_, law)| law.power_alpha_by_seed.low),
                number("high, without", &|(_, law)| law.power_alpha_by_seed.high),
            ],
        )
    }
}

/// The original's table, with its header and order: our random seed 0, one run a cell as there.
pub fn original(runs: &Runs) -> Table {
    let design = design(runs.budget(), None);
    let cells = Quality::ALL.into_iter().flat_map(|quality| design.sizes.iter().map(move |&n| (quality, n)));
    let run = |(quality, n)| (quality, &runs[&design.spec(Condition::of(Protocol::Epochs, quality), n, 0)]);
    let rows: Vec<(Quality, &RunRecord)> = cells.map(run).collect();
    Table::of(
        &rows,
        [
            count("Samples", &|(_, run)| run.spec.n_train() as u64),
            text("Quality", &|(quality, _)| format!("{:.1}", quality.value())),
            number("MAE", &|(_, run)| run.last.test_error.expect("a regression has errors")),
        ],
    )
}

/// Every run a row, with the errors of a regression beside those of images.
pub fn all_runs(recorded: &[RunRecord]) -> Table {
    let jobs = Budget::ALL.into_iter().flat_map(|budget| design(budget, None).jobs());
    let labels: BTreeMap<String, String> = jobs.map(|job| (job.spec.id(), job.label)).collect();
    let or_nan = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let best = |run: &RunRecord, of: fn(&Point) -> Option<f64>| or_nan(run.best.as_ref().and_then(of));
    Table::of(
        recorded,
        [
            text("id", &|run| run.id.clone()),
            text("run", &|run| labels.get(&run.id).cloned().unwrap_or_default()),
            count("n_train", &|run| run.spec.n_train() as u64),
            count("seed", &|run| run.spec.seed),
            count("steps", &|run| run.last.step),
            number("train_loss", &|run| run.last.train_loss),
            number("noisy_mae", &|run| or_nan(run.last.test_error)),
            number("true_mae", &|run| or_nan(run.last.true_error)),
            number("best_step", &|run| best(run, |point| Some(point.step as f64))),
            number("best_noisy_mae", &|run| best(run, |point| point.test_error)),
            number("best_true_mae", &|run| best(run, |point| point.true_error)),
            number("test_error_percent", &|run| percent(run, Some(&run.last))),
            number("best_test_error_percent", &|run| percent(run, run.best.as_ref())),
            number("seconds", &|run| run.seconds),
        ],
    )
}

/// Test error in per cent, where images are classified.
fn percent(run: &RunRecord, point: Option<&Point>) -> f64 {
    let point = point.filter(|_| !run.spec.task.is_regression());
    point.map_or(f64::NAN, Point::test_error_percent)
}
