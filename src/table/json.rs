//! The rows of JSON lines, or of one JSON array: each an object, its keys the names of the columns.

use crate::error::{Error, Result};
use crate::table::cell::quote;
use crate::table::guard::MOST_ROW_BYTES;
use crate::table::names::{missing, too_long};
use serde_json::Value;
use std::io::{BufRead, Read};
use std::path::Path;

/// A JSON array is read whole: 16 MiB at most.
const MOST_ARRAY_BYTES: u64 = 1 << 24;

/// Gives `row` the line and the wanted cells of each object; blank lines are passed over.
///
/// # Errors
/// As [`each`](crate::table::rows::each).
pub fn json_lines(
    name: &Path,
    mut reader: Box<dyn BufRead>,
    wanted: &[String],
    row: &mut dyn FnMut(usize, &[String]) -> Result<()>,
) -> Result<()> {
    let mut bytes = Vec::new();
    let mut present = Present::new(wanted);
    for line in 1.. {
        bytes.clear();
        let place = || format!("line {line}");
        let read = reader.by_ref().take(MOST_ROW_BYTES + 1).read_until(b'\n', &mut bytes);
        if read.map_err(Error::io("read", name))? == 0 {
            break;
        }
        if bytes.len() as u64 > MOST_ROW_BYTES {
            return Err(Error::malformed(name, place(), too_long()));
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let value = serde_json::from_slice(&bytes).map_err(|e| {
            let text = String::from_utf8_lossy(&bytes);
            let why = if text.contains("NaN") || text.contains("Infinity") {
                "JSON has no NaN and no Infinity; leave the row out, or write null and leave it out with --where".to_owned()
            } else {
                let words = e.to_string();
                words.split(" at line ").next().unwrap_or_default().to_owned()
            };
            let text = quote(text.trim());
            Error::malformed(name, place(), format!("{text} is not one JSON object a line ({why})"))
        })?;
        row(line, &present.cells(name, place, value)?)?;
    }
    present.all_seen(name)
}

/// Gives `row` the number and the wanted cells of each object of an array.
///
/// # Errors
/// As [`each`](crate::table::rows::each).
pub fn json_array(
    name: &Path,
    reader: Box<dyn BufRead>,
    wanted: &[String],
    row: &mut dyn FnMut(usize, &[String]) -> Result<()>,
) -> Result<()> {
    let mut bytes = Vec::new();
    reader.take(MOST_ARRAY_BYTES + 1).read_to_end(&mut bytes).map_err(Error::io("read", name))?;
    if bytes.len() as u64 > MOST_ARRAY_BYTES {
        return Err(Error::Failed(format!(
            "{} is a JSON array of more than {} MiB: write one object a line instead (JSON lines)",
            name.display(),
            MOST_ARRAY_BYTES >> 20
        )));
    }
    let values: Vec<Value> = serde_json::from_slice(&bytes).map_err(|e| {
        let problem =
            format!("begins a JSON array that is no list of objects ({e}): write one object a line");
        Error::malformed(name, "line 1", problem)
    })?;
    if values.is_empty() {
        return Err(Error::Failed(format!(
            "{} holds an empty array: there is nothing to fit",
            name.display()
        )));
    }
    let mut present = Present::new(wanted);
    for (i, value) in values.into_iter().enumerate() {
        row(i + 1, &present.cells(name, || format!("element {}", i + 1), value)?)?;
    }
    present.all_seen(name)
}

/// Which of the wanted columns any JSON object has had so far, and the names in the first one.
struct Present {
    wanted: Vec<String>,
    seen: Vec<bool>,
    names: Vec<String>,
}

impl Present {
    fn new(wanted: &[String]) -> Self {
        Self { wanted: wanted.to_vec(), seen: vec![false; wanted.len()], names: Vec::new() }
    }

    /// The wanted cells of one row.
    fn cells(&mut self, name: &Path, place: impl Fn() -> String, value: Value) -> Result<Vec<String>> {
        if !value.is_object() {
            let problem = format!(
                "{} where an object with named values belongs, like {{\"n\": 50, \"loss\": 0.5}}",
                quote(&value.to_string())
            );
            return Err(Error::malformed(name, place(), problem));
        }
        if self.names.is_empty() {
            names_in(&value, "", &mut self.names);
        }
        let mut cells = Vec::new();
        for (column, seen) in self.wanted.iter().zip(&mut self.seen) {
            let found = inside(&value, column);
            *seen |= found.is_some();
            cells.push(match found {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            });
        }
        Ok(cells)
    }

    fn all_seen(&self, name: &Path) -> Result<()> {
        match self.seen.iter().position(|seen| !seen) {
            Some(i) => Err(missing(name, &self.wanted[i], &self.names)),
            None => Ok(()),
        }
    }
}

/// The value named `path`: a key as it stands, or keys of objects inside objects with dots between them.
fn inside<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    value.get(path).or_else(|| {
        let (outer, inner) = path.split_once('.')?;
        inside(value.get(outer)?, inner)
    })
}

/// The names of all values that are no objects.
fn names_in(value: &Value, before: &str, names: &mut Vec<String>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let name = format!("{before}{key}");
        if value.is_object() {
            names_in(value, &format!("{name}."), names);
        } else {
            names.push(name);
        }
    }
}
