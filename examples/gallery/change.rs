//! A break in a curve: its place with a 95 % interval, and the smooth curve that it has to beat.

use lawbook::law_figure;
use lawbook::prelude::*;
use rand_distr::{Distribution, StandardNormal};

pub fn figure() -> Figure {
    let mut random = stream(0, "change", 0);
    let step: Vec<f64> = (0..60).map(f64::from).collect();
    let accuracy: Vec<f64> = step
        .iter()
        .map(|&x| {
            let noise: f64 = StandardNormal.sample(&mut random);
            0.3 + 0.004 * x + 0.01 * (x - 34.0).max(0.0) + 0.012 * noise
        })
        .collect();
    let found = change::onset(&step, &accuracy, Break::Kink, Smooth::Polynomial(3), 0).unwrap();
    let points = step.into_iter().zip(accuracy).collect();
    law_figure::change(&found, points, Axis::linear("Steps (thousands)"), Axis::linear("Test accuracy"))
}
