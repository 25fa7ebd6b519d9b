//! Tables: records as a data frame, shown in a notebook and written as CSV (the one door to polars).

mod column;
mod frame;
mod csv_file;
mod group_means;

pub use column::{Field, Values, count, number, text, whole};
pub use frame::Table;
