//! Synthetic token sequences as batches.

use crate::data::tokens::{Tokens, families};
use crate::error::{Error, Result};
use crate::feed::batches::{BatchLoader, Split, TargetKind};
use crate::net::batch::{Batch, Inputs, Targets};
use crate::net::shape::Sizes;
use crate::run::{RunSpec, Task};

/// Batches of token sequences: tokens in, a token to predict at every place. There is no validation split.
pub struct TokenLoader {
    tokens: Tokens,
    /// Tokens of a sequence.
    sequence: usize,
    inputs: Vec<u32>,
    targets: Vec<u32>,
}

impl TokenLoader {
    /// The sequences that a spec asks for, drawn from its seed.
    ///
    /// # Errors
    /// [`Error::Failed`] when they do not fit the network.
    pub fn new(spec: &RunSpec) -> Result<Self> {
        let Task::Tokens { vocabulary, sequence, n_train, n_test, labels } = spec.task else {
            return Err(Error::Failed(format!("run {} is not about token sequences", spec.id())));
        };
        if spec.net.sizes() != (Sizes::Tokens { vocabulary: vocabulary as usize, sequence }) {
            return Err(Error::Failed(format!(
                "run {} wants sequences for {}; the data have sequences of {sequence} tokens out of \
                 {vocabulary} words",
                spec.id(),
                spec.net.name()
            )));
        }
        let tokens = families(vocabulary, sequence, n_train, n_test, labels, spec.seed);
        Ok(Self { tokens, sequence, inputs: Vec::new(), targets: Vec::new() })
    }
}

impl BatchLoader for TokenLoader {
    fn n_train(&self) -> usize {
        self.tokens.train.n
    }

    fn n_evaluated(&self, split: Split) -> usize {
        match split {
            Split::Train => self.tokens.train.n,
            Split::Validation => 0,
            Split::Test => self.tokens.test.n,
        }
    }

    fn evaluation_rows(&self) -> usize {
        64
    }

    fn batch(&mut self, split: Split, _: TargetKind, places: &[u32]) -> Batch<'_> {
        let sequences = if split == Split::Train { &self.tokens.train } else { &self.tokens.test };
        self.inputs.clear();
        self.targets.clear();
        for &place in places {
            let range = place as usize * self.sequence..(place as usize + 1) * self.sequence;
            self.inputs.extend(&sequences.inputs[range.clone()]);
            self.targets.extend(&sequences.targets[range]);
        }
        let (inputs, targets) = (Inputs::Tokens(&self.inputs), Targets::Classes(&self.targets));
        Batch { inputs, targets, rows: places.len(), dropout: None }
    }

    fn training_batch(&mut self, _: u64, places: &[u32]) -> Batch<'_> {
        self.batch(Split::Train, TargetKind::Observed, places)
    }
}
