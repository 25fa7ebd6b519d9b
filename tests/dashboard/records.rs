//! Small records of study 04, with real snapshots: networks of twelve layers with random weights.

use lawbook::budget::Budget;
use lawbook::net::Architecture;
use lawbook::net::mlp::{InitScale, Mlp};
use lawbook::run::{Code, Net, Point, RunRecord};
use lawbook::snapshot;
use lawbook::study::s04_grokking::{Arm, design};

/// Layers of the networks.
pub const LAYERS: usize = 12;
/// Steps of their snapshots.
pub const SNAPSHOTS: [u64; 5] = [0, 100, 200, 300, 400];

/// One run for each size and seed.
pub fn runs(sizes: &[usize], seeds: u64) -> Vec<RunRecord> {
    (0..seeds).flat_map(|seed| sizes.iter().map(move |&n_train| run(n_train, seed))).collect()
}

fn run(n_train: usize, seed: u64) -> RunRecord {
    let shape: Vec<usize> = [16].into_iter().chain([24; LAYERS - 1]).chain([10]).collect();
    let mut spec = design(Budget::Smoke, None).spec(Arm::Paper, n_train, seed);
    spec.net = Net::Mlp { sizes: shape.clone(), scale: InitScale::All(8.0) };
    let mlp = Mlp::new(&shape).with_scale(InitScale::All(8.0));
    let inputs: Vec<f64> = (0..100 * 16).map(|i| (f64::from(i * i) * 0.7).sin()).collect();
    let labels: Vec<u8> = (0..100).map(|i| i % 10).collect();
    let snapshot = |step: &u64| {
        let weights = mlp.initial(step + 1000 * seed + n_train as u64);
        let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
        let keep = seed == 0 && step.is_multiple_of(200);
        snapshot::take(*step, &mlp, &weights, (&inputs, &labels), keep, seed).unwrap()
    };
    // Training accuracy leaves chance near step 100, test accuracy near 250.
    let rise = |step: u64, at: f64| 0.1 + 0.88 / (1.0 + (-(step as f64 - at) / 15.0).exp());
    let point = |step: u64| Point {
        step,
        train_loss: 1.0 - rise(step, 100.0),
        train_accuracy: rise(step, 100.0),
        test_loss: 1.0 - rise(step, 250.0),
        test_accuracy: rise(step, 250.0),
        ..Point::default()
    };
    let curve: Vec<Point> = (0..=40).map(|i| point(10 * i)).collect();
    RunRecord {
        id: spec.id(),
        code: Code { version: "0".to_owned(), commit: "test".to_owned() },
        device: "cpu".to_owned(),
        isa: "none".to_owned(),
        threads: 1,
        n_params: spec.n_params(),
        n_non_embedding: None,
        n_active: None,
        flops: 0.0,
        seconds: 0.0,
        peak_mb: None,
        last: curve[curve.len() - 1],
        curve,
        best: None,
        snapshots: SNAPSHOTS.iter().map(snapshot).collect(),
        spec,
    }
}
