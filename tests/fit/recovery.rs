//! Points that lie on a law give its parameters back.

use lawbook::fit::fitted::{Fit, Termination};
use lawbook::fit::law::Law;
use lawbook::fit::points::Points;
use lawbook::fit::space::Space;

const SPACES: [Space; 4] = [Space::Y, Space::Log, Space::Huber { delta: 1e-3 }, Space::Lad];

/// `n` values, evenly spaced in logarithms.
pub fn spaced(low: f64, high: f64, n: usize) -> Vec<f64> {
    (0..n).map(|i| low * (high / low).powf(i as f64 / (n - 1) as f64)).collect()
}

fn close(fit: &Fit, name: &str, truth: f64, tolerance: f64) {
    let value = fit[name].value;
    let scale = if truth == 0.0 { 1.0 } else { truth.abs() };
    assert!((value - truth).abs() < tolerance * scale, "{name} = {value}, truth {truth}\n{fit}");
}

#[test]
fn the_floor_law_is_recovered_over_a_grid_of_truths_in_every_space() {
    let x = spaced(50.0, 204_800.0, 13);
    for e in [0.0, 0.01, 0.3] {
        for a in [0.5, 12.0] {
            for alpha in [0.15, 0.5, 1.3] {
                let y: Vec<f64> = x.iter().map(|x| e + a * x.powf(-alpha)).collect();
                for space in SPACES {
                    let fit = Law::Floor.fit(&Points::curve(&x, &y).unwrap(), space).unwrap();
                    close(&fit, "alpha", alpha, 1e-6);
                    close(&fit, "A", a, 1e-6);
                    close(&fit, "E", e, 1e-6);
                    assert_eq!(fit.stop, Termination::Exact, "{e} {a} {alpha}\n{fit}");
                }
            }
        }
    }
}

#[test]
fn laws_with_a_given_exponent_are_recovered() {
    let x = spaced(3.0, 9e3, 8);
    for alpha in [0.5, 1.0] {
        for e in [0.0, 0.2] {
            let y: Vec<f64> = x.iter().map(|x| e + 2.5 * x.powf(-alpha)).collect();
            for space in SPACES {
                let points = Points::curve(&x, &y).unwrap();
                let fit = Law::FloorFixed { alpha }.fit(&points, space).unwrap();
                close(&fit, "E", e, 1e-7);
                close(&fit, "A", 2.5, 1e-7);
                if e == 0.0 {
                    close(&Law::PowerFixed { alpha }.fit(&points, space).unwrap(), "A", 2.5, 1e-7);
                    close(&Law::Power.fit(&points, space).unwrap(), "alpha", alpha, 1e-7);
                }
            }
        }
    }
}

#[test]
fn hoffmanns_surface_is_recovered_in_every_space() {
    let (mut n, mut d, mut loss) = (Vec::new(), Vec::new(), Vec::new());
    for params in spaced(4e7, 1.6e10, 12) {
        for tokens in spaced(3e8, 3e11, 10) {
            n.push(params);
            d.push(tokens);
            loss.push(1.69 + 406.4 * params.powf(-0.34) + 410.7 * tokens.powf(-0.28));
        }
    }
    let points = Points::runs(&n, &d, &loss).unwrap();
    for space in SPACES {
        let fit = Law::Surface.fit(&points, space).unwrap();
        for (name, truth) in [("E", 1.69), ("A", 406.4), ("B", 410.7), ("alpha", 0.34), ("beta", 0.28)] {
            close(&fit, name, truth, 1e-5);
        }
    }
}

#[test]
fn m4_is_recovered_over_a_grid_of_truths() {
    let x = spaced(1.0, 1e6, 25);
    for (e, e0, gamma, a, alpha) in
        [(0.1, 1.0, 0.8, 3.0, 0.4), (0.02, 0.9, 1.5, 10.0, 0.6), (0.0, 2.0, 1.0, 5.0, 0.3)]
    {
        // y by bisection of the law itself.
        let y: Vec<f64> = x
            .iter()
            .map(|x: &f64| {
                let (mut low, mut high) = (e, e0);
                for _ in 0..200 {
                    let y: f64 = 0.5 * (low + high);
                    if (y - e) / (e0 - y).powf(gamma) < a * x.powf(-alpha) { low = y } else { high = y }
                }
                0.5 * (low + high)
            })
            .collect();
        for space in [Space::Y, Space::Log, Space::Lad] {
            let fit = Law::M4.fit(&Points::curve(&x, &y).unwrap(), space).unwrap();
            for (name, truth) in [("E", e), ("E0", e0), ("gamma", gamma), ("A", a), ("alpha", alpha)] {
                close(&fit, name, truth, 1e-4);
            }
        }
    }
}

#[test]
fn broken_laws_with_one_and_two_breaks_are_recovered() {
    let x = spaced(1.0, 1e6, 60);
    let one = |x: f64, c: f64, d: f64, f: f64| (-c * f * (x / d).powf(1.0 / f).ln_1p()).exp();
    for (a, b, c0, c, d, f) in
        [(0.05, 2.0, 0.1, 0.6, 800.0, 0.3), (0.0, 1.0, 0.6, -0.4, 3e4, 0.2), (0.2, 3.0, 0.0, 0.9, 5e3, 1.0)]
    {
        let y: Vec<f64> = x.iter().map(|&x| a + b * x.powf(-c0) * one(x, c, d, f)).collect();
        let fit = Law::Broken { breaks: 1 }.fit(&Points::curve(&x, &y).unwrap(), Space::Log).unwrap();
        for (name, truth) in [("a", a), ("b", b), ("c0", c0), ("c1", c), ("d1", d), ("f1", f)] {
            close(&fit, name, truth, 1e-3);
        }
    }
    let y: Vec<f64> =
        x.iter().map(|&x| 0.01 + 2.0 * one(x, 0.5, 1e2, 0.2) * one(x, -0.4, 2e4, 0.3)).collect();
    let fit = Law::Broken { breaks: 2 }.fit(&Points::curve(&x, &y).unwrap(), Space::Log).unwrap();
    for (name, truth) in [("a", 0.01), ("b", 2.0), ("d1", 1e2), ("d2", 2e4), ("c1", 0.5), ("c2", -0.4)] {
        close(&fit, name, truth, 1e-3);
    }
}
