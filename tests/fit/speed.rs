//! How long fits take; prints, asserts only what was found.

use crate::coverage::runs;
use crate::known::{ORIGINAL_001, sizes};
use lawbook::fit::bootstrap;
use lawbook::fit::fitted::Interval;
use lawbook::fit::law::Law;
use lawbook::fit::points::Points;
use lawbook::fit::space::Space;
use std::time::Instant;

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    println!("{:>9.3} s  {what}", start.elapsed().as_secs_f64());
    done
}

#[test]
#[ignore = "a measurement: cargo test --test fit speed -- --ignored --nocapture --test-threads 1"]
fn speed_of_the_fits_that_have_targets() {
    let points = runs(1, 0.01);
    let space = Space::Huber { delta: 1e-3 };
    let fit = timed("surface, 240 points, Huber 1e-3", || Law::Surface.fit(&points, space).unwrap());
    println!("{fit}");
    assert!((fit["alpha"].value - 0.34).abs() < 0.03, "{fit}");
    let pairs = Interval::Pairs { replicas: 1000, seed: 1 };
    let draws = timed("1000 bootstrap refits of it (target 20 s)", || {
        bootstrap::draws(&fit, &points, pairs).unwrap()
    });
    println!("alpha {:?} beta {:?}", draws.interval("alpha"), draws.interval("beta"));
    for space in [Space::Log, Space::Lad, Space::Y] {
        timed(&format!("surface, {space}"), || Law::Surface.fit(&points, space).unwrap());
    }
    let curve = Points::curve(&sizes(), &ORIGINAL_001[0]).unwrap();
    for space in [Space::Log, Space::Y, Space::Huber { delta: 1e-3 }, Space::Lad] {
        let fit = timed(&format!("floor law, 13 points, {space}"), || Law::Floor.fit(&curve, space).unwrap());
        let many = Interval::Pairs { replicas: 10_000, seed: 1 };
        timed("10 000 bootstrap refits of it (target 1 s in ln y)", || {
            bootstrap::draws(&fit, &curve, many).unwrap()
        });
    }
    for law in [Law::M4, Law::Broken { breaks: 1 }, Law::Broken { breaks: 2 }, Law::Broken { breaks: 3 }] {
        let fit = timed(&format!("{law}"), || law.fit(&curve, Space::Log));
        println!("{}", fit.map_or_else(|e| e.to_string(), |f| f.to_string()));
    }
}
