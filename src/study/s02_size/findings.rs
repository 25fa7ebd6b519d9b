//! What the records of study 02 show, as plain numbers. Errors are test errors in per cent.

use crate::budget::Budget;
use crate::error::Result;
use crate::fit::power::{self, PowerLaw};
use crate::run::{Point, RunRecord, seal};
use crate::stats::{Mean, mean};
use crate::study::s02_size::{Design, Experiment};
use crate::sweep::answered;
use crate::table::{Table, Values};
use serde::{Deserialize, Serialize};

/// Everything the figures, the claims and the notebook say of study 02.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Hash over the records these numbers come from.
    pub records: String,
    /// Runs behind them.
    pub n_records: usize,
    /// Budget of the runs.
    pub budget: Budget,
    /// Repetitions per cell.
    pub seeds: u64,
    /// Epochs of experiments A and B.
    pub epochs: u64,
    /// Hidden width of experiments A and C.
    pub width: usize,
    /// Experiments A and C by number of training images, ascending.
    pub data: Vec<DataRow>,
    /// The law of experiment A: epochs fixed, as the seed ran it.
    pub law_epochs: LawOverSeeds,
    /// The law of experiment C: optimizer steps fixed.
    pub law_steps: LawOverSeeds,
    /// α of A minus α of C, paired over seeds: the part of the slope that is training time.
    pub alpha_from_steps: Mean,
    /// Experiment B by width, ascending.
    pub widths: Vec<WidthRow>,
    /// Neighbouring widths compared, the wider minus the narrower, paired over seeds.
    pub widenings: Vec<Widening>,
}

/// One training-set size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataRow {
    /// Training images.
    pub n_train: usize,
    /// Optimizer steps in A.
    pub steps: u64,
    /// Test error in A.
    pub error_epochs: Mean,
    /// Test error in C.
    pub error_steps: Mean,
    /// Change of the test error in A from the size before, paired over seeds; absent for the first size.
    pub change: Option<Mean>,
}

/// One width.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WidthRow {
    /// Hidden units in each of the two layers.
    pub width: usize,
    /// Exact number of parameters.
    pub n_params: usize,
    /// Test error at the end.
    pub error: Mean,
    /// Test error averaged over the last half of the epochs, where single epochs flicker.
    pub late_error: Mean,
    /// Standard deviation of the test error from epoch to epoch within that half, run by run.
    pub flicker: Mean,
    /// Correlation of training and test error from epoch to epoch within that half, over all runs:
    /// near 1 when a bad epoch is bad on both sides (a jump of the optimizer), below 0 in overfitting.
    pub train_test_correlation: f64,
    /// Training error at the end.
    pub train_error: Mean,
    /// Test loss at the end, nats.
    pub test_loss: Mean,
    /// Smallest test loss along the run, nats.
    pub best_test_loss: Mean,
    /// Test loss by epoch, mean over seeds, nats.
    pub test_loss_by_epoch: Vec<f64>,
    /// Training loss by epoch, mean over seeds, nats.
    pub train_loss_by_epoch: Vec<f64>,
}

/// A power law in the number of training images, with its spread over seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LawOverSeeds {
    /// Decay exponent fitted seed by seed.
    pub alpha: Mean,
    /// The law through the means over seeds; its interval comes from the scatter about the line.
    pub means: PowerLaw,
    /// Exponent over the upper half of the sizes minus that over the lower half, seed by seed: 0 for a pure power law.
    pub bend: Mean,
}

/// Two neighbouring widths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Widening {
    /// The narrower width.
    pub from: usize,
    /// The wider width.
    pub to: usize,
    /// Test error of the wider minus that of the narrower, seed by seed.
    pub differences: Vec<f64>,
    /// Their mean.
    pub difference: Mean,
    /// p-value of "no difference" by the paired t test.
    pub p: f64,
    /// True difference that this test would find with a chance of 80 %.
    pub detectable: f64,
    /// The same comparison of errors averaged over the last half of the epochs.
    pub late_difference: Mean,
}

const ONE_LENGTH: &str = "every column has one value a row";

impl Findings {
    /// Experiments A and C as a table: mean test error in per cent and its spread over seeds.
    pub fn data_table(&self) -> Table {
        let column = |f: fn(&DataRow) -> f64| Values::Number(self.data.iter().map(f).collect());
        Table::new(vec![
            ("n_train", Values::Count(self.data.iter().map(|row| row.n_train as u64).collect())),
            ("steps in A", Values::Count(self.data.iter().map(|row| row.steps).collect())),
            ("A: error %", column(|row| row.error_epochs.mean)),
            ("A: sd", column(|row| row.error_epochs.sd)),
            ("C: error %", column(|row| row.error_steps.mean)),
            ("C: sd", column(|row| row.error_steps.sd)),
        ])
        .expect(ONE_LENGTH)
    }

    /// Experiment B as a table.
    pub fn width_table(&self) -> Table {
        let column = |f: fn(&WidthRow) -> f64| Values::Number(self.widths.iter().map(f).collect());
        Table::new(vec![
            ("width", Values::Count(self.widths.iter().map(|row| row.width as u64).collect())),
            ("n_params", Values::Count(self.widths.iter().map(|row| row.n_params as u64).collect())),
            ("test error %", column(|row| row.error.mean)),
            ("sd", column(|row| row.error.sd)),
            ("last half %", column(|row| row.late_error.mean)),
            ("flicker", column(|row| row.flicker.mean)),
            ("training error %", column(|row| row.train_error.mean)),
            ("test loss", column(|row| row.test_loss.mean)),
            ("best test loss", column(|row| row.best_test_loss.mean)),
        ])
        .expect(ONE_LENGTH)
    }
}

/// Works out the findings of a design from its records.
///
/// # Errors
/// [`crate::error::Error::Failed`] when a run of the design is not recorded.
pub fn findings(design: &Design, budget: Budget, recorded: &[RunRecord]) -> Result<Findings> {
    let records = answered(&design.jobs(), recorded, &format!("lawbook sweep 02 --budget {budget}"))?;
    // Every run of the design is there: `answered` made sure.
    let run = |experiment, n_train, width, seed| {
        let id = design.spec(experiment, n_train, width, seed).id();
        records.iter().find(|r| r.id == id).expect("answered() returns every run of the design")
    };
    let by_seed = |f: &dyn Fn(u64) -> f64| mean(&(0..design.seeds).map(f).collect::<Vec<_>>());
    let error = |experiment, n, width, seed| run(experiment, n, width, seed).test_error_percent();

    let data_row = |(i, &n_train): (usize, &usize)| DataRow {
        n_train,
        change: i.checked_sub(1).map(|before| {
            let at = |n, seed| error(Experiment::A, n, design.width, seed);
            by_seed(&|seed| at(n_train, seed) - at(design.sizes[before], seed))
        }),
        steps: design.spec(Experiment::A, n_train, design.width, 0).steps,
        error_epochs: by_seed(&|seed| error(Experiment::A, n_train, design.width, seed)),
        error_steps: by_seed(&|seed| error(Experiment::C, n_train, design.width, seed)),
    };
    let law =
        |experiment, mean_of: fn(&DataRow) -> f64, data: &[DataRow]| -> Result<(LawOverSeeds, Vec<f64>)> {
            let sizes: Vec<f64> = design.sizes.iter().map(|&n| n as f64).collect();
            let middle = sizes.len() / 2;
            let (mut alphas, mut bends) = (Vec::new(), Vec::new());
            for seed in 0..design.seeds {
                let errors: Vec<f64> =
                    design.sizes.iter().map(|&n| error(experiment, n, design.width, seed)).collect();
                alphas.push(power::fit(&sizes, &errors)?.alpha);
                let lower = power::fit(&sizes[..=middle], &errors[..=middle])?.alpha;
                let upper = power::fit(&sizes[middle..], &errors[middle..])?.alpha;
                bends.push(upper - lower);
            }
            let means = power::fit(&sizes, &data.iter().map(mean_of).collect::<Vec<_>>())?;
            Ok((LawOverSeeds { alpha: mean(&alphas), means, bend: mean(&bends) }, alphas))
        };
    let data: Vec<DataRow> = design.sizes.iter().enumerate().map(data_row).collect();
    let (law_epochs, alphas_epochs) = law(Experiment::A, |row| row.error_epochs.mean, &data)?;
    let (law_steps, alphas_steps) = law(Experiment::C, |row| row.error_steps.mean, &data)?;

    let width_row = |&width: &usize| {
        let runs: Vec<&RunRecord> =
            (0..design.seeds).map(|seed| run(Experiment::B, design.n_most(), width, seed)).collect();
        let over_runs = |f: fn(&RunRecord) -> f64| mean(&runs.iter().map(|r| f(r)).collect::<Vec<_>>());
        let by_epoch = |f: fn(&Point) -> f64| {
            (0..runs[0].curve.len())
                .map(|epoch| runs.iter().map(|r| f(&r.curve[epoch])).sum::<f64>() / runs.len() as f64)
                .collect()
        };
        WidthRow {
            width,
            n_params: runs[0].n_params,
            error: over_runs(RunRecord::test_error_percent),
            late_error: over_runs(|r| mean(&late(r, test_error)).mean),
            flicker: over_runs(|r| mean(&late(r, test_error)).sd),
            train_test_correlation: correlation(&runs),
            train_error: over_runs(|r| train_error(&r.last)),
            test_loss: over_runs(|r| r.last.test_loss),
            best_test_loss: over_runs(|r| r.curve.iter().map(|p| p.test_loss).fold(f64::INFINITY, f64::min)),
            test_loss_by_epoch: by_epoch(|p| p.test_loss),
            train_loss_by_epoch: by_epoch(|p| p.train_loss),
        }
    };
    let widening = |pair: &[usize]| {
        let of = |width, seed| error(Experiment::B, design.n_most(), width, seed);
        let differences: Vec<f64> =
            (0..design.seeds).map(|seed| of(pair[1], seed) - of(pair[0], seed)).collect();
        let difference = mean(&differences);
        let (p, detectable) = (difference.p_zero(), difference.detectable());
        let late =
            |width, seed| mean(&late(run(Experiment::B, design.n_most(), width, seed), test_error)).mean;
        let late_difference = by_seed(&|seed| late(pair[1], seed) - late(pair[0], seed));
        Widening { from: pair[0], to: pair[1], differences, difference, p, detectable, late_difference }
    };
    let alpha_from_steps: Vec<f64> = alphas_epochs.iter().zip(&alphas_steps).map(|(a, c)| a - c).collect();
    Ok(Findings {
        records: seal(&records),
        n_records: records.len(),
        budget,
        seeds: design.seeds,
        epochs: design.epochs,
        width: design.width,
        data,
        law_epochs,
        law_steps,
        alpha_from_steps: mean(&alpha_from_steps),
        widths: design.widths.iter().map(width_row).collect(),
        widenings: design.widths.windows(2).map(widening).collect(),
    })
}

/// Test error in per cent at one point.
fn test_error(point: &Point) -> f64 {
    100.0 * (1.0 - point.test_accuracy)
}

/// Training error in per cent at one point.
fn train_error(point: &Point) -> f64 {
    100.0 * (1.0 - point.train_accuracy)
}

/// A measure over the last half of a run's epochs.
fn late(run: &RunRecord, measure: fn(&Point) -> f64) -> Vec<f64> {
    run.curve[run.curve.len() / 2..].iter().map(measure).collect()
}

/// Pearson's correlation of training and test error within the last half of the epochs, each about its
/// run's own mean, all runs together; 0 where nothing varies.
fn correlation(runs: &[&RunRecord]) -> f64 {
    let deviations = |measure: fn(&Point) -> f64| {
        let about_mean = |run: &&RunRecord| {
            let values = late(run, measure);
            let centre = mean(&values).mean;
            values.into_iter().map(move |v| v - centre).collect::<Vec<_>>()
        };
        runs.iter().flat_map(about_mean).collect::<Vec<f64>>()
    };
    let (train, test) = (deviations(train_error), deviations(test_error));
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let size = (product(&train, &train) * product(&test, &test)).sqrt();
    if size > 0.0 { product(&train, &test) / size } else { 0.0 }
}
