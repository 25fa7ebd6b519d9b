//! The protocol of a run: evaluation steps, the schedule of snapshots, early stopping.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// The spacing of the evaluations along a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spacing {
    /// One every `evaluate_every` steps.
    #[default]
    Even,
    /// One after `evaluate_every` steps, and then whenever the steps have doubled: even on a log axis.
    Doubling,
    /// One whenever the steps have doubled, from the first on, and then one every `evaluate_every` steps.
    DoublingThenEven,
}

impl Spacing {
    /// Whether there is an evaluation at `step`; the end of a run has one in any case.
    ///
    /// ```
    /// use lawbook::protocol::Spacing;
    /// let places: Vec<u64> = (1..=100).filter(|&step| Spacing::Doubling.holds(step, 10)).collect();
    /// assert_eq!(places, [10, 20, 40, 80]);
    /// let places: Vec<u64> = (1..=40).filter(|&step| Spacing::DoublingThenEven.holds(step, 10)).collect();
    /// assert_eq!(places, [1, 2, 4, 8, 10, 20, 30, 40]);
    /// ```
    pub fn holds(self, step: u64, evaluate_every: u64) -> bool {
        let even = step.is_multiple_of(evaluate_every);
        match self {
            Self::Even => even,
            Self::Doubling => even && (step / evaluate_every).is_power_of_two(),
            Self::DoublingThenEven => even || (step < evaluate_every && step.is_power_of_two()),
        }
    }

    /// Number of evaluations of a run of `steps`.
    pub fn count(self, steps: u64, evaluate_every: u64) -> u64 {
        let even = steps.div_ceil(evaluate_every).max(1);
        match self {
            Self::Even => even,
            Self::Doubling => u64::from(even.next_power_of_two().ilog2()) + 1,
            Self::DoublingThenEven => even + u64::from(evaluate_every.min(steps).next_power_of_two().ilog2()),
        }
    }
}

/// The schedule of a run's snapshots ([`crate::snapshot`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotSchedule {
    /// Steps from one snapshot to the next; the first is before the first step, the last after the last.
    pub every: u64,
    /// Steps from one snapshot that keeps all eigenvalues to the next; `None` keeps none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eigenvalues_every: Option<u64>,
}

impl SnapshotSchedule {
    /// Whether a snapshot is due after `step` of `steps` steps.
    pub fn is_due(self, step: u64, steps: u64) -> bool {
        step == steps || step.is_multiple_of(self.every)
    }

    /// Whether that snapshot keeps all eigenvalues.
    pub fn keeps_eigenvalues(self, step: u64, steps: u64) -> bool {
        self.eigenvalues_every.is_some_and(|every| step == steps || step.is_multiple_of(every))
    }

    /// Checks that the numbers make sense.
    ///
    /// # Errors
    /// [`Error::Failed`] with what is wrong.
    pub fn check(self) -> Result<()> {
        if self.every > 0 && self.eigenvalues_every.is_none_or(|every| every > 0 && every % self.every == 0) {
            return Ok(());
        }
        Err(Error::Failed(format!(
            "snapshots are taken every so many steps, and eigenvalues are kept at some of them: {self:?}"
        )))
    }
}

/// The rule that ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Stop {
    /// A fixed number of steps.
    #[default]
    AtSteps,
    /// Early stopping on the validation error; after the spec's `steps` at the latest.
    ///
    /// A measurement is an improvement when its error is below the best so far by at least the share
    /// `min_delta` of it. The run ends when the last improvement is older than the share `patience` of the
    /// steps so far.
    #[serde(rename = "plateau")]
    Early {
        /// Samples of a validation set that is neither trained nor tested on, without noise.
        n_validation: usize,
        /// Steps from one measurement of it to the next.
        every: u64,
        /// The run does not end before so many steps.
        #[serde(rename = "from")]
        min_steps: u64,
        /// The least improvement that counts, as a share of the best error: 0.01.
        #[serde(rename = "fall")]
        min_delta: f64,
        /// The longest time without an improvement, as a share of the steps so far: 0.2.
        #[serde(rename = "within")]
        patience: f64,
    },
}

impl Stop {
    /// Size of the validation set.
    pub fn n_validation(self) -> usize {
        match self {
            Self::AtSteps => 0,
            Self::Early { n_validation, .. } => n_validation,
        }
    }

    /// Checks that the numbers make sense.
    ///
    /// # Errors
    /// [`Error::Failed`] with what is wrong.
    pub fn check(self) -> Result<()> {
        let Self::Early { n_validation, every, min_delta, patience, .. } = self else { return Ok(()) };
        let share = |x: f64| (0.0..1.0).contains(&x);
        if n_validation > 0 && every > 0 && share(min_delta) && share(patience) {
            return Ok(());
        }
        Err(Error::Failed(format!(
            "early stopping needs at least one validation sample, every above 0, and min_delta and patience \
             from 0 to below 1: {self:?}"
        )))
    }

    /// Whether the validation error is measured after `step` steps.
    pub fn is_due(self, step: u64) -> bool {
        matches!(self, Self::Early { every, .. } if step.is_multiple_of(every))
    }

    /// Whether an error is an improvement on the best so far.
    pub fn is_improvement(self, error: f64, best: f64) -> bool {
        matches!(self, Self::Early { min_delta, .. } if error < (1.0 - min_delta) * best)
    }

    /// Whether a run ends after `step` steps when its last improvement was at step `best`.
    ///
    /// ```
    /// use lawbook::protocol::Stop;
    /// let (n_validation, every, min_steps) = (500, 100, 1000);
    /// let stop = Stop::Early { n_validation, every, min_steps, min_delta: 0.01, patience: 0.2 };
    /// assert!(!stop.ends_at(1200, 1000) && stop.ends_at(1300, 1000));
    /// assert!(!stop.ends_at(900, 100) && stop.ends_at(1000, 100), "not before step 1000");
    /// ```
    pub fn ends_at(self, step: u64, best: u64) -> bool {
        match self {
            Self::AtSteps => false,
            Self::Early { min_steps, patience, .. } => {
                self.is_due(step) && step >= min_steps && (step - best) as f64 > patience * step as f64
            }
        }
    }
}
