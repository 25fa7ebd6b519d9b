//! A corpus as tokens, its splits under one vocabulary.

use crate::data::text::corpus::{self, Corpus};
use crate::data::text::splits::Splits;
use crate::data::text::vocabulary::Vocabulary;
use crate::error::{Error, Result};
use crate::paths::Home;

/// A corpus as tokens: three splits under one vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Which corpus it is.
    pub corpus: Corpus,
    /// The words by number.
    pub vocabulary: Vocabulary,
    /// Tokens to learn from.
    pub train: Vec<u32>,
    /// Tokens held out for decisions.
    pub validation: Vec<u32>,
    /// Tokens held out for the final measurement.
    pub test: Vec<u32>,
}

impl Text {
    /// A corpus from `data/cache/` under a vocabulary of at most `size` words.
    ///
    /// # Errors
    /// As [`corpus::read`] and [`Text::new`].
    pub fn load(home: &Home, corpus: &Corpus, size: usize) -> Result<Self> {
        Self::new(corpus.clone(), &corpus::read(home, corpus)?, size)
    }

    /// The splits of a corpus as tokens.
    ///
    /// # Errors
    /// [`Error::Failed`] where the training split has fewer than two different words.
    pub fn new(corpus: Corpus, splits: &Splits, size: usize) -> Result<Self> {
        let vocabulary = Vocabulary::of(&splits.train, size);
        if vocabulary.len() < 3 {
            return Err(Error::Failed(format!(
                "the training split of {corpus} has fewer than two different words: there is nothing to learn"
            )));
        }
        let [train, validation, test] =
            [&splits.train, &splits.validation, &splits.test].map(|text| vocabulary.encode(text));
        Ok(Self { corpus, vocabulary, train, validation, test })
    }
}
