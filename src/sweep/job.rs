//! The runs of a sweep: labelled specs, what is recorded of them already, shards.

use crate::error::{Error, Result};
use crate::run::{RunRecord, RunSpec, Stop, Task};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// One run to be done, with the name its study gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// "A n_train=1000 seed=0".
    pub label: String,
    /// Runs of a lower rank are begun first; among equals the longest.
    pub rank: usize,
    /// What decides the run.
    pub spec: RunSpec,
}

impl Job {
    /// A run of rank 0.
    pub fn new(label: impl Into<String>, spec: RunSpec) -> Self {
        Self { label: label.into(), rank: 0, spec }
    }

    /// Floating-point operations of the whole run, evaluations included: for estimates of time. A run with
    /// early stopping is taken to need twice its least steps.
    pub fn work(&self) -> f64 {
        let spec = &self.spec;
        let steps = match spec.stop {
            Stop::AtSteps => spec.steps,
            Stop::Early { min_steps, .. } => spec.steps.min(2 * min_steps),
        };
        let evaluations = spec.spacing.count(steps, spec.evaluate_every) as f64;
        let forward = 2.0 * spec.n_params() as f64;
        let measured = match spec.task {
            Task::Sine { n_test, .. } => 3.0 * n_test as f64 * forward,
            Task::Text { n_validation, n_test, .. } => {
                (2 * n_validation + n_test) as f64 * spec.net.flops(32) / 32.0 / 3.0
            }
            Task::Tokens { n_train, n_test, .. } => {
                (n_train.min(640) + spec.stop.n_validation() + n_test) as f64 * spec.net.flops(1) / 3.0
            }
            _ => (spec.n_train() + 10_000) as f64 * forward,
        };
        spec.flops(steps) + evaluations * measured
    }
}

/// The part `index` (from 1) of `of` equal parts of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    of: usize,
}

impl Shard {
    /// The whole list.
    pub const ALL: Self = Self { index: 1, of: 1 };

    /// The jobs of this part, in their order.
    pub fn of(self, jobs: Vec<Job>) -> Vec<Job> {
        jobs.into_iter().skip(self.index - 1).step_by(self.of).collect()
    }
}

impl FromStr for Shard {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let parsed =
            text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
        match parsed {
            Some((index, of)) if (1..=of).contains(&index) => Ok(Self { index, of }),
            _ => Err(Error::Usage(format!("{text:?} is no shard: write 2/8 for the second of eight"))),
        }
    }
}

/// The jobs that no record answers yet.
pub fn pending(jobs: Vec<Job>, recorded: &[RunRecord]) -> Vec<Job> {
    let known: BTreeSet<&str> = recorded.iter().map(|r| r.id.as_str()).collect();
    jobs.into_iter().filter(|job| !known.contains(job.spec.id().as_str())).collect()
}

/// The records that answer these jobs, in their order; the label of the first that is missing otherwise.
///
/// # Errors
/// [`Error::Failed`] naming what is missing and the command that runs it.
pub fn answered(jobs: &[Job], recorded: &[RunRecord], command: &str) -> Result<Vec<RunRecord>> {
    let by_id: BTreeMap<&str, &RunRecord> = recorded.iter().map(|r| (r.id.as_str(), r)).collect();
    let found: Vec<Option<&RunRecord>> =
        jobs.iter().map(|job| by_id.get(job.spec.id().as_str()).copied()).collect();
    let answers = jobs.iter().zip(&found);
    let missing: Vec<&str> =
        answers.filter(|(_, r)| r.is_none()).map(|(job, _)| job.label.as_str()).collect();
    if let Some(first) = missing.first() {
        let n = missing.len();
        return Err(Error::Failed(format!(
            "{n} of {} runs are not recorded yet ({first}, …): run `{command}`",
            jobs.len()
        )));
    }
    Ok(found.into_iter().flatten().cloned().collect())
}
