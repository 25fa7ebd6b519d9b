//! The figures of study 04 that compare runs: controls, spectra at four moments, order of events.

use crate::plot::{Axis, Colour, Figure, Mark, Marker, Panel};
use crate::run::RunRecord;
use crate::study::s04_grokking::Arm;
use crate::study::s04_grokking::findings::{Findings, RunRow};
use crate::study::s04_grokking::layers::{self, Told, curves, moments, steps_axis, thousands};
use crate::study::s04_grokking::omnigrok;
use crate::study::s04_grokking::phases::deep;

/// The figures of a study, from its findings and the runs behind them, in the same order.
pub fn figures(f: &Findings, runs: &[RunRecord]) -> Vec<Figure> {
    let all = || f.runs.iter().zip(runs);
    let paper = |run: &RunRow| run.arm == Arm::Paper.name();
    let told: Vec<Told> = all().filter(|(row, _)| paper(row) && row.seed == 0).collect();
    let others: Vec<&RunRecord> =
        all().filter(|(row, _)| paper(row) && row.seed != 0).map(|(_, run)| run).collect();
    vec![
        layers::first_figure(f, &told, &others),
        layers::alphas(f, &told),
        spectra(f, &told),
        gap(f),
        order(f, &told),
        controls(f, runs),
        omnigrok::figure(f, runs),
    ]
}

/// Bins of a spectrum.
const BINS: usize = 40;

/// The spectrum of one deep layer at four moments, a panel a size.
fn spectra(f: &Findings, told: &[Told]) -> Figure {
    let panel = |(row, run): &Told| {
        let kept: Vec<_> = run.looks.iter().filter(|look| !look.layers[0].eigenvalues.is_empty()).collect();
        let end = run.looks[run.looks.len() - 1].step;
        let wanted = [
            ("before", 0),
            ("memorization", row.phases.memorization.unwrap_or(end / 2)),
            ("generalization", row.phases.generalization.unwrap_or(end * 3 / 4)),
            ("end", end),
        ];
        let layer = deep(&run.looks[0]).start + 1;
        let mut marks = Vec::new();
        let mut shown = Vec::new();
        for (i, (word, step)) in wanted.into_iter().enumerate() {
            let Some(look) = kept.iter().min_by_key(|look| look.step.abs_diff(step)) else { continue };
            if shown.contains(&look.step) {
                continue;
            }
            shown.push(look.step);
            let points = histogram(&look.layers[layer].eigenvalues);
            marks.push(Mark::line(points.clone()).colour(Colour::nth(i)));
            marks.push(
                Mark::points(points)
                    .colour(Colour::nth(i))
                    .marker(Marker::nth(i))
                    .size(4.5)
                    .label(format!("{word}\n{} k", thousands(look.step))),
            );
        }
        Panel::new(
            format!("N = {}, L{}", row.n_train, layer + 1),
            Axis::log("Eigenvalue of W Wᵀ"),
            Axis::log("Density"),
            marks,
        )
    };
    let mut figure = Figure::new("04-esd", "The spectrum of one deep layer at four moments", told.iter().map(panel).collect())
        .note("seed 0; density over the eigenvalue in bins even in its logarithm; of the moments at which eigenvalues are kept, the nearest")
        .records(&f.records);
    figure.columns = told.len();
    figure.size = (400 * told.len() as u32, 380);
    figure
}

/// Density over values in bins that are even in their logarithm: centres and heights of those that are not empty.
fn histogram(eigenvalues: &[f64]) -> Vec<(f64, f64)> {
    let logs: Vec<f64> = eigenvalues.iter().filter(|&&v| v > 1e-5).map(|v| v.log10()).collect();
    let (low, high) = logs.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &v| (a.min(v), b.max(v)));
    let breadth = (high - low).max(1e-9) / BINS as f64;
    let mut counts = vec![0usize; BINS];
    for log in &logs {
        counts[(((log - low) / breadth) as usize).min(BINS - 1)] += 1;
    }
    let edge = |i: usize| 10f64.powf(low + i as f64 * breadth);
    let height = |i: usize| counts[i] as f64 / logs.len() as f64 / (edge(i + 1) - edge(i));
    (0..BINS).filter(|&i| counts[i] > 0).map(|i| ((edge(i) * edge(i + 1)).sqrt(), height(i))).collect()
}

/// Mean exponent of the deep layers against the generalization gap, the paper's runs and the controls.
fn gap(f: &Findings) -> Figure {
    let mut panels = Vec::new();
    let shown = |run: &&RunRow| {
        run.seed == 0 && [Arm::Paper, Arm::NoDecay, Arm::ScaleOne].iter().any(|arm| arm.name() == run.arm)
    };
    for run in f.runs.iter().filter(shown) {
        let mut marks = vec![Mark::horizontal(2.0), Mark::horizontal(4.0)];
        for (alphas, colour, word) in
            [(&run.exhaustive, Colour::Blue, "best edge"), (&run.median, Colour::Vermilion, "median edge")]
        {
            let points: Vec<(f64, f64)> = run.gap.iter().copied().zip(alphas.deep.iter().copied()).collect();
            let solid = colour == Colour::Blue;
            let (first, last) = (points[0], points[points.len() - 1]);
            let path = Mark::line(points.clone()).colour(colour).width(0.8).opacity(0.6);
            let looks = Mark::points(points).colour(colour).size(5.0);
            let marker = if solid { Marker::Circle } else { Marker::Square };
            marks.push(if solid { path } else { path.dashed() });
            marks.push(if solid { looks.marker(marker) } else { looks.marker(marker).hollow() });
            marks.push(Mark::points(vec![last]).colour(colour).marker(marker).size(10.0).label(word));
            let _ = first;
        }
        panels.push(Panel::new(
            format!("{}, N = {}", run.arm, run.n_train),
            Axis::linear("Training less test accuracy"),
            Axis::log("Mean α of the deep layers"),
            marks,
        ));
    }
    let columns = 3.min(panels.len());
    let rows = panels.len().div_ceil(columns) as u32;
    let mut figure = Figure::new("04-gap", "Exponents against the generalization gap", panels)
        .note("seed 0; a mark a look, joined in the order of steps, the last one large; circles: edge where the tail fits best; squares: edge at the median; grey: 2 and 4")
        .records(&f.records);
    figure.columns = columns;
    figure.size = (370 * columns as u32, 340 * rows);
    figure
}

/// What moves first: test accuracy, deep ranks, norm, each from 0 (start) to 1 (all of its change).
fn order(f: &Findings, told: &[Told]) -> Figure {
    let panel = |(row, _): &Told| {
        let share = |values: &[f64]| {
            let (low, high) =
                values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &v| (a.min(v), b.max(v)));
            let scale = (high - low).max(f64::MIN_POSITIVE);
            let points = row.looks.iter().zip(values).map(|(&s, v)| (thousands(s), (v - low) / scale));
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
    let mut figure =
        Figure::new("04-order", "Which comes first, the fall of the ranks or the rise of the test accuracy?", told.iter().map(panel).collect())
            .note("seed 0; each quantity between its least and its largest value, at the looks inside; upright: memorization (dashed), generalization (dotted)")
            .records(&f.records);
    figure.columns = told.len();
    figure.size = (400 * told.len() as u32, 380);
    figure
}

/// Training and test accuracy of the controls beside the paper's run.
fn controls(f: &Findings, runs: &[RunRecord]) -> Figure {
    let smallest = f.sizes[0].n_train;
    let shown = |row: &RunRow| match row.arm.as_str() {
        arm if arm == Arm::Omnigrok.name() => false,
        arm if arm == Arm::Paper.name() => row.seed == 0 && row.n_train == smallest,
        _ => true,
    };
    let panel = |(row, run): (&RunRow, &RunRecord)| {
        let [train, test] = curves(run);
        let mut marks = vec![train.label("training"), test.width(2.2).label("test")];
        marks.extend(moments(row));
        Panel::new(
            format!("{}, N = {}", row.arm, row.n_train),
            steps_axis(f),
            Axis::linear("Accuracy").range(0.0, 1.02),
            marks,
        )
    };
    let panels: Vec<Panel> = f.runs.iter().zip(runs).filter(|(row, _)| shown(row)).map(panel).collect();
    let rows = panels.len().div_ceil(4) as u32;
    let mut figure = Figure::new("04-controls", "The paper's run and what is changed in it", panels)
        .note("seed 0. scale 1: PyTorch's initial parameters; no decay: weight decay 0; double: in double precision; readme: weights alone x 8, Adam with coupled L2, batches of 64, pixels -1..1")
        .records(&f.records);
    figure.columns = 4;
    figure.size = (1240, 330 * rows);
    figure
}
