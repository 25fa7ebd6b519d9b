//! What is drawn in a panel, and how it looks.
//!
//! ```
//! use lawbook::plot::{Colour, Mark, Marker};
//! let measured = Mark::points(vec![(1.0, 2.0), (2.0, 1.5)])
//!     .colour(Colour::Vermilion)
//!     .marker(Marker::Square)
//!     .hollow()
//!     .label("measured");
//! assert_eq!(measured.look().label.as_deref(), Some("measured"));
//! ```
//!
//! A mark ignores what it has no use for: the dash of points, the marker of a line.

use crate::plot::style::{Colour, Dash, Fill, Marker};

/// Something drawn in a panel, in the units of its axes. Values that are not finite leave a gap.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Mark {
    /// Points joined in the order given.
    Line { points: Vec<(f64, f64)>, look: Look },
    /// The area between `low` and `high` over `x`: an interval, a spread.
    Band { x: Vec<f64>, low: Vec<f64>, high: Vec<f64>, look: Look },
    /// A marker at each point; `values` are written beside them, one each, or none at all.
    Points { points: Vec<(f64, f64)>, values: Vec<String>, look: Look },
    /// An upright bar with caps from `low` to `high` at each `x`.
    ErrorBars { x: Vec<f64>, low: Vec<f64>, high: Vec<f64>, look: Look },
    /// A line across the whole panel.
    Horizontal { y: f64, look: Look },
    /// A line from the bottom of the panel to its top.
    Vertical { x: f64, look: Look },
    /// Words at a place; a line feed begins a new line.
    Text { at: (f64, f64), text: String, align: Align, look: Look },
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
    /// Shape of points.
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

impl Mark {
    /// A line through `points`.
    pub fn line(points: Vec<(f64, f64)>) -> Self {
        Self::Line { points, look: Look::default() }
    }

    /// A pale area between `low` and `high`.
    pub fn band(x: Vec<f64>, low: Vec<f64>, high: Vec<f64>) -> Self {
        Self::Band { x, low, high, look: Look { opacity: 0.18, ..Look::default() } }
    }

    /// A marker at each of `points`.
    pub fn points(points: Vec<(f64, f64)>) -> Self {
        Self::Points { points, values: Vec::new(), look: Look::default() }
    }

    /// Upright bars from `low` to `high`.
    pub fn error_bars(x: Vec<f64>, low: Vec<f64>, high: Vec<f64>) -> Self {
        Self::ErrorBars { x, low, high, look: Look { width: 1.4, ..Look::default() } }
    }

    /// A thin grey line at the height `y`.
    pub fn horizontal(y: f64) -> Self {
        Self::Horizontal { y, look: Look { colour: Colour::Grey, width: 1.0, ..Look::default() } }
    }

    /// A thin grey upright line at `x`.
    pub fn vertical(x: f64) -> Self {
        Self::Vertical { x, look: Look { colour: Colour::Grey, width: 1.0, ..Look::default() } }
    }

    /// Words whose left side stands at `at`.
    pub fn text(at: (f64, f64), text: impl Into<String>) -> Self {
        Self::Text { at, text: text.into(), align: Align::Left, look: Look { size: 11.0, ..Look::default() } }
    }

    /// How this mark looks.
    pub fn look(&self) -> &Look {
        match self {
            Self::Line { look, .. }
            | Self::Band { look, .. }
            | Self::Points { look, .. }
            | Self::ErrorBars { look, .. }
            | Self::Horizontal { look, .. }
            | Self::Vertical { look, .. }
            | Self::Text { look, .. } => look,
        }
    }

    /// The same mark in another hue.
    pub fn colour(self, colour: Colour) -> Self {
        self.looking(|look| look.colour = colour)
    }

    /// The same mark, 0 invisible to 1 solid.
    pub fn opacity(self, opacity: f64) -> Self {
        self.looking(|look| look.opacity = opacity)
    }

    /// The same mark with lines `pixels` thick.
    pub fn width(self, pixels: f64) -> Self {
        self.looking(|look| look.width = pixels)
    }

    /// The same mark, `pixels` across.
    pub fn size(self, pixels: f64) -> Self {
        self.looking(|look| look.size = pixels)
    }

    /// The same mark with a dashed line.
    pub fn dashed(self) -> Self {
        self.looking(|look| look.dash = Dash::Dashed)
    }

    /// The same mark with a dotted line.
    pub fn dotted(self) -> Self {
        self.looking(|look| look.dash = Dash::Dotted)
    }

    /// The same mark with points of another shape.
    pub fn marker(self, marker: Marker) -> Self {
        self.looking(|look| look.marker = marker)
    }

    /// The same mark with points that are outlines.
    pub fn hollow(self) -> Self {
        self.looking(|look| look.fill = Fill::Hollow)
    }

    /// The same mark with its name beside its right end.
    pub fn label(self, label: impl Into<String>) -> Self {
        self.looking(|look| look.label = Some(label.into()))
    }

    /// The same points, each with its value written beside it.
    pub fn values(mut self, written: Vec<String>) -> Self {
        if let Self::Points { values, .. } = &mut self {
            *values = written;
        }
        self
    }

    /// The same text, standing to the left of its place, on both sides of it, or to its right.
    pub fn align(mut self, side: Align) -> Self {
        if let Self::Text { align, .. } = &mut self {
            *align = side;
        }
        self
    }

    fn looking(mut self, change: impl FnOnce(&mut Look)) -> Self {
        match &mut self {
            Self::Line { look, .. }
            | Self::Band { look, .. }
            | Self::Points { look, .. }
            | Self::ErrorBars { look, .. }
            | Self::Horizontal { look, .. }
            | Self::Vertical { look, .. }
            | Self::Text { look, .. } => change(look),
        }
        self
    }
}
