//! Monotonicity: may a law that only falls be fitted to these points at all?
//!
//! ```text
//! T = (S₁ - S₃) / (S₃ + σ²)      S₁: squares that the best falling curve leaves of ỹ
//!                                S₃: those that the best curve leaves that falls, rises, and falls
//! ```
//!
//! ỹ are medians of three neighbouring means of ln y: they leave a hump of several points as it is and take
//! single wild points away, which are a matter for a robust space and no second descent. Both curves come
//! from isotonic regression. σ² is from the median size of second or of third differences of neighbours (the
//! smaller: a hump bends them; after Gasser, Sroka & Jennen-Steinmetz 1986) or the scatter of points at the
//! same x where that is larger: seeds of one setting share what the setting does, so their scatter alone may
//! be too small.
//!
//! The chance of T is that of points simulated from the best falling curve with noise of that size. A law is
//! refused only where that chance is below 0.001 and the rise at least a tenth of the range of ln y: of
//! honest noisy curves about one in a thousand. Smaller rises are noted in the fit's warnings.

use crate::error::{Error, Result};
use crate::fit::line;
use crate::fit::points::Points;
use crate::numerals::four_figures as number;
use crate::random::stream;
use crate::stats::f_tail;
use rand_distr::{ChiSquared, Distribution, StandardNormal};

/// A rise is refused when none of this many simulated curves rises as much (p ≤ 0.001), …
const REPLICAS: u64 = 999;
/// … and it is at least this share of the whole range of ln y.
const SHARE: f64 = 0.1;

/// More different x than this are averaged over neighbours first.
const MOST: usize = 120;

/// The slope of ln y by ln x, and the chance of one so far from 0 if there were none.
pub fn slope(points: &Points) -> (f64, f64) {
    let logs = |values: &[f64]| values.iter().map(|v| v.ln()).collect::<Vec<_>>();
    let Ok(line) = line::fit(&logs(&points.x), &logs(&points.y)) else { return (0.0, 1.0) };
    if line.n < 3 {
        return (line.slope, 1.0);
    }
    let f = (line.slope / line.slope_error).powi(2);
    (line.slope, f_tail(f, 1, line.n - 2))
}

/// Refuses points that rise and fall by more than noise, with a sentence.
///
/// # Errors
/// [`Error::Failed`] naming the rise.
pub fn check(points: &Points, falls: bool) -> Result<()> {
    let cells = Cells::of(points, falls);
    if cells.x.len() < 6 {
        return Ok(());
    }
    let statistic = cells.statistic(&cells.means, cells.pure);
    if statistic <= 0.0 || cells.rise() < SHARE * cells.range() {
        return Ok(());
    }
    let centre = falling(&cells.means, &cells.counts);
    let variance = cells.variance(&cells.means, cells.pure);
    // The first simulated curve that rises as much ends the matter: noise explains it.
    if (0..REPLICAS).any(|replica| cells.simulated(&centre, variance, replica) >= statistic) {
        return Ok(());
    }
    let [(low, from), (high, to)] = cells.largest_rise(falls);
    let (way, turn) = if falls { ("rises", "falls") } else { ("falls", "rises") };
    Err(Error::Failed(format!(
        "y {way} from {} at x = {low} to {} at x = {high} (medians of three neighbours), more than noise explains \
         (p < 0.001): a law that only {turn} cannot describe these points. Fit a broken power law, or the {} part \
         alone",
        number(from),
        number(to),
        if falls { "falling" } else { "rising" },
    )))
}

/// A note about a rise of more than a tenth, by medians of three, that noise may explain.
pub fn note(points: &Points) -> Option<String> {
    let cells = Cells::of(points, true);
    if cells.x.len() < 4 {
        return None;
    }
    let [(low, from), (high, to)] = cells.largest_rise(true);
    (high > low && cells.rise() > 1.1f64.ln()).then(|| {
        format!(
            "y also rises, from {} at x = {low} to {} at x = {high} (medians of three neighbours): noise may explain it; \
             if it is real, this law is the wrong one",
            number(from),
            number(to)
        )
    })
}

/// Points gathered by x, ascending.
struct Cells {
    x: Vec<f64>,
    means: Vec<f64>,
    counts: Vec<f64>,
    /// Sum of squares about the means and its degrees of freedom.
    pure: (f64, usize),
}

impl Cells {
    fn of(points: &Points, falling: bool) -> Self {
        let sign = if falling { 1.0 } else { -1.0 };
        let mut order: Vec<usize> = (0..points.n()).collect();
        order.sort_by(|&a, &b| points.x[a].total_cmp(&points.x[b]));
        let (mut x, mut means, mut counts, mut squares) = (Vec::new(), Vec::new(), Vec::new(), 0.0);
        for cell in order.chunk_by(|&a, &b| points.x[a] == points.x[b]) {
            let values: Vec<f64> = cell.iter().map(|&i| sign * points.y[i].ln()).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            squares += values.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
            x.push(points.x[cell[0]]);
            means.push(mean);
            counts.push(values.len() as f64);
        }
        let pure = (squares, points.n() - x.len());
        let width = x.len().div_ceil(MOST);
        if width > 1 {
            let mean = |v: &[f64]| v.chunks(width).map(|c| c.iter().sum::<f64>() / c.len() as f64).collect();
            counts = counts.chunks(width).map(|c| c.iter().sum()).collect();
            (x, means) = (mean(&x), mean(&means));
        }
        Self { x, means, counts, pure }
    }

    /// T, from the means and the scatter about them.
    fn statistic(&self, means: &[f64], pure: (f64, usize)) -> f64 {
        let medians: Vec<f64> = means.windows(3).map(|w| median([w[0], w[1], w[2]])).collect();
        let counts = &self.counts[1..means.len() - 1];
        let [one, three] = left_over(&medians, counts);
        // A rise of rounding's size is none.
        let rounding = 1e-24 * medians.iter().map(|y| 1.0 + y * y).sum::<f64>();
        if one <= rounding { 0.0 } else { (one - three) / (three + self.variance(means, pure)) }
    }

    /// σ².
    fn variance(&self, means: &[f64], pure: (f64, usize)) -> f64 {
        let by_neighbours = self.difference_variance(means, 2).min(self.difference_variance(means, 3));
        if self.by_cells() { by_neighbours.max(pure.0 / pure.1 as f64) } else { by_neighbours }
    }

    /// Variance of one point from divided differences over `order` + 1 neighbours, which a polynomial of
    /// lower degree does not move: the square of their median size.
    fn difference_variance(&self, means: &[f64], order: usize) -> f64 {
        let mut sizes: Vec<f64> = (0..means.len() - order)
            .map(|first| {
                let window = first..=first + order;
                let (mut difference, mut variance) = (0.0, 0.0);
                for i in window.clone() {
                    let apart: f64 =
                        window.clone().filter(|&j| j != i).map(|j| (self.x[i] / self.x[j]).ln()).product();
                    difference += means[i] / apart;
                    variance += 1.0 / (apart * apart * self.counts[i]);
                }
                difference.abs() / variance.sqrt()
            })
            .collect();
        sizes.sort_unstable_by(f64::total_cmp);
        (sizes[sizes.len() / 2] / 0.6745).powi(2)
    }

    fn by_cells(&self) -> bool {
        self.pure.1 >= 4 && self.pure.0 > 0.0
    }

    /// T of points about `centre` with noise of variance `variance` each.
    fn simulated(&self, centre: &[f64], variance: f64, replica: u64) -> f64 {
        let mut random = stream(0, "does a law only fall", replica);
        let mut noise = || variance.sqrt() * Distribution::<f64>::sample(&StandardNormal, &mut random);
        let means: Vec<f64> = centre.iter().zip(&self.counts).map(|(c, m)| c + noise() / m.sqrt()).collect();
        let squares = if self.by_cells() {
            let chi = ChiSquared::new(self.pure.1 as f64).expect("a positive number of degrees of freedom");
            variance * chi.sample(&mut random)
        } else {
            0.0
        };
        self.statistic(&means, (squares, self.pure.1))
    }

    /// Where the medians rise most, from and to: x, and the median of y there.
    fn largest_rise(&self, falling: bool) -> [(f64, f64); 2] {
        let (low, high, _) = self.steepest();
        let sign = if falling { 1.0 } else { -1.0 };
        [low, high].map(|i| {
            let middle = median([self.means[i], self.means[i + 1], self.means[i + 2]]);
            (self.x[i + 1], (sign * middle).exp())
        })
    }

    /// How much the medians rise at most, in ln y.
    fn rise(&self) -> f64 {
        self.steepest().2
    }

    /// The range of the means.
    fn range(&self) -> f64 {
        let (low, high) =
            self.means.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &y| (l.min(y), h.max(y)));
        high - low
    }

    fn steepest(&self) -> (usize, usize, f64) {
        let y: Vec<f64> = self.means.windows(3).map(|w| median([w[0], w[1], w[2]])).collect();
        let (mut best, mut least) = ((0, 0, 0.0), 0);
        for i in 1..y.len() {
            if y[i] - y[least] > best.2 {
                best = (least, i, y[i] - y[least]);
            }
            if y[i] < y[least] {
                least = i;
            }
        }
        best
    }
}

/// Isotonic regression: neighbours that rise are pooled until nothing rises.
fn falling(values: &[f64], counts: &[f64]) -> Vec<f64> {
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for (&value, &count) in values.iter().zip(counts) {
        blocks.push((value, count, 1));
        while let [.., a, b] = blocks[..] {
            if a.0 >= b.0 {
                break;
            }
            let weight = a.1 + b.1;
            blocks.truncate(blocks.len() - 2);
            blocks.push(((a.0 * a.1 + b.0 * b.1) / weight, weight, a.2 + b.2));
        }
    }
    blocks.into_iter().flat_map(|(mean, _, length)| std::iter::repeat_n(mean, length)).collect()
}

/// Squares left by the best curve that falls, and by the best that falls, rises and falls.
fn left_over(values: &[f64], counts: &[f64]) -> [f64; 2] {
    let n = values.len();
    let negative: Vec<f64> = values.iter().map(|v| -v).collect();
    let back = |values: &[f64]| values.iter().rev().copied().collect::<Vec<_>>();
    let before = growing(values, counts);
    // Read from the end, a falling curve rises.
    let after = growing(&back(&negative), &back(counts));
    let mut three = before[n];
    for a in 0..n {
        let rising = growing(&negative[a..], &counts[a..]);
        for b in a..=n {
            three = three.min(before[a] + rising[b - a] + after[n - b]);
        }
    }
    [before[n], three]
}

/// Squares that the best falling curve leaves of the first 0, 1, 2, … values.
fn growing(values: &[f64], counts: &[f64]) -> Vec<f64> {
    // Mean and weight of each pooled block.
    let mut blocks: Vec<(f64, f64)> = Vec::new();
    let (mut total, mut left) = (0.0, vec![0.0]);
    for (&value, &count) in values.iter().zip(counts) {
        blocks.push((value, count));
        while let [.., a, b] = blocks[..] {
            if a.0 >= b.0 {
                break;
            }
            let weight = a.1 + b.1;
            total += a.1 * b.1 / weight * (a.0 - b.0).powi(2);
            blocks.truncate(blocks.len() - 2);
            blocks.push(((a.0 * a.1 + b.0 * b.1) / weight, weight));
        }
        left.push(total);
    }
    left
}

fn median([a, b, c]: [f64; 3]) -> f64 {
    a.max(b).min(a.min(b).max(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noted_rise_names_the_medians_that_rise() {
        // At x = 200 y is 0.8 alone; the medians rise from 1 at x = 100 to 1.5 at x = 200.
        let points = Points::curve(&[50.0, 100.0, 200.0, 400.0, 800.0], &[1.0, 2.7, 0.8, 1.5, 1.6]).unwrap();
        let words = note(&points).unwrap();
        assert!(words.contains("from 1.000 at x = 100 to 1.500 at x = 200"), "{words}");
    }
}
