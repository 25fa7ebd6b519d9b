//! Preprocessing: result files become one table a run and one of all runs, and what is missing is said.

use crate::error::Result;
use crate::study::s03_phases::pipeline::folder::{Folder, file_name};
use crate::study::s03_phases::pipeline::layout::{Cell, METRICS};
use crate::table::{Table, Values};
use std::collections::BTreeSet;

/// The original's eight models.
const MODELS: [&str; 8] = [
    "transformer_nano",
    "transformer_micro",
    "lstm_nano",
    "lstm_micro",
    "gru_nano",
    "gru_micro",
    "mlp_nano",
    "mlp_micro",
];

/// How many names a sentence lists.
const LISTED: usize = 8;

/// The tables of the runs in a folder.
#[derive(Debug, Clone)]
pub struct Runs {
    /// By run number: one row a size and model, in the order of the file.
    pub each: Vec<(u64, Table)>,
    /// All of them, one after the other.
    pub combined: Table,
    /// What a person should know: extra models and metrics, missing cells, files passed over.
    pub notices: Vec<String>,
}

impl Runs {
    /// The tables of a folder's runs, runs ascending by number.
    ///
    /// # Errors
    /// As [`Table::new`].
    pub fn of(folder: &Folder) -> Result<Self> {
        let metrics = metrics(folder);
        let all: Vec<(u64, &Cell)> =
            folder.runs.iter().flat_map(|(&n, cells)| cells.iter().map(move |cell| (n, cell))).collect();
        let each = folder.runs.iter().map(|(&n, cells)| {
            let rows: Vec<(u64, &Cell)> = cells.iter().map(|cell| (n, cell)).collect();
            Ok((n, table(&rows, &metrics)?))
        });
        let each = each.collect::<Result<_>>()?;
        Ok(Self { each, combined: table(&all, &metrics)?, notices: notices(folder, &metrics) })
    }
}

/// The original's metrics and after them all others, in the order in which they turn up.
fn metrics(folder: &Folder) -> Vec<String> {
    let mut names: Vec<String> = METRICS.map(str::to_owned).to_vec();
    for (name, _) in folder.runs.values().flatten().flat_map(|cell| &cell.metrics) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

fn table(rows: &[(u64, &Cell)], metrics: &[String]) -> Result<Table> {
    let count = |f: fn(&(u64, &Cell)) -> u64| Values::Count(rows.iter().map(f).collect());
    let text = |f: fn(&Cell) -> &String| Values::Text(rows.iter().map(|(_, cell)| f(cell).clone()).collect());
    let mut columns = vec![
        ("run_id", count(|row| row.0)),
        ("dataset_size", count(|row| row.1.dataset_size)),
        ("model_name", text(|cell| &cell.model_name)),
        ("arch_type", text(|cell| &cell.arch_type)),
        ("n_params", count(|row| row.1.n_params)),
    ];
    for metric in metrics {
        let value =
            |cell: &Cell| cell.metrics.iter().find(|(name, _)| name == metric).map_or(f64::NAN, |m| m.1);
        columns.push((metric, Values::Number(rows.iter().map(|(_, cell)| value(cell)).collect())));
    }
    Table::new(columns)
}

fn notices(folder: &Folder, metrics: &[String]) -> Vec<String> {
    let cells = || folder.runs.values().flatten();
    let mut said = Vec::new();
    if !folder.passed_over.is_empty() {
        said.push(format!(
            "passed over, not named like {}: {}",
            file_name(1),
            listed(folder.passed_over.iter())
        ));
    }
    let extra: BTreeSet<&str> =
        cells().map(|c| c.model_name.as_str()).filter(|model| !MODELS.contains(model)).collect();
    if !extra.is_empty() {
        said.push(format!("models beside the original's: {}", listed(extra.iter())));
    }
    if metrics.len() > METRICS.len() {
        said.push(format!("metrics beside the original's: {}", listed(metrics[METRICS.len()..].iter())));
    }
    let other: BTreeSet<&String> = cells().flat_map(|cell| &cell.other).collect();
    if !other.is_empty() {
        said.push(format!("no metrics, left out: {}", listed(other.iter())));
    }
    let grid: BTreeSet<(u64, &str)> = cells().map(|c| (c.dataset_size, c.model_name.as_str())).collect();
    let [sizes, models] = [
        grid.iter().map(|cell| cell.0).collect::<BTreeSet<_>>().len(),
        grid.iter().map(|cell| cell.1).collect::<BTreeSet<_>>().len(),
    ];
    if grid.len() < sizes * models {
        said.push(format!(
            "{} of {sizes} sizes x {models} models have no run at all",
            sizes * models - grid.len()
        ));
    }
    for (n, cells) in &folder.runs {
        let there: BTreeSet<(u64, &str)> =
            cells.iter().map(|c| (c.dataset_size, c.model_name.as_str())).collect();
        let absent = grid.difference(&there).map(|(size, model)| format!("{size} {model}"));
        if there.len() < grid.len() {
            said.push(format!("run {n} has no {}", listed(absent)));
        }
        let has = |cell: &Cell, metric: &String| cell.metrics.iter().any(|(name, _)| name == metric);
        for metric in metrics {
            let without = cells.iter().filter(|cell| !has(cell, metric));
            let without: Vec<String> =
                without.map(|c| format!("{} {}", c.dataset_size, c.model_name)).collect();
            if !without.is_empty() {
                said.push(format!("run {n} has no {metric} of {}", listed(without.into_iter())));
            }
        }
    }
    said
}

/// Names with commas between them, and how many more there are.
fn listed(names: impl Iterator<Item = impl ToString>) -> String {
    let names: Vec<String> = names.map(|name| name.to_string()).collect();
    let more = names.len().saturating_sub(LISTED);
    let shown = names[..names.len() - more].join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}
