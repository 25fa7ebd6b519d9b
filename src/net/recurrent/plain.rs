//! The recurrent model in plain dfdx, written gate by gate from the equations: slower, obviously right,
//! the oracle of the fused form's tests and the road to CUDA.

use crate::net::batch::{Batch, Targets};
use crate::net::network::Network;
use crate::net::recurrent::architecture::{Cell, LayerPlaces, Recurrent, RecurrentPlaces};
use crate::ops::dropout::Dropout;
use crate::ops::loss::{Loss, Score};
use dfdx::losses::cross_entropy_with_logits_loss;
use dfdx::prelude::*;
use std::ops::Range;

type Matrix<D> = Tensor<(usize, usize), f32, D>;
type Vector<D> = Tensor<(usize,), f32, D>;
type Rows<D, T> = Tensor<(usize, usize), f32, D, T>;

/// A [`Recurrent`] whose every step is dfdx's, on device `D`.
pub struct PlainRecurrent<D> {
    device: D,
    net: Recurrent,
    places: RecurrentPlaces,
}

/// All parameters as tensors.
struct Model<D: Device<f32>> {
    embedding: Matrix<D>,
    /// The gates of each layer.
    layers: Vec<Vec<Gate<D>>>,
    head_weight: Matrix<D>,
    head_bias: Vector<D>,
}

/// The blocks of one gate in a layer's weights and biases.
struct Gate<D: Device<f32>> {
    input_weight: Matrix<D>,
    hidden_weight: Matrix<D>,
    input_bias: Vector<D>,
    hidden_bias: Vector<D>,
}

/// What a layer carries from step to step; a GRU leaves the cell alone.
#[derive(Clone)]
struct State<D: Device<f32>> {
    hidden: Matrix<D>,
    cell: Matrix<D>,
}

impl<D: Device<f32>> PlainRecurrent<D> {
    /// `net` on this device.
    pub fn new(device: D, net: &Recurrent) -> Self {
        Self { device, places: net.places(), net: net.clone() }
    }

    fn model(&self, parameters: &[f32]) -> Model<D> {
        let (d, words) = (self.net.width, self.net.vocabulary);
        let matrix =
            |place: Range<usize>, rows| self.device.tensor_from_vec(parameters[place].to_vec(), (rows, d));
        let vector = |place: Range<usize>| {
            let values = parameters[place].to_vec();
            let len = values.len();
            self.device.tensor_from_vec(values, (len,))
        };
        let gate = |places: LayerPlaces| Gate {
            input_weight: matrix(places.input_weight, d),
            hidden_weight: matrix(places.hidden_weight, d),
            input_bias: vector(places.input_bias),
            hidden_bias: vector(places.hidden_bias),
        };
        let layer = |places: &LayerPlaces| self.gates(places).into_iter().map(gate).collect();
        Model {
            embedding: matrix(self.places.embedding.clone(), words),
            layers: self.places.layers.iter().map(layer).collect(),
            head_weight: matrix(self.places.head_weight.clone(), words),
            head_bias: vector(self.places.head_bias.clone()),
        }
    }

    /// Where each gate's blocks lie among the flat parameters.
    fn gates(&self, layer: &LayerPlaces) -> Vec<LayerPlaces> {
        let d = self.net.width;
        let block = |place: &Range<usize>, gate: usize, len: usize| {
            place.start + gate * len..place.start + (gate + 1) * len
        };
        let gate = |k| LayerPlaces {
            input_weight: block(&layer.input_weight, k, d * d),
            hidden_weight: block(&layer.hidden_weight, k, d * d),
            input_bias: block(&layer.input_bias, k, d),
            hidden_bias: block(&layer.hidden_bias, k, d),
        };
        (0..self.net.cell.gates()).map(gate).collect()
    }

    /// Logits at every step, each with the tape of its step.
    fn forward<T: Tape<f32, D>>(
        &self,
        model: &Model<D>,
        batch: &Batch,
        dropout: Option<Dropout>,
    ) -> Vec<Rows<D, T>> {
        let (rows, d) = (batch.rows, self.net.width);
        let zero = self.device.tensor_from_vec(vec![0.0; rows * d], (rows, d));
        let mut states = vec![State { hidden: zero.clone(), cell: zero }; self.net.layers];
        let at = |step: usize| {
            let tokens = batch.tokens().iter().skip(step).step_by(self.net.sequence);
            let tokens = self.device.tensor_from_vec(tokens.map(|&t| t as usize).collect(), (rows,));
            let mut x: Rows<D, T> = model.embedding.retaped::<T>().gather(tokens);
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
            linear(x, &model.head_weight, &model.head_bias)
        };
        (0..self.net.sequence).map(at).collect()
    }

    /// The targets of one step.
    fn targets(&self, batch: &Batch, step: usize) -> Vec<u32> {
        batch.classes().iter().skip(step).step_by(self.net.sequence).copied().collect()
    }

    fn one_hot(&self, targets: &[u32]) -> Matrix<D> {
        let words = self.net.vocabulary;
        let mut one_hot = vec![0.0; targets.len() * words];
        for (row, &target) in one_hot.chunks_exact_mut(words).zip(targets) {
            row[target as usize] = 1.0;
        }
        self.device.tensor_from_vec(one_hot, (targets.len(), words))
    }
}

/// `x Wᵀ + b`
fn linear<D: Device<f32>, T: Tape<f32, D>>(
    x: Rows<D, T>,
    weight: &Matrix<D>,
    bias: &Vector<D>,
) -> Rows<D, T> {
    let shape = (x.shape().0, weight.shape().0);
    let product = x.matmul(weight.clone().permute::<_, Axes2<1, 0>>());
    product + bias.clone().broadcast_like::<_, Axis<0>>(&shape)
}

/// What a gate gets from the input.
fn from_input<D: Device<f32>, T: Tape<f32, D>>(gate: &Gate<D>, x: Rows<D, T>) -> Rows<D, T> {
    linear(x, &gate.input_weight, &gate.input_bias)
}

/// What a gate gets from the state before.
fn from_hidden<D: Device<f32>, T: Tape<f32, D>>(gate: &Gate<D>, state: &State<D>) -> Rows<D, T> {
    linear(state.hidden.retaped(), &gate.hidden_weight, &gate.hidden_bias)
}

/// One step of an LSTM. A value that is used again goes on with an empty tape; the tapes meet in the result.
fn lstm<D: Device<f32>, T: Tape<f32, D>>(
    gates: &[Gate<D>],
    x: Rows<D, T>,
    state: &mut State<D>,
) -> Rows<D, T> {
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
    x: Rows<D, T>,
    state: &mut State<D>,
) -> Rows<D, T> {
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
            losses.push(cross_entropy_with_logits_loss(logits, self.one_hot(&targets)));
        }
        let sum = losses.into_iter().reduce(|sum, loss| sum + loss).expect("a sequence has a token");
        let gradients = (sum / self.net.sequence as f32).backward();
        let places = &self.places;
        gradients.get(&model.embedding).copy_into(&mut gradient[places.embedding.clone()]);
        for (gates, places) in model.layers.iter().zip(&places.layers) {
            for (gate, places) in gates.iter().zip(self.gates(places)) {
                gradients.get(&gate.input_weight).copy_into(&mut gradient[places.input_weight]);
                gradients.get(&gate.hidden_weight).copy_into(&mut gradient[places.hidden_weight]);
                gradients.get(&gate.input_bias).copy_into(&mut gradient[places.input_bias]);
                gradients.get(&gate.hidden_bias).copy_into(&mut gradient[places.hidden_bias]);
            }
        }
        gradients.get(&model.head_weight).copy_into(&mut gradient[places.head_weight.clone()]);
        gradients.get(&model.head_bias).copy_into(&mut gradient[places.head_bias.clone()]);
        total
    }

    fn score(&mut self, parameters: &[f32], batch: &Batch) -> Score {
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
