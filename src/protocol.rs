//! When a run is measured, and when it ends.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// How the points of a curve are spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spacing {
    /// One every `evaluate_every` steps.
    #[default]
    Even,
    /// One after `evaluate_every` steps, and then whenever the steps have doubled: even on a log axis.
    Doubling,
}

impl Spacing {
    /// Whether a point stands at `step`; the end of a run has one in any case.
    ///
    /// ```
    /// use lawbook::protocol::Spacing;
    /// let places: Vec<u64> = (1..=100).filter(|&step| Spacing::Doubling.holds(step, 10)).collect();
    /// assert_eq!(places, [10, 20, 40, 80]);
    /// ```
    pub fn holds(self, step: u64, evaluate_every: u64) -> bool {
        step.is_multiple_of(evaluate_every)
            && (self == Self::Even || (step / evaluate_every).is_power_of_two())
    }

    /// How many points a run of `steps` has.
    pub fn count(self, steps: u64, evaluate_every: u64) -> u64 {
        let even = steps.div_ceil(evaluate_every).max(1);
        match self {
            Self::Even => even,
            Self::Doubling => u64::from(even.next_power_of_two().ilog2()) + 1,
        }
    }
}

/// When a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Stop {
    /// After its `steps`.
    #[default]
    AtSteps,
    /// When the validation error has stopped falling; after its `steps` at the latest.
    ///
    /// The error of the last noteworthy point is the bar. A point is noteworthy when its error lies below the
    /// bar by the share `fall`. The run ends when the last noteworthy point is older than the share `within` of
    /// the steps so far.
    Plateau {
        /// Samples of a validation set that is neither learned from nor tested on, without noise.
        n_validation: usize,
        /// Steps from one look at it to the next.
        every: u64,
        /// The run does not end before so many steps.
        from: u64,
        /// The least fall that counts, as a share: 0.01.
        fall: f64,
        /// The longest time without one, as a share of the steps so far: 0.2.
        within: f64,
    },
}

impl Stop {
    /// Size of the validation set.
    pub fn n_validation(self) -> usize {
        match self {
            Self::AtSteps => 0,
            Self::Plateau { n_validation, .. } => n_validation,
        }
    }

    /// Checks that the numbers make sense.
    ///
    /// # Errors
    /// [`Error::Failed`] with what is wrong.
    pub fn check(self) -> Result<()> {
        let Self::Plateau { n_validation, every, fall, within, .. } = self else { return Ok(()) };
        let share = |x: f64| (0.0..1.0).contains(&x);
        if n_validation > 0 && every > 0 && share(fall) && share(within) {
            return Ok(());
        }
        Err(Error::Failed(format!(
            "a plateau is seen on at least one sample, every so many steps, with shares from 0 to below 1: {self:?}"
        )))
    }

    /// Whether the validation error is looked at after `step` steps.
    pub fn looks_at(self, step: u64) -> bool {
        matches!(self, Self::Plateau { every, .. } if step.is_multiple_of(every))
    }

    /// Whether an error is noteworthy beside the last one that was.
    pub fn is_noteworthy(self, error: f64, bar: f64) -> bool {
        matches!(self, Self::Plateau { fall, .. } if error < (1.0 - fall) * bar)
    }

    /// Whether a run ends after `step` steps when its last noteworthy point is that of step `best`.
    ///
    /// ```
    /// use lawbook::protocol::Stop;
    /// let stop = Stop::Plateau { n_validation: 500, every: 100, from: 1000, fall: 0.01, within: 0.2 };
    /// assert!(!stop.ends_at(1200, 1000) && stop.ends_at(1300, 1000));
    /// assert!(!stop.ends_at(900, 100) && stop.ends_at(1000, 100), "not before step 1000");
    /// ```
    pub fn ends_at(self, step: u64, best: u64) -> bool {
        match self {
            Self::AtSteps => false,
            Self::Plateau { from, within, .. } => {
                self.looks_at(step) && step >= from && (step - best) as f64 > within * step as f64
            }
        }
    }
}
