//! The cells of study 01, and the point of each run that counts.

use crate::error::Result;
use crate::run::{Point, RunRecord, Stop};
use crate::study::curve::Curve;
use crate::study::runs::{Replicates, Runs, curve};
use crate::study::s01_samples::design::{Condition, Design, Protocol};
use crate::study::s01_samples::digits::DigitArm;
use crate::study::s01_samples::original::Quality;
use serde::Serialize;

/// What an error is measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// The noisy y of the test points, as in the original.
    Noisy,
    /// What is true there.
    Truth,
}

/// The runs of the study, cell by cell.
pub struct Cells<'a> {
    /// What was run.
    pub design: &'a Design,
    /// Its records.
    pub runs: &'a Runs,
}

impl Cells<'_> {
    /// The runs on the sine under a condition, from `n` samples.
    pub fn sine(&self, condition: Condition, n: usize) -> Replicates<'_> {
        self.runs.replicates(self.design.seeds, |seed| self.design.spec(condition, n, seed))
    }

    /// The same at one of the original's qualities.
    pub fn plain(&self, protocol: Protocol, quality: Quality, n: usize) -> Replicates<'_> {
        self.sine(Condition::of(protocol, quality), n)
    }

    /// The fitted curve of a condition on the sine.
    ///
    /// # Errors
    /// As [`Curve::fitted`].
    pub fn curve(&self, name: &str, condition: Condition, reference: Reference) -> Result<Curve> {
        let sizes = &self.design.sizes;
        let cells: Vec<Replicates> = sizes.iter().map(|&n| self.sine(condition, n)).collect();
        curve(name, &numbers(sizes), &cells, |run| measured(counted(run), reference)).fitted()
    }

    fn digit(&self, arm: DigitArm, n: usize) -> Replicates<'_> {
        let digits = &self.design.digits;
        self.runs.replicates(digits.seeds(arm), |seed| digits.spec(arm, n, seed))
    }

    /// The fitted curve of one arm on the digits, in per cent.
    ///
    /// # Errors
    /// As [`Curve::fitted`].
    pub fn digits(&self, arm: DigitArm) -> Result<Curve> {
        let sizes: Vec<usize> = self.design.digits.sizes(arm).collect();
        let cells: Vec<Replicates> = sizes.iter().map(|&n| self.digit(arm, n)).collect();
        let name = format!("digits {}", arm.name());
        curve(&name, &numbers(&sizes), &cells, |run| counted(run).test_error_percent()).fitted()
    }

    /// The sizes of the digits from the first on at which no run, whatever its labels, had its least
    /// validation error when that was first measured: there the best moment cannot have been missed before
    /// it.
    pub fn uncensored_sizes(&self) -> Vec<f64> {
        let censored = |run: &RunRecord| match run.spec.stop {
            Stop::Early { every, .. } => counted(run).step <= every,
            Stop::AtSteps => counted(run).step == 0,
        };
        let missed =
            |&n: &usize| DigitArm::LABELS.iter().any(|&arm| self.digit(arm, n).0.into_iter().any(censored));
        let sizes: Vec<usize> = self.design.digits.sizes(DigitArm::Clean).collect();
        let first = sizes.iter().rposition(missed).map_or(0, |last| last + 1);
        // Three sizes at least, or nothing could be fitted.
        numbers(&sizes[first.min(sizes.len().saturating_sub(3))..])
    }
}

fn numbers(sizes: &[usize]) -> Vec<f64> {
    sizes.iter().map(|&n| n as f64).collect()
}

/// The point of a run that counts: the best of a run that its validation error ends, else the last.
pub fn counted(run: &RunRecord) -> &Point {
    run.best.as_ref().unwrap_or(&run.last)
}

/// The error of a point of a regression.
pub fn measured(point: &Point, reference: Reference) -> f64 {
    let error = match reference {
        Reference::Noisy => point.test_error,
        Reference::Truth => point.true_error,
    };
    error.expect("a regression has errors")
}
