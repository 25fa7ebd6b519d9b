//! The spec of a run: every setting that decides its numbers. Its hash is the run's identity.

use crate::error::{Error, Result};
use crate::identity::{is_default, short_hash};
use crate::net::shape::Net;
use crate::ops::loss::Loss;
use crate::optim::{Optimizer, Schedule};
use crate::protocol::{SnapshotSchedule, Spacing, Stop};
use crate::task::Task;
use serde::{Deserialize, Serialize};

/// Raised whenever a change of code changes results, so that records of another arithmetic never mix.
pub const ARITHMETIC: u32 = 2;

/// All that decides the numbers of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// [`ARITHMETIC`] of the code that runs it.
    pub arithmetic: u32,
    /// Which implementation computes the gradients.
    pub engine: Engine,
    /// The task: data and targets.
    pub task: Task,
    /// The network.
    pub net: Net,
    /// The training loss.
    #[serde(default, skip_serializing_if = "is_default")]
    pub loss: Loss,
    /// The precision of its arithmetic.
    #[serde(default, skip_serializing_if = "is_default")]
    pub precision: Precision,
    /// The optimizer.
    pub optimizer: Optimizer,
    /// The schedule of the learning rate.
    #[serde(default, skip_serializing_if = "is_default")]
    pub schedule: Schedule,
    /// Gradient clipping: a longer gradient is scaled down to this norm.
    #[serde(default, skip_serializing_if = "is_default")]
    pub clip_norm: Option<f64>,
    /// Samples a step; the last batch of an epoch holds what is left.
    pub batch_size: usize,
    /// How many parts the work of a step is cut into: micro-batches (rows of the batch) for a language model,
    /// whose gradients are added in order; blocks of units of every layer for an MLP.
    pub parts: usize,
    /// Optimizer steps in all, or at most.
    pub steps: u64,
    /// The curve has a point every so many steps, and one at the end.
    pub evaluate_every: u64,
    /// How the points of the curve are spaced.
    #[serde(default, skip_serializing_if = "is_default")]
    pub spacing: Spacing,
    /// When the run ends.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stop: Stop,
    /// When snapshots of the network are taken; MLPs on images only.
    #[serde(default, rename = "probing", skip_serializing_if = "is_default")]
    pub snapshots: Option<SnapshotSchedule>,
    /// Decides initial weights, the choice of samples and their order.
    pub seed: u64,
}

/// Which implementation computes the gradients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// The fused operations of `ops`, on the CPU.
    Fused,
    /// Plain dfdx on the CPU.
    Dfdx,
    /// Plain dfdx on an NVIDIA GPU; needs a program built with the feature `cuda`.
    DfdxCuda,
}

/// In which precision a run computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// 32 bits.
    #[default]
    Single,
    /// 64 bits, on the CPU with the fused engine; inputs are rounded to 32 bits first.
    Double,
}

impl RunSpec {
    /// A run with the defaults of this program: fused operations in single precision, cross-entropy, a
    /// constant learning rate, no clipping, batches of 64 in one part, a curve of one point at the end, no
    /// early stopping and no snapshots. What a study decides otherwise it says by update syntax.
    pub fn new(task: Task, net: Net, optimizer: Optimizer, steps: u64, seed: u64) -> Self {
        Self {
            arithmetic: ARITHMETIC,
            engine: Engine::Fused,
            task,
            net,
            loss: Loss::default(),
            precision: Precision::default(),
            optimizer,
            schedule: Schedule::default(),
            clip_norm: None,
            batch_size: 64,
            parts: 1,
            steps,
            evaluate_every: steps,
            spacing: Spacing::default(),
            stop: Stop::default(),
            snapshots: None,
            seed,
        }
    }

    /// The run's identity: the first 16 hexadecimal digits of the SHA-256 of the spec as JSON.
    pub fn id(&self) -> String {
        let json = serde_json::to_vec(self).expect("a spec holds numbers and words only");
        short_hash(json)
    }

    /// Training samples.
    pub fn n_train(&self) -> usize {
        self.task.n_train()
    }

    /// Exact number of parameters.
    pub fn n_params(&self) -> usize {
        self.net.n_params()
    }

    /// Steps that see every training sample once.
    pub fn steps_per_epoch(&self) -> u64 {
        self.n_train().div_ceil(self.batch_size) as u64
    }

    /// Samples seen after `steps`, repeats counted.
    pub fn samples(&self, steps: u64) -> u64 {
        let epochs = steps / self.steps_per_epoch();
        let rest = (steps % self.steps_per_epoch()) * self.batch_size as u64;
        epochs * self.n_train() as u64 + rest
    }

    /// Floating-point operations of `steps` steps of training, by [`Net::flops`]; the last batch of an epoch
    /// may be smaller.
    pub fn flops(&self, steps: u64) -> f64 {
        let (epochs, per_epoch) = (steps / self.steps_per_epoch(), self.steps_per_epoch());
        let rest = self.n_train() % self.batch_size;
        let small = if rest == 0 { 0 } else { epochs };
        let whole = epochs * per_epoch + steps % per_epoch - small;
        self.net.flops(self.batch_size) * whole as f64 + self.net.flops(rest) * small as f64
    }

    /// Whether the run ends after `step` steps, when early stopping saw its last improvement at step `best`.
    pub fn ends_at(&self, step: u64, best: Option<u64>) -> bool {
        step == self.steps || self.stop.ends_at(step, best.unwrap_or(step))
    }

    /// Steps at which the curve has a point.
    pub fn is_evaluated_at(&self, step: u64) -> bool {
        step == self.steps || self.spacing.holds(step, self.evaluate_every)
    }

    /// Checks that the spec describes a run this code can do.
    ///
    /// # Errors
    /// [`Error::Failed`] with what is wrong.
    pub fn check(&self) -> Result<()> {
        self.net.check()?;
        self.task.check()?;
        self.stop.check()?;
        self.snapshots.map_or(Ok(()), SnapshotSchedule::check)?;
        let wrong = if self.arithmetic != ARITHMETIC {
            format!(
                "it asks for arithmetic {}, this program computes arithmetic {ARITHMETIC}",
                self.arithmetic
            )
        } else if self.n_train() == 0 || self.batch_size == 0 || self.steps == 0 || self.evaluate_every == 0 {
            "n_train, batch_size, steps and evaluate_every must be above 0".to_owned()
        } else if self.precision == Precision::Double
            && (self.engine != Engine::Fused || !matches!(self.net, Net::Mlp { .. }))
        {
            "double precision is there for MLPs on the fused engine".to_owned()
        } else if self.loss != Loss::CrossEntropy && !matches!(self.net, Net::Mlp { .. }) {
            "a transformer or a language model is trained on cross-entropy".to_owned()
        } else if self.task.is_regression() && self.loss != Loss::SquaredError {
            "numbers are learned by squared error".to_owned()
        } else if self.stop != Stop::AtSteps && matches!(self.task, Task::Text { .. }) {
            "a text has no early stopping: its best epoch is chosen afterwards".to_owned()
        } else if self.snapshots.is_some()
            && !matches!((&self.net, &self.task), (Net::Mlp { .. }, Task::Images { .. }))
        {
            "it asks for a snapshot, which is there for MLPs on images".to_owned()
        } else {
            return Ok(());
        };
        Err(Error::Failed(format!("run {} cannot be done: {wrong}", self.id())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::augment::Augmentation;
    use crate::net::mlp::InitScale;
    use crate::task::Choice;

    fn spec() -> RunSpec {
        let task = Task::Images {
            dataset: "mnist".into(),
            n_train: 1000,
            mean: 0.1307,
            sd: 0.3081,
            choice: Choice::Permuted,
            wrong_labels: 0.0,
            augmentation: Augmentation::None,
        };
        let net = Net::Mlp { sizes: vec![784, 512, 512, 10], scale: InitScale::None };
        RunSpec { evaluate_every: 16, ..RunSpec::new(task, net, Optimizer::adam(1e-3), 160, 0) }
    }

    #[test]
    fn the_identity_of_a_spec_is_pinned() {
        // A change here orphans every committed record.
        assert_eq!(spec().id(), "c8fd304a92a3299e");
    }

    #[test]
    fn every_field_of_a_spec_moves_its_identity() {
        let base = serde_json::to_value(spec()).unwrap();
        for (key, value) in base.as_object().unwrap() {
            let mut other = base.clone();
            other[key] = match (key.as_str(), value) {
                ("engine", _) => "dfdx".into(),
                ("task", _) => {
                    serde_json::json!({"images": {"dataset": "mnist", "n_train": 1001, "mean": 0.1307, "sd": 0.3081}})
                }
                ("net", _) => serde_json::json!({"mlp": {"sizes": [784, 10]}}),
                ("optimizer", _) => serde_json::to_value(Optimizer::adam(2e-3)).unwrap(),
                (_, number) => (number.as_u64().unwrap() + 1).into(),
            };
            let other: RunSpec = serde_json::from_value(other).unwrap();
            assert_ne!(other.id(), spec().id(), "{key} does not move the identity");
        }
    }

    #[test]
    fn samples_count_the_short_last_batch_of_an_epoch() {
        // 1000 = 15 · 64 + 40: PyTorch's loader makes 16 batches of it.
        assert_eq!((spec().steps_per_epoch(), spec().samples(160)), (16, 10_000));
        assert_eq!(spec().samples(17), 1064);
    }
}
