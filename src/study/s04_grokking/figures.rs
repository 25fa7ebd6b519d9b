//! The figures of study 04 that compare runs: controls, spectra at four moments, order of events.

use crate::plot::{Axis, Colour, Figure, Mark, Marker, Panel};
use crate::run::RunRecord;
use crate::snapshot::Snapshot;
use crate::study::s04_grokking::design::Arm;
use crate::study::s04_grokking::findings::Findings;
use crate::study::s04_grokking::layers::{self, ShownRun, curves, moments, steps_axis, thousands};
use crate::study::s04_grokking::omnigrok;
use crate::study::s04_grokking::ranks::deep;
use crate::study::s04_grokking::rows::RunRow;

/// The figures of a study, from its findings and the runs behind them, in the same order.
pub fn figures(f: &Findings, runs: &[RunRecord]) -> Vec<Figure> {
    let paper = || f.runs.iter().zip(runs).filter(|(row, _)| row.arm == Arm::Paper);
    let shown: Vec<ShownRun> = paper().filter(|(row, _)| row.seed == 0).collect();
    let others: Vec<&RunRecord> = paper().filter(|(row, _)| row.seed != 0).map(|(_, run)| run).collect();
    let mut figures = vec![
        layers::first_figure(f, &shown, &others),
        layers::alphas(f, &shown),
        spectra(f, &shown),
        gap(f),
        order(f, &shown),
    ];
    if [Arm::ScaleOne, Arm::NoDecay, Arm::Double, Arm::Readme].iter().any(|arm| f.first(*arm).is_some()) {
        figures.push(controls(f, runs));
    }
    if f.first(Arm::Omnigrok).is_some() {
        figures.push(omnigrok::figure(f, runs));
    }
    figures
}

/// Bins of a spectrum.
const BINS: usize = 40;

/// The spectra of the first and of one deep layer at four moments, a row a size.
fn spectra(f: &Findings, shown: &[ShownRun]) -> Figure {
    let panels: Vec<Panel> = shown.iter().flat_map(moments_of_spectra).collect();
    Figure::new("04-esd", "Spectra of the weights at four moments", panels)
        .note("seed 0; share of the eigenvalues in bins even in their logarithm; of the moments at which eigenvalues are kept, the nearest")
        .records(&f.provenance.records)
        .columns(4)
        .size(1240, 60 + 280 * shown.len() as u32)
}

/// Four panels of one run.
fn moments_of_spectra((row, run): &ShownRun) -> Vec<Panel> {
    let kept: Vec<&Snapshot> =
        run.snapshots.iter().filter(|snapshot| !snapshot.layers[0].eigenvalues.is_empty()).collect();
    let end = run.snapshots[run.snapshots.len() - 1].step;
    let wanted = [
        ("before", 0),
        ("memorization", row.phases.memorization.unwrap_or(end / 2)),
        ("generalization", row.phases.generalization.unwrap_or(end * 3 / 4)),
        ("end", end),
    ];
    let deep = deep(&run.snapshots[0]).start + 1;
    let layers = [(0, Colour::Blue), (deep, Colour::Vermilion)];
    let logs = |snapshot: &Snapshot, layer: usize| -> Vec<f64> {
        snapshot.layers[layer].eigenvalues.iter().filter(|&&v| v > 1e-5).map(|v| v.log10()).collect()
    };
    let all = kept.iter().flat_map(|snapshot| layers.iter().flat_map(|(layer, _)| logs(snapshot, *layer)));
    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
    let panel = |(word, step): (&str, u64)| {
        let snapshot = kept.iter().min_by_key(|snapshot| snapshot.step.abs_diff(step))?;
        let mut marks = Vec::new();
        for (i, (layer, colour)) in layers.into_iter().enumerate() {
            let shares = shares(&logs(snapshot, layer), low, high);
            let (x, y): (Vec<f64>, Vec<f64>) = shares.into_iter().unzip();
            let points: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
            marks.push(Mark::band(x, vec![0.0; points.len()], y).colour(colour));
            let line = Mark::line(points).colour(colour);
            marks.push(if i == 0 { line } else { line.dashed() });
            let at = (10f64.powf(low + 0.03 * (high - low)), MOST_SHARE * (0.94 - 0.1 * i as f64));
            let name = if i == 0 { "L1, solid".to_owned() } else { format!("L{}, dashed", layer + 1) };
            marks.push(Mark::text(at, name).colour(colour));
        }
        Some(Panel::new(
            format!("N = {}, {word}: {} k", row.n_train, thousands(snapshot.step)),
            Axis::log("Eigenvalue of W Wᵀ").range(10f64.powf(low), 10f64.powf(high)),
            Axis::linear("Share of eigenvalues").range(0.0, MOST_SHARE),
            marks,
        ))
    };
    wanted.into_iter().filter_map(panel).collect()
}

/// Top of the axis of shares.
const MOST_SHARE: f64 = 0.25;

/// Centres of bins that are even in the logarithm, and the share of the values in each.
fn shares(logs: &[f64], low: f64, high: f64) -> Vec<(f64, f64)> {
    let breadth = (high - low).max(1e-9) / BINS as f64;
    let mut counts = vec![0usize; BINS];
    for log in logs {
        counts[(((log - low) / breadth) as usize).min(BINS - 1)] += 1;
    }
    let centre = |i: usize| 10f64.powf(low + (i as f64 + 0.5) * breadth);
    counts.iter().enumerate().map(|(i, &n)| (centre(i), n as f64 / logs.len().max(1) as f64)).collect()
}

/// Mean exponent of the deep layers against the generalization gap, the paper's runs and the controls.
fn gap(f: &Findings) -> Figure {
    let arms = [Arm::Paper, Arm::NoDecay, Arm::ScaleOne];
    let shown = f.runs.iter().filter(|run| run.seed == 0 && arms.contains(&run.arm));
    let panels: Vec<Panel> = shown.map(gap_of_run).collect();
    let columns = 3.min(panels.len());
    let rows = panels.len().div_ceil(columns) as u32;
    Figure::new("04-gap", "Exponents against the generalization gap", panels)
        .note("seed 0; a mark a snapshot, joined in the order of steps, the last one large; circles: edge where the tail fits best; squares: edge at the median; grey: 2 and 4")
        .records(&f.provenance.records)
        .columns(columns)
        .size(370 * columns as u32, 340 * rows)
}

/// The path of one run, by both edges.
fn gap_of_run(run: &RunRow) -> Panel {
    let path = |alphas: &[f64]| run.gap.iter().copied().zip(alphas.iter().copied()).collect::<Vec<_>>();
    let line = |points: &[(f64, f64)]| Mark::line(points.to_vec()).width(0.8).opacity(0.6);
    let last = |points: &[(f64, f64)]| Mark::points(vec![points[points.len() - 1]]).size(10.0);
    let best = path(&run.exhaustive.deep);
    let best = [
        line(&best).label("best edge"),
        Mark::points(best.clone()).size(5.0).marker(Marker::Circle),
        last(&best).marker(Marker::Circle),
    ];
    let median = path(&run.median.deep);
    let median = [
        line(&median).label("median edge").dashed(),
        Mark::points(median.clone()).size(5.0).marker(Marker::Square).hollow(),
        last(&median).marker(Marker::Square),
    ];
    let mut marks = vec![Mark::horizontal(2.0), Mark::horizontal(4.0)];
    marks.extend(best.map(|mark| mark.colour(Colour::Blue)));
    marks.extend(median.map(|mark| mark.colour(Colour::Vermilion)));
    Panel::new(
        format!("{}, N = {}", run.arm.name(), run.n_train),
        Axis::linear("Training less test accuracy"),
        Axis::log("Mean α of the deep layers"),
        marks,
    )
}

/// What moves first: test accuracy, deep ranks, norm, each from 0 (start) to 1 (all of its change).
fn order(f: &Findings, shown: &[ShownRun]) -> Figure {
    let panel = |(row, _): &ShownRun| {
        let share = |values: &[f64]| {
            let (low, high) =
                values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &v| (a.min(v), b.max(v)));
            let scale = (high - low).max(f64::MIN_POSITIVE);
            let points = row.snapshots.iter().zip(values).map(|(&s, v)| (thousands(s), (v - low) / scale));
            points.collect::<Vec<(f64, f64)>>()
        };
        let mut marks = vec![Mark::horizontal(0.5)];
        let series = [
            (&row.test, Colour::Vermilion, "test\naccuracy"),
            (&row.ranks.deep, Colour::Blue, "deep ranks"),
            (&row.norm, Colour::Grey, "norm"),
        ];
        for (i, (values, colour, word)) in series.into_iter().enumerate() {
            let points = share(values);
            marks.push(Mark::line(points.clone()).colour(colour));
            marks.push(Mark::points(points).colour(colour).marker(Marker::nth(i)).size(4.5).label(word));
        }
        marks.extend(moments(row));
        Panel::new(
            format!("N = {}", row.n_train),
            steps_axis(f),
            Axis::linear("Share of its range").range(-0.02, 1.04),
            marks,
        )
    };
    let title = "Which comes first, the fall of the ranks or the rise of the test accuracy?";
    Figure::new("04-order", title, shown.iter().map(panel).collect())
        .note("seed 0; each quantity between its least and its largest value, at the snapshots; upright: memorization (dashed), generalization (dotted)")
        .records(&f.provenance.records)
        .columns(shown.len())
        .size(400 * shown.len() as u32, 380)
}

/// Training and test accuracy of the controls beside the paper's run.
fn controls(f: &Findings, runs: &[RunRecord]) -> Figure {
    let smallest = f.sizes[0].n_train;
    let shown = |row: &RunRow| match row.arm {
        Arm::Omnigrok => false,
        Arm::Paper => row.n_train == smallest,
        _ => true,
    };
    let all = || f.runs.iter().zip(runs).filter(|(row, _)| shown(row));
    let panel = |(row, run): (&RunRow, &RunRecord)| {
        let again = all().filter(|(other, _)| {
            other.arm == row.arm && other.n_train == row.n_train && other.seed != row.seed
        });
        let mut marks: Vec<Mark> =
            again.flat_map(|(_, run)| curves(run)).map(|mark| mark.width(0.9).opacity(0.5)).collect();
        let [train, test] = curves(run);
        marks.extend([train.label("training"), test.width(2.2).label("test")]);
        marks.extend(moments(row));
        Panel::new(
            format!("{}, N = {}", row.arm.name(), row.n_train),
            steps_axis(f),
            Axis::linear("Accuracy").range(0.0, 1.02),
            marks,
        )
    };
    let panels: Vec<Panel> = all().filter(|(row, _)| row.seed == 0).map(panel).collect();
    let columns = 4.min(panels.len());
    let rows = panels.len().div_ceil(columns) as u32;
    Figure::new("04-controls", "The paper's run and what is changed in it", panels)
        .note("seed 0, thin: the other seeds. scale 1: PyTorch's initial parameters; no decay: weight decay 0; double: in double precision; readme: weights alone x 8, Adam with coupled L2, batches of 64, pixels -1..1")
        .records(&f.provenance.records)
        .columns(columns)
        .size(310 * columns as u32, 330 * rows)
}
