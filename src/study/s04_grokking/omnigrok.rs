//! Omnigrok's small network: three seeds beside PyTorch's run of the same.

use crate::plot::{Axis, Colour, Figure, Mark, Marker, Panel};
use crate::run::RunRecord;
use crate::stats::{Mean, mean};
use crate::study::s04_grokking::Arm;
use crate::study::s04_grokking::findings::Findings;
use crate::study::s04_grokking::layers::{curves, steps_axis, thousands};
use crate::study::s04_grokking::spectra::at;

/// Step and test accuracy of PyTorch 2.15 in single precision, one seed, on 2 000 test images.
pub const PYTORCH: [(u64, f64); 5] =
    [(13_000, 0.27), (20_000, 0.45), (30_000, 0.70), (44_000, 0.81), (100_000, 0.87)];

/// Our test accuracy at PyTorch's steps, over the seeds; steps beyond the run's end are left out.
pub fn beside_pytorch(f: &Findings, runs: &[RunRecord]) -> Vec<(u64, f64, Mean)> {
    let ours: Vec<&RunRecord> = of_arm(f, runs);
    let there = PYTORCH.into_iter().filter(|(step, _)| *step <= f.steps && !ours.is_empty());
    there
        .map(|(step, theirs)| {
            let accuracies: Vec<f64> = ours.iter().map(|run| at(run, step, |p| p.test_accuracy)).collect();
            (step, theirs, mean(&accuracies))
        })
        .collect()
}

fn of_arm<'a>(f: &Findings, runs: &'a [RunRecord]) -> Vec<&'a RunRecord> {
    f.runs.iter().zip(runs).filter(|(row, _)| row.arm == Arm::Omnigrok.name()).map(|(_, run)| run).collect()
}

/// Accuracies with PyTorch's, and the norm of the parameters.
pub fn figure(f: &Findings, runs: &[RunRecord]) -> Figure {
    let ours = of_arm(f, runs);
    let mut marks = Vec::new();
    for (i, run) in ours.iter().enumerate() {
        let [train, test] = curves(run);
        marks.extend(if i == 0 {
            [train.label("training"), test.label("test")]
        } else {
            [train.width(0.9).opacity(0.6), test.width(0.9).opacity(0.6)]
        });
    }
    let theirs: Vec<(f64, f64)> =
        beside_pytorch(f, runs).iter().map(|(step, theirs, _)| (thousands(*step), *theirs)).collect();
    if !theirs.is_empty() {
        marks.push(Mark::points(theirs).colour(Colour::Ink).marker(Marker::Diamond).hollow().size(8.0));
    }
    let left = Panel::new("Accuracy", steps_axis(f), Axis::linear("Accuracy").range(0.0, 1.02), marks);
    let norm = |run: &&RunRecord| {
        let points = run.curve.iter().map(|p| (thousands(p.step), p.weight_norm.unwrap_or(f64::NAN)));
        Mark::line(points.collect()).colour(Colour::Green)
    };
    let right = Panel::new(
        "All parameters",
        steps_axis(f),
        Axis::linear("Euclidean norm"),
        ours.iter().map(norm).collect(),
    );
    let n_train = ours.first().map_or(0, |run| run.spec.n_train());
    let mut figure = Figure::new("04-omnigrok", "Grokking in minutes: Omnigrok's network", vec![left, right])
        .note(format!(
            "{} seeds, {} training images; diamonds: PyTorch 2.15, single precision, one seed, 2 000 test images",
            ours.len(),
            n_train
        ))
        .records(&f.records);
    figure.size = (940, 400);
    figure
}
