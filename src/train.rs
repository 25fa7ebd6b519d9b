//! The one training loop.
//!
//! A [`Trainer`] is a run between two steps: it can take the next one, be saved, or be turned into
//! its record when the last is taken. Nothing in it depends on time or on other threads.

use crate::checkpoint::{Checkpoint, Progress, RunningLoss};
use crate::error::{Error, Result};
use crate::evaluate::{Means, evaluate};
use crate::feed::{self, BatchLoader, Datasets, Split, TargetKind};
use crate::learner::{Learner, State, learner};
use crate::machine;
use crate::net::batch::Batch;
use crate::net::mlp::Mlp;
use crate::ops::dropout::Dropout;
use crate::random::{permutation, stream};
use crate::run::{Code, Engine, Net, Point, RunRecord, RunSpec, Stop, Task};
use crate::snapshot::{self, Snapshot};
use std::ops::Range;
use std::time::Instant;

/// The order of the training samples in one epoch.
struct Epoch {
    /// Number of the epoch; the first is 0.
    number: u64,
    order: Vec<u32>,
}

impl Epoch {
    fn shuffled(seed: u64, number: u64, n_train: usize) -> Self {
        Self { number, order: permutation(n_train, &mut stream(seed, "order of samples", number)) }
    }
}

/// A run between two steps.
pub struct Trainer {
    /// What decides the run, how far it is, and what it has measured.
    run: Progress,
    loader: Box<dyn BatchLoader>,
    epoch: Epoch,
    learner: Box<dyn Learner>,
    /// When this program began or resumed the run.
    started: Instant,
}

impl Trainer {
    /// A run before its first step.
    ///
    /// # Errors
    /// [`Error::Failed`] when the spec does not fit the samples or this program.
    pub fn new(spec: &RunSpec, datasets: &Datasets) -> Result<Self> {
        Self::begin(Progress::start(spec), None, datasets)
    }

    /// A run where a checkpoint left it.
    ///
    /// # Errors
    /// As [`Trainer::new`].
    pub fn resume(checkpoint: Checkpoint, datasets: &Datasets) -> Result<Self> {
        Self::begin(checkpoint.progress, Some(&checkpoint.state), datasets)
    }

    fn begin(run: Progress, state: Option<&State>, datasets: &Datasets) -> Result<Self> {
        let spec = &run.spec;
        spec.check()?;
        let loader = feed::loader(spec, datasets)?;
        Ok(Self {
            epoch: Epoch::shuffled(spec.seed, run.step / spec.steps_per_epoch(), loader.n_train()),
            loader,
            learner: learner(spec, state)?,
            started: Instant::now(),
            run,
        })
    }

    /// The run between two steps, to be saved.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            progress: Progress { seconds: self.seconds(), ..self.run.clone() },
            state: self.learner.state(),
        }
    }

    /// Steps taken.
    pub fn steps_taken(&self) -> u64 {
        self.run.step
    }

    /// Whether the last step is taken.
    pub fn is_done(&self) -> bool {
        self.run.is_done()
    }

    /// The measurements so far.
    pub fn curve(&self) -> &[Point] {
        &self.run.curve
    }

    /// Takes one step, measures where the spec says so, and returns the batch's mean loss before it.
    ///
    /// # Errors
    /// [`Error::Failed`] when the loss is no longer a finite number.
    pub fn advance(&mut self) -> Result<f64> {
        if self.run.step == 0 && self.run.spec.snapshots.is_some() {
            self.run.curve = vec![self.measure(None)?];
            self.run.snapshots = vec![self.take_snapshot()?];
        }
        let places = self.next_batch();
        let loss = self.train_step(places)?;
        let validation_error = self.early_stopping()?;
        self.evaluate_and_snapshot(validation_error)?;
        Ok(loss)
    }

    /// The places of the next batch in the order of its epoch, which is drawn when the epoch begins.
    fn next_batch(&mut self) -> Range<usize> {
        let (per_epoch, n_train) = (self.run.spec.steps_per_epoch(), self.loader.n_train());
        let number = self.run.step / per_epoch;
        if number != self.epoch.number {
            self.epoch = Epoch::shuffled(self.run.spec.seed, number, n_train);
        }
        let start = (self.run.step % per_epoch) as usize * self.run.spec.batch_size;
        start..(start + self.run.spec.batch_size).min(n_train)
    }

    /// Gradient and update on one batch; its mean loss before the update.
    fn train_step(&mut self, places: Range<usize>) -> Result<f64> {
        let dropout = Some(Dropout::new(self.run.spec.seed, self.run.step));
        let places = &self.epoch.order[places];
        let batch = Batch { dropout, ..self.loader.training_batch(self.run.step, places) };
        let (sum, n_targets) = (self.learner.train_step(self.run.step + 1, &batch).loss, batch.n_targets());
        let loss = sum / n_targets as f64;
        self.run.running.add(sum, n_targets);
        self.run.step += 1;
        self.finite(loss, "the loss of a batch")?;
        Ok(loss)
    }

    /// The validation error, where early stopping measures it; an improvement becomes the best point.
    fn early_stopping(&mut self) -> Result<Option<f64>> {
        if !self.run.spec.stop.is_due(self.run.step) {
            return Ok(None);
        }
        let error = self.validation_error();
        let best = self.run.best.and_then(|best| best.validation_error);
        if best.is_none_or(|best| self.run.spec.stop.is_improvement(error, best)) {
            self.run.best = Some(self.measure(Some(error))?);
        }
        Ok(Some(error))
    }

    /// The point of the curve and the snapshot that the spec asks for after this step; what early stopping
    /// has measured is not measured again.
    fn evaluate_and_snapshot(&mut self, validation_error: Option<f64>) -> Result<()> {
        if self.run.spec.is_evaluated_at(self.run.step) || self.is_done() {
            let point = match self.run.best {
                Some(best) if best.step == self.run.step => best,
                _ => self.measure(validation_error)?,
            };
            self.run.curve.push(point);
            self.run.running = RunningLoss::default();
        }
        if self.run.spec.snapshots.is_some_and(|schedule| schedule.is_due(self.run.step, self.run.spec.steps))
        {
            let snapshot = self.take_snapshot()?;
            self.run.snapshots.push(snapshot);
        }
        Ok(())
    }

    /// A snapshot of the network, measured with the whole test set.
    fn take_snapshot(&mut self) -> Result<Snapshot> {
        let (Net::Mlp { sizes, .. }, Some(schedule)) = (&self.run.spec.net, self.run.spec.snapshots) else {
            unreachable!("the spec was checked: snapshots are taken of MLPs only");
        };
        let places: Vec<u32> = (0..self.loader.n_evaluated(Split::Test) as u32).collect();
        let batch = self.loader.batch(Split::Test, TargetKind::Observed, &places);
        let inputs: Vec<f64> = batch.values().iter().map(|&x| f64::from(x)).collect();
        let labels: Vec<u8> = batch.classes().iter().map(|&class| class as u8).collect();
        let keep = schedule.keeps_eigenvalues(self.run.step, self.run.spec.steps);
        let parameters = self.learner.parameters();
        snapshot::take(
            self.run.step,
            &Mlp::new(sizes),
            &parameters,
            (&inputs, &labels),
            keep,
            self.run.spec.seed,
        )
    }

    /// The record of a finished run.
    ///
    /// # Panics
    /// When the run [is not done](Self::is_done).
    pub fn record(&self, code: Code) -> RunRecord {
        assert!(self.is_done(), "a run that was cut short leaves no record");
        let spec = self.run.spec.clone();
        RunRecord {
            id: spec.id(),
            code,
            device: if spec.engine == Engine::DfdxCuda { "cuda" } else { "cpu" }.to_owned(),
            isa: machine::isa(),
            threads: spec.parts.min(rayon::current_num_threads()),
            n_params: spec.n_params(),
            n_non_embedding: spec.task.is_language().then(|| spec.net.n_non_embedding()),
            n_active: spec.task.is_language().then(|| spec.net.n_active()),
            flops: spec.flops(self.run.step),
            seconds: (self.seconds() * 1e3).round() / 1e3,
            peak_mb: machine::peak_mb().map(f64::round),
            curve: self.run.curve.clone(),
            last: *self.run.curve.last().expect("the last step is always measured"),
            best: self.run.best,
            snapshots: self.run.snapshots.clone(),
            spec,
        }
    }

    fn seconds(&self) -> f64 {
        self.run.seconds + self.started.elapsed().as_secs_f64()
    }

    /// A point of the curve; the validation error is measured where it is not known yet.
    fn measure(&mut self, validation_error: Option<f64>) -> Result<Point> {
        let train = self.evaluate(Split::Train, TargetKind::Observed);
        let test = self.evaluate(Split::Test, TargetKind::Observed);
        self.finite(train.loss + test.loss, "the loss of an evaluation")?;
        let regression = self.run.spec.task.is_regression();
        let text = matches!(self.run.spec.task, Task::Text { .. });
        let stops_early = self.run.spec.stop != Stop::AtSteps;
        Ok(Point {
            step: self.run.step,
            train_loss: train.loss,
            train_accuracy: train.accuracy,
            test_loss: test.loss,
            test_accuracy: test.accuracy,
            test_error: regression.then_some(test.error),
            true_error: regression.then(|| self.evaluate(Split::Test, TargetKind::NoiseFree).error),
            validation_loss: text.then(|| self.evaluate(Split::Validation, TargetKind::Observed).loss),
            running_loss: self.run.spec.task.is_language().then(|| self.run.running.mean()),
            weight_norm: self.run.spec.snapshots.map(|_| norm(&self.learner.parameters())),
            validation_error: validation_error.or_else(|| stops_early.then(|| self.validation_error())),
            family_losses: test.groups.try_into().ok(),
        })
    }

    fn validation_error(&mut self) -> f64 {
        self.evaluate(Split::Validation, TargetKind::NoiseFree).error
    }

    fn evaluate(&mut self, split: Split, targets: TargetKind) -> Means {
        evaluate(&self.run.spec.task, &mut *self.loader, &mut *self.learner, split, targets)
    }

    fn finite(&self, loss: f64, what: &str) -> Result<()> {
        if loss.is_finite() {
            return Ok(());
        }
        Err(Error::Failed(format!(
            "run {} diverged: {what} at step {} is {loss}; a smaller learning rate may help",
            self.run.spec.id(),
            self.run.step
        )))
    }
}

/// Euclidean norm.
fn norm(values: &[f64]) -> f64 {
    values.iter().map(|v| v * v).sum::<f64>().sqrt()
}
