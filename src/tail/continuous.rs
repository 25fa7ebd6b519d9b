//! The continuous power law: closed-form exponent, every edge.
//!
//! ```text
//! α̂ = 1 + n / Σ ln(x_i / x_min)          law below x: 1 - (x / x_min)^(1-α)
//! ```
//!
//! One sort, then one walk along the tail per edge, given up as soon as it has lost against another edge.
//! WeightWatcher 0.7.5's own fit ([`fit_weightwatcher`]) differs in that every *index* but the last is an
//! edge and every index is looked at, so that repeated values make the distance larger. Fits that choose
//! among few edges, or correct the exponent, take `nearest`.

use crate::error::{Error, Result};
use crate::tail::fitted::Tail;
use crate::tail::points::{self, TailPoints, closest, largest_gap, sorted};
use rayon::prelude::*;

/// The tail of `values` by Clauset, Shalizi and Newman: every distinct value but the largest is tried as
/// edge.
///
/// ```
/// // Quantiles of a Pareto law with α = 3 from 1 on: the whole sample is the tail.
/// let values: Vec<f64> = (1..=400).map(|k| (1.0 - (k as f64 - 0.5) / 400.0).powf(-0.5)).collect();
/// let tail = lawbook::tail::continuous::fit(&values).unwrap();
/// assert!(tail.n_tail == 400 && (tail.alpha - 3.004).abs() < 1e-3);
/// ```
///
/// # Errors
/// As [`sorted`]; [`Error::Failed`] when the values lie too close together to be told apart.
pub fn fit(values: &[f64]) -> Result<Tail> {
    best(&TailPoints::distinct(&sorted(values)?))
}

/// The same with every *index* but the last as edge and no care for repeated values: the numbers
/// (alpha, D, sigma, xmin) of WeightWatcher 0.7.5's native fit of eigenvalues.
///
/// # Errors
/// As [`fit`].
pub fn fit_weightwatcher(values: &[f64]) -> Result<Tail> {
    best(&TailPoints::every(&sorted(values)?))
}

/// The tail from a given edge on: all values ≥ `x_min`.
///
/// # Errors
/// As [`fit`]; [`Error::Failed`] when fewer than two different values stand at or above `x_min`.
pub fn fit_above(values: &[f64], x_min: f64) -> Result<Tail> {
    let sorted = sorted(values)?;
    let tail = &sorted[sorted.partition_point(|&x| x < x_min)..];
    let points = TailPoints::distinct(tail);
    if x_min.is_nan() || x_min <= 0.0 || points.value.len() < 2 {
        return Err(Error::Failed(format!(
            "fewer than two different values stand at or above the edge {x_min}: name an edge above 0 and below {}",
            sorted[sorted.len() - 1]
        )));
    }
    let (log_edge, n) = (x_min.ln(), tail.len());
    let alpha = exponent(n as f64, tail.iter().map(|x| x.ln() - log_edge).sum())
        .ok_or_else(|| Error::Failed(format!("the values above {x_min} lie too close together")))?;
    let ks = distance(&points, 0, log_edge, alpha, f64::INFINITY);
    Ok(Tail { alpha, sigma: sigma(alpha, n), x_min, ks, n_tail: n, n: values.len() })
}

/// The tail from each of at most `most` edges on, evenly spread in the logarithm.
///
/// # Errors
/// As [`sorted`].
pub fn curve(values: &[f64], most: usize) -> Result<Vec<Tail>> {
    let points = TailPoints::distinct(&sorted(values)?);
    Ok(points.spread(most).into_par_iter().filter_map(|k| at(&points, k)).collect())
}

/// The best edge of these points.
pub(crate) fn best(points: &TailPoints) -> Result<Tail> {
    let (edge, ks) = closest(points.edges(), &|k, enough| distance_at(points, k, enough));
    let tail = if ks.is_finite() { at(points, edge) } else { None };
    tail.ok_or_else(|| {
        Error::Failed(format!(
            "the {} values lie too close together to be told apart: no edge has a finite exponent",
            points.n
        ))
    })
}

/// Whether some edge of these points is closer to its law than `ks`.
pub(crate) fn any_closer(points: &TailPoints, ks: f64) -> bool {
    points::any_closer(points.edges(), ks, &|k, enough| distance_at(points, k, enough))
}

fn distance_at(points: &TailPoints, k: usize, enough: f64) -> f64 {
    alpha_at(points, k).map_or(f64::INFINITY, |alpha| distance(points, k, points.log[k], alpha, enough))
}

/// The tail from point `k` on.
fn at(points: &TailPoints, k: usize) -> Option<Tail> {
    let (alpha, n_tail) = (alpha_at(points, k)?, points.n_tail(k));
    let ks = distance(points, k, points.log[k], alpha, f64::INFINITY);
    Some(Tail { alpha, sigma: sigma(alpha, n_tail), x_min: points.value[k], ks, n_tail, n: points.n })
}

fn alpha_at(points: &TailPoints, k: usize) -> Option<f64> {
    let n = points.n_tail(k);
    exponent(n as f64, points.log_sum[k] - n as f64 * points.log[k])
}

/// α̂ of n values (n - 1, corrected for bias) whose logarithms stand `log_excess` above the edge's in all.
pub(crate) fn exponent(n: f64, log_excess: f64) -> Option<f64> {
    let alpha = 1.0 + n / log_excess;
    (log_excess > 0.0 && alpha.is_finite()).then_some(alpha)
}

/// Of the tails from the given indices of ascending `values` on, each with its exponent, the one closest to
/// its law, the first of equals. Every index counts, repeated values or not, as in [`fit_weightwatcher`].
pub(crate) fn nearest(values: &[f64], edges: impl Iterator<Item = (usize, f64)>) -> Option<Tail> {
    let tail_from = |(edge, alpha): (usize, f64)| {
        let (x_min, n_tail) = (values[edge], values.len() - edge);
        let gap =
            |(j, x): (usize, &f64)| (1.0 - (x / x_min).powf(1.0 - alpha) - j as f64 / n_tail as f64).abs();
        let ks = values[edge..].iter().enumerate().map(gap).fold(0.0, f64::max);
        Tail { alpha, sigma: sigma(alpha, n_tail), x_min, ks, n_tail, n: values.len() }
    };
    edges.map(tail_from).reduce(|best, next| if next.ks < best.ks { next } else { best })
}

/// (α - 1) / √n.
pub(crate) fn sigma(alpha: f64, n: usize) -> f64 {
    (alpha - 1.0) / (n as f64).sqrt()
}

/// The Kolmogorov–Smirnov distance from point `from` on, or anything above `enough` once it exceeds that.
fn distance(points: &TailPoints, from: usize, log_edge: f64, alpha: f64, enough: f64) -> f64 {
    let (before, per_value) = (points.first[from], 1.0 / points.n_tail(from) as f64);
    largest_gap(from, points.value.len(), enough, |j| {
        let law = 1.0 - ((1.0 - alpha) * (points.log[j] - log_edge)).exp();
        (law - (points.first[j] - before) as f64 * per_value).abs()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quantiles of a Pareto law from 1 on: no noise, so the whole sample is its tail.
    fn quantiles(alpha: f64, n: usize) -> Vec<f64> {
        (1..=n).map(|k| (1.0 - (k as f64 - 0.5) / n as f64).powf(-1.0 / (alpha - 1.0))).collect()
    }

    #[test]
    fn pareto_quantiles_keep_every_point_and_give_the_computed_exponent() {
        // SPEC "WeightWatcher", own deterministic pin, computed by an independent program.
        for (true_alpha, n, alpha, ks) in [(3.0, 400, 3.004243, 0.001682), (2.0, 100, 2.008547, 0.006733)] {
            for tail in [
                fit(&quantiles(true_alpha, n)).unwrap(),
                fit_weightwatcher(&quantiles(true_alpha, n)).unwrap(),
            ] {
                assert!((tail.alpha - alpha).abs() < 1e-6 && (tail.ks - ks).abs() < 1e-6, "{tail:?}");
                assert_eq!(tail.n_tail, n);
            }
        }
    }

    #[test]
    fn scaling_the_data_moves_only_the_edge() {
        let values: Vec<f64> = (1..500).map(|k| 0.3 + (k as f64 * 0.7).sin().powi(2) * k as f64).collect();
        let (tail, scaled) =
            (fit(&values).unwrap(), fit(&values.iter().map(|x| x * 1e-7).collect::<Vec<_>>()).unwrap());
        assert!((scaled.x_min / tail.x_min / 1e-7 - 1.0).abs() < 1e-12);
        assert!((scaled.alpha - tail.alpha).abs() < 1e-9 && (scaled.ks - tail.ks).abs() < 1e-9);
        assert_eq!(scaled.n_tail, tail.n_tail);
    }

    #[test]
    fn giving_edges_up_early_does_not_change_the_best_one() {
        let values: Vec<f64> = (1..900).map(|k| 1.0 + ((k * k) % 701) as f64 * (k as f64).sqrt()).collect();
        let best =
            curve(&values, usize::MAX).unwrap().into_iter().min_by(|a, b| a.ks.total_cmp(&b.ks)).unwrap();
        assert_eq!(fit(&values).unwrap(), best);
    }

    #[test]
    fn the_tail_above_the_found_edge_is_the_found_tail() {
        let values = quantiles(2.5, 300);
        let tail = fit(&values).unwrap();
        let again = fit_above(&values, tail.x_min).unwrap();
        assert!((again.alpha - tail.alpha).abs() < 1e-12 && (again.ks - tail.ks).abs() < 1e-12);
    }

    #[test]
    fn values_without_a_tail_are_refused_in_words() {
        let said = |values: &[f64]| fit(values).unwrap_err().to_string();
        assert!(said(&[1.0, 2.0, 0.0]).contains("value 3 of 3 is 0"));
        assert!(said(&[1.0, -2.0]).contains("-2"));
        assert!(said(&[f64::NAN, 2.0]).contains("NaN"));
        assert!(said(&[1.0, f64::INFINITY]).contains("inf"));
        assert!(said(&[2.0; 9]).contains("all 9 values are 2"));
        assert!(said(&[]).contains("no values"));
        assert!(said(&[1e300, 1e300f64.next_up()]).contains("close together"));
        assert!(fit_above(&[1.0, 2.0, 3.0], 3.0).is_err() && fit_above(&[1.0, 2.0], f64::NAN).is_err());
    }
}
