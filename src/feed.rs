//! Batches out of samples: which samples a run may see, and how they reach the network.

use crate::data::images::{Images, load};
use crate::data::tokens::{Tokens, families};
use crate::error::{Error, Result};
use crate::net::batch::{Batch, Inputs};
use crate::net::shape::Sizes;
use crate::paths::Home;
use crate::random::{permutation, stream};
use crate::run::{Choice, RunSpec, Task};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The samples of a task, in memory once for all runs that share them.
#[derive(Debug, Clone)]
pub enum Samples {
    /// For [`Task::Images`].
    Images(Arc<Images>),
    /// For [`Task::Tokens`].
    Tokens(Arc<Tokens>),
}

/// The image datasets that some runs need, each in memory once.
pub type Datasets = BTreeMap<String, Arc<Images>>;

/// Reads the image datasets that these specs need.
///
/// # Errors
/// As [`load`].
pub fn datasets<'a>(home: &Home, specs: impl Iterator<Item = &'a RunSpec>) -> Result<Datasets> {
    let mut found = Datasets::new();
    for spec in specs {
        if let Task::Images { dataset, .. } = &spec.task
            && !found.contains_key(dataset)
        {
            found.insert(dataset.clone(), Arc::new(load(home, dataset)?));
        }
    }
    Ok(found)
}

/// The samples of one run: images out of those in memory, token sequences drawn anew.
///
/// # Panics
/// When the run's dataset is not among them.
pub fn samples(spec: &RunSpec, datasets: &Datasets) -> Samples {
    match &spec.task {
        Task::Images { dataset, .. } => Samples::Images(Arc::clone(&datasets[dataset])),
        &Task::Tokens { vocabulary, sequence, n_train, n_test, labels } => {
            Samples::Tokens(Arc::new(families(vocabulary, sequence, n_train, n_test, labels, spec.seed)))
        }
    }
}

/// On which side of the split a sample lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// To learn from.
    Train,
    /// Held out.
    Test,
}

/// Samples on their way into a network.
pub struct Feed {
    samples: Samples,
    /// Places of the training samples this run may see.
    subset: Vec<u32>,
    /// Normalized value of each of the 256 grey levels of an image.
    levels: [f32; 256],
    values: Vec<f32>,
    tokens: Vec<u32>,
    targets: Vec<u32>,
}

impl Feed {
    /// The samples that a spec asks for.
    ///
    /// # Errors
    /// [`Error::Failed`] when they are too few or of another kind.
    pub fn new(spec: &RunSpec, samples: Samples) -> Result<Self> {
        let wrong = |what: String| Err(Error::Failed(format!("run {} {what}", spec.id())));
        let n_train = spec.n_train();
        let (mut levels, mut subset) = ([0.0; 256], Vec::new());
        match (&spec.task, &samples) {
            (Task::Images { mean, sd, choice, .. }, Samples::Images(images)) => {
                let (there, size) = (images.train.n, images.train.size);
                let fits = matches!(spec.net.sizes(), Sizes::Values { inputs, classes } if inputs == size && classes >= 10);
                if n_train > there || !fits {
                    return wrong(format!(
                        "wants {n_train} images for {}; the data have {there} of {size} pixels in 10 classes",
                        spec.net.name()
                    ));
                }
                levels = std::array::from_fn(|grey| ((grey as f64 / 255.0 - mean) / sd) as f32);
                subset = match choice {
                    Choice::Permuted => permutation(there, &mut stream(spec.seed, "choice of samples", 0)),
                    Choice::First => (0..there as u32).collect(),
                };
                subset.truncate(n_train);
            }
            (Task::Tokens { vocabulary, sequence, .. }, Samples::Tokens(tokens)) => {
                let wanted = Sizes::Tokens { vocabulary: *vocabulary as usize, sequence: *sequence };
                if n_train > tokens.train.n || spec.net.sizes() != wanted {
                    return wrong(format!(
                        "wants {n_train} sequences for {}; the data have {} of {sequence} tokens out of {vocabulary} words",
                        spec.net.name(),
                        tokens.train.n
                    ));
                }
                subset.extend(0..n_train as u32);
            }
            _ => return wrong("was given samples of another kind than its task".to_owned()),
        }
        Ok(Self { samples, subset, levels, values: Vec::new(), tokens: Vec::new(), targets: Vec::new() })
    }

    /// Number of samples on one side.
    pub fn n(&self, side: Side) -> usize {
        match (side, &self.samples) {
            (Side::Train, _) => self.subset.len(),
            (Side::Test, Samples::Images(images)) => images.test.n,
            (Side::Test, Samples::Tokens(tokens)) => tokens.test.n,
        }
    }

    /// Rows that are scored at once when evaluating.
    pub fn evaluation_rows(&self) -> usize {
        match self.samples {
            Samples::Images(_) => 500,
            Samples::Tokens(_) => 64,
        }
    }

    /// The samples at these places of one side as a batch, without dropout.
    pub fn batch(&mut self, side: Side, places: impl Iterator<Item = u32>) -> Batch<'_> {
        self.values.clear();
        self.tokens.clear();
        self.targets.clear();
        let mut rows = 0;
        for place in places {
            rows += 1;
            let place = match side {
                Side::Train => self.subset[place as usize],
                Side::Test => place,
            } as usize;
            match &self.samples {
                Samples::Images(images) => {
                    let split = if side == Side::Train { &images.train } else { &images.test };
                    self.targets.push(u32::from(split.labels[place]));
                    self.values.extend(split.image(place).iter().map(|&grey| self.levels[grey as usize]));
                }
                Samples::Tokens(tokens) => {
                    let split = if side == Side::Train { &tokens.train } else { &tokens.test };
                    let length = split.inputs.len() / split.n;
                    let range = place * length..(place + 1) * length;
                    self.tokens.extend(&split.inputs[range.clone()]);
                    self.targets.extend(&split.targets[range]);
                }
            }
        }
        let inputs = match self.samples {
            Samples::Images(_) => Inputs::Values(&self.values),
            Samples::Tokens(_) => Inputs::Tokens(&self.tokens),
        };
        Batch { inputs, targets: &self.targets, rows, dropout: None }
    }
}
