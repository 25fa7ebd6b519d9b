//! Integrity of dataset files: the SHA-256 decides; where that is wrong, the format says why.

use crate::data::idx;
use crate::data::source::{Dataset, File};
use crate::error::{Error, Result};
use crate::identity::sha256;
use crate::paths::Home;
use serde::Serialize;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// What a check of one file found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// The file's name.
    pub file: &'static str,
    /// Its condition.
    #[serde(flatten)]
    pub state: FileState,
}

/// Condition of a file in `data/cache/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum FileState {
    /// It is not there.
    Missing,
    /// Its SHA-256 is the expected one.
    Good,
    /// It is there and is something else.
    Wrong {
        /// A sentence: what, at which byte, what was expected, what to do.
        problem: String,
    },
}

/// Checks each file of `dataset`; changes nothing.
///
/// # Errors
/// [`Error::Io`] where a file is there but cannot be read.
pub fn dataset(home: &Home, dataset: &Dataset) -> Result<Vec<FileReport>> {
    let folder = home.dataset(dataset.name);
    let mut reports = Vec::new();
    for file in dataset.files {
        let state = match read(&folder.join(file.name), file) {
            Ok(None) => FileState::Missing,
            Ok(Some(_)) => FileState::Good,
            Err(problem @ Error::Malformed { .. }) => FileState::Wrong { problem: problem.to_string() },
            Err(error) => return Err(error),
        };
        reports.push(FileReport { file: file.name, state });
    }
    Ok(reports)
}

/// The bytes of `file` at `path`, which are what they should be; `None` where there is no such file.
///
/// # Errors
/// [`Error::Malformed`] where they are not, [`Error::Io`] where they cannot be read.
pub fn read(path: &Path, file: &File) -> Result<Option<Vec<u8>>> {
    match fs::metadata(path) {
        Ok(about) if about.is_file() => {}
        Ok(_) => return Err(Error::malformed(path, "byte 0", "this is no ordinary file: move it away")),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("read", path)(error)),
    }
    let mut bytes = Vec::new();
    let opened = fs::File::open(path).map_err(Error::io("read", path))?;
    opened.take(file.bytes + 1).read_to_end(&mut bytes).map_err(Error::io("read", path))?;
    match content(path, &bytes, file) {
        Ok(()) => Ok(Some(bytes)),
        Err(Error::Malformed { path, place, problem }) => {
            let todo = "nothing was overwritten; delete the file, then `lawbook data fetch` brings it anew";
            Err(Error::Malformed { path, place, problem: format!("{problem}; {todo}") })
        }
        Err(error) => Err(error),
    }
}

/// The bytes of one file of `dataset` from `data/cache/`.
///
/// # Errors
/// As [`read`]; [`Error::Failed`] with the command that brings it where it is missing.
pub fn present(home: &Home, dataset: &Dataset, file: &File) -> Result<Vec<u8>> {
    let path = home.dataset(dataset.name).join(file.name);
    read(&path, file)?.ok_or_else(|| {
        Error::Failed(format!("{} is missing: run `lawbook data fetch {}`", path.display(), dataset.name))
    })
}

/// Are `bytes` the content of `file`? `path` names them in messages.
///
/// # Errors
/// [`Error::Malformed`] with the first byte that breaks the format, or byte 0 where only the
/// checksum tells.
pub fn content(path: &Path, bytes: &[u8], file: &File) -> Result<()> {
    if bytes.len() as u64 > file.bytes {
        let problem = format!("the file goes on here, but {} is {} bytes long", file.name, file.bytes);
        return Err(Error::malformed(path, format!("byte {}", file.bytes), problem));
    }
    let found = sha256(bytes);
    if found == file.sha256 {
        return Ok(());
    }
    let sums = format!("its SHA-256 is {found}, expected {}", file.sha256);
    let parsed = match file.name {
        name if name.contains("labels") => idx::parse_labels(path, bytes).map(drop),
        name if name.contains("images") => idx::parse_images(path, bytes).map(drop),
        _ => Ok(()),
    };
    match parsed {
        Err(Error::Malformed { path, place, problem }) => {
            Err(Error::Malformed { path, place, problem: format!("{problem}; {sums}") })
        }
        _ => Err(Error::malformed(path, format!("bytes 0 to {}", bytes.len()), sums)),
    }
}
