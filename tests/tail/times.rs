//! How long tails take: printed, not asserted (`cargo test --test tail times -- --ignored --nocapture`).

use crate::numbers;
use lawbook::random::stream;
use lawbook::tail::bootstrap::goodness;
use lawbook::tail::{Edge, Kind, compare, continuous, curve, discrete};
use rand::RngExt;
use std::time::Instant;

fn time<T>(what: &str, mut work: impl FnMut() -> T) -> T {
    let start = Instant::now();
    let result = work();
    println!("{:>10.2} ms   {what}", 1e3 * start.elapsed().as_secs_f64());
    result
}

#[test]
#[ignore = "long: prints times"]
fn times_of_the_tail() {
    let mut stream = stream(0, "a power law", 0);
    let pareto: Vec<f64> = (0..20_000).map(|_| (1.0 - stream.random::<f64>()).powf(-1.0 / 1.5)).collect();
    let bent: Vec<f64> = pareto.iter().map(|x| x + 0.5).collect();
    let counts: Vec<f64> = pareto.iter().map(|x| (10.0 * x).round()).collect();
    let tail = time("20 000 values of a power law, all edges", || continuous::fit(&pareto).unwrap());
    time("the same, WeightWatcher's way", || continuous::fit_weightwatcher(&pareto).unwrap());
    time("20 000 values, body bent, all edges", || continuous::fit(&bent).unwrap());
    time("the same, every distance to the end", || curve(&bent, Kind::Continuous, usize::MAX).unwrap());
    time("20 000 counts, all edges", || discrete::fit(&counts).unwrap());
    let found = time("four rivals of 20 000 values", || compare::rivals(&pareto, Kind::Continuous, &tail));
    assert_eq!(found.unwrap().len(), 4);
    for name in ["blackouts", "cities", "flares"] {
        let values = numbers(name, 1.0);
        time(&format!("{name}, all edges"), || continuous::fit(&values).unwrap());
        time(&format!("{name}, goodness of fit from 1000 replicas"), || {
            goodness(&values, Kind::Continuous, Edge::Closest, 1000, 0).unwrap()
        });
    }
}
