//! Which law, and is there a break?

use crate::known::{ORIGINAL_001, sizes};
use crate::recovery::spaced;
use lawbook::fit::change::{Break, Piece, Smooth, onset, stages};
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

#[test]
fn a_kink_is_found_where_it_is_and_a_smooth_curve_has_none() {
    let x: Vec<f64> = (0..24).map(|i| f64::from(i) * 0.5).collect();
    let (mut found, mut held, mut false_alarms, mut denied) = (0, 0, 0, 0);
    for seed in 0..60 {
        let e = noise(100 + seed, 24);
        let kinked: Vec<f64> =
            x.iter().zip(&e).map(|(x, e)| 2.0 - 0.8 * (x - 5.3).max(0.0) + 0.1 * e).collect();
        let bent: Vec<f64> = x.iter().zip(&e).map(|(x, e)| 2.0 - 0.04 * x * x + 0.1 * e).collect();
        let kink = onset(&x, &kinked, Break::Kink, Smooth::Polynomial(3), seed).unwrap();
        let smooth = onset(&x, &bent, Break::Kink, Smooth::Polynomial(3), seed).unwrap();
        found += usize::from(kink.p_smooth < 0.05);
        denied += usize::from(kink.p_broken < 0.05);
        held += usize::from(kink.low <= 5.3 && 5.3 <= kink.high);
        false_alarms += usize::from(smooth.p_smooth < 0.05);
        if seed == 0 {
            println!("{kink}\n{smooth}");
            assert!((kink.after + 0.8).abs() < 0.1 && kink.before.abs() < 0.1, "{kink}");
        }
    }
    println!(
        "60 kinks: found {found}, place in its interval {held}, denied {denied}; 60 parabolas: {false_alarms} false alarms"
    );
    assert!(found >= 55 && held >= 52 && denied <= 9 && false_alarms <= 8);
}

#[test]
fn a_step_is_told_from_a_gentle_turn() {
    let x: Vec<f64> = (0..30).map(f64::from).collect();
    let e = noise(7, 30);
    let step: Vec<f64> = x.iter().zip(&e).map(|(x, e)| f64::from(u8::from(*x > 12.0)) + 0.05 * e).collect();
    let turn: Vec<f64> =
        x.iter().zip(&e).map(|(x, e)| 1.0 / (1.0 + (-(x - 12.0) / 4.0).exp()) + 0.05 * e).collect();
    let sharp = onset(&x, &step, Break::Step, Smooth::Polynomial(3), 1).unwrap();
    assert!(sharp.low == 12.0 && sharp.high == 13.0 && sharp.p_smooth < 0.01, "{sharp}");
    let gentle = onset(&x, &turn, Break::Step, Smooth::Logistic, 1).unwrap();
    assert!(gentle.p_broken < 0.05 && gentle.p_smooth > 0.05, "{gentle}");
    assert!(gentle.verdict.contains("no break"), "{gentle}");
    assert_eq!(gentle, onset(&x, &turn, Break::Step, Smooth::Logistic, 1).unwrap());
}

#[test]
fn exact_curves_are_no_trouble() {
    let x: Vec<f64> = (0..20).map(f64::from).collect();
    let kink: Vec<f64> = x.iter().map(|x| 1.0 + (x - 7.3).max(0.0)).collect();
    let found = onset(&x, &kink, Break::Kink, Smooth::Polynomial(3), 1).unwrap();
    assert!((found.place - 7.3).abs() < 1e-3 && found.p_smooth < 0.01, "{found}");
    let flat = onset(&x, &[1.0; 20], Break::Kink, Smooth::Polynomial(3), 1).unwrap();
    assert!(flat.p_smooth > 0.05, "{flat}");
    let line = onset(&x, &x, Break::Step, Smooth::Logistic, 1).unwrap();
    assert!(line.p_smooth.is_finite(), "{line}");
}

#[test]
fn stages_are_counted_and_noise_has_one() {
    let x: Vec<f64> = (0..60).map(f64::from).collect();
    let e = noise(8, 60);
    let levels: Vec<f64> =
        x.iter().zip(&e).map(|(x, e)| if *x < 20.0 { 3.0 } else if *x < 45.0 { 1.0 } else { 2.0 } + 0.2 * e).collect();
    let found = stages(&x, &levels, Piece::Level, 6).unwrap();
    assert_eq!(found.begins, vec![20.0, 45.0], "{found}");
    let lines: Vec<f64> = x
        .iter()
        .zip(&e)
        .map(|(x, e)| if *x < 30.0 { 3.0 - 0.1 * x } else { 0.05 * (x - 30.0) } + 0.1 * e)
        .collect();
    let found = stages(&x, &lines, Piece::Line, 5).unwrap();
    assert!(found.begins.len() == 1 && (found.begins[0] - 30.0).abs() <= 2.0, "{found}");
    let more = (0..200)
        .filter(|&seed| !stages(&x, &noise(500 + seed, 60), Piece::Level, 5).unwrap().begins.is_empty());
    let more = more.count();
    println!("noise with more than one stage: {more} of 200");
    assert!(more <= 24);
}

#[test]
fn too_little_for_a_break_is_refused_in_words() {
    let five = [1.0, 2.0, 3.0, 4.0, 5.0];
    let message = onset(&five, &five, Break::Kink, Smooth::Polynomial(2), 1).unwrap_err().to_string();
    assert!(message.contains("5 different x are too few"), "{message}");
    assert!(onset(&[f64::NAN; 9], &[1.0; 9], Break::Kink, Smooth::Logistic, 1).is_err());
    assert!(onset(&[1.0; 9], &[1.0; 9], Break::Kink, Smooth::Logistic, 1).is_err());
    assert!(onset(&[1.0; 9], &[1.0; 8], Break::Kink, Smooth::Logistic, 1).is_err());
    assert!(stages(&five, &five, Piece::Level, 0).is_err());
    assert!(stages(&five[..3], &five[..3], Piece::Line, 2).is_err());
}
