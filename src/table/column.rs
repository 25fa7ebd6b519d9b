//! The columns of a table: their values, and functions that read a column's value off each row.

/// The values of one column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Words.
    Text(Vec<String>),
    /// Whole numbers.
    Count(Vec<u64>),
    /// Whole numbers, below 0 too, of which some may be missing.
    Whole(Vec<Option<i64>>),
    /// Numbers; NaN stands for a missing one.
    Number(Vec<f64>),
}

impl Values {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Text(v) => v.len(),
            Self::Count(v) => v.len(),
            Self::Whole(v) => v.len(),
            Self::Number(v) => v.len(),
        }
    }
}

/// A column of `Table::of`: its name, and its value in a row.
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
