//! How far a run is: the part of a checkpoint that is no tensor.

use crate::machine;
use crate::run::{Point, RunSpec};
use crate::snapshot::Snapshot;
use serde::{Deserialize, Serialize};

/// What decides the run, how far it is, and what it has measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What decides the run.
    pub spec: RunSpec,
    /// Instruction set that computed it so far, as [`crate::machine::isa`] names it; empty in files of old.
    #[serde(default)]
    pub isa: String,
    /// Steps taken.
    pub step: u64,
    /// Wall seconds spent.
    pub seconds: f64,
    /// Measurements so far.
    pub curve: Vec<Point>,
    /// The last improvement, of a run with early stopping.
    #[serde(default)]
    pub best: Option<Point>,
    /// The snapshots so far.
    #[serde(default, rename = "looks")]
    pub snapshots: Vec<Snapshot>,
    /// The loss of the training batches since the last point of the curve.
    #[serde(default)]
    pub running: RunningLoss,
}

/// The loss of some training batches, each before its step and with dropout.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct RunningLoss {
    /// Summed loss.
    pub loss: f64,
    /// Targets that it is summed over.
    pub n_targets: u64,
}

impl RunningLoss {
    /// One batch more.
    pub fn add(&mut self, loss: f64, n_targets: usize) {
        self.loss += loss;
        self.n_targets += n_targets as u64;
    }

    /// Mean loss of a target.
    pub fn mean(&self) -> f64 {
        self.loss / self.n_targets as f64
    }
}

impl Progress {
    /// A run before its first step.
    pub fn start(spec: &RunSpec) -> Self {
        Self {
            spec: spec.clone(),
            isa: machine::isa(),
            step: 0,
            seconds: 0.0,
            curve: Vec::new(),
            best: None,
            snapshots: Vec::new(),
            running: RunningLoss::default(),
        }
    }

    /// Whether the run has ended.
    pub fn is_done(&self) -> bool {
        self.spec.ends_at(self.step, self.best.map(|best| best.step))
    }

    /// What no run could have left, in words; `None` when all is well.
    pub fn problem(&self) -> Option<String> {
        let (step, steps) = (self.step, self.spec.steps);
        let points = || self.curve.iter().chain(&self.best);
        let rising = |steps: Vec<u64>| {
            steps.is_sorted_by(|a, b| a < b) && steps.last().is_none_or(|last| *last <= step)
        };
        let problem = if step > steps {
            format!("it has taken {step} of {steps} steps")
        } else if !(self.seconds >= 0.0 && self.seconds.is_finite()) {
            format!("it has taken {} seconds", self.seconds)
        } else if !rising(self.curve.iter().map(|point| point.step).collect()) {
            format!("the steps of its curve do not rise up to step {step}")
        } else if !rising(self.snapshots.iter().map(|snapshot| snapshot.step).collect()) {
            format!("the steps of its snapshots do not rise up to step {step}")
        } else if self.best.is_some_and(|best| best.step > step) {
            format!("its best point lies beyond step {step}")
        } else if !points().all(Point::is_finite) {
            "a point of its curve is not finite".to_owned()
        } else if self.is_done() && self.curve.last().is_none_or(|last| last.step != step) {
            format!("it has ended at step {step} and its curve has not")
        } else {
            return None;
        };
        Some(problem)
    }
}
