//! Cross-entropy of logits against class labels.
//!
//! ```text
//! loss(z, y) = ln Σ_j exp z_j - z_y            d loss / d z_j = softmax(z)_j - [j = y]
//! ```

use std::ops::AddAssign;

/// What a model scores on some samples.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Score {
    /// Sum of the cross-entropies, in nats.
    pub loss: f64,
    /// How many samples have their label as the largest logit.
    pub correct: usize,
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        self.loss += other.loss;
        self.correct += other.correct;
    }
}

/// Scores `logits` (`labels.len() × classes`). A tie goes to the first of the largest logits.
pub fn score(logits: &[f32], labels: &[u32], classes: usize) -> Score {
    let mut total = Score::default();
    for (z, &label) in logits.chunks_exact(classes).zip(labels) {
        let (argmax, max) = argmax(z);
        let sum: f32 = z.iter().map(|&z| (z - max).exp()).sum();
        total.loss += f64::from(sum.ln() + max - z[label as usize]);
        total.correct += usize::from(argmax == label as usize);
    }
    total
}

/// Turns `logits` into the gradient of `scale × Σ loss` in place and returns the [`Score`] before.
pub fn score_and_gradient(logits: &mut [f32], labels: &[u32], classes: usize, scale: f32) -> Score {
    let total = score(logits, labels, classes);
    for (z, &label) in logits.chunks_exact_mut(classes).zip(labels) {
        let (_, max) = argmax(z);
        let mut sum = 0.0;
        for z in z.iter_mut() {
            *z = (*z - max).exp();
            sum += *z;
        }
        for z in z.iter_mut() {
            *z *= scale / sum;
        }
        z[label as usize] -= scale;
    }
    total
}

fn argmax(z: &[f32]) -> (usize, f32) {
    let mut best = (0, f32::NEG_INFINITY);
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
        let total = score(&[0.0; 20], &[3, 7], 10);
        assert!((total.loss - 2.0 * 10f64.ln()).abs() < 1e-6);
    }

    #[test]
    fn huge_logits_neither_overflow_nor_lose_the_answer() {
        let mut logits = [1e4, -1e4, 9.9e3];
        let total = score_and_gradient(&mut logits, &[0], 3, 1.0);
        assert_eq!((total.loss, total.correct), (0.0, 1));
        assert!(logits.iter().all(|g| g.is_finite()));
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let z = [0.3f32, -1.2, 0.8, 0.1];
        let mut gradient = z;
        score_and_gradient(&mut gradient, &[2], 4, 1.0);
        for j in 0..4 {
            let at = |step: f32| {
                let mut z = z;
                z[j] += step;
                score(&z, &[2], 4).loss
            };
            let slope = (at(1e-2) - at(-1e-2)) / 2e-2;
            assert!((slope - f64::from(gradient[j])).abs() < 1e-4, "{slope} against {}", gradient[j]);
        }
    }
}
