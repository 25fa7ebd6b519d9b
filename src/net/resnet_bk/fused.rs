//! ResNet-BK on the CPU: a whole forward and backward pass on flat buffers that are allocated once.
//!
//! A batch is cut into `parts` runs of sequences (see [`crate::net::parts`]).

use crate::net::batch::Batch;
use crate::net::network::{LanguageModel, Network};
use crate::net::parts::Parts;
use crate::net::resnet_bk::block::{BlockScratch, BlockSpace};
use crate::net::resnet_bk::experts::BlockPass;
use crate::net::resnet_bk::layers::{ResNetBk, ResNetBkRanges};
use crate::ops::head::{Head, HeadGradient};
use crate::ops::layer::{add, look_up, scatter};
use crate::ops::loss::Score;
use std::ops::Range;

/// A [`ResNetBk`] with its work space.
#[derive(Debug)]
pub struct FusedResNetBk {
    shape: ResNetBk,
    ranges: ResNetBkRanges,
    parts: Parts<Part>,
}

/// The work space of one part of a batch.
#[derive(Debug)]
struct Part {
    /// Input of every block, and the output of the last, `tokens × width`.
    states: Vec<Vec<f32>>,
    blocks: Vec<BlockSpace>,
    scratch: BlockScratch,
    norm: Vec<[f32; 2]>,
    /// What the head sees, then the gradient there and further down.
    top: Vec<f32>,
    logits: Vec<f32>,
}

/// What a pass over one part of a batch reads.
struct Pass<'a> {
    shape: &'a ResNetBk,
    ranges: &'a ResNetBkRanges,
    parameters: &'a [f32],
    batch: Batch<'a>,
    /// One over the number of places of the whole batch.
    scale: f32,
}

impl FusedResNetBk {
    /// `shape` at work, each batch cut into `parts`.
    pub fn new(shape: &ResNetBk, parts: usize) -> Self {
        let part = || Part {
            states: vec![Vec::new(); shape.layers + 1],
            blocks: (0..shape.layers).map(|_| BlockSpace::default()).collect(),
            scratch: BlockScratch::new(shape),
            norm: Vec::new(),
            top: Vec::new(),
            logits: Vec::new(),
        };
        Self { shape: shape.clone(), ranges: shape.laid_out().1, parts: Parts::new(parts, part) }
    }

    /// How many places of a batch are sent to each expert of each block, dropout off.
    pub fn load(&mut self, parameters: &[f32], batch: &Batch) -> Vec<Vec<usize>> {
        let (shape, ranges, part) = (&self.shape, &self.ranges, self.parts.first());
        part.forward(&Pass {
            shape,
            ranges,
            parameters,
            batch: Batch { dropout: None, ..*batch },
            scale: 0.0,
        });
        part.blocks.iter().map(|block| block.experts.load().to_vec()).collect()
    }
}

impl Network for FusedResNetBk {
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Score {
        let (shape, ranges) = (&self.shape, &self.ranges);
        let scale = 1.0 / batch.n_targets() as f32;
        self.parts.gradient(batch, gradient, |part, batch, gradient| {
            let pass = Pass { shape, ranges, parameters, batch, scale };
            part.forward(&pass);
            part.backward(&pass, gradient)
        })
    }

    fn evaluate(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        let (shape, ranges) = (&self.shape, &self.ranges);
        self.parts.score(&Batch { dropout: None, ..*batch }, |part, batch| {
            let pass = Pass { shape, ranges, parameters, batch, scale: 0.0 };
            part.forward(&pass);
            pass.head().score(&part.top, batch.classes(), &mut part.logits)
        })
    }
}

impl LanguageModel for FusedResNetBk {
    fn logits(&mut self, parameters: &[f32], tokens: &[u32], places: Range<usize>) -> Vec<f32> {
        let (shape, ranges, part) = (&self.shape, &self.ranges, self.parts.first());
        let pass = Pass { shape, ranges, parameters, batch: Batch::of_sequence(tokens), scale: 0.0 };
        part.forward(&pass);
        pass.head().all_logits(&part.top[places.start * shape.width..places.end * shape.width])
    }
}

impl<'a> Pass<'a> {
    fn head(&self) -> Head<'a> {
        Head {
            weight: &self.parameters[self.ranges.head.weight.clone()],
            bias: Some(&self.parameters[self.ranges.head.bias.clone()]),
            width: self.shape.width,
            vocabulary: self.shape.vocabulary,
        }
    }

    /// Tokens of a sequence.
    fn sequence(&self) -> usize {
        self.batch.tokens().len() / self.batch.rows
    }

    fn block(&self, number: usize) -> BlockPass<'a> {
        BlockPass {
            shape: self.shape,
            number,
            ranges: &self.ranges.blocks[number],
            parameters: self.parameters,
            sequence: self.sequence(),
            dropout: self.batch.dropout,
            scale: self.scale,
        }
    }
}

impl Part {
    /// From the tokens to what the head sees.
    fn forward(&mut self, pass: &Pass) {
        let Pass { shape, ranges, parameters, batch, .. } = pass;
        let (tokens, d, sequence) = (batch.tokens(), shape.width, pass.sequence());
        assert!(sequence <= shape.sequence, "a sequence of {sequence} tokens, where {} fit", shape.sequence);
        let first = &mut self.states[0];
        first.resize(tokens.len() * d, 0.0);
        for row in first.chunks_exact_mut(sequence * d) {
            row.copy_from_slice(&parameters[ranges.positions.clone()][..sequence * d]);
        }
        look_up(first, &parameters[ranges.tokens.clone()], tokens, d);
        for (l, block) in self.blocks.iter_mut().enumerate() {
            let (below, above) = self.states.split_at_mut(l + 1);
            above[0].resize(tokens.len() * d, 0.0);
            block.forward(pass.block(l), &mut self.scratch, &below[l], &mut above[0]);
        }
        ranges.norm.forward(parameters, &self.states[shape.layers], &mut self.top, &mut self.norm);
    }

    /// From the head back to the embeddings; expects a gradient of zeros.
    fn backward(&mut self, pass: &Pass, gradient: &mut [f32]) -> Score {
        let Pass { shape, ranges, parameters, batch, scale } = pass;
        let (head, top) = (&ranges.head, &mut self.top);
        let (weight, bias) = gradient[head.weight.start..head.bias.end].split_at_mut(head.weight.len());
        let mut at_head = HeadGradient { weight, bias: Some(bias) };
        let score =
            pass.head().score_and_gradient(top, batch.classes(), *scale, &mut at_head, &mut self.logits);
        ranges.norm.backward(parameters, &self.states[shape.layers], &self.norm, top, gradient);
        for (l, block) in self.blocks.iter_mut().enumerate().rev() {
            block.backward(pass.block(l), &mut self.scratch, &self.states[l], top, gradient);
        }
        scatter(&mut gradient[ranges.tokens.clone()], top, batch.tokens(), shape.width);
        let row = pass.sequence() * shape.width;
        let positions = &mut gradient[ranges.positions.clone()][..row];
        top.chunks_exact(row).for_each(|grad| add(positions, grad));
        score
    }
}
