//! How a curve of this study is drawn.

use crate::fit::space::Space;
use crate::plot::{Colour, Mark, Marker};
use crate::study::s01_samples::curve::Curve;

/// Words of the axis that every figure of this study has.
pub const SAMPLES: &str = "Training samples n";

/// Band, points and a law of one curve.
pub fn series(curve: &Curve, i: usize, label: String, law: bool) -> Vec<Mark> {
    let (colour, [low, high]) = (Colour::nth(i), curve.band());
    let mut marks = vec![Mark::band(curve.n(), low, high).colour(colour)];
    if law {
        let laws = curve.law(Space::Log);
        marks.push(Mark::line(curve.n().iter().map(|&n| (n, laws.at(n))).collect()).colour(colour).dashed());
    } else {
        marks.push(Mark::line(curve.points()).colour(colour).width(1.2));
    }
    marks.push(Mark::points(curve.points()).colour(colour).marker(Marker::nth(i)).size(6.0).label(label));
    marks
}
