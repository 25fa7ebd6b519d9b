//! The discrete power law: whole numbers, the exponent by Newton's method, every edge.
//!
//! ```text
//! ln L = -α Σ ln x_i - n ln ζ(α, x_min)          law below x: 1 - ζ(α, x) / ζ(α, x_min)
//! ```
//!
//! ln L is concave in α. Its slope is taken by central differences of ln ζ, exact to about 1e-10 in α.
//! Far above the edge the continuous law is close (x_min ≳ 6); for small edges the two differ a lot.

use crate::error::{Error, Result};
use crate::tail::continuous::sigma;
use crate::tail::fitted::Tail;
use crate::tail::points::{self, TailPoints, closest, largest_gap, sorted};
use crate::tail::zeta;
use rayon::prelude::*;

/// Above this a double no longer tells neighbouring whole numbers apart.
pub(crate) const LARGEST: f64 = 9_007_199_254_740_992.0;
/// Tails that span a smaller part of their edge than this are not looked at: their logarithms are rounding.
const NARROWEST: f64 = 1e-9;

/// The tail of whole numbers by Clauset, Shalizi and Newman: every distinct value but the largest is tried as
/// edge.
///
/// ```
/// // 10 000 values whose shares are those of ζ with α = 2.5 from 1 on, rounded.
/// let zeta = lawbook::tail::zeta::hurwitz(2.5, 1.0);
/// let share = |x: f64| (10_000.0 * x.powf(-2.5) / zeta).round() as usize;
/// let values: Vec<f64> = (1..60).flat_map(|x| vec![f64::from(x); share(f64::from(x))]).collect();
/// let tail = lawbook::tail::discrete::fit_above(&values, 1.0).unwrap();
/// assert!((tail.alpha - 2.5).abs() < 0.02);
/// ```
///
/// # Errors
/// As [`crate::tail::points::sorted`]; [`Error::Failed`] naming the first value that is not a whole number,
/// or when the values are large and lie too close together to be told apart.
pub fn fit(values: &[f64]) -> Result<Tail> {
    Ok(best(&TailPoints::distinct(&whole(values)?)))
}

/// The tail from a given edge on: all values ≥ `x_min`, which is a whole number too.
///
/// # Errors
/// As [`fit`]; [`Error::Failed`] when fewer than two different values stand at or above `x_min`.
pub fn fit_above(values: &[f64], x_min: f64) -> Result<Tail> {
    let sorted = whole(values)?;
    let points = TailPoints::distinct(&sorted[sorted.partition_point(|&x| x < x_min)..]);
    if !(x_min >= 1.0 && x_min.fract() == 0.0) || points.value.len() < 2 {
        return Err(Error::Failed(format!(
            "{x_min} is no edge for these whole numbers: name a whole number, 1 or more and below {}",
            sorted[sorted.len() - 1]
        )));
    }
    apart(x_min, points.value[points.value.len() - 1])?;
    let n_tail = points.n;
    let alpha = exponent(x_min, points.log_sum[0] / n_tail as f64 - x_min.ln());
    let ks = distance(&points, 0, x_min, alpha, f64::INFINITY);
    Ok(Tail { alpha, sigma: sigma(alpha, n_tail), x_min, ks, n_tail, n: values.len() })
}

/// The tail from each of at most `most` edges on, evenly spread in the logarithm.
///
/// # Errors
/// As [`fit`].
pub fn curve(values: &[f64], most: usize) -> Result<Vec<Tail>> {
    let points = TailPoints::distinct(&whole(values)?);
    let edges = points.spread(most).into_par_iter().filter(|&k| !narrow(&points, k));
    Ok(edges.map(|k| at(&points, k)).collect())
}

/// The values in ascending order, all of them whole.
pub(crate) fn whole(values: &[f64]) -> Result<Vec<f64>> {
    let sorted = sorted(values)?;
    if let Some(i) = values.iter().position(|x| x.fract() != 0.0 || *x > LARGEST) {
        return Err(Error::Failed(format!(
            "value {} of {} is {}: a discrete tail needs whole numbers up to 2^53; fit it as continuous",
            i + 1,
            values.len(),
            values[i]
        )));
    }
    apart(sorted[0], sorted[sorted.len() - 1])?;
    Ok(sorted)
}

/// Refuses whole numbers from `edge` to `largest` whose logarithms are the same up to rounding.
fn apart(edge: f64, largest: f64) -> Result<()> {
    if largest - edge > NARROWEST * edge {
        return Ok(());
    }
    Err(Error::Failed(format!(
        "the whole numbers from {edge} to {largest} lie too close together to be told apart: a tail spans at least a billionth of its edge"
    )))
}

/// Whether the tail from point `k` on is too narrow to have an exponent.
fn narrow(points: &TailPoints, k: usize) -> bool {
    points.value[points.value.len() - 1] - points.value[k] <= NARROWEST * points.value[k]
}

/// The best edge of these points.
pub(crate) fn best(points: &TailPoints) -> Tail {
    at(points, closest(points.edges(), &|k, enough| distance_at(points, k, enough)).0)
}

/// Whether some edge of these points is closer to its law than `ks`.
pub(crate) fn any_closer(points: &TailPoints, ks: f64) -> bool {
    points::any_closer(points.edges(), ks, &|k, enough| distance_at(points, k, enough))
}

fn distance_at(points: &TailPoints, k: usize, enough: f64) -> f64 {
    if narrow(points, k) {
        return f64::INFINITY;
    }
    distance(points, k, points.value[k], alpha_at(points, k), enough)
}

/// The tail from point `k` on.
fn at(points: &TailPoints, k: usize) -> Tail {
    let (alpha, n_tail, x_min) = (alpha_at(points, k), points.n_tail(k), points.value[k]);
    let ks = distance(points, k, x_min, alpha, f64::INFINITY);
    Tail { alpha, sigma: sigma(alpha, n_tail), x_min, ks, n_tail, n: points.n }
}

fn alpha_at(points: &TailPoints, k: usize) -> f64 {
    exponent(points.value[k], points.log_sum[k] / points.n_tail(k) as f64 - points.log[k])
}

/// α̂ where the mean of ln(x / x_min) is `mean_log`: the root of -mean_log - d/dα ln(x_min^α ζ(α, x_min)).
fn exponent(x_min: f64, mean_log: f64) -> f64 {
    let ln_scaled = |s: f64| zeta::scaled(s, x_min).ln();
    // Clauset, Shalizi & Newman's approximation (3.7), the edge moved half a step down.
    // No mean is below 0 but by rounding.
    let mut alpha = 1.0 + 1.0 / (mean_log.max(0.0) - (-0.5 / x_min).ln_1p());
    for _ in 0..60 {
        let h = 1e-5 * (alpha - 1.0);
        let (below, here, above) = (ln_scaled(alpha - h), ln_scaled(alpha), ln_scaled(alpha + h));
        let slope = -mean_log - (above - below) / (2.0 * h);
        let curvature = (above - 2.0 * here + below) / (h * h);
        let step = if curvature > 0.0 { slope / curvature } else { slope.signum() * f64::INFINITY };
        let next = 1.0 + (alpha - 1.0 + step).clamp(0.25 * (alpha - 1.0), 4.0 * (alpha - 1.0));
        let moved = (next - alpha).abs();
        alpha = next;
        if moved < 1e-11 * alpha || !alpha.is_finite() {
            break;
        }
    }
    alpha
}

/// The Kolmogorov–Smirnov distance from point `from` on, or anything above `enough` once it exceeds that.
fn distance(points: &TailPoints, from: usize, x_min: f64, alpha: f64, enough: f64) -> f64 {
    let (before, per_value) = (points.first[from], 1.0 / points.n_tail(from) as f64);
    let (log_edge, scaled_edge) = (x_min.ln(), zeta::scaled(alpha, x_min));
    largest_gap(from, points.value.len(), enough, |j| {
        let above =
            (-alpha * (points.log[j] - log_edge)).exp() * zeta::scaled(alpha, points.value[j]) / scaled_edge;
        (1.0 - above - (points.first[j] - before) as f64 * per_value).abs()
    })
}
