//! Marks: the lines, points, bands, bars and words of a panel, each a shape and a look.
//!
//! ```
//! use lawbook::plot::{Colour, Mark, Marker};
//! let measured = Mark::points(vec![(1.0, 2.0), (2.0, 1.5)])
//!     .colour(Colour::Vermilion)
//!     .marker(Marker::Square)
//!     .hollow()
//!     .label("measured");
//! assert_eq!(measured.look.label.as_deref(), Some("measured"));
//! ```
//!
//! A mark ignores what it has no use for: the dash of points, the marker of a line.

use crate::plot::style::{Colour, Dash, Fill, Marker};

/// Something drawn in a panel: its shape, in the units of the axes, and its look.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// What is drawn where.
    pub shape: MarkShape,
    /// In which hue, how thick, how large, with which label.
    pub look: Look,
}

/// The shape of a mark, in the units of its axes. Values that are not finite leave a gap.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum MarkShape {
    /// Points joined in the order given.
    Line { points: Vec<(f64, f64)> },
    /// The area between `low` and `high` over `x`: an interval, a spread.
    Band { x: Vec<f64>, low: Vec<f64>, high: Vec<f64> },
    /// A marker at each point; `values` are written beside them, one each, or none at all.
    Points { points: Vec<(f64, f64)>, values: Vec<String> },
    /// A vertical bar with caps from `low` to `high` at each `x`.
    ErrorBars { x: Vec<f64>, low: Vec<f64>, high: Vec<f64> },
    /// A line across the whole panel.
    Horizontal { y: f64 },
    /// A line from the bottom of the panel to its top.
    Vertical { x: f64 },
    /// Words at a place; a line feed begins a new line.
    Text { at: (f64, f64), text: String, align: Align },
}

/// Which side of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Align {
    Left,
    Centre,
    Right,
}

/// How a mark looks. Lengths are CSS pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Hue of line, marker, area or words.
    pub colour: Colour,
    /// 0 invisible, 1 solid.
    pub opacity: f64,
    /// Thickness of lines.
    pub width: f64,
    /// Pattern of lines.
    pub dash: Dash,
    /// MarkShape of points.
    pub marker: Marker,
    /// Whether markers are filled.
    pub fill: Fill,
    /// Diameter of markers, breadth of an error bar's caps, height of a text.
    pub size: f64,
    /// Written beside the mark's right end, in its hue.
    pub label: Option<String>,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            colour: Colour::Ink,
            opacity: 1.0,
            width: 1.6,
            dash: Dash::Solid,
            marker: Marker::Circle,
            fill: Fill::Solid,
            size: 7.0,
            label: None,
        }
    }
}

impl Look {
    /// That of a reference line: thin and grey.
    fn reference() -> Self {
        Self { colour: Colour::Grey, width: 1.0, ..Self::default() }
    }
}

impl Mark {
    /// A line through `points`.
    pub fn line(points: Vec<(f64, f64)>) -> Self {
        Self { shape: MarkShape::Line { points }, look: Look::default() }
    }

    /// A pale area between `low` and `high`.
    pub fn band(x: Vec<f64>, low: Vec<f64>, high: Vec<f64>) -> Self {
        Self { shape: MarkShape::Band { x, low, high }, look: Look { opacity: 0.18, ..Look::default() } }
    }

    /// A marker at each of `points`.
    pub fn points(points: Vec<(f64, f64)>) -> Self {
        Self { shape: MarkShape::Points { points, values: Vec::new() }, look: Look::default() }
    }

    /// Vertical bars from `low` to `high`.
    pub fn error_bars(x: Vec<f64>, low: Vec<f64>, high: Vec<f64>) -> Self {
        Self { shape: MarkShape::ErrorBars { x, low, high }, look: Look { width: 1.4, ..Look::default() } }
    }

    /// A thin grey line at the height `y`.
    pub fn horizontal(y: f64) -> Self {
        Self { shape: MarkShape::Horizontal { y }, look: Look::reference() }
    }

    /// A thin grey vertical line at `x`.
    pub fn vertical(x: f64) -> Self {
        Self { shape: MarkShape::Vertical { x }, look: Look::reference() }
    }

    /// Words whose left side stands at `at`.
    pub fn text(at: (f64, f64), text: impl Into<String>) -> Self {
        let shape = MarkShape::Text { at, text: text.into(), align: Align::Left };
        Self { shape, look: Look { size: 11.0, ..Look::default() } }
    }

    /// The same mark in another hue.
    pub fn colour(mut self, colour: Colour) -> Self {
        self.look.colour = colour;
        self
    }

    /// The same mark, 0 invisible to 1 solid.
    pub fn opacity(mut self, opacity: f64) -> Self {
        self.look.opacity = opacity;
        self
    }

    /// The same mark with lines `pixels` thick.
    pub fn width(mut self, pixels: f64) -> Self {
        self.look.width = pixels;
        self
    }

    /// The same mark, `pixels` across.
    pub fn size(mut self, pixels: f64) -> Self {
        self.look.size = pixels;
        self
    }

    /// The same mark with a dashed line.
    pub fn dashed(mut self) -> Self {
        self.look.dash = Dash::Dashed;
        self
    }

    /// The same mark with a dotted line.
    pub fn dotted(mut self) -> Self {
        self.look.dash = Dash::Dotted;
        self
    }

    /// The same mark with points of another shape.
    pub fn marker(mut self, marker: Marker) -> Self {
        self.look.marker = marker;
        self
    }

    /// The same mark with points that are outlines.
    pub fn hollow(mut self) -> Self {
        self.look.fill = Fill::Hollow;
        self
    }

    /// The same mark with its name beside its right end.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.look.label = Some(label.into());
        self
    }

    /// The same points, each with its value written beside it.
    pub fn values(mut self, written: Vec<String>) -> Self {
        if let MarkShape::Points { values, .. } = &mut self.shape {
            *values = written;
        }
        self
    }

    /// The same text, standing to the left of its place, on both sides of it, or to its right.
    pub fn align(mut self, side: Align) -> Self {
        if let MarkShape::Text { align, .. } = &mut self.shape {
            *align = side;
        }
        self
    }
}
