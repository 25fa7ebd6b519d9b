//! A curve of error against samples, seed by seed, and the laws through it.

use crate::error::Result;
use crate::fit::fitted::{Fit, Parameter};
use crate::fit::law::Law;
use crate::fit::points::Points;
use crate::fit::select;
use crate::fit::space::Space;
use crate::stats::{Mean, mean};
use serde::Serialize;

/// The spaces in which every law is fitted: the answer ought not to depend on it.
pub const SPACES: [Space; 2] = [Space::Log, Space::Y];

/// One error against the number of training samples.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// "epochs quality=1, noisy".
    pub name: String,
    /// Training samples, ascending.
    pub sizes: Vec<usize>,
    /// The errors at each size, over seeds.
    pub errors: Vec<Mean>,
    /// The laws in each of [`SPACES`].
    pub laws: Vec<Laws>,
    /// The errors by seed, then by size.
    #[serde(skip)]
    pub by_seed: Vec<Vec<f64>>,
}

/// The laws through a curve in one space. Intervals are 95 %.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Laws {
    /// What was minimised.
    pub space: Space,
    /// E of `E + A n^-α` through the means over seeds, with its profile interval.
    pub floor: Parameter,
    /// Its A.
    pub amplitude: Parameter,
    /// Its α.
    pub alpha: Parameter,
    /// α fitted seed by seed.
    pub alpha_by_seed: Mean,
    /// E fitted seed by seed.
    pub floor_by_seed: Mean,
    /// α of the pure power law `A n^-α` through the means.
    pub power_alpha: Parameter,
    /// The same seed by seed.
    pub power_alpha_by_seed: Mean,
    /// E of `E + A/√n` through the means.
    pub root_floor: Parameter,
    /// Its A.
    pub root_amplitude: Parameter,
    /// Root mean square of ln y - ln f, of the law with α free.
    pub rmse_log: f64,
    /// AICc of `E + A/√n` minus that of the law with α free: above 0 when the free law is the better one.
    pub root_excess: f64,
    /// Chance of so much better a free law if α were 1/2: the likelihood ratio, by Fisher's F.
    pub root_p: f64,
    /// AICc of `A n^-α` minus that of the law with a floor: above 0 when the floor is needed.
    pub power_excess: f64,
    /// Why the search for the law with α free stopped.
    pub stop: String,
    /// The exponents seed by seed; NaN where a seed's curve rises by more than a falling law allows.
    #[serde(skip)]
    pub alphas: Vec<f64>,
    /// The same of the pure power law.
    #[serde(skip)]
    pub power_alphas: Vec<f64>,
}

impl Curve {
    /// A curve of errors by seed, then by size, with its laws.
    ///
    /// # Errors
    /// As [`Law::fit`].
    pub fn new(name: String, sizes: &[usize], by_seed: Vec<Vec<f64>>) -> Result<Self> {
        let at = |i: usize| mean(&by_seed.iter().map(|errors| errors[i]).collect::<Vec<_>>());
        let errors: Vec<Mean> = (0..sizes.len()).map(at).collect();
        let laws = SPACES.map(|space| laws(sizes, &errors, &by_seed, space));
        let laws = laws.into_iter().collect::<Result<Vec<_>>>()?;
        Ok(Self { name, sizes: sizes.to_vec(), errors, laws, by_seed })
    }

    /// The same curve at some of its sizes alone, with the laws through those.
    ///
    /// # Errors
    /// As [`Law::fit`].
    pub fn at_sizes(&self, sizes: &[usize]) -> Result<Self> {
        let kept: Vec<usize> = (0..self.sizes.len()).filter(|&i| sizes.contains(&self.sizes[i])).collect();
        let by_seed = self.by_seed.iter().map(|errors| kept.iter().map(|&i| errors[i]).collect()).collect();
        let sizes: Vec<usize> = kept.iter().map(|&i| self.sizes[i]).collect();
        Self::new(self.name.clone(), &sizes, by_seed)
    }

    /// The laws in one space.
    pub fn law(&self, space: Space) -> &Laws {
        self.laws.iter().find(|laws| laws.space == space).expect("a curve is fitted in every space")
    }

    /// Places and means, for drawing.
    pub fn points(&self) -> Vec<(f64, f64)> {
        self.sizes.iter().zip(&self.errors).map(|(&n, error)| (n as f64, error.mean)).collect()
    }

    /// The sizes as numbers.
    pub fn n(&self) -> Vec<f64> {
        self.sizes.iter().map(|&n| n as f64).collect()
    }

    /// Means less and more one standard deviation over seeds; nothing falls to 0, which no log axis has.
    pub fn band(&self) -> [Vec<f64>; 2] {
        let low = self.errors.iter().map(|e| (e.mean - e.sd).max(0.2 * e.mean)).collect();
        [low, self.errors.iter().map(|e| e.mean + e.sd).collect()]
    }
}

impl Laws {
    /// `E + A n^-α` with α free.
    pub fn at(&self, n: f64) -> f64 {
        self.floor.value + self.amplitude.value * n.powf(-self.alpha.value)
    }

    /// `E + A/√n`.
    pub fn root_at(&self, n: f64) -> f64 {
        self.root_floor.value + self.root_amplitude.value / n.sqrt()
    }
}

fn laws(sizes: &[usize], errors: &[Mean], by_seed: &[Vec<f64>], space: Space) -> Result<Laws> {
    let n: Vec<f64> = sizes.iter().map(|&n| n as f64).collect();
    let means: Vec<f64> = errors.iter().map(|error| error.mean).collect();
    let points = Points::curve(&n, &means)?;
    let free = Law::Floor.fit(&points, space)?;
    let root = Law::FloorFixed { alpha: 0.5 }.fit(&points, space)?;
    let power = Law::Power.fit(&points, space)?;
    // A single seed's curve may rise by more than a falling law allows; it then has no exponent.
    let fits = |law: Law| -> Vec<Option<Fit>> {
        by_seed.iter().map(|y| law.fit(&Points::curve(&n, y).ok()?, space).ok()).collect()
    };
    let value = |fits: &[Option<Fit>], name: &str| -> Vec<f64> {
        fits.iter().map(|fit| fit.as_ref().map_or(f64::NAN, |fit| fit[name].value)).collect()
    };
    let (free_by_seed, power_by_seed) = (fits(Law::Floor), fits(Law::Power));
    let alphas = value(&free_by_seed, "alpha");
    let power_alphas = value(&power_by_seed, "alpha");
    Ok(Laws {
        space,
        floor: free["E"].clone(),
        amplitude: free["A"].clone(),
        alpha: free["alpha"].clone(),
        alpha_by_seed: over_seeds(&alphas),
        floor_by_seed: over_seeds(&value(&free_by_seed, "E")),
        power_alpha: power["alpha"].clone(),
        power_alpha_by_seed: over_seeds(&power_alphas),
        root_floor: root["E"].clone(),
        root_amplitude: root["A"].clone(),
        rmse_log: free.rmse_log,
        root_excess: root.aicc - free.aicc,
        root_p: select::likelihood_ratio(&root, &free).map_or(f64::NAN, |ratio| ratio.p),
        power_excess: power.aicc - free.aicc,
        stop: free.stop.to_string(),
        alphas,
        power_alphas,
    })
}

/// The mean over the seeds that have the value; NaN where none has.
fn over_seeds(values: &[f64]) -> Mean {
    let there: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    mean(if there.is_empty() { &[f64::NAN] } else { &there })
}

/// What one change does to the error, beside what more data do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gain {
    /// The change: "quality 1 to 2".
    pub change: String,
    /// How many times the data it is held against.
    pub times: usize,
    /// Sizes that are averaged over.
    pub sizes: Vec<usize>,
    /// ln of the error after the change over the error before, seed by seed, averaged over the sizes.
    pub change_gain: Mean,
    /// The same for `times` the data instead.
    pub data_gain: Mean,
    /// The first minus the second: below 0 when the change is worth more than that much data.
    pub difference: Mean,
}

/// Compares a change with more data over the lower half of the sizes, where data are what lacks.
pub fn gain(change: &str, before: &Curve, after: &Curve, times: usize) -> Gain {
    let lower = before.sizes.len().div_ceil(2);
    let more = |n: usize| before.sizes.iter().position(|&m| m == times * n);
    let pairs: Vec<(usize, usize)> = (0..lower).filter_map(|i| Some((i, more(before.sizes[i])?))).collect();
    let average = |f: &dyn Fn(usize, usize) -> f64| {
        pairs.iter().map(|&(i, j)| f(i, j)).sum::<f64>() / pairs.len() as f64
    };
    let seeds = before.by_seed.iter().zip(&after.by_seed);
    let (mut changes, mut data) = (Vec::new(), Vec::new());
    for (before, after) in seeds {
        changes.push(average(&|i, _| (after[i] / before[i]).ln()));
        data.push(average(&|i, j| (before[j] / before[i]).ln()));
    }
    let apart: Vec<f64> = changes.iter().zip(&data).map(|(a, b)| a - b).collect();
    Gain {
        change: change.to_owned(),
        times,
        sizes: pairs.iter().map(|&(i, _)| before.sizes[i]).collect(),
        change_gain: mean(&changes),
        data_gain: mean(&data),
        difference: mean(&apart),
    }
}

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

/// The contrast of two curves in one space.
pub fn contrast(first: &Curve, second: &Curve, space: Space) -> Contrast {
    let apart = |a: &[f64], b: &[f64]| over_seeds(&a.iter().zip(b).map(|(a, b)| b - a).collect::<Vec<_>>());
    let (a, b) = (first.law(space), second.law(space));
    let difference = apart(&a.alphas, &b.alphas);
    Contrast {
        of: [first.name.clone(), second.name.clone()],
        space,
        difference,
        power_difference: apart(&a.power_alphas, &b.power_alphas),
        p: difference.p_zero(),
        detectable: difference.detectable(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three seeds on `0.02 + a n^-alpha`, each scaled a little.
    fn curve(name: &str, a: f64, alpha: f64) -> Curve {
        let sizes: Vec<usize> = (0..10).map(|k| 50 << k).collect();
        let seed =
            |factor: f64| sizes.iter().map(|&n| factor * (0.02 + a * (n as f64).powf(-alpha))).collect();
        Curve::new(name.to_owned(), &sizes, [0.98, 1.0, 1.02].map(seed).to_vec()).unwrap()
    }

    #[test]
    fn a_law_is_found_through_the_means_and_in_every_seed() {
        let curve = curve("known", 3.0, 0.7);
        for space in SPACES {
            let laws = curve.law(space);
            assert!((laws.alpha.value - 0.7).abs() < 1e-6 && (laws.floor.value - 0.02).abs() < 1e-6);
            assert!((laws.alpha_by_seed.mean - 0.7).abs() < 1e-6 && laws.alpha_by_seed.sd < 1e-6);
            assert!(laws.root_excess > 10.0 && laws.power_excess > 10.0 && laws.root_p < 1e-3);
            assert!((laws.at(400.0) - curve.errors[3].mean).abs() < 1e-9);
        }
    }

    #[test]
    fn a_contrast_is_the_difference_of_the_exponents() {
        let contrast = contrast(&curve("a", 3.0, 0.7), &curve("b", 3.0, 0.6), Space::Log);
        assert!((contrast.difference.mean + 0.1).abs() < 1e-6, "{:?}", contrast.difference);
    }

    #[test]
    fn a_floor_that_only_one_law_has_turns_the_contrast_of_the_other() {
        // The same exponent, but the second curve sinks to its floor sooner: a pure power law calls it slower.
        let contrast = contrast(&curve("a", 3.0, 0.7), &curve("b", 0.3, 0.7), Space::Log);
        assert!(
            contrast.difference.mean.abs() < 1e-6 && contrast.power_difference.mean < -0.05,
            "{contrast:?}"
        );
    }

    #[test]
    fn a_curve_at_some_of_its_sizes_is_fitted_there_alone() {
        let whole = curve("a", 3.0, 0.7);
        let some = whole.at_sizes(&whole.sizes[2..7]).unwrap();
        assert_eq!((some.sizes.len(), some.errors[0].mean), (5, whole.errors[2].mean));
        assert!(some.law(Space::Log).power_alpha.value > whole.law(Space::Log).power_alpha.value);
    }

    #[test]
    fn a_change_that_is_worth_four_times_the_data_gains_as_much() {
        let before = curve("before", 3.0, 0.7);
        let gain = gain("change", &before, &curve("after", 3.0 * 4f64.powf(-0.7), 0.7), 4);
        assert_eq!((gain.sizes.len(), gain.sizes[0]), (5, 50));
        assert!(gain.difference.mean.abs() < 1e-9 && gain.change_gain.mean < -0.3, "{gain:?}");
    }

    #[test]
    fn a_seed_whose_curve_rises_has_no_exponent_and_does_not_stop_the_others() {
        let sizes: Vec<usize> = (0..8).map(|k| 50 << k).collect();
        let falls: Vec<f64> = sizes.iter().map(|&n| 0.02 + 3.0 * (n as f64).powf(-0.7)).collect();
        let rises: Vec<f64> = sizes.iter().map(|&n| 1e-4 * (n as f64).powf(0.3)).collect();
        let curve = Curve::new("mixed".to_owned(), &sizes, vec![falls.clone(), falls, rises]).unwrap();
        let laws = curve.law(Space::Log);
        assert_eq!((laws.alpha_by_seed.n, laws.alphas.len()), (2, 3));
        assert!(laws.alphas[2].is_nan());
    }
}
