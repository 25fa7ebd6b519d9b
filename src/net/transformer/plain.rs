//! The transformer in plain dfdx, one tensor operation a line: slower, obviously right, the oracle of
//! the fused form's tests and the road to CUDA.

use crate::net::batch::{Batch, Inputs};
use crate::net::linear::Linear;
use crate::net::network::Network;
use crate::net::transformer::architecture::{DecoderBlock, Norm, Transformer, TransformerPlaces};
use crate::ops::loss::{Loss, Score};
use dfdx::prelude::*;
use std::f32::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};
use std::ops::Range;

type Tape<D> = OwnedTape<f32, D>;
type Row<D> = Tensor<(usize,), f32, D>;
type Table<D, T = NoneTape> = Tensor<(usize, usize), f32, D, T>;
type Heads<D, T = NoneTape> = Tensor<(usize, usize, usize, usize), f32, D, T>;

/// A [`Transformer`] whose every step is dfdx's.
pub struct PlainTransformer<D> {
    device: D,
    net: Transformer,
    places: TransformerPlaces,
}

impl<D: Device<f32>> Network for PlainTransformer<D> {
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Score {
        let tensors = self.tensors(parameters);
        let logits = self.logits(&tensors, batch);
        let total = Loss::CrossEntropy.score(&logits.as_vec(), batch.targets, self.net.vocabulary);
        let targets: Vec<usize> = batch.classes().iter().map(|&target| target as usize).collect();
        let targets = self.device.tensor_from_vec(targets, (batch.n_targets(),));
        let chosen: Tensor<(usize,), f32, D, Tape<D>> = logits.log_softmax::<Axis<1>>().select(targets);
        let gradients = chosen.mean().negate().backward();
        tensors.copy_gradients(&gradients, gradient);
        total
    }

    fn score(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        let batch = Batch { dropout: None, ..*batch };
        let logits = self.logits(&self.tensors(parameters), &batch);
        Loss::CrossEntropy.score(&logits.as_vec(), batch.targets, self.net.vocabulary)
    }
}

/// One tensor on the device and its place among the flat parameters.
struct Placed<T> {
    tensor: T,
    range: Range<usize>,
}

/// A weight and a bias, or a gain and a shift.
struct Pair<W, D: Device<f32>> {
    weight: Placed<W>,
    bias: Placed<Row<D>>,
}

struct BlockTensors<D: Device<f32>> {
    norm1: Pair<Row<D>, D>,
    /// Queries, keys and values, each a linear layer of its own.
    qkv: [Pair<Table<D>, D>; 3],
    out: Pair<Table<D>, D>,
    norm2: Pair<Row<D>, D>,
    up: Pair<Table<D>, D>,
    down: Pair<Table<D>, D>,
}

struct Tensors<D: Device<f32>> {
    token: Placed<Table<D>>,
    position: Placed<Table<D>>,
    blocks: Vec<BlockTensors<D>>,
    norm: Pair<Row<D>, D>,
    head: Placed<Table<D>>,
    head_bias: Option<Placed<Row<D>>>,
}

impl<S: Shape, D: Device<f32>> Placed<Tensor<S, f32, D>> {
    fn copy_gradient(&self, gradients: &Gradients<f32, D>, to: &mut [f32]) {
        gradients.get(&self.tensor).copy_into(&mut to[self.range.clone()]);
    }
}

impl<S: Shape, D: Device<f32>> Pair<Tensor<S, f32, D>, D> {
    fn copy_gradients(&self, gradients: &Gradients<f32, D>, to: &mut [f32]) {
        self.weight.copy_gradient(gradients, to);
        self.bias.copy_gradient(gradients, to);
    }
}

impl<D: Device<f32>> Tensors<D> {
    fn copy_gradients(&self, gradients: &Gradients<f32, D>, to: &mut [f32]) {
        self.token.copy_gradient(gradients, to);
        self.position.copy_gradient(gradients, to);
        for block in &self.blocks {
            block.norm1.copy_gradients(gradients, to);
            block.norm2.copy_gradients(gradients, to);
            let linears = block.qkv.iter().chain([&block.out, &block.up, &block.down]);
            linears.for_each(|pair| pair.copy_gradients(gradients, to));
        }
        self.norm.copy_gradients(gradients, to);
        self.head.copy_gradient(gradients, to);
        if let Some(bias) = &self.head_bias {
            bias.copy_gradient(gradients, to);
        }
    }
}

impl<D: Device<f32>> PlainTransformer<D> {
    /// `net` on a device of dfdx's.
    pub fn new(device: D, net: &Transformer) -> Self {
        Self { device, net: net.clone(), places: net.places().1 }
    }

    fn row(&self, parameters: &[f32], range: Range<usize>) -> Placed<Row<D>> {
        let tensor = self.device.tensor_from_vec(parameters[range.clone()].to_vec(), (range.len(),));
        Placed { tensor, range }
    }

    fn table(&self, parameters: &[f32], range: Range<usize>, columns: usize) -> Placed<Table<D>> {
        let shape = (range.len() / columns, columns);
        let tensor = self.device.tensor_from_vec(parameters[range.clone()].to_vec(), shape);
        Placed { tensor, range }
    }

    fn norm(&self, parameters: &[f32], norm: &Norm) -> Pair<Row<D>, D> {
        let weight = self.row(parameters, norm.gain.clone());
        Pair { weight, bias: self.row(parameters, norm.shift.clone()) }
    }

    /// The outputs of a linear layer in `shares` equal layers, the first outputs first.
    fn linear<const SHARES: usize>(
        &self,
        parameters: &[f32],
        linear: &Linear,
    ) -> [Pair<Table<D>, D>; SHARES] {
        std::array::from_fn(|i| {
            let share = |range: &Range<usize>| {
                let len = range.len() / SHARES;
                range.start + i * len..range.start + (i + 1) * len
            };
            let weight = self.table(parameters, share(&linear.weight), linear.inputs);
            Pair { weight, bias: self.row(parameters, share(&linear.bias)) }
        })
    }

    fn block(&self, parameters: &[f32], block: &DecoderBlock) -> BlockTensors<D> {
        let [out] = self.linear(parameters, &block.out);
        let [up] = self.linear(parameters, &block.up);
        let [down] = self.linear(parameters, &block.down);
        BlockTensors {
            norm1: self.norm(parameters, &block.norm1),
            qkv: self.linear(parameters, &block.qkv),
            out,
            norm2: self.norm(parameters, &block.norm2),
            up,
            down,
        }
    }

    fn tensors(&self, parameters: &[f32]) -> Tensors<D> {
        Tensors {
            token: self.table(parameters, self.places.token.clone(), self.net.width),
            position: self.table(parameters, self.places.position.clone(), self.net.width),
            blocks: self.places.blocks.iter().map(|block| self.block(parameters, block)).collect(),
            norm: self.norm(parameters, &self.places.norm),
            head: self.table(parameters, self.places.head.clone(), self.net.width),
            head_bias: self.places.head_bias.clone().map(|bias| self.row(parameters, bias)),
        }
    }

    /// What a site's numbers are multiplied with: 0 where dropped.
    fn factors(&self, batch: &Batch, per_row: usize, site: usize) -> Vec<f32> {
        let mut factors = vec![1.0; batch.rows * per_row];
        if let Some(dropout) = batch.dropout {
            dropout.apply(&mut factors, per_row, site as u64, self.net.dropout);
        }
        factors
    }

    /// 0 where a place (row) may look, and far below 0 where it would look ahead.
    fn mask(&self) -> Table<D> {
        let s = self.net.sequence;
        let mask = (0..s * s).map(|i| if i % s > i / s { -1e9 } else { 0.0 }).collect();
        self.device.tensor_from_vec(mask, (s, s))
    }

    fn attend(&self, l: usize, batch: &Batch, [q, k, v]: [Table<D, Tape<D>>; 3]) -> Table<D, Tape<D>> {
        let (rows, s, heads) = (batch.rows, self.net.sequence, self.net.heads);
        let d = self.net.width / heads;
        let split = |x: Table<D, Tape<D>>| -> Heads<D, Tape<D>> {
            x.reshape_like(&(rows, s, heads, d)).permute::<_, Axes4<0, 2, 1, 3>>()
        };
        let logits = split(q).matmul(split(k).permute::<_, Axes4<0, 1, 3, 2>>()) / (d as f32).sqrt();
        let mask = self.mask().broadcast_like::<_, Axes2<0, 1>>(&(rows, heads, s, s));
        let weights = (logits + mask).softmax::<Axis<3>>();
        let factors = self.factors(batch, heads * s * s, 2 * l);
        let factors = self.device.tensor_from_vec(factors, (rows, heads, s, s));
        let attended = (weights * factors).matmul(split(v));
        attended.permute::<_, Axes4<0, 2, 1, 3>>().reshape_like(&(rows * s, self.net.width))
    }

    fn logits(&self, tensors: &Tensors<D>, batch: &Batch) -> Table<D, Tape<D>> {
        let s = self.net.sequence;
        let places = batch.rows * s;
        let positions = self.device.tensor_from_vec((0..places).map(|place| place % s).collect(), (places,));
        let table = tensors.token.tensor.leaky_trace();
        let token: Table<D, Tape<D>> = match batch.inputs {
            Inputs::Tokens(tokens) => {
                let tokens = tokens.iter().map(|&token| token as usize).collect();
                table.gather(self.device.tensor_from_vec(tokens, (places,)))
            }
            Inputs::Values(patches) => {
                let patches = self.device.tensor_from_vec(patches.to_vec(), (places, self.net.vocabulary));
                patches.put_tape(OwnedTape::default()).matmul(table)
            }
        };
        let position: Table<D, Tape<D>> = tensors.position.tensor.leaky_trace().gather(positions);
        let mut x = token + position;
        for (l, block) in tensors.blocks.iter().enumerate() {
            let normalized = normalize(x.with_empty_tape(), &block.norm1);
            let q = linear(normalized.with_empty_tape(), &block.qkv[0]);
            let k = linear(normalized.with_empty_tape(), &block.qkv[1]);
            let v = linear(normalized, &block.qkv[2]);
            let attended = self.attend(l, batch, [q, k, v]);
            x = x + linear(attended, &block.out);

            let hidden = gelu(linear(normalize(x.with_empty_tape(), &block.norm2), &block.up));
            let factors = self.factors(batch, s * self.net.hidden(), 2 * l + 1);
            let factors = self.device.tensor_from_vec(factors, (places, self.net.hidden()));
            x = x + linear(hidden * factors, &block.down);
        }
        if batch.n_targets() < places {
            let last = (1..=batch.rows).map(|row| row * s - 1).collect();
            x = x.gather(self.device.tensor_from_vec(last, (batch.rows,)));
        }
        let logits =
            normalize(x, &tensors.norm).matmul(tensors.head.tensor.clone().permute::<_, Axes2<1, 0>>());
        let shape = *logits.shape();
        match &tensors.head_bias {
            Some(bias) => logits + bias.tensor.clone().broadcast_like::<_, Axis<0>>(&shape),
            None => logits,
        }
    }
}

fn linear<D: Device<f32>>(x: Table<D, Tape<D>>, pair: &Pair<Table<D>, D>) -> Table<D, Tape<D>> {
    let product = x.matmul(pair.weight.tensor.clone().permute::<_, Axes2<1, 0>>());
    let shape = *product.shape();
    product + pair.bias.tensor.clone().broadcast_like::<_, Axis<0>>(&shape)
}

fn normalize<D: Device<f32>>(x: Table<D, Tape<D>>, norm: &Pair<Row<D>, D>) -> Table<D, Tape<D>> {
    let shape = *x.shape();
    let scaled =
        x.normalize::<Axis<1>>(1e-5) * norm.weight.tensor.clone().broadcast_like::<_, Axis<0>>(&shape);
    scaled + norm.bias.tensor.clone().broadcast_like::<_, Axis<0>>(&shape)
}

/// Exact GELU. The slope that dfdx 0.13.0 gives for it, Φ(x) + x exp(-x²/2) / √π, lacks a factor 1/√2 in its
/// second part; a term whose value is 0 and whose slope is the difference puts that right.
fn gelu<D: Device<f32>>(x: Table<D, Tape<D>>) -> Table<D, Tape<D>> {
    let excess = (1.0 - FRAC_1_SQRT_2) * FRAC_2_SQRT_PI / 2.0;
    let fixed_bell = (x.retaped::<NoneTape>().square() * -0.5).exp();
    let bell = (x.with_empty_tape().square() * -0.5).exp();
    x.accurate_gelu() + (bell - fixed_bell) * excess
}
