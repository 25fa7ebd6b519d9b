//! The original's metrics, by step, as JSON in its shape and as a CSV with a row a seed, step and layer.
//!
//! ```text
//! layer_ranks        {step: {"layer_0": rank, …}}      feature ranks of the layers' outputs
//! train_accuracy     {step: share}
//! test_accuracy      {step: share}
//! probe_accuracies   {step: {"layer_0": share, …}}     linear probes
//! esd_metrics        {step: {longname, alpha, D, median_alpha, median_D, spectral_norm, norm, alphahat,
//!                            eigs}}
//! ```
//!
//! In the original `alpha` and `D` are those of the median edge; here they are the exhaustive edge's, and the
//! median edge's stand beside them under their own names. `spectral_norm` is the largest eigenvalue of `W
//! Wᵀ`, `norm` their sum, as there. `eigs` is empty at steps at which eigenvalues are not kept. The seed is
//! 0; the CSV has all seeds.

use crate::run::{Point, RunRecord};
use crate::snapshot::{LayerSnapshot, Snapshot};
use crate::spectrum::alpha::Alpha;
use crate::study::s04_grokking::spectra::at;
use crate::table::{Table, count, number};
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
    let tail = |layer: &LayerSnapshot, of: fn(&Alpha) -> f64| json!(layer.row.tail.as_ref().map(of));
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

/// One layer of one run at one snapshot.
struct Row<'a> {
    run: &'a RunRecord,
    snapshot: &'a Snapshot,
    index: usize,
    layer: &'a LayerSnapshot,
}

impl Row<'_> {
    /// A measure of the run at the snapshot's step.
    fn at(&self, of: impl Fn(&Point) -> f64) -> f64 {
        at(self.run, self.snapshot.step, of)
    }

    /// A measure of the tail by the exhaustive edge.
    fn tail(&self, of: impl Fn(&Alpha) -> f64) -> f64 {
        self.layer.row.tail.as_ref().map_or(f64::NAN, of)
    }
}

/// The metrics of all these runs as a table, a row a seed, step and layer; a missing number is empty.
pub fn table(runs: &[&RunRecord]) -> Table {
    let mut rows: Vec<Row> = Vec::new();
    for run in runs {
        for snapshot in &run.snapshots {
            let layers = snapshot.layers.iter().enumerate();
            rows.extend(layers.map(|(index, layer)| Row { run, snapshot, index, layer }));
        }
    }
    let or_nan = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let spikes = |row: &Row| row.layer.row.bulk.as_ref().map(|bulk| bulk.num_spikes as f64);
    let shuffled = |row: &Row| row.layer.row.baseline;
    Table::of(
        &rows,
        [
            count("seed", &|row| row.run.spec.seed),
            count("step", &|row| row.snapshot.step),
            count("layer", &|row| row.index as u64),
            number("train_accuracy", &|row| row.at(|p| p.train_accuracy)),
            number("test_accuracy", &|row| row.at(|p| p.test_accuracy)),
            number("weight_norm", &|row| row.at(|p| p.weight_norm.unwrap_or(f64::NAN))),
            count("feature_rank", &|row| row.layer.feature_rank as u64),
            number("probe_accuracy", &|row| row.layer.probe_accuracy),
            number("alpha", &|row| row.tail(|tail| tail.alpha)),
            number("D", &|row| row.tail(|tail| tail.ks)),
            number("sigma", &|row| row.tail(|tail| tail.sigma)),
            number("xmin", &|row| row.tail(|tail| tail.xmin)),
            number("num_pl_spikes", &|row| row.tail(|tail| tail.num_pl_spikes as f64)),
            number("median_alpha", &|row| or_nan(row.layer.median_alpha)),
            number("median_D", &|row| or_nan(row.layer.median_ks)),
            number("spectral_norm", &|row| row.layer.row.lambda_max),
            number("norm", &|row| row.layer.row.norms.norm),
            number("alphahat", &|row| or_nan(row.layer.row.alpha_weighted)),
            number("stable_rank", &|row| row.layer.row.norms.stable_rank),
            number("num_spikes", &|row| or_nan(spikes(row))),
            number("rand_num_spikes", &|row| or_nan(shuffled(row).map(|s| s.rand_num_spikes as f64))),
            number("rand_distance", &|row| or_nan(shuffled(row).map(|s| s.rand_distance))),
        ],
    )
}
