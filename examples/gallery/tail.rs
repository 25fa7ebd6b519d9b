//! A heavy tail with its rivals, what the power law leaves over, and how the exponent depends on the edge.

use lawbook::plot;
use lawbook::prelude::*;
use rand_distr::{Distribution, Exp, Pareto};

pub fn figure() -> Figure {
    let mut random = stream(0, "tail", 0);
    let body = Exp::new(1.0).unwrap().sample_iter(&mut random).take(700).collect::<Vec<f64>>();
    let tail = Pareto::new(2.0, 1.5).unwrap().sample_iter(&mut random).take(300);
    let values: Vec<f64> = body.into_iter().filter(|x| *x < 2.0).chain(tail).collect();
    let fitted = tail::fit(&values, Kind::Continuous, Edge::Closest).unwrap();
    let rivals = tail::compare::rivals(&values, Kind::Continuous, &fitted).unwrap();
    plot::tail::figure(&values, Kind::Continuous, &fitted, &rivals).unwrap()
}
