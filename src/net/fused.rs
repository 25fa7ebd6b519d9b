//! The MLP on the CPU: a whole forward and backward pass on flat buffers that are allocated once.
//!
//! A batch is cut into `parts` equal runs of rows, each computed whole, their gradients added in
//! order. The parts may run on several threads; the numbers depend on `parts`, never on threads.

use crate::net::Network;
use crate::net::batch::Batch;
use crate::net::mlp::{Layer, Mlp};
use crate::ops::layer::{add, column_sums, fill_with_bias, relu, relu_backward};
use crate::ops::loss::{Score, score, score_and_gradient};
use crate::ops::matmul::{Into, Matrix, matmul};
use rayon::prelude::*;

/// An [`Mlp`] with its work space.
#[derive(Debug)]
pub struct FusedMlp {
    classes: usize,
    layers: Vec<Layer>,
    parts: Vec<Part>,
}

/// The work space of one part of a batch.
#[derive(Debug, Default)]
struct Part {
    /// Output of every layer, `rows × outputs`.
    activations: Vec<Vec<f32>>,
    /// Gradient at the output of the layer at hand, and at its input.
    upper: Vec<f32>,
    lower: Vec<f32>,
    /// Gradient of all parameters (unused by the first part, which writes to the caller's).
    gradient: Vec<f32>,
    score: Score,
}

impl FusedMlp {
    /// `mlp` at work, each batch cut into `parts`.
    pub fn new(mlp: &Mlp, parts: usize) -> Self {
        let parts = (0..parts.max(1)).map(|_| Part::default()).collect();
        Self { classes: mlp.classes(), layers: mlp.layers(), parts }
    }
}

impl Network for FusedMlp {
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Score {
        let scale = 1.0 / batch.rows as f32;
        let (layers, classes) = (&self.layers, self.classes);
        let pieces = batch.parts(self.parts.len());
        let used = pieces.len();
        let work = |part: &mut Part, piece: Batch, gradient: &mut [f32]| {
            part.forward(layers, parameters, piece.values(), piece.rows);
            let logits = part.activations.last_mut().expect("an MLP has a layer");
            part.score = score_and_gradient(logits, piece.targets, classes, scale);
            part.backward(layers, parameters, piece.values(), piece.rows, gradient);
        };
        if used == 1 {
            work(&mut self.parts[0], pieces[0], gradient);
        } else {
            self.parts[..used].par_iter_mut().zip(pieces).for_each(|(part, piece)| {
                let mut own = std::mem::take(&mut part.gradient);
                own.resize(parameters.len(), 0.0);
                work(part, piece, &mut own);
                part.gradient = own;
            });
            gradient.copy_from_slice(&self.parts[0].gradient);
            for part in &self.parts[1..used] {
                add(gradient, &part.gradient);
            }
        }
        let mut total = Score::default();
        self.parts[..used].iter().for_each(|part| total += part.score);
        total
    }

    fn score(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        let part = &mut self.parts[0];
        part.forward(&self.layers, parameters, batch.values(), batch.rows);
        score(part.activations.last().expect("an MLP has a layer"), batch.targets, self.classes)
    }
}

impl Part {
    fn forward(&mut self, layers: &[Layer], parameters: &[f32], inputs: &[f32], rows: usize) {
        self.activations.resize(layers.len(), Vec::new());
        for (l, layer) in layers.iter().enumerate() {
            let (below, rest) = self.activations.split_at_mut(l);
            let (x, out) = (below.last().map_or(inputs, |x| x), &mut rest[0]);
            out.resize(rows * layer.outputs, 0.0);
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
        parameters: &[f32],
        inputs: &[f32],
        rows: usize,
        gradient: &mut [f32],
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
                self.lower.resize(rows * layer.inputs, 0.0);
                matmul(&mut self.lower, upper, weights, Into::Replace);
                relu_backward(&mut self.lower, x);
                std::mem::swap(&mut self.lower, &mut self.upper);
            }
        }
    }
}
