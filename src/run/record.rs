//! What a run leaves: its measurements, and the facts about the program and machine that made them.

use crate::data::tokens::TokenFamily;
use crate::identity::{is_default, short_hash};
use crate::net::shape::Sizes;
use crate::run::spec::RunSpec;
use crate::snapshot::Snapshot;
use serde::{Deserialize, Serialize};
use std::fmt;

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
    /// Of a language model: parameters without those of embeddings and head.
    #[serde(default, skip_serializing_if = "is_default")]
    pub n_non_embedding: Option<usize>,
    /// Of a language model: parameters that one token meets.
    #[serde(default, skip_serializing_if = "is_default")]
    pub n_active: Option<usize>,
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
    /// The last improvement of a run with early stopping ([`crate::protocol::Stop::Early`]).
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
/// regression are mean absolute errors; its training loss is that of the first 1000 training points, that of
/// synthetic sequences of the first 640, and a text's that of as many training windows as there are for
/// validation, always the same.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
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
    /// Error on the validation set, where there is one: of a regression against the truth, the share of
    /// images classified wrongly, or the mean loss of token sequences.
    #[serde(default, skip_serializing_if = "is_default")]
    pub validation_error: Option<f64>,
    /// Of a text: mean loss on the validation windows, in nats a token.
    #[serde(default, skip_serializing_if = "is_default")]
    pub validation_loss: Option<f64>,
    /// Of a language model: mean loss of the training batches since the point before, each before its step
    /// and with dropout: what originals 000 and 004 report.
    #[serde(default, skip_serializing_if = "is_default")]
    pub running_loss: Option<f64>,
    /// Euclidean norm of all parameters, of a run with snapshots.
    #[serde(default, skip_serializing_if = "is_default")]
    pub weight_norm: Option<f64>,
    /// Mean test loss of each family of token sequences, in the order of [`TokenFamily::ALL`]; none of a
    /// family that no test sequence is of.
    #[serde(default, skip_serializing_if = "is_default")]
    pub family_losses: Option<[Option<f64>; 4]>,
}

impl Point {
    /// Whether every number of it is finite.
    pub fn is_finite(&self) -> bool {
        let numbers = [self.train_loss, self.train_accuracy, self.test_loss, self.test_accuracy];
        let more = [self.test_error, self.true_error, self.validation_error, self.weight_norm];
        let text = [self.validation_loss, self.running_loss];
        numbers.iter().chain(more.iter().chain(&text).flatten()).all(|x| x.is_finite())
    }
}

/// What a person wants to read of it, in one line.
impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(validation) = self.validation_loss {
            let [train, validation, test] = [self.train_loss, validation, self.test_loss].map(f64::exp);
            return write!(
                f,
                "perplexity: training {train:.1}   validation {validation:.1}   test {test:.1}"
            );
        }
        match (self.test_error, self.true_error) {
            (Some(noisy), Some(truth)) => {
                write!(
                    f,
                    "training loss {:.5}   test MAE {noisy:.4}   against the truth {truth:.4}",
                    self.train_loss
                )
            }
            _ if self.family_losses.is_some() => {
                write!(f, "training loss {:.4}   test loss {:.4}", self.train_loss, self.test_loss)?;
                for (family, loss) in TokenFamily::ALL.iter().zip(self.family_losses.iter().flatten()) {
                    write!(f, "   {} {:.3}", family.name(), loss.unwrap_or(f64::NAN))?;
                }
                Ok(())
            }
            _ => {
                let (train, test) = (self.train_error_percent(), self.test_error_percent());
                write!(f, "training error {train:>6.2} %   test error {test:>6.2} %")
            }
        }
    }
}

impl Point {
    /// Test error of a classification, in per cent.
    pub fn test_error_percent(&self) -> f64 {
        100.0 * (1.0 - self.test_accuracy)
    }

    /// Training error of a classification, in per cent.
    pub fn train_error_percent(&self) -> f64 {
        100.0 * (1.0 - self.train_accuracy)
    }
}

impl RunRecord {
    /// Tokens trained on a second, of a language model; evaluations and pauses count as time.
    pub fn tokens_per_second(&self) -> f64 {
        let Sizes::Tokens { sequence, .. } = self.spec.net.sizes() else { return 0.0 };
        (self.spec.samples(self.last.step) as usize * sequence) as f64 / self.seconds
    }

    /// Final test error in per cent.
    pub fn test_error_percent(&self) -> f64 {
        self.last.test_error_percent()
    }

    /// Euclidean norm of all parameters at the first and at the last point; NaN where it was not measured.
    pub fn weight_norm(&self) -> [f64; 2] {
        let first = self.curve.first().unwrap_or(&self.last);
        [first, &self.last].map(|point| point.weight_norm.unwrap_or(f64::NAN))
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
    short_hash(lines.join("\n"))
}
