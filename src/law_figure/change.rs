//! A break in a curve: where it may be, and the smooth curve that it has to beat.

use crate::fit::change::Onset;
use crate::law_figure::frame::{drawable, ends, measured, with_air};
use crate::law_figure::words::digits;
use crate::plot::{Axis, Colour, Figure, Mark, Panel, Scale};

/// Draws points and the 95 % interval of the place of a break; `place`, low and high are in the axes' own units.
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
    let (bottom, top) = span(points.iter().map(|p| p.1).collect(), &y);
    let (low, high) = (found.low.max(left), found.high.min(right));
    let title = format!("{} against {}: is there a break?", y.label, x.label);
    let mut marks = Vec::new();
    if low < high {
        marks.push(Mark::band(vec![low, high], vec![bottom; 2], vec![top; 2]).colour(Colour::Vermilion));
    }
    marks.push(
        Mark::vertical(found.place)
            .colour(Colour::Vermilion)
            .width(1.6)
            .label(format!("break at {}", digits(found.place, 3))),
    );
    let (drawn, thinned) = drawable(points);
    marks.push(Mark::line(drawn.clone()).colour(Colour::Grey).width(0.8));
    marks.push(measured(drawn));
    let panel = Panel::new("", x.range(left, right), y.range(bottom, top), marks);
    let note = format!(
        "{} points{thinned}; band: 95 % interval of the place, given one break; {}",
        found.n, found.verdict
    );
    let mut figure = Figure::new("change", title, vec![panel]).note(note);
    figure.size = (720, 450);
    figure
}
