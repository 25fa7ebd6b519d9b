//! What the records of study 02 show, as plain numbers. Errors are test errors in per cent.

use crate::error::Result;
use crate::run::{Point, RunRecord};
use crate::stats::{Mean, cosine, mean};
use crate::study::curve::{Curve, PowerOverSeeds};
use crate::study::runs::{Paired, Provenance, Replicates, Runs, curve};
use crate::study::s02_size::design::{Experiment, design};
use crate::table::{Table, count, number};
use serde::Serialize;

/// Everything the figures, the claims and the notebook say of study 02.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Findings {
    /// The runs behind it.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// Epochs of experiments A and B.
    pub epochs: u64,
    /// Hidden width of experiments A and C.
    pub width: usize,
    /// Optimizer steps in A, by size.
    pub steps: Vec<u64>,
    /// Experiment A, as in the original: error against training images, epochs fixed.
    pub epochs_fixed: Curve,
    /// Its law.
    pub law_epochs: PowerOverSeeds,
    /// Change of the error in A from each size to the next, paired over seeds.
    pub changes: Vec<Mean>,
    /// Experiment C: error against training images, optimizer steps fixed.
    pub steps_fixed: Curve,
    /// Its law.
    pub law_steps: PowerOverSeeds,
    /// α of A minus α of C, paired over seeds: the part of the slope that is training time.
    pub alpha_from_steps: Mean,
    /// Experiment B by width, ascending.
    pub widths: Vec<WidthRow>,
    /// Neighbouring widths compared, the wider minus the narrower, paired over seeds.
    pub widenings: Vec<Widening>,
}

/// One width.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WidthRow {
    /// Hidden units in each of the two layers.
    pub width: usize,
    /// Exact number of parameters.
    pub n_params: usize,
    /// Test error at the end.
    pub error: Mean,
    /// Test error averaged over the last half of the epochs, where it jumps from one epoch to the next.
    pub late_error: Mean,
    /// Standard deviation of the test error from epoch to epoch within that half, run by run.
    pub sd_between_epochs: Mean,
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

/// Two neighbouring widths.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Widening {
    /// The narrower width.
    pub from: usize,
    /// The wider width.
    pub to: usize,
    /// Test error of the wider minus that of the narrower.
    #[serde(flatten)]
    pub error: Paired,
    /// The same comparison of errors averaged over the last half of the epochs.
    pub late_difference: Mean,
}

impl Findings {
    /// Experiments A and C as a table: mean test error in per cent and its spread over seeds.
    pub fn data_table(&self) -> Table {
        let rows: Vec<usize> = (0..self.steps.len()).collect();
        Table::of(
            &rows,
            [
                count("n_train", &|&i| self.epochs_fixed.x[i] as u64),
                count("steps in A", &|&i| self.steps[i]),
                number("A: error %", &|&i| self.epochs_fixed.errors[i].mean),
                number("A: sd", &|&i| self.epochs_fixed.errors[i].sd),
                number("C: error %", &|&i| self.steps_fixed.errors[i].mean),
                number("C: sd", &|&i| self.steps_fixed.errors[i].sd),
            ],
        )
    }

    /// Experiment B as a table.
    pub fn width_table(&self) -> Table {
        Table::of(
            &self.widths,
            [
                count("width", &|row| row.width as u64),
                count("n_params", &|row| row.n_params as u64),
                number("test error %", &|row| row.error.mean),
                number("sd", &|row| row.error.sd),
                number("last half %", &|row| row.late_error.mean),
                number("sd between epochs", &|row| row.sd_between_epochs.mean),
                number("training error %", &|row| row.train_error.mean),
                number("test loss", &|row| row.test_loss.mean),
                number("best test loss", &|row| row.best_test_loss.mean),
            ],
        )
    }
}

/// Works out the findings of the study from its runs.
///
/// # Errors
/// As [`Curve::power_law`].
pub fn findings(runs: &Runs) -> Result<Findings> {
    let design = &design(runs.budget(), None);
    let cell =
        |experiment, n, width| runs.replicates(design.seeds, |seed| design.spec(experiment, n, width, seed));
    let by_size = |experiment| design.sizes.iter().map(move |&n| cell(experiment, n, design.width));
    let (a, c): (Vec<Replicates>, Vec<Replicates>) =
        (by_size(Experiment::A).collect(), by_size(Experiment::C).collect());
    let b: Vec<Replicates> = design.widths.iter().map(|&h| cell(Experiment::B, design.n_most(), h)).collect();
    let sizes: Vec<f64> = design.sizes.iter().map(|&n| n as f64).collect();
    let epochs_fixed = curve("A", &sizes, &a, RunRecord::test_error_percent);
    let steps_fixed = curve("C", &sizes, &c, RunRecord::test_error_percent);
    let (law_epochs, law_steps) = (epochs_fixed.power_law()?, steps_fixed.power_law()?);
    let change = |pair: &[Replicates]| pair[1].less(&pair[0], RunRecord::test_error_percent).difference;
    Ok(Findings {
        provenance: runs.provenance(),
        epochs: design.epochs,
        width: design.width,
        steps: a.iter().map(|cell| cell.0[0].spec.steps).collect(),
        changes: a.windows(2).map(change).collect(),
        alpha_from_steps: Paired::of(&law_steps.alphas, &law_epochs.alphas).difference,
        epochs_fixed,
        law_epochs,
        steps_fixed,
        law_steps,
        widenings: b.windows(2).zip(design.widths.windows(2)).map(widening).collect(),
        widths: design.widths.iter().zip(&b).map(width_row).collect(),
    })
}

/// What the runs of one width show together.
fn width_row((&width, cell): (&usize, &Replicates)) -> WidthRow {
    let least = |run: &RunRecord| run.curve.iter().map(|p| p.test_loss).fold(f64::INFINITY, f64::min);
    WidthRow {
        width,
        n_params: cell.0[0].n_params,
        error: cell.mean(RunRecord::test_error_percent),
        late_error: cell.mean(|run| late_error(run).mean),
        sd_between_epochs: cell.mean(|run| late_error(run).sd),
        train_test_correlation: correlation(cell),
        train_error: cell.mean(|run| run.last.train_error_percent()),
        test_loss: cell.mean(|run| run.last.test_loss),
        best_test_loss: cell.mean(least),
        test_loss_by_epoch: cell.along(|point| point.test_loss),
        train_loss_by_epoch: cell.along(|point| point.train_loss),
    }
}

/// Two neighbouring widths compared.
fn widening((cells, widths): (&[Replicates], &[usize])) -> Widening {
    let [narrow, wide] = cells else { unreachable!("windows of two") };
    Widening {
        from: widths[0],
        to: widths[1],
        error: wide.less(narrow, RunRecord::test_error_percent),
        late_difference: wide.less(narrow, |run| late_error(run).mean).difference,
    }
}

/// A measure over the last half of a run's epochs.
fn late(run: &RunRecord, measure: fn(&Point) -> f64) -> Vec<f64> {
    run.curve[run.curve.len() / 2..].iter().map(measure).collect()
}

/// Test error over the last half of a run's epochs.
fn late_error(run: &RunRecord) -> Mean {
    mean(&late(run, Point::test_error_percent))
}

/// Pearson's correlation of training and test error within the last half of the epochs, each about its
/// run's own mean, all runs together; 0 where nothing varies.
fn correlation(cell: &Replicates) -> f64 {
    let deviations = |measure: fn(&Point) -> f64| -> Vec<f64> {
        let about_mean = |run: &&RunRecord| {
            let values = late(run, measure);
            let centre = mean(&values).mean;
            values.into_iter().map(move |v| v - centre)
        };
        cell.0.iter().flat_map(about_mean).collect()
    };
    cosine(&deviations(Point::train_error_percent), &deviations(Point::test_error_percent)).unwrap_or(0.0)
}
