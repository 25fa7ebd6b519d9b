//! The transformer in plain dfdx, one tensor operation a line: the reference of the fused form's tests, and
//! what trains on CUDA.

use crate::net::batch::{Batch, Inputs};
use crate::net::linear::Linear;
use crate::net::network::Network;
use crate::net::tape::{Leaf, LinearLeaves, NormLeaves, Tensor1, Tensor2, indices, mean_cross_entropy};
use crate::net::transformer::layers::{Transformer, TransformerBlock, TransformerRanges};
use crate::ops::loss::{Loss, Score};
use dfdx::prelude::*;
use std::f32::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};
use std::ops::Range;

type Traced<D> = Tensor2<D, OwnedTape<f32, D>>;
type Heads<D> = Tensor<(usize, usize, usize, usize), f32, D, OwnedTape<f32, D>>;

/// A [`Transformer`] whose every step is dfdx's.
pub struct PlainTransformer<D> {
    device: D,
    net: Transformer,
    ranges: TransformerRanges,
}

impl<D: Device<f32>> Network for PlainTransformer<D> {
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Score {
        let tensors = self.tensors(parameters);
        let logits = self.logits(&tensors, batch);
        let total = Loss::CrossEntropy.score(&logits.as_vec(), batch.targets, self.net.vocabulary);
        let gradients = mean_cross_entropy(logits, batch.classes()).backward();
        tensors.copy_gradients(&gradients, gradient);
        total
    }

    fn evaluate(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        let batch = Batch { dropout: None, ..*batch };
        let logits = self.logits(&self.tensors(parameters), &batch);
        Loss::CrossEntropy.score(&logits.as_vec(), batch.targets, self.net.vocabulary)
    }
}

struct BlockTensors<D: Device<f32>> {
    norm1: NormLeaves<D>,
    /// Queries, keys and values, each a linear layer of its own.
    qkv: [LinearLeaves<D>; 3],
    out: LinearLeaves<D>,
    norm2: NormLeaves<D>,
    up: LinearLeaves<D>,
    down: LinearLeaves<D>,
}

struct Tensors<D: Device<f32>> {
    token: Leaf<Tensor2<D>>,
    position: Leaf<Tensor2<D>>,
    blocks: Vec<BlockTensors<D>>,
    norm: NormLeaves<D>,
    head: Leaf<Tensor2<D>>,
    head_bias: Option<Leaf<Tensor1<D>>>,
}

impl<D: Device<f32>> Tensors<D> {
    fn copy_gradients(&self, gradients: &Gradients<f32, D>, to: &mut [f32]) {
        self.token.copy_gradient(gradients, to);
        self.position.copy_gradient(gradients, to);
        for block in &self.blocks {
            block.norm1.copy_gradients(gradients, to);
            block.norm2.copy_gradients(gradients, to);
            let linears = block.qkv.iter().chain([&block.out, &block.up, &block.down]);
            linears.for_each(|linear| linear.copy_gradients(gradients, to));
        }
        self.norm.copy_gradients(gradients, to);
        self.head.copy_gradient(gradients, to);
        if let Some(bias) = &self.head_bias {
            bias.copy_gradient(gradients, to);
        }
    }
}

/// Queries, keys or values alone: one third of the outputs of a linear layer.
fn third(linear: &Linear, i: usize) -> Linear {
    let share = |range: &Range<usize>| {
        let len = range.len() / 3;
        range.start + i * len..range.start + (i + 1) * len
    };
    let (weight, bias) = (share(&linear.weight), share(&linear.bias));
    Linear { inputs: linear.inputs, outputs: linear.outputs / 3, weight, bias }
}

impl<D: Device<f32>> PlainTransformer<D> {
    /// `net` on a device of dfdx's.
    pub fn new(device: D, net: &Transformer) -> Self {
        Self { device, net: net.clone(), ranges: net.laid_out().1 }
    }

    fn block(&self, parameters: &[f32], block: &TransformerBlock) -> BlockTensors<D> {
        let linear = |linear: &Linear| LinearLeaves::new(&self.device, parameters, linear);
        let norm = |norm| NormLeaves::new(&self.device, parameters, norm);
        BlockTensors {
            norm1: norm(&block.norm1),
            qkv: [0, 1, 2].map(|i| linear(&third(&block.qkv, i))),
            out: linear(&block.out),
            norm2: norm(&block.norm2),
            up: linear(&block.up),
            down: linear(&block.down),
        }
    }

    fn tensors(&self, parameters: &[f32]) -> Tensors<D> {
        let (device, ranges) = (&self.device, &self.ranges);
        let table = |range: &Range<usize>| Leaf::table(device, parameters, range.clone(), self.net.width);
        Tensors {
            token: table(&ranges.token),
            position: table(&ranges.position),
            blocks: ranges.blocks.iter().map(|block| self.block(parameters, block)).collect(),
            norm: NormLeaves::new(device, parameters, &ranges.norm),
            head: table(&ranges.head),
            head_bias: ranges.head_bias.clone().map(|bias| Leaf::row(device, parameters, bias)),
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
    fn mask(&self) -> Tensor2<D> {
        let s = self.net.sequence;
        let mask = (0..s * s).map(|i| if i % s > i / s { -1e9 } else { 0.0 }).collect();
        self.device.tensor_from_vec(mask, (s, s))
    }

    fn attend(&self, l: usize, batch: &Batch, [q, k, v]: [Traced<D>; 3]) -> Traced<D> {
        let (rows, s, heads) = (batch.rows, self.net.sequence, self.net.heads);
        let d = self.net.width / heads;
        let split = |x: Traced<D>| -> Heads<D> {
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

    fn logits(&self, tensors: &Tensors<D>, batch: &Batch) -> Traced<D> {
        let s = self.net.sequence;
        let places = batch.rows * s;
        let positions = indices(&self.device, (0..places).map(|place| (place % s) as u32));
        let table = tensors.token.tensor.leaky_trace();
        let token: Traced<D> = match batch.inputs {
            Inputs::Tokens(tokens) => table.gather(indices(&self.device, tokens.iter().copied())),
            Inputs::Values(patches) => {
                let patches = self.device.tensor_from_vec(patches.to_vec(), (places, self.net.vocabulary));
                patches.put_tape(OwnedTape::default()).matmul(table)
            }
        };
        let position: Traced<D> = tensors.position.tensor.leaky_trace().gather(positions);
        let mut x = token + position;
        for (l, block) in tensors.blocks.iter().enumerate() {
            let normalized = block.norm1.apply(x.with_empty_tape());
            let q = block.qkv[0].apply(normalized.with_empty_tape());
            let k = block.qkv[1].apply(normalized.with_empty_tape());
            let v = block.qkv[2].apply(normalized);
            let attended = self.attend(l, batch, [q, k, v]);
            x = x + block.out.apply(attended);

            let hidden = gelu(block.up.apply(block.norm2.apply(x.with_empty_tape())));
            let factors = self.factors(batch, s * self.net.hidden(), 2 * l + 1);
            let factors = self.device.tensor_from_vec(factors, (places, self.net.hidden()));
            x = x + block.down.apply(hidden * factors);
        }
        if batch.n_targets() < places {
            x = x.gather(indices(&self.device, (1..=batch.rows).map(|row| (row * s - 1) as u32)));
        }
        let logits = tensors.norm.apply(x).matmul(tensors.head.tensor.clone().permute::<_, Axes2<1, 0>>());
        let shape = *logits.shape();
        match &tensors.head_bias {
            Some(bias) => logits + bias.tensor.clone().broadcast_like::<_, Axis<0>>(&shape),
            None => logits,
        }
    }
}

/// Exact GELU. The slope that dfdx 0.13.0 gives for it, Φ(x) + x exp(-x²/2) / √π, lacks a factor 1/√2 in its
/// second part; a term whose value is 0 and whose slope is the difference puts that right.
fn gelu<D: Device<f32>>(x: Traced<D>) -> Traced<D> {
    let excess = (1.0 - FRAC_1_SQRT_2) * FRAC_2_SQRT_PI / 2.0;
    let fixed_bell = (x.retaped::<NoneTape>().square() * -0.5).exp();
    let bell = (x.with_empty_tape().square() * -0.5).exp();
    x.accurate_gelu() + (bell - fixed_bell) * excess
}
