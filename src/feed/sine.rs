//! Points of the noisy sine as batches.

use crate::data::augment::Augmentation;
use crate::data::sine::Sine;
use crate::error::{Error, Result};
use crate::feed::batches::{BatchLoader, Split, TargetKind};
use crate::net::batch::{Batch, Inputs, Targets};
use crate::net::shape::Sizes;
use crate::random::Stream;
use crate::run::{RunSpec, Task};

/// Training points that the training loss is measured on.
const MEASURED_POINTS: usize = 1000;

/// Batches of points: x in, y as the target.
pub struct SineLoader {
    sine: Sine,
    augmentation: Augmentation,
    seed: u64,
    inputs: Vec<f32>,
    targets: Vec<f32>,
}

impl SineLoader {
    /// The points that a spec asks for, drawn from its seed.
    ///
    /// # Errors
    /// [`Error::Failed`] when they do not fit the network.
    pub fn new(spec: &RunSpec) -> Result<Self> {
        let Task::Sine { noise_sd, n_train, n_test, augmentation } = spec.task else {
            return Err(Error::Failed(format!("run {} is not about the noisy sine", spec.id())));
        };
        if spec.net.sizes() != (Sizes::Values { inputs: 1, classes: 1 }) {
            return Err(Error::Failed(format!(
                "run {} wants points for {}; the sine data have one input and one target a point, the \
                 network must have one number in and one number out",
                spec.id(),
                spec.net.name()
            )));
        }
        let sine = Sine::draw(noise_sd, n_train, spec.stop.n_validation(), n_test, spec.seed);
        Ok(Self { sine, augmentation, seed: spec.seed, inputs: Vec::new(), targets: Vec::new() })
    }

    fn fill(
        &mut self,
        split: Split,
        targets: TargetKind,
        places: &[u32],
        mut random: Option<Stream>,
    ) -> Batch<'_> {
        let points = match split {
            Split::Train => &self.sine.train,
            Split::Validation => &self.sine.validation,
            Split::Test => &self.sine.test,
        };
        let y = match targets {
            TargetKind::Observed => &points.y,
            TargetKind::NoiseFree => &points.truth,
        };
        self.inputs.clear();
        self.targets.clear();
        for &place in places {
            let mut point = (points.x[place as usize], y[place as usize]);
            if let Some(random) = &mut random {
                point = self.augmentation.point(point, random);
            }
            self.inputs.push(point.0);
            self.targets.push(point.1);
        }
        let (inputs, targets) = (Inputs::Values(&self.inputs), Targets::Values(&self.targets));
        Batch { inputs, targets, rows: places.len(), dropout: None }
    }
}

impl BatchLoader for SineLoader {
    fn n_train(&self) -> usize {
        self.sine.train.x.len()
    }

    fn n_evaluated(&self, split: Split) -> usize {
        match split {
            Split::Train => self.sine.train.x.len().min(MEASURED_POINTS),
            Split::Validation => self.sine.validation.x.len(),
            Split::Test => self.sine.test.x.len(),
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
