//! The rows of a CSV file: fields with commas, semicolons or tabs between them, the first line names them.

use crate::error::{Error, Result};
use crate::input::guard::Guard;
use crate::input::row::{TableRow, missing, too_long};
use std::io::{BufRead, ErrorKind};
use std::path::{Path, PathBuf};

/// How far the CSV reader looks ahead.
const AHEAD: usize = 1 << 16;

/// An iterator of the rows below the header; blank lines are passed over.
///
/// Its errors: [`Error::Io`], and [`Error::Malformed`] for a row of another width than the header's, of
/// more than 1 MiB, or not in UTF-8.
pub struct CsvRows {
    name: PathBuf,
    reader: csv::Reader<Guard>,
    record: csv::StringRecord,
    /// The columns; none in a file of blank lines alone.
    names: Vec<String>,
    /// Where the wanted columns stand.
    indices: Vec<usize>,
}

impl CsvRows {
    /// Reads the header: names of columns, without the spaces around them.
    ///
    /// # Errors
    /// As of rows; [`Error::Malformed`] for a header of numbers.
    pub fn new(name: &Path, reader: Box<dyn BufRead>, delimiter: u8) -> Result<Self> {
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .buffer_capacity(AHEAD)
            .trim(csv::Trim::All)
            .flexible(true)
            .has_headers(false)
            .from_reader(Guard::new(reader, AHEAD as u64));
        let record = csv::StringRecord::new();
        let mut rows = Self { name: name.to_owned(), reader, record, names: Vec::new(), indices: Vec::new() };
        let Some(line) = rows.advance()? else { return Ok(rows) };
        rows.names = rows.record.iter().map(str::to_owned).collect();
        if rows.names.iter().all(|name| name.parse::<f64>().is_ok()) {
            let problem =
                "holds numbers where the names of the columns belong: add a first line such as n,loss";
            return Err(Error::malformed(name, place(line), problem));
        }
        Ok(rows)
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Makes each row hold the cells of the `wanted` columns.
    ///
    /// # Errors
    /// [`Error::Failed`] for a column that is not there or there twice.
    pub fn select(&mut self, wanted: &[String]) -> Result<()> {
        // A file without a header has no row to take cells from.
        if !self.names.is_empty() {
            self.indices = indices_of(&self.name, wanted, &self.names)?;
        }
        Ok(())
    }

    /// Reads the next record that is not blank and gives its line; `None` at the end.
    fn advance(&mut self) -> Result<Option<usize>> {
        loop {
            let byte = self.reader.position().byte();
            self.reader.get_mut().begin(byte);
            let more = self.reader.read_record(&mut self.record);
            let line = self.reader.get_mut().line();
            if !more.map_err(|e| refusal(&self.name, e, line))? {
                return Ok(None);
            }
            if !self.record.iter().all(str::is_empty) {
                return Ok(Some(line));
            }
        }
    }

    fn row(&mut self) -> Result<Option<TableRow>> {
        let Some(line) = self.advance()? else { return Ok(None) };
        let (found, expected) = (self.record.len(), self.names.len());
        if found != expected {
            let problem = format!(
                "has {} where the first line names {}{}",
                counted(found, "field"),
                counted(expected, "column"),
                if found > expected { ": is there a separator inside a number or a text?" } else { "" }
            );
            return Err(Error::malformed(&self.name, place(line), problem));
        }
        let cells = self.indices.iter().map(|&index| self.record[index].to_owned()).collect();
        Ok(Some(TableRow { place: line, cells }))
    }
}

impl Iterator for CsvRows {
    type Item = Result<TableRow>;

    fn next(&mut self) -> Option<Result<TableRow>> {
        self.row().transpose()
    }
}

fn place(line: usize) -> String {
    format!("line {line}")
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
    match error.into_kind() {
        csv::ErrorKind::Io(e) if e.kind() == ErrorKind::FileTooLarge => {
            Error::malformed(name, place(line), too_long())
        }
        csv::ErrorKind::Io(e) => Error::Io { action: "read", path: name.to_owned(), source: e },
        csv::ErrorKind::Utf8 { .. } => {
            Error::malformed(name, place(line), "is not UTF-8 text: save the file as UTF-8")
        }
        other => Error::malformed(name, place(line), format!("{other:?}")),
    }
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
