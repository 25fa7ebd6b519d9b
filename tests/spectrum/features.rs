//! Feature rank as PyTorch computes it, and the probe as NumPy does: `features.py` beside this file made the
//! numbers.

use lawbook::features::{Dense, features};
use lawbook::weights::Weights;
use std::path::Path;

#[test]
fn ranks_are_pytorchs_and_probe_accuracies_numpys() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spectrum/features.npz");
    let stored = Weights::open(&file).unwrap();
    let array = |name: &str| stored.read(stored.tensors.iter().find(|t| t.name == name).unwrap()).unwrap();
    let parts: Vec<(Vec<f64>, Vec<f64>)> =
        (0..4).map(|i| (array(&format!("w{i}")), array(&format!("b{i}")))).collect();
    let layers: Vec<Dense> = parts.iter().map(|(weights, biases)| Dense { weights, biases }).collect();
    let labels: Vec<u8> = array("labels").iter().map(|&label| label as u8).collect();
    let found = features(&layers, &array("inputs"), &labels).unwrap();
    let ranks: Vec<f64> = found.iter().map(|f| f.rank as f64).collect();
    assert_eq!(ranks, array("ranks"));
    assert!(ranks.contains(&4.0) && ranks.contains(&24.0), "a bottleneck and none: {ranks:?}");
    for (f, expected) in found.iter().zip(array("probes")) {
        assert!((f.probe_accuracy - expected).abs() < 1e-12, "{f:?}, NumPy {expected}");
    }
}
