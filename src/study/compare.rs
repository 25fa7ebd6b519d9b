//! Two curves compared, paired over seeds: do their exponents differ, and what is a change worth in data?

use crate::fit::space::Space;
use crate::stats::{Mean, mean};
use crate::study::curve::{Curve, mean_of_finite};
use serde::Serialize;

/// Whether an exponent differs between two curves, paired over seeds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contrast {
    /// The two curves.
    pub of: [String; 2],
    /// What was minimised.
    pub space: Space,
    /// α of the second minus α of the first, seed by seed, of the law with a floor.
    pub difference: Mean,
    /// The same of the pure power law: a floor that trades with the exponent cannot make this difference.
    pub power_difference: Mean,
    /// p-value of "no difference" by the paired t test.
    pub p: f64,
    /// The difference that this test would find with a chance of 80 %.
    pub detectable: f64,
}

impl Contrast {
    /// The exponent of the second curve less that of the first, in one space.
    ///
    /// # Panics
    /// For curves that are not [`Curve::fitted`].
    pub fn of(first: &Curve, second: &Curve, space: Space) -> Self {
        let apart =
            |a: &[f64], b: &[f64]| mean_of_finite(&a.iter().zip(b).map(|(a, b)| b - a).collect::<Vec<_>>());
        let (a, b) = (first.law(space), second.law(space));
        let difference = apart(&a.alphas, &b.alphas);
        Self {
            of: [first.name.clone(), second.name.clone()],
            space,
            difference,
            power_difference: apart(&a.power_alphas, &b.power_alphas),
            p: difference.p_zero(),
            detectable: difference.detectable(),
        }
    }
}

/// One contrast in both fit spaces: the answer ought not to depend on the space.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contrasts {
    /// In ln y.
    pub log: Contrast,
    /// In y.
    pub linear: Contrast,
}

impl Contrasts {
    /// The exponent of the second curve less that of the first, in both spaces.
    ///
    /// # Panics
    /// For curves that are not [`Curve::fitted`].
    pub fn of(first: &Curve, second: &Curve) -> Self {
        let [log, linear] = [Space::Log, Space::Y].map(|space| Contrast::of(first, second, space));
        Self { log, linear }
    }

    /// Both, for a loop.
    pub fn both(&self) -> [&Contrast; 2] {
        [&self.log, &self.linear]
    }
}

/// What one change does to the error, beside what more data do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gain {
    /// The change: "quality 1 to 2".
    pub change: String,
    /// How many times the data it is held against.
    pub times: u32,
    /// Places that are averaged over.
    pub x: Vec<f64>,
    /// ln of the error after the change over the error before, seed by seed, averaged over the places.
    pub change_gain: Mean,
    /// The same for `times` the data instead.
    pub data_gain: Mean,
    /// The first minus the second: below 0 when the change is worth more than that much data.
    pub difference: Mean,
}

impl Gain {
    /// A change beside `times` the data, over the lower half of the places, where data are what lacks.
    pub fn of(change: &str, before: &Curve, after: &Curve, times: u32) -> Self {
        let lower = &before.x[..before.x.len().div_ceil(2)];
        let more = |x: f64| before.x.iter().position(|&other| other == f64::from(times) * x);
        let pairs: Vec<(usize, usize)> =
            lower.iter().enumerate().filter_map(|(i, &x)| Some((i, more(x)?))).collect();
        let average = |f: &dyn Fn(usize, usize) -> f64| {
            pairs.iter().map(|&(i, j)| f(i, j)).sum::<f64>() / pairs.len() as f64
        };
        let (mut changes, mut data) = (Vec::new(), Vec::new());
        for (before, after) in before.by_seed.iter().zip(&after.by_seed) {
            changes.push(average(&|i, _| (after[i] / before[i]).ln()));
            data.push(average(&|i, j| (before[j] / before[i]).ln()));
        }
        let apart: Vec<f64> = changes.iter().zip(&data).map(|(a, b)| a - b).collect();
        Self {
            change: change.to_owned(),
            times,
            x: pairs.iter().map(|&(i, _)| before.x[i]).collect(),
            change_gain: mean(&changes),
            data_gain: mean(&data),
            difference: mean(&apart),
        }
    }

    /// The error after the change as a share of the error with that much more data instead, with its ends.
    pub fn ratio(&self) -> [f64; 2] {
        [self.difference.low.exp(), self.difference.high.exp()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three seeds on `0.02 + a x^-alpha`, each scaled a little.
    fn curve(name: &str, a: f64, alpha: f64) -> Curve {
        let x: Vec<f64> = (0..10).map(|k| f64::from(50 << k)).collect();
        let seed = |factor: f64| x.iter().map(|x| factor * (0.02 + a * x.powf(-alpha))).collect();
        Curve::measured(name, &x, [0.98, 1.0, 1.02].map(seed).to_vec()).fitted().unwrap()
    }

    #[test]
    fn a_contrast_is_the_difference_of_the_exponents() {
        let contrast = Contrast::of(&curve("a", 3.0, 0.7), &curve("b", 3.0, 0.6), Space::Log);
        assert!((contrast.difference.mean + 0.1).abs() < 1e-6, "{:?}", contrast.difference);
    }

    #[test]
    fn a_floor_that_only_one_law_has_turns_the_contrast_of_the_other() {
        // The same exponent, but the second curve sinks to its floor sooner: a pure power law calls it slower.
        let contrast = Contrast::of(&curve("a", 3.0, 0.7), &curve("b", 0.3, 0.7), Space::Log);
        assert!(
            contrast.difference.mean.abs() < 1e-6 && contrast.power_difference.mean < -0.05,
            "{contrast:?}"
        );
    }

    #[test]
    fn a_change_that_is_worth_four_times_the_data_gains_as_much() {
        let before = curve("before", 3.0, 0.7);
        let gain = Gain::of("change", &before, &curve("after", 3.0 * 4f64.powf(-0.7), 0.7), 4);
        assert_eq!((gain.x.len(), gain.x[0]), (5, 50.0));
        assert!(gain.difference.mean.abs() < 1e-9 && gain.change_gain.mean < -0.3, "{gain:?}");
    }
}
