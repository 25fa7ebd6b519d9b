//! The one training loop.
//!
//! A [`Trainer`] is a run between two steps: it can take the next one, be saved, or be turned into
//! its record when the last is taken. Nothing in it depends on time or on other threads.

use crate::checkpoint::{Checkpoint, Progress};
use crate::error::{Error, Result};
use crate::feed::{self, BatchLoader, Datasets, Split, TargetKind};
use crate::learner::{Learner, State, learner};
use crate::machine;
use crate::net::batch::Batch;
use crate::net::mlp::Mlp;
use crate::ops::dropout::Dropout;
use crate::ops::loss::Score;
use crate::random::{permutation, stream};
use crate::run::{Code, Engine, Net, Point, RunRecord, RunSpec, Stop};
use crate::snapshot::{self, Snapshot};
use std::time::Instant;

/// Means over the samples of one split.
struct Means {
    loss: f64,
    accuracy: f64,
    /// Absolute error of a regression, share of wrong answers otherwise.
    error: f64,
}

/// A run between two steps.
pub struct Trainer {
    spec: RunSpec,
    loader: Box<dyn BatchLoader>,
    /// The order of the training samples in the current epoch, and which epoch that is.
    order: (u64, Vec<u32>),
    learner: Box<dyn Learner>,
    step: u64,
    curve: Vec<Point>,
    best: Option<Point>,
    snapshots: Vec<Snapshot>,
    seconds_before: f64,
    started: Instant,
}

impl Trainer {
    /// A run before its first step.
    ///
    /// # Errors
    /// [`Error::Failed`] when the spec does not fit the samples or this program.
    pub fn new(spec: &RunSpec, datasets: &Datasets) -> Result<Self> {
        let (spec, curve, snapshots) = (spec.clone(), Vec::new(), Vec::new());
        Self::begin(Progress { spec, step: 0, seconds: 0.0, curve, best: None, snapshots }, None, datasets)
    }

    /// A run where a checkpoint left it.
    ///
    /// # Errors
    /// As [`Trainer::new`].
    pub fn resume(checkpoint: Checkpoint, datasets: &Datasets) -> Result<Self> {
        Self::begin(checkpoint.progress, Some(&checkpoint.state), datasets)
    }

    fn begin(progress: Progress, state: Option<&State>, datasets: &Datasets) -> Result<Self> {
        let Progress { spec, step, seconds, curve, best, snapshots } = progress;
        spec.check()?;
        Ok(Self {
            loader: feed::loader(&spec, datasets)?,
            order: (u64::MAX, Vec::new()),
            learner: learner(&spec, state)?,
            seconds_before: seconds,
            started: Instant::now(),
            spec,
            step,
            curve,
            best,
            snapshots,
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
                best: self.best,
                snapshots: self.snapshots.clone(),
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
        let best = self.best.map_or(self.step, |best| best.step);
        self.step == self.spec.steps || self.spec.stop.ends_at(self.step, best)
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
        if self.spec.snapshots.is_some() && self.step == 0 {
            self.curve = vec![self.measure()?];
            self.snapshots = vec![self.take_snapshot()?];
        }
        let per_epoch = self.spec.steps_per_epoch();
        let (epoch, place) = (self.step / per_epoch, (self.step % per_epoch) as usize);
        let n_train = self.loader.n_train();
        if self.order.0 != epoch {
            let mut random = stream(self.spec.seed, "order of samples", epoch);
            self.order = (epoch, permutation(n_train, &mut random));
        }
        let start = place * self.spec.batch_size;
        let end = (start + self.spec.batch_size).min(n_train);
        let dropout = Some(Dropout::new(self.spec.seed, self.step));
        let places = &self.order.1[start..end];
        let batch = Batch { dropout, ..self.loader.training_batch(self.step, places) };
        let score = self.learner.step(self.step + 1, &batch);
        let loss = score.loss / batch.n_targets() as f64;
        self.step += 1;
        self.finite(loss, "the loss of a batch")?;
        if self.spec.stop.is_due(self.step) {
            let error = self.validation_error();
            if self
                .best
                .and_then(|b| b.validation_error)
                .is_none_or(|best| self.spec.stop.is_improvement(error, best))
            {
                self.best = Some(self.measure()?);
            }
        }
        if self.spec.is_evaluated_at(self.step) || self.is_done() {
            let point = self.measure()?;
            self.curve.push(point);
        }
        if self.spec.snapshots.is_some_and(|p| p.is_due(self.step, self.spec.steps)) {
            let snapshot = self.take_snapshot()?;
            self.snapshots.push(snapshot);
        }
        Ok(loss)
    }

    /// A snapshot of the network, measured with the whole test set.
    fn take_snapshot(&mut self) -> Result<Snapshot> {
        let (Net::Mlp { sizes, .. }, Some(schedule)) = (&self.spec.net, self.spec.snapshots) else {
            unreachable!("the spec was checked: snapshots are taken of MLPs only");
        };
        let places: Vec<u32> = (0..self.loader.n_evaluated(Split::Test) as u32).collect();
        let batch = self.loader.batch(Split::Test, TargetKind::Observed, &places);
        let inputs: Vec<f64> = batch.values().iter().map(|&x| f64::from(x)).collect();
        let labels: Vec<u8> = batch.classes().iter().map(|&class| class as u8).collect();
        let keep = schedule.keeps_eigenvalues(self.step, self.spec.steps);
        let parameters = self.learner.parameters();
        snapshot::take(self.step, &Mlp::new(sizes), &parameters, (&inputs, &labels), keep, self.spec.seed)
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
            device: if spec.engine == Engine::DfdxCuda { "cuda" } else { "cpu" }.to_owned(),
            isa: machine::isa(),
            threads: spec.parts.min(rayon::current_num_threads()),
            n_params: spec.n_params(),
            flops: spec.flops(self.step),
            seconds: (self.seconds() * 1e3).round() / 1e3,
            peak_mb: machine::peak_mb().map(f64::round),
            curve: self.curve.clone(),
            last: *self.curve.last().expect("the last step is always measured"),
            best: self.best,
            snapshots: self.snapshots.clone(),
            spec,
        }
    }

    fn seconds(&self) -> f64 {
        self.seconds_before + self.started.elapsed().as_secs_f64()
    }

    fn measure(&mut self) -> Result<Point> {
        let (train, test) = (
            self.evaluate(Split::Train, TargetKind::Observed),
            self.evaluate(Split::Test, TargetKind::Observed),
        );
        self.finite(train.loss + test.loss, "the loss of an evaluation")?;
        let regression = self.spec.task.is_regression();
        Ok(Point {
            step: self.step,
            train_loss: train.loss,
            train_accuracy: train.accuracy,
            test_loss: test.loss,
            test_accuracy: test.accuracy,
            test_error: regression.then_some(test.error),
            true_error: regression.then(|| self.evaluate(Split::Test, TargetKind::NoiseFree).error),
            weight_norm: self.spec.snapshots.map(|_| norm(&self.learner.parameters())),
            validation_error: (self.spec.stop != Stop::AtSteps).then(|| self.validation_error()),
        })
    }

    fn validation_error(&mut self) -> f64 {
        self.evaluate(Split::Validation, TargetKind::NoiseFree).error
    }

    /// Means over one split, dropout off.
    fn evaluate(&mut self, split: Split, targets: TargetKind) -> Means {
        let places: Vec<u32> = (0..self.loader.n_evaluated(split) as u32).collect();
        let (mut total, mut n_targets) = (Score::default(), 0);
        for places in places.chunks(self.loader.evaluation_rows()) {
            let batch = self.loader.batch(split, targets, places);
            total += self.learner.score(&batch);
            n_targets += batch.n_targets();
        }
        let n = n_targets as f64;
        let (accuracy, absolute) = (total.correct as f64 / n, total.absolute / n);
        let error = if self.spec.task.is_regression() { absolute } else { 1.0 - accuracy };
        Means { loss: total.loss / n, accuracy, error }
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

/// Euclidean norm.
fn norm(values: &[f64]) -> f64 {
    values.iter().map(|v| v * v).sum::<f64>().sqrt()
}
