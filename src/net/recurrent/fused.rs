//! The recurrent model on the CPU: a whole forward and backward pass on flat buffers allocated once.
//!
//! A batch is cut into `parts` runs of sequences (see [`crate::net::parts`]).

use crate::net::batch::Batch;
use crate::net::linear::Linear;
use crate::net::network::{LanguageModel, Network};
use crate::net::parts::Parts;
use crate::net::recurrent::layer::RecurrentLayer;
use crate::net::recurrent::layers::{Recurrent, RecurrentRanges};
use crate::ops::dropout::Dropout;
use crate::ops::head::{Head, HeadGradient};
use crate::ops::layer::{look_up, scatter};
use crate::ops::loss::Score;
use std::ops::Range;

/// A [`Recurrent`] with its work space.
#[derive(Debug)]
pub struct FusedRecurrent {
    parts: Parts<Part>,
}

/// The work space of one part of a batch.
#[derive(Debug)]
struct Part {
    net: Recurrent,
    ranges: RecurrentRanges,
    /// Tokens and targets ordered by time: step 0 of every row, then step 1, and so on.
    tokens: Vec<u32>,
    targets: Vec<u32>,
    layers: Vec<RecurrentLayer>,
    /// Output of the last layer, then the gradient at the output of the layer at hand.
    grad_out: Vec<f32>,
    logits: Vec<f32>,
}

impl FusedRecurrent {
    /// `net` at work, each batch cut into `parts`.
    pub fn new(net: &Recurrent, parts: usize) -> Self {
        Self { parts: Parts::new(parts, || Part::new(net)) }
    }
}

impl Network for FusedRecurrent {
    fn gradient(&mut self, parameters: &[f32], batch: &Batch, gradient: &mut [f32]) -> Score {
        let scale = 1.0 / batch.n_targets() as f32;
        let work =
            |part: &mut Part, piece: Batch, own: &mut [f32]| part.gradient(parameters, &piece, scale, own);
        self.parts.gradient(batch, gradient, work)
    }

    fn evaluate(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        self.parts.score(batch, |part, piece| part.score(parameters, &piece))
    }
}

impl LanguageModel for FusedRecurrent {
    fn logits(&mut self, parameters: &[f32], tokens: &[u32], places: Range<usize>) -> Vec<f32> {
        let part = self.parts.first();
        part.forward(parameters, &Batch::of_sequence(tokens), None);
        let width = part.net.width;
        let head = head(&part.net, &part.ranges, parameters);
        head.all_logits(&part.grad_out[places.start * width..places.end * width])
    }
}

impl Part {
    fn new(net: &Recurrent) -> Self {
        let ranges = net.laid_out().1;
        let layers =
            ranges.layers.iter().map(|layer| RecurrentLayer::new(net.cell, net.width, layer.clone()));
        Self {
            net: net.clone(),
            layers: layers.collect(),
            ranges,
            tokens: Vec::new(),
            targets: Vec::new(),
            grad_out: Vec::new(),
            logits: Vec::new(),
        }
    }

    fn score(&mut self, parameters: &[f32], batch: &Batch) -> Score {
        self.forward(parameters, batch, None);
        let head = head(&self.net, &self.ranges, parameters);
        head.score(&self.grad_out, &self.targets, &mut self.logits)
    }

    fn gradient(&mut self, parameters: &[f32], batch: &Batch, scale: f32, gradient: &mut [f32]) -> Score {
        self.forward(parameters, batch, batch.dropout);
        // The head's gradients are added to what is there; its weight lies right before its bias.
        let RecurrentRanges { embedding, head: Linear { weight, bias, .. }, .. } = &self.ranges;
        let (weight, bias) = gradient[weight.start..bias.end].split_at_mut(weight.len());
        let mut head_gradient = HeadGradient { weight, bias: Some(bias) };
        let head = head(&self.net, &self.ranges, parameters);
        let total = head.score_and_gradient(
            &mut self.grad_out,
            &self.targets,
            scale,
            &mut head_gradient,
            &mut self.logits,
        );
        for l in (0..self.layers.len()).rev() {
            let layer = &mut self.layers[l];
            layer.backward(parameters, &self.grad_out, batch.rows, gradient);
            std::mem::swap(&mut self.grad_out, &mut layer.input);
            if l > 0 {
                drop_units(&mut self.grad_out, &self.net, l - 1, batch.rows, batch.dropout);
            }
        }
        scatter(&mut gradient[embedding.clone()], &self.grad_out, &self.tokens, self.net.width);
        total
    }

    /// Leaves the output of the last layer in `grad_out`.
    fn forward(&mut self, parameters: &[f32], batch: &Batch, dropout: Option<Dropout>) {
        let (rows, steps) = (batch.rows, batch.tokens().len() / batch.rows);
        assert!(steps <= self.net.sequence, "a sequence of {steps}, where {} fit", self.net.sequence);
        by_time(&mut self.tokens, batch.tokens(), rows, steps);
        by_time(&mut self.targets, batch.classes(), rows, steps);
        self.grad_out.clear();
        self.grad_out.resize(rows * steps * self.net.width, 0.0);
        let table = &parameters[self.ranges.embedding.clone()];
        look_up(&mut self.grad_out, table, &self.tokens, self.net.width);
        for (l, layer) in self.layers.iter_mut().enumerate() {
            if l > 0 {
                drop_units(&mut self.grad_out, &self.net, l - 1, rows, dropout);
            }
            layer.input.clone_from(&self.grad_out);
            layer.forward(parameters, rows);
            self.grad_out.copy_from_slice(layer.output(rows));
        }
    }
}

/// The head among the parameters.
fn head<'a>(net: &Recurrent, ranges: &RecurrentRanges, parameters: &'a [f32]) -> Head<'a> {
    Head {
        weight: &parameters[ranges.head.weight.clone()],
        bias: Some(&parameters[ranges.head.bias.clone()]),
        width: net.width,
        vocabulary: net.vocabulary,
    }
}

/// Drops units of `x`, ordered by time, at each step of the way from layer `below` to the next.
fn drop_units(x: &mut [f32], net: &Recurrent, below: usize, rows: usize, dropout: Option<Dropout>) {
    let Some(dropout) = dropout else { return };
    for (step, x) in x.chunks_exact_mut(rows * net.width).enumerate() {
        dropout.apply(x, net.width, net.dropout_site(below, step), net.dropout);
    }
}

/// Writes the `rows × steps` numbers of `from` to `out`, step after step.
///
/// # Panics
/// When there are more or fewer: the batch does not fit the network.
fn by_time(out: &mut Vec<u32>, from: &[u32], rows: usize, steps: usize) {
    assert_eq!(from.len(), rows * steps, "{rows} sequences of {steps} tokens were expected");
    out.clear();
    out.extend((0..steps).flat_map(|step| from[step..].iter().step_by(steps)));
}
