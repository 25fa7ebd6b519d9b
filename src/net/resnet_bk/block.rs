//! One block on flat buffers: forward, and backward with the gradients of all its tensors.
//!
//! Places are sorted by expert once, so that each expert is two plain matrix products.

use crate::net::resnet_bk::architecture::{Affine, BlockPlaces, Mixing, ResNetBk};
use crate::net::resnet_bk::features::Features;
use crate::net::resnet_bk::routing::Gate;
use crate::net::resnet_bk::routing::Routing;
use crate::ops::dropout::Dropout;
use crate::ops::layer::{add, column_sums, fill_with_bias, relu, relu_backward};
use crate::ops::layer_norm;
use crate::ops::matmul::{Into, Matrix, matmul};

/// Bound of the potential.
pub const BOUND: f32 = 3.0;

/// What a block keeps from the forward to the backward pass.
#[derive(Debug, Default)]
pub struct Block {
    norm: Vec<[f32; 2]>,
    routing: Routing,
    /// Input and hidden units of the experts, rows by expert.
    input: Vec<f32>,
    hidden: Vec<f32>,
    /// Output of the experts, times their probabilities where those count; rows by place.
    f: Vec<f32>,
    potential: Vec<f32>,
    features: Vec<f32>,
}

/// Work space that all blocks of a part share.
#[derive(Debug)]
pub struct Scratch {
    features: Features,
    rows: Vec<f32>,
    sorted: Vec<f32>,
    wide: Vec<f32>,
    /// What the probabilities' gradient needs of a place, and the gradients at the gate's logits, by place
    /// and by expert.
    along: Vec<f32>,
    at_logits: [Vec<f32>; 2],
    upper_features: Vec<f32>,
    upper_potential: Vec<f32>,
}

/// What a pass through a block stands on.
#[derive(Debug, Clone, Copy)]
pub struct Pass<'a> {
    /// The network's shape.
    pub shape: &'a ResNetBk,
    /// The block's number; dropout's site.
    pub number: usize,
    /// Where its tensors lie.
    pub places: &'a BlockPlaces,
    /// All parameters.
    pub parameters: &'a [f32],
    /// Tokens of a sequence.
    pub sequence: usize,
    /// Which units are dropped.
    pub dropout: Option<Dropout>,
    /// One over the number of places of the whole batch.
    pub scale: f32,
}

impl Scratch {
    /// Work space for a network of this shape.
    pub fn new(shape: &ResNetBk) -> Self {
        Self {
            features: Features::new(shape.form, shape.potential_gradient),
            rows: Vec::new(),
            sorted: Vec::new(),
            wide: Vec::new(),
            along: Vec::new(),
            at_logits: Default::default(),
            upper_features: Vec::new(),
            upper_potential: Vec::new(),
        }
    }
}

impl Pass<'_> {
    /// The dropout of this pass, where anything is dropped.
    fn dropping(&self) -> Option<Dropout> {
        self.dropout.filter(|_| self.shape.dropout > 0.0)
    }
}

impl Block {
    /// How many places were sent to each expert in the last forward pass.
    pub fn load(&self) -> &[usize] {
        &self.routing.counts
    }

    /// Writes the block's output for the rows of `x` (`tokens × width`) to `out`.
    pub fn forward(&mut self, pass: Pass, scratch: &mut Scratch, x: &[f32], out: &mut [f32]) {
        self.experts_forward(pass, scratch, x);
        match pass.shape.mixing {
            Mixing::Resolvent => self.features_forward(pass, scratch, out),
            Mixing::Off => out.fill(0.0),
        }
        let scale = pass.parameters[pass.places.scale.start];
        for ((out, x), f) in out.iter_mut().zip(x).zip(&self.f) {
            *out = x + f + scale * *out;
        }
    }

    /// Leaves the experts' output for the rows of `x` in `f`.
    fn experts_forward(&mut self, pass: Pass, scratch: &mut Scratch, x: &[f32]) {
        let Pass { places, parameters: p, .. } = pass;
        let d = pass.shape.width;
        let tokens = x.len() / d;
        for (buffer, width) in [
            (&mut scratch.rows, d),
            (&mut scratch.sorted, d),
            (&mut scratch.wide, 2 * d),
            (&mut self.input, d),
            (&mut self.hidden, 2 * d),
            (&mut self.f, d),
        ] {
            buffer.resize(tokens * width, 0.0);
        }
        let (gain, shift) = (&p[places.norm.weight.clone()], &p[places.norm.bias.clone()]);
        layer_norm::forward(&mut scratch.rows, &mut self.norm, x, gain, shift);
        self.routing.choose(&scratch.rows, &p[places.gate.weight.clone()], &p[places.gate.bias.clone()]);
        self.routing.gather(&mut self.input, &scratch.rows, d);

        let mut first = 0;
        for ([up, _], &count) in places.experts.iter().zip(&self.routing.counts) {
            let hidden = &mut self.hidden[first * 2 * d..][..count * 2 * d];
            let input = Matrix::new(&self.input[first * d..][..count * d], count, d);
            fill_with_bias(hidden, &p[up.bias.clone()]);
            matmul(hidden, input, Matrix::new(&p[up.weight.clone()], 2 * d, d).t(), Into::Add);
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
        for ([_, down], &count) in places.experts.iter().zip(&self.routing.counts) {
            let out = &mut scratch.sorted[first * d..][..count * d];
            let hidden = Matrix::new(&self.hidden[first * 2 * d..][..count * 2 * d], count, 2 * d);
            fill_with_bias(out, &p[down.bias.clone()]);
            matmul(out, hidden, Matrix::new(&p[down.weight.clone()], d, 2 * d).t(), Into::Add);
            first += count;
        }
        self.routing.scatter(&mut self.f, &scratch.sorted, d);
        if pass.shape.gate != Gate::Untrained {
            self.routing.softmax();
            for (f, p) in self.f.chunks_exact_mut(d).zip(self.routing.chosen_probabilities()) {
                f.iter_mut().for_each(|f| *f *= p);
            }
        }
    }

    /// Writes what the resolvent's features add to every place, not scaled yet, to `out`.
    fn features_forward(&mut self, pass: Pass, scratch: &mut Scratch, out: &mut [f32]) {
        let Pass { places, parameters: p, .. } = pass;
        let d = pass.shape.width;
        let tokens = out.len() / d;
        self.potential.resize(tokens, 0.0);
        self.features.resize(2 * tokens, 0.0);
        fill_with_bias(&mut self.potential, &p[places.potential.bias.clone()]);
        let weight = Matrix::new(&p[places.potential.weight.clone()], 1, d).t();
        matmul(&mut self.potential, Matrix::new(&self.f, tokens, d), weight, Into::Add);
        self.potential.iter_mut().for_each(|v| *v = v.clamp(-BOUND, BOUND));
        let sequences = self.potential.chunks_exact(pass.sequence);
        for (out, potential) in self.features.chunks_exact_mut(2 * pass.sequence).zip(sequences) {
            scratch.features.forward(out, potential);
        }

        fill_with_bias(out, &p[places.back.bias.clone()]);
        let weight = Matrix::new(&p[places.back.weight.clone()], d, 2).t();
        matmul(out, Matrix::new(&self.features, tokens, 2), weight, Into::Add);
    }

    /// Turns `upper`, the gradient at the block's output, into that at its input `x`, and writes the
    /// gradients of the block's tensors into `gradient`; what is not written there must be zero.
    pub fn backward(
        &mut self,
        pass: Pass,
        scratch: &mut Scratch,
        x: &[f32],
        upper: &mut [f32],
        gradient: &mut [f32],
    ) {
        let Pass { places, parameters: p, .. } = pass;
        let d = pass.shape.width;
        let tokens = x.len() / d;
        match pass.shape.mixing {
            Mixing::Resolvent => self.features_backward(pass, scratch, upper, gradient),
            Mixing::Off => {
                scratch.upper_potential.clear();
                scratch.upper_potential.resize(tokens, 0.0);
            }
        }

        // The gradient at the experts' output, by expert: what comes directly, and through the potential.
        let weight = &p[places.potential.weight.clone()];
        for (row, &t) in scratch.sorted.chunks_exact_mut(d).zip(&self.routing.order) {
            let (direct, slope) = (&upper[t as usize * d..][..d], scratch.upper_potential[t as usize]);
            for ((g, direct), weight) in row.iter_mut().zip(direct).zip(weight) {
                *g = direct + slope * weight;
            }
        }
        if let Gate::Trained { balance } = pass.shape.gate {
            self.gate_backward(pass, scratch, balance * pass.scale, gradient);
        }
        let kept = if pass.dropping().is_some() { 1.0 / (1.0 - pass.shape.dropout) } else { 1.0 };
        let mut first = 0;
        for ([up, down], &count) in places.experts.iter().zip(&self.routing.counts) {
            let (rows, wide) = (first * d..(first + count) * d, first * 2 * d..(first + count) * 2 * d);
            let (input, hidden) = (&self.input[rows.clone()], &self.hidden[wide.clone()]);
            let at_output = Matrix::new(&scratch.sorted[rows.clone()], count, d);
            let at_hidden = &mut scratch.wide[wide];
            matmul(
                &mut gradient[down.weight.clone()],
                at_output.t(),
                Matrix::new(hidden, count, 2 * d),
                Into::Add,
            );
            column_sums(&mut gradient[down.bias.clone()], &scratch.sorted[rows.clone()]);
            matmul(at_hidden, at_output, Matrix::new(&p[down.weight.clone()], d, 2 * d), Into::Replace);
            // A hidden unit above zero was neither silent nor dropped.
            relu_backward(at_hidden, hidden);
            at_hidden.iter_mut().for_each(|g| *g *= kept);
            column_sums(&mut gradient[up.bias.clone()], at_hidden);
            let at_hidden = Matrix::new(at_hidden, count, 2 * d);
            let into = &mut gradient[up.weight.clone()];
            matmul(into, at_hidden.t(), Matrix::new(input, count, d), Into::Add);
            let weight = Matrix::new(&p[up.weight.clone()], 2 * d, d);
            matmul(&mut scratch.sorted[rows], at_hidden, weight, Into::Replace);
            first += count;
        }
        if pass.shape.gate != Gate::Untrained {
            let experts = places.experts.len();
            let weight = Matrix::new(&p[places.gate.weight.clone()], experts, d);
            let at_logits = Matrix::new(&scratch.at_logits[1], tokens, experts);
            matmul(&mut scratch.sorted, at_logits, weight, Into::Add);
        }
        scratch.rows.resize(tokens * d, 0.0);
        self.routing.scatter(&mut scratch.rows, &scratch.sorted, d);
        norm_backward(&mut scratch.rows, x, &self.norm, &places.norm, p, gradient);
        add(upper, &scratch.rows);
    }

    /// Turns the gradient at `f`, rows by expert in `sorted`, into the one at what the experts yield, and
    /// writes the gradients of the gate; leaves the one at its logits, rows by expert, in `at_logits[1]`.
    fn gate_backward(&self, pass: Pass, scratch: &mut Scratch, balance: f32, gradient: &mut [f32]) {
        let (d, experts, gate) = (pass.shape.width, pass.shape.experts, &pass.places.gate);
        let tokens = self.f.len() / d;
        let Scratch { sorted, along, at_logits: [by_place, by_expert], .. } = scratch;
        let probabilities: Vec<f32> = self.routing.chosen_probabilities().collect();
        along.resize(tokens, 0.0);
        for (row, &t) in sorted.chunks_exact_mut(d).zip(&self.routing.order) {
            let t = t as usize;
            along[t] = row.iter().zip(&self.f[t * d..]).map(|(g, f)| g * f).sum();
            row.iter_mut().for_each(|g| *g *= probabilities[t]);
        }
        by_place.resize(tokens * experts, 0.0);
        by_expert.resize(tokens * experts, 0.0);
        self.routing.gradient(by_place, along, pass.sequence, balance);
        self.routing.gather(by_expert, by_place, experts);
        let at_logits = Matrix::new(by_expert, tokens, experts);
        let input = Matrix::new(&self.input, tokens, d);
        matmul(&mut gradient[gate.weight.clone()], at_logits.t(), input, Into::Replace);
        column_sums(&mut gradient[gate.bias.clone()], by_expert);
    }

    /// From the block's output to the potential, by way of the features.
    fn features_backward(&self, pass: Pass, scratch: &mut Scratch, upper: &[f32], gradient: &mut [f32]) {
        let Pass { places, parameters: p, .. } = pass;
        let (d, tokens) = (pass.shape.width, self.potential.len());
        let (weight, bias) = (&p[places.back.weight.clone()], &p[places.back.bias.clone()]);
        let scale = p[places.scale.start];
        let at_output = Matrix::new(upper, tokens, d);
        let (into, features) = (places.back.weight.clone(), Matrix::new(&self.features, tokens, 2));
        matmul(&mut gradient[into.clone()], at_output.t(), features, Into::Replace);
        column_sums(&mut gradient[places.back.bias.clone()], upper);
        let along = |gradient: &[f32], p: &[f32]| gradient.iter().zip(p).map(|(g, p)| g * p).sum::<f32>();
        gradient[places.scale.start] =
            along(&gradient[into.clone()], weight) + along(&gradient[places.back.bias.clone()], bias);
        for place in [into, places.back.bias.clone()] {
            gradient[place].iter_mut().for_each(|g| *g *= scale);
        }

        scratch.upper_features.resize(2 * tokens, 0.0);
        scratch.upper_potential.resize(tokens, 0.0);
        matmul(&mut scratch.upper_features, at_output, Matrix::new(weight, d, 2), Into::Replace);
        scratch.upper_features.iter_mut().for_each(|g| *g *= scale);
        let n = pass.sequence;
        for (i, potential) in self.potential.chunks_exact(n).enumerate() {
            let out = &mut scratch.upper_potential[i * n..][..n];
            scratch.features.backward(out, potential, &scratch.upper_features[2 * i * n..][..2 * n]);
        }
        for (g, v) in scratch.upper_potential.iter_mut().zip(&self.potential) {
            *g = if v.abs() < BOUND { *g } else { 0.0 };
        }
        let at_potential = Matrix::new(&scratch.upper_potential, 1, tokens);
        let into = &mut gradient[places.potential.weight.clone()];
        matmul(into, at_potential, Matrix::new(&self.f, tokens, d), Into::Replace);
        gradient[places.potential.bias.start] = scratch.upper_potential.iter().sum();
    }
}

/// Backward through a layer normalization whose gain and shift lie one after the other at `places`.
pub fn norm_backward(
    g: &mut [f32],
    x: &[f32],
    saved: &[[f32; 2]],
    places: &Affine,
    parameters: &[f32],
    gradient: &mut [f32],
) {
    let gain = &parameters[places.weight.clone()];
    let both = &mut gradient[places.weight.start..places.bias.end];
    let (gain_gradient, shift_gradient) = both.split_at_mut(gain.len());
    layer_norm::backward(g, x, saved, gain, gain_gradient, shift_gradient);
}
