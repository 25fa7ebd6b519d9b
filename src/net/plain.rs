//! The MLP in plain dfdx, one tensor operation a line: slower, obviously right, the oracle of the
//! fused form's tests and the road to CUDA.

use crate::net::batch::{Batch, Targets};
use crate::net::mlp::{Layer, Mlp};
use crate::net::network::Network;
use crate::ops::loss::{Loss, Score};
use dfdx::losses::{cross_entropy_with_logits_loss, mse_loss};
use dfdx::prelude::*;

type Weights<D> = Tensor<(usize, usize), f32, D>;
type Biases<D> = Tensor<(usize,), f32, D>;

/// An [`Mlp`] whose every step is dfdx's, on device `D`.
pub struct PlainMlp<D> {
    device: D,
    layers: Vec<Layer>,
    inputs: usize,
    classes: usize,
    loss: Loss,
}

impl<D: Device<f32>> PlainMlp<D> {
    /// `mlp` on this device.
    pub fn new(device: D, mlp: &Mlp, loss: Loss) -> Self {
        Self { device, layers: mlp.layers(), inputs: mlp.inputs(), classes: mlp.classes(), loss }
    }

    fn tensors(&self, parameters: &[f32]) -> Vec<(Weights<D>, Biases<D>)> {
        let tensor = |layer: &Layer| {
            let weights = parameters[layer.weights.clone()].to_vec();
            let biases = parameters[layer.biases.clone()].to_vec();
            (
                self.device.tensor_from_vec(weights, (layer.outputs, layer.inputs)),
                self.device.tensor_from_vec(biases, (layer.outputs,)),
            )
        };
        self.layers.iter().map(tensor).collect()
    }

    fn inputs(&self, batch: &Batch) -> Tensor<(usize, usize), f32, D> {
        self.device.tensor_from_vec(batch.values().to_vec(), (batch.rows, self.inputs))
    }

    /// What should come out, `rows × classes`: classes as one-hot rows.
    fn wanted(&self, batch: &Batch) -> Vec<f32> {
        match batch.targets {
            Targets::Values(values) => values.to_vec(),
            Targets::Classes(labels) => {
                let mut one_hot = vec![0.0; batch.rows * self.classes];
                for (row, &label) in one_hot.chunks_exact_mut(self.classes).zip(labels) {
                    row[label as usize] = 1.0;
                }
                one_hot
            }
        }
    }
}

fn forward<D: Device<f32>, T: Tape<f32, D>>(
    layers: &[(Weights<D>, Biases<D>)],
    x: Tensor<(usize, usize), f32, D, T>,
) -> Tensor<(usize, usize), f32, D, T> {
    let mut x = x;
    for (l, (weights, biases)) in layers.iter().enumerate() {
        let (rows, outputs) = (x.shape().0, weights.shape().0);
        let product = x.matmul(weights.clone().permute::<_, Axes2<1, 0>>());
        x = product + biases.clone().broadcast_like::<_, Axis<0>>(&(rows, outputs));
        if l + 1 < layers.len() {
            x = x.relu();
        }
    }
    x
}

impl<D: Device<f32>> Network for PlainMlp<D> {
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Score {
        let tensors = self.tensors(parameters);
        let wanted = self.device.tensor_from_vec(self.wanted(batch), (batch.rows, self.classes));
        let outputs = forward(&tensors, self.inputs(batch).leaky_trace());
        let total = self.loss.score(&outputs.as_vec(), batch.targets, self.classes);
        let gradients = match self.loss {
            Loss::CrossEntropy => cross_entropy_with_logits_loss(outputs, wanted).backward(),
            Loss::SquaredError => mse_loss(outputs, wanted).backward(),
        };
        for ((weights, biases), layer) in tensors.iter().zip(&self.layers) {
            gradients.get(weights).copy_into(&mut gradient[layer.weights.clone()]);
            gradients.get(biases).copy_into(&mut gradient[layer.biases.clone()]);
        }
        total
    }

    fn score(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        let logits = forward(&self.tensors(parameters), self.inputs(batch));
        self.loss.score(&logits.as_vec(), batch.targets, self.classes)
    }
}
