//! Is there a break in a curve, where, and would a smooth curve do as well?
//!
//! A broken curve (two lines that meet, or two levels) and a smooth one (a polynomial, or a logistic curve)
//! are fitted by least squares. Neither contains the other, so each is put to the test by points simulated
//! from it:
//!
//! ```text
//! T = ln(SSE smooth / SSE broken)     p_smooth = P(T* ≥ T | smooth)     p_broken = P(T* ≤ T | broken)
//! ```
//!
//! (Cox's test of separate families, by parametric bootstrap; Williams 1970, Wagenmakers et al. 2004). A
//! break is established only where the smooth curve is rejected and the broken one is not. The interval of
//! the place holds all places with SSE ≤ SSE_min (1 + F(1, n - p) / (n - p)): it takes the break for granted.

use crate::change::family::{CurveFamily, Nearest};
use crate::change::series::OrderedPoints;
use crate::error::{Error, Result};
use crate::numerals::four_figures as number;
use crate::random::stream;
use crate::stats::{LEVEL, t_quantile};
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Simulated curves for each of the two chances.
const REPLICAS: usize = 999;

/// More points than this are averaged over neighbours.
const MOST_POINTS: usize = 400;

/// The fewest different x that any broken curve is told from a smooth one by.
const FEWEST: usize = 6;

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
    /// A logistic curve: two levels with a turn of free place and width, never narrower than half the least
    /// gap of the x.
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
    /// Lower end of the 95 % interval of the place, given that there is one break; the first x where it is
    /// not bounded.
    pub low: f64,
    /// Its upper end; the last x where it is not bounded.
    pub high: f64,
    /// Slope before the break, or level before the step.
    pub before: f64,
    /// Slope after the break, or level after the step.
    pub after: f64,
    /// Sum of squares of the broken curve.
    pub broken_sse: f64,
    /// Sum of squares of the smooth curve.
    pub smooth_sse: f64,
    /// Chance that a smooth curve with such noise looks so broken.
    pub p_smooth: f64,
    /// Chance that a broken curve with such noise looks so smooth.
    pub p_broken: f64,
    /// Number of points, after averaging.
    pub n: usize,
    /// What may be said, in words.
    pub verdict: String,
}

/// Looks for one break in a curve and asks whether a smooth curve would do.
///
/// ```
/// use lawbook::change::{Break, Smooth, onset};
/// let x: Vec<f64> = (0..20).map(f64::from).collect();
/// let y: Vec<f64> = x.iter().map(|&x| 0.01 * (7.0 * x).sin() + if x < 11.0 { 1.0 } else { 0.2 }).collect();
/// let found = onset(&x, &y, Break::Step, Smooth::Polynomial(3), 1).unwrap();
/// assert!(found.place > 10.0 && found.place < 11.0 && found.p_smooth < 0.01, "{found}");
/// ```
///
/// # Errors
/// [`Error::Failed`] with other lengths, values that are not finite, or too few points or different x for
/// both curves.
pub fn onset(x: &[f64], y: &[f64], shape: Break, smooth: Smooth, seed: u64) -> Result<Onset> {
    let points = OrderedPoints::of(x, y, MOST_POINTS)?;
    let rivals = Rivals::over(&points, shape, smooth)?;
    let (with_break, without) = (rivals.broken.nearest(&points.y), rivals.smooth.nearest(&points.y));
    let seen = rivals.ratio(without.squares, with_break.squares);
    let (parameters_smooth, parameters_broken) = (rivals.smooth.parameters, rivals.broken.parameters);
    let p_smooth =
        rivals.chance((seed, "smooth curves"), &without, parameters_smooth, &|ratio| ratio >= seen);
    let p_broken =
        rivals.chance((seed, "broken curves"), &with_break, parameters_broken, &|ratio| ratio <= seen);
    let (low, high) = rivals.interval(shape, &points, &with_break);
    let (before, after) = sides(shape, &points.x, &with_break);
    let mut onset = Onset {
        shape,
        smooth,
        place: with_break.place,
        low,
        high,
        before,
        after,
        broken_sse: with_break.squares,
        smooth_sse: without.squares,
        p_smooth,
        p_broken,
        n: points.n(),
        verdict: String::new(),
    };
    onset.verdict = onset.words();
    Ok(onset)
}

impl Onset {
    /// The verdict anew: for an onset whose place was turned back from logarithms.
    pub fn words(&self) -> String {
        let place = format!("x = {} [{}, {}]", number(self.place), number(self.low), number(self.high));
        let (p, q) = (self.p_smooth, self.p_broken);
        match (p < 0.05, q < 0.05) {
            (true, false) => {
                format!("a break at {place} is established: no {} explains it (p = {p:.3})", self.smooth)
            }
            (false, true) => format!(
                "no break: a {} explains the points and a {} does not (p = {q:.3})",
                self.smooth, self.shape
            ),
            (false, false) => format!(
                "a break is not established: a {} does as well (p = {p:.3}); if there were one, it would lie at {place}",
                self.smooth
            ),
            (true, true) => {
                format!(
                    "neither a {} (p = {q:.3}) nor a {} (p = {p:.3}) explains the points",
                    self.shape, self.smooth
                )
            }
        }
    }
}

/// The two families of curves that are held against each other.
struct Rivals {
    broken: CurveFamily,
    smooth: CurveFamily,
    /// Squares that rounding leaves: a perfect fit has no fewer.
    rounding: f64,
}

impl Rivals {
    /// Both families over the x of the points.
    fn over(points: &OrderedPoints, shape: Break, smooth: Smooth) -> Result<Self> {
        let needed = FEWEST.max(if let Smooth::Polynomial(degree) = smooth { degree + 3 } else { FEWEST });
        let different = points.different();
        if different < needed {
            return Err(Error::Failed(format!(
                "{different} different x are too few to tell a {shape} from a {smooth}: it takes at least {needed}"
            )));
        }
        let broken = match shape {
            Break::Kink => CurveFamily::kink(&points.x),
            Break::Step => CurveFamily::step(&points.x),
        };
        let even = match smooth {
            Smooth::Polynomial(degree) => CurveFamily::polynomial(&points.x, degree),
            Smooth::Logistic => CurveFamily::logistic(&points.x),
        };
        if broken.is_empty() || even.is_empty() {
            return Err(Error::Failed(format!(
                "the points are too unevenly placed for a {shape} or a {smooth}"
            )));
        }
        let mean = points.y.iter().sum::<f64>() / points.n() as f64;
        let squares = points.y.iter().map(|y| (y - mean).powi(2) + 1e-6 * y * y).sum::<f64>();
        Ok(Self { broken, smooth: even, rounding: 1e-26 * squares.max(f64::MIN_POSITIVE) })
    }

    /// T: the logarithm of the ratio of the squares.
    fn ratio(&self, smooth: f64, broken: f64) -> f64 {
        ((smooth + self.rounding) / (broken + self.rounding)).ln()
    }

    /// Share of curves simulated about `from`, a curve of so many `parameters`, whose T `counts`; the curve
    /// at hand is one of them. The stream of random numbers is named by a seed and a purpose.
    fn chance(
        &self,
        (seed, purpose): (u64, &str),
        from: &Nearest,
        parameters: usize,
        counts: &(dyn Fn(f64) -> bool + Sync),
    ) -> f64 {
        let sd = ((from.squares + self.rounding) / (from.values.len() - parameters) as f64).sqrt();
        let hits = (0..REPLICAS).into_par_iter().filter(|&replica| {
            let mut random = stream(seed, purpose, replica as u64);
            let mut noise = || sd * Distribution::<f64>::sample(&StandardNormal, &mut random);
            let drawn: Vec<f64> = from.values.iter().map(|value| value + noise()).collect();
            counts(self.ratio(self.smooth.nearest(&drawn).squares, self.broken.nearest(&drawn).squares))
        });
        (1 + hits.count()) as f64 / (1 + REPLICAS) as f64
    }

    /// 95 % interval of the place, given that there is a break; its ends are those of the points where it is
    /// open.
    fn interval(&self, shape: Break, points: &OrderedPoints, found: &Nearest) -> (f64, f64) {
        let freedom = points.n() - self.broken.parameters;
        let bar = found.squares * (1.0 + t_quantile(LEVEL, freedom).powi(2) / freedom as f64) + self.rounding;
        // Without noise no prepared place may lie below the bar, but the refined one does.
        let inside = self.broken.places_below(&points.y, bar).unwrap_or((found.place, found.place));
        if shape == Break::Step {
            // Any place between two neighbours is the same step.
            return (points.last_up_to(inside.0), points.first_above(inside.1));
        }
        let (first, last) = self.broken.reach();
        let low = if inside.0 <= first { points.x[0] } else { inside.0.min(found.place) };
        (low, if inside.1 >= last { points.x[points.n() - 1] } else { inside.1.max(found.place) })
    }
}

/// Levels of a step, or slopes of a kink, before and after the place.
fn sides(shape: Break, x: &[f64], broken: &Nearest) -> (f64, f64) {
    let (f, last) = (&broken.values, x.len() - 1);
    if shape == Break::Step {
        return (f[0], f[last]);
    }
    let before = x.iter().rposition(|x| *x <= broken.place).unwrap_or(0);
    let after = x.iter().position(|x| *x >= broken.place).unwrap_or(last);
    ((f[before] - f[0]) / (x[before] - x[0]), (f[last] - f[after]) / (x[last] - x[after]))
}

/// "kink", "step".
impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Kink { "kink" } else { "step" })
    }
}

/// "polynomial of degree 3", "logistic curve".
impl fmt::Display for Smooth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Polynomial(degree) => write!(f, "polynomial of degree {degree}"),
            Self::Logistic => write!(f, "logistic curve"),
        }
    }
}

/// The verdict with its numbers.
impl fmt::Display for Onset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} against {}, {} points", self.shape, self.smooth, self.n)?;
        writeln!(
            f,
            "  place {} [{}, {}]   before {} after {}",
            number(self.place),
            number(self.low),
            number(self.high),
            number(self.before),
            number(self.after)
        )?;
        writeln!(f, "  p(smooth) {:.3}   p(broken) {:.3}", self.p_smooth, self.p_broken)?;
        write!(f, "  {}", self.verdict)
    }
}
