//! A curve of errors, seed by seed, and the laws through it.
//!
//! ```text
//! y = E + A x^-α      x: training samples, parameters or steps;  fitted in ln y and in y
//! ```
//!
//! Every law is fitted twice: through the means over seeds, whose interval comes from the points' scatter
//! about the law, and seed by seed, whose interval says how far another seed may lie.

use crate::error::Result;
use crate::fit::fitted::{Fit, Parameter};
use crate::fit::law::Law;
use crate::fit::points::Points;
use crate::fit::power;
use crate::fit::select;
use crate::fit::space::Space;
use crate::stats::{Mean, mean};
use crate::study::power_of_means::PowerOfMeans;
use serde::{Deserialize, Serialize};

/// The spaces in which every law is fitted: the answer ought not to depend on it.
pub const SPACES: [Space; 2] = [Space::Log, Space::Y];

/// An error measured at several places with several seeds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// "epochs quality=1, noisy".
    pub name: String,
    /// Training samples, parameters or steps, ascending.
    pub x: Vec<f64>,
    /// The error at each of them, over seeds.
    pub errors: Vec<Mean>,
    /// The laws in each of [`SPACES`]; none of a curve that is not [`Curve::fitted`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub laws: Vec<Laws>,
    /// The errors by seed, then by place.
    #[serde(skip)]
    pub by_seed: Vec<Vec<f64>>,
}

/// The laws through a curve in one space. Intervals are 95 %.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Laws {
    /// What was minimised.
    pub space: Space,
    /// E of `E + A x^-α` through the means over seeds, with its profile interval.
    pub floor: Parameter,
    /// Its A.
    pub amplitude: Parameter,
    /// Its α.
    pub alpha: Parameter,
    /// α fitted seed by seed.
    pub alpha_by_seed: Mean,
    /// E fitted seed by seed.
    pub floor_by_seed: Mean,
    /// α of the pure power law `A x^-α` through the means.
    pub power_alpha: Parameter,
    /// The same seed by seed.
    pub power_alpha_by_seed: Mean,
    /// E of `E + A/√x` through the means.
    pub root_floor: Parameter,
    /// Its A.
    pub root_amplitude: Parameter,
    /// Root mean square of ln y - ln f, of the law with α free.
    pub rmse_log: f64,
    /// AICc of `E + A/√x` minus that of the law with α free: above 0 when the free law is the better one.
    pub root_excess: f64,
    /// Chance of so much better a free law if α were 1/2: the likelihood ratio, by Fisher's F.
    pub root_p: f64,
    /// AICc of `A x^-α` minus that of the law with a floor: above 0 when the floor is needed.
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
    /// A curve of errors by seed, then by place; no law is fitted to it.
    pub fn measured(name: impl Into<String>, x: &[f64], by_seed: Vec<Vec<f64>>) -> Self {
        let at = |i: usize| mean(&by_seed.iter().map(|errors| errors[i]).collect::<Vec<_>>());
        let errors = (0..x.len()).map(at).collect();
        Self { name: name.into(), x: x.to_vec(), errors, laws: Vec::new(), by_seed }
    }

    /// The same curve with the laws through it.
    ///
    /// # Errors
    /// As [`Law::fit`].
    pub fn fitted(self) -> Result<Self> {
        let laws = SPACES.map(|space| laws(&self, space)).into_iter().collect::<Result<_>>()?;
        Ok(Self { laws, ..self })
    }

    /// The same curve at some of its places alone, with the laws through those.
    ///
    /// # Errors
    /// As [`Law::fit`].
    pub fn at_places(&self, x: &[f64]) -> Result<Self> {
        let kept: Vec<usize> = (0..self.x.len()).filter(|&i| x.contains(&self.x[i])).collect();
        let by_seed = self.by_seed.iter().map(|errors| kept.iter().map(|&i| errors[i]).collect()).collect();
        let x: Vec<f64> = kept.iter().map(|&i| self.x[i]).collect();
        Self::measured(self.name.clone(), &x, by_seed).fitted()
    }

    /// The laws in one space.
    ///
    /// # Panics
    /// For a curve that is not [`Curve::fitted`].
    pub fn law(&self, space: Space) -> &Laws {
        self.laws.iter().find(|laws| laws.space == space).expect("a fitted curve has its laws in every space")
    }

    /// The pure power law through the curve, in closed form.
    ///
    /// # Errors
    /// As [`power::fit`].
    pub fn power_law(&self) -> Result<PowerOverSeeds> {
        let middle = self.x.len() / 2;
        let (mut alphas, mut changes) = (Vec::new(), Vec::new());
        let alpha = |x: &[f64], y: &[f64]| Ok(power::fit(x, y, Space::Log)?["alpha"].value);
        for errors in &self.by_seed {
            alphas.push(alpha(&self.x, errors)?);
            let lower: f64 = alpha(&self.x[..=middle], &errors[..=middle])?;
            changes.push(alpha(&self.x[middle..], &errors[middle..])? - lower);
        }
        let means = PowerOfMeans::through(&self.x, &self.means())?;
        Ok(PowerOverSeeds { alpha: mean(&alphas), means, alpha_change: mean(&changes), alphas })
    }

    /// The errors' means.
    pub fn means(&self) -> Vec<f64> {
        self.errors.iter().map(|error| error.mean).collect()
    }

    /// Places and means, for drawing.
    pub fn points(&self) -> Vec<(f64, f64)> {
        self.x.iter().copied().zip(self.means()).collect()
    }

    /// The error at the first place.
    pub fn first(&self) -> &Mean {
        self.errors.first().expect("a curve has points")
    }

    /// The error at the last place.
    pub fn last(&self) -> &Mean {
        self.errors.last().expect("a curve has points")
    }
}

/// A pure power law `A x^-α` through a curve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PowerOverSeeds {
    /// α fitted seed by seed.
    pub alpha: Mean,
    /// The law through the means over seeds; its interval comes from the scatter about the line.
    pub means: PowerOfMeans,
    /// α over the upper half of the places less α over the lower half, seed by seed: 0 for a pure power law.
    pub alpha_change: Mean,
    /// The exponents seed by seed.
    #[serde(skip)]
    pub alphas: Vec<f64>,
}

impl Laws {
    /// `E + A x^-α` with α free.
    pub fn at(&self, x: f64) -> f64 {
        self.floor.value + self.amplitude.value * x.powf(-self.alpha.value)
    }

    /// `E + A/√x`.
    pub fn root_at(&self, x: f64) -> f64 {
        self.root_floor.value + self.root_amplitude.value / x.sqrt()
    }
}

fn laws(curve: &Curve, space: Space) -> Result<Laws> {
    let points = Points::curve(&curve.x, &curve.means())?;
    let free = Law::Floor.fit(&points, space)?;
    let root = Law::FloorFixed { alpha: 0.5 }.fit(&points, space)?;
    let power = Law::Power.fit(&points, space)?;
    // A single seed's curve may rise by more than a falling law allows; it then has no exponent.
    let fits = |law: Law| -> Vec<Option<Fit>> {
        curve.by_seed.iter().map(|y| law.fit(&Points::curve(&curve.x, y).ok()?, space).ok()).collect()
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
        alpha_by_seed: mean_of_finite(&alphas),
        floor_by_seed: mean_of_finite(&value(&free_by_seed, "E")),
        power_alpha: power["alpha"].clone(),
        power_alpha_by_seed: mean_of_finite(&power_alphas),
        root_floor: root["E"].clone(),
        root_amplitude: root["A"].clone(),
        rmse_log: free.rmse_log,
        root_excess: root.aicc - free.aicc,
        root_p: select::likelihood_ratio(&root, &free).map_or(f64::NAN, |ratio| ratio.p),
        power_excess: power.aicc - free.aicc,
        stop: free.stopped(),
        alphas,
        power_alphas,
    })
}

/// The mean over the seeds that have a value; NaN where none has.
pub fn mean_of_finite(values: &[f64]) -> Mean {
    let there: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    mean(if there.is_empty() { &[f64::NAN] } else { &there })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 50, 100, 200, …
    fn sizes(n: u32) -> Vec<f64> {
        (0..n).map(|k| f64::from(50 << k)).collect()
    }

    /// Three seeds on `0.02 + 3 x^-0.7`, each scaled a little.
    fn curve() -> Curve {
        let x = sizes(10);
        let seed = |factor: f64| x.iter().map(|x| factor * (0.02 + 3.0 * x.powf(-0.7))).collect();
        Curve::measured("known", &x, [0.98, 1.0, 1.02].map(seed).to_vec()).fitted().unwrap()
    }

    #[test]
    fn a_law_is_found_through_the_means_and_in_every_seed() {
        let curve = curve();
        for space in SPACES {
            let laws = curve.law(space);
            assert!((laws.alpha.value - 0.7).abs() < 1e-6 && (laws.floor.value - 0.02).abs() < 1e-6);
            assert!((laws.alpha_by_seed.mean - 0.7).abs() < 1e-6 && laws.alpha_by_seed.sd < 1e-6);
            assert!(laws.root_excess > 10.0 && laws.power_excess > 10.0 && laws.root_p < 1e-3);
            assert!((laws.at(400.0) - curve.errors[3].mean).abs() < 1e-9);
        }
    }

    #[test]
    fn a_curve_at_some_of_its_places_is_fitted_there_alone() {
        let whole = curve();
        let some = whole.at_places(&whole.x[2..7]).unwrap();
        assert_eq!((some.x.len(), some.first().mean), (5, whole.errors[2].mean));
        assert!(some.law(Space::Log).power_alpha.value > whole.law(Space::Log).power_alpha.value);
    }

    #[test]
    fn the_exponent_of_a_pure_power_law_does_not_change_and_a_floor_lowers_it() {
        let x = sizes(9);
        let pure = |a: f64| x.iter().map(|x| a * x.powf(-0.5)).collect::<Vec<f64>>();
        let law = Curve::measured("pure", &x, vec![pure(1.0), pure(2.0)]).power_law().unwrap();
        assert!((law.alpha.mean - 0.5).abs() < 1e-12 && law.alpha_change.mean.abs() < 1e-12, "{law:?}");
        assert!(curve().power_law().unwrap().alpha_change.high < -0.1);
    }

    #[test]
    fn a_seed_whose_curve_rises_has_no_exponent_and_does_not_stop_the_others() {
        let x = sizes(8);
        let falls: Vec<f64> = x.iter().map(|x| 0.02 + 3.0 * x.powf(-0.7)).collect();
        let rises: Vec<f64> = x.iter().map(|x| 1e-4 * x.powf(0.3)).collect();
        let curve = Curve::measured("mixed", &x, vec![falls.clone(), falls, rises]).fitted().unwrap();
        let laws = curve.law(Space::Log);
        assert_eq!((laws.alpha_by_seed.n, laws.alphas.len()), (2, 3));
        assert!(laws.alphas[2].is_nan());
    }
}
