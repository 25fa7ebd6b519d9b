//! Invariance, outliers, traps, threads.

use crate::coverage::runs;
use crate::known::{ORIGINAL_001, sizes};
use crate::recovery::spaced;
use lawbook::fit::bootstrap;
use lawbook::fit::fitted::{Fit, Interval, Termination};
use lawbook::fit::law::Law;
use lawbook::fit::points::Points;
use lawbook::fit::space::Space;
use lawbook::fit::surface;
use lawbook::random::stream;
use rand_distr::{Distribution, StandardNormal};
use std::f64::consts::LOG2_E;

const SPACES: [Space; 4] = [Space::Y, Space::Log, Space::Huber { delta: 1e-2 }, Space::Lad];

fn times(values: &[f64], factor: f64) -> Vec<f64> {
    values.iter().map(|v| v * factor).collect()
}

/// Standard normal noise.
pub fn noise(seed: u64, n: usize) -> Vec<f64> {
    let mut random = stream(seed, "noise of a behaviour test", 0);
    (0..n).map(|_| StandardNormal.sample(&mut random)).collect()
}

fn ratio_is(a: f64, b: f64, factor: f64, tolerance: f64, what: &str) {
    assert!(
        (a * factor - b).abs() <= tolerance * b.abs().max(1e-12),
        "{what}: {a} times {factor} is not {b}"
    );
}

#[test]
fn units_of_x_and_y_change_only_what_carries_them() {
    for law in [Law::Floor, Law::Power, Law::FloorFixed { alpha: 0.5 }, Law::M4] {
        for space in SPACES {
            let fit = |fx: f64, fy: f64| -> Fit {
                let points = Points::curve(&times(&sizes(), fx), &times(&ORIGINAL_001[2], fy)).unwrap();
                law.fit(&points, space).unwrap()
            };
            let (fit, scaled) = (fit(1.0, 1.0), fit(1e-3, 250.0));
            let tolerance = if law == Law::M4 { 2e-3 } else { 2e-4 };
            for (own, other) in fit.params.iter().zip(&scaled.params) {
                let factor = match own.name.as_str() {
                    "E" | "E0" => 250.0,
                    "A" => continue,
                    _ => 1.0,
                };
                ratio_is(own.value, other.value, factor, 1e-6, &format!("{law} {space} {}", own.name));
                ratio_is(own.low, other.low, factor, tolerance, &format!("{law} {space} {} low", own.name));
                if own.high.is_finite() {
                    ratio_is(
                        own.high,
                        other.high,
                        factor,
                        tolerance,
                        &format!("{law} {space} {} high", own.name),
                    );
                }
            }
            ratio_is(fit.at(777.0), scaled.at(0.777), 250.0, 1e-6, "the curve itself");
        }
    }
}

#[test]
fn units_of_a_surface_change_only_what_carries_them() {
    let points = runs(3, 0.01);
    let fit = surface::fit(&points.x, &points.tokens, &points.y, Space::Huber { delta: 1e-3 }).unwrap();
    let scaled = surface::fit(
        &times(&points.x, 1e-6),
        &times(&points.tokens, 1e-9),
        &times(&points.y, LOG2_E),
        Space::Huber { delta: 1e-3 },
    )
    .unwrap();
    for (name, factor) in [("E", LOG2_E), ("alpha", 1.0), ("beta", 1.0)] {
        ratio_is(fit[name].value, scaled[name].value, factor, 1e-6, name);
        ratio_is(fit[name].low, scaled[name].low, factor, 1e-3, name);
    }
    ratio_is(fit["A"].value, scaled["A"].value, LOG2_E * 1e-6f64.powf(fit["alpha"].value), 1e-5, "A");
}

#[test]
fn robust_spaces_recover_from_outliers_and_least_squares_do_not() {
    let x = spaced(50.0, 204_800.0, 40);
    let mut y: Vec<f64> = x.iter().map(|x| 0.05 + 11.0 * x.powf(-0.75)).collect();
    for (i, e) in noise(4, 40).into_iter().enumerate() {
        y[i] *= (0.01 * e).exp() * if i % 10 == 7 { 3.0 } else { 1.0 };
    }
    let points = Points::curve(&x, &y).unwrap();
    let off = |space: Space| {
        let fit = Law::Floor.fit(&points, space).unwrap();
        (fit["alpha"].value / 0.75 - 1.0).abs().max((fit["E"].value / 0.05 - 1.0).abs())
    };
    assert!(off(Space::Lad) < 0.03, "{}", off(Space::Lad));
    assert!(off(Space::Huber { delta: 1e-3 }) < 0.03, "{}", off(Space::Huber { delta: 1e-3 }));
    assert!(off(Space::Log) > 0.1, "{}", off(Space::Log));
}

#[test]
fn a_tiny_huber_loss_is_least_absolute_deviations_and_a_wide_one_least_squares() {
    let points = Points::curve(&sizes(), &ORIGINAL_001[1]).unwrap();
    let alpha = |space: Space| Law::Floor.fit(&points, space).unwrap()["alpha"].value;
    assert!((alpha(Space::Huber { delta: 100.0 }) - alpha(Space::Log)).abs() < 1e-8);
    assert!((alpha(Space::Huber { delta: 1e-7 }) - alpha(Space::Lad)).abs() < 1e-4);
    // So are their likelihoods: normal at one end, Laplace at the other.
    let likelihood = |space: Space| Law::Floor.fit(&points, space).unwrap().log_likelihood;
    assert!((likelihood(Space::Huber { delta: 100.0 }) - likelihood(Space::Log)).abs() < 1e-6);
    assert!((likelihood(Space::Huber { delta: 1e-7 }) - likelihood(Space::Lad)).abs() < 1e-3);
    let lad = Law::Floor.fit(&points, Space::Lad).unwrap();
    assert_eq!(lad.stop, Termination::Vertex);
    let touched =
        sizes().iter().zip(&ORIGINAL_001[1]).filter(|(x, y)| (lad.at(**x) / **y - 1.0).abs() < 1e-9).count();
    assert_eq!(touched, 3, "a corner touches as many points as there are parameters");
}

#[test]
fn weights_count_a_point_as_often_as_they_say() {
    let (x, y) = (sizes(), ORIGINAL_001[0]);
    let weights: Vec<f64> = (0..13).map(|i| f64::from(1 + i % 3)).collect();
    let repeated =
        |values: &[f64]| -> Vec<f64> { (0..13).flat_map(|i| vec![values[i]; weights[i] as usize]).collect() };
    for space in SPACES {
        let weighted =
            Law::Floor.fit(&Points::curve(&x, &y).unwrap().weighted(&weights).unwrap(), space).unwrap();
        let again = Law::Floor.fit(&Points::curve(&repeated(&x), &repeated(&y)).unwrap(), space).unwrap();
        ratio_is(weighted["alpha"].value, again["alpha"].value, 1.0, 1e-6, &space.to_string());
        assert!(again.warnings.iter().any(|w| w.contains("repeat")), "{again}");
    }
}

#[test]
fn a_pure_power_law_misses_a_floored_curve_and_the_log_excess_trap_does_not_catch_us() {
    // SPEC "Laws to fit": minimising in ln(y - E) collapses to E = 0 on a curve that visibly saturates.
    let x = spaced(50.0, 204_800.0, 13);
    let y: Vec<f64> =
        x.iter().zip(noise(9, 13)).map(|(x, e)| (0.2 + 3.0 * x.powf(-0.5)) * (0.02 * e).exp()).collect();
    let points = Points::curve(&x, &y).unwrap();
    let (pure, floored) =
        (Law::Power.fit(&points, Space::Log).unwrap(), Law::Floor.fit(&points, Space::Log).unwrap());
    assert!(pure["alpha"].high < 0.3, "flattened by the floor: {pure}");
    assert!(floored["E"].low > 0.15 && floored["E"].high < 0.25, "{floored}");
    assert!(floored.verdict.contains("the floor is established"), "{}", floored.verdict);
}

#[test]
fn a_floor_that_the_points_do_not_show_is_not_established() {
    let x = spaced(10.0, 1e4, 10);
    let y: Vec<f64> =
        x.iter().zip(noise(5, 10)).map(|(x, e)| 2.0 * x.powf(-0.4) * (0.05 * e).exp()).collect();
    let fit = Law::Floor.fit(&Points::curve(&x, &y).unwrap(), Space::Log).unwrap();
    assert_eq!(fit["E"].low, 0.0);
    assert!(fit.verdict.contains("the floor is not established: its interval includes 0"), "{}", fit.verdict);
}

#[test]
fn noise_alone_has_no_bounded_exponent_and_says_so() {
    let x = spaced(10.0, 1e4, 10);
    let y: Vec<f64> = noise(11, 10).into_iter().map(|e| (0.1 * e).exp()).collect();
    let fit = Law::Floor.fit(&Points::curve(&x, &y).unwrap(), Space::Log).unwrap();
    assert!(fit["alpha"].low == 0.0 && fit["alpha"].high.is_infinite(), "{fit}");
    assert!(fit.verdict.contains("not bounded") || fit.verdict.contains("no upper end"), "{}", fit.verdict);
    // A bootstrap, whose refits run into the bound of the search, says so too.
    let pairs = Interval::Pairs { replicas: 200, seed: 1 };
    let fit = Law::Floor.fit_with(&Points::curve(&x, &y).unwrap(), Space::Log, pairs).unwrap();
    assert!(fit["alpha"].high.is_infinite(), "{fit}");
}

#[test]
fn fits_and_bootstraps_are_the_same_on_one_thread_and_on_two() {
    let points = runs(7, 0.01);
    let work = || {
        let fit = Law::Surface.fit(&points, Space::Huber { delta: 1e-3 }).unwrap();
        let draws = bootstrap::draws(&fit, &points, Interval::Pairs { replicas: 40, seed: 3 }).unwrap();
        let curve = Points::curve(&sizes(), &ORIGINAL_001[0]).unwrap();
        let floor =
            Law::Floor.fit_with(&curve, Space::Log, Interval::Residual { replicas: 60, seed: 3 }).unwrap();
        (fit, draws, floor)
    };
    let on =
        |threads: usize| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work);
    assert_eq!(on(1), on(2));
}

#[test]
fn a_fit_comes_back_from_json_with_its_open_ends() {
    let fit =
        Law::Floor.fit(&Points::curve(&[1.0, 10.0, 100.0], &[3.0, 1.0, 0.6]).unwrap(), Space::Log).unwrap();
    assert!(fit["alpha"].high.is_infinite() && fit.aicc.is_infinite(), "three points bound nothing: {fit}");
    let text = serde_json::to_string(&fit).unwrap();
    assert_eq!(serde_json::from_str::<Fit>(&text).unwrap(), fit, "{text}");
}
