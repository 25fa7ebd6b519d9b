//! Means and standard deviations by group, and the columns of a table as plain values.

use crate::error::{Error, Result};
use crate::table::frame::Table;
use polars::prelude::{
    ChunkAgg, ChunkFilter, ChunkVar, Column, DataFrame, DataType, PolarsError, SortMultipleOptions,
};

impl Table {
    /// The numbers of a column; a missing one is NaN.
    ///
    /// # Errors
    /// [`Error::Failed`] where there is no such column, or it holds words.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>> {
        let column =
            self.frame.column(name).and_then(|c| c.strict_cast(&DataType::Float64)).map_err(refused)?;
        Ok(column.f64().map_err(refused)?.iter().map(|x| x.unwrap_or(f64::NAN)).collect())
    }

    /// The words of a column.
    ///
    /// # Errors
    /// [`Error::Failed`] where there is no such column, or it holds numbers.
    pub fn words(&self, name: &str) -> Result<Vec<String>> {
        let column = self.frame.column(name).and_then(|c| c.str()).map_err(refused)?;
        Ok(column.iter().map(|x| x.unwrap_or_default().to_owned()).collect())
    }

    /// Mean and standard deviation (n − 1) of each of the columns `values` over the rows that agree in all
    /// of `keys`: one row a group, ascending in the keys, columns `NAME_mean` and `NAME_std`.
    ///
    /// Missing numbers are left out; the deviation of one number is missing.
    ///
    /// # Errors
    /// [`Error::Failed`] where a column is not there, or one of `values` holds words.
    ///
    /// ```
    /// use lawbook::table::{Table, Values};
    /// let runs = Table::new(vec![
    ///     ("n", Values::Count(vec![800, 400, 400])),
    ///     ("loss", Values::Number(vec![5.0, 1.0, 3.0])),
    /// ])?;
    /// let means = runs.means_by(&["n"], &["loss"])?.csv();
    /// assert_eq!(means, "n,loss_mean,loss_std\n400,2,1.4142135623730951\n800,5,\n");
    /// # Ok::<(), lawbook::error::Error>(())
    /// ```
    pub fn means_by(&self, keys: &[&str], values: &[&str]) -> Result<Self> {
        let by = keys.iter().copied();
        let sorted = self.frame.sort(by.clone(), SortMultipleOptions::default()).map_err(refused)?;
        let groups = sorted.group_by_stable(by).map_err(refused)?.into_groups();
        // After the sort the rows of a group stand together.
        let firsts: Vec<u32> = groups.iter().map(|group| group.first()).collect();
        let groups: Vec<DataFrame> = groups.iter().map(|g| sorted.slice(g.first().into(), g.len())).collect();
        let mut columns: Vec<Column> = Vec::new();
        for key in keys {
            columns.push(sorted.column(key).and_then(|c| c.take_slice(&firsts)).map_err(refused)?);
        }
        for name in values {
            let mut moments: [Vec<f64>; 2] = Default::default();
            for group in &groups {
                let numbers =
                    group.column(name).and_then(|c| c.strict_cast(&DataType::Float64)).map_err(refused)?;
                let numbers = numbers.f64().map_err(refused)?;
                let there = numbers.filter(&numbers.is_not_nan()).map_err(refused)?;
                moments[0].push(there.mean().unwrap_or(f64::NAN));
                moments[1].push(there.std(1).unwrap_or(f64::NAN));
            }
            for (moment, suffix) in moments.into_iter().zip(["mean", "std"]) {
                columns.push(Column::new(format!("{name}_{suffix}").into(), moment));
            }
        }
        Ok(Self { frame: DataFrame::new(groups.len(), columns).map_err(refused)? })
    }
}

fn refused(why: PolarsError) -> Error {
    Error::Failed(format!("the table does not allow that: {why}"))
}
