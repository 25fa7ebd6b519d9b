//! Several laws over the same points, and how they go on beyond what they saw.

use crate::fit::fitted::Fit;
use crate::fit::points::Points;
use crate::fit::select::{Candidate, Comparison};
use crate::law_figure::frame::{drawable, ends, measured, places, with_air};
use crate::numerals::digits;
use crate::plot::{Axis, Colour, Figure, Mark, Panel};

/// A law that leaves the points by more than this factor leaves the picture.
const FARTHEST: f64 = 4.0;

/// Draws the laws of a comparison over their points, both axes in logarithms; `x` and `y` name them.
///
/// With a hold-out each law is drawn as fitted to the points up to it, solid there and dashed beyond.
pub fn comparison(found: &Comparison, points: &Points, x: &str, y: &str) -> Figure {
    let (low, high) = with_air(ends(points.x.iter().copied()), 0.03);
    let limit = found.holdout_above.unwrap_or(high);
    let seen: Vec<usize> = (0..points.n()).filter(|&i| points.x[i] <= limit).collect();
    let seen = points.select(&seen);
    let drawn: Vec<(&Candidate, Fit)> = found
        .candidates
        .iter()
        .filter_map(|candidate| match found.holdout_above {
            None => Some((candidate, candidate.fit.clone())),
            Some(_) => Some((candidate, candidate.fit.law.fit(&seen, found.space).ok()?)),
        })
        .collect();
    let (least, most) = ends(points.y.iter().copied());
    let outermost = drawn.iter().flat_map(|(_, fit)| [fit.at(low), fit.at(high)]);
    let inside = outermost.filter(|v| v.is_finite()).map(|v| v.clamp(least / FARTHEST, most * FARTHEST));
    let (bottom, top) = with_air(ends(inside.chain([least, most])), 0.05);
    let mut marks = Vec::new();
    if found.holdout_above.is_some() {
        marks.push(Mark::vertical(limit).label("held out beyond"));
    }
    // The best is drawn last, on top.
    for (i, (candidate, fit)) in drawn.iter().enumerate().rev() {
        let score = match candidate.holdout_rmse_log {
            Some(rmse) => format!("{} % off", digits(100.0 * rmse.exp_m1(), 2)),
            None if i == 0 => "best".to_owned(),
            None => {
                candidate.delta_aicc.map_or("no AICc".to_owned(), |delta| format!("+{}", digits(delta, 2)))
            }
        };
        let look = |mark: Mark| mark.colour(Colour::nth(i)).width(if i == 0 { 2.4 } else { 1.5 });
        let along = |low: f64, high: f64| -> Vec<(f64, f64)> {
            places(low, high, 160).into_iter().map(|x| (x, fit.at(x))).collect()
        };
        let label = format!("{}: {score}", fit.law.description().short);
        if limit < high {
            marks.push(look(Mark::line(along(low, limit))));
            marks.push(look(Mark::line(along(limit, high))).dashed().label(label));
        } else {
            marks.push(look(Mark::line(along(low, high))).label(label));
        }
    }
    let (rings, thinned) = drawable(points.x.iter().copied().zip(points.y.iter().copied()).collect());
    marks.push(measured(rings));
    let panel = Panel::new("", Axis::log(x).range(low, high), Axis::log(y).range(bottom, top), marks);
    let note = match found.holdout_above {
        Some(_) => format!(
            "{}; fitted to {} of {} points{thinned}, up to {}; % off: RMSE of ln y beyond, as a percentage; thick: best AICc of all points",
            found.space,
            seen.n(),
            points.n(),
            digits(limit, 3)
        ),
        None => format!("{}, {} points{thinned}; +: AICc above the best", found.space, points.n()),
    };
    let mut figure = Figure::new("laws", format!("{y} against {x}: which law?"), vec![panel]).note(note);
    figure.size = (760, 470);
    figure
}
