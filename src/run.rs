//! A run: all that decides it, and all it leaves.
//!
//! The identity of a run is the hash of its spec. Two runs with one identity leave the same `curve`
//! and `final` on one instruction set; `seconds`, `device` and the like are reported, not compared.

use crate::error::{Error, Result};
pub use crate::net::shape::Net;
use crate::ops::loss::Loss;
use crate::optim::{Optimizer, Schedule};
pub use crate::protocol::{SnapshotSchedule, Spacing, Stop};
use crate::snapshot::Snapshot;
pub use crate::task::{Choice, Task};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

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
    /// Longest gradient: a longer one is scaled down to this norm.
    #[serde(default, skip_serializing_if = "is_default")]
    pub clip_norm: Option<f64>,
    /// Samples a step; the last batch of an epoch holds what is left.
    pub batch_size: usize,
    /// Into how many parts the work of a step is cut: the rows of a batch for a language model, whose
    /// gradients are added in order; the units of every layer for an MLP.
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

/// What stands in a spec by default is left out of its JSON, so that new fields keep old identities.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
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
        hex(&Sha256::digest(json), 16)
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

    /// Floating-point operations of `steps` steps of training, by [`Net::flops`].
    pub fn flops(&self, steps: u64) -> f64 {
        self.net.flops(1) * self.samples(steps) as f64
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
        } else if self.stop != Stop::AtSteps && matches!(self.task, Task::Tokens { .. }) {
            "token sequences have no validation set to stop by".to_owned()
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

/// All that a run leaves; one JSON line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// [`RunSpec::id`] of `spec`.
    pub id: String,
    /// What was asked for.
    pub spec: RunSpec,
    /// Version and commit of the program.
    pub code: Code,
    /// "cpu" or "cuda".
    pub device: String,
    /// Instruction set the numbers were computed with: "x86_64+avx512f".
    pub isa: String,
    /// Threads the run had.
    pub threads: usize,
    /// Exact number of parameters.
    pub n_params: usize,
    /// [`RunSpec::flops`] of the steps taken.
    pub flops: f64,
    /// Wall time of the run, evaluations included.
    pub seconds: f64,
    /// Peak memory of the process so far, in 2^20 bytes; absent where the system does not tell.
    pub peak_mb: Option<f64>,
    /// Measurements along the run.
    pub curve: Vec<Point>,
    /// The last of them.
    #[serde(rename = "final")]
    pub last: Point,
    /// The last improvement of a run with early stopping ([`Stop::Early`]).
    #[serde(default, skip_serializing_if = "is_default")]
    pub best: Option<Point>,
    /// Snapshots of the network, where [`RunSpec::snapshots`] asks for it.
    #[serde(default, rename = "looks", skip_serializing_if = "is_default")]
    pub snapshots: Vec<Snapshot>,
}

/// Version and commit of the program that made a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The package's version.
    pub version: String,
    /// The commit checked out when the run was made; "unknown" outside a checkout.
    pub commit: String,
}

/// One measurement, in the same mode on both sides: whole training subset, whole test set. The errors of a
/// regression are mean absolute errors; its training loss is that of the first 1000 training points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Optimizer steps taken.
    pub step: u64,
    /// Mean loss on the training subset: nats of cross-entropy, or the squared error.
    pub train_loss: f64,
    /// Share of the training subset classified rightly, 0..1; 0 and left out in a regression.
    #[serde(default, skip_serializing_if = "is_default")]
    pub train_accuracy: f64,
    /// Mean loss on the test set.
    pub test_loss: f64,
    /// Share of the test set classified rightly, 0..1; 0 and left out in a regression.
    #[serde(default, skip_serializing_if = "is_default")]
    pub test_accuracy: f64,
    /// Error of a regression against the test points' noisy targets.
    #[serde(default, skip_serializing_if = "is_default")]
    pub test_error: Option<f64>,
    /// Error of a regression at the same points against what is true there: its floor is 0.
    #[serde(default, skip_serializing_if = "is_default")]
    pub true_error: Option<f64>,
    /// Error on the validation set, where there is one: of a regression against the truth, or the share of
    /// images classified wrongly.
    #[serde(default, skip_serializing_if = "is_default")]
    pub validation_error: Option<f64>,
    /// Euclidean norm of all parameters, of a run with snapshots.
    #[serde(default, skip_serializing_if = "is_default")]
    pub weight_norm: Option<f64>,
}

/// What a person wants to read of it, in one line.
impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.test_error, self.true_error) {
            (Some(noisy), Some(truth)) => {
                write!(
                    f,
                    "training loss {:.5}   test MAE {noisy:.4}   against the truth {truth:.4}",
                    self.train_loss
                )
            }
            _ => {
                let [train, test] = [self.train_accuracy, self.test_accuracy].map(|a| 100.0 * (1.0 - a));
                write!(f, "training error {train:>6.2} %   test error {test:>6.2} %")
            }
        }
    }
}

impl RunRecord {
    /// Final test error in per cent.
    pub fn test_error_percent(&self) -> f64 {
        100.0 * (1.0 - self.last.test_accuracy)
    }

    /// Whether two records tell the same numbers: `id`, `spec`, `curve`, `final`, `best` and `snapshots`.
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.id == other.id
            && self.spec == other.spec
            && self.curve == other.curve
            && self.last == other.last
            && self.best == other.best
            && self.snapshots == other.snapshots
    }
}

/// The hash over a set of records: what seals, figures and tables carry. Order does not matter.
///
/// It covers `id`, `curve`, `final`, `best` and `snapshots`: all that a repeated run must reproduce.
pub fn seal(records: &[RunRecord]) -> String {
    let mut lines: Vec<String> = records
        .iter()
        .map(|r| {
            let json = match (&r.best, &r.snapshots[..]) {
                (None, []) => serde_json::to_string(&(&r.id, &r.curve, &r.last)),
                (Some(best), []) => serde_json::to_string(&(&r.id, &r.curve, &r.last, best)),
                (best, snapshots) => serde_json::to_string(&(&r.id, &r.curve, &r.last, best, snapshots)),
            };
            json.expect("a record holds numbers and words only")
        })
        .collect();
    lines.sort();
    lines.dedup();
    hex(&Sha256::digest(lines.join("\n")), 16)
}

/// The first `digits` hexadecimal digits of `bytes`.
fn hex(bytes: &[u8], digits: usize) -> String {
    let all: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    all[..digits].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::augment::Augmentation;

    fn spec() -> RunSpec {
        RunSpec {
            arithmetic: 2,
            engine: Engine::Fused,
            task: Task::Images {
                dataset: "mnist".into(),
                n_train: 1000,
                mean: 0.1307,
                sd: 0.3081,
                choice: Choice::Permuted,
                wrong_labels: 0.0,
                augmentation: Augmentation::None,
            },
            net: Net::Mlp { sizes: vec![784, 512, 512, 10], scale: crate::net::mlp::Scale::None },
            loss: Loss::default(),
            precision: Precision::default(),
            optimizer: Optimizer::adam(1e-3),
            schedule: Schedule::default(),
            clip_norm: None,
            batch_size: 64,
            parts: 1,
            steps: 160,
            evaluate_every: 16,
            spacing: Spacing::default(),
            stop: Stop::default(),
            snapshots: None,
            seed: 0,
        }
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
