//! One row of a person's table, whatever its format, and the sentences that all formats share.

use crate::error::Error;
use crate::input::cell::quote;
use std::path::Path;

/// The longest row: 1 MiB.
pub const MOST_ROW_BYTES: u64 = 1 << 20;

/// How many of a table's columns a sentence names.
const NAMED: usize = 30;

/// The wanted cells of one row and where it stands.
pub struct TableRow {
    /// Its line, or its number in a JSON array, counted from 1.
    pub place: usize,
    /// The text of the wanted columns, in the order in which they were asked for.
    pub cells: Vec<String>,
}

/// The error of a column that is not there: the names that are, and the nearest of them.
pub fn missing(name: &Path, column: &str, names: &[String]) -> Error {
    let simple = |text: &str| text.to_lowercase().replace([' ', '-'], "_");
    let near = |other: &String| strsim::jaro_winkler(&simple(other), &simple(column));
    let nearest = names.iter().filter(|n| near(n) > 0.75).max_by(|a, b| near(a).total_cmp(&near(b)));
    let guess = match nearest {
        _ if names.len() == 1 && names[0].contains(' ') => {
            "; fields need a comma, a semicolon or a tab between them".to_owned()
        }
        Some(n) => format!("; did you mean {n:?}?"),
        None => String::new(),
    };
    let shown: Vec<String> = names.iter().take(NAMED).map(|n| quote(n)).collect();
    let more = if names.len() > NAMED { format!(" and {} more", names.len() - NAMED) } else { String::new() };
    Error::Failed(format!(
        "{} has no column {}: its columns are {}{more}{guess}",
        name.display(),
        quote(column),
        shown.join(", ")
    ))
}

/// What is wrong with a row that does not end.
pub fn too_long() -> String {
    format!(
        "is longer than {} KiB: is a quote left open, or is the file not one row a line?",
        MOST_ROW_BYTES >> 10
    )
}
