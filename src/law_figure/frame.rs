//! What all pictures of laws share: where curves are computed, what the axes span, how points look.

use crate::plot::{Colour, Mark, MarkShape};

/// The most points that are drawn; more make a file that no viewer opens.
const MOST_POINTS: usize = 4000;

/// More points than this are a cloud.
const CLOUD: usize = 300;

/// `count` places from `low` to `high` at equal ratios.
pub fn places(low: f64, high: f64, count: usize) -> Vec<f64> {
    // Differences of logarithms: the ratio of the ends may be larger than any number.
    let (first, step) = (low.ln(), (high.ln() - low.ln()) / (count - 1) as f64);
    (0..count).map(|i| (first + step * i as f64).exp().clamp(low, high)).collect()
}

/// Least and largest of the values that are finite and above 0.
pub fn ends(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let positive = values.into_iter().filter(|v| v.is_finite() && *v > 0.0);
    positive.fold((f64::INFINITY, 0.0), |(low, high), v| (low.min(v), high.max(v)))
}

/// The ends with a part of the span in logarithms added on both sides.
pub fn with_air((low, high): (f64, f64), part: f64) -> (f64, f64) {
    let span = high.ln() - low.ln();
    let factor = if span > 1e-9 { (span * part).exp() } else { 1.02 };
    ((low / factor).max(f64::MIN_POSITIVE), (high * factor).min(f64::MAX))
}

/// Evenly chosen points where there are too many to draw, and what a note says of that.
pub fn drawable(points: Vec<(f64, f64)>) -> (Vec<(f64, f64)>, String) {
    if points.len() <= MOST_POINTS {
        return (points, String::new());
    }
    let n = points.len();
    let kept = (0..MOST_POINTS).map(|i| points[i * n / MOST_POINTS]).collect();
    (kept, format!(", {MOST_POINTS} of them drawn"))
}

/// Measured points: rings while they are few, small pale dots when they are many.
pub fn measured(points: Vec<(f64, f64)>) -> Mark {
    let n = points.len();
    let mark = Mark::points(points).colour(Colour::Ink);
    match n {
        0..=60 => mark.hollow().size(7.0),
        61..=CLOUD => mark.hollow().size(5.0).opacity(0.8),
        _ => mark.size(3.0).opacity(0.4),
    }
}

/// A law and its points in drawing order: rings stand on the law, the law on a cloud.
pub fn over(law: Mark, points: Mark) -> [Mark; 2] {
    match &points.shape {
        MarkShape::Points { points: few, .. } if few.len() <= CLOUD => [law, points],
        _ => [points, law],
    }
}
