//! The spectrum of a layer: a few strong directions over a random bulk, and the same weights shuffled.

use lawbook::plot;
use lawbook::prelude::*;
use lawbook::spectrum::matrix::WeightMatrix;
use rand_distr::{Distribution, StandardNormal};

pub fn figure() -> Figure {
    let (rows, cols) = (400, 200);
    let mut random = stream(0, "layer", 0);
    let mut normal = |n: usize| -> Vec<f64> { StandardNormal.sample_iter(&mut random).take(n).collect() };
    let mut weights = normal(rows * cols);
    for strength in 1..=24 {
        let (left, right) = (normal(rows), normal(cols));
        for (i, weight) in weights.iter_mut().enumerate() {
            *weight += 0.6 * left[i / cols] * right[i % cols] / f64::from(strength).powf(0.6);
        }
    }
    let options = SpectrumOptions { mp: true, randomize: true, ..SpectrumOptions::default() };
    let layer = LayerSpectrum::of("layer", &[WeightMatrix::new(rows, cols, weights)], &options).unwrap();
    plot::spectrum::figure("esd", &layer)
}
