//! Rows as JSON objects and as CSV, every row with the same columns in the same order.

use crate::error::Result;
use crate::spectrum::row::SpectrumRow;
use crate::table::{Table, Values};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// The names of all columns, in the order in which they are written.
pub const COLUMNS: [&str; 65] = [
    "name",
    "rows",
    "cols",
    "N",
    "M",
    "Q",
    "rf",
    "num_evals",
    "alpha",
    "D",
    "sigma",
    "xmin",
    "xmax",
    "num_pl_spikes",
    "alpha_weighted",
    "log_alpha_norm",
    "num_fingers",
    "raw_alpha",
    "norm",
    "log_norm",
    "spectral_norm",
    "log_spectral_norm",
    "lambda_max",
    "sv_max",
    "sv_min",
    "stable_rank",
    "matrix_rank",
    "entropy",
    "rank_loss",
    "weak_rank_loss",
    "detX_num",
    "num_ERG_spikes",
    "detX_val",
    "detX_val_unrescaled",
    "ERG_gap",
    "num_spikes",
    "sigma_mp",
    "mp_softrank",
    "bulk_min",
    "bulk_max",
    "W_scale",
    "max_rand_eval",
    "rand_distance",
    "ww_softrank",
    "ww_maxdist",
    "rand_alpha",
    "rand_sigma",
    "rand_num_spikes",
    "num_traps",
    "rand_sigma_mp",
    "rand_mp_softrank",
    "rand_bulk_min",
    "rand_bulk_max",
    "rand_W_scale",
    "gof_p",
    "alpha_median",
    "D_median",
    "alpha_goodness_of_fit",
    "D_goodness_of_fit",
    "alpha_fix_finger",
    "D_fix_finger",
    "status",
    "warning",
    "verdict",
    "doubts",
];

/// Columns that are written even where no row has a value: what the tail and det X give.
const ALWAYS: [&str; 11] = [
    "alpha",
    "D",
    "sigma",
    "xmin",
    "xmax",
    "num_pl_spikes",
    "entropy",
    "detX_num",
    "num_ERG_spikes",
    "detX_val",
    "detX_val_unrescaled",
];

/// The columns of one layer, a JSON object whose keys keep their order.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerColumns(pub Vec<(&'static str, Value)>);

impl Serialize for LayerColumns {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// The rows as objects with the same columns; `null` where a row lacks a value or it is not finite.
pub fn objects(rows: &[&SpectrumRow]) -> Vec<LayerColumns> {
    let json = |row: &&SpectrumRow| serde_json::to_value(row).expect("a row holds numbers and words only");
    let values: Vec<Value> = rows.iter().map(json).collect();
    let there = |column: &&&str| ALWAYS.contains(column) || values.iter().any(|v| v.get(**column).is_some());
    let columns: Vec<&'static str> = COLUMNS.iter().filter(there).copied().collect();
    let object = |value: &Value| {
        LayerColumns(columns.iter().map(|c| (*c, value.get(c).cloned().unwrap_or(Value::Null))).collect())
    };
    values.iter().map(object).collect()
}

/// The rows as a table; an absent number is missing, doubts are joined by "; ".
///
/// # Errors
/// As [`Table::new`].
pub fn table(rows: &[&SpectrumRow]) -> Result<Table> {
    let objects = objects(rows);
    let columns = objects.first().map_or(Vec::new(), |o| o.0.iter().map(|(name, _)| *name).collect());
    let column = |(i, name): (usize, &&'static str)| {
        let cells: Vec<&Value> = objects.iter().map(|o| &o.0[i].1).collect();
        let values = if cells.iter().any(|c| c.is_string() || c.is_array()) {
            Values::Text(cells.iter().map(|c| words(c)).collect())
        } else if cells.iter().all(|c| c.is_u64()) {
            Values::Count(cells.iter().map(|c| c.as_u64().unwrap_or_default()).collect())
        } else {
            Values::Number(cells.iter().map(|c| c.as_f64().unwrap_or(f64::NAN)).collect())
        };
        (*name, values)
    };
    Table::new(columns.iter().enumerate().map(column).collect())
}

fn words(cell: &Value) -> String {
    match cell {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(words).collect::<Vec<_>>().join("; "),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spectrum::matrix::WeightMatrix;
    use crate::spectrum::row::{LayerSpectrum, SpectrumOptions};

    fn row(options: &SpectrumOptions) -> SpectrumRow {
        let weights = (0..24 * 60).map(|i| ((i * i) as f64).sin()).collect();
        LayerSpectrum::of("x", &[WeightMatrix::new(24, 60, weights)], options).unwrap().row
    }

    #[test]
    fn every_field_of_a_row_is_a_column_and_every_column_a_field() {
        let all = SpectrumOptions {
            mp: true,
            randomize: true,
            fix_fingers: true,
            gof: 20,
            original_modes: true,
            seed: 0,
        };
        let json = serde_json::to_value(row(&all)).unwrap();
        let mut fields: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        let mut columns = COLUMNS.to_vec();
        fields.sort_unstable();
        columns.sort_unstable();
        assert_eq!(fields, columns);
    }

    #[test]
    fn what_was_not_asked_for_is_no_column() {
        let row = row(&SpectrumOptions::default());
        let table = table(&[&row]).unwrap();
        assert!(!table.names().contains(&"num_spikes".to_owned()));
        assert!(table.csv().starts_with("name,rows,cols,N,M,Q,rf,num_evals,alpha,D,"));
    }
}
