//! A layer normalization inside a network, on flat parameters.

use crate::net::layout::{Initial, Layout};
use crate::ops::layer_norm;
use std::ops::Range;

/// The ranges of a layer normalization among the parameters, the shift right after the gain.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerNorm {
    /// What the normalized numbers are multiplied with.
    pub gain: Range<usize>,
    /// What is added.
    pub shift: Range<usize>,
}

impl LayerNorm {
    /// Appends `name.weight` (the gain, 1 at first) and `name.bias` (the shift, 0) to a layout.
    pub fn add(layout: &mut Layout, name: &str, width: usize) -> Self {
        let gain = layout.add(format!("{name}.weight"), &[width], Initial::Constant(1.0));
        Self { gain, shift: layout.add(format!("{name}.bias"), &[width], Initial::Constant(0.0)) }
    }

    /// Writes the normalized rows of `x` to `out`, and for each row its mean and inverse deviation to
    /// `saved`.
    pub fn forward(&self, parameters: &[f32], x: &[f32], out: &mut Vec<f32>, saved: &mut Vec<[f32; 2]>) {
        out.resize(x.len(), 0.0);
        let (gain, shift) = (&parameters[self.gain.clone()], &parameters[self.shift.clone()]);
        layer_norm::forward(out, saved, x, gain, shift);
    }

    /// Turns the gradient `g` at the output into the one at the input `x`, in place, and adds those of gain
    /// and shift to `gradient`.
    pub fn backward(
        &self,
        parameters: &[f32],
        x: &[f32],
        saved: &[[f32; 2]],
        g: &mut [f32],
        gradient: &mut [f32],
    ) {
        let (gain, shift) = gradient[self.gain.start..self.shift.end].split_at_mut(self.gain.len());
        layer_norm::backward(g, x, saved, &parameters[self.gain.clone()], gain, shift);
    }
}
