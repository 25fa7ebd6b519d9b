//! The recurrent model in plain dfdx, written gate by gate from the equations: the reference of the fused
//! form's tests, and what trains on CUDA.

use crate::net::batch::{Batch, Targets};
use crate::net::linear::Linear;
use crate::net::network::Network;
use crate::net::recurrent::layers::{Cell, Recurrent, RecurrentLayerRanges, RecurrentRanges};
use crate::net::tape::{Leaf, LinearLeaves, Tensor2, indices, mean_cross_entropy};
use crate::ops::dropout::Dropout;
use crate::ops::loss::{Loss, Score};
use dfdx::prelude::*;
use std::ops::Range;

/// A [`Recurrent`] whose every step is dfdx's, on device `D`.
pub struct PlainRecurrent<D> {
    device: D,
    net: Recurrent,
    ranges: RecurrentRanges,
}

/// All parameters as tensors.
struct Model<D: Device<f32>> {
    embedding: Leaf<Tensor2<D>>,
    /// The gates of each layer.
    layers: Vec<Vec<Gate<D>>>,
    head: LinearLeaves<D>,
}

/// One gate's share of a layer's weights and biases.
struct Gate<D: Device<f32>> {
    input: LinearLeaves<D>,
    hidden: LinearLeaves<D>,
}

/// What a layer carries from step to step; a GRU leaves the cell alone.
#[derive(Clone)]
struct State<D: Device<f32>> {
    hidden: Tensor2<D>,
    cell: Tensor2<D>,
}

impl<D: Device<f32>> PlainRecurrent<D> {
    /// `net` on this device.
    pub fn new(device: D, net: &Recurrent) -> Self {
        Self { device, net: net.clone(), ranges: net.laid_out().1 }
    }

    fn model(&self, parameters: &[f32]) -> Model<D> {
        let layer = |layer| (0..self.net.cell.gates()).map(|k| self.gate(parameters, layer, k)).collect();
        Model {
            embedding: Leaf::table(&self.device, parameters, self.ranges.embedding.clone(), self.net.width),
            layers: self.ranges.layers.iter().map(layer).collect(),
            head: LinearLeaves::new(&self.device, parameters, &self.ranges.head),
        }
    }

    /// Gate number `k` of a layer.
    fn gate(&self, parameters: &[f32], layer: &RecurrentLayerRanges, k: usize) -> Gate<D> {
        let d = self.net.width;
        let share = |range: &Range<usize>, len: usize| range.start + k * len..range.start + (k + 1) * len;
        let linear = |weight, bias| {
            let linear = Linear { inputs: d, outputs: d, weight: share(weight, d * d), bias: share(bias, d) };
            LinearLeaves::new(&self.device, parameters, &linear)
        };
        let input = linear(&layer.input_weight, &layer.input_bias);
        Gate { input, hidden: linear(&layer.hidden_weight, &layer.hidden_bias) }
    }

    /// Logits at every step, each with the tape of its step.
    fn forward<T: Tape<f32, D>>(
        &self,
        model: &Model<D>,
        batch: &Batch,
        dropout: Option<Dropout>,
    ) -> Vec<Tensor2<D, T>> {
        let (rows, d) = (batch.rows, self.net.width);
        let zero = self.device.tensor_from_vec(vec![0.0; rows * d], (rows, d));
        let mut states = vec![State { hidden: zero.clone(), cell: zero }; self.net.layers];
        let at = |step: usize| {
            let tokens = batch.tokens().iter().skip(step).step_by(self.net.sequence);
            let tokens = indices(&self.device, tokens.copied());
            let mut x: Tensor2<D, T> = model.embedding.tensor.retaped::<T>().gather(tokens);
            for (l, (gates, state)) in model.layers.iter().zip(&mut states).enumerate() {
                if let Some(dropout) = dropout.filter(|_| l > 0) {
                    let mut factors = vec![1.0; rows * d];
                    dropout.apply(&mut factors, d, self.net.dropout_site(l - 1, step), self.net.dropout);
                    x = x * self.device.tensor_from_vec(factors, (rows, d));
                }
                x = match self.net.cell {
                    Cell::Lstm => lstm(gates, x, state),
                    Cell::Gru => gru(gates, x, state),
                };
            }
            model.head.apply(x)
        };
        (0..self.net.sequence).map(at).collect()
    }

    /// The targets of one step.
    fn targets(&self, batch: &Batch, step: usize) -> Vec<u32> {
        batch.classes().iter().skip(step).step_by(self.net.sequence).copied().collect()
    }
}

/// What a gate gets from the input.
fn from_input<D: Device<f32>, T: Tape<f32, D>>(gate: &Gate<D>, x: Tensor2<D, T>) -> Tensor2<D, T> {
    gate.input.apply(x)
}

/// What a gate gets from the state before.
fn from_hidden<D: Device<f32>, T: Tape<f32, D>>(gate: &Gate<D>, state: &State<D>) -> Tensor2<D, T> {
    gate.hidden.apply(state.hidden.retaped())
}

/// One step of an LSTM. A value that is used again goes on with an empty tape; the tapes meet in the result.
fn lstm<D: Device<f32>, T: Tape<f32, D>>(
    gates: &[Gate<D>],
    x: Tensor2<D, T>,
    state: &mut State<D>,
) -> Tensor2<D, T> {
    let i = (from_input(&gates[0], x.with_empty_tape()) + from_hidden::<D, T>(&gates[0], state)).sigmoid();
    let f = (from_input(&gates[1], x.with_empty_tape()) + from_hidden::<D, T>(&gates[1], state)).sigmoid();
    let g = (from_input(&gates[2], x.with_empty_tape()) + from_hidden::<D, T>(&gates[2], state)).tanh();
    let o = (from_input(&gates[3], x) + from_hidden::<D, T>(&gates[3], state)).sigmoid();
    let c = f * state.cell.clone() + i * g;
    state.cell = c.retaped();
    let h = o * c.tanh();
    state.hidden = h.retaped();
    h
}

/// One step of a GRU.
fn gru<D: Device<f32>, T: Tape<f32, D>>(
    gates: &[Gate<D>],
    x: Tensor2<D, T>,
    state: &mut State<D>,
) -> Tensor2<D, T> {
    let r = (from_input(&gates[0], x.with_empty_tape()) + from_hidden::<D, T>(&gates[0], state)).sigmoid();
    let z = (from_input(&gates[1], x.with_empty_tape()) + from_hidden::<D, T>(&gates[1], state)).sigmoid();
    let n = (from_input(&gates[2], x) + r * from_hidden::<D, T>(&gates[2], state)).tanh();
    let new = (z.with_empty_tape().negate() + 1.0) * n;
    let h = new + z * state.hidden.clone();
    state.hidden = h.retaped();
    h
}

impl<D: Device<f32>> Network for PlainRecurrent<D> {
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Score {
        let model = self.model(parameters);
        let logits = self.forward::<OwnedTape<f32, D>>(&model, batch, batch.dropout);
        let mut total = Score::default();
        let mut losses = Vec::new();
        for (step, logits) in logits.into_iter().enumerate() {
            let targets = self.targets(batch, step);
            total +=
                Loss::CrossEntropy.score(&logits.as_vec(), Targets::Classes(&targets), self.net.vocabulary);
            losses.push(mean_cross_entropy(logits, &targets));
        }
        let sum = losses.into_iter().reduce(|sum, loss| sum + loss).expect("a sequence has a token");
        let gradients = (sum / self.net.sequence as f32).backward();
        model.embedding.copy_gradient(&gradients, gradient);
        for gate in model.layers.iter().flatten() {
            gate.input.copy_gradients(&gradients, gradient);
            gate.hidden.copy_gradients(&gradients, gradient);
        }
        model.head.copy_gradients(&gradients, gradient);
        total
    }

    fn evaluate(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        let logits = self.forward::<NoneTape>(&self.model(parameters), batch, None);
        let mut total = Score::default();
        for (step, logits) in logits.into_iter().enumerate() {
            total += Loss::CrossEntropy.score(
                &logits.as_vec(),
                Targets::Classes(&self.targets(batch, step)),
                self.net.vocabulary,
            );
        }
        total
    }
}
