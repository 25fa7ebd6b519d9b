//! The two newest checkpoints of a run: where the newer is damaged, the run goes on from the older.

use crate::checkpoint::file::Checkpoint;
use crate::error::{Error, Result};
use crate::paths::remove_parts;
use crate::run::RunSpec;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the two newest checkpoints of one run lie.
#[derive(Debug, Clone)]
pub struct Generations {
    newer: PathBuf,
    older: PathBuf,
    /// A checkpoint on its way to the disk.
    coming: PathBuf,
}

impl Generations {
    /// The newer is the file at `path`, the older has `.older` before its extension.
    pub fn at(path: &Path) -> Self {
        Self {
            newer: path.to_owned(),
            older: path.with_extension("older.safetensors"),
            coming: path.with_extension("coming.safetensors"),
        }
    }

    /// Saves a checkpoint as the newer one; the newer one so far becomes the older.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written; those that are there then stay.
    pub fn save(&self, checkpoint: &Checkpoint) -> Result<()> {
        checkpoint.save(&self.coming)?;
        if self.newer.exists() {
            fs::rename(&self.newer, &self.older).map_err(Error::io("rename", &self.newer))?;
        }
        fs::rename(&self.coming, &self.newer).map_err(Error::io("rename", &self.coming))
    }

    /// The newest checkpoint that can be used, with a warning where that is the older one; `None` where there
    /// is none.
    ///
    /// # Errors
    /// As [`Checkpoint::load`] for the newer one, where neither can be used.
    pub fn load(&self, spec: &RunSpec) -> Result<Option<(Checkpoint, Option<String>)>> {
        let newer = Checkpoint::load(&self.newer, spec);
        if let Ok(Some(checkpoint)) = newer {
            return Ok(Some((checkpoint, None)));
        }
        match (newer, Checkpoint::load(&self.older, spec)) {
            (Err(why), Ok(Some(older))) => {
                let warning = format!("{why}; the older {} is used instead", self.older.display());
                Ok(Some((older, Some(warning))))
            }
            // A kill between two renames leaves only the older one.
            (Ok(_), Ok(Some(older))) => Ok(Some((older, None))),
            (Ok(_), older) => older.map(|_| None),
            (Err(why), _) => Err(why),
        }
    }

    /// Removes both, and what killed saves have left; for the only program at work on the run.
    pub fn remove(&self) {
        self.sweep_up();
        for path in [&self.newer, &self.older] {
            // What stays behind costs only its space.
            let _ = fs::remove_file(path);
        }
    }

    /// Removes what killed saves have left; for the only program at work on the run.
    pub fn sweep_up(&self) {
        remove_parts(&self.coming);
        remove_parts(&self.newer);
        // As above; a checkpoint that was written whole and not renamed is of no use to anybody.
        let _ = fs::remove_file(&self.coming);
    }
}
