//! Analysis: mean and standard deviation (n − 1) of every metric over the runs of a size and model.
//!
//! The original's columns come first, in its order; other metrics follow. A missing number is left out of
//! its mean, and the deviation of a single run is missing.

use crate::error::{Error, Result};
use crate::study::s03_phases::pipeline::layout::{KEYS, METRICS};
use crate::table::Table;
use std::collections::BTreeSet;
use std::path::Path;

/// What a condition is: rows that agree in these columns are repeated runs.
const CONDITION: [&str; 4] = ["dataset_size", "model_name", "arch_type", "n_params"];
/// The order of the original's metrics in its summary.
const ORDER: [&str; 4] = ["val_loss", "train_loss", "gen_gap", "training_time"];

/// The summary of a table of runs, as preprocessing makes it.
///
/// # Errors
/// [`Error::Failed`] where it lacks one of the original's columns.
pub fn summary(runs: &Table) -> Result<Table> {
    let names = runs.names();
    let others = names.iter().map(String::as_str);
    let others = others.filter(|name| !KEYS.contains(name) && !METRICS.contains(name));
    let metrics: Vec<&str> = ORDER.into_iter().chain(others).collect();
    runs.means_by(&CONDITION, &metrics)
}

/// The table of all runs, read back from a file that may have been edited.
///
/// # Errors
/// As [`Table::read_csv`]; [`Error::Failed`] for a column that is not there, for no row at all, and for a
/// run that has a size and model twice.
pub fn read_runs(path: &Path) -> Result<Table> {
    let runs = read(path, "preprocess", &[KEYS.as_slice(), &METRICS].concat())?;
    let (ids, sizes) = (runs.numbers("run_id")?, runs.numbers("dataset_size")?);
    let mut seen = BTreeSet::new();
    for ((id, size), model) in ids.iter().zip(&sizes).zip(runs.words("model_name")?) {
        if !seen.insert((id.to_bits(), size.to_bits(), model.clone())) {
            return Err(Error::Failed(format!(
                "{} has {model} at size {size} twice in run {id}: a run counts once; remove one of the rows",
                path.display()
            )));
        }
    }
    Ok(runs)
}

/// The summary, read back from a file that may have been edited.
///
/// # Errors
/// As [`Table::read_csv`]; [`Error::Failed`] for a column that is not there and for no row at all.
pub fn read_summary(path: &Path) -> Result<Table> {
    let columns = ["val_loss_mean", "val_loss_std", "gen_gap_mean", "gen_gap_std"];
    read(path, "analyze", &[CONDITION.as_slice(), &columns].concat())
}

/// A table of the pipeline that holds these columns and at least one row.
fn read(path: &Path, step: &str, columns: &[&str]) -> Result<Table> {
    if !path.is_file() {
        return Err(Error::Failed(format!(
            "{} is not there: `lawbook study 03 {step}` with the same --output-dir makes it",
            path.display()
        )));
    }
    let table = Table::read_csv(path, &["model_name", "arch_type"])?;
    let names = table.names();
    if let Some(column) = columns.iter().find(|column| !names.iter().any(|name| name == *column)) {
        return Err(Error::Failed(format!(
            "{} has no column {column}: its columns are {}",
            path.display(),
            names.join(", ")
        )));
    }
    if table.rows() == 0 {
        return Err(Error::Failed(format!("{} names its columns and holds no row", path.display())));
    }
    Ok(table)
}
