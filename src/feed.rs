//! Batches out of samples: which samples a run may see, and how they reach the network.

use crate::data::augment::Augmentation;
use crate::data::images::{Images, SIZE, load, patch_order, wrong_labels};
use crate::data::sine::Sine;
use crate::data::tokens::{Tokens, families};
use crate::error::{Error, Result};
use crate::net::batch::{Batch, Inputs, Targets};
use crate::net::shape::Sizes;
use crate::paths::Home;
use crate::random::{Stream, permutation, stream};
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
    /// For [`Task::Sine`].
    Sine(Arc<Sine>),
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

/// The samples of one run: images out of those in memory, sequences and points drawn anew.
///
/// # Panics
/// When the run's dataset is not among them.
pub fn samples(spec: &RunSpec, datasets: &Datasets) -> Samples {
    match &spec.task {
        Task::Images { dataset, .. } => Samples::Images(Arc::clone(&datasets[dataset])),
        &Task::Tokens { vocabulary, sequence, n_train, n_test, labels } => {
            Samples::Tokens(Arc::new(families(vocabulary, sequence, n_train, n_test, labels, spec.seed)))
        }
        &Task::Sine { noise_sd, n_train, n_test, .. } => Samples::Sine(Arc::new(Sine::draw(
            noise_sd,
            n_train,
            spec.stop.n_validation(),
            n_test,
            spec.seed,
        ))),
    }
}

/// A split of the samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// Training samples.
    Train,
    /// Held out for early stopping, with noise-free targets.
    Validation,
    /// Held out for testing, with targets as they were drawn.
    Test,
    /// The test samples with noise-free targets.
    Truth,
}

/// Points of a regression's training set that its loss is measured on.
const MEASURED_POINTS: usize = 1000;

/// Samples on their way into a network.
pub struct Feed {
    samples: Samples,
    /// Places of the training samples this run may see, and of the training images it is stopped by.
    subset: Vec<u32>,
    validation: Vec<u32>,
    /// Classes of all training images as this run is told them.
    labels: Vec<u8>,
    augmentation: Augmentation,
    seed: u64,
    /// Normalized value of each of the 256 grey levels of an image.
    levels: [f32; 256],
    /// The pixel that stands at each place of an input.
    order: Vec<usize>,
    image: Vec<u8>,
    values: Vec<f32>,
    tokens: Vec<u32>,
    targets: Vec<u32>,
    numbers: Vec<f32>,
}

impl Feed {
    /// The samples that a spec asks for.
    ///
    /// # Errors
    /// [`Error::Failed`] when they are too few or of another kind.
    pub fn new(spec: &RunSpec, samples: Samples) -> Result<Self> {
        let wrong = |what: String| Err(Error::Failed(format!("run {} {what}", spec.id())));
        let (n_train, n_validation) = (spec.n_train(), spec.stop.n_validation());
        let mut feed = Self {
            samples: samples.clone(),
            subset: Vec::new(),
            validation: Vec::new(),
            labels: Vec::new(),
            augmentation: Augmentation::None,
            seed: spec.seed,
            levels: [0.0; 256],
            order: Vec::new(),
            image: vec![0; SIZE],
            values: Vec::new(),
            tokens: Vec::new(),
            targets: Vec::new(),
            numbers: Vec::new(),
        };
        match (&spec.task, &samples) {
            (
                Task::Images { mean, sd, choice, wrong_labels: share, augmentation, .. },
                Samples::Images(images),
            ) => {
                let (there, size) = (images.train.n, images.train.size);
                let order = match spec.net.sizes() {
                    Sizes::Values { inputs, classes } if inputs == size && classes >= 10 => {
                        Some((0..size).collect())
                    }
                    Sizes::Tokens { vocabulary, sequence }
                        if vocabulary * sequence == size && vocabulary >= 10 =>
                    {
                        patch_order(vocabulary)
                    }
                    _ => None,
                };
                let Some(order) = order.filter(|_| n_train + n_validation <= there) else {
                    return wrong(format!(
                        "wants {} images for {}; the data have {there} of {size} pixels in 10 classes",
                        n_train + n_validation,
                        spec.net.name()
                    ));
                };
                let mut places = match choice {
                    Choice::Permuted => permutation(there, &mut stream(spec.seed, "choice of samples", 0)),
                    Choice::First => (0..there as u32).collect(),
                };
                feed.validation = places.split_off(there - n_validation);
                places.truncate(n_train);
                feed.subset = places;
                feed.labels = wrong_labels(&images.train.labels, *share, spec.seed);
                feed.levels = std::array::from_fn(|grey| ((grey as f64 / 255.0 - mean) / sd) as f32);
                (feed.order, feed.augmentation) = (order, *augmentation);
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
                feed.subset.extend(0..n_train as u32);
            }
            (Task::Sine { augmentation, .. }, Samples::Sine(sine)) => {
                let (there, sizes) = (sine.train.x.len(), spec.net.sizes());
                if n_train > there || sizes != (Sizes::Values { inputs: 1, classes: 1 }) {
                    return wrong(format!(
                        "wants {n_train} points for {}; the data have {there} of one number each, and one number to say",
                        spec.net.name()
                    ));
                }
                feed.subset.extend(0..n_train as u32);
                feed.augmentation = *augmentation;
            }
            _ => return wrong("was given samples of another kind than its task".to_owned()),
        }
        Ok(feed)
    }

    /// Number of training samples.
    pub fn n_train(&self) -> usize {
        self.subset.len()
    }

    /// Number of samples that one split is measured on.
    pub fn n(&self, split: Split) -> usize {
        match (split, &self.samples) {
            (Split::Train, Samples::Sine(_)) => self.subset.len().min(MEASURED_POINTS),
            (Split::Train, _) => self.subset.len(),
            (Split::Validation, Samples::Sine(sine)) => sine.validation.x.len(),
            (Split::Validation, _) => self.validation.len(),
            (Split::Test | Split::Truth, Samples::Images(images)) => images.test.n,
            (Split::Test | Split::Truth, Samples::Tokens(tokens)) => tokens.test.n,
            (Split::Test | Split::Truth, Samples::Sine(sine)) => sine.test.x.len(),
        }
    }

    /// Rows that are scored at once when evaluating.
    pub fn evaluation_rows(&self) -> usize {
        match self.samples {
            Samples::Images(_) | Samples::Sine(_) => 500,
            Samples::Tokens(_) => 64,
        }
    }

    /// The samples at these places of one split as a batch, without dropout or augmentation.
    pub fn batch(&mut self, split: Split, places: impl Iterator<Item = u32>) -> Batch<'_> {
        self.fill(split, places, None)
    }

    /// The training samples at these places as the batch of step `step`, without dropout.
    pub fn training_batch(&mut self, step: u64, places: impl Iterator<Item = u32>) -> Batch<'_> {
        let random = match self.augmentation {
            Augmentation::None => None,
            _ => Some(stream(self.seed, "augmentation", step)),
        };
        self.fill(Split::Train, places, random)
    }

    fn fill(
        &mut self,
        split: Split,
        places: impl Iterator<Item = u32>,
        mut random: Option<Stream>,
    ) -> Batch<'_> {
        self.values.clear();
        self.tokens.clear();
        self.targets.clear();
        self.numbers.clear();
        let mut rows = 0;
        for place in places {
            rows += 1;
            let place = place as usize;
            match &self.samples {
                Samples::Images(images) => {
                    let (images, place, label) = match split {
                        Split::Train => {
                            let place = self.subset[place] as usize;
                            (&images.train, place, self.labels[place])
                        }
                        Split::Validation => {
                            let place = self.validation[place] as usize;
                            (&images.train, place, images.train.labels[place])
                        }
                        Split::Test | Split::Truth => (&images.test, place, images.test.labels[place]),
                    };
                    let image = match &mut random {
                        Some(random) => {
                            self.augmentation.image(images.image(place), &mut self.image, random);
                            &self.image
                        }
                        None => images.image(place),
                    };
                    self.targets.push(u32::from(label));
                    self.values.extend(self.order.iter().map(|&pixel| self.levels[image[pixel] as usize]));
                }
                Samples::Tokens(tokens) => {
                    let sequences = if split == Split::Train { &tokens.train } else { &tokens.test };
                    let length = sequences.inputs.len() / sequences.n;
                    let range = place * length..(place + 1) * length;
                    self.tokens.extend(&sequences.inputs[range.clone()]);
                    self.targets.extend(&sequences.targets[range]);
                }
                Samples::Sine(sine) => {
                    let (points, y) = match split {
                        Split::Train => (&sine.train, &sine.train.y),
                        Split::Validation => (&sine.validation, &sine.validation.truth),
                        Split::Test => (&sine.test, &sine.test.y),
                        Split::Truth => (&sine.test, &sine.test.truth),
                    };
                    let mut point = (points.x[place], y[place]);
                    if let Some(random) = &mut random {
                        point = self.augmentation.point(point, random);
                    }
                    self.values.push(point.0);
                    self.numbers.push(point.1);
                }
            }
        }
        let (inputs, targets) = match self.samples {
            Samples::Images(_) => (Inputs::Values(&self.values), Targets::Classes(&self.targets)),
            Samples::Tokens(_) => (Inputs::Tokens(&self.tokens), Targets::Classes(&self.targets)),
            Samples::Sine(_) => (Inputs::Values(&self.values), Targets::Values(&self.numbers)),
        };
        Batch { inputs, targets, rows, dropout: None }
    }
}
