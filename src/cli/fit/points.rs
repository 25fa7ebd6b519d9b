//! From a person's table to points that a law may be fitted to, with everything worth saying about them.

use crate::fit::args::{Counts, Curve};
use lawbook::error::{Error, Result};
use lawbook::input::columns::{self, Columns, Request};
use lawbook::numerals::digits;
use lawbook::stats::correlation;
use std::collections::HashMap;
use std::path::Path;

/// A rise of y by less than this factor passes for noise.
const MOST_RISE: f64 = 1.5;

/// N and D that are correlated more than this are one variable.
const MOST_CORRELATION: f64 = 0.98;

/// How many rows a note names.
const NAMED: usize = 8;

/// Points of a table, checked.
pub struct Points {
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
pub fn curve(curve: &Curve, counts: &Counts, positive: [bool; 2]) -> Result<Points> {
    if curve.x == curve.y {
        return Err(Error::Usage(format!("--x and --y both name {:?}: name two columns", curve.x)));
    }
    let mut points = read(&curve.file, &[&curve.x, &curve.y], counts, &curve.only)?;
    if let Some(best) = curve.complement {
        points.columns.names[1] = format!("{best} - {}", curve.y);
        points.columns.numbers[1].iter_mut().for_each(|y| *y = best - *y);
    }
    (0..2).filter(|&column| positive[column]).try_for_each(|column| points.above_zero(column))?;
    points.different(0)?;
    points.different(1)?;
    if counts.group.is_none() {
        points.note_several();
    }
    Ok(points)
}

/// Reads number columns, and notes rows that are repeated.
pub fn read(file: &Path, numbers: &[&String], counts: &Counts, only: &[(String, String)]) -> Result<Points> {
    let request = Request {
        numbers: numbers.iter().copied().chain(&counts.weights).cloned().collect(),
        words: counts.group.iter().cloned().collect(),
        only: only.to_vec(),
    };
    let columns = columns::read(file, &request)?;
    let (mut weights, variables) = (Vec::new(), numbers.len());
    if counts.weights.is_some() {
        columns
            .above_zero(variables, "a weight says how much a row counts; leave out a row that does not")?;
        weights = columns.numbers[variables].clone();
    }
    let mut points = Points { columns, variables, cells: Vec::new(), weights, notes: Vec::new() };
    if counts.group.is_some() {
        points.number_cells();
        points.notes.push(format!("{} rows in {} cells", points.rows(), points.cell_count()));
    }
    points.note_repeats();
    Ok(points)
}

impl Points {
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

    /// "line 3, line 7 and 4 more".
    pub fn named(&self, rows: &[usize]) -> String {
        let shown: Vec<String> = rows.iter().take(NAMED).map(|&row| self.columns.place(row)).collect();
        let more = rows.len().saturating_sub(NAMED);
        if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
    }

    /// How many cells the rows fall into, with --group.
    fn cell_count(&self) -> usize {
        self.cells.iter().max().map_or(0, |last| last + 1)
    }

    /// Says when repeats of a cell pass for independent points.
    pub fn passing_for_independent(&self, what: &str) -> Option<String> {
        let (rows, cells) = (self.rows(), self.cell_count());
        (cells > 0 && cells < rows).then(|| {
            format!("{rows} rows are repeats of {cells} cells, and {what} takes rows as independent")
        })
    }

    /// "loss against n".
    pub fn subject(&self) -> String {
        format!("{} against {}", self.columns.names[1], self.columns.names[0])
    }

    /// The largest rise of a curve from one x to a larger one, where it is more than half as much again.
    pub fn rise(&self) -> Option<String> {
        let (x, y) = (&self.columns.numbers[0], &self.columns.numbers[1]);
        let mut order: Vec<usize> = (0..x.len()).collect();
        order.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
        // One row and the mean of ln y for each x.
        let means: Vec<(usize, f64)> = order
            .chunk_by(|&a, &b| x[a] == x[b])
            .map(|rows| (rows[0], rows.iter().map(|&row| y[row].ln()).sum::<f64>() / rows.len() as f64))
            .collect();
        let mut least = *means.first()?;
        let mut rise = (least, least);
        for &mean in &means {
            if mean.1 < least.1 {
                least = mean;
            }
            if mean.1 - least.1 > rise.1.1 - rise.0.1 {
                rise = (least, mean);
            }
        }
        let factor = (rise.1.1 - rise.0.1).exp();
        let names = &self.columns.names;
        let at = |(row, mean): (usize, f64)| {
            format!("{} at {} = {} ({})", digits(mean.exp(), 3), names[0], x[row], self.columns.place(row))
        };
        (factor > MOST_RISE).then(|| {
            format!(
                "{} rises from {} to {}, a factor of {}: this law only falls; look at --figure, and at lawbook fit broken",
                names[1],
                at(rise.0),
                at(rise.1),
                digits(factor, 2)
            )
        })
    }

    /// Whether parameters and tokens move together, so that what each adds can hardly be told apart.
    pub fn entangled(&self) -> Option<String> {
        let logs =
            |column: usize| -> Vec<f64> { self.columns.numbers[column].iter().map(|v| v.ln()).collect() };
        let correlation = correlation(&logs(0), &logs(1))?;
        (correlation.abs() > MOST_CORRELATION).then(|| {
            format!(
                "N and D move together (correlation of their logarithms {correlation:.3}): what each adds can hardly be told apart; runs of one N with several D would tell"
            )
        })
    }

    fn number_cells(&mut self) {
        let mut known = HashMap::new();
        for word in &self.columns.words[0] {
            let next = known.len();
            self.cells.push(*known.entry(word.clone()).or_insert(next));
        }
    }

    /// Asks what many rows with the same x are: several curves, or repeats?
    fn note_several(&mut self) {
        let mut x = self.columns.numbers[0].clone();
        x.sort_by(f64::total_cmp);
        x.dedup();
        let (rows, different) = (self.rows(), x.len());
        if 2 * different <= rows {
            let name = &self.columns.names[0];
            self.notes.push(format!(
                "{rows} rows have {different} different {name}: of several curves pick one with --where COL=VALUE, and tell repeats by --group {name}"
            ));
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
        let rows = if repeats.len() == 1 { "a duplicate row" } else { "duplicate rows" };
        self.notes.push(format!(
            "{rows}, kept: {}{more}; take out what is the same measurement, for it counts twice",
            pairs.join(", ")
        ));
    }
}
