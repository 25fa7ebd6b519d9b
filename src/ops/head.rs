//! The last layer of a language model and its loss at once: the logits of all places never exist together.
//!
//! ```text
//! loss = Σ_t  ln Σ_v exp(z_tv) - z_t,y(t)            z = x Wᵀ + b
//! ```
//!
//! Places are taken in blocks, and words in blocks. A first pass over the words finds each place's
//! softmax, a second one turns the logits, in place, into the gradient at the logits, from which those
//! of `x`, `W` and `b` follow. A narrow head computes its logits once for either pass: that costs less
//! than keeping them, because no block ever leaves the cache. A wide one keeps those of a block of places.

use crate::ops::layer::{column_sums_add, fill_with_bias};
use crate::ops::loss::Score;
use crate::ops::matmul::{Matrix, Write, matmul};
use crate::ops::softmax::{self, Softmax};
use std::ops::Range;

/// The width from which a head is wide: what its logits cost is then worth their memory.
const WIDE: usize = 64;

/// Places taken at once by a narrow head, and at least by a wide one.
const PLACES: usize = 256;

/// Places taken at once by the widest heads: each block of places reads all weights.
const MOST_PLACES: usize = 512;

/// Words taken at once by a narrow head and by a wide one; the logits of a block are 256 to 512 KiB.
const WORDS: [usize; 2] = [512, 256];

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
    /// Scores `x` (`targets.len() × width`) against the next words; `space` is work space.
    pub fn score(&self, x: &[f32], targets: &[u32], space: &mut Vec<f32>) -> Score {
        let mut total = Score::default();
        let places = self.places();
        for (x, targets) in x.chunks(places * self.width).zip(targets.chunks(places)) {
            self.softmaxes(x, targets, space, false).iter().for_each(|softmax| total += softmax.score());
        }
        total
    }

    /// How many numbers a head of this size works with at so many places.
    pub fn work_space(places: usize, width: usize, vocabulary: usize) -> usize {
        let head = Head { weight: &[], bias: None, width, vocabulary };
        let logits = if head.is_wide() { vocabulary } else { vocabulary.min(head.words()) };
        places.min(head.places()) * (logits + width)
    }

    /// The logits of every word at each place of `x`, place after place.
    pub fn all_logits(&self, x: &[f32]) -> Vec<f32> {
        let mut logits = Vec::new();
        self.logits(x, 0..self.vocabulary, &mut logits);
        logits
    }

    /// Scores `x`, writes the gradient of `scale × Σ loss` at `x` over `x`, and adds those of weight and
    /// bias.
    pub fn score_and_gradient(
        &self,
        x: &mut [f32],
        targets: &[u32],
        scale: f32,
        gradient: &mut HeadGradient,
        space: &mut Vec<f32>,
    ) -> Score {
        let mut total = Score::default();
        let (places, keep) = (self.places(), self.is_wide());
        let mut x_gradient = vec![0.0; places.min(targets.len()) * self.width];
        for (x, targets) in x.chunks_mut(places * self.width).zip(targets.chunks(places)) {
            let softmaxes = self.softmaxes(x, targets, space, keep);
            softmaxes.iter().for_each(|softmax| total += softmax.score());
            let x_gradient = &mut x_gradient[..x.len()];
            x_gradient.fill(0.0);
            for words in self.blocks() {
                let logits = if keep {
                    &mut space[words.start * targets.len()..words.end * targets.len()]
                } else {
                    self.logits(x, words.clone(), space)
                };
                softmax::gradient(&softmaxes, logits, words.clone(), scale);
                let entries = words.start * self.width..words.end * self.width;
                let grad_out = Matrix::new(logits, targets.len(), words.len());
                let inputs = Matrix::new(x, targets.len(), self.width);
                matmul(&mut gradient.weight[entries.clone()], grad_out.t(), inputs, Write::Add);
                if let Some(bias) = &mut gradient.bias {
                    column_sums_add(&mut bias[words.clone()], logits);
                }
                let weight = Matrix::new(&self.weight[entries], words.len(), self.width);
                matmul(x_gradient, grad_out, weight, Write::Add);
            }
            x.copy_from_slice(x_gradient);
        }
        total
    }

    /// The softmax of every place, from one pass over the words; the logits of all words are kept in `space`,
    /// block after block, where asked.
    fn softmaxes(&self, x: &[f32], targets: &[u32], space: &mut Vec<f32>, keep: bool) -> Vec<Softmax> {
        let mut softmaxes: Vec<Softmax> = targets.iter().map(|&target| Softmax::new(target)).collect();
        if keep && space.len() < targets.len() * self.vocabulary {
            space.resize(targets.len() * self.vocabulary, 0.0);
        }
        for words in self.blocks() {
            let logits = if keep {
                let logits = &mut space[words.start * targets.len()..words.end * targets.len()];
                self.write_logits(logits, x, words.clone());
                logits
            } else {
                self.logits(x, words.clone(), space)
            };
            softmax::see(&mut softmaxes, logits, words);
        }
        softmaxes
    }

    /// Whether the logits of a block of places are kept.
    fn is_wide(&self) -> bool {
        self.width >= WIDE
    }

    /// Places taken at once.
    fn places(&self) -> usize {
        if self.is_wide() { (4 * self.width).clamp(PLACES, MOST_PLACES) } else { PLACES }
    }

    /// Words taken at once.
    fn words(&self) -> usize {
        WORDS[usize::from(self.is_wide())]
    }

    fn blocks(&self) -> impl Iterator<Item = Range<usize>> {
        let (vocabulary, words) = (self.vocabulary, self.words());
        (0..vocabulary).step_by(words).map(move |start| start..(start + words).min(vocabulary))
    }

    /// The logits of some words at every place of `x`, place after place.
    fn logits<'s>(&self, x: &[f32], words: Range<usize>, space: &'s mut Vec<f32>) -> &'s mut [f32] {
        let needed = x.len() / self.width * words.len();
        if space.len() < needed {
            space.resize(needed, 0.0);
        }
        let logits = &mut space[..needed];
        self.write_logits(logits, x, words);
        logits
    }

    fn write_logits(&self, logits: &mut [f32], x: &[f32], words: Range<usize>) {
        let places = x.len() / self.width;
        let weight = &self.weight[words.start * self.width..words.end * self.width];
        let weight = Matrix::new(weight, words.len(), self.width).t();
        let write = match self.bias {
            Some(bias) => {
                fill_with_bias(logits, &bias[words]);
                Write::Add
            }
            None => Write::Replace,
        };
        matmul(logits, Matrix::new(x, places, self.width), weight, write);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::loss::{Loss, Targets};
    use crate::random::stream;
    use rand::RngExt;

    fn numbers(purpose: &str, n: usize) -> Vec<f32> {
        let mut random = stream(1, purpose, 0);
        (0..n).map(|_| 2.0 * random.random::<f32>() - 1.0).collect()
    }

    #[test]
    fn the_head_in_blocks_agrees_with_all_logits_at_once() {
        // More places and words than one block holds, and a remainder of both.
        agrees_with_all_logits_at_once(PLACES + 3, 7, 2 * WORDS[0] + 5);
        agrees_with_all_logits_at_once(PLACES + 3, WIDE, 2 * WORDS[1] + 5);
        agrees_with_all_logits_at_once(MOST_PLACES + 3, 2 * WIDE, 2 * WORDS[1] + 5);
    }

    fn agrees_with_all_logits_at_once(places: usize, width: usize, vocabulary: usize) {
        let (x, weight, bias) =
            (numbers("x", places * width), numbers("w", vocabulary * width), numbers("b", vocabulary));
        let targets: Vec<u32> = (0..places).map(|t| (t * 37 % vocabulary) as u32).collect();
        let mut z = vec![0.0; places * vocabulary];
        fill_with_bias(&mut z, &bias);
        let matrix = Matrix::new(&weight, vocabulary, width);
        matmul(&mut z, Matrix::new(&x, places, width), matrix.t(), Write::Add);
        let expected =
            Loss::CrossEntropy.score_and_gradient(&mut z, Targets::Classes(&targets), vocabulary, 0.1);
        let grad_out = Matrix::new(&z, places, vocabulary);
        let mut expected_x = vec![0.0; x.len()];
        matmul(&mut expected_x, grad_out, matrix, Write::Replace);
        let mut expected_w = vec![0.0; weight.len()];
        matmul(&mut expected_w, grad_out.t(), Matrix::new(&x, places, width), Write::Replace);
        let mut expected_b = vec![0.0; vocabulary];
        column_sums_add(&mut expected_b, &z);

        let head = Head { weight: &weight, bias: Some(&bias), width, vocabulary };
        let (mut found_w, mut found_b) = (vec![0.0; weight.len()], vec![0.0; vocabulary]);
        let mut gradient = HeadGradient { weight: &mut found_w, bias: Some(&mut found_b) };
        let (mut found_x, mut space) = (x.clone(), Vec::new());
        assert_eq!(head.score(&x, &targets, &mut space).correct, expected.correct);
        let found = head.score_and_gradient(&mut found_x, &targets, 0.1, &mut gradient, &mut space);
        assert!((found.loss / expected.loss - 1.0).abs() < 1e-6 && found.correct == expected.correct);
        for (expected, found) in [(&expected_x, &found_x), (&expected_w, &found_w), (&expected_b, &found_b)] {
            let scale = expected.iter().fold(0f32, |max, x| max.max(x.abs()));
            let apart = expected.iter().zip(found).fold(0f32, |max, (a, b)| max.max((a - b).abs()));
            assert!(apart / scale < 1e-5, "{}", apart / scale);
        }
    }
}
