//! Figures with a line a layer: the paper's first figure, and the exponents.

use crate::plot::{Axis, Colour, Figure, Mark, Panel};
use crate::run::{Point, RunRecord};
use crate::snapshot::{LayerSnapshot, Snapshot};
use crate::study::s04_grokking::findings::Findings;
use crate::study::s04_grokking::ranks::deep;
use crate::study::s04_grokking::rows::RunRow;
use crate::study::s04_grokking::spectra::{HEALTHY, TailEdge};

const STEPS: &str = "Optimizer steps (thousands)";

/// A run that is drawn in full, with its record: the first of a size of the paper's arm.
pub type ShownRun<'a> = (&'a RunRow, &'a RunRecord);

/// The axis of steps, in thousands.
pub fn steps_axis(f: &Findings) -> Axis {
    Axis::linear(STEPS).range(0.0, thousands(f.steps) * 1.01)
}

/// Steps in thousands.
pub fn thousands(step: u64) -> f64 {
    step as f64 / 1e3
}

/// The paper's first figure from our runs: feature ranks, accuracies, linear probes, a column a size.
pub fn first_figure(f: &Findings, shown: &[ShownRun], others: &[&RunRecord]) -> Figure {
    let x = |_: &ShownRun| steps_axis(f);
    let rank = shown.iter().map(|shown| {
        let marks = family(shown.1, |layer| Some(layer.feature_rank as f64));
        Panel::new(format!("N = {}", shown.0.n_train), x(shown), Axis::linear("Feature rank"), marks)
    });
    let accuracy = shown.iter().map(|shown| {
        let mut marks = Vec::new();
        for run in others.iter().filter(|run| run.spec.n_train() == shown.0.n_train) {
            marks.extend(curves(run).map(|mark| mark.width(0.8).opacity(0.45)));
        }
        let [train, test] = curves(shown.1);
        marks.extend([train.label("training"), test.width(2.2).label("test")]);
        marks.extend(moments(shown.0));
        Panel::new("", x(shown), Axis::linear("Accuracy").range(0.0, 1.02), marks)
    });
    let probe = shown.iter().map(|shown| {
        let marks = family(shown.1, |layer| Some(layer.probe_accuracy));
        Panel::new("", x(shown), Axis::linear("Linear probe accuracy").range(0.0, 1.02), marks)
    });
    let panels: Vec<Panel> = rank.chain(accuracy).chain(probe).collect();
    Figure::new("04-figure-1", "Feature ranks, accuracy and linear probes along training", panels)
        .note(format!(
            "a line a layer: blue the first half, red the deep half, grey dashed the output; seed 0, thin: the other seeds; upright: memorization (dashed), generalization (dotted). {} linear layers, width {}; L1 is layer 0 of the original's files",
            f.depth, f.width
        ))
        .records(&f.provenance.records)
        .columns(shown.len())
        .size(330 * shown.len() as u32 + 60, 860)
}

/// The exponents of every layer along training, by both edges.
pub fn alphas(f: &Findings, shown: &[ShownRun]) -> Figure {
    let panel = |shown: &ShownRun, edge: TailEdge, label: &str| {
        let mut marks = vec![Mark::horizontal(*HEALTHY.start()), Mark::horizontal(*HEALTHY.end())];
        let hidden = |snapshot: &Snapshot| snapshot.layers.len() - 1;
        marks.extend(
            family(shown.1, |layer| edge.alpha(layer)).into_iter().take(hidden(&shown.1.snapshots[0])),
        );
        marks.extend(moments(shown.0));
        let title =
            if edge == TailEdge::Exhaustive { format!("N = {}", shown.0.n_train) } else { String::new() };
        Panel::new(title, steps_axis(f), Axis::log(label), marks)
    };
    let exhaustive =
        shown.iter().map(|shown| panel(shown, TailEdge::Exhaustive, "α, edge where the tail fits best"));
    let median = shown.iter().map(|shown| panel(shown, TailEdge::Median, "α, edge at the median"));
    let panels = exhaustive.chain(median).collect();
    Figure::new("04-alpha", "Exponents of the layers along training, by two edges", panels)
        .note("a line a layer: blue the first half, red the deep half; the output layer, with ten eigenvalues, is left out; seed 0; grey: 2 and 4; upright: memorization (dashed), generalization (dotted)")
        .records(&f.provenance.records)
        .columns(shown.len())
        .size(330 * shown.len() as u32 + 60, 640)
}

/// A line a layer.
fn family(run: &RunRecord, of: impl Fn(&LayerSnapshot) -> Option<f64>) -> Vec<Mark> {
    let (n, deep) = (run.snapshots[0].layers.len(), deep(&run.snapshots[0]));
    (0..n)
        .map(|l| {
            let points = run
                .snapshots
                .iter()
                .map(|snapshot| (thousands(snapshot.step), of(&snapshot.layers[l]).unwrap_or(f64::NAN)));
            let line = Mark::line(points.collect()).width(1.3);
            // Deeper is darker within each half.
            let shade = |from: usize, to: usize| 0.35 + 0.65 * (l + 1 - from) as f64 / (to - from) as f64;
            let name = format!("L{}", l + 1);
            let named = l == 0 || l + 1 == deep.start || l == deep.start || l + 1 == deep.end;
            let line = match l {
                _ if l + 1 == n => line.colour(Colour::Grey).dashed(),
                _ if deep.contains(&l) => line.colour(Colour::Vermilion).opacity(shade(deep.start, deep.end)),
                _ => line.colour(Colour::Blue).opacity(shade(0, deep.start)),
            };
            if named { line.label(name) } else { line }
        })
        .collect()
}

/// Training and test accuracy.
pub fn curves(run: &RunRecord) -> [Mark; 2] {
    let line =
        |of: fn(&Point) -> f64| Mark::line(run.curve.iter().map(|p| (thousands(p.step), of(p))).collect());
    [
        line(|p| p.train_accuracy).colour(Colour::Blue).dashed(),
        line(|p| p.test_accuracy).colour(Colour::Vermilion),
    ]
}

/// Training and test accuracy of one run along its steps from the first on, named; for a log axis.
pub fn accuracy_marks(run: &RunRecord) -> Vec<Mark> {
    let later = || run.curve.iter().filter(|p| p.step > 0);
    let line = |of: fn(&Point) -> f64| Mark::line(later().map(|p| (p.step as f64, of(p))).collect());
    vec![
        line(|p| p.train_accuracy).colour(Colour::Blue).dashed().label("training"),
        line(|p| p.test_accuracy).colour(Colour::Vermilion).width(2.2).label("test"),
    ]
}

/// Where it memorizes and where it generalizes.
pub fn moments(run: &RunRow) -> Vec<Mark> {
    let memorized = run.phases.memorization.map(|step| Mark::vertical(thousands(step)).dashed());
    let generalized = run.phases.generalization.map(|step| Mark::vertical(thousands(step)).dotted());
    memorized.into_iter().chain(generalized).collect()
}
