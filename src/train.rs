//! The one training loop.
//!
//! A [`Trainer`] is a run between two steps: it can take the next one, be saved, or be turned into
//! its record when the last is taken. Nothing in it depends on time or on other threads.

use crate::checkpoint::{Checkpoint, Progress};
use crate::data::images::{Images, Split};
use crate::error::{Error, Result};
use crate::learner::{Learner, State, learner};
use crate::machine;
use crate::net::batch::{Batch, Inputs};
use crate::ops::dropout::Dropout;
use crate::ops::loss::Score;
use crate::random::{permutation, stream};
use crate::run::{Choice, Code, Point, RunRecord, RunSpec, Task};
use std::sync::Arc;
use std::time::Instant;

/// Rows scored at once when evaluating.
const EVALUATION_ROWS: usize = 500;

/// A run between two steps.
pub struct Trainer {
    spec: RunSpec,
    images: Arc<Images>,
    /// Indices of the training samples this run may see.
    subset: Vec<u32>,
    /// The order of the subset in the current epoch, and which epoch that is.
    order: (u64, Vec<u32>),
    /// Normalized value of each of the 256 grey levels.
    levels: [f32; 256],
    learner: Box<dyn Learner>,
    inputs: Vec<f32>,
    labels: Vec<u32>,
    step: u64,
    curve: Vec<Point>,
    seconds_before: f64,
    started: Instant,
}

impl Trainer {
    /// A run before its first step.
    ///
    /// # Errors
    /// [`Error::Failed`] when the spec does not fit the images or this program.
    pub fn new(spec: &RunSpec, images: Arc<Images>) -> Result<Self> {
        Self::begin(Progress { spec: spec.clone(), step: 0, seconds: 0.0, curve: Vec::new() }, None, images)
    }

    /// A run where a checkpoint left it.
    ///
    /// # Errors
    /// As [`Trainer::new`].
    pub fn resume(checkpoint: Checkpoint, images: Arc<Images>) -> Result<Self> {
        Self::begin(checkpoint.progress, Some(&checkpoint.state), images)
    }

    fn begin(progress: Progress, state: Option<&State>, images: Arc<Images>) -> Result<Self> {
        let Progress { spec, step, seconds, curve } = progress;
        spec.check()?;
        let (n_train, mlp) = (spec.n_train(), spec.mlp());
        if n_train > images.train.n || mlp.inputs() != images.train.size || mlp.classes() < 10 {
            return Err(Error::Failed(format!(
                "run {} wants {n_train} samples, {} inputs and {} classes; the data have {} samples of {} pixels in 10 classes",
                spec.id(),
                mlp.inputs(),
                mlp.classes(),
                images.train.n,
                images.train.size
            )));
        }
        let Task::Images { mean, sd, choice, .. } = spec.task;
        let mut subset = match choice {
            Choice::Permuted => permutation(images.train.n, &mut stream(spec.seed, "choice of samples", 0)),
            Choice::First => (0..images.train.n as u32).collect(),
        };
        subset.truncate(n_train);
        Ok(Self {
            order: (u64::MAX, Vec::new()),
            levels: std::array::from_fn(|grey| ((grey as f64 / 255.0 - mean) / sd) as f32),
            learner: learner(&spec, state),
            inputs: Vec::new(),
            labels: Vec::new(),
            seconds_before: seconds,
            started: Instant::now(),
            spec,
            images,
            subset,
            step,
            curve,
        })
    }

    /// The run between two steps, to be saved.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            progress: Progress {
                spec: self.spec.clone(),
                step: self.step,
                seconds: self.seconds(),
                curve: self.curve.clone(),
            },
            state: self.learner.state(),
        }
    }

    /// Steps taken.
    pub fn steps_taken(&self) -> u64 {
        self.step
    }

    /// Whether the last step is taken.
    pub fn is_done(&self) -> bool {
        self.step == self.spec.steps
    }

    /// The measurements so far.
    pub fn curve(&self) -> &[Point] {
        &self.curve
    }

    /// Takes one step, measures where the spec says so, and returns the batch's mean loss before it.
    ///
    /// # Errors
    /// [`Error::Failed`] when the loss is no longer a finite number.
    pub fn advance(&mut self) -> Result<f64> {
        self.gather_batch();
        let batch = Batch {
            dropout: Some(Dropout::new(self.spec.seed, self.step)),
            ..images_batch(&self.inputs, &self.labels)
        };
        let score = self.learner.step(self.step + 1, &batch);
        let loss = score.loss / self.labels.len() as f64;
        self.step += 1;
        self.finite(loss, "the loss of a batch")?;
        if self.spec.is_evaluated_at(self.step) {
            let point = self.measure()?;
            self.curve.push(point);
        }
        Ok(loss)
    }

    /// The record of a finished run.
    ///
    /// # Panics
    /// When the run [is not done](Self::is_done).
    pub fn record(&self, code: Code) -> RunRecord {
        assert!(self.is_done(), "a run that was cut short leaves no record");
        let spec = self.spec.clone();
        RunRecord {
            id: spec.id(),
            code,
            device: "cpu".to_owned(),
            isa: machine::isa(),
            threads: spec.batch_parts.min(rayon::current_num_threads()),
            n_params: spec.n_params(),
            flops: spec.flops(),
            seconds: (self.seconds() * 1e3).round() / 1e3,
            peak_mb: machine::peak_mb().map(f64::round),
            curve: self.curve.clone(),
            last: *self.curve.last().expect("the last step is always measured"),
            spec,
        }
    }

    fn seconds(&self) -> f64 {
        self.seconds_before + self.started.elapsed().as_secs_f64()
    }

    /// Lays the next batch into `inputs` and `labels`.
    fn gather_batch(&mut self) {
        let per_epoch = self.spec.steps_per_epoch();
        let (epoch, place) = (self.step / per_epoch, (self.step % per_epoch) as usize);
        if self.order.0 != epoch {
            let shuffled =
                permutation(self.subset.len(), &mut stream(self.spec.seed, "order of samples", epoch));
            self.order = (epoch, shuffled);
        }
        let start = place * self.spec.batch_size;
        let end = (start + self.spec.batch_size).min(self.subset.len());
        let rows = self.order.1[start..end].iter().map(|&i| self.subset[i as usize]);
        gather(&self.images.train, rows, &self.levels, &mut self.inputs, &mut self.labels);
    }

    fn measure(&mut self) -> Result<Point> {
        let images = Arc::clone(&self.images);
        let subset = std::mem::take(&mut self.subset);
        let train = self.evaluate(&images.train, &subset);
        self.subset = subset;
        let everything: Vec<u32> = (0..images.test.n as u32).collect();
        let test = self.evaluate(&images.test, &everything);
        let (n_train, n_test) = (self.subset.len() as f64, images.test.n as f64);
        self.finite(train.loss + test.loss, "the loss of an evaluation")?;
        Ok(Point {
            step: self.step,
            train_loss: train.loss / n_train,
            train_accuracy: train.correct as f64 / n_train,
            test_loss: test.loss / n_test,
            test_accuracy: test.correct as f64 / n_test,
        })
    }

    fn evaluate(&mut self, split: &Split, rows: &[u32]) -> Score {
        let mut total = Score::default();
        for rows in rows.chunks(EVALUATION_ROWS) {
            gather(split, rows.iter().copied(), &self.levels, &mut self.inputs, &mut self.labels);
            let score = self.learner.score(&images_batch(&self.inputs, &self.labels));
            total += score;
        }
        total
    }

    fn finite(&self, loss: f64, what: &str) -> Result<()> {
        if loss.is_finite() {
            return Ok(());
        }
        Err(Error::Failed(format!(
            "run {} diverged: {what} at step {} is {loss}; a smaller learning rate may help",
            self.spec.id(),
            self.step
        )))
    }
}

fn gather(
    split: &Split,
    rows: impl Iterator<Item = u32>,
    levels: &[f32; 256],
    inputs: &mut Vec<f32>,
    labels: &mut Vec<u32>,
) {
    inputs.clear();
    labels.clear();
    for row in rows {
        let row = row as usize;
        labels.push(u32::from(split.labels[row]));
        let pixels = &split.pixels[row * split.size..(row + 1) * split.size];
        inputs.extend(pixels.iter().map(|&grey| levels[grey as usize]));
    }
}

/// Images side by side, to be scored.
fn images_batch<'a>(inputs: &'a [f32], labels: &'a [u32]) -> Batch<'a> {
    Batch { inputs: Inputs::Values(inputs), targets: labels, rows: labels.len(), dropout: None }
}
