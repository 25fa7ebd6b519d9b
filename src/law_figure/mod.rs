//! Pictures of fitted laws: points, law and its 95 % band, drawn alike for every law and every table.
//!
//! ```
//! use lawbook::fit::{floor, points::Points, space::Space};
//! use lawbook::law_figure;
//! let x = [50.0, 100.0, 200.0, 400.0, 800.0, 1600.0];
//! let y = [0.52, 0.41, 0.27, 0.22, 0.16, 0.15];
//! let fit = floor::fit(&x, &y, Space::Log).unwrap();
//! let figure = law_figure::curve(&fit, &Points::curve(&x, &y).unwrap(), "samples", "error");
//! assert!(figure.svg().unwrap().contains("samples"));
//! ```

mod words;
mod frame;
mod curve;
mod comparison;
mod surface;
mod change;

pub use change::change;
pub use comparison::comparison;
pub use curve::curve;
pub use surface::surface;
pub use words::written;
