//! Bootstrap tests of a tail: goodness of fit, and intervals of its parameters.
//!
//! *Goodness of fit* asks whether data that really have a power-law tail would lie as far from their
//! fitted law. Each replica has n values: with probability n_tail / n a draw from the fitted law, else a
//! draw from the data below the edge. It is fitted as the data were, edge included, and
//!
//! ```text
//! p = share of replicas with ks* ≥ ks          p ≤ 0.1: not a power law
//! ```
//!
//! (Whether ks* < ks is known as soon as one edge of the replica lies closer: few are fitted to the end.)
//! A large p does not prove a power law: with few values in the tail everything passes.
//! *Intervals* draw n of the values with replacement and fit again: the middle 95 % of what comes out.
//!
//! One random stream a replica: the same seed gives the same numbers on any number of threads.
//! Source: Clauset, Shalizi & Newman, §3.3, §4.1, appendix D.

use crate::error::{Error, Result};
use crate::random::{Stream, stream};
use crate::tail::fitted::{Edge, Kind, Tail};
use crate::tail::points::{TailPoints, sorted};
use crate::tail::power_law::fit;
use crate::tail::{continuous, discrete, zeta};
use rand::RngExt;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The p-value below which a power law is ruled out (Clauset, Shalizi & Newman).
pub const REJECTED_BELOW: f64 = 0.1;

/// The result of the goodness-of-fit test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Goodness {
    /// Share of replicas at least as far from their law as the data from theirs.
    pub p: f64,
    /// Standard error of `p` from the number of replicas.
    pub p_error: f64,
    /// Replicas drawn.
    pub replicas: usize,
}

/// "p = 0.612 ± 0.015 (1000 replicas)".
impl fmt::Display for Goodness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p = {:.3} ± {:.3} ({} replicas)", self.p, self.p_error, self.replicas)
    }
}

/// The spread of an estimate over bootstrap replicas.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TailInterval {
    /// 2.5 % of the replicas lie below.
    pub low: f64,
    /// 2.5 % of the replicas lie above.
    pub high: f64,
    /// Standard deviation of the replicas.
    pub sd: f64,
}

/// Bootstrap intervals of a tail's parameters, the edge included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Intervals {
    /// Of the exponent; wider than `sigma` says, because the edge is uncertain too.
    pub alpha: TailInterval,
    /// Of the edge.
    pub x_min: TailInterval,
    /// Of the number of values in the tail.
    pub n_tail: TailInterval,
    /// Replicas drawn.
    pub replicas: usize,
}

/// The goodness of fit of the power-law tail that [`fit`] finds in `values`; 1000 replicas give p to ± 0.016,
/// 2500 to ± 0.01.
///
/// # Errors
/// As [`fit`]; [`Error::Usage`] for 0 replicas.
pub fn goodness(values: &[f64], kind: Kind, edge: Edge, replicas: usize, seed: u64) -> Result<Goodness> {
    some(replicas)?;
    let tail = fit(values, kind, edge)?;
    let sorted = sorted(values)?;
    let (body, n) = (&sorted[..tail.n - tail.n_tail], tail.n);
    let share = tail.n_tail as f64 / n as f64;
    let as_far = |replica: u64| {
        let mut stream = stream(seed, "tail goodness of fit", replica);
        let draw = |stream: &mut Stream| {
            if stream.random::<f64>() < share {
                draw(&tail, kind, stream)
            } else {
                body[stream.random_range(0..body.len())]
            }
        };
        let values: Vec<f64> = (0..n).map(|_| draw(&mut stream)).collect();
        match edge {
            Edge::At(_) => refit(values, kind, edge).is_some_and(|t| t.ks >= tail.ks),
            Edge::Closest => !any_closer(values, kind, tail.ks),
        }
    };
    let count = (0..replicas as u64).into_par_iter().filter(|&r| as_far(r)).count();
    let p = count as f64 / replicas as f64;
    Ok(Goodness { p, p_error: (p * (1.0 - p) / replicas as f64).sqrt(), replicas })
}

/// Bootstrap intervals of `alpha`, `x_min` and `n_tail`.
///
/// # Errors
/// As [`fit`]; [`Error::Usage`] for 0 replicas.
pub fn intervals(values: &[f64], kind: Kind, edge: Edge, replicas: usize, seed: u64) -> Result<Intervals> {
    some(replicas)?;
    fit(values, kind, edge)?;
    let again = |replica: u64| {
        let mut stream = stream(seed, "tail intervals", replica);
        refit(values.iter().map(|_| values[stream.random_range(0..values.len())]).collect(), kind, edge)
    };
    let tails: Vec<Tail> = (0..replicas as u64).into_par_iter().filter_map(again).collect();
    if tails.is_empty() {
        return Err(Error::Failed(format!(
            "none of {replicas} replicas of these {} values has a tail: too few of them differ",
            values.len()
        )));
    }
    let interval = |f: fn(&Tail) -> f64| interval(tails.iter().map(f).collect());
    Ok(Intervals {
        alpha: interval(|t| t.alpha),
        x_min: interval(|t| t.x_min),
        n_tail: interval(|t| t.n_tail as f64),
        replicas: tails.len(),
    })
}

fn some(replicas: usize) -> Result<()> {
    if replicas > 0 {
        return Ok(());
    }
    Err(Error::Usage("0 replicas tell nothing: 1000 are usual".to_owned()))
}

/// The tail of a replica; `None` where too few of its values differ.
fn refit(mut values: Vec<f64>, kind: Kind, edge: Edge) -> Option<Tail> {
    values.sort_unstable_by(f64::total_cmp);
    match (edge, kind) {
        (Edge::At(x_min), Kind::Continuous) => continuous::fit_above(&values, x_min).ok(),
        (Edge::At(x_min), Kind::Discrete) => discrete::fit_above(&values, x_min).ok(),
        (Edge::Closest, _) if values.first() == values.last() => None,
        (Edge::Closest, Kind::Continuous) => continuous::best(&TailPoints::distinct(&values)).ok(),
        (Edge::Closest, Kind::Discrete) => Some(discrete::best(&TailPoints::distinct(&values))),
    }
}

/// Whether the tail of a replica is closer to its law than `ks`, as is one too short to have a law.
fn any_closer(mut values: Vec<f64>, kind: Kind, ks: f64) -> bool {
    values.sort_unstable_by(f64::total_cmp);
    let points = TailPoints::distinct(&values);
    points.edges() == 0
        || match kind {
            Kind::Continuous => continuous::any_closer(&points, ks),
            Kind::Discrete => discrete::any_closer(&points, ks),
        }
}

/// One value of the fitted power law.
fn draw(tail: &Tail, kind: Kind, stream: &mut Stream) -> f64 {
    let above = 1.0 - stream.random::<f64>();
    match kind {
        Kind::Continuous => (tail.x_min * above.powf(-1.0 / (tail.alpha - 1.0))).min(f64::MAX),
        Kind::Discrete => whole(tail, above),
    }
}

/// The largest whole number x with P(X ≥ x) ≥ `above`: doubling, then halving.
fn whole(tail: &Tail, above: f64) -> f64 {
    let scaled_edge = zeta::scaled(tail.alpha, tail.x_min);
    let share = |x: f64| (x / tail.x_min).powf(-tail.alpha) * zeta::scaled(tail.alpha, x) / scaled_edge;
    let (mut low, mut high) = (tail.x_min, 2.0 * tail.x_min);
    while share(high) >= above && high < discrete::LARGEST / 2.0 {
        (low, high) = (high, 2.0 * high);
    }
    while high - low > 1.0 {
        let middle = (0.5 * (low + high)).floor();
        if share(middle) >= above { low = middle } else { high = middle }
    }
    low
}

/// The middle 95 %, by the nearest ranks.
fn interval(mut values: Vec<f64>) -> TailInterval {
    values.sort_unstable_by(f64::total_cmp);
    let n = values.len() as f64;
    let at = |share: f64| values[((share * n).ceil() as usize).clamp(1, values.len()) - 1];
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    TailInterval { low: at(0.025), high: at(0.975), sd: (squares / (n - 1.0).max(1.0)).sqrt() }
}
