//! The rows of JSON lines, or of one JSON array: each an object, its keys the names of the columns.

use crate::error::{Error, Result};
use crate::input::cell::quote;
use crate::input::row::{MOST_ROW_BYTES, TableRow, missing, too_long};
use serde_json::Value;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};

/// A JSON array is read whole: 16 MiB at most.
const MOST_ARRAY_BYTES: u64 = 1 << 24;

/// An iterator of the wanted cells of each object; a value that is not there or null is an empty cell.
///
/// Its errors: [`Error::Io`], [`Error::Malformed`] for what is no object, and at the end
/// [`Error::Failed`] for a column that no object had.
pub struct JsonRows {
    name: PathBuf,
    /// What a place counts: "line" or "element".
    unit: &'static str,
    values: Box<dyn Iterator<Item = Result<(usize, Value)>>>,
    wanted: Vec<String>,
    /// Which of the wanted columns any object has had so far.
    seen: Vec<bool>,
    /// The names in the first object.
    names: Vec<String>,
}

impl JsonRows {
    /// The rows of a file with one object a line; blank lines are passed over.
    pub fn of_lines(name: &Path, reader: Box<dyn BufRead>, wanted: &[String]) -> Self {
        let lines = Lines { name: name.to_owned(), reader, line: 0, bytes: Vec::new() };
        Self::new(name, "line", Box::new(lines), wanted)
    }

    /// The rows of one array of objects.
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::Malformed`] or [`Error::Failed`] for an array that is no list, empty
    /// or larger than 16 MiB.
    pub fn of_array(name: &Path, reader: Box<dyn BufRead>, wanted: &[String]) -> Result<Self> {
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
        let elements = values.into_iter().enumerate().map(|(i, value)| Ok((i + 1, value)));
        Ok(Self::new(name, "element", Box::new(elements), wanted))
    }

    fn new(
        name: &Path,
        unit: &'static str,
        values: Box<dyn Iterator<Item = Result<(usize, Value)>>>,
        wanted: &[String],
    ) -> Self {
        let seen = vec![false; wanted.len()];
        Self { name: name.to_owned(), unit, values, wanted: wanted.to_vec(), seen, names: Vec::new() }
    }

    /// The wanted cells of one object.
    fn row(&mut self, place: usize, value: Value) -> Result<TableRow> {
        if !value.is_object() {
            let problem = format!(
                "{} where an object with named values belongs, like {{\"n\": 50, \"loss\": 0.5}}",
                quote(&value.to_string())
            );
            return Err(Error::malformed(&self.name, format!("{} {place}", self.unit), problem));
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
        Ok(TableRow { place, cells })
    }

    /// The error of the first wanted column that no object had, told once.
    fn never_seen(&mut self) -> Option<Error> {
        let column = self.seen.iter().position(|seen| !seen)?;
        self.seen.fill(true);
        Some(missing(&self.name, &self.wanted[column], &self.names))
    }
}

impl Iterator for JsonRows {
    type Item = Result<TableRow>;

    fn next(&mut self) -> Option<Result<TableRow>> {
        match self.values.next() {
            Some(Ok((place, value))) => Some(self.row(place, value)),
            Some(Err(error)) => Some(Err(error)),
            None => self.never_seen().map(Err),
        }
    }
}

/// An iterator of the values of JSON lines, each with its line.
struct Lines {
    name: PathBuf,
    reader: Box<dyn BufRead>,
    line: usize,
    bytes: Vec<u8>,
}

impl Iterator for Lines {
    type Item = Result<(usize, Value)>;

    fn next(&mut self) -> Option<Self::Item> {
        self.value().transpose()
    }
}

impl Lines {
    fn value(&mut self) -> Result<Option<(usize, Value)>> {
        loop {
            self.bytes.clear();
            self.line += 1;
            let read = self.reader.by_ref().take(MOST_ROW_BYTES + 1).read_until(b'\n', &mut self.bytes);
            if read.map_err(Error::io("read", &self.name))? == 0 {
                return Ok(None);
            }
            if self.bytes.len() as u64 > MOST_ROW_BYTES {
                return Err(self.malformed(too_long()));
            }
            if self.bytes.trim_ascii().is_empty() {
                continue;
            }
            return match serde_json::from_slice(&self.bytes) {
                Ok(value) => Ok(Some((self.line, value))),
                Err(e) => Err(self.malformed(no_object(&String::from_utf8_lossy(&self.bytes), &e))),
            };
        }
    }

    fn malformed(&self, problem: String) -> Error {
        Error::malformed(&self.name, format!("line {}", self.line), problem)
    }
}

/// What is wrong with a line that is no JSON.
fn no_object(text: &str, error: &serde_json::Error) -> String {
    let why = if text.contains("NaN") || text.contains("Infinity") {
        "JSON has no NaN and no Infinity; leave the row out, or write null and leave it out with --where"
            .to_owned()
    } else {
        let words = error.to_string();
        words.split(" at line ").next().unwrap_or_default().to_owned()
    };
    format!("{} is not one JSON object a line ({why})", quote(text.trim()))
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
