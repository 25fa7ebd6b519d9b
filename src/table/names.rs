//! The names of a table's columns, and the sentences about the ones that are not there.

use crate::error::Error;
use crate::table::cell::quote;
use crate::table::guard::MOST_ROW_BYTES;
use std::path::Path;

/// The sentence about a column that is not there: the names that are, and the nearest of them.
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
    let shown: Vec<String> = names.iter().take(30).map(|n| quote(n)).collect();
    let more = if names.len() > 30 { format!(" and {} more", names.len() - 30) } else { String::new() };
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
