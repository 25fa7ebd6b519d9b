//! Synthetic token sequences as batches.

use crate::data::tokens::{TokenFamily, Tokens, families};
use crate::error::{Error, Result};
use crate::feed::batches::{BatchLoader, Split, TargetKind};
use crate::net::batch::{Batch, Inputs, Targets};
use crate::net::shape::Sizes;
use crate::run::{RunSpec, Task};

/// Training sequences that the training loss is measured on.
const MEASURED_SEQUENCES: usize = 640;

/// Batches of token sequences: tokens in, a token to predict at every place. The groups of the test split are
/// the four families.
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
        let sizes = [n_train, spec.stop.n_validation(), n_test];
        let tokens = families(vocabulary, sequence, sizes, labels, spec.seed);
        Ok(Self { tokens, sequence, inputs: Vec::new(), targets: Vec::new() })
    }
}

impl BatchLoader for TokenLoader {
    fn n_train(&self) -> usize {
        self.tokens.train.n
    }

    fn n_evaluated(&self, split: Split) -> usize {
        match split {
            Split::Train => self.tokens.train.n.min(MEASURED_SEQUENCES),
            Split::Validation => self.tokens.validation.n,
            Split::Test => self.tokens.test.n,
        }
    }

    fn groups(&self, split: Split) -> Vec<Vec<u32>> {
        let places = 0..self.n_evaluated(split) as u32;
        if split != Split::Test {
            return vec![places.collect()];
        }
        let of = |place: &u32| self.tokens.test.families[*place as usize];
        TokenFamily::ALL.map(|family| places.clone().filter(|place| of(place) == family).collect()).to_vec()
    }

    fn evaluation_rows(&self) -> usize {
        64
    }

    fn batch(&mut self, split: Split, _: TargetKind, places: &[u32]) -> Batch<'_> {
        self.inputs.clear();
        self.targets.clear();
        let sequences = match split {
            Split::Train => &self.tokens.train,
            Split::Validation => &self.tokens.validation,
            Split::Test => &self.tokens.test,
        };
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
