//! What learns. A network's shape is plain data; its parameters are one flat slice, in one layout
//! that the fused CPU form and the dfdx form share, so that either can train what the other began.

pub mod mlp;
pub mod fused;
pub mod plain;

use crate::ops::loss::Score;

/// A network at work on flat parameters.
pub trait Network: Send {
    /// Writes the gradient of the mean cross-entropy over a batch and returns the batch's score.
    ///
    /// `inputs` is `labels.len() × input size`, row-major; `gradient` has one number per parameter.
    fn gradient(&mut self, parameters: &[f32], inputs: &[f32], labels: &[u8], gradient: &mut [f32]) -> Score;

    /// Scores a batch without learning from it.
    fn score(&mut self, parameters: &[f32], inputs: &[f32], labels: &[u8]) -> Score;
}
