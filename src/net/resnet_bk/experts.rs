//! The experts of a block on flat buffers: forward, and backward with the gradients of experts and gate.
//!
//! Places are sorted by expert once, so that each expert is two plain matrix products.

use crate::net::resnet_bk::layers::{ResNetBk, ResNetBkBlock};
use crate::net::resnet_bk::routing::{Gate, Routing};
use crate::ops::dropout::Dropout;
use crate::ops::layer::{column_sums, relu, relu_backward};
use crate::ops::matmul::{Matrix, Write, matmul};

/// What a pass through a block reads.
#[derive(Debug, Clone, Copy)]
pub struct BlockPass<'a> {
    /// The network's shape.
    pub shape: &'a ResNetBk,
    /// The block's number; dropout's site.
    pub number: usize,
    /// The ranges of its tensors.
    pub ranges: &'a ResNetBkBlock,
    /// All parameters.
    pub parameters: &'a [f32],
    /// Tokens of a sequence.
    pub sequence: usize,
    /// Which units are dropped.
    pub dropout: Option<Dropout>,
    /// One over the number of places of the whole batch.
    pub scale: f32,
}

/// What the experts of a block keep from the forward to the backward pass.
#[derive(Debug, Default)]
pub struct Experts {
    routing: Routing,
    /// Input and hidden units, rows by expert.
    input: Vec<f32>,
    hidden: Vec<f32>,
    /// Output, times the probabilities where those count; rows by place.
    pub output: Vec<f32>,
}

/// Work space that the experts of all blocks share.
#[derive(Debug, Default)]
pub struct ExpertScratch {
    /// What the experts read and write by place, and the same by expert.
    pub rows: Vec<f32>,
    sorted: Vec<f32>,
    wide: Vec<f32>,
    /// What the probabilities' gradient needs of a place, and the gradient at the gate's logits, by place
    /// and by expert.
    along: Vec<f32>,
    at_logits: [Vec<f32>; 2],
}

impl BlockPass<'_> {
    /// The dropout of this pass, where anything is dropped.
    fn dropping(&self) -> Option<Dropout> {
        self.dropout.filter(|_| self.shape.dropout > 0.0)
    }
}

impl Experts {
    /// How many places were sent to each expert in the last forward pass.
    pub fn load(&self) -> &[usize] {
        &self.routing.counts
    }

    /// Leaves the experts' output for the normalized rows in `scratch.rows` in `output`.
    pub fn forward(&mut self, pass: BlockPass, scratch: &mut ExpertScratch) {
        let BlockPass { ranges, parameters: p, .. } = pass;
        let (d, tokens) = (pass.shape.width, scratch.rows.len() / pass.shape.width);
        for (buffer, width) in [
            (&mut scratch.sorted, d),
            (&mut scratch.wide, 2 * d),
            (&mut self.input, d),
            (&mut self.hidden, 2 * d),
            (&mut self.output, d),
        ] {
            buffer.resize(tokens * width, 0.0);
        }
        let gate = &ranges.gate;
        self.routing.choose(&scratch.rows, &p[gate.weight.clone()], &p[gate.bias.clone()]);
        self.routing.gather(&mut self.input, &scratch.rows, d);
        let mut first = 0;
        for ([up, _], &count) in ranges.experts.iter().zip(&self.routing.counts) {
            let hidden = &mut self.hidden[first * 2 * d..][..count * 2 * d];
            up.forward(p, &self.input[first * d..][..count * d], hidden);
            first += count;
        }
        relu(&mut self.hidden);
        if let Some(dropout) = pass.dropping() {
            scratch.wide.fill(1.0);
            let per_row = pass.sequence * 2 * d;
            dropout.apply(&mut scratch.wide, per_row, pass.number as u64, pass.shape.dropout);
            for (hidden, &t) in self.hidden.chunks_exact_mut(2 * d).zip(&self.routing.order) {
                let factors = &scratch.wide[t as usize * 2 * d..][..2 * d];
                hidden.iter_mut().zip(factors).for_each(|(h, factor)| *h *= factor);
            }
        }
        let mut first = 0;
        for ([_, down], &count) in ranges.experts.iter().zip(&self.routing.counts) {
            let out = &mut scratch.sorted[first * d..][..count * d];
            down.forward(p, &self.hidden[first * 2 * d..][..count * 2 * d], out);
            first += count;
        }
        self.routing.scatter(&mut self.output, &scratch.sorted, d);
        if pass.shape.gate != Gate::Untrained {
            self.routing.softmax();
            for (out, p) in self.output.chunks_exact_mut(d).zip(self.routing.chosen_probabilities()) {
                out.iter_mut().for_each(|x| *x *= p);
            }
        }
    }

    /// Turns the gradient at `output` in `scratch.rows` into the one at the normalized rows, and writes
    /// those of experts and gate into `gradient`; what is not written there must be zero.
    pub fn backward(&self, pass: BlockPass, scratch: &mut ExpertScratch, gradient: &mut [f32]) {
        let BlockPass { ranges, parameters: p, .. } = pass;
        let d = pass.shape.width;
        self.routing.gather(&mut scratch.sorted, &scratch.rows, d);
        if let Gate::Trained { balance } = pass.shape.gate {
            self.gate_backward(pass, scratch, balance * pass.scale, gradient);
        }
        let kept = if pass.dropping().is_some() { 1.0 / (1.0 - pass.shape.dropout) } else { 1.0 };
        let mut first = 0;
        for ([up, down], &count) in ranges.experts.iter().zip(&self.routing.counts) {
            let (rows, wide) = (first * d..(first + count) * d, first * 2 * d..(first + count) * 2 * d);
            first += count;
            if count == 0 {
                continue;
            }
            let (grad_hidden, hidden) = (&mut scratch.wide[wide.clone()], &self.hidden[wide]);
            down.backward(p, hidden, &scratch.sorted[rows.clone()], gradient, grad_hidden);
            // A hidden unit above zero was neither silent nor dropped.
            relu_backward(grad_hidden, hidden);
            grad_hidden.iter_mut().for_each(|g| *g *= kept);
            up.backward(p, &self.input[rows.clone()], grad_hidden, gradient, &mut scratch.sorted[rows]);
        }
        if pass.shape.gate != Gate::Untrained {
            let (experts, tokens) = (ranges.experts.len(), self.output.len() / d);
            let weight = Matrix::new(&p[ranges.gate.weight.clone()], experts, d);
            let at_logits = Matrix::new(&scratch.at_logits[1], tokens, experts);
            matmul(&mut scratch.sorted, at_logits, weight, Write::Add);
        }
        self.routing.scatter(&mut scratch.rows, &scratch.sorted, d);
    }

    /// Turns the gradient at `output`, rows by expert in `sorted`, into the one at what the experts yield,
    /// and writes the gradients of the gate; leaves the one at its logits, rows by expert, in
    /// `at_logits[1]`.
    fn gate_backward(
        &self,
        pass: BlockPass,
        scratch: &mut ExpertScratch,
        balance: f32,
        gradient: &mut [f32],
    ) {
        let (d, experts, gate) = (pass.shape.width, pass.shape.experts, &pass.ranges.gate);
        let tokens = self.output.len() / d;
        let ExpertScratch { sorted, along, at_logits: [by_place, by_expert], .. } = scratch;
        let probabilities: Vec<f32> = self.routing.chosen_probabilities().collect();
        along.resize(tokens, 0.0);
        for (row, &t) in sorted.chunks_exact_mut(d).zip(&self.routing.order) {
            let t = t as usize;
            along[t] = row.iter().zip(&self.output[t * d..]).map(|(g, out)| g * out).sum();
            row.iter_mut().for_each(|g| *g *= probabilities[t]);
        }
        by_place.resize(tokens * experts, 0.0);
        by_expert.resize(tokens * experts, 0.0);
        self.routing.gradient(by_place, along, pass.sequence, balance);
        self.routing.gather(by_expert, by_place, experts);
        let at_logits = Matrix::new(by_expert, tokens, experts);
        let input = Matrix::new(&self.input, tokens, d);
        matmul(&mut gradient[gate.weight.clone()], at_logits.t(), input, Write::Replace);
        column_sums(&mut gradient[gate.bias.clone()], by_expert);
    }
}
