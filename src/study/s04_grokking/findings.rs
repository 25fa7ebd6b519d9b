//! What the records of study 04 show, as plain numbers. Steps are optimizer steps, accuracies shares 0..1.

use crate::error::Result;
use crate::study::runs::{Provenance, Runs};
use crate::study::s04_grokking::design::{Arm, design};
use crate::study::s04_grokking::phases::DEFINITION;
use crate::study::s04_grokking::rows::{RunRow, SizeRow, run_row, size_row};
use crate::table::{Table, count, number, text, whole};
use serde::Serialize;

/// Everything the figures, the claims and the notebook say of study 04.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Findings {
    /// The runs behind it.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// Optimizer steps of every run.
    pub steps: u64,
    /// Steps from one snapshot to the next.
    pub snapshot_every: u64,
    /// Fully connected layers of the paper's network.
    pub depth: usize,
    /// Units of the layers between.
    pub width: usize,
    /// What "grokked" means.
    pub definition: String,
    /// The paper's runs by number of training images.
    pub sizes: Vec<SizeRow>,
    /// Every run, in the order of the design.
    pub runs: Vec<RunRow>,
}

/// Works out the findings of the study from its runs.
///
/// # Errors
/// As [`run_row`].
pub fn findings(runs: &Runs) -> Result<Findings> {
    let design = design(runs.budget(), None);
    let row = |&(arm, n, seed): &(Arm, usize, u64)| run_row(arm, n, &runs[&design.spec(arm, n, seed)]);
    let rows: Vec<RunRow> = design.cells().iter().map(row).collect::<Result<_>>()?;
    let of_size = |&n: &usize| {
        let paper = |row: &&RunRow| row.arm == Arm::Paper && row.n_train == n;
        size_row(n, &rows.iter().filter(paper).collect::<Vec<_>>())
    };
    Ok(Findings {
        provenance: runs.provenance(),
        steps: design.steps,
        snapshot_every: design.snapshot_every,
        depth: design.depth,
        width: design.width,
        definition: DEFINITION.to_owned(),
        sizes: design.sizes.iter().map(of_size).collect(),
        runs: rows,
    })
}

impl Findings {
    /// The runs of an arm.
    pub fn arm(&self, arm: Arm) -> impl Iterator<Item = &RunRow> {
        self.runs.iter().filter(move |run| run.arm == arm)
    }

    /// The first run of an arm; none where the arm is not run.
    pub fn first(&self, arm: Arm) -> Option<&RunRow> {
        self.arm(arm).next()
    }

    /// Every run with its phases.
    pub fn phase_table(&self) -> Table {
        let step = |step: Option<u64>| step.map(|step| step as i64);
        Table::of(
            &self.runs,
            [
                text("arm", &|run| run.arm.name().to_owned()),
                count("n_train", &|run| run.n_train as u64),
                count("seed", &|run| run.seed),
                whole("memorization", &|run| step(run.phases.memorization)),
                whole("generalization", &|run| step(run.phases.generalization)),
                whole("test >= 0.85", &|run| step(run.phases.generalization_absolute)),
                whole("delay", &|run| run.phases.delay),
                number("test at memorization", &|run| run.phases.test_at_memorization.unwrap_or(f64::NAN)),
                number("final train", &|run| run.phases.final_train),
                number("final test", &|run| run.phases.final_test),
                count("stages of test accuracy", &|run| run.phases.stages.len() as u64),
                count("stages of rank", &|run| run.ranks.stages.len() as u64),
                text("grokked", &|run| if run.phases.grokked { "yes" } else { "no" }.to_owned()),
            ],
        )
    }

    /// The paper's runs by size: how many grok, in how many stages, and when, means over the seeds that do.
    pub fn size_table(&self) -> Table {
        let mean = |step: Option<crate::stats::Mean>| step.map_or(f64::NAN, |step| step.mean);
        Table::of(
            &self.sizes,
            [
                count("N", &|row| row.n_train as u64),
                text("grokked", &|row| format!("{} of {}", row.grokked, row.runs)),
                text("stages of test accuracy", &|row| format!("{:?}", row.test_stages)),
                text("stages of ranks", &|row| format!("{:?}", row.rank_stages)),
                number("memorization", &|row| mean(row.memorization)),
                number("generalization", &|row| mean(row.generalization)),
                number("final test", &|row| row.final_test.mean),
            ],
        )
    }

    /// The paper's runs and the controls: test accuracy, norm of the parameters, exponent of the deep layers.
    pub fn control_table(&self) -> Table {
        let rows: Vec<&RunRow> = self.runs.iter().filter(|run| run.arm != Arm::Omnigrok).collect();
        let last = |values: &[f64]| values[values.len() - 1];
        Table::of(
            &rows,
            [
                text("arm", &|run| run.arm.name().to_owned()),
                count("N", &|run| run.n_train as u64),
                count("seed", &|run| run.seed),
                number("test at memorization", &|run| run.phases.test_at_memorization.unwrap_or(f64::NAN)),
                number("best test", &|run| run.phases.best_test),
                number("final test", &|run| run.phases.final_test),
                number("norm at first", &|run| run.norm[0]),
                number("norm at last", &|run| last(&run.norm)),
                number("mean α of deep layers", &|run| last(&run.exhaustive.deep)),
            ],
        )
    }

    /// The paper's runs of the smallest size, in single and in double precision.
    pub fn precision_table(&self) -> Table {
        let smallest = |run: &&RunRow| run.n_train == self.sizes[0].n_train;
        let rows: Vec<&RunRow> = self.arm(Arm::Paper).chain(self.arm(Arm::Double)).filter(smallest).collect();
        let step = |step: Option<u64>| step.map(|step| step as i64);
        Table::of(
            &rows,
            [
                text("precision", &|run| if run.arm == Arm::Double { "double" } else { "single" }.to_owned()),
                count("N", &|run| run.n_train as u64),
                count("seed", &|run| run.seed),
                whole("memorization", &|run| step(run.phases.memorization)),
                whole("generalization", &|run| step(run.phases.generalization)),
                number("final test", &|run| run.phases.final_test),
            ],
        )
    }
}
