//! Omnigrok's small network: our seeds beside PyTorch's.

use crate::plot::{Axis, Colour, Figure, Mark, Panel};
use crate::run::RunRecord;
use crate::stats::{difference, mean};
use crate::study::s04_grokking::design::Arm;
use crate::study::s04_grokking::findings::Findings;
use crate::study::s04_grokking::layers::{curves, steps_axis, thousands};
use crate::study::s04_grokking::spectra::at;

/// PyTorch 2.15 on the same network, single precision, three seeds, accuracies on all 10 000 test images:
/// seed, step, training accuracy, test accuracy. Made by `just bench omnigrok`.
const PYTORCH: &str = include_str!("omnigrok_pytorch.csv");

/// Steps at which the two are compared: the plateau, the rise, the end.
const SHOWN: [u64; 5] = [13_000, 20_000, 30_000, 44_000, 100_000];

/// Test accuracy along PyTorch's runs, by seed, every 1000 steps up to `last`.
fn pytorch(last: u64) -> Vec<Vec<(u64, f64)>> {
    let mut runs: Vec<Vec<(u64, f64)>> = Vec::new();
    for line in PYTORCH.lines().skip(1) {
        let mut fields =
            line.split(',').map(|field| field.parse::<f64>().expect("the table is made by a program"));
        let mut next = || fields.next().expect("four columns");
        let (seed, step, _, test) = (next() as usize, next() as u64, next(), next());
        if seed == runs.len() {
            runs.push(Vec::new());
        }
        if step <= last {
            runs[seed].push((step, test));
        }
    }
    runs
}

/// Our test accuracies beside PyTorch's.
#[derive(Debug)]
pub struct Beside {
    /// Step, our mean over the seeds, theirs.
    pub shown: Vec<(u64, f64, f64)>,
    /// Our mean over seeds and PyTorch's steps, less theirs, with its 95 % interval over the seeds.
    pub difference: (f64, [f64; 2]),
}

/// Our runs beside PyTorch's, up to the end of ours; `None` without runs as long as one of PyTorch's
/// intervals.
pub fn beside_pytorch(f: &Findings, runs: &[RunRecord]) -> Option<Beside> {
    let ours: Vec<&RunRecord> = of_arm(f, runs);
    let theirs = pytorch(f.steps);
    let steps: Vec<u64> = theirs[0].iter().map(|(step, _)| *step).collect();
    if ours.is_empty() || steps.len() < 2 {
        return None;
    }
    let of = |values: &[f64]| mean(values).mean;
    let test = |run: &RunRecord, step: u64| at(run, step, |point| point.test_accuracy);
    let shown = SHOWN.iter().filter_map(|shown| steps.iter().position(|step| step == shown)).map(|i| {
        let mine: Vec<f64> = ours.iter().map(|run| test(run, steps[i])).collect();
        let others: Vec<f64> = theirs.iter().map(|run| run[i].1).collect();
        (steps[i], of(&mine), of(&others))
    });
    let mine: Vec<f64> =
        ours.iter().map(|run| of(&steps.iter().map(|&step| test(run, step)).collect::<Vec<_>>())).collect();
    let others: Vec<f64> =
        theirs.iter().map(|run| of(&run.iter().map(|(_, test)| *test).collect::<Vec<_>>())).collect();
    Some(Beside { shown: shown.collect(), difference: difference(&mine, &others) })
}

fn of_arm<'a>(f: &Findings, runs: &'a [RunRecord]) -> Vec<&'a RunRecord> {
    f.runs.iter().zip(runs).filter(|(row, _)| row.arm == Arm::Omnigrok).map(|(_, run)| run).collect()
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
    let theirs = if beside_pytorch(f, runs).is_some() { pytorch(f.steps) } else { Vec::new() };
    for (i, run) in theirs.iter().enumerate() {
        let points = run.iter().map(|&(step, test)| (thousands(step), test)).collect();
        let line = Mark::line(points).colour(Colour::Ink).dashed().width(0.9);
        marks.push(if i == 0 { line.label("test, PyTorch") } else { line });
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
    let beside = if theirs.is_empty() {
        ""
    } else {
        "; dashed: three seeds of PyTorch 2.15, also in single precision"
    };
    Figure::new("04-omnigrok", "Grokking in minutes: Omnigrok's network", vec![left, right])
        .note(format!("{} seeds, {n_train} training images{beside}; all on 10 000 test images", ours.len()))
        .records(&f.provenance.records)
        .size(940, 400)
}
