//! An interactive plot as a plain description: stacked y axes over one x axis, series, lines, a slider.

use crate::plot::{Colour, Dash, Fill, Marker};

/// An interactive plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    /// Its id within the page: "alpha".
    pub id: String,
    /// Its caption, also for screen readers.
    pub title: String,
    /// The axis that all rows share.
    pub x: PlotAxis,
    /// From the top down.
    pub rows: Vec<PlotRow>,
    /// Reference lines across all rows.
    pub marks: Vec<PlotMark>,
    /// A slider that shows one choice at a time: its name, such as "step", and the words of each choice.
    /// The last is shown first.
    pub choice: Option<(String, Vec<String>)>,
}

/// A subplot: one y axis and its series.
#[derive(Debug, Clone, PartialEq)]
pub struct PlotRow {
    /// The axis.
    pub y: PlotAxis,
    /// What is drawn, the first undermost; names are unique within a row and a choice.
    pub series: Vec<PlotSeries>,
    /// Reference lines at values of y.
    pub lines: Vec<f64>,
}

/// An axis: title, scale, ticks.
#[derive(Debug, Clone, PartialEq)]
pub struct PlotAxis {
    /// What it measures, with its unit.
    pub title: String,
    /// Linear or logarithmic.
    pub scale: PlotScale,
    /// Where its ticks are; empty for wherever they fit.
    pub ticks: Vec<f64>,
}

/// The scale of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlotScale {
    /// Linear.
    Linear,
    /// Logarithmic; values of 0 and less are not drawn.
    Log,
}

/// A vertical reference line with its words.
#[derive(Debug, Clone, PartialEq)]
pub struct PlotMark {
    /// Where it stands on x, which is not [`PlotScale::Log`].
    pub at: f64,
    /// What stands above it.
    pub words: String,
}

/// A series of points.
#[derive(Debug, Clone, PartialEq)]
pub struct PlotSeries {
    /// Its name in the legend and at the head of its column.
    pub name: String,
    /// Line, points or bars.
    pub kind: SeriesKind,
    /// Values along x; as many as `y`.
    pub x: Vec<f64>,
    /// Values along y; what is not finite is a gap.
    pub y: Vec<f64>,
    /// What each point is: "step 5000"; empty where x says it.
    pub labels: Vec<String>,
    /// Lowest and highest value at each point, as whiskers; empty for none.
    pub whiskers: Vec<[f64; 2]>,
    /// Colour, marker and dash.
    pub style: Style,
    /// Which choice of the plot shows it; `None` for every one.
    pub choice: Option<usize>,
    /// Whether the legend names it.
    pub legend: bool,
    /// Series of one group are switched together by the legend.
    pub group: String,
}

/// The kind of a series: line, points or bars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SeriesKind {
    /// Joined in their order, with markers.
    Line,
    /// Joined in their order, without markers.
    Curve,
    /// The same, thin and pale: what is not the point.
    Thin,
    /// Markers alone.
    Points,
    /// Bars of this width around x, those of several series one on top of the other.
    Bars(f64),
    /// Bars of this width, side by side with those of other series.
    Beside(f64),
    /// The outline of bars around x.
    Outline,
}

/// The style of a series: colour, marker, fill, dash.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs)]
pub struct Style {
    pub colour: Colour,
    pub marker: Marker,
    pub fill: Fill,
    pub dash: Dash,
}

impl Style {
    /// The style of series number `i` of up to 30: hue, marker and, from the seventh on, dash differ.
    pub fn nth(i: usize) -> Self {
        let dash = if (i / Colour::SERIES.len()).is_multiple_of(2) { Dash::Solid } else { Dash::Dashed };
        Self { colour: Colour::nth(i), marker: Marker::nth(i), fill: Fill::Solid, dash }
    }
}

impl PlotAxis {
    /// A linear axis that fits its values.
    pub fn linear(title: impl Into<String>) -> Self {
        Self { title: title.into(), scale: PlotScale::Linear, ticks: Vec::new() }
    }

    /// A logarithmic axis that fits its values.
    pub fn log(title: impl Into<String>) -> Self {
        Self { scale: PlotScale::Log, ..Self::linear(title) }
    }

    /// The same axis with ticks at these values.
    pub fn ticks(self, ticks: Vec<f64>) -> Self {
        Self { ticks, ..self }
    }
}

impl PlotSeries {
    /// A line through these points, in the legend, a group of its own.
    pub fn line(name: impl Into<String>, x: Vec<f64>, y: Vec<f64>, style: Style) -> Self {
        let name = name.into();
        Self {
            group: name.clone(),
            name,
            kind: SeriesKind::Line,
            x,
            y,
            labels: Vec::new(),
            whiskers: Vec::new(),
            style,
            choice: None,
            legend: true,
        }
    }

    /// The same points drawn another way.
    pub fn kind(self, kind: SeriesKind) -> Self {
        Self { kind, ..self }
    }
}
