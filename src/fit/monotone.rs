//! May a law that only falls be fitted to these points at all?
//!
//! ```text
//! T = Σ m (ȳ - best falling curve)² / σ²       ȳ: mean of ln y at each x, m points there
//! ```
//!
//! The best falling curve is isotonic regression; σ² comes from points at the same x or, where there are none, from how far
//! each point lies from the chord of its neighbours (Gasser, Sroka & Jennen-Steinmetz 1986). Among falling curves
//! a constant one makes T largest, so simulated constants bound the chance of T from above: a steep law with noise, or with one
//! wild point (which also raises σ²), is never refused by accident, while a second descent with several points on its rise is.

use crate::error::{Error, Result};
use crate::fit::line;
use crate::fit::points::Points;
use crate::random::stream;
use crate::stats::f_tail;
use rand_distr::{ChiSquared, Distribution, StandardNormal};

/// A rise is refused below this chance of it being noise.
const LEVEL: f64 = 0.01;

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
pub fn check(points: &Points, falling: bool) -> Result<()> {
    let cells = Cells::of(points, falling);
    let Some(statistic) = cells.statistic(&cells.means, cells.pure) else { return Ok(()) };
    if cells.x.len() < 5 || statistic <= 0.0 {
        return Ok(());
    }
    let replicas = if cells.x.len() > 1000 { 199 } else { 999 };
    let above = (0..replicas).filter(|&r| cells.simulated(r).is_some_and(|null| null >= statistic)).count();
    let p = (1 + above) as f64 / (1 + replicas) as f64;
    if p >= LEVEL {
        return Ok(());
    }
    let (low, high) = cells.largest_rise();
    let (way, turn) = if falling { ("rises", "falls") } else { ("falls", "rises") };
    Err(Error::Failed(format!(
        "y {way} from {:.4} at x = {} to {:.4} at x = {}, more than noise explains (p = {p:.3}): a law that only {turn} \
         cannot describe these points. Fit a broken power law, or the {} part alone",
        points_mean(points, low),
        low,
        points_mean(points, high),
        high,
        if falling { "falling" } else { "rising" },
    )))
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
        let freedom = points.n() - x.len();
        Self { x, means, counts, pure: (squares, freedom) }
    }

    /// T, from the means and the scatter about them; none without any noise to judge by.
    fn statistic(&self, means: &[f64], pure: (f64, usize)) -> Option<f64> {
        let falling = self.falling(means);
        let squares: f64 =
            means.iter().zip(&falling).zip(&self.counts).map(|((a, b), m)| m * (a - b).powi(2)).sum();
        let variance = if self.by_cells() {
            pure.0 / pure.1 as f64
        } else {
            let n = means.len();
            let mut sum = 0.0;
            for i in 1..n.max(1) - 1 {
                let width = (self.x[i + 1] / self.x[i - 1]).ln();
                let right = (self.x[i] / self.x[i - 1]).ln() / width;
                let chord = (1.0 - right) * means[i - 1] + right * means[i + 1];
                let share = 1.0 / self.counts[i]
                    + (1.0 - right).powi(2) / self.counts[i - 1]
                    + right.powi(2) / self.counts[i + 1];
                sum += (means[i] - chord).powi(2) / share;
            }
            sum / (n.max(3) - 2) as f64
        };
        (variance > 0.0).then(|| squares / variance)
    }

    fn by_cells(&self) -> bool {
        self.pure.1 >= 4 && self.pure.0 > 0.0
    }

    /// T of a constant with noise.
    fn simulated(&self, replica: u64) -> Option<f64> {
        let mut random = stream(0, "does a law only fall", replica);
        let means: Vec<f64> = self
            .counts
            .iter()
            .map(|m| Distribution::<f64>::sample(&StandardNormal, &mut random) / m.sqrt())
            .collect();
        let squares = if self.by_cells() {
            let chi = ChiSquared::new(self.pure.1 as f64).expect("a positive number of degrees of freedom");
            chi.sample(&mut random)
        } else {
            0.0
        };
        self.statistic(&means, (squares, self.pure.1))
    }

    /// Isotonic regression: neighbours that rise are pooled until nothing rises.
    fn falling(&self, means: &[f64]) -> Vec<f64> {
        let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
        for (&mean, &count) in means.iter().zip(&self.counts) {
            blocks.push((mean, count, 1));
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

    /// The x between which the means rise most.
    fn largest_rise(&self) -> (f64, f64) {
        let mut best = (f64::NEG_INFINITY, 0, 0);
        let mut least = 0;
        for i in 1..self.means.len() {
            if self.means[i] - self.means[least] > best.0 {
                best = (self.means[i] - self.means[least], least, i);
            }
            if self.means[i] < self.means[least] {
                least = i;
            }
        }
        (self.x[best.1], self.x[best.2])
    }
}

/// Geometric mean of y at `x`.
fn points_mean(points: &Points, x: f64) -> f64 {
    let logs: Vec<f64> = points.x.iter().zip(&points.y).filter(|p| *p.0 == x).map(|p| p.1.ln()).collect();
    (logs.iter().sum::<f64>() / logs.len() as f64).exp()
}
