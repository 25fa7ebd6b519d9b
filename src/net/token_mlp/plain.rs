//! The token MLP in plain dfdx, one tensor operation a line: the reference of the fused form's tests, and
//! what trains on CUDA.

use crate::net::batch::Batch;
use crate::net::network::Network;
use crate::net::tape::{Leaf, LinearLeaves, Tensor2, indices, mean_cross_entropy};
use crate::net::token_mlp::layers::{TokenMlp, TokenMlpRanges};
use crate::ops::loss::{Loss, Score};
use dfdx::prelude::*;

/// A [`TokenMlp`] whose every step is dfdx's.
pub struct PlainTokenMlp<D> {
    device: D,
    net: TokenMlp,
    ranges: TokenMlpRanges,
}

struct Tensors<D: Device<f32>> {
    embedding: Leaf<Tensor2<D>>,
    /// Every layer, and last the head.
    layers: Vec<LinearLeaves<D>>,
}

impl<D: Device<f32>> PlainTokenMlp<D> {
    /// `net` on a device of dfdx's.
    pub fn new(device: D, net: &TokenMlp) -> Self {
        Self { device, net: net.clone(), ranges: net.laid_out().1 }
    }

    fn tensors(&self, parameters: &[f32]) -> Tensors<D> {
        let layers = self.ranges.layers.iter().chain([&self.ranges.head]);
        Tensors {
            embedding: Leaf::table(&self.device, parameters, self.ranges.embedding.clone(), self.net.width),
            layers: layers.map(|layer| LinearLeaves::new(&self.device, parameters, layer)).collect(),
        }
    }

    fn logits(&self, tensors: &Tensors<D>, batch: &Batch) -> Tensor2<D, OwnedTape<f32, D>> {
        let (per_row, places) = (self.net.sequence * self.net.width, batch.rows * self.net.sequence);
        let tokens = indices(&self.device, batch.tokens().iter().copied());
        let mut x: Tensor2<D, OwnedTape<f32, D>> = tensors.embedding.tensor.leaky_trace().gather(tokens);
        for (l, layer) in tensors.layers.iter().enumerate() {
            x = layer.apply(x);
            if l < self.net.layers {
                let mut factors = vec![1.0; places * self.net.width];
                if let Some(dropout) = batch.dropout {
                    dropout.apply(&mut factors, per_row, l as u64, self.net.dropout);
                }
                let shape = *x.shape();
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
        let gradients = mean_cross_entropy(logits, batch.classes()).backward();
        tensors.embedding.copy_gradient(&gradients, gradient);
        tensors.layers.iter().for_each(|layer| layer.copy_gradients(&gradients, gradient));
        total
    }

    fn evaluate(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        let batch = Batch { dropout: None, ..*batch };
        let logits = self.logits(&self.tensors(parameters), &batch);
        Loss::CrossEntropy.score(&logits.as_vec(), batch.targets, self.net.vocabulary)
    }
}
