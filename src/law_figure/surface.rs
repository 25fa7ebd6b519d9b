//! A loss surface: does it meet the runs, and where on it is compute best spent?

use crate::fit::fitted::Fit;
use crate::fit::points::Points;
use crate::law_figure::frame::{drawable, ends, places, with_air};
use crate::law_figure::words::{count, with_interval};
use crate::numerals::digits;
use crate::plot::{Align, Axis, Colour, Figure, Mark, Marker, Panel};

/// Runs are marked by size in this many equal shares.
const SHARES: usize = 3;

/// The markers of the shares, as words have them, and their hues.
const GLYPHS: [&str; SHARES] = ["●", "■", "▲"];
const COLOURS: [Colour; SHARES] = [Colour::Sky, Colour::Blue, Colour::Vermilion];

/// Draws a fitted surface: measured against fitted loss, and loss against compute with the best split.
///
/// Runs are marked by their parameters: the smallest third, the middle, the largest.
pub fn surface(fit: &Fit, runs: &Points) -> Figure {
    let shares = shares(&runs.x);
    let fitted: Vec<f64> = (0..runs.n()).map(|i| fit.at_run(runs.x[i], runs.tokens[i])).collect();
    let flops: Vec<f64> = (0..runs.n()).map(|i| 6.0 * runs.x[i] * runs.tokens[i]).collect();
    let left = met(&fitted, &runs.y, &shares);
    let right = spent(fit, &flops, &runs.y, &shares);
    let largest = ends(flops.iter().copied()).1;
    let split = fit.allocation(largest).map_or(String::new(), |best| {
        format!(
            "; at C = {} FLOPs: N = {}, D = {}, {} tokens per parameter, N grows as C^{}",
            digits(best.flops, 2),
            count(best.params),
            count(best.tokens),
            digits(best.tokens_per_param, 3),
            digits(best.params_exponent, 3)
        )
    });
    let parameters: Vec<String> = fit.params.iter().map(with_interval).collect();
    let note =
        format!("{}, {} runs; {} (95 %, {}){split}", fit.space, fit.n, parameters.join(", "), fit.interval);
    let mut figure = Figure::new("surface", "Loss by parameters and tokens", vec![left, right]).note(note);
    figure.size = (960, 460);
    figure
}

/// The runs of each share by parameters, with its name.
fn shares(params: &[f64]) -> Vec<(String, Vec<usize>)> {
    let mut order: Vec<usize> = (0..params.len()).collect();
    order.sort_by(|&a, &b| params[a].total_cmp(&params[b]));
    let mut shares: Vec<(String, Vec<usize>)> = Vec::new();
    for (share, glyph) in GLYPHS.iter().enumerate() {
        let (from, to) = (share * order.len() / SHARES, (share + 1) * order.len() / SHARES);
        let runs = order[from..to].to_vec();
        let Some((&first, &last)) = runs.first().zip(runs.last()) else { continue };
        let (first, last) = (count(params[first]), count(params[last]));
        let range = if first == last { first } else { format!("{first} to {last}") };
        let name = format!("{glyph} N {range}");
        shares.push((name, runs));
    }
    shares
}

/// Measured against fitted loss, with the line of equality.
fn met(fitted: &[f64], measured: &[f64], shares: &[(String, Vec<usize>)]) -> Panel {
    let span = with_air(ends(fitted.iter().chain(measured).copied()), 0.06);
    let mut marks =
        vec![Mark::line(vec![(span.0, span.0), (span.1, span.1)]).colour(Colour::Grey).width(1.0)];
    marks.extend(by_share(fitted, measured, shares));
    let words =
        Mark::text((span.1, span.0 * (span.1 / span.0).powf(0.06)), "equal on the line").align(Align::Right);
    marks.push(words.colour(Colour::Grey));
    let axis = |label: &str| Axis::log(label).range(span.0, span.1);
    Panel::new("Does the law meet the runs?", axis("Fitted loss"), axis("Measured loss"), marks)
}

/// Loss against compute, with the least loss that each compute can buy.
fn spent(fit: &Fit, flops: &[f64], losses: &[f64], shares: &[(String, Vec<usize>)]) -> Panel {
    let (low, high) = with_air(ends(flops.iter().copied()), 0.04);
    let best: Vec<(f64, f64)> = places(low, high, 120)
        .into_iter()
        .map(|c| (c, fit.allocation(c).map_or(f64::NAN, |best| best.loss)))
        .collect();
    let (bottom, top) = with_air(ends(losses.iter().chain(best.iter().map(|p| &p.1)).copied()), 0.06);
    let mut marks = by_share(flops, losses, shares);
    // Loss falls with compute, so that the upper right corner is free for the names.
    for (i, (name, _)) in shares.iter().enumerate() {
        let at = (high * (low / high).powf(0.02), top * (bottom / top).powf(0.05 + 0.065 * i as f64));
        marks.push(Mark::text(at, name).align(Align::Right).colour(COLOURS[i]));
    }
    marks.push(Mark::line(best).colour(Colour::Ink).width(2.0).label("best split\nof N and D"));
    Panel::new(
        "What can compute buy?",
        Axis::log("Compute C = 6ND (FLOPs)").range(low, high),
        Axis::log("Loss").range(bottom, top),
        marks,
    )
}

/// One mark a share.
fn by_share(x: &[f64], y: &[f64], shares: &[(String, Vec<usize>)]) -> Vec<Mark> {
    let mark = |(i, (_, runs)): (usize, &(String, Vec<usize>))| {
        let (points, _) = drawable(runs.iter().map(|&run| (x[run], y[run])).collect());
        let size = if points.len() > 40 { 4.5 } else { 6.0 };
        Mark::points(points).colour(COLOURS[i]).marker(Marker::nth(i)).size(size).opacity(0.75)
    };
    shares.iter().enumerate().map(mark).collect()
}
