//! Files held under an exclusive lock: by one handle at a time, on this machine and where the filesystem
//! carries locks between machines. The lock lasts as long as the handle; a program that dies leaves none
//! behind.

use crate::error::{Error, Result};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::Path;

/// Opens a file for reading and appending, made where it is not there, and waits for its lock.
///
/// # Errors
/// [`Error::Io`] where it cannot be opened or locked, as a folder, a device or a pipe.
pub fn wait(path: &Path) -> Result<File> {
    loop {
        let file = open(path)?;
        file.lock().map_err(Error::io("lock", path))?;
        if still_at(&file, path)? {
            return Ok(file);
        }
    }
}

/// The same without waiting; `None` where another handle holds the lock.
///
/// # Errors
/// As [`wait`].
pub fn attempt(path: &Path) -> Result<Option<File>> {
    loop {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) if still_at(&file, path)? => return Ok(Some(file)),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(source)) => return Err(Error::io("lock", path)(source)),
        }
    }
}

fn open(path: &Path) -> Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    }
    // Opening a pipe would wait, and a device may have no end.
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        let why = "it is no ordinary file, and a folder, a device or a pipe cannot be locked and read again";
        return Err(Error::io("open", path)(std::io::Error::other(why)));
    }
    OpenOptions::new().create(true).read(true).append(true).open(path).map_err(Error::io("open", path))
}

/// Whether the path still leads to this file: while we waited for the lock, another program may have put a
/// new file in its place, or removed it.
fn still_at(file: &File, path: &Path) -> Result<bool> {
    let ours = identity(&file.metadata().map_err(Error::io("read", path))?);
    Ok(fs::metadata(path).is_ok_and(|found| identity(&found) == ours))
}

/// What tells one file from another that took its name.
#[cfg(unix)]
pub fn identity(found: &fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (found.dev(), found.ino())
}

/// What tells one file from another that took its name.
#[cfg(not(unix))]
pub fn identity(_: &fs::Metadata) -> (u64, u64) {
    (0, 0)
}
