//! The records of study 01, found by what was asked for, and the point of each that counts.

use crate::data::augment::Augmentation;
use crate::error::Result;
use crate::run::{Point, RunRecord, RunSpec, Stop};
use crate::study::s01_samples::curve::Curve;
use crate::study::s01_samples::digits::Arm;
use crate::study::s01_samples::{Design, Protocol};
use serde::Serialize;
use std::collections::BTreeMap;

/// What an error is measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// The noisy y of the test points, as the seed.
    Noisy,
    /// What is true there.
    Truth,
}

/// The records of a design, found by what was asked for.
pub struct Runs<'a> {
    /// What was asked for.
    pub design: &'a Design,
    /// Its records by identity.
    pub by_id: BTreeMap<&'a str, &'a RunRecord>,
}

impl Runs<'_> {
    /// The run of a spec.
    pub fn of(&self, spec: &RunSpec) -> &RunRecord {
        self.by_id[spec.id().as_str()]
    }

    /// A run on the sine.
    pub fn sine(
        &self,
        protocol: Protocol,
        noise: f64,
        augmentation: Augmentation,
        n: usize,
        seed: u64,
    ) -> &RunRecord {
        self.of(&self.design.spec(protocol, noise, augmentation, n, seed))
    }

    /// A run on the sine at one of the original's qualities.
    pub fn plain(&self, protocol: Protocol, quality: f64, n: usize, seed: u64) -> &RunRecord {
        self.of(&self.design.plain(protocol, quality, n, seed))
    }

    /// The curve of one arm on the sine.
    ///
    /// # Errors
    /// As [`Curve::new`].
    pub fn curve(
        &self,
        name: String,
        protocol: Protocol,
        noise: f64,
        augmentation: Augmentation,
        against: Against,
    ) -> Result<Curve> {
        let error =
            |n, seed| measured(what_counts(self.sine(protocol, noise, augmentation, n, seed)), against);
        let seed = |seed| self.design.sizes.iter().map(|&n| error(n, seed)).collect();
        Curve::new(name, &self.design.sizes, (0..self.design.seeds).map(seed).collect())
    }

    /// The curve of one arm on the digits, in per cent.
    ///
    /// # Errors
    /// As [`Curve::new`].
    pub fn digits(&self, arm: Arm) -> Result<Curve> {
        let digits = &self.design.digits;
        let sizes: Vec<usize> = digits.sizes(arm).collect();
        let error = |n, seed| 100.0 * (1.0 - what_counts(self.of(&digits.spec(arm, n, seed))).test_accuracy);
        let seed = |seed| sizes.iter().map(|&n| error(n, seed)).collect();
        Curve::new(format!("digits {}", arm.name()), &sizes, (0..digits.seeds(arm)).map(seed).collect())
    }

    /// The sizes of the digits from the first on at which no run, whatever its labels, was at its best by the first
    /// look at its validation set: there the best moment cannot have been missed before it.
    pub fn uncensored_sizes(&self) -> Vec<usize> {
        let digits = &self.design.digits;
        let arms: Vec<Arm> = Arm::all().into_iter().take(3).collect();
        let first_look = |spec: &RunSpec| match spec.stop {
            Stop::Early { every, .. } => every,
            Stop::AtSteps => 0,
        };
        let missed = |&n: &usize| {
            arms.iter().any(|&arm| {
                (0..digits.seeds(arm)).any(|seed| {
                    let run = self.of(&digits.spec(arm, n, seed));
                    what_counts(run).step <= first_look(&run.spec)
                })
            })
        };
        let sizes: Vec<usize> = digits.sizes(arms[0]).collect();
        let last = sizes.iter().rposition(missed).map_or(0, |last| last + 1);
        // Three sizes at least, or nothing could be fitted.
        sizes[last.min(sizes.len().saturating_sub(3))..].to_vec()
    }
}

/// The point of a run that counts: the best of a run that its validation error ends, else the last.
pub fn what_counts(run: &RunRecord) -> &Point {
    run.best.as_ref().unwrap_or(&run.last)
}

/// The error of a point of a regression.
pub fn measured(point: &Point, against: Against) -> f64 {
    let error = match against {
        Against::Noisy => point.test_error,
        Against::Truth => point.true_error,
    };
    error.expect("a regression has errors")
}
