//! The token MLP in plain dfdx, one tensor operation a line: slower, obviously right, the oracle of
//! the fused form's tests and the road to CUDA.

use crate::net::batch::Batch;
use crate::net::linear::Linear;
use crate::net::network::Network;
use crate::net::token_mlp::architecture::{TokenMlp, TokenMlpPlaces};
use crate::ops::loss::{Loss, Score};
use dfdx::prelude::*;

type Tape<D> = OwnedTape<f32, D>;
type Row<D> = Tensor<(usize,), f32, D>;
type Table<D, T = NoneTape> = Tensor<(usize, usize), f32, D, T>;

/// A [`TokenMlp`] whose every step is dfdx's.
pub struct PlainTokenMlp<D> {
    device: D,
    net: TokenMlp,
    places: TokenMlpPlaces,
}

struct Tensors<D: Device<f32>> {
    embedding: Table<D>,
    /// Weight and bias of every layer, and last of the head.
    layers: Vec<(Table<D>, Row<D>)>,
}

impl<D: Device<f32>> PlainTokenMlp<D> {
    /// `net` on a device of dfdx's.
    pub fn new(device: D, net: &TokenMlp) -> Self {
        Self { device, net: net.clone(), places: net.places().1 }
    }

    fn linears(&self) -> impl Iterator<Item = &Linear> {
        self.places.layers.iter().chain([&self.places.head])
    }

    fn tensors(&self, parameters: &[f32]) -> Tensors<D> {
        let linear = |linear: &Linear| {
            let weight = parameters[linear.weight.clone()].to_vec();
            let bias = parameters[linear.bias.clone()].to_vec();
            (
                self.device.tensor_from_vec(weight, (linear.outputs, linear.inputs)),
                self.device.tensor_from_vec(bias, (linear.outputs,)),
            )
        };
        let embedding = parameters[self.places.embedding.clone()].to_vec();
        Tensors {
            embedding: self.device.tensor_from_vec(embedding, (self.net.vocabulary, self.net.width)),
            layers: self.linears().map(linear).collect(),
        }
    }

    fn logits(&self, tensors: &Tensors<D>, batch: &Batch) -> Table<D, Tape<D>> {
        let (per_row, places) = (self.net.sequence * self.net.width, batch.rows * self.net.sequence);
        let tokens: Vec<usize> = batch.tokens().iter().map(|&token| token as usize).collect();
        let tokens = self.device.tensor_from_vec(tokens, (places,));
        let mut x: Table<D, Tape<D>> = tensors.embedding.leaky_trace().gather(tokens);
        for (l, (weight, bias)) in tensors.layers.iter().enumerate() {
            let product = x.matmul(weight.clone().permute::<_, Axes2<1, 0>>());
            let shape = *product.shape();
            x = product + bias.clone().broadcast_like::<_, Axis<0>>(&shape);
            if l < self.net.layers {
                let mut factors = vec![1.0; places * self.net.width];
                if let Some(dropout) = batch.dropout {
                    dropout.apply(&mut factors, per_row, l as u64, self.net.dropout);
                }
                x = x.relu() * self.device.tensor_from_vec(factors, shape);
            }
        }
        x
    }
}

impl<D: Device<f32>> Network for PlainTokenMlp<D> {
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Score {
        let tensors = self.tensors(parameters);
        let logits = self.logits(&tensors, batch);
        let total = Loss::CrossEntropy.score(&logits.as_vec(), batch.targets, self.net.vocabulary);
        let targets: Vec<usize> = batch.classes().iter().map(|&target| target as usize).collect();
        let targets = self.device.tensor_from_vec(targets, (batch.n_targets(),));
        let chosen: Tensor<(usize,), f32, D, Tape<D>> = logits.log_softmax::<Axis<1>>().select(targets);
        let gradients = chosen.mean().negate().backward();
        gradients.get(&tensors.embedding).copy_into(&mut gradient[self.places.embedding.clone()]);
        for (linear, (weight, bias)) in self.linears().zip(&tensors.layers) {
            gradients.get(weight).copy_into(&mut gradient[linear.weight.clone()]);
            gradients.get(bias).copy_into(&mut gradient[linear.bias.clone()]);
        }
        total
    }

    fn score(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        let batch = Batch { dropout: None, ..*batch };
        let logits = self.logits(&self.tensors(parameters), &batch);
        Loss::CrossEntropy.score(&logits.as_vec(), batch.targets, self.net.vocabulary)
    }
}
