//! How many stages has a curve? Cuts into levels or lines of their own.
//!
//! The best cuts for each number of stages are found exactly, by dynamic programming; their number by the
//! modified Bayes criterion of Zhang & Siegmund 2007, for k cuts, q parameters a stage and n_i points in
//! stage i:
//!
//! ```text
//! n ln(SSE/n) + (2 + q) k ln n + Σ ln(n_i / n)
//! ```
//!
//! Of noise alone about one curve in twelve is given a second stage (60 points).

use crate::change::series::{OrderedPoints, scaled};
use crate::error::{Error, Result};
use crate::numerals::four_figures as number;
use serde::{Deserialize, Serialize};
use std::fmt;

/// More points than this are averaged over neighbours: the search for cuts takes their square.
const MOST_POINTS: usize = 2000;

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

/// The number of stages of a curve, at most `most`, by an information criterion, and where they begin.
///
/// A stage holds at least two points (levels) or three (lines).
///
/// # Errors
/// [`Error::Failed`] with other lengths, values that are not finite, too few points, or `most` 0.
pub fn stages(x: &[f64], y: &[f64], piece: Piece, most: usize) -> Result<Stages> {
    let OrderedPoints { x, y } = OrderedPoints::of(x, y, MOST_POINTS)?;
    let (n, q) = (x.len(), if piece == Piece::Level { 1 } else { 2 });
    if most == 0 {
        return Err(Error::Failed("a curve has at least one stage: ask for 1 or more".to_owned()));
    }
    if n < 2 * (q + 1) {
        return Err(Error::Failed(format!("{n} points are too few for stages of at least {} points", q + 1)));
    }
    let cuts = best_cuts(&x, &y, q, most);
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

/// The best cuts for 1, 2, … `most` stages of ascending points: sum of squares and where each stage begins. A
/// stage has `q` parameters (1: a level, 2: a line) and at least q + 1 points.
fn best_cuts(x: &[f64], y: &[f64], q: usize, most: usize) -> Vec<(f64, Vec<usize>)> {
    let n = x.len();
    let cost = costs(x, y, q);
    let mut found = Vec::new();
    // least[j]: the least sum over the first j points; from[k][j]: where the last of k + 1 stages begins.
    let mut least: Vec<f64> = (0..=n).map(|j| cost(0, j)).collect();
    let mut from = vec![vec![0; n + 1]];
    for k in 0..most {
        if k > 0 {
            let mut next = vec![f64::INFINITY; n + 1];
            let mut begin = vec![0; n + 1];
            for j in 1..=n {
                for (i, before) in least.iter().enumerate().take(j).skip(1) {
                    let sum = before + cost(i, j);
                    if sum < next[j] {
                        (next[j], begin[j]) = (sum, i);
                    }
                }
            }
            least = next;
            from.push(begin);
        }
        if !least[n].is_finite() {
            break;
        }
        let (mut begins, mut end) = (Vec::new(), n);
        for level in (0..=k).rev() {
            end = from[level][end];
            begins.push(end);
        }
        begins.reverse();
        found.push((least[n].max(0.0), begins));
    }
    found
}

/// Sum of squares of a level or line through the points i..j, from running sums; infinite for too few points.
fn costs(x: &[f64], y: &[f64], q: usize) -> impl Fn(usize, usize) -> f64 {
    let t = scaled(x);
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    let mut sums = vec![[0.0; 5]];
    for (&t, y) in t.iter().zip(y) {
        let (y, last) = (y - mean, sums[sums.len() - 1]);
        sums.push([last[0] + t, last[1] + t * t, last[2] + y, last[3] + y * y, last[4] + t * y]);
    }
    move |i, j| {
        if j < i + q + 1 {
            return f64::INFINITY;
        }
        let n = (j - i) as f64;
        let [t, tt, y, yy, ty] = std::array::from_fn(|k| sums[j][k] - sums[i][k]);
        let (across, along) = (ty - t * y / n, tt - t * t / n);
        let tilted = if q == 2 && along > 1e-12 { across * across / along } else { 0.0 };
        (yy - y * y / n - tilted).max(0.0)
    }
}

/// The verdict, and the criterion for each number of stages.
impl fmt::Display for Stages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list: Vec<String> = self.criterion.iter().map(|c| format!("{c:.1}")).collect();
        write!(f, "{}   (criterion for 1, 2, … stages: {})", self.verdict, list.join(", "))
    }
}
