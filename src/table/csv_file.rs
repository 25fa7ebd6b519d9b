//! A table read back from a CSV file: the columns that were named hold words, all others numbers.

use crate::error::{Error, Result};
use crate::input::cell::number;
use crate::input::csv_rows::CsvRows;
use crate::input::source::{TableFormat, open};
use crate::table::column::Values;
use crate::table::frame::Table;
use std::path::Path;

impl Table {
    /// The table in a CSV file: `words` name the columns of text; every cell of the others is a number,
    /// or empty where one is missing.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Malformed`] naming line and column of a cell that is no number, or a row of
    /// another length; [`Error::Failed`] where it is no CSV or lacks one of `words`.
    pub fn read_csv(path: &Path, words: &[&str]) -> Result<Self> {
        let source = open(path)?;
        let TableFormat::Csv(delimiter) = source.format else {
            return Err(Error::Failed(format!("{} is JSON: a CSV file was expected", path.display())));
        };
        let mut rows = CsvRows::new(path, source.reader, delimiter)?;
        let names = rows.names().to_vec();
        let mut wanted = names.clone();
        // So that a column that is missing is refused together with the ones that are there twice.
        wanted.extend(words.iter().filter(|w| !names.iter().any(|n| n == *w)).map(|w| (*w).to_owned()));
        rows.select(&wanted)?;
        let mut cells: Vec<Vec<String>> = vec![Vec::new(); names.len()];
        let mut lines = Vec::new();
        for row in rows {
            let row = row?;
            lines.push(row.place);
            for (column, cell) in cells.iter_mut().zip(row.cells) {
                column.push(cell);
            }
        }
        let columns = names.iter().zip(cells).map(|(name, cells)| {
            let values = if words.contains(&name.as_str()) {
                Values::Text(cells)
            } else {
                numbers(path, name, &lines, &cells)?
            };
            Ok((name.as_str(), values))
        });
        Self::new(columns.collect::<Result<Vec<_>>>()?)
    }
}

/// A column of numbers: counts where all of its cells are digits.
fn numbers(path: &Path, name: &str, lines: &[usize], cells: &[String]) -> Result<Values> {
    let counts: Option<Vec<u64>> = cells.iter().map(|cell| cell.parse().ok()).collect();
    if let Some(counts) = counts {
        return Ok(Values::Count(counts));
    }
    let value = |(cell, line): (&String, &usize)| {
        if cell.is_empty() {
            return Ok(f64::NAN);
        }
        number(cell).map_err(|problem| Error::malformed(path, format!("line {line}, column {name}"), problem))
    };
    Ok(Values::Number(cells.iter().zip(lines).map(value).collect::<Result<_>>()?))
}
