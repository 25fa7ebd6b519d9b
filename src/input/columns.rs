//! Named columns of a person's table: finite numbers, or words, each with the line it came from.
//!
//! ```text
//! n,loss            numbers  n = [50, 100]   loss = [0.5, 0.4]
//! 50,0.5            lines        [2, 3]
//! 100,0.4
//! ```
//!
//! Only the columns that are asked for are kept, so the file may be larger than memory. Every cell of
//! them is a finite number, or the file is refused with the place of the first that is not.
//! Holds always: all columns have [`Columns::rows`] values.

use crate::error::{Error, Result};
use crate::input::cell::{number, quote};
use crate::input::csv_rows::CsvRows;
use crate::input::json_rows::JsonRows;
use crate::input::row::TableRow;
use crate::input::source::{self, TableFormat, TableSource};
use std::path::{Path, PathBuf};

/// The most rows that are read.
pub const MOST_ROWS: usize = 1_000_000;

/// How many values a sentence about `--where` lists.
const LISTED: usize = 12;

/// The columns that are wanted of a table, and the filters on its rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// Columns of numbers.
    pub numbers: Vec<String>,
    /// Columns of words.
    pub words: Vec<String>,
    /// Only rows whose column has this value: both as text, or as equal numbers ("1.0" and "1").
    pub only: Vec<(String, String)>,
}

/// The wanted columns of a table, each row with its line.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    /// As errors name it: the path, or "standard input".
    pub file: PathBuf,
    /// "line", or "element" of a JSON array.
    pub unit: String,
    /// The line each row came from, counted from 1.
    pub places: Vec<usize>,
    /// The names that were asked for, numbers first.
    pub names: Vec<String>,
    /// Columns of numbers, in the order of the request.
    pub numbers: Vec<Vec<f64>>,
    /// Columns of words, in the order of the request.
    pub words: Vec<Vec<String>>,
    /// Rows that [`Request::only`] left out.
    pub left_out: usize,
}

/// Reads the columns of a CSV file, JSON lines or a JSON array; `-` is standard input.
///
/// # Errors
/// [`Error::Io`] where it cannot be read; [`Error::Malformed`] naming line and column of what is no
/// number; [`Error::Failed`] for a column that is not there, for no row at all, and for more than
/// [`MOST_ROWS`] of them.
pub fn read(path: &Path, request: &Request) -> Result<Columns> {
    let source = source::open(path)?;
    let mut names: Vec<String> = request.numbers.iter().chain(&request.words).cloned().collect();
    let mut found = Columns {
        file: source.name.clone(),
        unit: if source.format == TableFormat::JsonArray { "element" } else { "line" }.to_owned(),
        places: Vec::new(),
        names: names.clone(),
        numbers: vec![Vec::new(); request.numbers.len()],
        words: vec![Vec::new(); request.words.len()],
        left_out: 0,
    };
    names.extend(request.only.iter().map(|(column, _)| column.clone()));
    let mut bad = Bad::default();
    let mut others = vec![Vec::new(); request.only.len()];
    for row in rows(source, &names)? {
        let row = row?;
        let (kept, filters) = row.cells.split_at(found.names.len());
        if let Some(i) = (0..filters.len()).find(|&i| !equal(&filters[i], &request.only[i].1)) {
            note_other(&mut others[i], &filters[i]);
            found.left_out += 1;
            continue;
        }
        if found.rows() == MOST_ROWS {
            return Err(Error::Failed(format!(
                "{} has more than {MOST_ROWS} rows to fit: average or thin them first",
                found.file.display()
            )));
        }
        found.add(row.place, kept, &mut bad);
    }
    if let Some(first) = bad.first {
        let more = match bad.count {
            1 => String::new(),
            2 => " (1 more cell of these columns is no number)".to_owned(),
            n => format!(" ({} more cells of these columns are no numbers)", n - 1),
        };
        return Err(Error::malformed(&found.file, first.0, first.1 + &more));
    }
    if found.rows() == 0 {
        return Err(found.nothing(request, &others));
    }
    Ok(found)
}

/// The rows of a table with the text of the `wanted` columns; a value inside a JSON object inside a JSON
/// object is `outer.inner`.
fn rows(source: TableSource, wanted: &[String]) -> Result<Box<dyn Iterator<Item = Result<TableRow>>>> {
    let TableSource { name, format, reader } = source;
    Ok(match format {
        TableFormat::Csv(delimiter) => {
            let mut rows = CsvRows::new(&name, reader, delimiter)?;
            rows.select(wanted)?;
            Box::new(rows)
        }
        TableFormat::JsonLines => Box::new(JsonRows::of_lines(&name, reader, wanted)),
        TableFormat::JsonArray => Box::new(JsonRows::of_array(&name, reader, wanted)?),
    })
}

/// The cells that are no numbers: place and problem of the first, and how many.
#[derive(Default)]
struct Bad {
    first: Option<(String, String)>,
    count: usize,
}

impl Columns {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.places.len()
    }

    /// The place of a row in its file: "line 7".
    pub fn place(&self, row: usize) -> String {
        format!("{} {}", self.unit, self.places[row])
    }

    /// The same columns, only these rows, in this order.
    pub fn only(&self, rows: &[usize]) -> Self {
        let numbers = self.numbers.iter().map(|c| rows.iter().map(|&row| c[row]).collect()).collect();
        let words = self.words.iter().map(|c| rows.iter().map(|&row| c[row].clone()).collect()).collect();
        let places = rows.iter().map(|&row| self.places[row]).collect();
        Self { places, numbers, words, ..self.clone() }
    }

    /// Refuses a number column with a value that is not above 0.
    ///
    /// # Errors
    /// [`Error::Malformed`] naming the first, with `why` as its reason.
    pub fn above_zero(&self, column: usize, why: &str) -> Result<()> {
        let Some(row) = self.numbers[column].iter().position(|&v| v <= 0.0) else { return Ok(()) };
        let more = self.numbers[column].iter().filter(|&&v| v <= 0.0).count() - 1;
        let more = match more {
            0 => String::new(),
            1 => " (1 more is not either)".to_owned(),
            n => format!(" ({n} more are not either)"),
        };
        let problem = format!("{} is not above 0: {why}{more}", self.numbers[column][row]);
        Err(Error::malformed(
            &self.file,
            format!("{}, column {}", self.place(row), self.names[column]),
            problem,
        ))
    }

    /// The rows that repeat an earlier one in every column, each with that earlier one.
    pub fn repeats(&self) -> Vec<(usize, usize)> {
        let mut first = std::collections::HashMap::new();
        let mut repeats = Vec::new();
        for row in 0..self.rows() {
            let numbers: Vec<u64> = self.numbers.iter().map(|c| c[row].to_bits()).collect();
            let words: Vec<&str> = self.words.iter().map(|c| c[row].as_str()).collect();
            let earlier = *first.entry((numbers, words)).or_insert(row);
            if earlier != row {
                repeats.push((row, earlier));
            }
        }
        repeats
    }

    fn add(&mut self, place: usize, cells: &[String], bad: &mut Bad) {
        self.places.push(place);
        let (numbers, words) = cells.split_at(self.numbers.len());
        for (i, cell) in numbers.iter().enumerate() {
            self.numbers[i].push(number(cell).unwrap_or_else(|problem| {
                let place = format!("{} {place}, column {}", self.unit, self.names[i]);
                bad.first.get_or_insert((place, problem));
                bad.count += 1;
                f64::NAN
            }));
        }
        for (column, cell) in self.words.iter_mut().zip(words) {
            column.push(cell.clone());
        }
    }

    /// The sentence about a file without a row to fit.
    fn nothing(&self, request: &Request, others: &[Vec<String>]) -> Error {
        let file = self.file.display();
        let filter = others.iter().position(|values| !values.is_empty());
        Error::Failed(match filter {
            None => format!("{file} names its columns and holds no row: there is nothing to fit"),
            Some(i) => {
                let (column, value) = &request.only[i];
                let more = if others[i].len() == LISTED { ", …" } else { "" };
                format!(
                    "{file} has no row where {column} is {}: rows that were left out have {}{more}",
                    quote(value),
                    others[i].join(", ")
                )
            }
        })
    }
}

/// Whether a cell has the value asked for.
fn equal(cell: &str, value: &str) -> bool {
    let (cell, value) = (cell.trim(), value.trim());
    cell == value || matches!((cell.parse::<f64>(), value.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

/// Remembers some of the values that are not the one asked for.
fn note_other(values: &mut Vec<String>, cell: &str) {
    let cell = quote(cell);
    if values.len() < LISTED && !values.contains(&cell) {
        values.push(cell);
    }
}
