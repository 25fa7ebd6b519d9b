//! The fused MLP on the CPU: forward and backward pass on flat buffers that are allocated once.
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

use crate::net::batch::Batch;
use crate::net::mlp::layers::{Mlp, MlpLayer};
use crate::net::network::{Network, train_step_at_once};
use crate::ops::layer::{add_bias, relu_backward, row_sums};
use crate::ops::loss::{Loss, Score};
use crate::ops::matmul::{Matrix, Write, matmul};
use crate::ops::real::Real;
use crate::optim::{Moments, Update};
use rayon::prelude::*;

/// An [`Mlp`] whose layers are cut into blocks of units.
#[derive(Debug)]
pub struct FusedMlp<T = f32> {
    layers: Vec<MlpLayer>,
    loss: Loss,
    blocks: usize,
    /// The inputs in this precision, where they had to be converted.
    inputs: Vec<T>,
    /// Output of every layer, `outputs × rows`.
    activations: Vec<Vec<T>>,
    /// The last layer's output and its gradient, `rows × classes`.
    outputs: Vec<T>,
    /// Gradient at the output of the layer at hand, and at its input, `units × rows`.
    grad_out: Vec<T>,
    grad_in: Vec<T>,
}

impl<T: Real> FusedMlp<T> {
    /// `mlp` at work, each layer cut into `blocks`.
    pub fn new(mlp: &Mlp, loss: Loss, blocks: usize) -> Self {
        let (layers, blocks) = (mlp.layers(), blocks.max(1));
        let activations = vec![Vec::new(); layers.len()];
        let (inputs, outputs, grad_out, grad_in) = Default::default();
        Self { layers, loss, blocks, inputs, activations, outputs, grad_out, grad_in }
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
                matmul(out, Matrix::new(weights, biases.len(), layer.inputs), x, Write::Replace);
                add_bias(out, biases, l < last);
            });
        }
        let classes = self.classes();
        self.outputs.resize(rows * classes, T::zero());
        transpose(&mut self.outputs, &self.activations[last], classes, rows);
    }

    /// The score of a batch; leaves the gradient at the last layer's output in `grad_out`.
    fn loss(&mut self, parameters: &[T], inputs: &[T], batch: &Batch) -> Score {
        let (rows, classes) = (batch.rows, self.classes());
        self.forward(parameters, inputs, rows);
        let scale = T::one() / T::of(rows as f64);
        let score = self.loss.score_and_gradient(&mut self.outputs, batch.targets, classes, scale);
        self.grad_out.resize(classes * rows, T::zero());
        transpose(&mut self.grad_out, &self.outputs, rows, classes);
        score
    }

    /// The gradient at the input of layer `l` > 0, in `grad_in`.
    fn backward_layer(&mut self, l: usize, parameters: &[T], rows: usize) {
        let layer = &self.layers[l];
        let weights = Matrix::new(&parameters[layer.weights.clone()], layer.outputs, layer.inputs);
        let grad_out = Matrix::new(&self.grad_out, layer.outputs, rows);
        let units = layer.inputs.div_ceil(self.blocks);
        self.grad_in.resize(layer.inputs * rows, T::zero());
        let activations = self.activations[l - 1].par_chunks(units * rows);
        let blocks = self.grad_in.par_chunks_mut(units * rows).zip(activations).enumerate();
        blocks.for_each(|(block, (out, activation))| {
            let columns = weights.columns(block * units..block * units + out.len() / rows);
            matmul(out, columns.t(), grad_out, Write::Replace);
            relu_backward(out, activation);
        });
    }

    /// The input of layer `l`, `rows × inputs`.
    fn layer_input<'a>(&'a self, l: usize, inputs: &'a [T], rows: usize) -> Matrix<'a, T> {
        match l {
            0 => Matrix::new(inputs, rows, self.layers[0].inputs),
            _ => Matrix::new(&self.activations[l - 1], self.layers[l].inputs, rows).t(),
        }
    }
}

/// Blocks of a layer's numbers (parameters, or as many of another kind): weights and biases of some units.
fn blocks<'a, T: Real>(
    numbers: &'a mut [T],
    layer: &MlpLayer,
    units: usize,
) -> impl IndexedParallelIterator<Item = (&'a mut [T], &'a mut [T])> {
    let (weights, biases) = numbers.split_at_mut(layer.weights.len());
    weights.par_chunks_mut(units * layer.inputs).zip(biases.par_chunks_mut(units))
}

/// The gradient of a block of units: `dW = dZᵀ X`, `db` the row sums of dZᵀ.
fn unit_gradient<T: Real>(weights: &mut [T], biases: &mut [T], grad_out: &[T], input: Matrix<T>) {
    let rows = grad_out.len() / biases.len();
    matmul(weights, Matrix::new(grad_out, biases.len(), rows), input, Write::Replace);
    row_sums(biases, grad_out);
}

impl<T: Real> Network<T> for FusedMlp<T> {
    fn gradient(&mut self, parameters: &[T], batch: &Batch, gradient: &mut [T]) -> Score {
        let (mut space, rows) = (std::mem::take(&mut self.inputs), batch.rows);
        let inputs = T::lend(batch.values(), &mut space);
        let score = self.loss(parameters, inputs, batch);
        for l in (0..self.layers.len()).rev() {
            if l > 0 {
                self.backward_layer(l, parameters, rows);
            }
            let (layer, input) = (&self.layers[l], self.layer_input(l, inputs, rows));
            let units = layer.outputs.div_ceil(self.blocks);
            blocks(&mut gradient[layer.range()], layer, units)
                .zip(self.grad_out.par_chunks(units * rows))
                .for_each(|((weights, biases), grad_out)| unit_gradient(weights, biases, grad_out, input));
            std::mem::swap(&mut self.grad_in, &mut self.grad_out);
        }
        self.inputs = space;
        score
    }

    /// Moves each block of units while its gradient is in the cache.
    fn train_step(
        &mut self,
        parameters: &mut [T],
        moments: &mut Moments<T>,
        space: &mut Vec<T>,
        batch: &Batch,
        update: &Update,
    ) -> Score {
        if update.clip_norm.is_some() {
            return train_step_at_once(self, parameters, moments, space, batch, update);
        }
        let (mut input_space, rows) = (std::mem::take(&mut self.inputs), batch.rows);
        let inputs = T::lend(batch.values(), &mut input_space);
        let score = self.loss(parameters, inputs, batch);
        space.resize(self.layers.iter().map(|layer| layer.range().len()).max().unwrap_or(0), T::zero());
        for l in (0..self.layers.len()).rev() {
            if l > 0 {
                self.backward_layer(l, parameters, rows);
            }
            let (layer, input) = (&self.layers[l], self.layer_input(l, inputs, rows));
            let (units, range) = (layer.outputs.div_ceil(self.blocks), layer.range());
            let moved = blocks(&mut parameters[range.clone()], layer, units)
                .zip(blocks(&mut moments.first[range.clone()], layer, units))
                .zip(blocks(&mut moments.second[range], layer, units));
            blocks(&mut space[..layer.range().len()], layer, units)
                .zip(self.grad_out.par_chunks(units * rows))
                .zip(moved)
                .for_each(|(((dw, db), grad_out), (((w, b), (w1, b1)), (w2, b2)))| {
                    unit_gradient(dw, db, grad_out, input);
                    update.apply(w, dw, w1, w2);
                    update.apply(b, db, b1, b2);
                });
            std::mem::swap(&mut self.grad_in, &mut self.grad_out);
        }
        self.inputs = input_space;
        score
    }

    fn evaluate(&mut self, parameters: &[T], batch: &Batch) -> Score {
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
