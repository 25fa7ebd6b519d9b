//! The rows of a person's table, one after the other: from CSV, JSON lines or a JSON array.

use crate::error::{Error, Result};
use crate::table::cell::quote;
use crate::table::source::{Format, Guard, MOST_ROW_BYTES, Source};
use serde_json::Value;
use std::io::{BufRead, ErrorKind, Read};
use std::path::Path;

/// How far the CSV reader looks ahead.
const AHEAD: usize = 1 << 16;

/// A JSON array is read whole: 16 MiB at most.
const MOST_ARRAY_BYTES: u64 = 1 << 24;

/// The names of the columns, then what `row` made of each row.
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
        Format::Csv(delimiter) => csv_rows(source, delimiter, wanted, row),
        Format::JsonLines => json_lines(source, wanted, row),
        Format::JsonArray => json_array(source, wanted, row),
    }
}

fn csv_rows(
    source: Source,
    delimiter: u8,
    wanted: &[String],
    row: &mut dyn FnMut(usize, &[String]) -> Result<()>,
) -> Result<()> {
    let name = source.name;
    let (guard, row_begins) = Guard::new(source.reader, AHEAD as u64);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .buffer_capacity(AHEAD)
        .trim(csv::Trim::All)
        .from_reader(guard);
    let refused = |e: csv::Error, line: u64| refusal(&name, e, line);
    let header = reader.headers().map_err(|e| refused(e, 1))?.clone();
    let names: Vec<String> = header.iter().map(str::to_owned).collect();
    if names.iter().all(|name| name.parse::<f64>().is_ok()) {
        return Err(Error::malformed(
            &name,
            "line 1",
            "holds numbers where the names of the columns belong: add a first line such as n,loss",
        ));
    }
    let mut indices = Vec::new();
    for column in wanted {
        let mut found = (0..names.len()).filter(|&i| names[i] == *column);
        let Some(index) = found.next() else { return Err(missing(&name, column, &names)) };
        if found.next().is_some() {
            return Err(Error::Failed(format!(
                "{} has two columns named {column:?}: give them two names",
                name.display()
            )));
        }
        indices.push(index);
    }
    let mut record = csv::StringRecord::new();
    let mut cells = vec![String::new(); wanted.len()];
    loop {
        row_begins.set(reader.position().byte());
        let line = reader.position().line();
        if !reader.read_record(&mut record).map_err(|e| refused(e, line))? {
            return Ok(());
        }
        if record.iter().all(str::is_empty) {
            continue;
        }
        for (cell, &index) in cells.iter_mut().zip(&indices) {
            record[index].clone_into(cell);
        }
        row(record.position().map_or(line, csv::Position::line) as usize, &cells)?;
    }
}

/// The CSV reader's refusal, as a sentence.
fn refusal(name: &Path, error: csv::Error, line: u64) -> Error {
    let at = |line: u64| format!("line {line}");
    let place = error.position().map_or(line, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(e) if e.kind() == ErrorKind::FileTooLarge => {
            Error::malformed(name, at(line), too_long())
        }
        csv::ErrorKind::Io(e) => Error::Io { action: "read", path: name.to_owned(), source: e },
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => Error::malformed(
            name,
            at(place),
            format!(
                "has {} where the first line names {}{}",
                counted(len, "field"),
                counted(expected_len, "column"),
                if len > expected_len { ": is there a separator inside a number or a text?" } else { "" }
            ),
        ),
        csv::ErrorKind::Utf8 { .. } => {
            Error::malformed(name, at(place), "is not UTF-8 text: save the file as UTF-8")
        }
        other => Error::malformed(name, at(place), format!("{other:?}")),
    }
}

fn too_long() -> String {
    format!(
        "is longer than {} KiB: is a quote left open, or is the file not one row a line?",
        MOST_ROW_BYTES >> 10
    )
}

fn counted(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn json_lines(
    source: Source,
    wanted: &[String],
    row: &mut dyn FnMut(usize, &[String]) -> Result<()>,
) -> Result<()> {
    let (name, mut reader) = (source.name, source.reader);
    let mut bytes = Vec::new();
    let mut present = Present::new(wanted);
    for line in 1.. {
        bytes.clear();
        let place = || format!("line {line}");
        let read = reader.by_ref().take(MOST_ROW_BYTES + 1).read_until(b'\n', &mut bytes);
        if read.map_err(Error::io("read", &name))? == 0 {
            break;
        }
        if bytes.len() as u64 > MOST_ROW_BYTES {
            return Err(Error::malformed(&name, place(), too_long()));
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
            Error::malformed(&name, place(), format!("{text} is not one JSON object a line ({why})"))
        })?;
        row(line, &present.cells(&name, place, value)?)?;
    }
    present.all_seen(&name)
}

fn json_array(
    source: Source,
    wanted: &[String],
    row: &mut dyn FnMut(usize, &[String]) -> Result<()>,
) -> Result<()> {
    let name = source.name;
    let mut bytes = Vec::new();
    source.reader.take(MOST_ARRAY_BYTES + 1).read_to_end(&mut bytes).map_err(Error::io("read", &name))?;
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
        Error::malformed(&name, "line 1", problem)
    })?;
    if values.is_empty() {
        return Err(Error::Failed(format!(
            "{} holds an empty array: there is nothing to fit",
            name.display()
        )));
    }
    let mut present = Present::new(wanted);
    for (i, value) in values.into_iter().enumerate() {
        row(i + 1, &present.cells(&name, || format!("element {}", i + 1), value)?)?;
    }
    present.all_seen(&name)
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

/// The sentence about a column that is not there: the names that are, and the nearest of them.
fn missing(name: &Path, column: &str, names: &[String]) -> Error {
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
