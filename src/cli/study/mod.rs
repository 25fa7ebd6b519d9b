//! `lawbook study`: the originals' own programs, over our records and over a person's own files.

mod grokking;
mod language;
mod phases;

use clap::Subcommand;
use lawbook::error::{Error, Result};
use lawbook::paths::Home;

/// The studies whose original has programs with options.
#[derive(Debug, Subcommand)]
pub enum OriginalPrograms {
    /// Phase transitions: train, preprocess, analyze and plot
    #[command(name = "03")]
    Phases(phases::Phases),
    /// Deep grokking: train, analyze and compare
    #[command(name = "04")]
    Grokking(grokking::Grokking),
    /// Language models: train at many sizes
    #[command(name = "05")]
    Language(language::Language),
    #[command(external_subcommand)]
    Other(Vec<String>),
}

impl OriginalPrograms {
    pub fn run(&self) -> Result<()> {
        match self {
            Self::Phases(phases) => phases.run(),
            Self::Grokking(grokking) => grokking.run(&Home::find()?),
            Self::Language(language) => language.run(&Home::find()?),
            Self::Other(words) => Err(Error::Usage(format!(
                "`lawbook study` has the original's programs of 03, 04 and 05, not of {:?}; the others have `lawbook sweep`, `figures` and `claims`",
                words.first().map_or("", String::as_str)
            ))),
        }
    }
}
