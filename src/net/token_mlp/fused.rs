//! The token MLP on the CPU: a whole forward and backward pass on flat buffers that are kept between steps.

use crate::net::batch::Batch;
use crate::net::network::{LanguageModel, Network};
use crate::net::parts::Parts;
use crate::net::token_mlp::layers::{TokenMlp, TokenMlpRanges};
use crate::ops::head::{Head, HeadGradient};
use crate::ops::layer::{look_up, relu, relu_backward, scatter};
use crate::ops::loss::Score;
use std::ops::Range;

/// A [`TokenMlp`] with its work space.
#[derive(Debug)]
pub struct FusedTokenMlp {
    net: TokenMlp,
    ranges: TokenMlpRanges,
    parts: Parts<Part>,
}

/// The work space of one part of a batch.
#[derive(Debug, Default)]
struct Part {
    /// The embedded tokens, then the output of every layer.
    x: Vec<Vec<f32>>,
    /// Gradient at the output of the layer at hand, and at its input.
    grad_out: Vec<f32>,
    grad_in: Vec<f32>,
    logits: Vec<f32>,
}

impl FusedTokenMlp {
    /// `net` at work, each batch cut into `parts`.
    pub fn new(net: &TokenMlp, parts: usize) -> Self {
        Self { net: net.clone(), ranges: net.laid_out().1, parts: Parts::new(parts, Part::default) }
    }
}

/// What a pass over one part of a batch reads.
struct Pass<'a> {
    net: &'a TokenMlp,
    ranges: &'a TokenMlpRanges,
    parameters: &'a [f32],
    batch: Batch<'a>,
}

impl Network for FusedTokenMlp {
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Score {
        let scale = 1.0 / batch.n_targets() as f32;
        let (net, ranges) = (&self.net, &self.ranges);
        self.parts.gradient(batch, gradient, |part, batch, gradient| {
            let pass = Pass { net, ranges, parameters, batch };
            part.forward(&pass);
            part.grad_out.clone_from(&part.x[net.layers]);
            let (_, head) = gradient.split_at_mut(ranges.head.weight.start);
            let (weight, bias) = head.split_at_mut(ranges.head.weight.len());
            let mut head_gradient = HeadGradient { weight, bias: Some(bias) };
            let (x, logits) = (&mut part.grad_out, &mut part.logits);
            let score = pass.head().score_and_gradient(x, batch.classes(), scale, &mut head_gradient, logits);
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
            pass.head().score(&part.x[net.layers], batch.classes(), &mut part.logits)
        })
    }
}

impl LanguageModel for FusedTokenMlp {
    fn logits(&mut self, parameters: &[f32], tokens: &[u32], range: Range<usize>) -> Vec<f32> {
        let (net, ranges, part) = (&self.net, &self.ranges, self.parts.first());
        let pass = Pass { net, ranges, parameters, batch: Batch::of_sequence(tokens) };
        part.forward(&pass);
        pass.head().all_logits(&part.x[net.layers][range.start * net.width..range.end * net.width])
    }
}

impl<'a> Pass<'a> {
    fn head(&self) -> Head<'a> {
        Head {
            weight: &self.parameters[self.ranges.head.weight.clone()],
            bias: Some(&self.parameters[self.ranges.head.bias.clone()]),
            width: self.net.width,
            vocabulary: self.net.vocabulary,
        }
    }

    /// Drops units of layer `l`, or their gradients.
    fn drop(&self, l: usize, x: &mut [f32]) {
        if let Some(dropout) = self.batch.dropout {
            dropout.apply(x, x.len() / self.batch.rows, l as u64, self.net.dropout);
        }
    }
}

impl Part {
    fn forward(&mut self, pass: &Pass) {
        let Pass { net, ranges, parameters, batch } = pass;
        let tokens = batch.tokens();
        self.x.resize(net.layers + 1, Vec::new());
        self.x[0].clear();
        self.x[0].resize(tokens.len() * net.width, 0.0);
        look_up(&mut self.x[0], &parameters[ranges.embedding.clone()], tokens, net.width);
        for (l, layer) in ranges.layers.iter().enumerate() {
            let (below, rest) = self.x.split_at_mut(l + 1);
            layer.forward_into(parameters, &below[l], &mut rest[0]);
            relu(&mut rest[0]);
            pass.drop(l, &mut rest[0]);
        }
    }

    /// Expects the gradient at the last layer's output in `grad_out`.
    fn backward(&mut self, pass: &Pass, gradient: &mut [f32]) {
        let ranges = pass.ranges;
        for (l, layer) in ranges.layers.iter().enumerate().rev() {
            pass.drop(l, &mut self.grad_out);
            relu_backward(&mut self.grad_out, &self.x[l + 1]);
            self.grad_in.resize(self.x[l].len(), 0.0);
            layer.backward(pass.parameters, &self.x[l], &self.grad_out, gradient, &mut self.grad_in);
            std::mem::swap(&mut self.grad_in, &mut self.grad_out);
        }
        scatter(&mut gradient[ranges.embedding.clone()], &self.grad_out, pass.batch.tokens(), pass.net.width);
    }
}
