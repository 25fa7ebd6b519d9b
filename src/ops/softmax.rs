//! The softmax of a long row that is seen in blocks, none of which is kept.
//!
//! ```text
//! m = max_j z_j,   s = Σ_j exp(z_j - m)          loss = ln s + m - z_y          softmax_j = exp(z_j - m) / s
//! ```
//!
//! A block with a larger maximum m' first turns s into s · exp(m - m'), so one pass over the blocks
//! is enough for m and s (Milakov & Gimelshein 2018), and a second one gives the gradients.

use crate::ops::exp::exp;
use crate::ops::loss::Score;
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// Numbers that a loop takes at once; sums have one partial sum for each.
const LANES: usize = 32;

/// What is known of a row after some of its blocks.
#[derive(Debug, Clone, Copy)]
pub struct Softmax {
    target: usize,
    target_logit: f32,
    max: f32,
    sum: f64,
    target_is_max: bool,
}

impl Softmax {
    /// Nothing seen yet of a row whose right answer is number `target`.
    pub fn new(target: u32) -> Self {
        let target = target as usize;
        Self { target, target_logit: f32::NAN, max: f32::NEG_INFINITY, sum: 0.0, target_is_max: false }
    }

    /// Cross-entropy of the row, and whether its target is the first of its largest logits.
    pub fn score(&self) -> Score {
        let loss = self.sum.ln() + f64::from(self.max) - f64::from(self.target_logit);
        Score { loss, correct: usize::from(self.target_is_max), ..Score::default() }
    }
}

/// Takes note of a block of logits (`rows.len() × place.len()`): those at `place` of every row. Blocks come
/// in order.
pub fn see(rows: &mut [Softmax], logits: &[f32], place: Range<usize>) {
    Arch::new().dispatch(See { rows, logits, place });
}

/// Turns a block of logits (`rows.len() × place.len()`) into the gradient of `scale × Σ loss`, once all
/// blocks were seen.
pub fn gradient(rows: &[Softmax], logits: &mut [f32], place: Range<usize>, scale: f32) {
    Arch::new().dispatch(Gradient { rows, logits, place, scale });
}

struct See<'a> {
    rows: &'a mut [Softmax],
    logits: &'a [f32],
    place: Range<usize>,
}

impl WithSimd for See<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { rows, logits, place } = self;
        for (row, z) in rows.iter_mut().zip(logits.chunks_exact(place.len())) {
            let max = largest(z);
            let within = row.target.wrapping_sub(place.start);
            if max > row.max {
                row.sum *= f64::from(row.max - max).exp();
                row.max = max;
                row.target_is_max = within < z.len() && z.iter().position(|&z| z == max) == Some(within);
            }
            if within < z.len() {
                row.target_logit = z[within];
            }
            row.sum += f64::from(sum_of_exponentials(z, row.max));
        }
    }
}

struct Gradient<'a> {
    rows: &'a [Softmax],
    logits: &'a mut [f32],
    place: Range<usize>,
    scale: f32,
}

impl WithSimd for Gradient<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { rows, logits, place, scale } = self;
        for (row, z) in rows.iter().zip(logits.chunks_exact_mut(place.len())) {
            let factor = (f64::from(scale) / row.sum) as f32;
            for z in z.iter_mut() {
                *z = exp(*z - row.max) * factor;
            }
            if let Some(z) = z.get_mut(row.target.wrapping_sub(place.start)) {
                *z -= scale;
            }
        }
    }
}

#[inline(always)]
fn largest(z: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (whole, rest) = z.as_chunks::<LANES>();
    for chunk in whole {
        for (lane, &z) in lanes.iter_mut().zip(chunk) {
            *lane = if z > *lane { z } else { *lane };
        }
    }
    lanes.iter().chain(rest).fold(f32::NEG_INFINITY, |max, &z| if z > max { z } else { max })
}

#[inline(always)]
fn sum_of_exponentials(z: &[f32], max: f32) -> f32 {
    let mut lanes = [0.0; LANES];
    let (whole, rest) = z.as_chunks::<LANES>();
    for chunk in whole {
        for (lane, &z) in lanes.iter_mut().zip(chunk) {
            *lane += exp(z - max);
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().map(|&z| exp(z - max)).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::loss::{Loss, Targets};

    fn row() -> Vec<f32> {
        (0..1000).map(|i| ((i * i * 7919) % 1009) as f32 / 100.0 - 5.0).collect()
    }

    fn seen(row: &[f32], target: u32, block: usize) -> Softmax {
        let mut softmax = Softmax::new(target);
        for (i, z) in row.chunks(block).enumerate() {
            see(std::slice::from_mut(&mut softmax), z, i * block..i * block + z.len());
        }
        softmax
    }

    #[test]
    fn a_row_seen_in_blocks_scores_like_the_whole_row() {
        let row = row();
        let top = (0..row.len()).fold(0, |best, i| if row[i] > row[best] { i } else { best }) as u32;
        for (target, block) in [(3, 1000), (999, 64), (top, 100), (top, 33), (500, 1)] {
            let whole = Loss::CrossEntropy.score(&row, Targets::Classes(&[target]), row.len());
            let found = seen(&row, target, block).score();
            assert!((whole.loss - found.loss).abs() < 1e-5, "{} and {}", whole.loss, found.loss);
            assert_eq!(whole.correct, found.correct, "target {target}, blocks of {block}");
        }
    }

    #[test]
    fn the_gradient_in_blocks_is_the_gradient_of_the_whole_row() {
        let (mut whole, mut found) = (row(), row());
        Loss::CrossEntropy.score_and_gradient(&mut whole, Targets::Classes(&[77]), 1000, 0.5);
        let softmax = seen(&found, 77, 90);
        for (i, z) in found.chunks_mut(90).enumerate() {
            gradient(&[softmax], z, i * 90..i * 90 + z.len(), 0.5);
        }
        assert!(whole.iter().zip(&found).all(|(a, b)| (a - b).abs() < 1e-6));
    }

    #[test]
    fn a_tie_goes_to_the_first_of_the_largest_logits() {
        let row = [1.0, 2.0, 0.0, 2.0];
        assert_eq!(seen(&row, 1, 2).score().correct, 1);
        assert_eq!(seen(&row, 3, 2).score().correct, 0);
    }

    #[test]
    fn a_row_that_is_not_finite_does_not_pass_for_a_good_one() {
        assert!(seen(&[0.0, f32::NAN, 1.0], 2, 2).score().loss.is_nan());
        assert!(seen(&[0.0, f32::INFINITY, 1.0], 1, 2).score().loss.is_nan());
    }
}
