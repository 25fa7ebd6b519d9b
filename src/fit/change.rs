//! Is there a break in a curve, where, and would a smooth curve do as well? How many stages has it?
//!
//! **One break** ([`onset`]). A broken curve (two lines that meet, or two levels) and a smooth one (a polynomial, or a logistic
//! curve) are fitted by least squares. Neither contains the other, so each is put to the test by points simulated from it:
//!
//! ```text
//! T = ln(SSE smooth / SSE broken)     p_smooth = P(T* ≥ T | smooth)     p_broken = P(T* ≤ T | broken)
//! ```
//!
//! (Cox's test of separate families, by parametric bootstrap; Williams 1970, Wagenmakers et al. 2004). A break is
//! established only where the smooth curve is rejected and the broken one is not. The interval of the place holds all places with
//! SSE ≤ SSE_min (1 + F(1, n - p) / (n - p)): it takes the break for granted.
//!
//! **Many** ([`stages`]). Cuts into levels or lines of their own, the best cuts for each number of stages found exactly
//! (dynamic programming), the number by the modified Bayes criterion of Zhang & Siegmund 2007:
//! `n ln(SSE/n) + (2 + q) k ln n + Σ ln(n_i / n)` for k cuts, q parameters a stage and n_i points in stage i. Of noise alone about one
//! curve in twelve is given a second stage (60 points).
//!
//! Long curves (400 points, for stages 2000) are first averaged over neighbours. Coordinates are the caller's: pass ln x and ln y where a law is a line. Noise is taken to be equal at all points.

use crate::error::{Error, Result};
use crate::fit::curve::{self, Family, Nearest};
use crate::fit::fitted::number;
use crate::random::stream;
use crate::stats::{LEVEL, t_quantile};
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Simulated curves for each of the two chances.
const REPLICAS: usize = 999;

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
    /// A logistic curve: two levels with a turn of free place and width, never narrower than half the least gap of the x.
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
    /// Lower end of the 95 % interval of the place, given that there is one break; the first x where it is not bounded.
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
    /// The first x of each stage after the first, ascending; empty for one stage.
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
/// ```
/// use lawbook::fit::change::{Break, Smooth, onset};
/// let x: Vec<f64> = (0..20).map(f64::from).collect();
/// let y: Vec<f64> = x.iter().map(|&x| 0.01 * (7.0 * x).sin() + if x < 11.0 { 1.0 } else { 0.2 }).collect();
/// let found = onset(&x, &y, Break::Step, Smooth::Polynomial(3), 1).unwrap();
/// assert!(found.place > 10.0 && found.place < 11.0 && found.p_smooth < 0.01, "{found}");
/// ```
///
/// # Errors
/// [`Error::Failed`] with other lengths, values that are not finite, or too few points or different x for both curves.
pub fn onset(x: &[f64], y: &[f64], shape: Break, smooth: Smooth, seed: u64) -> Result<Onset> {
    let (x, y) = checked(x, y)?;
    let (x, y) = curve::thinned(&x, &y, 400);
    let n = x.len();
    let needed = 6.max(if let Smooth::Polynomial(degree) = smooth { degree + 3 } else { 6 });
    if curve::different(&x) < needed {
        return Err(Error::Failed(format!(
            "{} different x are too few to tell a {shape} from a {smooth}: it takes at least {needed}",
            curve::different(&x)
        )));
    }
    let broken = match shape {
        Break::Kink => Family::kink(&x),
        Break::Step => Family::step(&x),
    };
    let even = match smooth {
        Smooth::Polynomial(degree) => Family::polynomial(&x, degree),
        Smooth::Logistic => Family::logistic(&x),
    };
    if broken.is_empty() || even.is_empty() {
        return Err(Error::Failed(format!("the points are too unevenly placed for a {shape} or a {smooth}")));
    }
    let (with_break, without) = (broken.nearest(&y), even.nearest(&y));
    let mean = y.iter().sum::<f64>() / n as f64;
    let rounding =
        1e-26 * y.iter().map(|y| (y - mean).powi(2) + 1e-6 * y * y).sum::<f64>().max(f64::MIN_POSITIVE);
    let ratio = |smooth: f64, broken: f64| ((smooth + rounding) / (broken + rounding)).ln();
    let seen = ratio(without.squares, with_break.squares);
    let chance = |purpose: &str, from: &Nearest, parameters: usize, counts: &(dyn Fn(f64) -> bool + Sync)| {
        let sd = ((from.squares + rounding) / (n - parameters) as f64).sqrt();
        let hits = (0..REPLICAS).into_par_iter().filter(|&replica| {
            let mut random = stream(seed, purpose, replica as u64);
            let mut noise = || sd * Distribution::<f64>::sample(&StandardNormal, &mut random);
            let drawn: Vec<f64> = from.values.iter().map(|value| value + noise()).collect();
            counts(ratio(even.nearest(&drawn).squares, broken.nearest(&drawn).squares))
        });
        (1 + hits.count()) as f64 / (1 + REPLICAS) as f64
    };
    let p_smooth = chance("smooth curves", &without, even.parameters, &|t| t >= seen);
    let p_broken = chance("broken curves", &with_break, broken.parameters, &|t| t <= seen);
    let freedom = n - broken.parameters;
    let bar = with_break.squares * (1.0 + t_quantile(LEVEL, freedom).powi(2) / freedom as f64) + rounding;
    // Without noise no prepared place may lie below the bar, but the refined one does.
    let inside = broken.places_below(&y, bar).unwrap_or((with_break.place, with_break.place));
    let place = with_break.place;
    let (low, high) = match shape {
        // Any place between two neighbours is the same step.
        Break::Step => (curve::last_up_to(&x, inside.0), curve::first_above(&x, inside.1)),
        Break::Kink => {
            let (first, last) = broken.reach();
            let low = if inside.0 <= first { x[0] } else { inside.0.min(place) };
            (low, if inside.1 >= last { x[n - 1] } else { inside.1.max(place) })
        }
    };
    let (before, after) = sides(shape, &x, &with_break);
    let mut onset = Onset {
        shape,
        smooth,
        place,
        low,
        high,
        before,
        after,
        broken_sse: with_break.squares,
        smooth_sse: without.squares,
        p_smooth,
        p_broken,
        n,
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

/// The number of stages of a curve, at most `most`, by an information criterion, and where they begin.
///
/// A stage holds at least two points (levels) or three (lines).
///
/// # Errors
/// As [`onset`], and [`Error::Failed`] when `most` is 0.
pub fn stages(x: &[f64], y: &[f64], piece: Piece, most: usize) -> Result<Stages> {
    let (x, y) = checked(x, y)?;
    let (x, y) = curve::thinned(&x, &y, 2000);
    let (n, q) = (x.len(), if piece == Piece::Level { 1 } else { 2 });
    if most == 0 {
        return Err(Error::Failed("a curve has at least one stage: ask for 1 or more".to_owned()));
    }
    if n < 2 * (q + 1) {
        return Err(Error::Failed(format!("{n} points are too few for stages of at least {} points", q + 1)));
    }
    let cuts = curve::best_cuts(&x, &y, q, most);
    let rounding = 1e-26 * y.iter().map(|y| y * y).sum::<f64>().max(f64::MIN_POSITIVE);
    let ln_n = (n as f64).ln();
    let criterion: Vec<f64> = cuts
        .iter()
        .enumerate()
        .map(|(k, (squares, begins))| {
            let ends = begins.iter().copied().chain([n]);
            let lengths: f64 =
                begins.iter().zip(ends.skip(1)).map(|(a, b)| ((b - a) as f64).ln() - ln_n).sum();
            n as f64 * ((squares + rounding) / n as f64).ln() + ((2 + q) * k) as f64 * ln_n + lengths
        })
        .collect();
    let best = (0..criterion.len()).min_by(|&a, &b| criterion[a].total_cmp(&criterion[b])).unwrap_or(0);
    let begins: Vec<f64> = cuts[best].1[1..].iter().map(|&i| x[i]).collect();
    let what = if piece == Piece::Level { "level" } else { "line" };
    let verdict = if begins.is_empty() {
        format!("one {what} is enough: no further stage pays for itself")
    } else {
        let list: Vec<String> = begins.iter().map(|&x| number(x)).collect();
        format!("{} stages ({what}s); new ones begin at x = {}", begins.len() + 1, list.join(", "))
    };
    Ok(Stages { piece, begins, criterion, n, verdict })
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

/// Points in ascending order of x.
fn checked(x: &[f64], y: &[f64]) -> Result<(Vec<f64>, Vec<f64>)> {
    if x.len() != y.len() {
        return Err(Error::Failed(format!(
            "there are {} x but {} y: a curve needs as many of both",
            x.len(),
            y.len()
        )));
    }
    if let Some(i) = (0..x.len()).find(|&i| !x[i].is_finite() || !y[i].is_finite()) {
        return Err(Error::Failed(format!(
            "point {} is ({}, {}): both must be finite numbers",
            i + 1,
            x[i],
            y[i]
        )));
    }
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
    Ok((order.iter().map(|&i| x[i]).collect(), order.iter().map(|&i| y[i]).collect()))
}

/// "two lines that meet", "step".
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

/// The verdict, and the criterion for each number of stages.
impl fmt::Display for Stages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list: Vec<String> = self.criterion.iter().map(|c| format!("{c:.1}")).collect();
        write!(f, "{}   (criterion for 1, 2, … stages: {})", self.verdict, list.join(", "))
    }
}
