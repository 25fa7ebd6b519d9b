//! The Marchenko–Pastur bulk: the part of a spectrum that random weights of one variance would give.
//!
//! Eigenvalues are scaled by `W_scale² = n / Σλ` to mean 1. The Marchenko–Pastur law for aspect ratio
//! Q = N / M and standard deviation σ,
//!
//! ```text
//! ρ(λ) = √((λ₊ - λ)(λ - λ₋)) · Q / (2π σ² λ)          λ± = (σ (1 ± 1/√Q))²
//! ```
//!
//! is fitted to a kernel density estimate (triangular kernel of half-width 0.1, at 1000 places) by
//! least squares over σ: a grid of 195 values, then Nelder and Mead's search from the best. For Q = 1
//! WeightWatcher fits the quarter circle `√(4 - ν²) / (πσ²)` to the singular values ν instead, whose
//! support does not depend on σ. Its steps are followed to the letter, so that its numbers come out.
//!
//! Eigenvalues beyond `λ₊ + √TW`, with `TW = λ₊^⅔ M^-⅔ / √Q` (a Tracy–Widom margin), are *spikes*.

use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

const BANDWIDTH: f64 = 0.1;
const PLACES: usize = 1000;
/// Places with less density than this are not looked at.
const DENSITY: f64 = 0.01;
/// The residual of a law whose support misses the peak of the density.
const MISSED: f64 = 1000.0;

/// A Marchenko–Pastur law fitted to a spectrum.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bulk {
    /// Eigenvalues beyond the upper edge and its margin.
    pub num_spikes: usize,
    /// Standard deviation σ of the fitted law, for eigenvalues of mean 1.
    pub sigma_mp: f64,
    /// Upper edge over largest eigenvalue: 1 where the bulk is all there is.
    pub mp_softrank: f64,
    /// Lower edge, in the units of the eigenvalues.
    pub bulk_min: f64,
    /// Upper edge, in the units of the eigenvalues.
    pub bulk_max: f64,
    /// The factor on the weights that gives eigenvalues of mean 1.
    #[serde(rename = "W_scale")]
    pub scale: f64,
}

/// The Marchenko–Pastur density at `x` for aspect ratio `q` ≥ 1 and standard deviation `sigma`; 0 outside its
/// support.
pub fn density(x: f64, q: f64, sigma: f64) -> f64 {
    let [low, high] = edges(q, sigma);
    if x <= low || x >= high || x <= 0.0 {
        return 0.0;
    }
    ((high - x) * (x - low)).sqrt() * q / (2.0 * PI * sigma * sigma * x)
}

/// Lower and upper edge of the Marchenko–Pastur law's support.
pub fn edges(q: f64, sigma: f64) -> [f64; 2] {
    let ratio = (1.0 / q).sqrt();
    [(sigma * (1.0 - ratio)).powi(2), (sigma * (1.0 + ratio)).powi(2)]
}

/// The Marchenko–Pastur fit of these eigenvalues (ascending, the last above 0) of matrices with sides
/// `larger` and `smaller`.
pub fn fit(eigenvalues: &[f64], larger: usize, smaller: usize) -> Bulk {
    let q = larger as f64 / smaller as f64;
    let scale = (eigenvalues.len() as f64 / eigenvalues.iter().sum::<f64>()).sqrt();
    let scaled: Vec<f64> = eigenvalues.iter().map(|x| scale * scale * x).collect();
    let largest = scaled[scaled.len() - 1];
    let curve = if larger == smaller {
        Curve::of(&scaled.iter().map(|x| x.sqrt()).collect::<Vec<f64>>(), Law::QuarterCircle)
    } else {
        Curve::of(&scaled, Law::MarchenkoPastur { q })
    };
    // The σ that puts the upper edge at the largest eigenvalue.
    let widest = largest.sqrt() / (1.0 + 1.0 / q.sqrt());
    let (start, step) = (0.05 * widest, 0.01 * widest);
    let grid = (0..((2.0 * widest - start) / step).ceil() as usize).map(|k| start + k as f64 * step);
    let best = grid.map(|sigma| (sigma, curve.misfit(sigma))).reduce(|a, b| if b.1 < a.1 { b } else { a });
    let sigma = nelder_mead(best.map_or(widest, |b| b.0), |sigma| curve.misfit(sigma));
    let [low, high] = edges(q, sigma);
    let margin = (high.powf(2.0 / 3.0) * (smaller as f64).powf(-2.0 / 3.0) / q.sqrt()).sqrt();
    Bulk {
        num_spikes: scaled.iter().filter(|x| **x > high + margin).count(),
        sigma_mp: sigma,
        mp_softrank: high / largest,
        bulk_min: low / (scale * scale),
        bulk_max: high / (scale * scale),
        scale,
    }
}

enum Law {
    MarchenkoPastur { q: f64 },
    QuarterCircle,
}

/// The estimated density, where there is some, and the law that it is compared with.
struct Curve {
    places: Vec<f64>,
    density: Vec<f64>,
    /// Where the density is largest.
    peak: f64,
    law: Law,
}

impl Curve {
    fn of(sorted: &[f64], law: Law) -> Self {
        let last = sorted[sorted.len() - 1] + 0.5;
        let step = last / (PLACES - 1) as f64;
        let mut curve = Self { places: Vec::new(), density: Vec::new(), peak: 0.0, law };
        let mut highest = 0.0;
        for i in 0..PLACES {
            let x = if i == PLACES - 1 { last } else { i as f64 * step };
            let near = &sorted[sorted.partition_point(|v| *v <= x - BANDWIDTH)..];
            let near = near.iter().take_while(|v| **v < x + BANDWIDTH);
            let weight: f64 = near.map(|v| 1.0 - (v - x).abs() / BANDWIDTH).sum();
            let density = weight / (BANDWIDTH * sorted.len() as f64);
            if density > DENSITY {
                curve.places.push(x);
                curve.density.push(density);
                if density > highest {
                    (highest, curve.peak) = (density, x);
                }
            }
        }
        curve
    }

    /// Sum of squared residuals between the law of this σ and the density.
    fn misfit(&self, sigma: f64) -> f64 {
        let Some(last) = self.places.last() else { return 0.0 };
        let squares = |law: &dyn Fn(f64) -> f64| -> f64 {
            self.places.iter().zip(&self.density).map(|(&x, y)| (law(x) - y).powi(2)).sum()
        };
        match self.law {
            Law::QuarterCircle => squares(&|x| (4.0 - x * x).max(0.0).sqrt() / (PI * sigma * sigma)),
            Law::MarchenkoPastur { q } => {
                let [low, high] = edges(q, sigma);
                if high < self.peak || high > *last || low > self.peak {
                    return self.places.len() as f64 * MISSED * MISSED;
                }
                squares(&|x| density(x, q, sigma))
            }
        }
    }
}

/// Nelder and Mead's search along a line: reflection 1, expansion 2, contraction ½, shrinkage ½; it
/// begins with `start` and 1.05 · `start` and stops when both points and both values agree to 1e-4.
fn nelder_mead(start: f64, f: impl Fn(f64) -> f64) -> f64 {
    const ENOUGH: f64 = 1e-4;
    const MOST: usize = 200;
    let (mut best, mut worst) = ((start, f(start)), (1.05 * start, f(1.05 * start)));
    for _ in 0..MOST {
        if worst.1 < best.1 {
            (best, worst) = (worst, best);
        }
        if (worst.0 - best.0).abs() <= ENOUGH && (worst.1 - best.1).abs() <= ENOUGH {
            break;
        }
        // A place of the line through both: 1 is the mirror image of the worst, 2 twice as far.
        let at = |t: f64| {
            let x = (1.0 + t) * best.0 - t * worst.0;
            (x, f(x))
        };
        let mirrored = at(1.0);
        let next = if mirrored.1 < best.1 {
            Some(at(2.0)).filter(|farther| farther.1 < mirrored.1).or(Some(mirrored))
        } else if mirrored.1 < worst.1 {
            Some(at(0.5)).filter(|nearer| nearer.1 <= mirrored.1)
        } else {
            None
        };
        worst = next.unwrap_or_else(|| at(-0.5));
    }
    if worst.1 < best.1 { worst.0 } else { best.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_has_area_one_and_mean_sigma_squared() {
        for (q, sigma) in [(2.0, 1.0), (5.0, 0.7)] {
            let [low, high] = edges(q, sigma);
            let n = 200_000;
            let step = (high - low) / n as f64;
            let at = |i: usize| low + (i as f64 + 0.5) * step;
            let area: f64 = (0..n).map(|i| density(at(i), q, sigma) * step).sum();
            let mean: f64 = (0..n).map(|i| at(i) * density(at(i), q, sigma) * step).sum();
            assert!((area - 1.0).abs() < 1e-4 && (mean - sigma * sigma).abs() < 1e-4, "{area} {mean}");
        }
    }

    #[test]
    fn exact_quantiles_of_the_law_give_its_sigma_back_and_no_spikes() {
        let (q, n) = (3.0, 400);
        let [low, high] = edges(q, 1.0);
        let grid: Vec<f64> = (0..=40_000).map(|i| low + (high - low) * i as f64 / 40_000.0).collect();
        let step = (high - low) / 40_000.0;
        let mut quantiles = Vec::new();
        let mut area = 0.0;
        for x in grid {
            area += density(x, q, 1.0) * step;
            while quantiles.len() < n && area > (quantiles.len() as f64 + 0.5) / n as f64 {
                quantiles.push(x);
            }
        }
        quantiles.resize(n, high);
        let bulk = fit(&quantiles, 3 * n, n);
        assert!((bulk.sigma_mp - 1.0).abs() < 0.02, "{bulk:?}");
        assert_eq!(bulk.num_spikes, 0);
        quantiles[n - 1] = 6.0;
        quantiles[n - 2] = 5.0;
        assert_eq!(fit(&quantiles, 3 * n, n).num_spikes, 2);
    }

    #[test]
    fn the_search_finds_the_bottom_of_a_parabola() {
        assert!((nelder_mead(1.0, |x| 100.0 * (x - 1.7).powi(2)) - 1.7).abs() < 1e-3);
    }
}
