//! WeightWatcher 0.7.7 on the same weights: `parity.py` beside this file made its numbers.

use lawbook::spectrum::esd::Esd;
use lawbook::spectrum::matrix::{WeightMatrix, slices};
use lawbook::spectrum::row::{SpectrumOptions, SpectrumRow};
use lawbook::spectrum::shuffled::Shuffles;
use lawbook::weights::Weights;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spectrum").join(name)
}

/// Each layer's name, slices, and WeightWatcher's numbers for it.
fn layers() -> Vec<(String, Vec<WeightMatrix>, Value)> {
    let text = std::fs::read_to_string(beside("weightwatcher.json")).unwrap();
    let expected: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(expected["weightwatcher"], "0.7.7");
    let weights = Weights::open(&beside("weights.npz")).unwrap();
    let read = |t: &lawbook::weights::StoredTensor| {
        let cut = slices(&t.name, &t.shape, weights.read(t).unwrap()).unwrap();
        (t.name.clone(), cut, expected["layers"][&t.name].clone())
    };
    weights.tensors.iter().map(read).collect()
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn row(name: &str, cut: &[WeightMatrix], expected: &Value, options: &SpectrumOptions) -> Value {
    let shuffles = Shuffles { pooled: numbers(&expected["pooled"]), single: numbers(&expected["single"]) };
    let shuffles = options.randomize.then_some(&shuffles);
    let row = SpectrumRow::of(
        name,
        [cut[0].rows, cut[0].cols],
        cut.len(),
        &Esd::of(cut).unwrap(),
        shuffles,
        options,
    );
    serde_json::to_value(row).unwrap()
}

/// Fails unless the two values agree; numbers to this relative tolerance.
fn agree(layer: &str, column: &str, found: &Value, expected: &Value, tolerance: f64) {
    if let (Some(a), Some(b)) = (found.as_f64(), expected.as_f64()) {
        let close = (a - b).abs() <= tolerance * b.abs().max(1e-12);
        assert!(close, "{layer}, {column}: {a}, WeightWatcher {b}");
    } else {
        assert_eq!(found, expected, "{layer}, {column}");
    }
}

/// alpha, D and xmin to 1e-6; what else is a number to 1e-4.
fn tolerance(column: &str) -> f64 {
    if ["alpha", "D", "xmin"].contains(&column) { 1e-6 } else { 1e-4 }
}

/// Columns that say what the layer is called or made of in PyTorch, not what its spectrum is.
const NOT_NUMBERS: [&str; 5] = ["layer_id", "name", "longname", "layer_type", "has_esd"];

#[test]
fn every_column_of_weightwatchers_table_is_its_number() {
    let options = SpectrumOptions { mp: true, randomize: true, ..SpectrumOptions::default() };
    let layers = layers();
    assert_eq!(layers.len(), 12);
    for (name, cut, expected) in &layers {
        let found = row(name, cut, expected, &options);
        let columns = expected["columns"].as_object().unwrap();
        assert!(columns.len() > 50);
        for (column, value) in columns.iter().filter(|(c, _)| !NOT_NUMBERS.contains(&c.as_str())) {
            // Zero to rounding in both, and different rounding.
            let rounding = column == "sv_min" && name == "low_rank";
            if !rounding {
                agree(name, column, &found[column], value, tolerance(column));
            }
        }
    }
}

#[test]
fn fingers_are_clipped_as_weightwatcher_clips_them() {
    let options = SpectrumOptions { fix_fingers: true, ..SpectrumOptions::default() };
    let mut clipped = 0;
    for (name, cut, expected) in layers() {
        let found = row(&name, &cut, &expected, &options);
        let columns = &expected["fix_fingers"];
        // On layers too small to clip nine eigenvalues from WeightWatcher gives up; we keep the whole fit.
        if columns["status"] == "failed" {
            assert_eq!((&found["num_fingers"], &found["raw_alpha"]), (&Value::from(0), &found["alpha"]));
            continue;
        }
        clipped += columns["num_fingers"].as_u64().unwrap().min(1);
        for (column, value) in columns.as_object().unwrap() {
            agree(&name, column, &found[column], value, tolerance(column));
        }
    }
    assert!(clipped >= 3, "some layers have fingers");
}

#[test]
fn a_committed_layer_of_each_kind_is_there() {
    let kinds: Vec<(usize, usize)> =
        layers().iter().map(|(_, cut, _)| (cut.len(), cut[0].smaller())).collect();
    assert!(kinds.contains(&(9, 8)) && kinds.contains(&(1, 10)) && kinds.contains(&(1, 140)));
}
