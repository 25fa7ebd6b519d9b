//! The MLP in plain dfdx, one tensor operation a line: the reference of the fused form's tests, and what
//! trains on CUDA.

use crate::net::batch::{Batch, Targets};
use crate::net::linear::Linear;
use crate::net::mlp::layers::Mlp;
use crate::net::network::Network;
use crate::net::tape::{LinearLeaves, Tensor2};
use crate::ops::loss::{Loss, Score};
use dfdx::losses::{cross_entropy_with_logits_loss, mse_loss};
use dfdx::prelude::*;

/// An [`Mlp`] whose every step is dfdx's, on device `D`.
pub struct PlainMlp<D> {
    device: D,
    mlp: Mlp,
    loss: Loss,
}

impl<D: Device<f32>> PlainMlp<D> {
    /// `mlp` on this device.
    pub fn new(device: D, mlp: &Mlp, loss: Loss) -> Self {
        Self { device, mlp: mlp.clone(), loss }
    }

    fn layers(&self, parameters: &[f32]) -> Vec<LinearLeaves<D>> {
        let layers = self.mlp.layers().into_iter();
        let layers = layers.map(|layer| Linear {
            inputs: layer.inputs,
            outputs: layer.outputs,
            weight: layer.weights,
            bias: layer.biases,
        });
        layers.map(|linear| LinearLeaves::new(&self.device, parameters, &linear)).collect()
    }

    fn inputs(&self, batch: &Batch) -> Tensor2<D> {
        self.device.tensor_from_vec(batch.values().to_vec(), (batch.rows, self.mlp.inputs()))
    }

    /// What should come out, `rows × classes`: classes as one-hot rows.
    fn targets(&self, batch: &Batch) -> Tensor2<D> {
        let classes = self.mlp.classes();
        let targets = match batch.targets {
            Targets::Values(values) => values.to_vec(),
            Targets::Classes(labels) => {
                let mut one_hot = vec![0.0; batch.rows * classes];
                for (row, &label) in one_hot.chunks_exact_mut(classes).zip(labels) {
                    row[label as usize] = 1.0;
                }
                one_hot
            }
        };
        self.device.tensor_from_vec(targets, (batch.rows, classes))
    }
}

fn forward<D: Device<f32>, T: Tape<f32, D>>(layers: &[LinearLeaves<D>], x: Tensor2<D, T>) -> Tensor2<D, T> {
    let mut x = x;
    for (l, layer) in layers.iter().enumerate() {
        x = layer.apply(x);
        if l + 1 < layers.len() {
            x = x.relu();
        }
    }
    x
}

impl<D: Device<f32>> Network for PlainMlp<D> {
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Score {
        let layers = self.layers(parameters);
        let outputs = forward(&layers, self.inputs(batch).leaky_trace());
        let total = self.loss.score(&outputs.as_vec(), batch.targets, self.mlp.classes());
        let gradients = match self.loss {
            Loss::CrossEntropy => cross_entropy_with_logits_loss(outputs, self.targets(batch)).backward(),
            Loss::SquaredError => mse_loss(outputs, self.targets(batch)).backward(),
        };
        layers.iter().for_each(|layer| layer.copy_gradients(&gradients, gradient));
        total
    }

    fn evaluate(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        let outputs = forward(&self.layers(parameters), self.inputs(batch));
        self.loss.score(&outputs.as_vec(), batch.targets, self.mlp.classes())
    }
}
