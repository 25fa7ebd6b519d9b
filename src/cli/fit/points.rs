//! From a person's table to points that a law may be fitted to, with everything worth saying about them.

use crate::fit::args::{Curve, Pick};
use lawbook::error::{Error, Result};
use lawbook::table::columns::{self, Columns, Request};
use std::collections::HashMap;
use std::path::Path;

/// How many rows a note names.
const NAMED: usize = 8;

/// Points of a table, checked.
pub struct Points {
    /// The columns asked for, rows as in the file.
    pub columns: Columns,
    /// For each row the number of its cell, counted from 0 in the order of appearance; empty without --group.
    pub cells: Vec<usize>,
    /// Column of weights, empty without --weights.
    pub weights: Vec<f64>,
    /// What a reader of the fit should know about the table.
    pub notes: Vec<String>,
}

const LOGARITHM: &str = "these laws live on logarithms and have no such value; if it is a share or a score that grows, fit what is missing from its best value (1 - accuracy)";

/// Reads a table with one x and one y.
pub fn curve(curve: &Curve) -> Result<Points> {
    if curve.x == curve.y {
        return Err(Error::Usage(format!("--x and --y both name {:?}: name two columns", curve.x)));
    }
    let numbers = [Some(&curve.x), Some(&curve.y), curve.weights.as_ref()];
    let mut points = read(&curve.file, numbers.into_iter().flatten().cloned().collect(), &curve.pick)?;
    points.different(0)?;
    points.different(1)?;
    if curve.weights.is_some() {
        points.weights = points.columns.numbers[2].clone();
    }
    Ok(points)
}

/// Reads the number columns, every value above 0, and notes rows that are left out or repeated.
pub fn read(file: &Path, numbers: Vec<String>, pick: &Pick) -> Result<Points> {
    let words = pick.group.iter().cloned().collect();
    let columns = columns::read(file, &Request { numbers, words, only: pick.only.clone() })?;
    for column in 0..columns.numbers.len() {
        columns.above_zero(column, LOGARITHM)?;
    }
    let mut points = Points { columns, cells: Vec::new(), weights: Vec::new(), notes: Vec::new() };
    if pick.group.is_some() {
        points.number_cells();
    }
    points.note_repeats();
    Ok(points)
}

impl Points {
    pub fn rows(&self) -> usize {
        self.columns.rows()
    }

    /// Refuses a column that has one value only.
    pub fn different(&self, column: usize) -> Result<()> {
        let (values, columns) = (&self.columns.numbers[column], &self.columns);
        if values.iter().any(|v| v != &values[0]) {
            return Ok(());
        }
        Err(Error::malformed(
            &columns.file,
            format!("column {}", columns.names[column]),
            format!(
                "has the value {} in all {} rows ({} first): a law needs different values",
                values[0],
                columns.rows(),
                columns.place(0)
            ),
        ))
    }

    /// The same points without some rows.
    pub fn without(&self, rows: &[usize]) -> Self {
        let kept: Vec<usize> = (0..self.rows()).filter(|row| !rows.contains(row)).collect();
        let mut points = Self {
            columns: self.columns.only(&kept),
            cells: Vec::new(),
            weights: kept.iter().filter_map(|&row| self.weights.get(row).copied()).collect(),
            notes: self.notes.clone(),
        };
        if !self.cells.is_empty() {
            points.number_cells();
        }
        points
    }

    /// "line 3, line 7 and 4 more".
    pub fn named(&self, rows: &[usize]) -> String {
        let shown: Vec<String> = rows.iter().take(NAMED).map(|&row| self.columns.place(row)).collect();
        let more = rows.len().saturating_sub(NAMED);
        if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
    }

    fn number_cells(&mut self) {
        let mut known = HashMap::new();
        for word in &self.columns.words[0] {
            let next = known.len();
            self.cells.push(*known.entry(word.clone()).or_insert(next));
        }
    }

    fn note_repeats(&mut self) {
        let repeats = self.columns.repeats();
        if repeats.is_empty() {
            return;
        }
        let pairs: Vec<String> = repeats
            .iter()
            .take(NAMED)
            .map(|&(row, first)| format!("{} repeats {}", self.columns.place(row), self.columns.place(first)))
            .collect();
        let more = repeats.len().saturating_sub(NAMED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let what = if repeats.len() == 1 { "a duplicate row was kept" } else { "duplicate rows were kept" };
        self.notes.push(format!(
            "{what}: {}{more}; if it is the same measurement twice, take it out, for it counts twice",
            pairs.join(", ")
        ));
    }
}
