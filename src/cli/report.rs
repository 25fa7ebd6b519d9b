//! What the short verbs do and print.

use crate::output::say;
use lawbook::audit::Check;
use lawbook::bench::Bench;
use lawbook::budget::Budget;
use lawbook::data::check::FileState;
use lawbook::data::fetch;
use lawbook::error::{Error, Result};
use lawbook::paths::Home;
use lawbook::records::{self, Appended, RecordFile};
use lawbook::run::RunRecord;
use lawbook::study::Study;
use lawbook::study::claim::{Claim, Claims};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Adds the records of other files to `target`, and says how many.
pub fn merge(files: &[PathBuf], target: &Path) -> Result<()> {
    let mut found: Vec<RunRecord> = Vec::new();
    for file in files {
        if !file.is_file() {
            return Err(Error::Failed(format!("{} is not there: name files of records", file.display())));
        }
        found.extend(records::read(file)?);
    }
    let (mut target_file, repaired) = RecordFile::open(target)?;
    repaired.iter().for_each(say);
    let (mut added, mut known) = (0, 0);
    for record in &found {
        match target_file.append(record)? {
            Appended::Added => added += 1,
            Appended::KnownAlready => known += 1,
        }
    }
    say(format_args!("{}: {added} records added, {known} were there already", target.display()));
    Ok(())
}

/// Writes figures, tables and findings of a study, and says which files.
pub fn figures(study: &Study, home: &Home, budget: Budget) -> Result<()> {
    let results = study.results(home, budget)?;
    let pages = home.dashboard(study.number, budget);
    for file in results.save(study.number, home, budget)? {
        // Of hundreds of pages the one that leads to all of them.
        if !file.starts_with(&pages) || file == pages.join("index.html") {
            say(file.strip_prefix(home.root()).unwrap_or(&file).display());
        }
    }
    Ok(())
}

/// The table of claims.
pub fn claims(claims: Vec<Claim>, json: bool) {
    if json {
        say(serde_json::to_string_pretty(&claims).expect("claims hold numbers and words only"));
    } else {
        say(Claims(claims));
    }
}

/// The audit: all lines as JSON, or the bad ones and a count.
pub fn audit(checks: &[Check], json: bool) -> Result<()> {
    let bad: Vec<&Check> = checks.iter().filter(|c| c.problem.is_some()).collect();
    if json {
        say(serde_json::to_string_pretty(checks).expect("checks hold words only"));
    } else {
        for check in &bad {
            say(format_args!("BAD   {}: {}", check.what, check.problem.as_deref().unwrap_or_default()));
        }
        say(format_args!("audit: {} things looked at, {} bad", checks.len(), bad.len()));
    }
    if bad.is_empty() {
        Ok(())
    } else {
        Err(Error::Failed(format!("the audit found {} problems", bad.len())))
    }
}

/// The state of datasets' files.
pub fn verify(home: &Home, names: &[String], json: bool) -> Result<()> {
    let reports = names
        .iter()
        .map(|name| Ok((name, fetch::verify(home, name)?)))
        .collect::<Result<BTreeMap<_, _>>>()?;
    if json {
        say(serde_json::to_string_pretty(&reports).expect("reports hold words only"));
    }
    let (mut files, mut bad) = (0, 0);
    for (name, report) in
        reports.iter().flat_map(|(name, list)| list.iter().map(move |report| (name, report)))
    {
        let words = match &report.state {
            FileState::Good => "good".to_owned(),
            FileState::Missing => "missing".to_owned(),
            FileState::Wrong { problem } => format!("WRONG: {problem}"),
        };
        files += 1;
        bad += usize::from(report.state != FileState::Good);
        if !json {
            say(format_args!("{name:<14} {:<26} {words}", report.file));
        }
    }
    if bad == 0 {
        return Ok(());
    }
    Err(Error::Failed(format!(
        "{bad} of {files} files are missing or wrong; `lawbook data fetch NAME` gets what is missing"
    )))
}

/// The bench.
pub fn bench(bench: &Bench, json: bool) {
    if json {
        say(serde_json::to_string_pretty(bench).expect("a bench holds numbers and words only"));
    } else {
        say(bench);
    }
}
