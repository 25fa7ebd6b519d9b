//! Options that several verbs have, and what they must hold.

use clap::Args;
use lawbook::budget::Budget;
use lawbook::error::{Error, Result};
use lawbook::study::{ALL, Study, find};

/// Which studies.
#[derive(Debug, Args)]
pub struct StudyArg {
    /// The study: 02, or all
    #[arg(default_value = "all")]
    pub study: String,
}

/// How much work.
#[derive(Debug, Args)]
pub struct BudgetArg {
    /// smoke (a minute), class (ten minutes) or paper (as published, or more)
    #[arg(long, default_value = "paper", env = "LAWBOOK_BUDGET")]
    pub budget: Budget,
}

impl StudyArg {
    /// The studies themselves.
    pub fn chosen(&self) -> Result<Vec<&'static Study>> {
        chosen(&self.study)
    }
}

/// The study with this number, or all of them.
pub fn chosen(word: &str) -> Result<Vec<&'static Study>> {
    if word == "all" { Ok(ALL.iter().collect()) } else { Ok(vec![find(word)?]) }
}

/// Fewer replicas than this (but 0 where it is allowed) give a p that means nothing.
const FEWEST_REPLICAS: u64 = 40;

/// Refuses a goodness of fit from too few replicas.
pub fn enough_replicas(gof: u64) -> Result<()> {
    if gof == 0 || gof >= FEWEST_REPLICAS {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "--gof {gof}: a verdict wants at least {FEWEST_REPLICAS} replicas; 1000 are usual"
    )))
}
