//! From a person's table to points that a law may be fitted to, with everything worth saying about them.

use crate::fit::options::{CurveArgs, WeightArgs};
use lawbook::error::{Error, Result};
use lawbook::fit::points::Points;
use lawbook::input::columns::{self, Columns, Request};
use std::collections::HashMap;
use std::path::Path;

/// Points of a table, checked.
pub struct TablePoints {
    /// The columns asked for, rows as in the file.
    pub columns: Columns,
    /// How many columns are variables, not weights: 2 for a curve, 3 for a surface.
    pub variables: usize,
    /// For each row the number of its cell, counted from 0 in the order of appearance; empty without --group.
    pub cells: Vec<usize>,
    /// Column of weights, empty without --weights.
    pub weights: Vec<f64>,
    /// What a reader of the fit should know about the table.
    pub notes: Vec<String>,
}

const LOGARITHM: &str = "a power law has no such value; for a score that grows to a best one, fit what is missing (--complement 1 for accuracies)";

/// Reads a table with one x and one y, above 0 where their logarithms will be taken.
pub fn curve(curve: &CurveArgs, weighting: &WeightArgs, positive: [bool; 2]) -> Result<TablePoints> {
    if curve.x == curve.y {
        return Err(Error::Usage(format!("--x and --y both name {:?}: name two columns", curve.x)));
    }
    let mut points = read(&curve.file, &[&curve.x, &curve.y], weighting, &curve.only)?;
    if let Some(best) = curve.complement {
        points.columns.names[1] = format!("{best} - {}", curve.y);
        points.columns.numbers[1].iter_mut().for_each(|y| *y = best - *y);
    }
    (0..2).filter(|&column| positive[column]).try_for_each(|column| points.above_zero(column))?;
    points.different(0)?;
    points.different(1)?;
    if weighting.group.is_none() {
        points.note_several();
    }
    Ok(points)
}

/// Reads number columns, and notes rows that are repeated.
pub fn read(
    file: &Path,
    numbers: &[&String],
    weighting: &WeightArgs,
    only: &[(String, String)],
) -> Result<TablePoints> {
    let request = Request {
        numbers: numbers.iter().copied().chain(&weighting.weights).cloned().collect(),
        words: weighting.group.iter().cloned().collect(),
        only: only.to_vec(),
    };
    let columns = columns::read(file, &request)?;
    let (mut weights, variables) = (Vec::new(), numbers.len());
    if weighting.weights.is_some() {
        columns
            .above_zero(variables, "a weight says how much a row counts; leave out a row that does not")?;
        weights = columns.numbers[variables].clone();
    }
    let mut points = TablePoints { columns, variables, cells: Vec::new(), weights, notes: Vec::new() };
    if weighting.group.is_some() {
        points.number_cells();
        points.notes.push(format!("{} rows in {} cells", points.rows(), points.cell_count()));
    }
    points.note_repeats();
    Ok(points)
}

impl TablePoints {
    pub fn rows(&self) -> usize {
        self.columns.rows()
    }

    /// Refuses a column with a value that has no logarithm.
    pub fn above_zero(&self, column: usize) -> Result<()> {
        self.columns.above_zero(column, LOGARITHM)
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

    /// Turns the second column, the compute C of a run, into its tokens D = C/(6N).
    pub fn tokens_from_flops(&mut self) {
        let tokens = self.columns.numbers[0].iter().zip(&self.columns.numbers[1]).map(|(n, c)| c / (6.0 * n));
        self.columns.numbers[1] = tokens.collect();
    }

    /// The rows with the `count` largest values of a column, as they stand in the file; of equal values the
    /// later.
    pub fn largest(&self, column: usize, count: usize) -> Result<Vec<usize>> {
        let (values, n) = (&self.columns.numbers[column], self.rows());
        if count >= n {
            return Err(Error::Failed(format!(
                "{} has {n} rows: leaving out the {count} largest leaves nothing to fit",
                self.columns.file.display()
            )));
        }
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let mut largest = order.split_off(n - count);
        largest.sort_unstable();
        Ok(largest)
    }

    /// Refuses a hold-out that leaves nothing on one of its sides.
    pub fn check_holdout(&self, limit: f64) -> Result<()> {
        let x = &self.columns.numbers[0];
        let beyond = x.iter().filter(|&&x| x > limit).count();
        if (1..x.len()).contains(&beyond) {
            return Ok(());
        }
        let (low, high) = x.iter().fold((f64::INFINITY, 0.0f64), |(l, h), &x| (l.min(x), h.max(x)));
        Err(Error::Failed(format!(
            "{}: --holdout-above {limit} holds out {beyond} of {} rows: {} runs from {low} to {high}, choose a value between",
            self.columns.file.display(),
            x.len(),
            self.columns.names[0]
        )))
    }

    /// An error about the points, with the name of their file.
    pub fn named_in(&self, error: Error) -> Error {
        match error {
            Error::Failed(sentence) => Error::Failed(format!("{}: {sentence}", self.columns.file.display())),
            other => other,
        }
    }

    /// The same points without some rows.
    pub fn without(&self, rows: &[usize]) -> Self {
        let kept: Vec<usize> = (0..self.rows()).filter(|row| !rows.contains(row)).collect();
        let mut points = Self {
            columns: self.columns.only(&kept),
            variables: self.variables,
            cells: Vec::new(),
            weights: kept.iter().filter_map(|&row| self.weights.get(row).copied()).collect(),
            notes: self.notes.clone(),
        };
        if !self.cells.is_empty() {
            points.number_cells();
        }
        points
    }

    /// The points as the laws take them.
    pub fn checked(&self) -> Result<Points> {
        let columns = &self.columns.numbers;
        let mut points = if self.variables == 3 {
            Points::runs(&columns[0], &columns[1], &columns[2])?
        } else {
            Points::curve(&columns[0], &columns[1])?
        };
        if !self.weights.is_empty() {
            points = points.weighted(&self.weights)?;
        }
        if !self.cells.is_empty() {
            points = points.grouped(&self.cells)?;
        }
        Ok(points)
    }

    /// How many cells the rows fall into, with --group.
    pub fn cell_count(&self) -> usize {
        self.cells.iter().max().map_or(0, |last| last + 1)
    }

    /// "loss against n".
    pub fn subject(&self) -> String {
        format!("{} against {}", self.columns.names[1], self.columns.names[0])
    }

    fn number_cells(&mut self) {
        let mut known = HashMap::new();
        for word in &self.columns.words[0] {
            let next = known.len();
            self.cells.push(*known.entry(word.clone()).or_insert(next));
        }
    }
}
