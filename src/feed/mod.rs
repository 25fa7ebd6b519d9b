//! Batch loaders: a task's samples on their way into a network, one loader a task.
//!
//! To add a task: a variant of [`Task`], a file here with its loader, and one arm in [`loader`]; where the
//! task reads files that runs share, a field in [`Datasets`].

pub mod batches;
pub mod datasets;
pub mod images;
pub mod tokens;
pub mod text;
pub mod sine;

pub use crate::feed::batches::{BatchLoader, Split, TargetKind};
pub use crate::feed::datasets::Datasets;

use crate::error::Result;
use crate::feed::images::ImageLoader;
use crate::feed::sine::SineLoader;
use crate::feed::text::TextLoader;
use crate::feed::tokens::TokenLoader;
use crate::run::{RunSpec, Task};

/// The batch loader of a run's task.
///
/// # Errors
/// [`crate::error::Error::Failed`] when the samples are too few, or do not fit the network.
pub fn loader(spec: &RunSpec, datasets: &Datasets) -> Result<Box<dyn BatchLoader>> {
    Ok(match &spec.task {
        Task::Images { .. } => Box::new(ImageLoader::new(spec, datasets)?),
        Task::Tokens { .. } => Box::new(TokenLoader::new(spec)?),
        Task::Text { .. } => Box::new(TextLoader::new(spec, datasets)?),
        Task::Sine { .. } => Box::new(SineLoader::new(spec)?),
    })
}
