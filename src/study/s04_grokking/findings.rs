//! What the records of study 04 show, as plain numbers. Steps are optimizer steps, accuracies shares 0..1.

use crate::budget::Budget;
use crate::error::Result;
use crate::run::{Point, RunRecord, seal};
use crate::snapshot::LayerSnapshot;
use crate::stats::{Mean, mean};
use crate::study::s04_grokking::Arm;
use crate::study::s04_grokking::phases::{
    DEFINITION, Phases, Ranks, crossing, deep, phases, ranks, test_reaches,
};
use crate::study::s04_grokking::published::FIGURE;
use crate::study::s04_grokking::spectra::{Alphas, Edge, alphas, at, gaps};
use crate::table::{Table, Values};
use serde::{Deserialize, Serialize};

/// Everything the figures, the claims and the notebook say of study 04.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Hash over the records these numbers come from.
    pub records: String,
    /// Runs behind them.
    pub n_records: usize,
    /// Budget of the runs.
    pub budget: Budget,
    /// Repetitions of the paper's runs, of Omnigrok's and of those without decay.
    pub seeds: u64,
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

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRow {
    /// [`Arm::name`].
    pub arm: String,
    /// Training images.
    pub n_train: usize,
    /// Its seed.
    pub seed: u64,
    /// When it did what.
    pub phases: Phases,
    /// First step with a test accuracy of 0.50 that lasts.
    pub test_50: Option<u64>,
    /// First step with a test accuracy of 0.95 that lasts.
    pub test_95: Option<u64>,
    /// Test accuracy at the steps that are published of its size.
    pub test_published: Vec<f64>,
    /// Standard deviation over the snapshots of the first layer's probe, whose features hardly change.
    pub probe_noise: f64,
    /// Steps of its snapshots; the lists below and those of ranks and exponents run along them.
    pub snapshots: Vec<u64>,
    /// Test accuracy.
    pub test: Vec<f64>,
    /// Training less test accuracy.
    pub gap: Vec<f64>,
    /// Euclidean norm of all parameters.
    pub norm: Vec<f64>,
    /// Feature ranks of the deep layers.
    pub ranks: Ranks,
    /// Step, between snapshots by a straight line, with half of the final gain in test accuracy.
    pub test_half: Option<f64>,
    /// Step with a tenth of that gain.
    pub test_begin: Option<f64>,
    /// Step with half of the fall of the norm.
    pub norm_half: Option<f64>,
    /// Exponents by the exhaustive edge.
    pub exhaustive: Alphas,
    /// Exponents by the median edge.
    pub median: Alphas,
    /// Share of healthy hidden layers before memorization, from there to generalization, and after; exhaustive edge.
    pub healthy: [Option<f64>; 3],
    /// The same by the median edge.
    pub healthy_median: [Option<f64>; 3],
    /// Deep layers with correlation traps at the last snapshot: eigenvalues of the shuffled weights beyond their bulk.
    pub traps: usize,
}

/// One size of the paper's arm, over its seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SizeRow {
    /// Training images.
    pub n_train: usize,
    /// Runs.
    pub runs: usize,
    /// Runs that grokked.
    pub grokked: usize,
    /// Step of memorization, over the runs that reach it.
    pub memorization: Option<Mean>,
    /// Step of generalization.
    pub generalization: Option<Mean>,
    /// First step with a test accuracy of 0.85.
    pub generalization_absolute: Option<Mean>,
    /// First step with a test accuracy of 0.50.
    pub test_50: Option<Mean>,
    /// First step with a test accuracy of 0.95.
    pub test_95: Option<Mean>,
    /// Test accuracy at the steps that are published of this size.
    pub test_published: Vec<Mean>,
    /// Generalization less memorization.
    pub delay: Option<Mean>,
    /// Test accuracy at the step of memorization.
    pub test_at_memorization: Option<Mean>,
    /// Test accuracy over the last tenth of the steps.
    pub final_test: Mean,
    /// Stages of the rise of the test accuracy, run by run.
    pub surges: Vec<usize>,
    /// Stages of the fall of the deep ranks, run by run.
    pub falls: Vec<usize>,
    /// A tenth of the fall of the deep ranks less a tenth of the rise of the test accuracy: below 0 where the ranks come
    /// first.
    pub begin_lag: Option<Mean>,
    /// Half of the fall less half of the rise.
    pub rank_lag: Option<Mean>,
    /// Half of the fall of the norm of the parameters less half of the rise.
    pub norm_lag: Option<Mean>,
}

impl RunRow {
    /// A tenth of the fall of the deep ranks less a tenth of the rise of the test accuracy, in steps.
    pub fn begin_lag(&self) -> Option<f64> {
        Some(self.ranks.begin? - self.test_begin?)
    }

    /// Half of the fall of the deep ranks less half of the rise of the test accuracy, in steps.
    pub fn rank_lag(&self) -> Option<f64> {
        Some(self.ranks.half? - self.test_half?)
    }

    /// The same of the norm of the parameters.
    pub fn norm_lag(&self) -> Option<f64> {
        Some(self.norm_half? - self.test_half?)
    }
}

const ONE_LENGTH: &str = "every column has one value a row";

impl Findings {
    /// The runs of an arm.
    pub fn arm(&self, arm: Arm) -> impl Iterator<Item = &RunRow> {
        self.runs.iter().filter(move |run| run.arm == arm.name())
    }

    /// The first run of an arm; none where the arm is not run.
    pub fn first(&self, arm: Arm) -> Option<&RunRow> {
        self.arm(arm).next()
    }

    /// Every run with its phases.
    pub fn phase_table(&self) -> Table {
        let number = |f: fn(&RunRow) -> Option<f64>| {
            Values::Number(self.runs.iter().map(|r| f(r).unwrap_or(f64::NAN)).collect())
        };
        let step = |f: fn(&RunRow) -> Option<u64>| {
            Values::Whole(self.runs.iter().map(|r| f(r).map(|step| step as i64)).collect())
        };
        Table::new(vec![
            ("arm", Values::Text(self.runs.iter().map(|r| r.arm.clone()).collect())),
            ("n_train", Values::Count(self.runs.iter().map(|r| r.n_train as u64).collect())),
            ("seed", Values::Count(self.runs.iter().map(|r| r.seed).collect())),
            ("memorization", step(|r| r.phases.memorization)),
            ("generalization", step(|r| r.phases.generalization)),
            ("test >= 0.85", step(|r| r.phases.generalization_absolute)),
            ("delay", Values::Whole(self.runs.iter().map(|r| r.phases.delay).collect())),
            ("test at memorization", number(|r| r.phases.test_at_memorization)),
            ("final train", number(|r| Some(r.phases.final_train))),
            ("final test", number(|r| Some(r.phases.final_test))),
            ("surges", Values::Count(self.runs.iter().map(|r| r.phases.surges.len() as u64).collect())),
            ("falls of rank", Values::Count(self.runs.iter().map(|r| r.ranks.falls.len() as u64).collect())),
            (
                "grokked",
                Values::Text(
                    self.runs
                        .iter()
                        .map(|r| if r.phases.grokked { "yes" } else { "no" }.to_owned())
                        .collect(),
                ),
            ),
        ])
        .expect(ONE_LENGTH)
    }
}

/// Works out the findings of a design from its records.
///
/// # Errors
/// [`crate::error::Error::Failed`] when a run of the design is not recorded.
pub fn findings(recorded: &crate::study::runs::Runs) -> Result<Findings> {
    let design = &crate::study::s04_grokking::design(recorded.budget(), None);
    let (records, budget) = (recorded.records(), recorded.budget());
    let cells = design.cells();
    let rows = cells
        .iter()
        .map(|&(arm, n_train, seed)| run_row(arm, n_train, &recorded[&design.spec(arm, n_train, seed)]));
    let runs = rows.collect::<Result<Vec<RunRow>>>()?;
    let of_size = |n: &usize| {
        let paper = |r: &&RunRow| r.arm == Arm::Paper.name() && r.n_train == *n;
        size_row(*n, &runs.iter().filter(paper).collect::<Vec<_>>())
    };
    Ok(Findings {
        records: seal(records),
        n_records: records.len(),
        budget,
        seeds: design.seeds,
        steps: design.steps,
        snapshot_every: design.snapshot_every,
        depth: design.depth,
        width: design.width,
        definition: DEFINITION.to_owned(),
        sizes: design.sizes.iter().map(of_size).collect(),
        runs,
    })
}

/// What one run shows.
fn run_row(arm: Arm, n_train: usize, run: &RunRecord) -> Result<RunRow> {
    let phases = phases(run)?;
    let snapshots: Vec<u64> = run.snapshots.iter().map(|snapshot| snapshot.step).collect();
    let steps: Vec<f64> = snapshots.iter().map(|&step| step as f64).collect();
    let along =
        |of: fn(&Point) -> f64| -> Vec<f64> { snapshots.iter().map(|&step| at(run, step, of)).collect() };
    let (test, norm) = (along(|p| p.test_accuracy), along(|p| p.weight_norm.unwrap_or(f64::NAN)));
    let start = run.curve[0].test_accuracy;
    let learned = |share: f64| {
        phases
            .generalization
            .and_then(|_| crossing(&steps, &test, start + share * (phases.final_test - start)))
    };
    let fall: Vec<f64> = norm.iter().map(|norm| -norm).collect();
    let middle_norm = (fall[0] + fall[fall.len() - 1]) / 2.0;
    let (exhaustive, median) = (alphas(run, Edge::Exhaustive), alphas(run, Edge::Median));
    let by_phase = |healthy: &[f64]| {
        let (memorized, generalized) =
            (phases.memorization.unwrap_or(u64::MAX), phases.generalization.unwrap_or(u64::MAX));
        let over = |holds: &dyn Fn(u64) -> bool| {
            let shares: Vec<f64> = snapshots
                .iter()
                .zip(healthy)
                .filter(|(step, _)| holds(**step))
                .map(|(_, share)| *share)
                .collect();
            (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64)
        };
        [
            over(&|step| step < memorized.min(generalized)),
            over(&|step| step >= memorized && step < generalized),
            over(&|step| step >= generalized),
        ]
    };
    let last = &run.snapshots[run.snapshots.len() - 1];
    let trapped = |layer: &&LayerSnapshot| {
        layer.row.baseline.as_ref().is_some_and(|baseline| baseline.rand_num_spikes > 0)
    };
    Ok(RunRow {
        arm: arm.name().to_owned(),
        n_train,
        seed: run.spec.seed,
        test_50: test_reaches(&run.curve, 0.50),
        test_95: test_reaches(&run.curve, 0.95),
        test_published: FIGURE
            .iter()
            .filter(|shown| shown.n_train == n_train)
            .flat_map(|shown| shown.test)
            .map(|(step, _)| at(run, *step, |p| p.test_accuracy))
            .collect(),
        test_half: learned(0.5),
        test_begin: learned(0.1),
        probe_noise: mean(
            &run.snapshots.iter().map(|snapshot| snapshot.layers[0].probe_accuracy).collect::<Vec<_>>(),
        )
        .sd,
        norm_half: if fall[fall.len() - 1] > fall[0] { crossing(&steps, &fall, middle_norm) } else { None },
        gap: gaps(run),
        ranks: ranks(&run.snapshots)?,
        healthy: by_phase(&exhaustive.healthy),
        healthy_median: by_phase(&median.healthy),
        traps: last.layers[deep(last)].iter().filter(trapped).count(),
        phases,
        snapshots,
        test,
        norm,
        exhaustive,
        median,
    })
}

/// What the seeds of one size show together.
fn size_row(n_train: usize, runs: &[&RunRow]) -> SizeRow {
    let over = |of: &dyn Fn(&RunRow) -> Option<f64>| {
        let values: Vec<f64> = runs.iter().filter_map(|run| of(run)).collect();
        (!values.is_empty()).then(|| mean(&values))
    };
    SizeRow {
        n_train,
        runs: runs.len(),
        grokked: runs.iter().filter(|run| run.phases.grokked).count(),
        memorization: over(&|r| r.phases.memorization.map(|s| s as f64)),
        generalization: over(&|r| r.phases.generalization.map(|s| s as f64)),
        generalization_absolute: over(&|r| r.phases.generalization_absolute.map(|s| s as f64)),
        test_50: over(&|r| r.test_50.map(|s| s as f64)),
        test_95: over(&|r| r.test_95.map(|s| s as f64)),
        test_published: (0..runs[0].test_published.len())
            .map(|i| mean(&runs.iter().map(|r| r.test_published[i]).collect::<Vec<_>>()))
            .collect(),
        delay: over(&|r| r.phases.delay.map(|s| s as f64)),
        test_at_memorization: over(&|r| r.phases.test_at_memorization),
        final_test: mean(&runs.iter().map(|r| r.phases.final_test).collect::<Vec<_>>()),
        surges: runs.iter().map(|r| r.phases.surges.len()).collect(),
        falls: runs.iter().map(|r| r.ranks.falls.len()).collect(),
        begin_lag: over(&RunRow::begin_lag),
        rank_lag: over(&RunRow::rank_lag),
        norm_lag: over(&RunRow::norm_lag),
    }
}
