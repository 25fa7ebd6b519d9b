//! The course of a measure along the runs of a size: the first seed is the main line, the others are thin,
//! the median mode of the first is dashed.

use crate::dashboard::{Axis, Kind, Series, Style};
use crate::plot::{Colour, Dash, Fill, Marker};
use crate::probe::{LayerLook, Look};
use crate::run::RunRecord;
use crate::study::s04_grokking::pages::measure::Measure;
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
    pub fn axis(self) -> Axis {
        match self {
            Self::Step => Axis::linear("step"),
            Self::TestAccuracy => Axis::linear("test accuracy"),
            Self::Gap => Axis::linear("generalization gap (training less test accuracy)"),
        }
    }

    /// How to read a plot against it.
    pub fn reading(self) -> &'static str {
        match self {
            Self::Step => "",
            Self::TestAccuracy | Self::Gap => {
                "Each point is one look into the network; the line joins them in the order of their steps, which are shown on hovering and in the table."
            }
        }
    }

    /// Where a look stands.
    fn of(self, run: &RunRecord, look: &Look) -> f64 {
        match self {
            Self::Step => look.step as f64,
            Self::TestAccuracy => at(run, look.step, |p| p.test_accuracy),
            Self::Gap => at(run, look.step, |p| p.train_accuracy - p.test_accuracy),
        }
    }
}

/// The series of one layer's measure. `named` is "" where the plot has one size, or "2000 images, ".
pub fn courses(
    size: &Size,
    layer: usize,
    measure: Measure,
    against: Against,
    named: &str,
    style: Style,
) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    let several = !named.is_empty();
    let thin = (1..size.runs.len()).chain([0]);
    for (i, run) in thin.map(|i| (i, &size.runs[i])) {
        let name = format!("{named}seed {}", run.spec.seed);
        let look = if i == 0 { style } else { Style { dash: other(i), ..style } };
        let one = series(run, layer, against, name, look, |layer| measure.of(layer));
        all.push(Series {
            kind: if i == 0 { Kind::Line } else { Kind::Thin },
            legend: i == 0 || !several,
            group: if several { named.to_owned() } else { one.group.clone() },
            ..one
        });
    }
    let run = &size.runs[0];
    if measure.median(&run.looks[0].layers[layer]).is_some() {
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

/// One value a look.
fn series(
    run: &RunRecord,
    layer: usize,
    against: Against,
    name: String,
    style: Style,
    value: impl Fn(&LayerLook) -> f64,
) -> Series {
    let x = run.looks.iter().map(|look| against.of(run, look)).collect();
    let y = run.looks.iter().map(|look| value(&look.layers[layer])).collect();
    let labels = match against {
        Against::Step => Vec::new(),
        _ => run.looks.iter().map(|look| format!("step {}", look.step)).collect(),
    };
    Series { labels, ..Series::line(name, x, y, style) }
}
