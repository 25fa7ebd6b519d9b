//! A table with named columns: a data frame that shows itself in a notebook and writes itself as CSV.

use crate::error::{Error, Result};
use crate::markup::escaped;
use crate::notebook_output::show;
use crate::numerals::brief;
use crate::paths::write_whole;
use crate::run::{RunRecord, Task};
use crate::table::column::{Field, Values, count, number, text};
use polars::prelude::{AnyValue, Column, DataFrame, DataType};
use std::fmt;
use std::path::Path;

/// A table with named columns of one type each.
#[derive(Debug, Clone)]
pub struct Table {
    pub(crate) frame: DataFrame,
}

impl Table {
    /// A table of these columns.
    ///
    /// # Errors
    /// [`Error::Failed`] when two columns share a name or differ in length.
    pub fn new(columns: Vec<(&str, Values)>) -> Result<Self> {
        let height = columns.first().map_or(0, |(_, values)| values.len());
        let column = |(name, values): (&str, Values)| match values {
            Values::Text(v) => Column::new(name.into(), v),
            Values::Count(v) => Column::new(name.into(), v),
            Values::Whole(v) => Column::new(name.into(), v),
            Values::Number(v) => Column::new(name.into(), v),
        };
        let frame = DataFrame::new(height, columns.into_iter().map(column).collect());
        Ok(Self { frame: frame.map_err(|e| Error::Failed(format!("these columns make no table: {e}")))? })
    }

    /// A table with a row for each of `rows` and these columns.
    ///
    /// ```
    /// use lawbook::table::{Table, count, number};
    /// let errors = [(1000, 9.7), (60_000, 2.07)];
    /// let table = Table::of(&errors, [count("n_train", &|row| row.0), number("error %", &|row| row.1)]);
    /// assert_eq!(table.csv(), "n_train,error %\n1000,9.7\n60000,2.07\n");
    /// ```
    ///
    /// # Panics
    /// When two columns share a name.
    pub fn of<R, const N: usize>(rows: &[R], columns: [Field<R>; N]) -> Self {
        let columns = columns.map(|field| (field.name, field.values(rows)));
        Self::new(columns.into()).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The table of runs: what decided each and where it ended.
    pub fn of_runs(records: &[RunRecord]) -> Self {
        let dataset = |run: &RunRecord| match &run.spec.task {
            Task::Images { dataset, .. } => dataset.clone(),
            Task::Tokens { .. } => "token families".to_owned(),
            Task::Text { corpus, .. } => corpus.to_string(),
            Task::Sine { noise_sd, .. } => format!("sine, noise {noise_sd:.4}"),
        };
        Self::of(
            records,
            [
                text("id", &|run| run.id.clone()),
                text("dataset", &dataset),
                count("n_train", &|run| run.spec.n_train() as u64),
                text("net", &|run| run.spec.net.name()),
                count("n_params", &|run| run.n_params as u64),
                count("steps", &|run| run.last.step),
                count("seed", &|run| run.spec.seed),
                number("train_loss", &|run| run.last.train_loss),
                number("train_accuracy", &|run| run.last.train_accuracy),
                number("test_loss", &|run| run.last.test_loss),
                number("test_accuracy", &|run| run.last.test_accuracy),
                number("flops", &|run| run.flops),
                number("seconds", &|run| run.seconds),
            ],
        )
    }

    /// The first rows.
    pub fn head(&self, rows: usize) -> Self {
        Self { frame: self.frame.head(Some(rows)) }
    }

    /// Only these columns, in this order.
    ///
    /// # Errors
    /// [`Error::Failed`] naming a column that is not there.
    pub fn select(&self, names: &[&str]) -> Result<Self> {
        let frame = self.frame.select(names.iter().copied());
        Ok(Self { frame: frame.map_err(|e| Error::Failed(format!("the table has no such column: {e}")))? })
    }

    /// Names of the columns.
    pub fn names(&self) -> Vec<String> {
        self.frame.get_column_names().iter().map(ToString::to_string).collect()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.frame.height()
    }

    /// The table as CSV, header first, numbers in full precision, a missing one empty.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let mut rows = vec![self.names()];
        rows.extend((0..self.rows()).map(|row| self.cells(row, false)));
        for row in rows {
            writer.write_record(row).expect("every row has one length, memory takes it");
        }
        String::from_utf8(writer.into_inner().expect("memory takes it")).expect("text in, text out")
    }

    /// Writes [`Table::csv`] to a file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_csv(&self, path: &Path) -> Result<()> {
        write_whole(path, self.csv().as_bytes())
    }

    /// Shows the table in a notebook: HTML where it can, text elsewhere.
    pub fn evcxr_display(&self) {
        let mut html = String::from("<table><thead><tr>");
        for name in self.names() {
            html += &format!("<th>{}</th>", escaped(&name));
        }
        html += "</tr></thead><tbody>";
        for row in 0..self.rows() {
            html += "<tr>";
            for cell in self.cells(row, true) {
                html += &format!("<td>{}</td>", escaped(&cell));
            }
            html += "</tr>";
        }
        html += "</tbody></table>";
        show(&[("text/html", html), ("text/plain", self.to_string())]);
    }

    /// One row as text; `short` rounds numbers to what an eye can use.
    fn cells(&self, row: usize, short: bool) -> Vec<String> {
        let cell = |column: &Column| match column.get(row) {
            Ok(AnyValue::String(text)) => text.to_owned(),
            Ok(AnyValue::Float64(number)) if number.is_nan() => String::new(),
            Ok(AnyValue::Float64(number)) if short => brief(number),
            Ok(AnyValue::Float64(number)) => number.to_string(),
            Ok(AnyValue::UInt64(count)) => count.to_string(),
            Ok(AnyValue::Null) => String::new(),
            Ok(other) => other.to_string(),
            Err(_) => String::new(),
        };
        self.frame.columns().iter().map(cell).collect()
    }
}

/// Columns side by side, words to the left, numbers to the right.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows = vec![self.names()];
        rows.extend((0..self.rows()).map(|row| self.cells(row, true)));
        let columns = self.frame.columns();
        let width = |c: usize| rows.iter().map(|row| row[c].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns.len()).map(width).collect();
        for (i, row) in rows.iter().enumerate() {
            let cells = row.iter().zip(columns).zip(&widths).map(|((cell, column), &width)| {
                if *column.dtype() == DataType::String {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
            let line = cells.collect::<Vec<_>>().join("  ");
            let end = if i + 1 < rows.len() { "\n" } else { "" };
            write!(f, "{}{end}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_no_decimals_and_missing_ones_are_empty_on_screen_and_in_csv() {
        let steps = Values::Whole(vec![Some(500), None, Some(-39_000)]);
        let table =
            Table::new(vec![("step", steps), ("share", Values::Number(vec![0.5, 1.0, f64::NAN]))]).unwrap();
        assert_eq!(table.to_string(), "  step   share\n   500  0.5000\n         1.000\n-39000");
        assert_eq!(table.csv(), "step,share\n500,0.5\n,1\n-39000,\n");
    }
}
