//! The noisy sine of original 001: a regression whose noise-free targets, and so the least error, are known.
//!
//! ```text
//! y = sin 2πx + noise,      x uniform on [-2, 2),      noise normal with deviation σ
//! E |noise| = σ √(2/π)
//! ```
//!
//! A predictor that knew the sine would still miss the noisy y by σ √(2/π) in the mean: that is the floor of
//! the error against noisy targets. Against the truth sin 2πx the floor is 0.

use crate::random::{Stream, stream};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use std::f64::consts::{PI, TAU};

/// Some points of the noisy sine.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SinePoints {
    /// Inputs.
    pub x: Vec<f32>,
    /// Observed targets: the truth and noise.
    pub y: Vec<f32>,
    /// Noise-free targets.
    pub truth: Vec<f32>,
}

/// The training, validation and test points of one seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Sine {
    /// Training points.
    pub train: SinePoints,
    /// Validation points, for early stopping.
    pub validation: SinePoints,
    /// Test points.
    pub test: SinePoints,
}

impl Sine {
    /// Draws the points; the seed decides all.
    ///
    /// Fewer points are the first ones of more, and another `noise_sd` scales the same noise: cells that
    /// share a seed can be compared pair by pair.
    pub fn draw(noise_sd: f64, n_train: usize, n_validation: usize, n_test: usize, seed: u64) -> Self {
        let points = |purpose, n| points(noise_sd, n, &mut stream(seed, purpose, 0));
        Self {
            train: points("sine, training", n_train),
            validation: points("sine, validation", n_validation),
            test: points("sine, test", n_test),
        }
    }
}

fn points(noise_sd: f64, n: usize, random: &mut Stream) -> SinePoints {
    let mut points = SinePoints::default();
    for _ in 0..n {
        let x: f64 = random.random_range(-2.0..2.0);
        let noise: f64 = StandardNormal.sample(random);
        let truth = (TAU * x).sin();
        points.x.push(x as f32);
        points.y.push((truth + noise_sd * noise) as f32);
        points.truth.push(truth as f32);
    }
    points
}

/// The mean absolute error against noisy targets of a predictor that knows the truth: `σ √(2/π)`.
///
/// ```
/// // SPEC 001: 0.0798 at σ = 0.1.
/// assert!((lawbook::data::sine::floor(0.1) - 0.0798).abs() < 5e-5);
/// ```
pub fn floor(noise_sd: f64) -> f64 {
    noise_sd * (2.0 / PI).sqrt()
}

#[cfg(test)]
mod tests {
    use crate::data::sine::{Sine, SinePoints, floor};

    fn errors(points: &SinePoints) -> Vec<f64> {
        points.y.iter().zip(&points.truth).map(|(y, truth)| f64::from(y - truth)).collect()
    }

    #[test]
    fn the_noise_has_the_deviation_and_the_floor_that_are_asked_for() {
        let test = Sine::draw(0.1, 0, 0, 100_000, 1).test;
        let (n, errors) = (1e5, errors(&test));
        let mean = errors.iter().sum::<f64>() / n;
        let sd = (errors.iter().map(|e| e * e).sum::<f64>() / n).sqrt();
        let mae = errors.iter().map(|e| e.abs()).sum::<f64>() / n;
        assert!(mean.abs() < 4.0 * 0.1 / n.sqrt(), "mean {mean}");
        assert!((sd / 0.1 - 1.0).abs() < 0.01 && (mae / floor(0.1) - 1.0).abs() < 0.01, "{sd} {mae}");
        assert!(test.x.iter().all(|x| (-2.0..=2.0).contains(x)));
        assert!((test.x.iter().sum::<f32>() / 1e5).abs() < 0.02);
    }

    #[test]
    fn fewer_points_are_the_first_of_more_and_noise_of_another_size_is_the_same_noise() {
        let (few, many) = (Sine::draw(0.1, 10, 5, 7, 3), Sine::draw(0.05, 40, 5, 7, 3));
        assert_eq!(few.train.x, many.train.x[..10]);
        assert_eq!(few.test.x, many.test.x);
        for (large, small) in errors(&few.train).iter().zip(errors(&many.train)) {
            assert!((large - 2.0 * small).abs() < 1e-6);
        }
    }

    #[test]
    fn the_three_sets_and_other_seeds_share_no_point() {
        let (one, two) = (Sine::draw(0.1, 100, 100, 100, 1), Sine::draw(0.1, 100, 100, 100, 2));
        for other in [&one.validation, &one.test, &two.train] {
            assert!(one.train.x.iter().all(|x| !other.x.contains(x)));
        }
    }
}
