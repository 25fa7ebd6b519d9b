//! A network at work: gradients, optimizer steps and scores of batches, on flat parameters that the caller
//! holds.

use crate::net::batch::Batch;
use crate::ops::loss::Score;
use crate::ops::real::Real;
use crate::optim::{Moments, Update, clip};
use std::ops::Range;

/// A network that trains on flat parameters.
pub trait Network<T: Real = f32> {
    /// Writes the gradient of the mean loss over a batch, and returns the batch's score.
    ///
    /// `gradient` has one number per parameter; what stands in it is overwritten.
    fn gradient(&mut self, parameters: &[T], batch: &Batch, gradient: &mut [T]) -> Score;

    /// Takes one optimizer step along the gradient of a batch, and returns the batch's score before it.
    ///
    /// `space` is room for a gradient, kept from step to step; nothing is left in it for the caller. A
    /// network may update each layer as soon as its gradient is known; the numbers are the same to the bit.
    fn train_step(
        &mut self,
        parameters: &mut [T],
        moments: &mut Moments<T>,
        space: &mut Vec<T>,
        batch: &Batch,
        update: &Update,
    ) -> Score {
        train_step_at_once(self, parameters, moments, space, batch, update)
    }

    /// The score of a batch, dropout off; nothing is learned.
    fn evaluate(&mut self, parameters: &[T], batch: &Batch) -> Score;
}

/// A language model at work.
pub trait LanguageModel: Network {
    /// The logits of the next token at some places of one sequence, `places × vocabulary`, dropout off.
    ///
    /// ```
    /// use lawbook::net::shape::Net;
    /// use lawbook::net::transformer::Transformer;
    /// let net = Net::Transformer(Transformer::new(50, 16, 8, 2, 2));
    /// let mut model = net.language_model(1).unwrap();
    /// let last = model.logits(&net.initial(1), &[3, 14, 15], 2..3);
    /// assert_eq!(last.len(), 50);
    /// ```
    ///
    /// # Panics
    /// Where the sequence is empty or longer than the network's, or has no such places.
    fn logits(&mut self, parameters: &[f32], tokens: &[u32], places: Range<usize>) -> Vec<f32>;
}

/// A training step in two stages: the whole gradient, clipped where asked, then the update of all parameters.
pub fn train_step_at_once<T: Real>(
    net: &mut (impl Network<T> + ?Sized),
    parameters: &mut [T],
    moments: &mut Moments<T>,
    space: &mut Vec<T>,
    batch: &Batch,
    update: &Update,
) -> Score {
    space.resize(parameters.len(), T::zero());
    let score = net.gradient(parameters, batch, space);
    if let Some(most) = update.clip_norm {
        clip(space, most);
    }
    moments.apply_update(update, parameters, space);
    score
}
