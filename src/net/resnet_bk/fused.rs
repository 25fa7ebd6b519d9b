//! ResNet-BK on the CPU: a whole forward and backward pass on flat buffers that are allocated once.
//!
//! A batch is cut into `parts` runs of sequences (see [`crate::net::parts`]).

use crate::net::batch::Batch;
use crate::net::network::{LanguageModel, Network};
use crate::net::parts::Parts;
use crate::net::resnet_bk::architecture::{ResNetBk, ResNetBkPlaces};
use crate::net::resnet_bk::block::{Block, Pass, Scratch, norm_backward};
use crate::ops::embedding::{look_up, scatter};
use crate::ops::head::{Head, HeadGradient};
use crate::ops::layer::add;
use crate::ops::layer_norm;
use crate::ops::loss::Score;
use std::ops::Range;

/// A [`ResNetBk`] with its work space.
#[derive(Debug)]
pub struct FusedResNetBk {
    shape: ResNetBk,
    places: ResNetBkPlaces,
    parts: Parts<Part>,
}

/// The work space of one part of a batch.
#[derive(Debug)]
struct Part {
    /// Input of every block, and the output of the last, `tokens × width`.
    states: Vec<Vec<f32>>,
    blocks: Vec<Block>,
    scratch: Scratch,
    norm: Vec<[f32; 2]>,
    /// What the head sees, then the gradient there and further down.
    top: Vec<f32>,
    logits: Vec<f32>,
}

impl FusedResNetBk {
    /// `shape` at work, each batch cut into `parts`.
    pub fn new(shape: &ResNetBk, parts: usize) -> Self {
        let part = || Part {
            states: vec![Vec::new(); shape.layers + 1],
            blocks: (0..shape.layers).map(|_| Block::default()).collect(),
            scratch: Scratch::new(shape),
            norm: Vec::new(),
            top: Vec::new(),
            logits: Vec::new(),
        };
        Self { shape: shape.clone(), places: shape.places().1, parts: Parts::new(parts, part) }
    }
}

impl Network for FusedResNetBk {
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Score {
        let scale = 1.0 / batch.n_targets() as f32;
        let (shape, places) = (&self.shape, &self.places);
        self.parts.gradient(batch, gradient, |part, piece, gradient| {
            part.forward(shape, places, parameters, &piece);
            part.backward(shape, places, parameters, &piece, scale, gradient)
        })
    }

    fn score(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        let (shape, places) = (&self.shape, &self.places);
        self.parts.score(&Batch { dropout: None, ..*batch }, |part, piece| {
            part.forward(shape, places, parameters, &piece);
            head(shape, places, parameters).score(&part.top, piece.classes(), &mut part.logits)
        })
    }
}

impl LanguageModel for FusedResNetBk {
    fn logits(&mut self, parameters: &[f32], tokens: &[u32], range: Range<usize>) -> Vec<f32> {
        let (shape, places, part) = (&self.shape, &self.places, self.parts.first());
        part.forward(shape, places, parameters, &Batch::of_sequence(tokens));
        let seen = &part.top[range.start * shape.width..range.end * shape.width];
        head(shape, places, parameters).all_logits(seen)
    }
}

impl FusedResNetBk {
    /// How many places of a batch are sent to each expert of each block, dropout off.
    pub fn load(&mut self, parameters: &[f32], batch: &Batch) -> Vec<Vec<usize>> {
        let (shape, places, part) = (&self.shape, &self.places, self.parts.first());
        part.forward(shape, places, parameters, &Batch { dropout: None, ..*batch });
        part.blocks.iter().map(|block| block.load().to_vec()).collect()
    }
}

fn head<'a>(shape: &ResNetBk, places: &ResNetBkPlaces, parameters: &'a [f32]) -> Head<'a> {
    Head {
        weight: &parameters[places.head.weight.clone()],
        bias: Some(&parameters[places.head.bias.clone()]),
        width: shape.width,
        vocabulary: shape.vocabulary,
    }
}

impl Part {
    /// From the tokens to what the head sees.
    fn forward(&mut self, shape: &ResNetBk, places: &ResNetBkPlaces, parameters: &[f32], batch: &Batch) {
        let (tokens, d) = (batch.tokens(), shape.width);
        let sequence = tokens.len() / batch.rows;
        assert!(sequence <= shape.sequence, "a sequence of {sequence} tokens, where {} fit", shape.sequence);
        let first = &mut self.states[0];
        first.resize(tokens.len() * d, 0.0);
        for row in first.chunks_exact_mut(sequence * d) {
            row.copy_from_slice(&parameters[places.positions.clone()][..sequence * d]);
        }
        look_up(first, &parameters[places.tokens.clone()], tokens, d);
        for (l, block) in self.blocks.iter_mut().enumerate() {
            let (below, above) = self.states.split_at_mut(l + 1);
            let out = &mut above[0];
            out.resize(tokens.len() * d, 0.0);
            let pass = pass(shape, places, parameters, batch, l, 0.0);
            block.forward(pass, &mut self.scratch, &below[l], out);
        }
        self.top.resize(tokens.len() * d, 0.0);
        let (gain, shift) = (&parameters[places.norm.weight.clone()], &parameters[places.norm.bias.clone()]);
        layer_norm::forward(&mut self.top, &mut self.norm, &self.states[shape.layers], gain, shift);
    }

    /// From the head back to the embeddings; expects a gradient of zeros.
    fn backward(
        &mut self,
        shape: &ResNetBk,
        places: &ResNetBkPlaces,
        parameters: &[f32],
        batch: &Batch,
        scale: f32,
        gradient: &mut [f32],
    ) -> Score {
        let (tokens, d) = (batch.tokens(), shape.width);
        let (weight, bias) =
            gradient[places.head.weight.start..places.head.bias.end].split_at_mut(places.head.weight.len());
        let score = head(shape, places, parameters).score_and_gradient(
            &mut self.top,
            batch.classes(),
            scale,
            &mut HeadGradient { weight, bias: Some(bias) },
            &mut self.logits,
        );
        let last = &self.states[shape.layers];
        norm_backward(&mut self.top, last, &self.norm, &places.norm, parameters, gradient);
        for (l, block) in self.blocks.iter_mut().enumerate().rev() {
            let pass = pass(shape, places, parameters, batch, l, scale);
            block.backward(pass, &mut self.scratch, &self.states[l], &mut self.top, gradient);
        }
        scatter(&mut gradient[places.tokens.clone()], &self.top, tokens, d);
        let row = tokens.len() / batch.rows * d;
        let positions = &mut gradient[places.positions.clone()][..row];
        self.top.chunks_exact(row).for_each(|upper| add(positions, upper));
        score
    }
}

fn pass<'a>(
    shape: &'a ResNetBk,
    places: &'a ResNetBkPlaces,
    parameters: &'a [f32],
    batch: &Batch,
    number: usize,
    scale: f32,
) -> Pass<'a> {
    let sequence = batch.tokens().len() / batch.rows;
    let (places, dropout) = (&places.blocks[number], batch.dropout);
    Pass { shape, number, places, parameters, sequence, dropout, scale }
}
