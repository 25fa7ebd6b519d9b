//! Losses of outputs against class labels, or against numbers.
//!
//! ```text
//! cross-entropy   loss(z, y) = ln Σ_j exp z_j - z_y         d loss / d z_j = softmax(z)_j - [j = y]
//! squared error   loss(z, y) = Σ_j (z_j - [j = y])² / J     d loss / d z_j = 2 (z_j - [j = y]) / J
//! ```
//!
//! The squared error is the mean over the J outputs, as PyTorch's `MSELoss` on one-hot targets; where
//! numbers are wanted, `[j = y]` is the number y_j.

use crate::ops::real::Real;
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// The targets of some rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Targets<'a> {
    /// A class a row, or the next token at every place, row after row.
    Classes(&'a [u32]),
    /// As many numbers a row as the network has outputs, row after row: a regression.
    Values(&'a [f32]),
}

/// The training loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Cross-entropy of the softmax of the outputs, in nats.
    #[default]
    CrossEntropy,
    /// Squared distance to the one-hot label, or to the numbers wanted, mean over outputs.
    SquaredError,
}

/// Summed loss, correct count and absolute error over some samples.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Score {
    /// Sum of the samples' losses.
    pub loss: f64,
    /// How many samples have their label as the largest output.
    pub correct: usize,
    /// Sum of the samples' absolute errors, each a mean over outputs, where numbers are wanted.
    pub absolute: f64,
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        self.loss += other.loss;
        self.correct += other.correct;
        self.absolute += other.absolute;
    }
}

impl Loss {
    /// Scores `outputs`, `width` a row. A tie goes to the first of the largest outputs.
    ///
    /// # Panics
    /// When numbers are wanted and the loss is cross-entropy.
    pub fn score<T: Real>(self, outputs: &[T], targets: Targets, width: usize) -> Score {
        match targets {
            Targets::Classes(labels) => self.score_classes(outputs, labels, width),
            Targets::Values(values) => self.score_values(outputs, values, width),
        }
    }

    /// Turns `outputs` into the gradient of `scale × Σ loss` in place and returns the [`Score`] before.
    ///
    /// # Panics
    /// As [`Loss::score`].
    pub fn score_and_gradient<T: Real>(
        self,
        outputs: &mut [T],
        targets: Targets,
        width: usize,
        scale: T,
    ) -> Score {
        let total = self.score(outputs, targets, width);
        match targets {
            Targets::Classes(labels) => self.gradient_classes(outputs, labels, width, scale),
            Targets::Values(values) => {
                let factor = scale * T::of(2.0 / width as f64);
                outputs.iter_mut().zip(values).for_each(|(z, &y)| *z = factor * (*z - T::of(y.into())));
            }
        }
        total
    }

    fn score_values<T: Real>(self, outputs: &[T], values: &[f32], width: usize) -> Score {
        assert!(self == Self::SquaredError, "numbers are learned by squared error");
        let (mut squares, mut sizes) = (0.0, 0.0);
        for (&z, &y) in outputs.iter().zip(values) {
            let apart = (z - T::of(y.into())).wide();
            squares += apart * apart;
            sizes += apart.abs();
        }
        Score { loss: squares / width as f64, correct: 0, absolute: sizes / width as f64 }
    }

    fn score_classes<T: Real>(self, outputs: &[T], labels: &[u32], classes: usize) -> Score {
        let mut total = Score::default();
        for (z, &label) in outputs.chunks_exact(classes).zip(labels) {
            let (argmax, max) = argmax(z);
            let loss = match self {
                Self::CrossEntropy => {
                    let sum: T = z.iter().map(|&z| (z - max).exp()).sum();
                    sum.ln() + max - z[label as usize]
                }
                Self::SquaredError => {
                    let square = |(j, &z): (usize, &T)| (z - one_hot(j, label)) * (z - one_hot(j, label));
                    z.iter().enumerate().map(square).sum::<T>() / T::of(classes as f64)
                }
            };
            let correct = usize::from(argmax == label as usize);
            total += Score { loss: loss.wide(), correct, absolute: 0.0 };
        }
        total
    }

    fn gradient_classes<T: Real>(self, outputs: &mut [T], labels: &[u32], classes: usize, scale: T) {
        for (z, &label) in outputs.chunks_exact_mut(classes).zip(labels) {
            match self {
                Self::CrossEntropy => {
                    let (_, max) = argmax(z);
                    let mut sum = T::zero();
                    for z in z.iter_mut() {
                        *z = (*z - max).exp();
                        sum += *z;
                    }
                    for z in z.iter_mut() {
                        *z *= scale / sum;
                    }
                    z[label as usize] -= scale;
                }
                Self::SquaredError => {
                    let factor = scale * T::of(2.0 / classes as f64);
                    for (j, z) in z.iter_mut().enumerate() {
                        *z = factor * (*z - one_hot(j, label));
                    }
                }
            }
        }
    }
}

fn one_hot<T: Real>(j: usize, label: u32) -> T {
    if j == label as usize { T::one() } else { T::zero() }
}

fn argmax<T: Real>(z: &[T]) -> (usize, T) {
    let mut best = (0, T::neg_infinity());
    for (j, &z) in z.iter().enumerate() {
        if z > best.1 {
            best = (j, z);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_logits_cost_the_logarithm_of_the_number_of_classes() {
        let total = Loss::CrossEntropy.score(&[0.0f32; 20], Targets::Classes(&[3, 7]), 10);
        assert!((total.loss - 2.0 * 10f64.ln()).abs() < 1e-6);
    }

    #[test]
    fn a_silent_network_has_a_squared_error_of_one_tenth_on_ten_classes() {
        let total = Loss::SquaredError.score(&[0.0f64; 20], Targets::Classes(&[3, 7]), 10);
        assert!((total.loss - 0.2).abs() < 1e-15);
    }

    #[test]
    fn errors_of_a_regression_are_means_over_outputs_and_sums_over_rows() {
        let total =
            Loss::SquaredError.score(&[1.0f32, 2.0, 0.0, -1.0], Targets::Values(&[0.0, 0.0, 0.0, 1.0]), 2);
        assert_eq!((total.loss, total.absolute, total.correct), (4.5, 2.5, 0));
    }

    #[test]
    fn huge_logits_neither_overflow_nor_lose_the_answer() {
        let mut logits = [1e4f32, -1e4, 9.9e3];
        let total = Loss::CrossEntropy.score_and_gradient(&mut logits, Targets::Classes(&[0]), 3, 1.0);
        assert_eq!((total.loss, total.correct), (0.0, 1));
        assert!(logits.iter().all(|g| g.is_finite()));
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let (class, values) = (Targets::Classes(&[2]), Targets::Values(&[0.5, -1.0, 2.0, 0.0]));
        for (loss, targets) in
            [(Loss::CrossEntropy, class), (Loss::SquaredError, class), (Loss::SquaredError, values)]
        {
            let z = [0.3f64, -1.2, 0.8, 0.1];
            let mut gradient = z;
            loss.score_and_gradient(&mut gradient, targets, 4, 1.0);
            for j in 0..4 {
                let at = |step: f64| {
                    let mut z = z;
                    z[j] += step;
                    loss.score(&z, targets, 4).loss
                };
                let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!((slope - gradient[j]).abs() < 1e-9, "{loss:?}: {slope} against {}", gradient[j]);
            }
        }
    }
}
