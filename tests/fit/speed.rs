//! How long fits take; prints, asserts only what was found.

use crate::coverage::runs;
use crate::known::{ORIGINAL_001, sizes};
use lawbook::fit::fitted::Interval;
use lawbook::fit::law::Law;
use lawbook::fit::points::Points;
use lawbook::fit::space::Space;
use lawbook::fit::{bootstrap, surface};
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
    let all = timed("surface from 4500 starts, 240 points, Huber 1e-3 (target 2 s)", || {
        surface::fit_from_4500(&points.x, &points.tokens, &points.y, space).unwrap()
    });
    let few = timed("surface from the grid of exponents", || Law::Surface.fit(&points, space).unwrap());
    println!("{all}\n{few}");
    assert!((all.objective / few.objective - 1.0).abs() < 1e-9);
    let pairs = Interval::Pairs { replicas: 1000, seed: 1 };
    let draws = timed("1000 bootstrap refits of it (target 20 s)", || {
        bootstrap::draws(&all, &points, pairs).unwrap()
    });
    println!("alpha {:?} beta {:?}", draws.interval("alpha"), draws.interval("beta"));
    for space in [Space::Log, Space::Lad, Space::Y] {
        timed(&format!("surface from 4500 starts, {space}"), || {
            surface::fit_from_4500(&points.x, &points.tokens, &points.y, space).unwrap()
        });
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
