//! Curves and comparisons as marks of a figure: a band over seeds, a line, the points; the seeds'
//! differences.

use crate::fit::space::Space;
use crate::plot::{Align, Axis, Colour, Mark, Marker, Panel};
use crate::stats::Mean;
use crate::study::curve::Curve;
use crate::study::runs::Paired;

/// Series `i` of a figure: band, line and points of a curve. The line is a law, dashed; without one it joins
/// the points.
pub fn series(
    curve: &Curve,
    i: usize,
    label: impl Into<String>,
    law: Option<&dyn Fn(f64) -> f64>,
) -> [Mark; 3] {
    let colour = Colour::nth(i);
    let line = match law {
        Some(law) => Mark::line(curve.x.iter().map(|&x| (x, law(x))).collect()).dashed(),
        None => Mark::line(curve.points()).width(1.2),
    };
    let points = Mark::points(curve.points()).marker(Marker::nth(i)).size(6.0).label(label);
    [band(&curve.x, &curve.errors).colour(colour), line.colour(colour), points.colour(colour)]
}

/// Series `i` of a figure with the law `E + A x^-α` that was fitted in ln y.
pub fn fitted_series(curve: &Curve, i: usize, label: impl Into<String>) -> [Mark; 3] {
    let law = curve.law(Space::Log);
    series(curve, i, label, Some(&|x| law.at(x)))
}

/// Series `i` of a figure: a line through points, and the points.
pub fn joined(points: Vec<(f64, f64)>, i: usize) -> [Mark; 2] {
    let marks = Mark::points(points.clone()).marker(Marker::nth(i));
    [Mark::line(points), marks].map(|mark| mark.colour(Colour::nth(i)))
}

/// One standard deviation over seeds on both sides of the means. It keeps a fifth of the mean below: a log
/// axis has no 0.
pub fn band(x: &[f64], errors: &[Mean]) -> Mark {
    let low = errors.iter().map(|e| (e.mean - e.sd).max(0.2 * e.mean)).collect();
    let high = errors.iter().map(|e| e.mean + e.sd).collect();
    Mark::band(x.to_vec(), low, high)
}

/// Comparisons side by side: the difference of every seed (hollow), their mean with its interval, and its
/// p-value.
pub fn differences(compared: &[(String, Paired)], x: &str, y: &str) -> Panel {
    let ends = |pair: &Paired| {
        let Mean { low, high, .. } = pair.difference;
        pair.differences
            .iter()
            .copied()
            .chain([low, high])
            .filter(|end| end.is_finite())
            .collect::<Vec<f64>>()
    };
    let shown = compared.iter().flat_map(|(_, pair)| ends(pair));
    let (bottom, top) = shown.fold((0f64, 0f64), |(low, high), d| (low.min(d), high.max(d)));
    let height = top - bottom;
    let mut marks = vec![Mark::horizontal(0.0)];
    for (i, (_, pair)) in compared.iter().enumerate() {
        marks.extend(difference(i as f64, pair, top + 0.05 * height));
    }
    let names = compared.iter().enumerate().map(|(i, (name, _))| (i as f64, name.as_str()));
    let x = Axis::linear(x).range(-0.5, compared.len() as f64 - 0.5).ticks_at(names);
    Panel::new("", x, Axis::linear(y).range(bottom - 0.06 * height, top + 0.12 * height), marks)
}

/// The marks of one comparison about the place `x`.
fn difference(x: f64, pair: &Paired, words_at: f64) -> Vec<Mark> {
    let (n, mean) = (pair.differences.len(), pair.difference);
    let spread = |k: usize| if n > 1 { 0.24 * (k as f64 / (n - 1) as f64 - 0.5) } else { 0.0 };
    let seeds = pair.differences.iter().enumerate().map(|(k, &d)| (x - 0.16 + spread(k), d)).collect();
    let mut marks = vec![Mark::points(seeds).colour(Colour::Grey).hollow().size(5.0)];
    if mean.n > 1 {
        let bars = Mark::error_bars(vec![x + 0.16], vec![mean.low], vec![mean.high]);
        marks.push(bars.colour(Colour::Vermilion));
    }
    let p = if pair.p < 0.001 { "< 0.001".to_owned() } else { format!("= {:.3}", pair.p) };
    let point = Mark::points(vec![(x + 0.16, mean.mean)]).marker(Marker::Diamond).size(8.0);
    let words = Mark::text((x, words_at), format!("{:+.2}, p {p}", mean.mean)).align(Align::Centre);
    marks.extend([point, words].map(|mark| mark.colour(Colour::Vermilion)));
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::MarkShape;

    #[test]
    fn a_band_never_reaches_zero_and_a_law_is_drawn_at_the_places_of_its_curve() {
        let curve = Curve::measured("a", &[1.0, 2.0], vec![vec![0.1, 1.0], vec![2.0, 1.0]]);
        let [band, line, _] = series(&curve, 0, "a", Some(&|x| 2.0 * x));
        let MarkShape::Band { low, high, .. } = &band.shape else { panic!("{band:?}") };
        assert!(low[0] > 0.0 && high[0] > 2.0 && low[1] == 1.0);
        let MarkShape::Line { points } = &line.shape else { panic!("{line:?}") };
        assert_eq!(*points, [(1.0, 2.0), (2.0, 4.0)]);
    }
}
