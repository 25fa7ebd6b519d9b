//! The recorded runs of a study: found by their specs, and what they show over seeds.

use crate::budget::Budget;
use crate::error::Result;
use crate::run::{Point, RunRecord, RunSpec, seal};
use crate::stats::{Mean, mean};
use crate::study::curve::Curve;
use crate::sweep::{Job, answered};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::ops::Index;

/// The records of every run of a study under one budget; `runs[&spec]` is the record of one.
#[derive(Debug, Clone)]
pub struct Runs {
    budget: Budget,
    /// In the order of the study's jobs.
    records: Vec<RunRecord>,
    /// Where the record of each identity stands.
    places: HashMap<String, usize>,
}

/// The records that numbers come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Hash over the records.
    pub records: String,
    /// How many there are.
    pub n_records: usize,
    /// Budget of the runs.
    pub budget: Budget,
    /// Repetitions of a cell, of the cells that have most: how many different seeds there are.
    pub seeds: u64,
}

impl Runs {
    /// The records that answer a study's jobs.
    ///
    /// # Errors
    /// [`crate::error::Error::Failed`] naming the first run that is missing and the command that does it.
    pub fn of(jobs: &[Job], recorded: &[RunRecord], study: &str, budget: Budget) -> Result<Self> {
        let records = answered(jobs, recorded, &format!("lawbook sweep {study} --budget {budget}"))?;
        let places = records.iter().enumerate().map(|(i, record)| (record.id.clone(), i)).collect();
        Ok(Self { budget, records, places })
    }

    /// The budget of the runs.
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// All records, in the order of the study's jobs.
    pub fn records(&self) -> &[RunRecord] {
        &self.records
    }

    /// The replicates of a run: `spec` under seeds 0, 1, …
    pub fn replicates(&self, seeds: u64, spec: impl Fn(u64) -> RunSpec) -> Replicates<'_> {
        Replicates((0..seeds).map(|seed| &self[&spec(seed)]).collect())
    }

    /// What the findings say of where they come from.
    pub fn provenance(&self) -> Provenance {
        Provenance {
            records: seal(&self.records),
            n_records: self.records.len(),
            budget: self.budget,
            seeds: self.records.iter().map(|record| record.spec.seed).collect::<BTreeSet<_>>().len() as u64,
        }
    }
}

/// The record of a run; panics, as a map's index does, where the study has no such run.
impl Index<&RunSpec> for Runs {
    type Output = RunRecord;

    fn index(&self, spec: &RunSpec) -> &RunRecord {
        let id = spec.id();
        let place = self.places.get(&id).unwrap_or_else(|| panic!("the study has no run {id}: {spec:?}"));
        &self.records[*place]
    }
}

/// "160 runs, up to 10 seeds a cell, records 0123456789abcdef".
impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} runs, up to {} seeds a cell, records {}", self.n_records, self.seeds, self.records)
    }
}

/// The mean over seeds 0, 1, … of a value that each has.
///
/// # Panics
/// Without seeds.
pub fn over_seeds(seeds: u64, value: impl Fn(u64) -> f64) -> Mean {
    mean(&(0..seeds).map(value).collect::<Vec<_>>())
}

/// Replicates of a run: one spec under seeds 0, 1, …
#[derive(Debug, Clone)]
pub struct Replicates<'a>(pub Vec<&'a RunRecord>);

impl Replicates<'_> {
    /// A measure of every run.
    pub fn by_seed(&self, measure: impl Fn(&RunRecord) -> f64) -> Vec<f64> {
        self.0.iter().map(|run| measure(run)).collect()
    }

    /// Its mean over seeds.
    pub fn mean(&self, measure: impl Fn(&RunRecord) -> f64) -> Mean {
        mean(&self.by_seed(measure))
    }

    /// A measure along the runs' curves, point by point, averaged over seeds.
    pub fn along(&self, measure: impl Fn(&Point) -> f64) -> Vec<f64> {
        let at = |i: usize| self.0.iter().map(|run| measure(&run.curve[i])).sum::<f64>();
        (0..self.0[0].curve.len()).map(|i| at(i) / self.0.len() as f64).collect()
    }

    /// A measure of this cell less that of another, seed by seed.
    pub fn less(&self, other: &Replicates, measure: impl Fn(&RunRecord) -> f64) -> Paired {
        Paired::of(&other.by_seed(&measure), &self.by_seed(&measure))
    }
}

/// Two conditions compared seed by seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// The second less the first, by seed.
    pub differences: Vec<f64>,
    /// Their mean.
    pub difference: Mean,
    /// p-value of "no difference" by the paired t test.
    pub p: f64,
    /// True difference that this test would find with a chance of 80 %.
    pub detectable: f64,
}

impl Paired {
    /// Compares two values of every seed.
    ///
    /// # Panics
    /// Without seeds.
    pub fn of(first: &[f64], second: &[f64]) -> Self {
        let differences: Vec<f64> = first.iter().zip(second).map(|(first, second)| second - first).collect();
        let difference = mean(&differences);
        Self { differences, difference, p: difference.p_zero(), detectable: difference.detectable() }
    }
}

/// A curve of a measure with a point for each of these cells.
pub fn curve(name: &str, x: &[f64], cells: &[Replicates], measure: impl Fn(&RunRecord) -> f64) -> Curve {
    let by_place: Vec<Vec<f64>> = cells.iter().map(|cell| cell.by_seed(&measure)).collect();
    let of_seed = |seed: usize| by_place.iter().map(|errors| errors[seed]).collect();
    Curve::measured(name, x, (0..by_place[0].len()).map(of_seed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_seeds_share_cancels_in_a_paired_comparison() {
        // Seeds differ by 10, the conditions by 1 to 1.2: unpaired, nothing could be told.
        let pairs = Paired::of(&[0.0, 10.0, 20.0], &[1.0, 11.1, 21.2]);
        assert!(pairs.difference.low > 0.0 && pairs.p < 0.01, "{pairs:?}");
        assert_eq!(over_seeds(3, |seed| 10.0 * seed as f64).mean, 10.0);
    }

    #[test]
    fn a_missing_run_is_named_with_the_command_that_does_it() {
        let jobs = crate::study::s02_size::design(Budget::Smoke, None).jobs();
        let message = Runs::of(&jobs, &[], "02", Budget::Smoke).unwrap_err().to_string();
        assert!(message.contains(&jobs[0].label), "{message}");
        assert!(message.contains("lawbook sweep 02 --budget smoke"), "{message}");
    }
}
