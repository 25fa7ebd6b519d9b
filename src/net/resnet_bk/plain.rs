//! ResNet-BK in plain dfdx, one tensor operation a line: slower, obviously right, the oracle of the
//! fused form's tests and the road to CUDA.
//!
//! Every expert computes every place, and a mask keeps the one that was chosen. Two things happen on
//! the host whatever the device: the choice of the experts, which has no gradient, and the step from
//! potential to features, an operation of our own on the tape (exact gradient, in `f64`). On CUDA the
//! potential and its features are therefore copied to the host and back once a block and direction:
//! 12 bytes a token forward, 16 backward, little beside the work of a block but a wait each time.

use crate::net::batch::Batch;
use crate::net::network::Network;
use crate::net::resnet_bk::architecture::{Affine, BlockPlaces, Mixing, ResNetBk, ResNetBkPlaces};
use crate::net::resnet_bk::features::Features;
use crate::net::resnet_bk::routing::Gate;
use crate::net::resnet_bk::routing::Routing;
use crate::ops::loss::{Loss, Score};
use dfdx::prelude::*;
use std::ops::Range;

type Vector<D, T = NoneTape> = Tensor<(usize,), f32, D, T>;
type Matrix<D, T = NoneTape> = Tensor<(usize, usize), f32, D, T>;

/// A [`ResNetBk`] whose every step is dfdx's, on the device `D`.
#[derive(Debug)]
pub struct PlainResNetBk<D: Device<f32>> {
    device: D,
    shape: ResNetBk,
    places: ResNetBkPlaces,
}

/// A linear layer.
struct Linear<D: Device<f32>> {
    weight: Matrix<D>,
    bias: Vector<D>,
}

/// A layer normalization.
struct Norm<D: Device<f32>> {
    gain: Vector<D>,
    shift: Vector<D>,
}

struct Block<D: Device<f32>> {
    norm: Norm<D>,
    gate: Linear<D>,
    experts: Vec<[Linear<D>; 2]>,
    potential: Linear<D>,
    back: Linear<D>,
    scale: Tensor<Rank0, f32, D>,
}

/// What a block takes from the choice of its experts and from dropout: numbers without gradient.
struct Constants<D: Device<f32>> {
    /// The mask of every expert, `tokens × width`.
    masks: Vec<Matrix<D>>,
    /// The dropout factors of the hidden units.
    factors: Matrix<D>,
    /// The expert of every place.
    choice: Tensor<(usize,), usize, D>,
    /// What the load-balancing loss multiplies the probabilities with, `tokens × experts`.
    load: Matrix<D>,
}

struct Tensors<D: Device<f32>> {
    tokens: Matrix<D>,
    positions: Matrix<D>,
    blocks: Vec<Block<D>>,
    norm: Norm<D>,
    head: Linear<D>,
}

impl<D: Device<f32>> PlainResNetBk<D> {
    /// `shape` on this device.
    pub fn new(device: D, shape: &ResNetBk) -> Self {
        Self { device, shape: shape.clone(), places: shape.places().1 }
    }

    /// The logits of every place of a batch, `tokens × vocabulary`, dropout off.
    pub fn logits(&self, parameters: &[f32], batch: &Batch) -> Vec<f32> {
        let tensors = self.tensors(parameters);
        self.forward::<NoneTape>(&tensors, parameters, &Batch { dropout: None, ..*batch }).0.as_vec()
    }

    fn vector(&self, parameters: &[f32], place: &Range<usize>) -> Vector<D> {
        self.device.tensor_from_vec(parameters[place.clone()].to_vec(), (place.len(),))
    }

    fn matrix(&self, parameters: &[f32], place: &Range<usize>, columns: usize) -> Matrix<D> {
        let shape = (place.len() / columns, columns);
        self.device.tensor_from_vec(parameters[place.clone()].to_vec(), shape)
    }

    fn linear(&self, parameters: &[f32], at: &Affine) -> Linear<D> {
        let inputs = at.weight.len() / at.bias.len();
        Linear {
            weight: self.matrix(parameters, &at.weight, inputs),
            bias: self.vector(parameters, &at.bias),
        }
    }

    fn norm(&self, parameters: &[f32], at: &Affine) -> Norm<D> {
        Norm { gain: self.vector(parameters, &at.weight), shift: self.vector(parameters, &at.bias) }
    }

    fn tensors(&self, parameters: &[f32]) -> Tensors<D> {
        let (p, places, width) = (parameters, &self.places, self.shape.width);
        let block = |at: &BlockPlaces| Block {
            norm: self.norm(p, &at.norm),
            gate: self.linear(p, &at.gate),
            experts: at.experts.iter().map(|[up, down]| [self.linear(p, up), self.linear(p, down)]).collect(),
            potential: self.linear(p, &at.potential),
            back: self.linear(p, &at.back),
            scale: self.device.tensor_from_vec(vec![p[at.scale.start]], ()),
        };
        Tensors {
            tokens: self.matrix(p, &places.tokens, width),
            positions: self.matrix(p, &places.positions, width),
            blocks: places.blocks.iter().map(block).collect(),
            norm: self.norm(p, &places.norm),
            head: self.linear(p, &places.head),
        }
    }

    /// The logits of every place, and the load-balancing losses of all blocks.
    fn forward<T: Tape<f32, D>>(
        &self,
        tensors: &Tensors<D>,
        parameters: &[f32],
        batch: &Batch,
    ) -> (Matrix<D, T>, Tensor<Rank0, f32, D, T>) {
        let tokens: Vec<usize> = batch.tokens().iter().map(|&t| t as usize).collect();
        let sequence = tokens.len() / batch.rows;
        let positions: Vec<usize> = (0..tokens.len()).map(|i| i % sequence).collect();
        let size = (tokens.len(),);
        let embedded = tensors.tokens.retaped::<T>().gather(self.device.tensor_from_vec(tokens, size));
        let placed = tensors.positions.retaped::<T>().gather(self.device.tensor_from_vec(positions, size));
        let mut x = embedded + placed;
        let mut balance_loss = self.device.zeros::<Rank0>().put_tape(T::default());
        for (l, block) in tensors.blocks.iter().enumerate() {
            let z = normalized(x.retaped::<T>(), &block.norm);
            let Constants { masks, factors, choice, load } = self.constants(l, &z, parameters, batch);
            let expert = |e: usize, z: Matrix<D, T>| {
                let [up, down] = &block.experts[e];
                let hidden = applied(z, up).relu();
                let hidden = hidden * factors.clone();
                applied(hidden, down) * masks[e].clone()
            };
            let others: Vec<_> = (1..block.experts.len()).map(|e| expert(e, z.retaped::<T>())).collect();
            let logits = applied(z.retaped::<T>(), &block.gate);
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
                    let potential = applied(f.retaped::<T>(), &block.potential).clamp(-3.0, 3.0);
                    let work = Features::new(self.shape.form, self.shape.potential_gradient);
                    let back = applied(features(work, sequence, potential), &block.back);
                    let scale = block.scale.retaped::<T>().broadcast_like(back.shape());
                    x + f + scale * back
                }
            };
        }
        (applied(normalized(x, &tensors.norm), &tensors.head), balance_loss)
    }

    fn constants<T: Tape<f32, D>>(
        &self,
        l: usize,
        z: &Matrix<D, T>,
        parameters: &[f32],
        batch: &Batch,
    ) -> Constants<D> {
        let (at, width, experts) = (&self.places.blocks[l], self.shape.width, self.shape.experts);
        let z = z.as_vec();
        let tokens = z.len() / width;
        let mut routing = Routing::default();
        routing.choose(&z, &parameters[at.gate.weight.clone()], &parameters[at.gate.bias.clone()]);
        let mask = |e: usize| {
            let kept = |&choice: &u32| if choice as usize == e { 1.0 } else { 0.0 };
            let column: Vector<D> =
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
        let choice = routing.choice.iter().map(|&choice| choice as usize).collect();
        Constants {
            masks: (0..experts).map(mask).collect(),
            factors: self.device.tensor_from_vec(factors, (tokens, 2 * width)),
            choice: self.device.tensor_from_vec(choice, (tokens,)),
            load: self.device.tensor_from_vec(load, (tokens, experts)),
        }
    }
}

fn normalized<D: Device<f32>, T: Tape<f32, D>>(x: Matrix<D, T>, norm: &Norm<D>) -> Matrix<D, T> {
    let shape = *x.shape();
    let hat = x.normalize::<Axis<1>>(1e-5);
    let scaled = hat * norm.gain.retaped::<T>().broadcast_like::<_, Axis<0>>(&shape);
    scaled + norm.shift.retaped::<T>().broadcast_like::<_, Axis<0>>(&shape)
}

fn applied<D: Device<f32>, T: Tape<f32, D>>(x: Matrix<D, T>, linear: &Linear<D>) -> Matrix<D, T> {
    let product = x.matmul(linear.weight.retaped::<T>().permute::<_, Axes2<1, 0>>());
    let shape = *product.shape();
    product + linear.bias.retaped::<T>().broadcast_like::<_, Axis<0>>(&shape)
}

/// From the potential (`tokens × 1`) to the two features (`tokens × 2`), an operation of the tape.
fn features<D: Device<f32>, T: Tape<f32, D>>(
    mut work: Features,
    sequence: usize,
    v: Matrix<D, T>,
) -> Matrix<D, T> {
    let (v, mut tape) = v.split_tape();
    let device = v.device().clone();
    let potential = v.as_vec();
    let mut values = vec![0.0; 2 * potential.len()];
    for (out, potential) in values.chunks_exact_mut(2 * sequence).zip(potential.chunks_exact(sequence)) {
        work.forward(out, potential);
    }
    let out: Matrix<D> = device.tensor_from_vec(values, (potential.len(), 2));
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
        let slope: Matrix<D> = device.tensor_from_vec(slope, *v.shape());
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
        let targets: Vec<usize> = batch.classes().iter().map(|&t| t as usize).collect();
        let size = (targets.len(),);
        let chosen: Vector<D, _> =
            logits.log_softmax::<Axis<1>>().select(self.device.tensor_from_vec(targets, size));
        let gradients = (balance_loss - chosen.mean::<Rank0, _>()).backward();
        gradient.fill(0.0);
        self.collect(&tensors, &gradients, gradient);
        total
    }

    fn score(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        Loss::CrossEntropy.score(&self.logits(parameters, batch), batch.targets, self.shape.vocabulary)
    }
}

impl<D: Device<f32>> PlainResNetBk<D> {
    /// Copies the gradient of every tensor that has one to its place.
    fn collect(&self, tensors: &Tensors<D>, from: &Gradients<f32, D>, into: &mut [f32]) {
        let mut linear = |linear: &Linear<D>, at: &Affine| {
            from.get(&linear.weight).copy_into(&mut into[at.weight.clone()]);
            from.get(&linear.bias).copy_into(&mut into[at.bias.clone()]);
        };
        linear(&tensors.head, &self.places.head);
        for (block, at) in tensors.blocks.iter().zip(&self.places.blocks) {
            for (expert, at) in block.experts.iter().flatten().zip(at.experts.iter().flatten()) {
                linear(expert, at);
            }
            if self.shape.gate != Gate::Untrained {
                linear(&block.gate, &at.gate);
            }
            if self.shape.mixing == Mixing::Resolvent {
                linear(&block.potential, &at.potential);
                linear(&block.back, &at.back);
            }
        }
        let mut norm = |norm: &Norm<D>, at: &Affine| {
            from.get(&norm.gain).copy_into(&mut into[at.weight.clone()]);
            from.get(&norm.shift).copy_into(&mut into[at.bias.clone()]);
        };
        norm(&tensors.norm, &self.places.norm);
        for (block, at) in tensors.blocks.iter().zip(&self.places.blocks) {
            norm(&block.norm, &at.norm);
        }
        if self.shape.mixing == Mixing::Resolvent {
            for (block, at) in tensors.blocks.iter().zip(&self.places.blocks) {
                from.get(&block.scale).copy_into(&mut into[at.scale.clone()]);
            }
        }
        from.get(&tensors.tokens).copy_into(&mut into[self.places.tokens.clone()]);
        from.get(&tensors.positions).copy_into(&mut into[self.places.positions.clone()]);
    }
}
