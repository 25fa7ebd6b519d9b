//! What learns. A network's shape is plain data; its parameters are one flat slice, in one layout
//! that the fused CPU form and the dfdx form share, so that either can train what the other began.

pub mod batch;
pub mod layout;
pub mod mlp;
pub mod fused;
pub mod plain;
pub mod linear;
pub mod parts;
pub mod transformer;
pub mod token_mlp;
pub mod recurrent;
pub mod resnet_bk;
pub mod shape;

use crate::net::batch::Batch;
use crate::ops::loss::Score;
use crate::ops::real::Real;

/// A network at work on flat parameters.
pub trait Network<T: Real = f32> {
    /// Writes the gradient of the mean loss over a batch and returns the batch's score before.
    ///
    /// `gradient` has one number per parameter; what stands in it is overwritten.
    fn gradient(&mut self, parameters: &[T], batch: &Batch, gradient: &mut [T]) -> Score;

    /// Scores a batch without learning from it, dropout off.
    fn score(&mut self, parameters: &[T], batch: &Batch) -> Score;
}
