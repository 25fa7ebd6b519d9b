//! The functions of a notebook: set-up, records, a live run, claims, and the seal at the end.
//!
//! These functions do not return `Result`: in a notebook a failure should stop the cell with its
//! sentence. The kernel reports a cell as fine when a thread that it started has panicked. A reader
//! sees the message and judges; a headless run (`workbook/kernel/run.py`) must not pass over it, and
//! sets `LAWBOOK_STRICT=1`.

use crate::budget::Budget;
use crate::error::Result;
use crate::feed::Datasets;
use crate::machine;
use crate::paths::Home;
use crate::run::{self, Code, RunRecord, RunSpec};
use crate::study;
use crate::study::claim::Claims;
use crate::study::results::Results;
use crate::study::runs::Runs;
use crate::train::Trainer;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::{env, panic, process};

/// The exit status of a strict notebook's process after a panic: that of any panicking Rust program.
const PANICKED: i32 = 101;

/// Every record this notebook has used, by id: what its seal is made of.
static USED: Mutex<BTreeMap<String, RunRecord>> = Mutex::new(BTreeMap::new());

/// Prepares the notebook's process; call it in the set-up cell, as often as you like.
///
/// Where the environment variable `LAWBOOK_STRICT` is `1`, any panic from here on, in whichever thread,
/// prints its message and ends the process, so that no failure is passed over. Otherwise nothing changes.
///
/// ```
/// use lawbook::prelude::*;
/// init();
/// init();
/// ```
pub fn init() {
    if env::var_os("LAWBOOK_STRICT").is_some_and(|value| value == "1") {
        panic::set_hook(Box::new(|what| {
            eprintln!("{what}");
            process::exit(PANICKED);
        }));
    }
}

/// The value, or a panic with the error's sentence.
fn or_stop<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

/// The budget whose records notebooks read: `LAWBOOK_BUDGET`, or paper.
///
/// # Panics
/// When the variable holds another word than smoke, class or paper.
pub fn budget() -> Budget {
    env::var("LAWBOOK_BUDGET").map_or(Budget::Paper, |word| or_stop(word.parse()))
}

/// The recorded runs of a study.
fn runs(number: &str) -> Runs {
    let home = or_stop(Home::find());
    let runs = or_stop(study::find(number).and_then(|study| study.runs(&home, budget())));
    let mut used = USED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    used.extend(runs.records().iter().map(|record| (record.id.clone(), record.clone())));
    runs
}

/// All recorded runs of a study.
///
/// # Panics
/// With the command to run, when some are not recorded.
pub fn recorded(number: &str) -> Vec<RunRecord> {
    runs(number).records().to_vec()
}

/// What a study's records show: findings, figures and claims.
///
/// # Panics
/// As [`recorded`].
pub fn results(number: &str) -> Results {
    or_stop(study::find(number).and_then(|study| (study.results)(&runs(number))))
}

/// The table of claims of a study.
///
/// # Panics
/// As [`recorded`].
pub fn claims(number: &str) -> Claims {
    Claims(results(number).claims)
}

/// Trains one run here and now, prints each point of its curve as it comes, and records nothing.
///
/// # Panics
/// When the data are not there or the spec does not fit them.
pub fn train_live(spec: &RunSpec) -> RunRecord {
    let home = or_stop(Home::find());
    let datasets = or_stop(Datasets::read(&home, [spec]));
    let mut trainer = or_stop(Trainer::new(spec, &datasets));
    let mut shown = 0;
    while !trainer.is_done() {
        or_stop(trainer.advance());
        if let Some(point) = trainer.curve().get(shown) {
            shown += 1;
            println!("step {:>6}   {point}", point.step);
        }
    }
    let commit = machine::commit(home.root());
    trainer.record(Code { version: env!("CARGO_PKG_VERSION").to_owned(), commit })
}

/// Prints the notebook's seal: the hash over all records it has used. The last cell of a notebook.
pub fn seal(number: &str) {
    let used = USED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let records: Vec<RunRecord> = used.values().cloned().collect();
    println!("lawbook seal {number} {}", run::seal(&records));
}

/// Study 01 as a notebook sees it.
pub mod s01 {
    use crate::notebook::{or_stop, runs};
    pub use crate::study::s01_samples::*;

    /// What the recorded runs of study 01 show. Panics as [`crate::notebook::recorded`].
    pub fn found() -> findings::Findings {
        or_stop(findings::findings(&runs("01")))
    }
}

/// Study 02 as a notebook sees it.
pub mod s02 {
    use crate::notebook::{or_stop, runs};
    pub use crate::study::s02_size::*;

    /// What the recorded runs of study 02 show. Panics as [`crate::notebook::recorded`].
    pub fn found() -> findings::Findings {
        or_stop(findings::findings(&runs("02")))
    }
}

/// Study 04 as a notebook sees it.
pub mod s04 {
    use crate::notebook::{or_stop, runs};
    pub use crate::study::s04_grokking::*;

    /// What the recorded runs of study 04 show. Panics as [`crate::notebook::recorded`].
    pub fn found() -> findings::Findings {
        or_stop(findings::findings(&runs("04")))
    }
}
