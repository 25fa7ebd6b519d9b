//! Windows of a text as batches.

use crate::data::text::{Text, windows};
use crate::error::{Error, Result};
use crate::feed::batches::{BatchLoader, Split, TargetKind};
use crate::feed::datasets::Datasets;
use crate::net::batch::{Batch, Inputs, Targets};
use crate::net::shape::Sizes;
use crate::random::{permutation, stream};
use crate::run::{RunSpec, Task, TextTargets};
use std::sync::Arc;

/// Batches of windows: tokens in, the next token to predict at every place.
pub struct TextLoader {
    text: Arc<Text>,
    /// Tokens of a window.
    sequence: usize,
    /// The training windows this run may see.
    subset: Vec<u32>,
    n_validation: usize,
    n_test: usize,
    training_targets: TextTargets,
    inputs: Vec<u32>,
    targets: Vec<u32>,
}

impl TextLoader {
    /// The windows that a spec asks for.
    ///
    /// # Errors
    /// [`Error::Failed`] when they are too few or do not fit the network.
    pub fn new(spec: &RunSpec, datasets: &Datasets) -> Result<Self> {
        let wrong = |what: String| Err(Error::Failed(format!("run {} {what}", spec.id())));
        let Task::Text { corpus, vocabulary, sequence, n_train, n_validation, n_test, targets } = &spec.task
        else {
            return wrong("is not about a text".to_owned());
        };
        let text = datasets.text(corpus, *vocabulary)?;
        let words = text.vocabulary.len();
        if spec.net.sizes() != (Sizes::Tokens { vocabulary: words, sequence: *sequence }) {
            return wrong(format!(
                "wants windows of {sequence} out of {words} words for {}, which is of another size",
                spec.net.name()
            ));
        }
        let splits = [&text.train, &text.validation, &text.test];
        let there = splits.map(|tokens| windows(tokens.len(), *sequence));
        if there.iter().zip([n_train, n_validation, n_test]).any(|(there, wanted)| wanted > there) {
            return wrong(format!(
                "wants {n_train}, {n_validation} and {n_test} windows to train, validate and test on; {corpus} has \
                 {}, {} and {} of {sequence} words",
                there[0], there[1], there[2]
            ));
        }
        let mut subset = permutation(there[0], &mut stream(spec.seed, "choice of samples", 0));
        subset.truncate(*n_train);
        Ok(Self {
            sequence: *sequence,
            subset,
            n_validation: *n_validation,
            n_test: *n_test,
            training_targets: *targets,
            inputs: Vec::new(),
            targets: Vec::new(),
            text,
        })
    }

    /// Targets in the order of the original's batches: `sequence × rows`, read as if they were `rows ×
    /// sequence`.
    fn misalign(&mut self) {
        let (sequence, rows) = (self.sequence, self.inputs.len() / self.sequence);
        let aligned = std::mem::take(&mut self.targets);
        let place = |k: usize| aligned[k % rows * sequence + k / rows];
        self.targets = (0..aligned.len()).map(place).collect();
    }
}

impl BatchLoader for TextLoader {
    fn n_train(&self) -> usize {
        self.subset.len()
    }

    fn n_evaluated(&self, split: Split) -> usize {
        match split {
            Split::Train => self.subset.len().min(self.n_validation),
            Split::Validation => self.n_validation,
            Split::Test => self.n_test,
        }
    }

    fn evaluation_rows(&self) -> usize {
        32
    }

    fn batch(&mut self, split: Split, _: TargetKind, places: &[u32]) -> Batch<'_> {
        let tokens = match split {
            Split::Train => &self.text.train,
            Split::Validation => &self.text.validation,
            Split::Test => &self.text.test,
        };
        self.inputs.clear();
        self.targets.clear();
        for &place in places {
            let window = if split == Split::Train { self.subset[place as usize] } else { place } as usize;
            let range = window * self.sequence..(window + 1) * self.sequence;
            self.inputs.extend(&tokens[range.clone()]);
            self.targets.extend(&tokens[range.start + 1..=range.end]);
        }
        let (inputs, targets) = (Inputs::Tokens(&self.inputs), Targets::Classes(&self.targets));
        Batch { inputs, targets, rows: places.len(), dropout: None }
    }

    fn training_batch(&mut self, _: u64, places: &[u32]) -> Batch<'_> {
        self.batch(Split::Train, TargetKind::Observed, places);
        if self.training_targets == TextTargets::Misaligned {
            self.misalign();
        }
        let (inputs, targets) = (Inputs::Tokens(&self.inputs), Targets::Classes(&self.targets));
        Batch { inputs, targets, rows: places.len(), dropout: None }
    }
}
