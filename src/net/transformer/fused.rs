//! The transformer on the CPU: a whole forward and backward pass on flat buffers that are kept between steps.

use crate::net::batch::{Batch, Inputs};
use crate::net::network::{LanguageModel, Network};
use crate::net::parts::Parts;
use crate::net::transformer::layers::{Transformer, TransformerRanges};
use crate::ops::attention::{Attention, AttentionSpace};
use crate::ops::gelu::{gelu, gelu_backward};
use crate::ops::head::{Head, HeadGradient};
use crate::ops::layer::{add, look_up, scatter};
use crate::ops::loss::Score;
use crate::ops::matmul::{Matrix, Write, matmul};
use std::ops::Range;

/// A [`Transformer`] with its work space.
#[derive(Debug)]
pub struct FusedTransformer {
    net: Transformer,
    ranges: TransformerRanges,
    parts: Parts<Part>,
}

/// The work space of one part of a batch.
#[derive(Debug, Default)]
struct Part {
    blocks: Vec<BlockSpace>,
    /// What the last block yields, normalized, and how.
    x: Vec<f32>,
    normalized: Vec<f32>,
    saved: Vec<[f32; 2]>,
    /// The gradient at the sum of the branches.
    grad_out: Vec<f32>,
    scratch: Scratch,
    logits: Vec<f32>,
}

/// Work space that all blocks of a part share.
#[derive(Debug, Default)]
struct Scratch {
    /// The input of a branch, normalized.
    normalized: Vec<f32>,
    attention: AttentionSpace,
    /// Hidden units after GELU and dropout.
    active: Vec<f32>,
    /// Gradients at a block's branch, and inside it.
    grad_branch: Vec<f32>,
    grad_inner: Vec<f32>,
}

/// What one block keeps for its backward pass; what follows from it at little cost is computed again.
#[derive(Debug, Default)]
struct BlockSpace {
    /// Input of the attention's branch, and how it is normalized.
    x1: Vec<f32>,
    saved1: Vec<[f32; 2]>,
    qkv: Vec<f32>,
    attended: Vec<f32>,
    /// Input of the MLP's branch, and how it is normalized.
    x2: Vec<f32>,
    saved2: Vec<[f32; 2]>,
    /// Hidden units before GELU and dropout.
    hidden: Vec<f32>,
}

impl FusedTransformer {
    /// `net` at work, each batch cut into `parts`.
    pub fn new(net: &Transformer, parts: usize) -> Self {
        Self { net: net.clone(), ranges: net.laid_out().1, parts: Parts::new(parts, Part::default) }
    }
}

/// What a pass over one part of a batch reads.
struct Pass<'a> {
    net: &'a Transformer,
    ranges: &'a TransformerRanges,
    parameters: &'a [f32],
    batch: Batch<'a>,
}

impl Network for FusedTransformer {
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Score {
        let scale = 1.0 / batch.n_targets() as f32;
        let (net, ranges) = (&self.net, &self.ranges);
        self.parts.gradient(batch, gradient, |part, batch, gradient| {
            let pass = Pass { net, ranges, parameters, batch };
            part.forward(&pass);
            let (x, logits) = (&mut part.normalized, &mut part.logits);
            let mut at_head = ranges.head_gradient(gradient);
            let score = pass.head().score_and_gradient(x, batch.classes(), scale, &mut at_head, logits);
            part.backward(&pass, gradient);
            score
        })
    }

    fn evaluate(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        let (net, ranges) = (&self.net, &self.ranges);
        let batch = Batch { dropout: None, ..*batch };
        self.parts.score(&batch, |part, batch| {
            let pass = Pass { net, ranges, parameters, batch };
            part.forward(&pass);
            pass.head().score(&part.normalized, batch.classes(), &mut part.logits)
        })
    }
}

impl LanguageModel for FusedTransformer {
    fn logits(&mut self, parameters: &[f32], tokens: &[u32], range: Range<usize>) -> Vec<f32> {
        let (net, ranges, part) = (&self.net, &self.ranges, self.parts.first());
        let pass = Pass { net, ranges, parameters, batch: Batch::of_sequence(tokens) };
        part.forward(&pass);
        pass.head().all_logits(&part.normalized[range.start * net.width..range.end * net.width])
    }
}

impl TransformerRanges {
    /// Where the head's gradients go.
    fn head_gradient<'a>(&self, gradient: &'a mut [f32]) -> HeadGradient<'a> {
        let (weight, bias) = gradient[self.head.start..].split_at_mut(self.head.len());
        HeadGradient { weight, bias: self.head_bias.as_ref().map(|_| bias) }
    }
}

impl<'a> Pass<'a> {
    fn head(&self) -> Head<'a> {
        Head {
            weight: &self.parameters[self.ranges.head.clone()],
            bias: self.ranges.head_bias.clone().map(|bias| &self.parameters[bias]),
            width: self.net.width,
            vocabulary: self.net.vocabulary,
        }
    }

    /// Places of all rows.
    fn n_places(&self) -> usize {
        match self.batch.inputs {
            Inputs::Tokens(tokens) => tokens.len(),
            Inputs::Values(patches) => patches.len() / self.net.vocabulary,
        }
    }

    /// Places of one row.
    fn sequence(&self) -> usize {
        self.n_places() / self.batch.rows
    }

    /// Whether only the last place of every row answers.
    fn answers_last(&self) -> bool {
        self.batch.n_targets() < self.n_places()
    }

    /// Where the last place of every row lies among the places' numbers.
    fn last_places(&self) -> impl Iterator<Item = Range<usize>> {
        let (sequence, width) = (self.sequence(), self.net.width);
        (1..=self.batch.rows).map(move |row| (row * sequence - 1) * width..row * sequence * width)
    }

    /// The attention of block `l`, whose dropout has site `2l`; the MLP's has `2l + 1`.
    fn attention(&self, l: usize) -> Attention {
        let dropout = self.batch.dropout.map(|dropout| (dropout, 2 * l as u64, self.net.dropout));
        Attention { sequence: self.sequence(), width: self.net.width, heads: self.net.heads, dropout }
    }

    /// Drops hidden units of the MLP of block `l`, or their gradients.
    fn drop_hidden(&self, l: usize, x: &mut [f32]) {
        if let Some(dropout) = self.batch.dropout {
            let per_row = self.sequence() * self.net.hidden();
            dropout.apply(x, per_row, 2 * l as u64 + 1, self.net.dropout);
        }
    }
}

impl Part {
    /// Leaves the normalized output of the last block in `normalized`, of those places that answer.
    fn forward(&mut self, pass: &Pass) {
        let Pass { net, ranges, parameters, batch } = pass;
        let sequence = pass.sequence();
        assert!(sequence <= net.sequence, "a sequence of {sequence} places, where {} fit", net.sequence);
        self.x.clear();
        for _ in 0..batch.rows {
            self.x.extend_from_slice(&parameters[ranges.position.clone()][..sequence * net.width]);
        }
        let table = &parameters[ranges.token.clone()];
        match batch.inputs {
            Inputs::Tokens(tokens) => look_up(&mut self.x, table, tokens, net.width),
            Inputs::Values(patches) => {
                let patches = Matrix::new(patches, pass.n_places(), net.vocabulary);
                matmul(&mut self.x, patches, Matrix::new(table, net.vocabulary, net.width), Write::Add);
            }
        }
        self.blocks.resize_with(net.layers, BlockSpace::default);
        for (l, space) in self.blocks.iter_mut().enumerate() {
            space.forward(pass, l, &mut self.x, &mut self.scratch);
        }
        ranges.norm.forward(parameters, &self.x, &mut self.normalized, &mut self.saved);
        if pass.answers_last() {
            for (row, last) in pass.last_places().enumerate() {
                self.normalized.copy_within(last, row * net.width);
            }
            self.normalized.truncate(batch.rows * net.width);
        }
    }

    /// Expects the gradient of the loss where the normalized output was.
    fn backward(&mut self, pass: &Pass, gradient: &mut [f32]) {
        let ranges = pass.ranges;
        if pass.answers_last() {
            self.grad_out.clear();
            self.grad_out.resize(pass.n_places() * pass.net.width, 0.0);
            for (answer, last) in self.normalized.chunks_exact(pass.net.width).zip(pass.last_places()) {
                self.grad_out[last].copy_from_slice(answer);
            }
        } else {
            std::mem::swap(&mut self.grad_out, &mut self.normalized);
        }
        ranges.norm.backward(pass.parameters, &self.x, &self.saved, &mut self.grad_out, gradient);
        for (l, space) in self.blocks.iter_mut().enumerate().rev() {
            space.backward(pass, l, &mut self.grad_out, &mut self.scratch, gradient);
        }
        let table = &mut gradient[ranges.token.clone()];
        match pass.batch.inputs {
            Inputs::Tokens(tokens) => scatter(table, &self.grad_out, tokens, pass.net.width),
            Inputs::Values(patches) => {
                let patches = Matrix::new(patches, pass.n_places(), pass.net.vocabulary);
                let grad_out = Matrix::new(&self.grad_out, pass.n_places(), pass.net.width);
                matmul(table, patches.t(), grad_out, Write::Add);
            }
        }
        let row = pass.sequence() * pass.net.width;
        let positions = &mut gradient[ranges.position.clone()][..row];
        self.grad_out.chunks_exact(row).for_each(|grad_out| add(positions, grad_out));
    }
}

impl BlockSpace {
    /// Turns the input `x` of block `l` into its output.
    fn forward(&mut self, pass: &Pass, l: usize, x: &mut Vec<f32>, scratch: &mut Scratch) {
        let (block, parameters) = (&pass.ranges.blocks[l], pass.parameters);
        self.x1.clone_from(x);
        block.norm1.forward(parameters, x, &mut scratch.normalized, &mut self.saved1);
        block.qkv.forward_into(parameters, &scratch.normalized, &mut self.qkv);
        self.attended.resize(x.len(), 0.0);
        pass.attention(l).forward(&mut self.attended, &self.qkv, &mut scratch.attention);
        block.out.forward(parameters, &self.attended, x);
        add(x, &self.x1);

        self.x2.clone_from(x);
        block.norm2.forward(parameters, x, &mut scratch.normalized, &mut self.saved2);
        block.up.forward_into(parameters, &scratch.normalized, &mut self.hidden);
        self.activate(pass, l, &mut scratch.active);
        block.down.forward(parameters, &scratch.active, x);
        add(x, &self.x2);
    }

    /// The hidden units of block `l` after GELU and dropout.
    fn activate(&self, pass: &Pass, l: usize, active: &mut Vec<f32>) {
        active.resize(self.hidden.len(), 0.0);
        gelu(active, &self.hidden);
        pass.drop_hidden(l, active);
    }

    /// Turns the gradient `grad_out` at the output of block `l` into the one at its input.
    fn backward(
        &mut self,
        pass: &Pass,
        l: usize,
        grad_out: &mut [f32],
        scratch: &mut Scratch,
        gradient: &mut [f32],
    ) {
        let (block, parameters) = (&pass.ranges.blocks[l], pass.parameters);
        let Scratch { normalized, attention, active, grad_branch, grad_inner } = scratch;
        self.activate(pass, l, active);
        grad_inner.resize(self.hidden.len(), 0.0);
        grad_branch.resize(grad_out.len(), 0.0);
        block.down.backward(parameters, active, grad_out, gradient, grad_inner);
        pass.drop_hidden(l, grad_inner);
        gelu_backward(grad_inner, &self.hidden);
        block.norm2.forward(parameters, &self.x2, normalized, &mut self.saved2);
        block.up.backward(parameters, normalized, grad_inner, gradient, grad_branch);
        block.norm2.backward(parameters, &self.x2, &self.saved2, grad_branch, gradient);
        add(grad_out, grad_branch);

        block.out.backward(parameters, &self.attended, grad_out, gradient, grad_branch);
        grad_inner.resize(self.qkv.len(), 0.0);
        pass.attention(l).backward(grad_inner, grad_branch, &self.qkv, attention);
        block.norm1.forward(parameters, &self.x1, normalized, &mut self.saved1);
        block.qkv.backward(parameters, normalized, grad_inner, gradient, grad_branch);
        block.norm1.backward(parameters, &self.x1, &self.saved1, grad_branch, gradient);
        add(grad_out, grad_branch);
    }
}
