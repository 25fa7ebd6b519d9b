//! The rows of a CSV file: fields with commas, semicolons or tabs between them, the first line names them.

use crate::error::{Error, Result};
use crate::table::guard::Guard;
use crate::table::names::{missing, too_long};
use std::io::{BufRead, ErrorKind};
use std::path::Path;

/// How far the CSV reader looks ahead.
const AHEAD: usize = 1 << 16;

/// Gives `row` the line and the wanted cells of each row; blank lines are passed over.
///
/// # Errors
/// As [`each`](crate::table::rows::each).
pub fn csv_rows(
    name: &Path,
    reader: Box<dyn BufRead>,
    delimiter: u8,
    wanted: &[String],
    row: &mut dyn FnMut(usize, &[String]) -> Result<()>,
) -> Result<()> {
    let (guard, track) = Guard::new(reader, AHEAD as u64);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .buffer_capacity(AHEAD)
        .trim(csv::Trim::All)
        .flexible(true)
        .has_headers(false)
        .from_reader(guard);
    let place = |line: usize| format!("line {line}");
    let mut record = csv::StringRecord::new();
    let mut header: Option<(usize, Vec<usize>)> = None;
    let mut cells = vec![String::new(); wanted.len()];
    loop {
        track.borrow_mut().begin(reader.position().byte());
        let more = reader.read_record(&mut record);
        let line = track.borrow_mut().line();
        if !more.map_err(|e| refusal(name, e, line))? {
            break;
        }
        if record.iter().all(str::is_empty) {
            continue;
        }
        let Some((width, indices)) = &header else {
            let names: Vec<String> = record.iter().map(str::to_owned).collect();
            if names.iter().all(|name| name.parse::<f64>().is_ok()) {
                let problem =
                    "holds numbers where the names of the columns belong: add a first line such as n,loss";
                return Err(Error::malformed(name, place(line), problem));
            }
            header = Some((names.len(), indices_of(name, wanted, &names)?));
            continue;
        };
        if record.len() != *width {
            let problem = format!(
                "has {} where the first line names {}{}",
                counted(record.len(), "field"),
                counted(*width, "column"),
                if record.len() > *width { ": is there a separator inside a number or a text?" } else { "" }
            );
            return Err(Error::malformed(name, place(line), problem));
        }
        for (cell, &index) in cells.iter_mut().zip(indices) {
            record[index].clone_into(cell);
        }
        row(line, &cells)?;
    }
    Ok(())
}

/// The names of the columns, from the first line that is not blank.
///
/// # Errors
/// As [`csv_rows`].
pub fn header(name: &Path, reader: Box<dyn BufRead>, delimiter: u8) -> Result<Vec<String>> {
    let (guard, track) = Guard::new(reader, AHEAD as u64);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .flexible(true)
        .has_headers(false)
        .from_reader(guard);
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|e| refusal(name, e, track.borrow_mut().line()))? {
        if record.iter().any(|field| !field.is_empty()) {
            break;
        }
    }
    Ok(record.iter().map(str::to_owned).collect())
}

/// Where the wanted columns stand in the header.
fn indices_of(name: &Path, wanted: &[String], names: &[String]) -> Result<Vec<usize>> {
    let index = |column: &String| {
        let mut found = (0..names.len()).filter(|&i| names[i] == *column);
        let index = found.next().ok_or_else(|| missing(name, column, names))?;
        match found.next() {
            None => Ok(index),
            Some(_) => Err(Error::Failed(format!(
                "{} has two columns named {column:?}: give them two names",
                name.display()
            ))),
        }
    };
    wanted.iter().map(index).collect()
}

/// The CSV reader's refusal, as a sentence.
fn refusal(name: &Path, error: csv::Error, line: usize) -> Error {
    let place = format!("line {line}");
    match error.into_kind() {
        csv::ErrorKind::Io(e) if e.kind() == ErrorKind::FileTooLarge => {
            Error::malformed(name, place, too_long())
        }
        csv::ErrorKind::Io(e) => Error::Io { action: "read", path: name.to_owned(), source: e },
        csv::ErrorKind::Utf8 { .. } => {
            Error::malformed(name, place, "is not UTF-8 text: save the file as UTF-8")
        }
        other => Error::malformed(name, place, format!("{other:?}")),
    }
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
