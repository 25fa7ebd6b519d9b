//! The error type: every message is a sentence that names the place and says what to do.

use std::io;
use std::path::{Path, PathBuf};

/// An error of the library or the command line: what went wrong, where, what was expected, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused to read, write or create something.
    #[error("could not {action} {}: {source}", .path.display())]
    Io {
        /// What was tried, as a verb: "read", "write", "create".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's own reason.
        source: io::Error,
    },
    /// A file's content is not what its format demands.
    #[error("{}, {place}: {problem}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where in it: "line 7", "byte 4", "column Samples".
        place: String,
        /// What stands there, what was expected, and what to do.
        problem: String,
    },
    /// The request itself makes no sense (exit code 2).
    #[error("{0}")]
    Usage(String),
    /// Something needed is not there, or a check did not hold.
    #[error("{0}")]
    Failed(String),
    /// Ctrl-C or SIGTERM; work was saved, and the sentence says how to go on (exit code 130).
    #[error("{0}")]
    Interrupted(String),
}

/// A result with lawbook's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An [`Error::Io`] about `path`; for `map_err`.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    /// An [`Error::Malformed`] about `path`.
    pub fn malformed(path: &Path, place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Malformed { path: path.to_owned(), place: place.into(), problem: problem.into() }
    }

    /// The exit status of the command line: 1 failed, 2 usage, 130 interrupted.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Interrupted(_) => 130,
            _ => 1,
        }
    }
}
