//! The MLP on the CPU: a whole forward and backward pass on flat buffers that are allocated once.
//!
//! A batch is cut into `parts` equal runs of rows, each computed whole, their gradients added in
//! order. The parts may run on several threads; the numbers depend on `parts`, never on threads.

use crate::net::Network;
use crate::net::batch::Batch;
use crate::net::mlp::{Layer, Mlp};
use crate::ops::layer::{add, column_sums, fill_with_bias, relu, relu_backward};
use crate::ops::loss::{Loss, Score};
use crate::ops::matmul::{Into, Matrix, matmul};
use crate::ops::real::Real;
use rayon::prelude::*;

/// Numbers that a thread adds at once.
const CHUNK: usize = 1 << 15;

/// An [`Mlp`] with its work space.
#[derive(Debug)]
pub struct FusedMlp<T = f32> {
    classes: usize,
    layers: Vec<Layer>,
    loss: Loss,
    parts: Vec<Part<T>>,
}

/// The work space of one part of a batch.
#[derive(Debug, Default)]
struct Part<T> {
    /// The inputs in this precision, where they had to be converted.
    inputs: Vec<T>,
    /// Output of every layer, `rows × outputs`.
    activations: Vec<Vec<T>>,
    /// Gradient at the output of the layer at hand, and at its input.
    upper: Vec<T>,
    lower: Vec<T>,
    /// Gradient of all parameters (unused by the first part, which writes to the caller's).
    gradient: Vec<T>,
    score: Score,
}

impl<T: Real> FusedMlp<T> {
    /// `mlp` at work, each batch cut into `parts`.
    pub fn new(mlp: &Mlp, loss: Loss, parts: usize) -> Self {
        let parts = (0..parts.max(1)).map(|_| Part::default()).collect();
        Self { classes: mlp.classes(), layers: mlp.layers(), loss, parts }
    }
}

impl<T: Real> Network<T> for FusedMlp<T> {
    fn gradient(&mut self, parameters: &[T], batch: &Batch, gradient: &mut [T]) -> Score {
        let scale = T::one() / T::of(batch.rows as f64);
        let (layers, classes, loss) = (&self.layers, self.classes, self.loss);
        let pieces = batch.parts(self.parts.len());
        let used = pieces.len();
        let work = |part: &mut Part<T>, piece: Batch, gradient: &mut [T]| {
            let mut space = std::mem::take(&mut part.inputs);
            let inputs = T::lend(piece.values(), &mut space);
            part.forward(layers, parameters, inputs, piece.rows);
            let logits = part.activations.last_mut().expect("an MLP has a layer");
            part.score = loss.score_and_gradient(logits, piece.targets, classes, scale);
            part.backward(layers, parameters, inputs, piece.rows, gradient);
            part.inputs = space;
        };
        if used == 1 {
            work(&mut self.parts[0], pieces[0], gradient);
        } else {
            self.parts[..used].par_iter_mut().zip(pieces).for_each(|(part, piece)| {
                let mut own = std::mem::take(&mut part.gradient);
                own.resize(parameters.len(), T::zero());
                work(part, piece, &mut own);
                part.gradient = own;
            });
            let parts = &self.parts[..used];
            gradient.par_chunks_mut(CHUNK).enumerate().for_each(|(i, sum)| {
                let place = i * CHUNK..i * CHUNK + sum.len();
                sum.copy_from_slice(&parts[0].gradient[place.clone()]);
                for part in &parts[1..] {
                    add(sum, &part.gradient[place.clone()]);
                }
            });
        }
        let mut total = Score::default();
        self.parts[..used].iter().for_each(|part| total += part.score);
        total
    }

    fn score(&mut self, parameters: &[T], batch: &Batch) -> Score {
        let part = &mut self.parts[0];
        let mut space = std::mem::take(&mut part.inputs);
        part.forward(&self.layers, parameters, T::lend(batch.values(), &mut space), batch.rows);
        part.inputs = space;
        let outputs = part.activations.last().expect("an MLP has a layer");
        self.loss.score(outputs, batch.targets, self.classes)
    }
}

impl<T: Real> Part<T> {
    fn forward(&mut self, layers: &[Layer], parameters: &[T], inputs: &[T], rows: usize) {
        self.activations.resize(layers.len(), Vec::new());
        for (l, layer) in layers.iter().enumerate() {
            let (below, rest) = self.activations.split_at_mut(l);
            let (x, out) = (below.last().map_or(inputs, |x| x), &mut rest[0]);
            out.resize(rows * layer.outputs, T::zero());
            fill_with_bias(out, &parameters[layer.biases.clone()]);
            let weights = Matrix::new(&parameters[layer.weights.clone()], layer.outputs, layer.inputs);
            matmul(out, Matrix::new(x, rows, layer.inputs), weights.t(), Into::Add);
            if l + 1 < layers.len() {
                relu(out);
            }
        }
    }

    /// Expects the gradient of the loss where the logits were.
    fn backward(
        &mut self,
        layers: &[Layer],
        parameters: &[T],
        inputs: &[T],
        rows: usize,
        gradient: &mut [T],
    ) {
        std::mem::swap(&mut self.upper, self.activations.last_mut().expect("an MLP has a layer"));
        for (l, layer) in layers.iter().enumerate().rev() {
            let x = if l == 0 { inputs } else { &self.activations[l - 1] };
            let upper = Matrix::new(&self.upper, rows, layer.outputs);
            matmul(
                &mut gradient[layer.weights.clone()],
                upper.t(),
                Matrix::new(x, rows, layer.inputs),
                Into::Replace,
            );
            column_sums(&mut gradient[layer.biases.clone()], &self.upper);
            if l > 0 {
                let weights = Matrix::new(&parameters[layer.weights.clone()], layer.outputs, layer.inputs);
                self.lower.resize(rows * layer.inputs, T::zero());
                matmul(&mut self.lower, upper, weights, Into::Replace);
                relu_backward(&mut self.lower, x);
                std::mem::swap(&mut self.lower, &mut self.upper);
            }
        }
    }
}
