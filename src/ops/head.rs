//! The last layer of a language model and its loss at once: the logits of all tokens never exist.
//!
//! ```text
//! loss = Σ_t  ln Σ_v exp(z_tv) - z_t,y(t)            z = x Wᵀ + b
//! ```
//!
//! Places are taken in blocks; a block's logits become, in place, the gradient at the logits, from
//! which the gradients of `x`, `W` and `b` follow before the next block is begun.

use crate::ops::layer::{column_sums_add, fill_with_bias};
use crate::ops::loss::{Score, score, score_and_gradient};
use crate::ops::matmul::{Into, Matrix, matmul};

/// Places whose logits are held at once.
const BLOCK: usize = 64;

/// A linear layer onto the vocabulary.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// Weight, `vocabulary × width`.
    pub weight: &'a [f32],
    /// Bias of every word; `None` for a head without.
    pub bias: Option<&'a [f32]>,
    /// Input width.
    pub width: usize,
    /// Number of words.
    pub vocabulary: usize,
}

/// Where the gradients of a head go; they are added to what is there.
#[derive(Debug)]
pub struct HeadGradient<'a> {
    /// As [`Head::weight`].
    pub weight: &'a mut [f32],
    /// As [`Head::bias`].
    pub bias: Option<&'a mut [f32]>,
}

impl Head<'_> {
    /// Scores `x` (`targets.len() × width`) against the next words.
    pub fn score(&self, x: &[f32], targets: &[u32], logits: &mut Vec<f32>) -> Score {
        let mut total = Score::default();
        for (x, targets) in x.chunks(BLOCK * self.width).zip(targets.chunks(BLOCK)) {
            self.logits(x, targets.len(), logits);
            total += score(logits, targets, self.vocabulary);
        }
        total
    }

    /// Scores `x`, writes the gradient of `scale × Σ loss` at `x` over `x`, and adds those of weight and bias.
    pub fn score_and_gradient(
        &self,
        x: &mut [f32],
        targets: &[u32],
        scale: f32,
        gradient: &mut HeadGradient,
        logits: &mut Vec<f32>,
    ) -> Score {
        let mut total = Score::default();
        for (x, targets) in x.chunks_mut(BLOCK * self.width).zip(targets.chunks(BLOCK)) {
            let rows = targets.len();
            self.logits(x, rows, logits);
            total += score_and_gradient(logits, targets, self.vocabulary, scale);
            let upper = Matrix::new(logits, rows, self.vocabulary);
            matmul(gradient.weight, upper.t(), Matrix::new(x, rows, self.width), Into::Add);
            if let Some(bias) = &mut gradient.bias {
                column_sums_add(bias, logits);
            }
            matmul(x, upper, Matrix::new(self.weight, self.vocabulary, self.width), Into::Replace);
        }
        total
    }

    fn logits(&self, x: &[f32], rows: usize, logits: &mut Vec<f32>) {
        logits.resize(rows * self.vocabulary, 0.0);
        let weight = Matrix::new(self.weight, self.vocabulary, self.width).t();
        let into = match self.bias {
            Some(bias) => {
                fill_with_bias(logits, bias);
                Into::Add
            }
            None => Into::Replace,
        };
        matmul(logits, Matrix::new(x, rows, self.width), weight, into);
    }
}
