//! The rows of a person's table, one after the other, whatever their format.

use crate::error::Result;
use crate::table::delimited::csv_rows;
use crate::table::json::{json_array, json_lines};
use crate::table::source::{Format, Source};

/// Gives every row of the table to `row`.
///
/// `row` gets the row's line (its number in a JSON array), counted from 1, and the text of the `wanted`
/// columns; a cell that a JSON object lacks, or that is null, is empty. Names are as the file has them
/// without the spaces around them; a value inside a JSON object inside a JSON object is `outer.inner`.
///
/// # Errors
/// [`Error::Malformed`] where a row is not what the format demands; [`Error::Failed`] for a `wanted`
/// column that is not there or there twice; what `row` returns.
pub fn each(
    source: Source,
    wanted: &[String],
    row: &mut dyn FnMut(usize, &[String]) -> Result<()>,
) -> Result<()> {
    match source.format {
        Format::Csv(delimiter) => csv_rows(&source.name, source.reader, delimiter, wanted, row),
        Format::JsonLines => json_lines(&source.name, source.reader, wanted, row),
        Format::JsonArray => json_array(&source.name, source.reader, wanted, row),
    }
}
