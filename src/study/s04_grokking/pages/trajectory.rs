//! A measure along the runs of a size: the first seed is the main line, the others are thin, the median mode
//! of the first is dashed.

use crate::dashboard::{PlotAxis, PlotSeries, SeriesKind, Style};
use crate::plot::{Colour, Dash, Fill, Marker};
use crate::run::RunRecord;
use crate::snapshot::{LayerSnapshot, Snapshot};
use crate::study::s04_grokking::pages::measure::LayerMeasure;
use crate::study::s04_grokking::pages::size::Size;
use crate::study::s04_grokking::spectra::at;

/// What a measure is drawn against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// Optimizer steps.
    Step,
    /// Accuracy on the test set at the same step.
    TestAccuracy,
    /// Training less test accuracy at the same step.
    Gap,
}

impl Against {
    /// Its axis.
    pub fn axis(self) -> PlotAxis {
        match self {
            Self::Step => PlotAxis::linear("step"),
            Self::TestAccuracy => PlotAxis::linear("test accuracy"),
            Self::Gap => PlotAxis::linear("generalization gap (training less test accuracy)"),
        }
    }

    /// How to read a plot against it.
    pub fn reading(self) -> &'static str {
        match self {
            Self::Step => "",
            Self::TestAccuracy | Self::Gap => {
                "Each point is one snapshot of the network; the line joins them in the order of their steps, which are shown on hovering and in the table."
            }
        }
    }

    /// Where a snapshot stands.
    fn of(self, run: &RunRecord, snapshot: &Snapshot) -> f64 {
        match self {
            Self::Step => snapshot.step as f64,
            Self::TestAccuracy => at(run, snapshot.step, |p| p.test_accuracy),
            Self::Gap => at(run, snapshot.step, |p| p.train_accuracy - p.test_accuracy),
        }
    }
}

/// The series of one layer's measure. `named` is "" where the plot has one size, or "2000 images, ".
pub fn trajectories(
    size: &Size,
    layer: usize,
    measure: LayerMeasure,
    against: Against,
    named: &str,
    style: Style,
) -> Vec<PlotSeries> {
    let mut all: Vec<PlotSeries> = Vec::new();
    let several = !named.is_empty();
    let thin = (1..size.runs.len()).chain([0]);
    for (i, run) in thin.map(|i| (i, &size.runs[i])) {
        let name = format!("{named}seed {}", run.spec.seed);
        let look = if i == 0 { style } else { Style { dash: other(i), ..style } };
        let one = series(run, layer, against, name, look, |layer| measure.of(layer));
        all.push(PlotSeries {
            kind: if i == 0 { SeriesKind::Line } else { SeriesKind::Thin },
            legend: i == 0 || !several,
            group: if several { named.to_owned() } else { one.group.clone() },
            ..one
        });
    }
    let run = &size.runs[0];
    if measure.median(&run.snapshots[0].layers[layer]).is_some() {
        let (colour, marker) =
            if several { (style.colour, style.marker) } else { (Colour::Vermilion, Marker::Square) };
        let look = Style { colour, marker, fill: Fill::Hollow, dash: Dash::Dashed };
        let name = format!("{named}seed {}, median mode", run.spec.seed);
        all.push(series(run, layer, against, name, look, |layer| measure.median(layer).unwrap_or(f64::NAN)));
    }
    all
}

/// Seeds after the first differ by their dash.
fn other(i: usize) -> Dash {
    if i.is_multiple_of(2) { Dash::Dotted } else { Dash::Solid }
}

/// One value a snapshot.
fn series(
    run: &RunRecord,
    layer: usize,
    against: Against,
    name: String,
    style: Style,
    value: impl Fn(&LayerSnapshot) -> f64,
) -> PlotSeries {
    let x = run.snapshots.iter().map(|snapshot| against.of(run, snapshot)).collect();
    let y = run.snapshots.iter().map(|snapshot| value(&snapshot.layers[layer])).collect();
    let labels = match against {
        Against::Step => Vec::new(),
        _ => run.snapshots.iter().map(|snapshot| format!("step {}", snapshot.step)).collect(),
    };
    PlotSeries { labels, ..PlotSeries::line(name, x, y, style) }
}
