//! One block on flat buffers: forward, and backward with the gradients of all its tensors.

use crate::net::resnet_bk::experts::{BlockPass, ExpertScratch, Experts};
use crate::net::resnet_bk::features::Features;
use crate::net::resnet_bk::layers::{Mixing, ResNetBk};
use crate::ops::layer::add;

/// Bound of the potential.
pub const BOUND: f32 = 3.0;

/// What a block keeps from the forward to the backward pass.
#[derive(Debug, Default)]
pub struct BlockSpace {
    norm: Vec<[f32; 2]>,
    /// The mixture of experts.
    pub experts: Experts,
    potential: Vec<f32>,
    features: Vec<f32>,
}

/// Work space that all blocks of a part share.
#[derive(Debug)]
pub struct BlockScratch {
    features: Features,
    experts: ExpertScratch,
    grad_features: Vec<f32>,
    grad_potential: Vec<f32>,
}

impl BlockScratch {
    /// Work space for a network of this shape.
    pub fn new(shape: &ResNetBk) -> Self {
        Self {
            features: Features::new(shape.form, shape.potential_gradient),
            experts: ExpertScratch::default(),
            grad_features: Vec::new(),
            grad_potential: Vec::new(),
        }
    }
}

impl BlockSpace {
    /// Writes the block's output for the rows of `x` (`tokens × width`) to `out`.
    pub fn forward(&mut self, pass: BlockPass, scratch: &mut BlockScratch, x: &[f32], out: &mut [f32]) {
        pass.ranges.norm.forward(pass.parameters, x, &mut scratch.experts.rows, &mut self.norm);
        self.experts.forward(pass, &mut scratch.experts);
        match pass.shape.mixing {
            Mixing::Resolvent => self.mix(pass, scratch, out),
            Mixing::Off => out.fill(0.0),
        }
        let scale = pass.parameters[pass.ranges.scale.start];
        for ((out, x), f) in out.iter_mut().zip(x).zip(&self.experts.output) {
            *out = x + f + scale * *out;
        }
    }

    /// Writes what the resolvent's features add to every place, not scaled yet, to `out`.
    fn mix(&mut self, pass: BlockPass, scratch: &mut BlockScratch, out: &mut [f32]) {
        let BlockPass { ranges, parameters, sequence, .. } = pass;
        ranges.potential.forward_into(parameters, &self.experts.output, &mut self.potential);
        self.potential.iter_mut().for_each(|v| *v = v.clamp(-BOUND, BOUND));
        self.features.resize(2 * self.potential.len(), 0.0);
        let potentials = self.potential.chunks_exact(sequence);
        for (out, potential) in self.features.chunks_exact_mut(2 * sequence).zip(potentials) {
            scratch.features.forward(out, potential);
        }
        ranges.back.forward(parameters, &self.features, out);
    }

    /// Turns `grad`, the gradient at the block's output, into that at its input `x`, and writes the
    /// gradients of the block's tensors into `gradient`; what is not written there must be zero.
    pub fn backward(
        &mut self,
        pass: BlockPass,
        scratch: &mut BlockScratch,
        x: &[f32],
        grad: &mut [f32],
        gradient: &mut [f32],
    ) {
        scratch.experts.rows.resize(x.len(), 0.0);
        match pass.shape.mixing {
            Mixing::Resolvent => {
                self.mix_backward(pass, scratch, grad, gradient);
                add(&mut scratch.experts.rows, grad);
            }
            Mixing::Off => scratch.experts.rows.copy_from_slice(grad),
        }
        self.experts.backward(pass, &mut scratch.experts, gradient);
        pass.ranges.norm.backward(pass.parameters, x, &self.norm, &mut scratch.experts.rows, gradient);
        add(grad, &scratch.experts.rows);
    }

    /// Leaves the gradient at the experts' output, as far as it comes through the features, in
    /// `experts.rows`.
    fn mix_backward(&self, pass: BlockPass, scratch: &mut BlockScratch, grad: &[f32], gradient: &mut [f32]) {
        let BlockPass { ranges, parameters: p, sequence: n, .. } = pass;
        let (back, scale) = (&ranges.back, p[ranges.scale.start]);
        let BlockScratch { features, experts, grad_features, grad_potential } = scratch;
        grad_features.resize(self.features.len(), 0.0);
        back.backward(p, &self.features, grad, gradient, grad_features);
        let along = |range: &std::ops::Range<usize>| -> f32 {
            gradient[range.clone()].iter().zip(&p[range.clone()]).map(|(g, p)| g * p).sum()
        };
        gradient[ranges.scale.start] = along(&back.weight) + along(&back.bias);
        let scaled = gradient[back.weight.start..back.bias.end].iter_mut().chain(&mut *grad_features);
        scaled.for_each(|g| *g *= scale);

        grad_potential.resize(self.potential.len(), 0.0);
        for (i, potential) in self.potential.chunks_exact(n).enumerate() {
            let out = &mut grad_potential[i * n..][..n];
            features.backward(out, potential, &grad_features[2 * i * n..][..2 * n]);
        }
        for (g, v) in grad_potential.iter_mut().zip(&self.potential) {
            *g = if v.abs() < BOUND { *g } else { 0.0 };
        }
        ranges.potential.backward(p, &self.experts.output, grad_potential, gradient, &mut experts.rows);
    }
}
