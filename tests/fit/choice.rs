//! Which law?

use crate::known::{ORIGINAL_001, sizes};
use crate::recovery::spaced;
use lawbook::fit::law::Law;
use lawbook::fit::points::Points;
use lawbook::fit::select::{compare, extrapolate, likelihood_ratio, likelihood_ratio_by_simulation};
use lawbook::fit::space::Space;
use lawbook::random::stream;
use rand_distr::{Distribution, StandardNormal};

fn noise(seed: u64, n: usize) -> Vec<f64> {
    let mut random = stream(seed, "noise of a choice test", 0);
    (0..n).map(|_| StandardNormal.sample(&mut random)).collect()
}

fn curve(seed: u64, sd: f64, f: impl Fn(f64) -> f64) -> Points {
    let x = spaced(50.0, 204_800.0, 13);
    let y: Vec<f64> = x.iter().zip(noise(seed, 13)).map(|(&x, e)| f(x) * (sd * e).exp()).collect();
    Points::curve(&x, &y).unwrap()
}

#[test]
fn the_law_that_made_the_points_is_ranked_first_and_extrapolates_best() {
    let points = curve(1, 0.03, |x| 0.05 + 3.0 * x.powf(-0.5));
    let laws = [Law::Power, Law::Floor, Law::Broken { breaks: 1 }, Law::M4, Law::PowerFixed { alpha: 0.5 }];
    let found = compare(&points, &laws, Space::Log, Some(10_000.0)).unwrap();
    println!("{found}");
    assert_eq!(found.candidates[0].fit.law, Law::Floor);
    assert!(found.candidates.windows(2).all(|w| w[0].fit.aicc <= w[1].fit.aicc));
    assert!((found.candidates.iter().map(|c| c.weight).sum::<f64>() - 1.0).abs() < 1e-12);
    let power = extrapolate(&points, Law::Power, Space::Log, 10_000.0).unwrap();
    let floor = extrapolate(&points, Law::Floor, Space::Log, 10_000.0).unwrap();
    assert!(floor < 0.5 * power, "{floor} {power}");
    assert!(extrapolate(&points, Law::Power, Space::Log, 1e9).is_err());
}

#[test]
fn aicc_is_the_formula_for_least_squares() {
    let points = Points::curve(&sizes(), &ORIGINAL_001[0]).unwrap();
    let fit = Law::Floor.fit(&points, Space::Log).unwrap();
    // n ln(2πe SSE/n) + 2k + 2k(k+1)/(n-k-1) with k = 3 parameters and the noise.
    let (n, k) = (13.0f64, 4.0);
    let own = n * ((std::f64::consts::TAU * fit.objective / n).ln() + 1.0)
        + 2.0 * k
        + 2.0 * k * (k + 1.0) / (n - k - 1.0);
    assert!((fit.aicc - own).abs() < 1e-9, "{} {own}", fit.aicc);
}

#[test]
fn the_ratio_for_a_floor_is_wrong_one_time_in_twenty_when_there_is_none() {
    let tests = 600;
    let (mut wrong, mut zero) = (0, 0);
    for seed in 0..tests {
        let points = curve(seed, 0.1, |x| 2.0 * x.powf(-0.4));
        let (small, large) =
            (Law::Power.fit(&points, Space::Log).unwrap(), Law::Floor.fit(&points, Space::Log).unwrap());
        let test = likelihood_ratio(&small, &large).unwrap();
        assert!(test.boundary && test.freedom == 1);
        wrong += usize::from(test.p < 0.05);
        zero += usize::from(test.statistic < 1e-6);
    }
    println!("p < 0.05 in {wrong} of {tests}, ratio 0 in {zero}");
    assert!((15..=48).contains(&wrong), "{wrong} of {tests}");
    assert!((240..=360).contains(&zero), "half of the ratios are 0: {zero}");
}

#[test]
fn ratios_that_theory_does_not_cover_are_simulated() {
    let points = curve(3, 0.05, |x| 2.0 * x.powf(-0.2) / (1.0 + (x / 2000.0).powf(4.0)).powf(0.15));
    let (power, broken) = (Law::Power, Law::Broken { breaks: 1 });
    let fits = (power.fit(&points, Space::Log).unwrap(), broken.fit(&points, Space::Log).unwrap());
    assert!(likelihood_ratio(&fits.0, &fits.1).unwrap_err().to_string().contains("by simulation"));
    let test = likelihood_ratio_by_simulation(&points, power, broken, Space::Log, 99, 1).unwrap();
    assert!(test.p < 0.05, "{test}");
    let straight = curve(4, 0.05, |x| 2.0 * x.powf(-0.4));
    let test = likelihood_ratio_by_simulation(&straight, power, broken, Space::Log, 99, 1).unwrap();
    assert!(test.p > 0.05, "{test}");
    assert!(likelihood_ratio(&fits.1, &fits.0).is_err());
}
