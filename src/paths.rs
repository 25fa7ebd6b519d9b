//! Paths of records, data, figures and notebooks (no other file knows them), and whole-file writes.
//!
//! Everything stands below the *home*: the checkout, found from the current folder upwards, or the
//! folder that the environment variable `LAWBOOK_HOME` names. Paper-size records and figures are
//! committed; those of smaller budgets are scratch and live under `data/cache/`.

use crate::budget::Budget;
use crate::error::{Error, Result};
use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The checkout that holds `data/` and `figures/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// The folder `LAWBOOK_HOME` names, or the nearest folder upwards that holds `workbook/` and `justfile`.
    ///
    /// # Errors
    /// [`Error::Failed`] where there is none.
    pub fn find() -> Result<Self> {
        if let Some(root) = env::var_os("LAWBOOK_HOME") {
            return Ok(Self::at(Path::new(&root)));
        }
        let here = env::current_dir().map_err(Error::io("find", Path::new(".")))?;
        here.ancestors().find(|d| d.join("workbook").is_dir() && d.join("justfile").is_file()).map(Self::at).ok_or_else(
            || Error::Failed(format!("{} is not inside a lawbook checkout (a folder with workbook/ and justfile): change into one, or name it in LAWBOOK_HOME", here.display())),
        )
    }

    /// The home at `root`, which need not exist yet.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The checkout's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of downloads and scratch: never committed, safe to delete.
    pub fn cache(&self) -> PathBuf {
        self.root.join("data/cache")
    }

    /// The folder of one dataset's files.
    pub fn dataset(&self, name: &str) -> PathBuf {
        self.cache().join(name)
    }

    /// The records of one study: `data/runs/02.jsonl`, or scratch for a smaller budget.
    pub fn records(&self, study: &str, budget: Budget) -> PathBuf {
        self.scratch_or(budget, "data").join(format!("runs/{study}.jsonl"))
    }

    /// The folder of interrupted runs: checkpoints, leases, records that could not be written.
    pub fn checkpoints(&self) -> PathBuf {
        self.cache().join("checkpoints")
    }

    /// The checkpoint of one run.
    pub fn checkpoint(&self, id: &str) -> PathBuf {
        self.checkpoints().join(format!("{id}.safetensors"))
    }

    /// The lease of one run: who is at work on it.
    pub fn lease(&self, id: &str) -> PathBuf {
        self.checkpoints().join(format!("{id}.lease"))
    }

    /// The record of a finished run that could not be written into its file.
    pub fn parked_record(&self, id: &str) -> PathBuf {
        self.checkpoints().join(format!("{id}.record.json"))
    }

    /// The outputs of one study in its original's own formats: `data/02/`.
    pub fn outputs(&self, study: &str, budget: Budget) -> PathBuf {
        self.scratch_or(budget, "data").join(study)
    }

    /// The folder of figures and findings.
    pub fn figures(&self, budget: Budget) -> PathBuf {
        self.scratch_or(budget, "figures")
    }

    /// The dashboard of one study: `figures/dashboards/04/`.
    pub fn dashboard(&self, study: &str, budget: Budget) -> PathBuf {
        self.figures(budget).join(format!("dashboards/{study}"))
    }

    /// The numbers behind a study's claims: `figures/02-findings.json`.
    pub fn findings(&self, study: &str, budget: Budget) -> PathBuf {
        self.figures(budget).join(format!("{study}-findings.json"))
    }

    /// The folder of the notebooks.
    pub fn workbook(&self) -> PathBuf {
        self.root.join("workbook")
    }

    fn scratch_or(&self, budget: Budget, folder: &str) -> PathBuf {
        match budget {
            Budget::Paper => self.root.join(folder),
            small => self.cache().join(small.name()).join(folder),
        }
    }
}

/// Counts the temporary files of this process, so that threads use different ones.
static TURN: AtomicU64 = AtomicU64::new(0);

/// Writes `bytes` to `path` atomically: into a temporary file beside it, which is then renamed over it.
///
/// # Errors
/// [`Error::Io`]; the old file, if any, then stands unchanged.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let turn = TURN.fetch_add(1, Ordering::Relaxed);
    let part = folder.join(format!(".{name}.{}.{turn}.part", std::process::id()));
    let written = File::create(&part).and_then(|mut f| f.write_all(bytes).and_then(|()| f.sync_all()));
    match written.and_then(|()| fs::rename(&part, path)) {
        Ok(()) => {
            sync_folder(folder);
            Ok(())
        }
        Err(source) => {
            // Best effort: the error that matters is the first one.
            let _ = fs::remove_file(&part);
            Err(Error::Io { action: "write", path: path.to_owned(), source })
        }
    }
}

/// Syncs a folder to the disk, as far as the system can: a new file is then found after a power cut.
pub fn sync_folder(folder: &Path) {
    // Not every system lets a folder be opened; the file itself is on the disk already.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// Removes temporary files that killed writers of `path` left; only where nobody else writes it.
pub fn remove_parts(path: &Path) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return };
    let start = format!(".{}.", name.to_string_lossy());
    for part in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = part.file_name().to_string_lossy().into_owned();
        if name.starts_with(&start) && name.ends_with(".part") {
            // What stays behind costs only its space.
            let _ = fs::remove_file(part.path());
        }
    }
}
