//! The MLP on the CPU: a whole forward and backward pass on flat buffers that are allocated once.
//!
//! Each layer's *units* are shared out, in blocks. (Cutting the batch instead makes every thread read all
//! weights and write a whole gradient of its own: twice the time at width 2048.) Activations are kept as
//! `units × rows`, so that the units of a block lie together:
//!
//! ```text
//! Zᵀ = W Xᵀ + b         block of units = rows of W               (forward)
//! dW = dZᵀ X            the same rows of dW                      (backward)
//! dXᵀ = Wᵀ dZᵀ          block of inputs = columns of W           (backward)
//! ```
//!
//! Each block is one task; no two write to one place, and nothing has to be added up. The numbers
//! depend on the number of blocks, never on threads.

use crate::net::Network;
use crate::net::batch::Batch;
use crate::net::mlp::{Layer, Mlp};
use crate::ops::layer::{add_bias, relu_backward, row_sums};
use crate::ops::loss::{Loss, Score};
use crate::ops::matmul::{Into, Matrix, matmul};
use crate::ops::real::Real;
use rayon::prelude::*;

/// An [`Mlp`] whose layers are cut into blocks of units.
#[derive(Debug)]
pub struct FusedMlp<T = f32> {
    layers: Vec<Layer>,
    loss: Loss,
    blocks: usize,
    /// The inputs in this precision, where they had to be converted.
    inputs: Vec<T>,
    /// Output of every layer, `outputs × rows`.
    activations: Vec<Vec<T>>,
    /// The last layer's output and its gradient, `rows × classes`.
    outputs: Vec<T>,
    /// Gradient at the output of the layer at hand, and at its input, `units × rows`.
    upper: Vec<T>,
    lower: Vec<T>,
}

impl<T: Real> FusedMlp<T> {
    /// `mlp` at work, each layer cut into `blocks`.
    pub fn new(mlp: &Mlp, loss: Loss, blocks: usize) -> Self {
        let (layers, blocks) = (mlp.layers(), blocks.max(1));
        let activations = vec![Vec::new(); layers.len()];
        let (inputs, outputs, upper, lower) = Default::default();
        Self { layers, loss, blocks, inputs, activations, outputs, upper, lower }
    }

    fn classes(&self) -> usize {
        self.layers[self.layers.len() - 1].outputs
    }

    fn forward(&mut self, parameters: &[T], inputs: &[T], rows: usize) {
        let last = self.layers.len() - 1;
        for (l, layer) in self.layers.iter().enumerate() {
            let (below, rest) = self.activations.split_at_mut(l);
            let x = match below.last() {
                Some(x) => Matrix::new(x, layer.inputs, rows),
                None => Matrix::new(inputs, rows, layer.inputs).t(),
            };
            let (weights, biases) = (&parameters[layer.weights.clone()], &parameters[layer.biases.clone()]);
            let units = layer.outputs.div_ceil(self.blocks);
            rest[0].resize(layer.outputs * rows, T::zero());
            let blocks = rest[0].par_chunks_mut(units * rows).zip(weights.par_chunks(units * layer.inputs));
            blocks.zip(biases.par_chunks(units)).for_each(|((out, weights), biases)| {
                matmul(out, Matrix::new(weights, biases.len(), layer.inputs), x, Into::Replace);
                add_bias(out, biases, l < last);
            });
        }
        let classes = self.classes();
        self.outputs.resize(rows * classes, T::zero());
        transpose(&mut self.outputs, &self.activations[last], classes, rows);
    }

    fn backward(&mut self, parameters: &[T], inputs: &[T], rows: usize, gradient: &mut [T]) {
        let classes = self.classes();
        self.upper.resize(classes * rows, T::zero());
        transpose(&mut self.upper, &self.outputs, rows, classes);
        for (l, layer) in self.layers.iter().enumerate().rev() {
            let upper = &self.upper;
            let x = match l {
                0 => Matrix::new(inputs, rows, layer.inputs),
                _ => Matrix::new(&self.activations[l - 1], layer.inputs, rows).t(),
            };
            if l > 0 {
                let weights = Matrix::new(&parameters[layer.weights.clone()], layer.outputs, layer.inputs);
                let units = layer.inputs.div_ceil(self.blocks);
                self.lower.resize(layer.inputs * rows, T::zero());
                let below = self.activations[l - 1].par_chunks(units * rows);
                let blocks = self.lower.par_chunks_mut(units * rows).zip(below).enumerate();
                blocks.for_each(|(block, (out, activation))| {
                    let columns = weights.columns(block * units..block * units + out.len() / rows);
                    matmul(out, columns.t(), Matrix::new(upper, layer.outputs, rows), Into::Replace);
                    relu_backward(out, activation);
                });
            }
            let units = layer.outputs.div_ceil(self.blocks);
            let (weights, biases) =
                gradient[layer.weights.start..layer.biases.end].split_at_mut(layer.weights.len());
            let blocks = weights.par_chunks_mut(units * layer.inputs).zip(biases.par_chunks_mut(units));
            blocks.zip(upper.par_chunks(units * rows)).for_each(|((weights, biases), upper)| {
                matmul(weights, Matrix::new(upper, biases.len(), rows), x, Into::Replace);
                row_sums(biases, upper);
            });
            std::mem::swap(&mut self.lower, &mut self.upper);
        }
    }
}

impl<T: Real> Network<T> for FusedMlp<T> {
    fn gradient(&mut self, parameters: &[T], batch: &Batch, gradient: &mut [T]) -> Score {
        let mut space = std::mem::take(&mut self.inputs);
        let inputs = T::lend(batch.values(), &mut space);
        self.forward(parameters, inputs, batch.rows);
        let (classes, scale) = (self.classes(), T::one() / T::of(batch.rows as f64));
        let score = self.loss.score_and_gradient(&mut self.outputs, batch.targets, classes, scale);
        self.backward(parameters, inputs, batch.rows, gradient);
        self.inputs = space;
        score
    }

    fn score(&mut self, parameters: &[T], batch: &Batch) -> Score {
        let mut space = std::mem::take(&mut self.inputs);
        self.forward(parameters, T::lend(batch.values(), &mut space), batch.rows);
        self.inputs = space;
        self.loss.score(&self.outputs, batch.targets, self.classes())
    }
}

/// `out` (`columns × rows`) from `x` (`rows × columns`).
fn transpose<T: Real>(out: &mut [T], x: &[T], rows: usize, columns: usize) {
    for (i, row) in x.chunks_exact(columns).enumerate() {
        for (j, &x) in row.iter().enumerate() {
            out[j * rows + i] = x;
        }
    }
}
