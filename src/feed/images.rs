//! Images as batches: a subset of a dataset, normalized, augmented when they are learned from.

use crate::data::augment::Augmentation;
use crate::data::images::{Images, SIZE, patch_order, wrong_labels};
use crate::error::{Error, Result};
use crate::feed::batches::{BatchLoader, Split, TargetKind};
use crate::feed::datasets::Datasets;
use crate::net::batch::{Batch, Inputs, Targets};
use crate::net::shape::Sizes;
use crate::random::{Stream, permutation, stream};
use crate::run::{Choice, RunSpec, Task};
use std::sync::Arc;

/// Batches of images: pixels as numbers, classes as targets.
///
/// The training subset is the first `n_train` of the order that [`Choice`] names, the validation set its last
/// images. A transformer sees an image as a sequence of square patches.
pub struct ImageLoader {
    images: Arc<Images>,
    /// Places of the training subset and of the validation set among the dataset's training images.
    subset: Vec<u32>,
    validation: Vec<u32>,
    /// Classes of all training images, some of them made wrong.
    observed: Vec<u8>,
    augmentation: Augmentation,
    seed: u64,
    /// Normalized value of each of the 256 grey levels.
    levels: [f32; 256],
    /// The pixel that stands at each place of an input.
    order: Vec<usize>,
    augmented: Vec<u8>,
    values: Vec<f32>,
    classes: Vec<u32>,
}

impl ImageLoader {
    /// The images that a spec asks for.
    ///
    /// # Errors
    /// [`Error::Failed`] when they are too few, or do not fit the network.
    pub fn new(spec: &RunSpec, datasets: &Datasets) -> Result<Self> {
        let Task::Images { dataset, mean, sd, choice, wrong_labels: share, augmentation, .. } = &spec.task
        else {
            return Err(Error::Failed(format!("run {} is not about images", spec.id())));
        };
        let images = datasets.images(dataset)?;
        let (there, size) = (images.train.n, images.train.size);
        let (n_train, n_validation) = (spec.n_train(), spec.stop.n_validation());
        let order = input_order(spec.net.sizes(), size).filter(|_| n_train + n_validation <= there);
        let order = order.ok_or_else(|| {
            Error::Failed(format!(
                "run {} wants {} images for {}; the data have {there} of {size} pixels in 10 classes",
                spec.id(),
                n_train + n_validation,
                spec.net.name()
            ))
        })?;
        let mut subset = match choice {
            Choice::Permuted => permutation(there, &mut stream(spec.seed, "choice of samples", 0)),
            Choice::First => (0..there as u32).collect(),
        };
        let validation = subset.split_off(there - n_validation);
        subset.truncate(n_train);
        Ok(Self {
            subset,
            validation,
            observed: wrong_labels(&images.train.labels, *share, spec.seed),
            augmentation: *augmentation,
            seed: spec.seed,
            levels: std::array::from_fn(|grey| ((grey as f64 / 255.0 - mean) / sd) as f32),
            order,
            augmented: vec![0; SIZE],
            values: Vec::new(),
            classes: Vec::new(),
            images,
        })
    }

    fn fill(
        &mut self,
        split: Split,
        targets: TargetKind,
        places: &[u32],
        mut random: Option<Stream>,
    ) -> Batch<'_> {
        let Images { train, test } = &*self.images;
        let (images, subset) = match split {
            Split::Train => (train, Some(&self.subset)),
            Split::Validation => (train, Some(&self.validation)),
            Split::Test => (test, None),
        };
        let labels = match (split, targets) {
            (Split::Train | Split::Validation, TargetKind::Observed) => &self.observed,
            _ => &images.labels,
        };
        self.values.clear();
        self.classes.clear();
        for &place in places {
            let place = subset.map_or(place, |subset| subset[place as usize]) as usize;
            let image = match &mut random {
                Some(random) => {
                    self.augmentation.image(images.image(place), &mut self.augmented, random);
                    &self.augmented
                }
                None => images.image(place),
            };
            self.classes.push(u32::from(labels[place]));
            self.values.extend(self.order.iter().map(|&pixel| self.levels[image[pixel] as usize]));
        }
        let (inputs, targets) = (Inputs::Values(&self.values), Targets::Classes(&self.classes));
        Batch { inputs, targets, rows: places.len(), dropout: None }
    }
}

/// The order in which a network takes an image's pixels; `None` where it takes another number of them.
fn input_order(sizes: Sizes, pixels: usize) -> Option<Vec<usize>> {
    match sizes {
        Sizes::Values { inputs, classes } if inputs == pixels && classes >= 10 => Some((0..pixels).collect()),
        Sizes::Tokens { vocabulary, sequence } if vocabulary * sequence == pixels && vocabulary >= 10 => {
            patch_order(vocabulary)
        }
        _ => None,
    }
}

impl BatchLoader for ImageLoader {
    fn n_train(&self) -> usize {
        self.subset.len()
    }

    fn n_evaluated(&self, split: Split) -> usize {
        match split {
            Split::Train => self.subset.len(),
            Split::Validation => self.validation.len(),
            Split::Test => self.images.test.n,
        }
    }

    fn evaluation_rows(&self) -> usize {
        500
    }

    fn batch(&mut self, split: Split, targets: TargetKind, places: &[u32]) -> Batch<'_> {
        self.fill(split, targets, places, None)
    }

    fn training_batch(&mut self, step: u64, places: &[u32]) -> Batch<'_> {
        let random = self.augmentation.stream(self.seed, step);
        self.fill(Split::Train, TargetKind::Observed, places, random)
    }
}
