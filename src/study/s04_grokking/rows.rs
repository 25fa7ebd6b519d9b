//! What one run shows, and what the seeds of one size show together. Steps are optimizer steps, accuracies
//! shares 0..1.

use crate::error::Result;
use crate::run::{Point, RunRecord};
use crate::snapshot::LayerSnapshot;
use crate::stats::{Mean, mean};
use crate::study::s04_grokking::design::Arm;
use crate::study::s04_grokking::phases::{Phases, phases, test_reaches};
use crate::study::s04_grokking::published::FIGURE;
use crate::study::s04_grokking::ranks::{Ranks, crossing, deep, ranks};
use crate::study::s04_grokking::spectra::{Alphas, TailEdge, alphas, at, gaps};
use serde::{Deserialize, Serialize};

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRow {
    /// What was run.
    pub arm: Arm,
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
    /// Share of healthy hidden layers, exhaustive edge.
    pub healthy: ByPhase,
    /// The same by the median edge.
    pub healthy_median: ByPhase,
    /// Deep layers with correlation traps at the last snapshot: eigenvalues of the shuffled weights beyond
    /// their bulk.
    pub traps: usize,
}

/// A measure of the snapshots averaged over the phases of a run; none for a phase that has no snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ByPhase {
    /// Before memorization.
    pub before: Option<f64>,
    /// From memorization to generalization.
    pub between: Option<f64>,
    /// From generalization on.
    pub after: Option<f64>,
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
    pub test_stages: Vec<usize>,
    /// Stages of the fall of the deep ranks, run by run.
    pub rank_stages: Vec<usize>,
    /// A tenth of the fall of the deep ranks less a tenth of the rise of the test accuracy: below 0 where the
    /// ranks come first.
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

/// The mean over the runs that have a value; none where no run has it.
pub fn over<'a>(
    runs: impl IntoIterator<Item = &'a RunRow>,
    of: impl Fn(&RunRow) -> Option<f64>,
) -> Option<Mean> {
    let values: Vec<f64> = runs.into_iter().filter_map(of).collect();
    (!values.is_empty()).then(|| mean(&values))
}

impl ByPhase {
    /// A value of every snapshot, averaged over the phases.
    fn of(values: &[f64], snapshots: &[u64], phases: &Phases) -> Self {
        let (memorized, generalized) =
            (phases.memorization.unwrap_or(u64::MAX), phases.generalization.unwrap_or(u64::MAX));
        let over = |holds: &dyn Fn(u64) -> bool| {
            let held = snapshots.iter().zip(values).filter(|(step, _)| holds(**step));
            let values: Vec<f64> = held.map(|(_, value)| *value).collect();
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        Self {
            before: over(&|step| step < memorized.min(generalized)),
            between: over(&|step| step >= memorized && step < generalized),
            after: over(&|step| step >= generalized),
        }
    }
}

/// What one run shows.
///
/// # Errors
/// As [`phases`] and [`ranks`].
pub fn run_row(arm: Arm, n_train: usize, run: &RunRecord) -> Result<RunRow> {
    let phases = phases(run)?;
    let snapshots: Vec<u64> = run.snapshots.iter().map(|snapshot| snapshot.step).collect();
    let steps: Vec<f64> = snapshots.iter().map(|&step| step as f64).collect();
    let along =
        |of: fn(&Point) -> f64| -> Vec<f64> { snapshots.iter().map(|&step| at(run, step, of)).collect() };
    let (test, norm) = (along(|p| p.test_accuracy), along(|p| p.weight_norm.unwrap_or(f64::NAN)));
    let start = run.curve[0].test_accuracy;
    let learned = |share: f64| {
        phases.generalization?;
        crossing(&steps, &test, start + share * (phases.final_test - start))
    };
    let fall: Vec<f64> = norm.iter().map(|norm| -norm).collect();
    let (first, last) = (fall[0], fall[fall.len() - 1]);
    let (exhaustive, median) = (alphas(run, TailEdge::Exhaustive), alphas(run, TailEdge::Median));
    let published = FIGURE.iter().filter(|shown| shown.n_train == n_train).flat_map(|shown| shown.test);
    let probes: Vec<f64> = run.snapshots.iter().map(|s| s.layers[0].probe_accuracy).collect();
    let end = &run.snapshots[run.snapshots.len() - 1];
    let trapped = |layer: &&LayerSnapshot| {
        layer.row.baseline.as_ref().is_some_and(|shuffled| shuffled.rand_num_spikes > 0)
    };
    Ok(RunRow {
        arm,
        n_train,
        seed: run.spec.seed,
        test_50: test_reaches(&run.curve, 0.50),
        test_95: test_reaches(&run.curve, 0.95),
        test_published: published.map(|(step, _)| at(run, *step, |p| p.test_accuracy)).collect(),
        test_half: learned(0.5),
        test_begin: learned(0.1),
        probe_noise: mean(&probes).sd,
        norm_half: if last > first { crossing(&steps, &fall, (first + last) / 2.0) } else { None },
        gap: gaps(run),
        ranks: ranks(&run.snapshots)?,
        healthy: ByPhase::of(&exhaustive.healthy, &snapshots, &phases),
        healthy_median: ByPhase::of(&median.healthy, &snapshots, &phases),
        traps: end.layers[deep(end)].iter().filter(trapped).count(),
        phases,
        snapshots,
        test,
        norm,
        exhaustive,
        median,
    })
}

/// What the seeds of one size show together.
pub fn size_row(n_train: usize, runs: &[&RunRow]) -> SizeRow {
    let number = |of: &dyn Fn(&RunRow) -> Option<f64>| over(runs.iter().copied(), of);
    let step = |of: &dyn Fn(&RunRow) -> Option<u64>| number(&|run| of(run).map(|step| step as f64));
    let all = |of: &dyn Fn(&RunRow) -> f64| mean(&runs.iter().map(|run| of(run)).collect::<Vec<_>>());
    SizeRow {
        n_train,
        runs: runs.len(),
        grokked: runs.iter().filter(|run| run.phases.grokked).count(),
        memorization: step(&|run| run.phases.memorization),
        generalization: step(&|run| run.phases.generalization),
        generalization_absolute: step(&|run| run.phases.generalization_absolute),
        test_50: step(&|run| run.test_50),
        test_95: step(&|run| run.test_95),
        test_published: (0..runs[0].test_published.len())
            .map(|i| all(&|run| run.test_published[i]))
            .collect(),
        delay: number(&|run| run.phases.delay.map(|steps| steps as f64)),
        test_at_memorization: number(&|run| run.phases.test_at_memorization),
        final_test: all(&|run| run.phases.final_test),
        test_stages: runs.iter().map(|run| run.phases.stages.len()).collect(),
        rank_stages: runs.iter().map(|run| run.ranks.stages.len()).collect(),
        begin_lag: number(&RunRow::begin_lag),
        rank_lag: number(&RunRow::rank_lag),
        norm_lag: number(&RunRow::norm_lag),
    }
}
