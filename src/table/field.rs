//! Columns as questions that every row answers.

use crate::table::Values;

/// One column of [`crate::table::Table::of`]: its name, and what it says of a row.
pub struct Field<'a, R> {
    pub(crate) name: &'a str,
    of: Of<'a, R>,
}

enum Of<'a, R> {
    Text(&'a dyn Fn(&R) -> String),
    Count(&'a dyn Fn(&R) -> u64),
    Whole(&'a dyn Fn(&R) -> Option<i64>),
    Number(&'a dyn Fn(&R) -> f64),
}

/// A column of words.
pub fn text<'a, R>(name: &'a str, of: &'a dyn Fn(&R) -> String) -> Field<'a, R> {
    Field { name, of: Of::Text(of) }
}

/// A column of whole numbers.
pub fn count<'a, R>(name: &'a str, of: &'a dyn Fn(&R) -> u64) -> Field<'a, R> {
    Field { name, of: Of::Count(of) }
}

/// A column of whole numbers, below 0 too, of which some may be missing.
pub fn whole<'a, R>(name: &'a str, of: &'a dyn Fn(&R) -> Option<i64>) -> Field<'a, R> {
    Field { name, of: Of::Whole(of) }
}

/// A column of numbers; NaN stands for a missing one.
pub fn number<'a, R>(name: &'a str, of: &'a dyn Fn(&R) -> f64) -> Field<'a, R> {
    Field { name, of: Of::Number(of) }
}

impl<R> Field<'_, R> {
    /// The column's value in every row.
    pub(crate) fn values(&self, rows: &[R]) -> Values {
        match self.of {
            Of::Text(of) => Values::Text(rows.iter().map(of).collect()),
            Of::Count(of) => Values::Count(rows.iter().map(of).collect()),
            Of::Whole(of) => Values::Whole(rows.iter().map(of).collect()),
            Of::Number(of) => Values::Number(rows.iter().map(of).collect()),
        }
    }
}
