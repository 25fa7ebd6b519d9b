//! What could fool us in the original's curve: its floor, and its training time.

use crate::data::sine;
use crate::fit::fitted::Parameter;
use crate::fit::space::Space;
use crate::run::{Point, RunRecord};
use crate::stats::{Mean, mean};
use crate::study::curve::Curve;
use crate::study::runs::Paired;
use crate::study::s01_samples::cells::{Cells, Reference, counted, measured};
use crate::study::s01_samples::design::{Condition, Protocol};
use crate::study::s01_samples::original::Quality;
use serde::Serialize;
use std::collections::BTreeMap;

/// The floor of one quality.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FloorRow {
    /// The quality.
    pub quality: f64,
    /// What a predictor that knows the truth still errs: σ √(2/π).
    pub known: f64,
    /// C fitted to the original's protocol in ln y, profile interval.
    pub fitted: Parameter,
    /// Error against noisy y at the most samples, under the original's protocol.
    pub epochs: Mean,
    /// The same, annealed.
    pub annealed: Mean,
    /// The same on the same points by a predictor that knows the truth: what no training can beat.
    pub annealed_excess: Mean,
}

/// One size beside the largest after as many steps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimeRow {
    /// Training samples.
    pub n_train: usize,
    /// Optimizer steps under the original's protocol.
    pub steps: u64,
    /// Error against the truth at the end of them.
    pub error: Mean,
    /// Error of the largest set after as many steps: no sample seen twice yet, or hardly.
    pub largest: Mean,
    /// Error with the steps matched.
    pub matched: Mean,
    /// Error with the steps matched and annealed.
    pub annealed: Mean,
}

/// The error along a run, mean over seeds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Along {
    /// Training samples.
    pub n_train: usize,
    /// Optimizer steps.
    pub steps: Vec<u64>,
    /// Error against the truth after them.
    pub errors: Vec<f64>,
}

/// Steps of the converged runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConvergedSteps {
    /// All of them.
    pub taken: Mean,
    /// Up to the point that counts.
    pub best: Mean,
}

/// The floors of the qualities, beside what was fitted to the original's protocol.
pub fn floors(cells: &Cells, noisy: &BTreeMap<Quality, Curve>) -> BTreeMap<Quality, FloorRow> {
    let most = cells.design.n_most();
    let row = |(&quality, curve): (&Quality, &Curve)| {
        let [epochs, annealed] =
            [Protocol::Epochs, Protocol::Annealed].map(|protocol| cells.plain(protocol, quality, most));
        // The same test points are in every run of a seed: what the truth errs on them needs no run.
        let knowing = annealed.by_seed(|run| {
            let test = sine::Sine::draw(quality.noise_sd(), 0, 0, 500, run.spec.seed).test;
            test.y.iter().zip(&test.truth).map(|(y, truth)| f64::from(y - truth).abs()).sum::<f64>() / 500.0
        });
        let noisy = |run: &RunRecord| measured(&run.last, Reference::Noisy);
        let row = FloorRow {
            quality: quality.value(),
            known: sine::floor(quality.noise_sd()),
            fitted: curve.law(Space::Log).floor.clone(),
            epochs: epochs.mean(noisy),
            annealed: annealed.mean(noisy),
            annealed_excess: Paired::of(&knowing, &annealed.by_seed(noisy)).difference,
        };
        (quality, row)
    };
    noisy.iter().map(row).collect()
}

/// The lower half of the sizes beside the largest at equal steps, quality 1, against the truth; and what
/// share of the fall over those sizes the largest has at the same steps.
pub fn time(cells: &Cells) -> (Vec<TimeRow>, Mean) {
    let design = cells.design;
    let error = |run: &RunRecord| measured(counted(run), Reference::Truth);
    let of = |protocol, n| cells.plain(protocol, Quality::Low, n);
    let largest = of(Protocol::Epochs, design.n_most());
    let steps = |n| design.spec(Condition::of(Protocol::Epochs, Quality::Low), n, 0).steps;
    let lower = &design.sizes[..design.sizes.len().div_ceil(2).min(6)];
    let row = |&n: &usize| TimeRow {
        n_train: n,
        steps: steps(n),
        error: of(Protocol::Epochs, n).mean(error),
        largest: largest.mean(|run| after(run, steps(n))),
        matched: of(Protocol::Steps, n).mean(error),
        annealed: of(Protocol::Annealed, n).mean(error),
    };
    // By seed, the error at the first and at the last of these sizes, and that of the largest set at their steps.
    let ends = [lower[0], lower[lower.len() - 1]];
    let own = ends.map(|n| of(Protocol::Epochs, n).by_seed(error));
    let largest_then = ends.map(|n| largest.by_seed(|run| after(run, steps(n))));
    let fall = |[first, last]: &[Vec<f64>; 2], seed: usize| (first[seed] / last[seed]).ln();
    let share = |seed: usize| fall(&largest_then, seed) / fall(&own, seed);
    let shares: Vec<f64> = (0..own[0].len()).map(share).collect();
    (lower.iter().map(row).collect(), mean(&shares))
}

/// The error of a run against the truth after `steps`, on a straight line between its points in logarithms.
fn after(run: &RunRecord, steps: u64) -> f64 {
    let ln = |point: &Point| ((point.step as f64).ln(), measured(point, Reference::Truth).ln());
    let right = run.curve.iter().position(|point| point.step >= steps).unwrap_or(run.curve.len() - 1);
    let (x, y) = ln(&run.curve[right]);
    let (x0, y0) = ln(&run.curve[right.saturating_sub(1)]);
    let at = (steps as f64).ln().min(x);
    if x > x0 { (y0 + (y - y0) * (at - x0) / (x - x0)).exp() } else { y.exp() }
}

/// The error along the runs of one size at quality 1, mean over seeds.
pub fn along(cells: &Cells, protocol: Protocol, n: usize) -> Along {
    let cell = cells.plain(protocol, Quality::Low, n);
    Along {
        n_train: n,
        steps: cell.0[0].curve.iter().map(|point| point.step).collect(),
        errors: cell.along(|point| measured(point, Reference::Truth)),
    }
}

/// Steps of the converged runs of all qualities and sizes.
pub fn converged_steps(cells: &Cells) -> ConvergedSteps {
    let over_all = |steps: fn(&RunRecord) -> u64| {
        let of_quality = |quality| {
            let cell = move |&n: &usize| cells.plain(Protocol::Converged, quality, n);
            cells.design.sizes.iter().map(cell)
        };
        let of_cells = Quality::ALL.into_iter().flat_map(of_quality);
        mean(&of_cells.flat_map(|cell| cell.by_seed(|run| steps(run) as f64)).collect::<Vec<_>>())
    };
    ConvergedSteps { taken: over_all(|run| run.last.step), best: over_all(|run| counted(run).step) }
}
