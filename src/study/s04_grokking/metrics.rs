//! The original's metrics, by step, as JSON in its shape and as a CSV with a row a seed, step and layer.
//!
//! ```text
//! layer_ranks        {step: {"layer_0": rank, …}}      feature ranks of the layers' outputs
//! train_accuracy     {step: share}
//! test_accuracy      {step: share}
//! probe_accuracies   {step: {"layer_0": share, …}}     linear probes
//! esd_metrics        {step: {longname, alpha, D, median_alpha, median_D, spectral_norm, norm, alphahat, eigs}}
//! ```
//!
//! In the original `alpha` and `D` are those of the median edge; here they are the exhaustive edge's, and the median
//! edge's stand beside them under their own names. `spectral_norm` is the largest eigenvalue of `W Wᵀ`, `norm` their sum,
//! as there. `eigs` is empty at steps at which eigenvalues are not kept. The seed is 0; the CSV has all seeds.

use crate::error::Result;
use crate::run::RunRecord;
use crate::snapshot::{LayerSnapshot, Snapshot};
use crate::study::s04_grokking::spectra::at;
use crate::table::{Table, Values};
use serde_json::{Map, Value, json};

/// The metrics of one run in the original's shape.
pub fn json(run: &RunRecord) -> Value {
    let by_step = |of: &dyn Fn(&Snapshot) -> Value| -> Value {
        run.snapshots
            .iter()
            .map(|snapshot| (snapshot.step.to_string(), of(snapshot)))
            .collect::<Map<_, _>>()
            .into()
    };
    let by_layer = |snapshot: &Snapshot, of: &dyn Fn(&LayerSnapshot) -> Value| -> Value {
        let layers = snapshot.layers.iter().enumerate();
        layers.map(|(l, layer)| (format!("layer_{l}"), of(layer))).collect::<Map<_, _>>().into()
    };
    let list = |snapshot: &Snapshot, of: &dyn Fn(&LayerSnapshot) -> Value| -> Value {
        snapshot.layers.iter().map(of).collect()
    };
    let tail = |layer: &LayerSnapshot, of: fn(&crate::spectrum::alpha::Alpha) -> f64| {
        json!(layer.row.tail.as_ref().map(of))
    };
    json!({
        "layer_ranks": by_step(&|snapshot| by_layer(snapshot, &|layer| json!(layer.feature_rank))),
        "train_accuracy": by_step(&|snapshot| json!(at(run, snapshot.step, |p| p.train_accuracy))),
        "test_accuracy": by_step(&|snapshot| json!(at(run, snapshot.step, |p| p.test_accuracy))),
        "probe_accuracies": by_step(&|snapshot| by_layer(snapshot, &|layer| json!(layer.probe_accuracy))),
        "esd_metrics": by_step(&|snapshot| json!({
            "longname": (0..snapshot.layers.len()).map(|l| format!("layers.{l}")).collect::<Vec<_>>(),
            "alpha": list(snapshot, &|layer| tail(layer, |tail| tail.alpha)),
            "D": list(snapshot, &|layer| tail(layer, |tail| tail.ks)),
            "median_alpha": list(snapshot, &|layer| json!(layer.median_alpha)),
            "median_D": list(snapshot, &|layer| json!(layer.median_ks)),
            "spectral_norm": list(snapshot, &|layer| json!(layer.row.lambda_max)),
            "norm": list(snapshot, &|layer| json!(layer.row.norms.norm)),
            "alphahat": list(snapshot, &|layer| json!(layer.row.alpha_weighted)),
            "eigs": list(snapshot, &|layer| json!(layer.eigenvalues)),
        })),
    })
}

/// The metrics of all these runs as a table, a row a seed, step and layer; a missing number is empty.
///
/// # Errors
/// Never in practice: as [`Table::new`].
pub fn table(runs: &[&RunRecord]) -> Result<Table> {
    let mut rows: Vec<(&RunRecord, &Snapshot, usize, &LayerSnapshot)> = Vec::new();
    for run in runs {
        for snapshot in &run.snapshots {
            rows.extend(snapshot.layers.iter().enumerate().map(|(l, layer)| (*run, snapshot, l, layer)));
        }
    }
    let count = |of: &dyn Fn(&RunRecord, &Snapshot, usize, &LayerSnapshot) -> u64| {
        Values::Count(rows.iter().map(|(run, snapshot, l, layer)| of(run, snapshot, *l, layer)).collect())
    };
    let number = |of: &dyn Fn(&LayerSnapshot) -> Option<f64>| {
        Values::Number(rows.iter().map(|row| of(row.3).unwrap_or(f64::NAN)).collect())
    };
    let point = |of: fn(&crate::run::Point) -> f64| {
        Values::Number(rows.iter().map(|(run, snapshot, ..)| at(run, snapshot.step, of)).collect())
    };
    Table::new(vec![
        ("seed", count(&|run, _, _, _| run.spec.seed)),
        ("step", count(&|_, snapshot, _, _| snapshot.step)),
        ("layer", count(&|_, _, l, _| l as u64)),
        ("train_accuracy", point(|p| p.train_accuracy)),
        ("test_accuracy", point(|p| p.test_accuracy)),
        ("weight_norm", point(|p| p.weight_norm.unwrap_or(f64::NAN))),
        ("feature_rank", count(&|_, _, _, layer| layer.feature_rank as u64)),
        ("probe_accuracy", number(&|layer| Some(layer.probe_accuracy))),
        ("alpha", number(&|layer| layer.row.tail.as_ref().map(|tail| tail.alpha))),
        ("D", number(&|layer| layer.row.tail.as_ref().map(|tail| tail.ks))),
        ("sigma", number(&|layer| layer.row.tail.as_ref().map(|tail| tail.sigma))),
        ("xmin", number(&|layer| layer.row.tail.as_ref().map(|tail| tail.xmin))),
        ("num_pl_spikes", number(&|layer| layer.row.tail.as_ref().map(|tail| tail.num_pl_spikes as f64))),
        ("median_alpha", number(&|layer| layer.median_alpha)),
        ("median_D", number(&|layer| layer.median_ks)),
        ("spectral_norm", number(&|layer| Some(layer.row.lambda_max))),
        ("norm", number(&|layer| Some(layer.row.norms.norm))),
        ("alphahat", number(&|layer| layer.row.alpha_weighted)),
        ("stable_rank", number(&|layer| Some(layer.row.norms.stable_rank))),
        ("num_spikes", number(&|layer| layer.row.bulk.as_ref().map(|bulk| bulk.num_spikes as f64))),
        (
            "rand_num_spikes",
            number(&|layer| layer.row.baseline.as_ref().map(|baseline| baseline.rand_num_spikes as f64)),
        ),
        (
            "rand_distance",
            number(&|layer| layer.row.baseline.as_ref().map(|baseline| baseline.rand_distance)),
        ),
    ])
}
