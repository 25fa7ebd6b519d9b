//! A break in a curve: where it may be, and the smooth curve that it has to beat.

use crate::change::{Break, Onset};
use crate::law_figure::frame::{drawable, ends, measured, over, with_air};
use crate::numerals::digits;
use crate::plot::{Axis, Colour, Figure, Mark, Panel, Scale};

/// Draws points and the 95 % interval of the place of a break; `place`, low and high are in the axes' own
/// units.
pub fn change(found: &Onset, points: Vec<(f64, f64)>, x: Axis, y: Axis) -> Figure {
    let span = |values: Vec<f64>, axis: &Axis| match axis.scale {
        Scale::Log => with_air(ends(values), 0.05),
        Scale::Linear => {
            let (low, high) =
                values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
            let air = 0.05 * (high - low);
            (low - air, high + air)
        }
    };
    let (left, right) = span(points.iter().map(|p| p.0).collect(), &x);
    let broken = broken(found, &points, &x, &y, (left, right));
    let (bottom, top) = span(points.iter().chain(&broken).map(|p| p.1).collect(), &y);
    let (low, high) = (found.low.max(left), found.high.min(right));
    let title = format!("{} against {}: is there a break?", y.label, x.label);
    let mut marks = Vec::new();
    if low < high {
        marks.push(Mark::band(vec![low, high], vec![bottom; 2], vec![top; 2]).colour(Colour::Vermilion));
    }
    marks.push(
        Mark::vertical(found.place)
            .colour(Colour::Vermilion)
            .dotted()
            .label(format!("best place {}", digits(found.place, 3))),
    );
    let line = Mark::line(broken).colour(Colour::Vermilion).width(2.0).label(found.shape.to_string());
    let (drawn, thinned) = drawable(points);
    marks.extend(over(line, measured(drawn)));
    let panel = Panel::new("", x.range(left, right), y.range(bottom, top), marks);
    let note = format!(
        "{} points{thinned}; band: 95 % interval of the place, given one break; {}",
        found.n, found.verdict
    );
    let mut figure = Figure::new("change", title, vec![panel]).note(note);
    figure.size = (720, 450);
    figure
}

/// The broken curve: two levels, or two lines through the points' middle in the axes' coordinates.
fn broken(found: &Onset, points: &[(f64, f64)], x: &Axis, y: &Axis, ends: (f64, f64)) -> Vec<(f64, f64)> {
    let along = |v: f64, axis: &Axis| if axis.scale == Scale::Log { v.ln() } else { v };
    let back = |v: f64, axis: &Axis| if axis.scale == Scale::Log { v.exp() } else { v };
    let side = |x: f64| if x < found.place { found.before } else { found.after };
    if found.shape == Break::Step {
        let level = |side: f64| back(side, y);
        let (before, after) = (level(found.before), level(found.after));
        return vec![(ends.0, before), (found.place, before), (found.place, after), (ends.1, after)];
    }
    let rise = |at: f64| side(at) * (along(at, x) - along(found.place, x));
    let height = points.iter().map(|p| along(p.1, y) - rise(p.0)).sum::<f64>() / points.len() as f64;
    [ends.0, found.place, ends.1].map(|at| (at, back(height + rise(at), y))).to_vec()
}
