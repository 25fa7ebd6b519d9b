//! Heavy tails against published numbers, other programs, and exact mathematics.

mod published;
mod reference;
mod discrete;
mod rivals;
mod special;
mod trust;
mod times;

use std::fs;
use std::path::Path;

/// The numbers of one of Clauset, Shalizi & Newman's data sets, each times `unit`.
fn numbers(name: &str, unit: f64) -> Vec<f64> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/tail/clauset/{name}.txt"));
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.split_whitespace().map(|word| word.parse::<f64>().unwrap() * unit).collect()
}

/// Quantiles of a Pareto law from 1 on: a power law without noise.
fn pareto(alpha: f64, n: usize) -> Vec<f64> {
    (1..=n).map(|k| (1.0 - (k as f64 - 0.5) / n as f64).powf(-1.0 / (alpha - 1.0))).collect()
}

/// Whole numbers from 1 to 59, each as often as ζ with α = 2.5 has it among 10 000, rounded.
fn zeta_counts() -> Vec<f64> {
    let zeta = lawbook::tail::zeta::hurwitz(2.5, 1.0);
    let count = |x: f64| (10_000.0 * x.powf(-2.5) / zeta).round() as usize;
    (1..60).map(f64::from).flat_map(|x| vec![x; count(x)]).collect()
}

fn near(found: f64, expected: f64, relative: f64) {
    assert!((found / expected - 1.0).abs() <= relative, "{found} is not {expected} to {relative}");
}
