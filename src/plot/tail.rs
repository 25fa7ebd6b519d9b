//! The figure of a tail: the data, the law and its rivals; and how the exponent depends on the edge.
//!
//! Left the complementary cumulative distribution: each point is the share of all values at or above x,
//! each law is scaled by the share of the tail, n_tail / n, so that it begins on the data. Right α ± σ of
//! the tail from every edge on; a power law shows as a level stretch that begins at the edge.

use crate::error::Result;
use crate::plot::axis::Axis;
use crate::plot::figure::{Figure, Panel};
use crate::plot::mark::Mark;
use crate::plot::style::Colour;
use crate::tail::compare::Comparison;
use crate::tail::law::{Law, Model};
use crate::tail::{Kind, Tail, curve, four_digits};

/// Points of the data that are drawn at most.
const MOST_POINTS: usize = 400;
/// Edges of the curve that are drawn at most.
const MOST_EDGES: usize = 200;
/// Places at which a law is drawn.
const PLACES: usize = 120;
/// Tails smaller than this are left out of the curve: their α is noise.
const FEW: usize = 10;

/// The figure of `tail` and of these `comparisons` (none, if none were made).
///
/// # Errors
/// As [`curve`].
pub fn figure(values: &[f64], kind: Kind, tail: &Tail, comparisons: &[Comparison]) -> Result<Figure> {
    let panels = vec![distribution(values, kind, tail, comparisons), stability(values, kind, tail)?];
    let mut figure = Figure::new("tail", "", panels);
    figure.size = (960, 400);
    Ok(figure.note(format!("{tail}. Shares are of all {} values.", tail.n)))
}

fn distribution(values: &[f64], kind: Kind, tail: &Tail, comparisons: &[Comparison]) -> Panel {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let largest = sorted[sorted.len() - 1];
    let share = tail.n_tail as f64 / tail.n as f64;
    let drawn = |law: Law| -> Vec<(f64, f64)> {
        let model = Model { law, x_min: tail.x_min, kind };
        places(tail.x_min, largest, kind).into_iter().map(|x| (x, share * model.above(x))).collect()
    };
    let mut marks = vec![
        Mark::vertical(tail.x_min),
        Mark::points(shares(&sorted)).colour(Colour::Ink).size(4.0).opacity(0.55),
    ];
    for (i, c) in comparisons.iter().filter(|c| !c.same).enumerate() {
        let line = Mark::line(drawn(c.rival)).colour(Colour::nth(i + 1)).width(1.4).label(c.rival.name());
        marks.push(if i % 2 == 0 { line.dashed() } else { line.dotted() });
    }
    let law = Mark::line(drawn(Law::PowerLaw { alpha: tail.alpha })).colour(Colour::Blue).width(2.2);
    marks.push(law.label(format!("α = {:.2}", tail.alpha)));
    let lowest = 0.4 / tail.n as f64;
    marks.push(
        Mark::text((tail.x_min, 1.6 * lowest), format!(" x_min = {}", four_digits(tail.x_min)))
            .colour(Colour::Grey),
    );
    Panel::new(
        "The tail and its law",
        Axis::log("x"),
        Axis::log("share of values ≥ x").range(lowest, 1.5),
        marks,
    )
}

fn stability(values: &[f64], kind: Kind, tail: &Tail) -> Result<Panel> {
    let edges: Vec<Tail> =
        curve(values, kind, MOST_EDGES)?.into_iter().filter(|t| t.n_tail >= FEW.min(tail.n_tail)).collect();
    let x: Vec<f64> = edges.iter().map(|t| t.x_min).collect();
    let side = |sign: f64| edges.iter().map(|t| t.alpha + sign * t.sigma).collect();
    let marks = vec![
        Mark::vertical(tail.x_min),
        Mark::band(x, side(-1.0), side(1.0)).colour(Colour::Blue),
        Mark::line(edges.iter().map(|t| (t.x_min, t.alpha)).collect()).colour(Colour::Blue),
        Mark::points(vec![(tail.x_min, tail.alpha)]).colour(Colour::Ink).label("chosen"),
    ];
    Ok(Panel::new(
        "Does the exponent settle?",
        Axis::log("edge x_min"),
        Axis::linear("exponent α ± σ"),
        marks,
    ))
}

/// The share of values at or above each distinct one, thinned evenly in both directions of the plot.
fn shares(sorted: &[f64]) -> Vec<(f64, f64)> {
    let n = sorted.len();
    let all: Vec<(f64, f64)> = (0..n)
        .filter(|&i| i == 0 || sorted[i] != sorted[i - 1])
        .map(|i| (sorted[i], (n - i) as f64 / n as f64))
        .collect();
    let span = |from: f64, to: f64| (to / from).ln().abs().max(f64::MIN_POSITIVE);
    let (width, height) = (span(sorted[0], sorted[n - 1]), (n as f64).ln().max(1.0));
    let apart = 2.0 / MOST_POINTS as f64;
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for point in all {
        let far = kept
            .last()
            .is_none_or(|last| span(last.0, point.0) / width + span(last.1, point.1) / height >= apart);
        if far {
            kept.push(point);
        }
    }
    kept
}

/// Places from `low` to `high`, evenly spread in the logarithm; whole ones for whole numbers.
fn places(low: f64, high: f64, kind: Kind) -> Vec<f64> {
    let even = (0..=PLACES).map(|i| low * (high / low).powf(i as f64 / PLACES as f64));
    let mut places: Vec<f64> = match kind {
        Kind::Continuous => even.collect(),
        Kind::Discrete => even.map(f64::round).collect(),
    };
    places.dedup();
    places
}
