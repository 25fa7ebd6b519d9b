//! The datasets that runs read from files, in memory once for all runs that share them.

use crate::data::images::{Images, load};
use crate::error::{Error, Result};
use crate::paths::Home;
use crate::run::{RunSpec, Task};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Datasets by name.
#[derive(Debug, Clone, Default)]
pub struct Datasets {
    images: BTreeMap<String, Arc<Images>>,
}

impl Datasets {
    /// No dataset: enough for tasks whose samples are drawn.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads what these specs need.
    ///
    /// # Errors
    /// As [`load`].
    pub fn read<'a>(home: &Home, specs: impl IntoIterator<Item = &'a RunSpec>) -> Result<Self> {
        let mut datasets = Self::none();
        for spec in specs {
            match &spec.task {
                Task::Images { dataset, .. } if !datasets.images.contains_key(dataset) => {
                    datasets.images.insert(dataset.clone(), Arc::new(load(home, dataset)?));
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

    /// The images of this name.
    ///
    /// # Errors
    /// [`Error::Failed`] where they were not read.
    pub fn images(&self, name: &str) -> Result<Arc<Images>> {
        let found = self.images.get(name).map(Arc::clone);
        found.ok_or_else(|| Error::Failed(format!("the images {name:?} were not read for this run")))
    }
}
