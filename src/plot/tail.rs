//! The figure of a tail: the data and their law, what the law leaves over, and how the exponent depends on
//! the edge.
//!
//! Left the complementary cumulative distribution: each point is the share of all values at or above x,
//! each law is scaled by the share of the tail, n_tail / n, so that it begins on the data. In the middle
//! the same divided by the power law, which is level there; the band holds 95 % of samples of the law at
//! each x. Right α ± σ of the tail from every edge on; a power law shows as a level stretch from the edge on.

use crate::error::Result;
use crate::numerals::four_digits;
use crate::plot::axis::Axis;
use crate::plot::figure::{Figure, Panel};
use crate::plot::mark::{Align, Mark};
use crate::plot::style::Colour;
use crate::tail::compare::RivalTest;
use crate::tail::law::{TailLaw, TailModel};
use crate::tail::{Kind, Tail, curve};

/// Points of the data that are drawn at most.
const MOST_POINTS: usize = 400;
/// Edges of the curve that are drawn at most.
const MOST_EDGES: usize = 200;
/// Places at which a law is drawn.
const PLACES: usize = 120;
/// Tails smaller than this are left out of the curve: their α is noise.
const FEW: usize = 25;

/// Breadth and height, in CSS pixels.
const SIZE: (u32, u32) = (1230, 400);
/// Of a normal law, 95 % lie within so many standard deviations.
const DEVIATIONS: f64 = 1.96;

/// The figure of `tail` and of these `comparisons` (none, if none were made).
///
/// # Errors
/// As [`curve`].
pub fn figure(values: &[f64], kind: Kind, tail: &Tail, comparisons: &[RivalTest]) -> Result<Figure> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let panels = vec![
        distribution(&sorted, kind, tail, comparisons),
        remainder(&sorted, kind, tail, comparisons),
        stability(values, kind, tail)?,
    ];
    let mut figure = Figure::new("tail", "", panels);
    (figure.size, figure.columns) = (SIZE, 3);
    Ok(figure.note(format!("{tail}.")))
}

fn distribution(sorted: &[f64], kind: Kind, tail: &Tail, comparisons: &[RivalTest]) -> Panel {
    let share = tail.n_tail as f64 / tail.n as f64;
    let lowest = 0.5 / tail.n as f64;
    let mut marks = vec![Mark::vertical(tail.x_min), data(shares(sorted))];
    for (i, model) in rivals(comparisons) {
        marks.push(rival(i, drawn(sorted, kind, tail, |x| share * model.above(x), lowest, 1.0)));
    }
    let law = power_law(kind, tail);
    let line = Mark::line(drawn(sorted, kind, tail, |x| share * law.above(x), lowest, 1.0));
    marks.push(line.colour(Colour::Blue).width(2.2).label(format!("α = {:.2}", tail.alpha)));
    let words = format!("x_min = {} ", four_digits(tail.x_min));
    marks.push(Mark::text((tail.x_min, 1.8 * lowest), words).align(Align::Right).colour(Colour::Grey));
    let y = Axis::log("share of values ≥ x").range(lowest, 1.5);
    Panel::new("The values and the power law", Axis::log("x"), y, marks)
}

fn remainder(sorted: &[f64], kind: Kind, tail: &Tail, comparisons: &[RivalTest]) -> Panel {
    let (law, n) = (power_law(kind, tail), tail.n_tail as f64);
    let above = &sorted[sorted.len() - tail.n_tail..];
    let points: Vec<(f64, f64)> = shares(above).into_iter().map(|(x, s)| (x, s / law.above(x))).collect();
    // The last few values say little: they may leave the panel.
    let settled = points.iter().filter(|(x, _)| n * law.above(*x) >= 3.0);
    let widest = settled.map(|(_, ratio)| ratio.ln().abs()).fold(0.0, f64::max);
    let most = (1.3 * widest).exp().clamp(2.5, 20.0);
    let x: Vec<f64> = places(tail.x_min, above[above.len() - 1], kind);
    let side = |sign: f64| {
        let at = |x: &f64| {
            let s = law.above(*x);
            (1.0 + sign * DEVIATIONS * ((1.0 - s) / (n * s)).sqrt()).clamp(1.0 / most, most)
        };
        x.iter().map(at).collect()
    };
    let mut marks = vec![
        Mark::band(x.clone(), side(-1.0), side(1.0)).colour(Colour::Blue),
        Mark::line(x.iter().map(|x| (*x, 1.0)).collect()).colour(Colour::Blue).width(2.2).label("power law"),
        data(points),
    ];
    for (i, model) in rivals(comparisons) {
        let ratio = |x: f64| model.above(x) / law.above(x);
        marks.push(rival(i, drawn(sorted, kind, tail, ratio, 1.0 / most, most)).label(model.law.name()));
    }
    let y = Axis::log("share ≥ x, over the power law's").range(1.0 / most, most);
    Panel::new("What the power law leaves over", Axis::log("x"), y, marks)
}

fn power_law(kind: Kind, tail: &Tail) -> TailModel {
    TailModel { law: TailLaw::PowerLaw { alpha: tail.alpha }, x_min: tail.x_min, kind }
}

fn data(points: Vec<(f64, f64)>) -> Mark {
    Mark::points(points).colour(Colour::Ink).size(4.0).opacity(0.55)
}

/// The rivals that are not the power law itself, with their places in the order of hues.
fn rivals(comparisons: &[RivalTest]) -> impl Iterator<Item = (usize, TailModel)> {
    comparisons.iter().enumerate().filter(|(_, c)| !c.same).map(|(i, c)| (i, c.rival))
}

/// The line of the i-th rival.
fn rival(i: usize, points: Vec<(f64, f64)>) -> Mark {
    let line = Mark::line(points).colour(Colour::nth(i + 1)).width(1.5);
    if i.is_multiple_of(2) { line.dashed() } else { line.dotted() }
}

/// A law's line from the edge to the largest value, as far as it stays from `low` to `high`.
fn drawn(
    sorted: &[f64],
    kind: Kind,
    tail: &Tail,
    height: impl Fn(f64) -> f64,
    low: f64,
    high: f64,
) -> Vec<(f64, f64)> {
    let points = places(tail.x_min, sorted[sorted.len() - 1], kind).into_iter().map(|x| (x, height(x)));
    points.take_while(|(_, y)| (low..=high).contains(y)).collect()
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
