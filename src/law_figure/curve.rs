//! One law of one variable: points, law, band, floor and breaks.

use crate::fit::fitted::Fit;
use crate::fit::points::Points;
use crate::law_figure::frame::{drawable, ends, measured, over, places, with_air};
use crate::law_figure::words::{with_interval, written};
use crate::numerals::digits;
use crate::plot::{Axis, Colour, Figure, Mark, Panel};

/// Draws a fitted law of one variable over its points, both axes in logarithms; `x` and `y` name them.
pub fn curve(fit: &Fit, points: &Points, x: &str, y: &str) -> Figure {
    let (low, high) = with_air(ends(points.x.iter().copied()), 0.03);
    let at = places(low, high, 200);
    let line: Vec<(f64, f64)> = at.iter().map(|&x| (x, fit.at(x))).collect();
    let floor = fit.floor().map(|p| p.value);
    let (bottom, top) = ends(points.y.iter().chain(line.iter().map(|p| &p.1)).copied());
    // A floor far below everything else would only squeeze the picture.
    let floor = floor.filter(|&e| e > bottom / 4.0);
    let band: Vec<[f64; 2]> = at.iter().map(|&x| fit.band_at(x)).collect();
    // A wide band is cut off, so that the points stay readable.
    let (least, most) = ends(band.iter().flatten().copied());
    let bottom = bottom.min(floor.unwrap_or(bottom)).min(least.max(bottom / 1.5));
    let (bottom, top) = with_air((bottom, top.max(most.min(top * 1.5))), 0.05);
    let edge = |side: usize, unbounded: f64| -> Vec<f64> {
        let inside = |b: &[f64; 2]| b[side].clamp(bottom / 2.0, top * 2.0);
        band.iter().map(|b| if b[side].is_finite() { inside(b) } else { unbounded }).collect()
    };
    let mut marks =
        vec![Mark::band(at.clone(), edge(0, bottom / 2.0), edge(1, top * 2.0)).colour(Colour::Blue)];
    if let Some(e) = floor {
        marks.push(Mark::horizontal(e).dashed().label(format!("floor {}", digits(e, 3))));
    }
    for place in fit.breaks() {
        if (low..=high).contains(&place.value) {
            marks.push(
                Mark::vertical(place.value).dotted().label(format!("break {}", digits(place.value, 3))),
            );
        }
    }
    let law = Mark::line(line).colour(Colour::Blue).width(2.0).label(written(fit));
    let (drawn, thinned) = drawable(points.x.iter().copied().zip(points.y.iter().copied()).collect());
    marks.extend(over(law, measured(drawn)));
    let panel = Panel::new("", Axis::log(x).range(low, high), Axis::log(y).range(bottom, top), marks);
    let parameters: Vec<String> = fit.params.iter().map(with_interval).collect();
    let note = format!(
        "{}, {} points{thinned}; band: 95 % for the law; {} (95 %, {})",
        fit.space,
        fit.n,
        parameters.join(", "),
        fit.interval
    );
    let mut figure =
        Figure::new("law", format!("{y} against {x}: {}", fit.law.description().name), vec![panel])
            .note(note);
    figure.size = (720, 450);
    figure
}
