//! Several laws over the same points, and how they go on beyond what they saw.

use crate::fit::points::Points;
use crate::fit::select::Comparison;
use crate::law_figure::frame::{drawable, ends, measured, places, with_air};
use crate::law_figure::words::digits;
use crate::plot::{Axis, Colour, Figure, Mark, Panel};

/// Draws the laws of a comparison, best first; `seen` are the points up to the hold-out, or all of them.
///
/// With a hold-out each law is drawn as fitted to `seen`, solid there and dashed beyond.
pub fn comparison(found: &Comparison, points: &Points, x: &str, y: &str) -> Figure {
    let (low, high) = with_air(ends(points.x.iter().copied()), 0.03);
    let limit = found.holdout_above.unwrap_or(high);
    let seen: Vec<usize> = (0..points.n()).filter(|&i| points.x[i] <= limit).collect();
    let (bottom, top) = with_air(ends(points.y.iter().copied()), 0.12);
    let mut marks = Vec::new();
    if found.holdout_above.is_some() {
        marks.push(Mark::vertical(limit).label("held out beyond"));
    }
    for (i, candidate) in found.candidates.iter().enumerate() {
        let fit = match found.holdout_above {
            None => candidate.fit.clone(),
            Some(_) => match candidate.fit.law.fit(&points.select(&seen), found.space) {
                Ok(fit) => fit,
                Err(_) => continue,
            },
        };
        let score = match candidate.holdout_rmse_log {
            Some(rmse) => format!("beyond: {} % off", digits(100.0 * rmse.exp_m1(), 2)),
            None => format!("ΔAICc {}", digits(candidate.delta_aicc, 2)),
        };
        let look = |mark: Mark| mark.colour(Colour::nth(i)).width(if i == 0 { 2.2 } else { 1.5 });
        let along = |low: f64, high: f64| -> Vec<(f64, f64)> {
            places(low, high, 160).into_iter().map(|x| (x, fit.at(x))).collect()
        };
        let label = format!("{}\n{score}", fit.law);
        if limit < high {
            marks.push(look(Mark::line(along(low, limit))));
            marks.push(look(Mark::line(along(limit, high))).dashed().label(label));
        } else {
            marks.push(look(Mark::line(along(low, high))).label(label));
        }
    }
    let (drawn, thinned) = drawable(points.x.iter().copied().zip(points.y.iter().copied()).collect());
    marks.push(measured(drawn));
    let panel = Panel::new("", Axis::log(x).range(low, high), Axis::log(y).range(bottom, top), marks);
    let fitted = match found.holdout_above {
        Some(_) => format!("laws fitted to {} points up to {}, dashed beyond", seen.len(), digits(limit, 3)),
        None => format!("laws fitted to {} points", points.n()),
    };
    let mut figure = Figure::new("laws", format!("{y} against {x}: which law?"), vec![panel])
        .note(format!("{}; {fitted}{thinned}; best AICc in blue", found.space));
    figure.size = (760, 470);
    figure
}
