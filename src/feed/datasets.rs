//! The datasets that runs read from files, in memory once for all runs that share them.

use crate::data::images::{Images, load};
use crate::data::text::Text;
use crate::data::text::corpus::Corpus;
use crate::error::{Error, Result};
use crate::paths::Home;
use crate::run::{RunSpec, Task};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Datasets by name.
#[derive(Debug, Clone, Default)]
pub struct Datasets {
    images: BTreeMap<String, Arc<Images>>,
    /// Texts by corpus and size of the vocabulary.
    texts: BTreeMap<(Corpus, u32), Arc<Text>>,
}

impl Datasets {
    /// No dataset: enough for tasks whose samples are drawn.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads what these specs need.
    ///
    /// # Errors
    /// As [`load`] and [`Text::load`].
    pub fn read<'a>(home: &Home, specs: impl IntoIterator<Item = &'a RunSpec>) -> Result<Self> {
        let mut datasets = Self::none();
        for spec in specs {
            match &spec.task {
                Task::Images { dataset, .. } if !datasets.images.contains_key(dataset) => {
                    datasets.images.insert(dataset.clone(), Arc::new(load(home, dataset)?));
                }
                Task::Text { corpus, vocabulary, .. }
                    if !datasets.texts.contains_key(&(corpus.clone(), *vocabulary)) =>
                {
                    let text = Text::load(home, corpus, *vocabulary as usize)?;
                    datasets = datasets.with_text(*vocabulary, text);
                }
                _ => {}
            }
        }
        Ok(datasets)
    }

    /// These and one more, under this name.
    pub fn with_images(mut self, name: &str, images: Images) -> Self {
        self.images.insert(name.to_owned(), Arc::new(images));
        self
    }

    /// These and one text more, read under a vocabulary of at most so many words.
    pub fn with_text(mut self, vocabulary: u32, text: Text) -> Self {
        self.texts.insert((text.corpus.clone(), vocabulary), Arc::new(text));
        self
    }

    /// The text of this corpus under a vocabulary of at most so many words.
    ///
    /// # Errors
    /// [`Error::Failed`] where it was not read.
    pub fn text(&self, corpus: &Corpus, vocabulary: u32) -> Result<Arc<Text>> {
        let found = self.texts.get(&(corpus.clone(), vocabulary)).map(Arc::clone);
        found.ok_or_else(|| Error::Failed(format!("the text {corpus} was not read for this run")))
    }

    /// The images of this name.
    ///
    /// # Errors
    /// [`Error::Failed`] where they were not read.
    pub fn images(&self, name: &str) -> Result<Arc<Images>> {
        let found = self.images.get(name).map(Arc::clone);
        found.ok_or_else(|| Error::Failed(format!("the images {name:?} were not read for this run")))
    }
}
