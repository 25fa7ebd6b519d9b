//! Feature rank and linear-probe accuracy of every layer of an MLP.
//!
//! The inputs are sent through the layers in double precision, `z_l = x_l W_lᵀ + b_l`,
//! `x_{l+1} = relu(z_l)`; what is looked at is the pre-activation z of every layer.
//!
//! *Feature rank* (Fan, Pascanu & Jaggi, arXiv 2405.19454, and their code): the numerical rank of the
//! width × width covariance of z over the test set, that is the number of its eigenvalues above
//!
//! ```text
//! tolerance = width · 2⁻⁵² · λ_max
//! ```
//!
//! The tolerance lies at the rounding of double precision: activations that were rounded to f32 carry
//! noise of 1e-15 λ_max per direction and have full rank whatever the network does. So the weights may
//! come from f32, but the activations are computed here.
//!
//! *Linear probe*: how well a linear map of z tells the class. The paper and original 002 train one with
//! Adam on cross-entropy for a few epochs, which depends on luck and on when one stops. Here it is the
//! ridge regression of one-hot labels, in closed form, on the first four fifths of the rows, scored on
//! the last fifth (the paper's split). The penalty is 1e-4 of the mean variance of z.

use crate::error::{Error, Result};
use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::prelude::Solve;
use faer::{Accum, Mat, MatMut, MatRef, Par, Side};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Rows that one task takes; sums are taken in the order of these blocks, so threads do not matter.
const BLOCK: usize = 500;
/// The penalty of the probe, in parts of the mean variance of a feature.
const RIDGE: f64 = 1e-4;

/// The weights and biases of one fully connected layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dense<'a> {
    /// `outputs · inputs` weights, row-major.
    pub weights: &'a [f64],
    /// `outputs` biases.
    pub biases: &'a [f64],
}

/// Feature rank and linear-probe accuracy of one layer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// Numerical rank of the covariance of the pre-activations.
    pub rank: usize,
    /// The eigenvalue below which a direction does not count.
    pub tolerance: f64,
    /// Share of the held-out rows whose class the linear probe tells.
    pub probe_accuracy: f64,
}

/// Feature rank and probe accuracy of every layer on `labels.len()` rows of `inputs`, row-major; classes are
/// counted from 0.
///
/// ```
/// use lawbook::features::{Dense, features};
/// // Two classes on a line; a layer that copies the number into three features: rank 1, and the probe tells.
/// let inputs: Vec<f64> = (0..100).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 } + 1e-3 * i as f64).collect();
/// let labels: Vec<u8> = (0..100).map(|i| i % 2).collect();
/// let layer = Dense { weights: &[1.0, 2.0, -1.0], biases: &[0.0; 3] };
/// let found = features(&[layer], &inputs, &labels).unwrap();
/// assert_eq!((found[0].rank, found[0].probe_accuracy), (1, 1.0));
/// ```
///
/// # Errors
/// [`Error::Failed`] where sizes do not fit, there are fewer than ten rows, or activations are not finite.
pub fn features(layers: &[Dense], inputs: &[f64], labels: &[u8]) -> Result<Vec<Feature>> {
    let rows = labels.len();
    if rows < 10 || !inputs.len().is_multiple_of(rows) {
        return Err(Error::Failed(format!(
            "{} numbers are no {rows} rows of inputs: give at least ten rows, one label each",
            inputs.len()
        )));
    }
    let classes = labels.iter().max().map_or(0, |&c| usize::from(c) + 1);
    let (mut x, mut found) = (inputs.to_vec(), Vec::new());
    for (l, layer) in layers.iter().enumerate() {
        let (width, inputs) = (layer.biases.len(), x.len() / rows);
        if width == 0 || layer.weights.len() != width * inputs {
            return Err(Error::Failed(format!(
                "layer {l} has {} weights and {width} biases for {inputs} inputs: a layer needs outputs x inputs weights",
                layer.weights.len()
            )));
        }
        let mut z = forward(layer, &x, inputs);
        if z.iter().any(|v| !v.is_finite()) {
            return Err(Error::Failed(format!(
                "the activations of layer {l} are not finite: the run has diverged"
            )));
        }
        found.push(
            of_layer(&z, width, labels, classes).map_err(|why| Error::Failed(format!("layer {l}: {why}")))?,
        );
        z.iter_mut().for_each(|v| *v = v.max(0.0));
        x = z;
    }
    Ok(found)
}

/// `x Wᵀ + b`, block of rows by block of rows.
fn forward(layer: &Dense, x: &[f64], inputs: usize) -> Vec<f64> {
    let width = layer.biases.len();
    let weights = MatRef::from_row_major_slice(layer.weights, width, inputs);
    let mut z = vec![0.0; x.len() / inputs * width];
    z.par_chunks_mut(BLOCK * width).zip(x.par_chunks(BLOCK * inputs)).for_each(|(z, x)| {
        z.chunks_mut(width).for_each(|row| row.copy_from_slice(layer.biases));
        let rows = x.len() / inputs;
        let out = MatMut::from_row_major_slice_mut(z, rows, width);
        let x = MatRef::from_row_major_slice(x, rows, inputs);
        matmul(out, Accum::Add, x, weights.transpose(), 1.0, Par::Seq);
    });
    z
}

/// Sums over some rows of centred features: products with themselves, with the one-hot labels, and alone.
struct Sums {
    gram: Mat<f64>,
    cross: Mat<f64>,
    alone: Mat<f64>,
    per_class: Vec<f64>,
}

impl Sums {
    fn of(centred: &[f64], width: usize, labels: &[u8], classes: usize) -> Self {
        let blocks: Vec<Self> = centred
            .par_chunks(BLOCK * width)
            .zip(labels.par_chunks(BLOCK))
            .map(|(z, labels)| Self::of_block(z, width, labels, classes))
            .collect();
        blocks.into_iter().reduce(Self::plus).expect("there are rows")
    }

    fn of_block(z: &[f64], width: usize, labels: &[u8], classes: usize) -> Self {
        let mut sums = Self {
            gram: Mat::zeros(width, width),
            cross: Mat::zeros(width, classes),
            alone: Mat::zeros(width, 1),
            per_class: vec![0.0; classes],
        };
        for (row, &label) in z.chunks(width).zip(labels) {
            let label = usize::from(label);
            sums.per_class[label] += 1.0;
            for (j, v) in row.iter().enumerate() {
                sums.cross[(j, label)] += v;
                sums.alone[(j, 0)] += v;
            }
        }
        let z = MatRef::from_row_major_slice(z, labels.len(), width);
        let (lower, whole) = (BlockStructure::TriangularLower, BlockStructure::Rectangular);
        let gram = &mut sums.gram;
        triangular::matmul(gram, lower, Accum::Replace, z.transpose(), whole, z, whole, 1.0, Par::Seq);
        sums
    }

    fn plus(self, other: Self) -> Self {
        let per_class = self.per_class.iter().zip(&other.per_class).map(|(a, b)| a + b).collect();
        Self {
            gram: self.gram + other.gram,
            cross: self.cross + other.cross,
            alone: self.alone + other.alone,
            per_class,
        }
    }
}

fn of_layer(z: &[f64], width: usize, labels: &[u8], classes: usize) -> std::result::Result<Feature, String> {
    let rows = labels.len();
    let means: Vec<f64> =
        (0..width).map(|j| z.iter().skip(j).step_by(width).sum::<f64>() / rows as f64).collect();
    let mut centred = z.to_vec();
    centred.par_chunks_mut(width).for_each(|row| row.iter_mut().zip(&means).for_each(|(v, m)| *v -= m));

    let fitted = rows * 4 / 5;
    let (first, last) = centred.split_at(fitted * width);
    let train = Sums::of(first, width, &labels[..fitted], classes);
    let rest = Sums::of(last, width, &labels[fitted..], classes);
    let covariance = &train.gram + &rest.gram;
    let eigenvalues = covariance
        .self_adjoint_eigenvalues(Side::Lower)
        .map_err(|e| format!("the eigenvalues of its covariance were not found ({e:?})"))?;
    let scale = (rows - 1) as f64;
    let tolerance =
        width as f64 * f64::EPSILON * eigenvalues.iter().fold(0.0f64, |m, x| m.max(x.abs())) / scale;
    let rank = eigenvalues.iter().filter(|x| x.abs() / scale > tolerance).count();
    Ok(Feature { rank, tolerance, probe_accuracy: probe(&train, last, fitted, &labels[fitted..]) })
}

/// Fits the ridge regression to the sums over `fitted` rows and scores it on `held_out` ones.
fn probe(train: &Sums, held_out: &[f64], fitted: usize, labels: &[u8]) -> f64 {
    let (width, classes, n) = (train.gram.nrows(), train.cross.ncols(), fitted as f64);
    // Centred on the fitted rows: G - s sᵀ / n, and C - s cᵀ / n with the classes' counts c.
    let mut gram = train.gram.clone();
    let mut cross = train.cross.clone();
    let trace: f64 = (0..width).map(|j| gram[(j, j)] - train.alone[(j, 0)].powi(2) / n).sum();
    for j in 0..width {
        for i in j..width {
            gram[(i, j)] -= train.alone[(i, 0)] * train.alone[(j, 0)] / n;
        }
        gram[(j, j)] += RIDGE * trace / width as f64;
        for c in 0..classes {
            cross[(j, c)] -= train.alone[(j, 0)] * train.per_class[c] / n;
        }
    }
    // A layer whose output does not depend on the input tells nothing but the commonest class.
    let slopes = match gram.llt(Side::Lower) {
        Ok(factor) => factor.solve(&cross),
        Err(_) => Mat::zeros(width, classes),
    };
    let mean = train.alone.transpose() * &slopes;
    let offset: Vec<f64> = (0..classes).map(|c| (train.per_class[c] - mean[(0, c)]) / n).collect();
    let scores = MatRef::from_row_major_slice(held_out, labels.len(), width) * &slopes;
    let told = |i: usize| {
        let score = |c: &usize| scores[(i, *c)] + offset[*c];
        (0..classes).rev().max_by(|a, b| score(a).total_cmp(&score(b))).unwrap_or(0)
    };
    let right = labels.iter().enumerate().filter(|(i, label)| told(*i) == usize::from(**label)).count();
    right as f64 / labels.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;
    use rand::RngExt;

    fn numbers(n: usize, purpose: &str) -> Vec<f64> {
        let mut random = stream(0, purpose, 0);
        (0..n).map(|_| 2.0 * random.random::<f64>() - 1.0).collect()
    }

    #[test]
    fn a_bottleneck_of_three_gives_rank_three_and_relu_gives_it_back() {
        let (a, b, c) = (numbers(3 * 12, "a"), numbers(20 * 3, "b"), numbers(20 * 20, "c"));
        let zeros = [0.0; 20];
        let layers = [
            Dense { weights: &a, biases: &zeros[..3] },
            Dense { weights: &b, biases: &zeros },
            Dense { weights: &c, biases: &zeros },
        ];
        let inputs = numbers(12 * 400, "inputs");
        let labels: Vec<u8> = (0..400).map(|i| i as u8 % 10).collect();
        let ranks: Vec<usize> = features(&layers, &inputs, &labels).unwrap().iter().map(|f| f.rank).collect();
        // 3 features; 20 linear ones of the 3 after relu; 20 of 20 after relu.
        assert_eq!(ranks[..2], [3, 3]);
        assert!(ranks[2] > 10, "{ranks:?}");
    }

    #[test]
    fn the_probe_tells_what_is_linear_and_not_what_is_noise() {
        let inputs = numbers(6 * 1000, "inputs");
        let identity: Vec<f64> = (0..36).map(|k| f64::from(u8::from(k % 7 == 0))).collect();
        let layer = [Dense { weights: &identity, biases: &[0.5; 6] }];
        let linear: Vec<u8> = inputs.chunks(6).map(|x| u8::from(x[0] + 2.0 * x[1] > 0.2)).collect();
        let noise: Vec<u8> = numbers(1000, "noise").iter().map(|x| u8::from(*x > 0.0)).collect();
        let accuracy = |labels: &[u8]| features(&layer, &inputs, labels).unwrap()[0].probe_accuracy;
        assert!(accuracy(&linear) > 0.95, "{}", accuracy(&linear));
        assert!(accuracy(&noise) < 0.65, "{}", accuracy(&noise));
    }

    #[test]
    fn threads_do_not_move_the_numbers() {
        let (weights, inputs) = (numbers(40 * 30, "w"), numbers(30 * 2500, "inputs"));
        let labels: Vec<u8> = (0..2500).map(|i| (i % 3) as u8).collect();
        let layer = [Dense { weights: &weights, biases: &[0.1; 40] }];
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| features(&layer, &inputs, &labels).unwrap())
        };
        assert_eq!(on(1), on(3));
    }

    #[test]
    fn sizes_that_do_not_fit_are_sentences() {
        let layer = [Dense { weights: &[1.0; 6], biases: &[0.0; 2] }];
        assert!(features(&layer, &[0.0; 40], &[0; 10]).unwrap_err().to_string().contains("4 inputs"));
        assert!(features(&layer, &[0.0; 9], &[0; 3]).is_err());
        let diverged = [Dense { weights: &[f64::INFINITY; 2], biases: &[0.0; 1] }];
        assert!(features(&diverged, &[1.0; 20], &[0; 10]).unwrap_err().to_string().contains("diverged"));
    }
}
