//! A kind of network: what every shape can say of itself, and the forms in which it is put to work.

use crate::error::Result;
use crate::net::layout::Layout;
use crate::net::memory::Memory;
use crate::net::network::{LanguageModel, Network};
use crate::ops::loss::Loss;

/// The sizes of a network's inputs and outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sizes {
    /// A row of numbers in, a number a class out.
    Values {
        /// Numbers of a row.
        inputs: usize,
        /// Number of classes, or of numbers out.
        classes: usize,
    },
    /// A sequence of tokens in, a number a word out at every place.
    Tokens {
        /// Number of words.
        vocabulary: usize,
        /// Tokens of a sequence.
        sequence: usize,
    },
}

/// A shape of one kind of network.
///
/// The plain dfdx form is generic over the device and therefore not here; [`crate::net::shape::Net`] makes
/// it.
pub trait Architecture {
    /// A few words: "784-512-512-10", "lstm 2x32".
    fn name(&self) -> String;

    /// Checks that the sizes make sense.
    ///
    /// # Errors
    /// [`crate::error::Error::Failed`] naming the size that does not.
    fn check(&self) -> Result<()>;

    /// The sizes of inputs and outputs.
    fn sizes(&self) -> Sizes;

    /// The tensors, in order.
    fn layout(&self) -> Layout;

    /// Parameters before the first step.
    fn initial(&self, seed: u64) -> Vec<f32> {
        self.layout().initial(seed)
    }

    /// Exact number of parameters, counted without laying them out.
    fn n_params(&self) -> usize;

    /// Parameters of embeddings and head, which grow with the vocabulary and the sequence.
    fn n_embedding(&self) -> usize;

    /// Parameters that one sample or token meets.
    fn n_active(&self) -> usize {
        self.n_params()
    }

    /// Floating-point operations of a training step on so many rows, matrix products alone.
    fn flops(&self, rows: usize) -> f64;

    /// Numbers that the fused form works with, beside parameters and gradients, for a part of a batch of
    /// `rows`.
    fn work_space(&self, rows: usize) -> f64;

    /// The memory that training the fused form takes: a batch of `rows` in so many parts, on so many threads.
    fn memory(&self, rows: usize, parts: usize, threads: usize) -> Memory {
        Memory::of_parts(self.n_params(), [rows, parts, threads], |rows| self.work_space(rows))
    }

    /// The fused form on the CPU, the work of a step cut into `parts`.
    fn fused(&self, loss: Loss, parts: usize) -> Box<dyn Network>;

    /// The fused form in double precision, where there is one.
    fn fused_double(&self, _: Loss, _: usize) -> Option<Box<dyn Network<f64>>> {
        None
    }

    /// The fused form of a language model, for its logits.
    fn language_model(&self, _: usize) -> Option<Box<dyn LanguageModel>> {
        None
    }
}
