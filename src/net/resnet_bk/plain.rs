//! ResNet-BK in plain dfdx, one tensor operation a line: the reference of the fused form's tests, and what
//! trains on CUDA.
//!
//! Every expert computes every place, and a mask keeps the one that was chosen. Two things happen on
//! the host whatever the device: the choice of the experts, which has no gradient, and the step from
//! potential to features, an operation of our own on the tape (exact gradient, in `f64`). On CUDA the
//! potential and its features are therefore copied to the host and back once a block and direction:
//! 12 bytes a token forward, 16 backward, little beside the work of a block but a wait each time.

use crate::net::batch::Batch;
use crate::net::linear::Linear;
use crate::net::network::Network;
use crate::net::resnet_bk::features::Features;
use crate::net::resnet_bk::layers::{Mixing, ResNetBk, ResNetBkBlock, ResNetBkRanges};
use crate::net::resnet_bk::routing::{Gate, Routing};
use crate::net::tape::{
    Leaf, LinearLeaves, NormLeaves, Tensor0, Tensor1, Tensor2, indices, mean_cross_entropy,
};
use crate::ops::loss::{Loss, Score};
use dfdx::prelude::*;

/// A [`ResNetBk`] whose every step is dfdx's, on the device `D`.
#[derive(Debug)]
pub struct PlainResNetBk<D: Device<f32>> {
    device: D,
    shape: ResNetBk,
    ranges: ResNetBkRanges,
}

struct Block<D: Device<f32>> {
    norm: NormLeaves<D>,
    gate: LinearLeaves<D>,
    experts: Vec<[LinearLeaves<D>; 2]>,
    potential: LinearLeaves<D>,
    back: LinearLeaves<D>,
    scale: Leaf<Tensor0<D>>,
}

/// What a block takes from the choice of its experts and from dropout: numbers without gradient.
struct Constants<D: Device<f32>> {
    /// The mask of every expert, `tokens × width`.
    masks: Vec<Tensor2<D>>,
    /// The dropout factors of the hidden units.
    factors: Tensor2<D>,
    /// The expert of every place.
    choice: Tensor<(usize,), usize, D>,
    /// What the load-balancing loss multiplies the probabilities with, `tokens × experts`.
    load: Tensor2<D>,
}

struct Tensors<D: Device<f32>> {
    tokens: Leaf<Tensor2<D>>,
    positions: Leaf<Tensor2<D>>,
    blocks: Vec<Block<D>>,
    norm: NormLeaves<D>,
    head: LinearLeaves<D>,
}

impl<D: Device<f32>> PlainResNetBk<D> {
    /// `shape` on this device.
    pub fn new(device: D, shape: &ResNetBk) -> Self {
        Self { device, shape: shape.clone(), ranges: shape.laid_out().1 }
    }

    /// The logits of every place of a batch, `tokens × vocabulary`, dropout off.
    pub fn logits(&self, parameters: &[f32], batch: &Batch) -> Vec<f32> {
        let tensors = self.tensors(parameters);
        self.forward::<NoneTape>(&tensors, parameters, &Batch { dropout: None, ..*batch }).0.as_vec()
    }

    fn tensors(&self, parameters: &[f32]) -> Tensors<D> {
        let (device, ranges, width) = (&self.device, &self.ranges, self.shape.width);
        let linear = |linear: &Linear| LinearLeaves::new(device, parameters, linear);
        let block = |at: &ResNetBkBlock| Block {
            norm: NormLeaves::new(device, parameters, &at.norm),
            gate: linear(&at.gate),
            experts: at.experts.iter().map(|[up, down]| [linear(up), linear(down)]).collect(),
            potential: linear(&at.potential),
            back: linear(&at.back),
            scale: Leaf::scalar(device, parameters, at.scale.clone()),
        };
        Tensors {
            tokens: Leaf::table(device, parameters, ranges.tokens.clone(), width),
            positions: Leaf::table(device, parameters, ranges.positions.clone(), width),
            blocks: ranges.blocks.iter().map(block).collect(),
            norm: NormLeaves::new(device, parameters, &ranges.norm),
            head: linear(&ranges.head),
        }
    }

    /// The logits of every place, and the load-balancing losses of all blocks.
    fn forward<T: Tape<f32, D>>(
        &self,
        tensors: &Tensors<D>,
        parameters: &[f32],
        batch: &Batch,
    ) -> (Tensor2<D, T>, Tensor0<D, T>) {
        let (tokens, device) = (batch.tokens(), &self.device);
        let sequence = tokens.len() / batch.rows;
        let positions = indices(device, (0..tokens.len()).map(|i| (i % sequence) as u32));
        let embedded = tensors.tokens.tensor.retaped::<T>().gather(indices(device, tokens.iter().copied()));
        let placed = tensors.positions.tensor.retaped::<T>().gather(positions);
        let mut x = embedded + placed;
        let mut balance_loss = self.device.zeros::<Rank0>().put_tape(T::default());
        for (l, block) in tensors.blocks.iter().enumerate() {
            let z = block.norm.apply(x.retaped::<T>());
            let Constants { masks, factors, choice, load } = self.constants(l, &z, parameters, batch);
            let expert = |e: usize, z: Tensor2<D, T>| {
                let [up, down] = &block.experts[e];
                let hidden = up.apply(z).relu();
                let hidden = hidden * factors.clone();
                down.apply(hidden) * masks[e].clone()
            };
            let others: Vec<_> = (1..block.experts.len()).map(|e| expert(e, z.retaped::<T>())).collect();
            let logits = block.gate.apply(z.retaped::<T>());
            let mut f = others.into_iter().fold(expert(0, z), |sum, other| sum + other);
            if let Gate::Trained { balance } = self.shape.gate {
                let probabilities = logits.softmax::<Axis<1>>();
                let uneven = (probabilities.retaped::<T>() * load).sum::<Rank0, _>();
                balance_loss = balance_loss + uneven * balance;
                let shape = *f.shape();
                f = f * probabilities.select(choice).broadcast_like::<_, Axis<1>>(&shape);
            }
            x = match self.shape.mixing {
                Mixing::Off => x + f,
                Mixing::Resolvent => {
                    let potential = block.potential.apply(f.retaped::<T>()).clamp(-3.0, 3.0);
                    let work = Features::new(self.shape.form, self.shape.potential_gradient);
                    let back = block.back.apply(features(work, sequence, potential));
                    let scale = block.scale.tensor.retaped::<T>().broadcast_like(back.shape());
                    x + f + scale * back
                }
            };
        }
        (tensors.head.apply(tensors.norm.apply(x)), balance_loss)
    }

    fn constants<T: Tape<f32, D>>(
        &self,
        l: usize,
        z: &Tensor2<D, T>,
        parameters: &[f32],
        batch: &Batch,
    ) -> Constants<D> {
        let (at, width, experts) = (&self.ranges.blocks[l], self.shape.width, self.shape.experts);
        let z = z.as_vec();
        let tokens = z.len() / width;
        let mut routing = Routing::default();
        routing.choose(&z, &parameters[at.gate.weight.clone()], &parameters[at.gate.bias.clone()]);
        let mask = |e: usize| {
            let kept = |&choice: &u32| if choice as usize == e { 1.0 } else { 0.0 };
            let column: Tensor1<D> =
                self.device.tensor_from_vec(routing.choice.iter().map(kept).collect(), (tokens,));
            column.broadcast_like::<_, Axis<1>>(&(tokens, width))
        };
        let mut factors = vec![1.0; tokens * 2 * width];
        if let Some(dropout) = batch.dropout {
            dropout.apply(&mut factors, tokens / batch.rows * 2 * width, l as u64, self.shape.dropout);
        }
        let mut load = Vec::new();
        for sequence in routing.choice.chunks(tokens / batch.rows) {
            let sent = |e: usize| sequence.iter().filter(|&&choice| choice as usize == e).count() as f32;
            let share = |e| experts as f32 * sent(e) / sequence.len() as f32 / tokens as f32;
            sequence.iter().for_each(|_| load.extend((0..experts).map(share)));
        }
        Constants {
            masks: (0..experts).map(mask).collect(),
            factors: self.device.tensor_from_vec(factors, (tokens, 2 * width)),
            choice: indices(&self.device, routing.choice.into_iter()),
            load: self.device.tensor_from_vec(load, (tokens, experts)),
        }
    }
}

/// From the potential (`tokens × 1`) to the two features (`tokens × 2`), an operation of the tape.
fn features<D: Device<f32>, T: Tape<f32, D>>(
    mut work: Features,
    sequence: usize,
    v: Tensor2<D, T>,
) -> Tensor2<D, T> {
    let (v, mut tape) = v.split_tape();
    let device = v.device().clone();
    let potential = v.as_vec();
    let mut values = vec![0.0; 2 * potential.len()];
    for (out, potential) in values.chunks_exact_mut(2 * sequence).zip(potential.chunks_exact(sequence)) {
        work.forward(out, potential);
    }
    let out: Tensor2<D> = device.tensor_from_vec(values, (potential.len(), 2));
    let traced = out.clone();
    tape.add_backward_op(move |gradients| {
        gradients.try_alloc_for(&traced)?;
        gradients.try_alloc_for(&v)?;
        let upper = gradients.get(&traced).as_vec();
        let mut slope = vec![0.0; potential.len()];
        for (i, potential) in potential.chunks_exact(sequence).enumerate() {
            let out = &mut slope[i * sequence..][..sequence];
            work.backward(out, potential, &upper[2 * i * sequence..][..2 * sequence]);
        }
        let slope: Tensor2<D> = device.tensor_from_vec(slope, *v.shape());
        let slope = slope + gradients.get(&v);
        // The way into a gradient's memory on any device: the gradient of Σ v · slope at v is slope.
        let mut linear = (v.leaky_trace() * slope).sum::<Rank0, _>().backward();
        *gradients.get_or_alloc_mut(&v)? = linear.get_or_alloc_mut(&v)?.clone();
        Ok(())
    });
    out.put_tape(tape)
}

impl<D: Device<f32>> Network for PlainResNetBk<D> {
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Score {
        let tensors = self.tensors(parameters);
        let (logits, balance_loss) = self.forward::<OwnedTape<f32, D>>(&tensors, parameters, batch);
        let total = Loss::CrossEntropy.score(&logits.as_vec(), batch.targets, self.shape.vocabulary);
        let gradients = (balance_loss + mean_cross_entropy(logits, batch.classes())).backward();
        gradient.fill(0.0);
        self.copy_gradients(&tensors, &gradients, gradient);
        total
    }

    fn evaluate(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        Loss::CrossEntropy.score(&self.logits(parameters, batch), batch.targets, self.shape.vocabulary)
    }
}

impl<D: Device<f32>> PlainResNetBk<D> {
    /// Copies the gradient of every tensor that has one to its range.
    fn copy_gradients(&self, tensors: &Tensors<D>, from: &Gradients<f32, D>, to: &mut [f32]) {
        tensors.tokens.copy_gradient(from, to);
        tensors.positions.copy_gradient(from, to);
        tensors.norm.copy_gradients(from, to);
        tensors.head.copy_gradients(from, to);
        for block in &tensors.blocks {
            block.norm.copy_gradients(from, to);
            block.experts.iter().flatten().for_each(|linear| linear.copy_gradients(from, to));
            if self.shape.gate != Gate::Untrained {
                block.gate.copy_gradients(from, to);
            }
            if self.shape.mixing == Mixing::Resolvent {
                block.potential.copy_gradients(from, to);
                block.back.copy_gradients(from, to);
                block.scale.copy_gradient(from, to);
            }
        }
    }
}
