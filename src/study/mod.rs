//! The studies: what is run, what it shows, and what may be claimed.

pub mod claim;
pub mod s01_samples;
pub mod s02_size;
pub mod s04_grokking;

use crate::budget::Budget;
use crate::dashboard::{self, Page};
use crate::error::{Error, Result};
use crate::paths::{Home, write_whole};
use crate::plot::Figure;
use crate::records;
use crate::run::RunRecord;
use crate::study::claim::Claim;
use crate::sweep::Job;
use crate::table::Table;
use std::path::PathBuf;

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
    /// What its records show.
    pub results: fn(Budget, &[RunRecord]) -> Result<Results>,
}

/// What a study shows: everything that is drawn, written or claimed.
#[derive(Debug, Clone)]
pub struct Results {
    /// Hash over the records it comes from.
    pub records: String,
    /// The numbers, by name.
    pub findings: serde_json::Value,
    /// The table of claims.
    pub claims: Vec<Claim>,
    /// Our figures, for `figures/`.
    pub figures: Vec<Figure>,
    /// The original's pictures under its names, for `data/NN/`.
    pub pictures: Vec<Figure>,
    /// The original's tables under its names and with its headers, for `data/NN/`.
    pub tables: Vec<(String, Table)>,
    /// Its other files, as text, for `data/NN/`.
    pub documents: Vec<(String, String)>,
    /// Its dashboard, for `figures/dashboards/NN/`; empty where it has none.
    pub pages: Vec<Page>,
}

/// Dots per inch of every PNG.
const DOTS_PER_INCH: u32 = 300;

/// Every study that is told, in order.
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

/// The study with this number.
///
/// # Errors
/// [`Error::Usage`] naming the studies there are.
pub fn find(number: &str) -> Result<&'static Study> {
    let there: Vec<&str> = ALL.iter().map(|study| study.number).collect();
    let found = ALL.iter().find(|study| study.number == number);
    found.ok_or_else(|| {
        Error::Usage(format!("there is no study {number:?}; there is {} (or all)", there.join(", ")))
    })
}

impl Study {
    /// The records of this study's runs under a budget, in the order of its jobs.
    ///
    /// # Errors
    /// [`Error::Failed`] when some are not recorded; as [`records::read`].
    pub fn recorded(&self, home: &Home, budget: Budget) -> Result<Vec<RunRecord>> {
        let all = records::read(&home.records(self.number, budget))?;
        let command = format!("lawbook sweep {} --budget {budget}", self.number);
        crate::sweep::answered(&(self.jobs)(budget, None), &all, &command)
    }

    /// What this study's records show.
    ///
    /// # Errors
    /// As [`Study::recorded`].
    pub fn results(&self, home: &Home, budget: Budget) -> Result<Results> {
        (self.results)(budget, &self.recorded(home, budget)?)
    }
}

impl Results {
    /// Writes findings, claims, figures and the original's outputs; says which files.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save(&self, study: &Study, home: &Home, budget: Budget) -> Result<Vec<PathBuf>> {
        let mut files = vec![home.findings(study.number, budget)];
        write_whole(&files[0], self.findings_json().as_bytes())?;
        for figure in &self.figures {
            files.extend(figure.save(&home.figures(budget), DOTS_PER_INCH)?);
        }
        let outputs = home.outputs(study.number, budget);
        for figure in &self.pictures {
            files.extend(figure.save(&outputs, DOTS_PER_INCH)?);
        }
        for (name, table) in &self.tables {
            files.push(outputs.join(name));
            table.save_csv(&outputs.join(name))?;
        }
        for (name, text) in &self.documents {
            files.push(outputs.join(name));
            write_whole(&outputs.join(name), text.as_bytes())?;
        }
        files.extend(dashboard::save(&home.dashboard(study.number, budget), &self.pages)?);
        Ok(files)
    }

    /// The figure of this name.
    ///
    /// # Panics
    /// When there is none, naming those there are.
    pub fn figure(&self, name: &str) -> Figure {
        let there: Vec<&str> = self.figures.iter().map(|figure| figure.name.as_str()).collect();
        let found = self.figures.iter().find(|figure| figure.name == name);
        found.unwrap_or_else(|| panic!("there is no figure {name:?}; there is {}", there.join(", "))).clone()
    }

    /// Claims and findings as one JSON text.
    pub fn findings_json(&self) -> String {
        let json =
            serde_json::json!({ "records": self.records, "claims": self.claims, "findings": self.findings });
        serde_json::to_string_pretty(&json).expect("findings hold numbers and words only") + "\n"
    }
}
