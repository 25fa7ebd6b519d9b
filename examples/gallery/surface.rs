//! A loss surface L = E + A/N^α + B/D^β: measured against fitted loss, and the best split of compute.

use lawbook::law_figure;
use lawbook::prelude::*;
use rand_distr::{Distribution, StandardNormal};

pub fn figure() -> Figure {
    let mut random = stream(0, "surface", 0);
    let mut runs: [Vec<f64>; 3] = Default::default();
    for params in [1e7, 3e7, 1e8, 3e8, 1e9] {
        for tokens in [2e8, 1e9, 5e9, 2.5e10] {
            // The coefficients of Hoffmann et al. (2022), with 1 % of noise.
            let loss = 1.69 + 406.4 / f64::powf(params, 0.34) + 410.7 / f64::powf(tokens, 0.28);
            let noise: f64 = StandardNormal.sample(&mut random);
            let run = [params, tokens, loss * (1.0 + 0.01 * noise)];
            runs.iter_mut().zip(run).for_each(|(column, value)| column.push(value));
        }
    }
    let [params, tokens, losses] = &runs;
    let fit = surface::fit(params, tokens, losses, Space::Log).unwrap();
    law_figure::surface(&fit, &Points::runs(params, tokens, losses).unwrap())
}
