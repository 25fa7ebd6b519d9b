//! Interactive pages, offline: plots to hover, zoom and choose in, each with its numbers as a table.
//!
//! ```text
//! index.html         a page: title, words, plots, tables, links; without a script the tables still tell all
//! dashboard.css      how pages look: light, dark, on a phone
//! dashboard.js       hands each plot's JSON to plotly.js
//! plotly.min.js      plotly.js 4.1.1, the basic bundle (the npm package plotly.js-basic-dist-min, MIT)
//! ```
//!
//! A [`Page`] is a plain description; [`files`] turns pages into text and [`save`] writes them. Nothing is
//! fetched from elsewhere, and nothing depends on a clock or on chance: the same pages give the same bytes.
//! Numbers are printed with six significant digits.
//!
//! Readable without colour: series differ by marker and dash as well as by hue ([`crate::plot`]'s palette).

mod plot;
mod page;
mod numbers;
mod plotly;
mod html;
mod files;

pub use files::{files, save};
pub use page::{Link, Page, PageCell, PageTable, Part};
pub use plot::{Plot, PlotAxis, PlotMark, PlotRow, PlotScale, PlotSeries, SeriesKind, Style};
