//! One size along its runs: rank, accuracy, probe, alpha and D against step.

use crate::dashboard::{Page, Part, Plot, PlotAxis, PlotRow, PlotSeries, SeriesKind, Style};
use crate::plot::{Colour, Dash, Fill, Marker};
use crate::run::{Point, RunRecord};
use crate::snapshot::LayerSnapshot;
use crate::study::s04_grokking::pages::measure::{LayerMeasure, READING};
use crate::study::s04_grokking::pages::size::Size;
use crate::study::s04_grokking::phases::{DEFINITION, Phases};

/// The page `mnist_training_dynamics_{N}.html`.
pub fn dynamics(size: &Size, records: &str) -> Page {
    let title = format!("Training dynamics, {}", size.words());
    let plot = Plot {
        id: "dynamics".to_owned(),
        title: title.clone(),
        x: PlotAxis::linear("step"),
        rows: vec![
            layers(size, PlotAxis::linear("feature rank"), Legend::Shown, |layer| layer.feature_rank as f64),
            accuracy(size),
            layers(size, PlotAxis::linear("probe accuracy"), Legend::Elsewhere, |layer| layer.probe_accuracy),
            spectral(size, LayerMeasure::Alpha),
            spectral(size, LayerMeasure::Ks),
        ],
        marks: size.marks(),
        choice: None,
    };
    let text = format!(
        "The rank of each layer's features on the test images, accuracy, how well a linear probe of each layer tells the digits, and the power law of each layer's spectrum. With markers: seed {}; thin: the other seeds. A click on a layer in the legend hides or shows it in all rows.",
        size.runs[0].spec.seed
    );
    let more = format!(
        "Dotted: alpha 2, 4 and 6. Dashed verticals: the measured steps at which training accuracy reached 0.95 and test accuracy nine tenths of its gain, to stay there for five measurements, where the original draws 40000 and 60000. {} {READING}",
        judged(size)
    );
    let parts = vec![Part::Text(text), Part::Plot(plot), Part::Text(more)];
    let path = format!("mnist_training_dynamics_{}.html", size.n_train);
    Page::new(path, title, records, parts)
}

/// Which runs grokked.
fn judged(size: &Size) -> String {
    let one = |(run, phases): (&RunRecord, &Phases)| {
        format!("seed {} {}", run.spec.seed, if phases.grokked { "grokked" } else { "did not grok" })
    };
    let all: Vec<String> = size.runs.iter().zip(&size.phases).map(one).collect();
    format!("By the study's definition {} ({DEFINITION}).", all.join(", "))
}

/// Where the legend names the layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Legend {
    /// By this row.
    Shown,
    /// By another row of the plot.
    Elsewhere,
}

/// A measure of the spectrum of every layer.
fn spectral(size: &Size, measure: LayerMeasure) -> PlotRow {
    PlotRow {
        lines: measure.lines(),
        ..layers(size, measure.axis(), Legend::Elsewhere, |layer| measure.of(layer))
    }
}

/// A value of every layer at every snapshot.
pub fn layers(size: &Size, y: PlotAxis, legend: Legend, value: impl Fn(&LayerSnapshot) -> f64) -> PlotRow {
    let mut series = Vec::new();
    for (i, run) in size.runs.iter().enumerate().rev() {
        for layer in 0..size.layers() {
            let steps = run.snapshots.iter().map(|snapshot| snapshot.step as f64).collect();
            let values = run.snapshots.iter().map(|snapshot| value(&snapshot.layers[layer])).collect();
            let name = if i == 0 {
                format!("layer {layer}")
            } else {
                format!("layer {layer}, seed {}", run.spec.seed)
            };
            let kind = if i == 0 { SeriesKind::Line } else { SeriesKind::Thin };
            let one = PlotSeries::line(name, steps, values, Style::nth(layer)).kind(kind);
            series.push(PlotSeries {
                legend: i == 0 && legend == Legend::Shown,
                group: format!("layer {layer}"),
                ..one
            });
        }
    }
    PlotRow { y, series, lines: Vec::new() }
}

/// Training and test accuracy.
pub fn accuracy(size: &Size) -> PlotRow {
    let style = |colour, dash| Style { colour, marker: Marker::Circle, fill: Fill::Solid, dash };
    let training = style(Colour::Ink, Dash::Dashed);
    let mut series = curves(size, "training accuracy", training, |point| point.train_accuracy);
    let test = style(Colour::Blue, Dash::Solid);
    series.extend(curves(size, "test accuracy", test, |point| point.test_accuracy));
    PlotRow { y: PlotAxis::linear("accuracy"), series, lines: Vec::new() }
}

/// A value along the curve of every seed.
fn curves(size: &Size, words: &str, style: Style, value: impl Fn(&Point) -> f64) -> Vec<PlotSeries> {
    let one = |(i, run): (usize, &RunRecord)| {
        let steps = run.curve.iter().map(|point| point.step as f64).collect();
        let values = run.curve.iter().map(&value).collect();
        let name = if i == 0 { words.to_owned() } else { format!("{words}, seed {}", run.spec.seed) };
        let kind = if i == 0 { SeriesKind::Curve } else { SeriesKind::Thin };
        let series = PlotSeries::line(name, steps, values, style).kind(kind);
        PlotSeries { legend: i == 0, group: words.to_owned(), ..series }
    };
    size.runs.iter().enumerate().rev().map(one).collect()
}
