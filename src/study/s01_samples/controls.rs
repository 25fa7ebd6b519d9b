//! What could fool us in the original's curve: its floor, and its training time.

use crate::data::sine;
use crate::fit::fitted::Parameter;
use crate::fit::space::Space;
use crate::run::{Point, RunRecord};
use crate::stats::{Mean, mean};
use crate::study::s01_samples::curve::Curve;
use crate::study::s01_samples::runs::{Against, Runs, measured, what_counts};
use crate::study::s01_samples::{Protocol, QUALITIES, noise_sd};
use serde::Serialize;

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

/// The floors of the qualities, beside what was fitted to the original's protocol.
pub fn floors(runs: &Runs, noisy: &[Curve]) -> Vec<FloorRow> {
    let most = *runs.design.sizes.last().expect("a design has sizes");
    let row = |(&quality, curve): (&f64, &Curve)| {
        let by_seed = |f: &dyn Fn(u64) -> f64| mean(&(0..runs.design.seeds).map(f).collect::<Vec<_>>());
        let last = |protocol, seed| runs.plain(protocol, quality, most, seed).last;
        // The same test points are in every run of a seed: what the truth errs on them needs no run.
        let knowing = |seed| {
            let test = sine::Sine::draw(noise_sd(quality), 0, 0, 500, seed).test;
            test.y.iter().zip(&test.truth).map(|(y, truth)| f64::from(y - truth).abs()).sum::<f64>() / 500.0
        };
        let noisy = |protocol, seed| measured(&last(protocol, seed), Against::Noisy);
        FloorRow {
            quality,
            known: sine::floor(noise_sd(quality)),
            fitted: curve.law(Space::Log).floor.clone(),
            epochs: by_seed(&|seed| noisy(Protocol::Epochs, seed)),
            annealed: by_seed(&|seed| noisy(Protocol::Annealed, seed)),
            annealed_excess: by_seed(&|seed| noisy(Protocol::Annealed, seed) - knowing(seed)),
        }
    };
    QUALITIES.iter().zip(noisy).map(row).collect()
}

/// The lower half of the sizes beside the largest at equal steps, quality 1, against the truth.
pub fn time(runs: &Runs) -> (Vec<TimeRow>, Mean) {
    let design = runs.design;
    let most = *design.sizes.last().expect("a design has sizes");
    let error = |run: &RunRecord| measured(what_counts(run), Against::Truth);
    let at = |protocol, n, seed| error(runs.plain(protocol, 1.0, n, seed));
    let by_seed = |f: &dyn Fn(u64) -> f64| mean(&(0..design.seeds).map(f).collect::<Vec<_>>());
    let largest = |steps, seed| after(runs.plain(Protocol::Epochs, 1.0, most, seed), steps);
    let steps = |n| design.plain(Protocol::Epochs, 1.0, n, 0).steps;
    let lower = &design.sizes[..design.sizes.len().div_ceil(2).min(6)];
    let row = |&n: &usize| TimeRow {
        n_train: n,
        steps: steps(n),
        error: by_seed(&|seed| at(Protocol::Epochs, n, seed)),
        largest: by_seed(&|seed| largest(steps(n), seed)),
        matched: by_seed(&|seed| at(Protocol::Steps, n, seed)),
        annealed: by_seed(&|seed| at(Protocol::Annealed, n, seed)),
    };
    let (first, last) = (lower[0], lower[lower.len() - 1]);
    let share = |seed| {
        let fall = (at(Protocol::Epochs, first, seed) / at(Protocol::Epochs, last, seed)).ln();
        (largest(steps(first), seed) / largest(steps(last), seed)).ln() / fall
    };
    (lower.iter().map(row).collect(), by_seed(&share))
}

/// The error of a run against the truth after `steps`, on a straight line between its points in logarithms.
fn after(run: &RunRecord, steps: u64) -> f64 {
    let ln = |point: &Point| ((point.step as f64).ln(), measured(point, Against::Truth).ln());
    let right = run.curve.iter().position(|point| point.step >= steps).unwrap_or(run.curve.len() - 1);
    let (x, y) = ln(&run.curve[right]);
    let (x0, y0) = ln(&run.curve[right.saturating_sub(1)]);
    let at = (steps as f64).ln().min(x);
    if x > x0 { (y0 + (y - y0) * (at - x0) / (x - x0)).exp() } else { y.exp() }
}

/// The error along the runs of one size at quality 1, mean over seeds.
pub fn along(runs: &Runs, protocol: Protocol, n: usize) -> Along {
    let seeds = 0..runs.design.seeds;
    let curves: Vec<&[Point]> = seeds.map(|seed| &runs.plain(protocol, 1.0, n, seed).curve[..]).collect();
    let error = |i: usize| curves.iter().map(|c| measured(&c[i], Against::Truth)).sum::<f64>();
    Along {
        n_train: n,
        steps: curves[0].iter().map(|point| point.step).collect(),
        errors: (0..curves[0].len()).map(|i| error(i) / curves.len() as f64).collect(),
    }
}

/// Steps of the converged runs: all of them, and up to the point that counts.
pub fn converged_steps(runs: &Runs) -> [Mean; 2] {
    let design = runs.design;
    let cells = QUALITIES.iter().flat_map(|&q| design.sizes.iter().map(move |&n| (q, n)));
    let found: Vec<&RunRecord> = cells
        .flat_map(|(q, n)| (0..design.seeds).map(move |seed| (q, n, seed)))
        .map(|(q, n, seed)| runs.plain(Protocol::Converged, q, n, seed))
        .collect();
    let steps = |f: &dyn Fn(&RunRecord) -> u64| mean(&found.iter().map(|r| f(r) as f64).collect::<Vec<_>>());
    [steps(&|run| run.last.step), steps(&|run| what_counts(run).step)]
}
