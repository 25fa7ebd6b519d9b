//! Static figures: drawn once as SVG, the PNG made from the same drawing.
//!
//! A [`Figure`] is a plain description: panels, axes, marks. Nothing in it depends on a screen, a
//! system font or a clock, so the same description gives the same bytes on every machine.
//!
//! ```
//! use lawbook::plot::{Axis, Colour, Figure, Mark, Panel};
//! let points = vec![(1e3, 9.7), (1e4, 3.74), (6e4, 2.07)];
//! let panel = Panel::new(
//!     "More data, fewer errors",
//!     Axis::log("training set size n"),
//!     Axis::log("test error (%)"),
//!     vec![Mark::line(points.clone()).colour(Colour::Blue), Mark::points(points).colour(Colour::Blue)],
//! );
//! let svg = Figure::new("01-error", "", vec![panel]).svg().unwrap();
//! assert!(svg.contains("training set size n"));
//! ```
//!
//! Readable without colour: every mark may carry its name beside its end ([`Mark::label`]), series
//! differ by marker and dash as well as by hue, and there are no legends.
//! Holds always: the picture names the records it was made from, and [`records_of`] reads them back.

// What a figure is.
mod ticks;
mod style;
mod axis;
mod mark;
mod figure;
// How it is drawn.
mod geometry;
mod text;
mod range;
mod canvas;
mod frame;
mod marks;
mod labels;
mod layout;
mod draw;
// What it becomes.
mod stamp;
mod page;
mod export;
// Figures of what the floors below find.
pub mod tail;
pub mod spectrum;

pub use axis::{Axis, Scale, Ticks};
pub use figure::{Figure, Panel};
pub use mark::{Align, Look, Mark, MarkShape};
pub use stamp::records_of;
pub use style::{Colour, Dash, Fill, Marker};
