//! Recorded runs: one JSON line each, in a file that only ever grows by whole lines.
//!
//! A line is appended under a lock and reaches the disk before the run counts as recorded. What a
//! kill or a full disk can leave is half a last line; it is recognised, removed and reported.

use crate::error::{Error, Result};
use crate::paths::write_whole;
use crate::run::RunRecord;
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

/// Reads all records of a file; no file is no records. Half a last line is passed over.
///
/// # Errors
/// [`Error::Malformed`] naming the line that is no record, or whose `id` is not the hash of its spec.
pub fn read(path: &Path) -> Result<Vec<RunRecord>> {
    match fs::read(path) {
        Ok(bytes) => parse(path, &bytes[..whole_lines(&bytes)]),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(Error::io("read", path)(e)),
    }
}

/// What [`append`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// The record is on the disk.
    Added,
    /// The same numbers were recorded already; nothing was written.
    KnownAlready,
}

/// Appends a record as one line and waits until it is on the disk.
///
/// # Errors
/// [`Error::Io`] where it cannot be written: the file then ends as it did before.
/// [`Error::Failed`] where the same run is recorded with other numbers.
pub fn append(path: &Path, record: &RunRecord) -> Result<Appended> {
    let (mut file, bytes) = open_locked(path)?;
    let known = parse(path, &bytes)?;
    if let Some(old) = known.iter().find(|r| r.id == record.id) {
        return if old.agrees_with(record) {
            Ok(Appended::KnownAlready)
        } else {
            Err(disagreement(path, old, record))
        };
    }
    let before = bytes.len() as u64;
    let written = file.write_all(line(record).as_bytes()).and_then(|()| file.sync_all());
    if let Err(source) = written {
        // Whatever part of the line arrived goes again; if even that fails, the next reader repairs it.
        let _ = file.set_len(before);
        return Err(Error::Io { action: "append to", path: path.to_owned(), source });
    }
    Ok(Appended::Added)
}

/// Puts `record` in the place of the one with its id, or at the end; the other lines stay as they are.
///
/// # Errors
/// [`Error::Io`] where the file cannot be written: it then stands unchanged.
pub fn replace(path: &Path, record: &RunRecord) -> Result<()> {
    let (_lock, bytes) = open_locked(path)?;
    let mut records = parse(path, &bytes)?;
    match records.iter_mut().find(|r| r.id == record.id) {
        Some(old) => *old = record.clone(),
        None => records.push(record.clone()),
    }
    write_whole(path, records.iter().map(line).collect::<String>().as_bytes())
}

/// Removes half a last line, if there is one, and says so.
///
/// # Errors
/// [`Error::Io`] where the file cannot be opened or cut.
pub fn repair(path: &Path) -> Result<Option<String>> {
    if !path.exists() {
        return Ok(None);
    }
    let size = fs::metadata(path).map_err(Error::io("read", path))?.len();
    let (_, bytes) = open_locked(path)?;
    let half = size - bytes.len() as u64;
    Ok((half > 0).then(|| {
        format!(
            "{}: the last {half} bytes were half a line, left by a kill or a full disk; they were removed, that run will be done again",
            path.display()
        )
    }))
}

/// Opens the file for appending, under a lock that lasts as long as the handle, without half a last line.
fn open_locked(path: &Path) -> Result<(File, Vec<u8>)> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    }
    let open = || {
        OpenOptions::new().create(true).read(true).append(true).open(path).map_err(Error::io("open", path))
    };
    let mut file = open()?;
    file.lock().map_err(Error::io("lock", path))?;
    // While we waited for the lock another program may have renamed a new file over this one.
    while !same_file(&file, &open()?) {
        file = open()?;
        file.lock().map_err(Error::io("lock", path))?;
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(Error::io("read", path))?;
    let whole = whole_lines(&bytes);
    if whole < bytes.len() {
        file.set_len(whole as u64).map_err(Error::io("repair", path))?;
        bytes.truncate(whole);
    }
    Ok((file, bytes))
}

#[cfg(unix)]
fn same_file(a: &File, b: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (a.metadata(), b.metadata()) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn same_file(_: &File, _: &File) -> bool {
    true
}

/// Length of the part that ends in a line feed.
fn whole_lines(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|&b| b == b'\n').map_or(0, |last| last + 1)
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<RunRecord>> {
    let mut records: Vec<RunRecord> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (i, line) in bytes.split(|&b| b == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
        let wrong = |problem: String| Error::malformed(path, format!("line {}", i + 1), problem);
        let record: RunRecord = serde_json::from_slice(line).map_err(|e| {
            wrong(format!("this is no run record ({e}); restore the file from git or delete the line"))
        })?;
        let expected = record.spec.id();
        if record.id != expected {
            return Err(wrong(format!(
                "its id is {}, but its spec hashes to {expected}: it was edited",
                record.id
            )));
        }
        match places.get(&record.id).map(|&place| &records[place]) {
            Some(old) if old.agrees_with(&record) => {}
            Some(old) => return Err(disagreement(path, old, &record)),
            None => {
                places.insert(record.id.clone(), records.len());
                records.push(record);
            }
        }
    }
    Ok(records)
}

fn line(record: &RunRecord) -> String {
    serde_json::to_string(record).expect("a record holds numbers and words only") + "\n"
}

fn disagreement(path: &Path, old: &RunRecord, new: &RunRecord) -> Error {
    Error::Failed(format!(
        "{}: run {} is recorded with other numbers (final test loss {} on {} by {}, now {} on {} by {}); \
         if the code's results were meant to change, raise ARITHMETIC in src/run.rs",
        path.display(),
        old.id,
        old.last.test_loss,
        old.isa,
        old.code.commit,
        new.last.test_loss,
        new.isa,
        new.code.commit
    ))
}
