//! The formats that weights come in: the same numbers from each.

use crate::{bad, bytes, esd, folder, json, npy, npz, safetensors, text, weights};
use safetensors::tensor::Dtype;
use serde_json::Value;
use std::fs;
use zip::CompressionMethod;

/// The numbers of one row, without its name.
fn numbers(row: &Value) -> Value {
    let mut row = row.clone();
    row["name"] = Value::Null;
    row
}

#[test]
fn every_format_and_container_gives_the_same_numbers() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let values = weights(60 * 40);
    for (name, dtype) in
        [("f16", Dtype::F16), ("bf16", Dtype::BF16), ("f32", Dtype::F32), ("f64", Dtype::F64)]
    {
        safetensors(&at(&format!("{name}.safetensors")), &[("fc.weight", dtype, vec![60, 40])]);
    }
    fs::write(at("little.npy"), npy("<f4", false, "(60, 40)", &bytes(&values, Dtype::F32))).unwrap();
    let big: Vec<u8> = values.iter().flat_map(|x| x.to_be_bytes()).collect();
    fs::write(at("big.npy"), npy(">f8", false, "(60, 40)", &big)).unwrap();
    let columns: Vec<f64> = (0..2400).map(|k| values[(k % 60) * 40 + k / 60]).collect();
    fs::write(at("fortran.npy"), npy("<f2", true, "(60, 40)", &bytes(&columns, Dtype::F16))).unwrap();
    let array = npy("<f8", false, "(60, 40)", &bytes(&values, Dtype::F64));
    npz(&at("stored.npz"), &[("fc.npy", array.clone())], CompressionMethod::Stored);
    npz(&at("deflated.npz"), &[("fc.npy", array)], CompressionMethod::Deflated);
    let first = json(folder.path(), &["f64.safetensors"]);
    assert_eq!((first.len(), &first[0]["name"]), (1, &Value::from("fc")));
    let frobenius: f64 = values.iter().map(|w| w * w).sum();
    assert!((first[0]["norm"].as_f64().unwrap() / frobenius - 1.0).abs() < 1e-12);
    for file in [
        "f16.safetensors",
        "bf16.safetensors",
        "f32.safetensors",
        "little.npy",
        "big.npy",
        "fortran.npy",
        "stored.npz",
        "deflated.npz",
    ] {
        assert_eq!(numbers(&json(folder.path(), &[file])[0]), numbers(&first[0]), "{file}");
    }
}

#[test]
fn a_sharded_model_is_read_through_its_index_and_layers_are_chosen_by_pattern() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let f32 = Dtype::F32;
    safetensors(
        &at("model-1.safetensors"),
        &[("h.0.attn.weight", f32, vec![30, 30]), ("h.0.attn.bias", f32, vec![30])],
    );
    safetensors(
        &at("model-2.safetensors"),
        &[
            ("h.1.attn.weight", f32, vec![20, 30]),
            ("h.1.conv.weight", f32, vec![12, 10, 3, 3]),
            ("ids", Dtype::I64, vec![10, 10]),
        ],
    );
    let map = r#"{"metadata": {"total_size": 1}, "weight_map": {"h.0.attn.weight": "model-1.safetensors",
        "h.0.attn.bias": "model-1.safetensors", "h.1.attn.weight": "model-2.safetensors",
        "h.1.conv.weight": "model-2.safetensors", "ids": "model-2.safetensors"}}"#;
    fs::write(at("model.safetensors.index.json"), map).unwrap();
    let names = |arguments: &[&str]| -> Vec<String> {
        let all = [&["model.safetensors.index.json"], arguments].concat();
        json(folder.path(), &all).iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&[]), ["h.0.attn", "h.1.attn", "h.1.conv"]);
    assert_eq!(names(&["--layer", "attn"]), ["h.0.attn", "h.1.attn"]);
    assert_eq!(names(&["--layer", "h.1.*"]), ["h.1.attn", "h.1.conv"]);
    let output = esd(folder.path(), &["model.safetensors.index.json"]);
    assert!(text(&output.stderr).contains("ids: its numbers are I64"), "integers are named, not failed on");
    let output = esd(folder.path(), &["model.safetensors.index.json", "--layer", "mlp"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("h.0.attn"), "the layers there are are named");
    fs::remove_file(at("model-2.safetensors")).unwrap();
    assert!(bad(folder.path(), "model.safetensors.index.json").contains("model-2.safetensors"));
    fs::write(at("out.json"), r#"{"weight_map": {"a": "../model-1.safetensors"}}"#).unwrap();
    assert!(bad(folder.path(), "out.json").contains("lie beside it"));
}

#[test]
fn a_checkpoint_of_lawbooks_own_shows_its_layers() {
    use lawbook::checkpoint::{Checkpoint, Progress};
    use lawbook::learner::learner;
    use lawbook::study;
    let folder = folder();
    let spec = (study::find("02").unwrap().jobs)(lawbook::budget::Budget::Smoke, None).remove(0).spec;
    let state = learner(&spec, None).unwrap().state();
    let progress = Progress { isa: String::new(), ..Progress::start(&spec) };
    Checkpoint { progress, state }.save(&folder.path().join("run.safetensors")).unwrap();
    let rows = json(folder.path(), &["run.safetensors"]);
    assert_eq!(rows[0]["name"], "layers.0");
    assert_eq!(rows[0]["cols"], 784);
}
