//! The studies: what is run, what it shows, and what may be claimed.
//!
//! A study is a design (cells, and the spec of each), findings worked out from the records, claims, and
//! figures. What studies share stands in front of them: [`runs`], [`curve`], [`compare`], [`claim`],
//! [`series`], [`results`].

pub mod claim;
pub mod power_of_means;
pub mod curve;
pub mod compare;
pub mod runs;
pub mod series;
pub mod results;
pub mod s01_samples;
pub mod s02_size;
pub mod s03_phases;
pub mod s04_grokking;
pub mod s05_language;

use crate::budget::Budget;
use crate::error::{Error, Result};
use crate::paths::Home;
use crate::records;
use crate::study::results::Results;
use crate::study::runs::Runs;
use crate::sweep::Job;

/// A study: its number is its name everywhere.
#[derive(Debug, Clone, Copy)]
pub struct Study {
    /// "02".
    pub number: &'static str,
    /// The question it asks.
    pub question: &'static str,
    /// Datasets it needs.
    pub datasets: &'static [&'static str],
    /// Its runs under a budget, with another number of seeds if asked.
    pub jobs: fn(Budget, Option<u64>) -> Vec<Job>,
    /// What its runs show.
    pub results: fn(&Runs) -> Result<Results>,
}

/// Every study with recorded runs, in order.
pub const ALL: &[Study] = &[
    Study {
        number: "01",
        question: "How many samples, of what quality? The error on a noisy sine",
        datasets: &["mnist"],
        jobs: |budget, seeds| s01_samples::design(budget, seeds).jobs(),
        results: s01_samples::results,
    },
    Study {
        number: "02",
        question: "Bigger is better? MNIST error against data and width",
        datasets: &["mnist"],
        jobs: |budget, seeds| s02_size::design(budget, seeds).jobs(),
        results: s02_size::results,
    },
    Study {
        number: "04",
        question: "Deep grokking: when does a deep network generalize, and do its spectra tell?",
        datasets: &["mnist"],
        jobs: |budget, seeds| s04_grokking::design(budget, seeds).jobs(),
        results: s04_grokking::results,
    },
];

/// Studies whose runs are under way, in order: found by their numbers, but not among all.
pub const UNDER_WAY: &[Study] = &[
    Study {
        number: "03",
        question: "Phase transitions: does generalization set in at once, and where?",
        datasets: &[],
        jobs: |budget, seeds| s03_phases::design(budget, seeds).jobs(),
        results: s03_phases::results,
    },
    Study {
        number: "05",
        question: "Language models: does perplexity fall with size as a power law, and as a transformer's does?",
        datasets: &["sotu"],
        jobs: |budget, seeds| s05_language::design(budget, seeds).jobs(),
        results: s05_language::results,
    },
];

/// The study with this number.
///
/// # Errors
/// [`Error::Usage`] naming the studies there are.
pub fn find(number: &str) -> Result<&'static Study> {
    let there: Vec<&str> = ALL.iter().chain(UNDER_WAY).map(|study| study.number).collect();
    let found = ALL.iter().chain(UNDER_WAY).find(|study| study.number == number);
    found.ok_or_else(|| {
        Error::Usage(format!("there is no study {number:?}; there is {} (or all)", there.join(", ")))
    })
}

impl Study {
    /// The recorded runs of this study under a budget.
    ///
    /// # Errors
    /// As [`Runs::of`] and [`records::read`].
    pub fn runs(&self, home: &Home, budget: Budget) -> Result<Runs> {
        let recorded = records::read(&home.records(self.number, budget))?;
        Runs::of(&(self.jobs)(budget, None), &recorded, self.number, budget)
    }

    /// What this study's runs show.
    ///
    /// # Errors
    /// As [`Study::runs`].
    pub fn results(&self, home: &Home, budget: Budget) -> Result<Results> {
        (self.results)(&self.runs(home, budget)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_run_stands_twice_in_a_study_and_every_run_can_be_done() {
        for study in ALL {
            for budget in Budget::ALL {
                let jobs = (study.jobs)(budget, None);
                let ids: BTreeSet<String> = jobs.iter().map(|job| job.spec.id()).collect();
                assert_eq!(ids.len(), jobs.len(), "{} {budget}: an id stands twice", study.number);
                let labels: BTreeSet<&str> = jobs.iter().map(|job| job.label.as_str()).collect();
                assert_eq!(labels.len(), jobs.len(), "{} {budget}: a label stands twice", study.number);
                jobs.iter().for_each(|job| job.spec.check().unwrap());
            }
        }
    }
}
