//! Recorded runs: one JSON line each, in a file that only ever grows by whole lines.
//!
//! A line is appended under a lock and reaches the disk before the run counts as recorded. What a kill or a
//! full disk can leave is half a last record; it is recognised, removed and reported. A file that holds
//! anything else is refused and stays as it is.

pub mod line;
pub mod file;

pub use crate::records::file::{Appended, RecordFile};

use crate::error::{Error, Result};
use crate::records::line::{Ending, disagreement, split};
use crate::run::RunRecord;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Reads all records of a file; no file is no records. Half a last record is passed over.
///
/// # Errors
/// [`Error::Malformed`] naming the line that is no record, or whose `id` is not the hash of its spec.
pub fn read(path: &Path) -> Result<Vec<RunRecord>> {
    match fs::read(path) {
        Ok(bytes) => parse(path, &bytes),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(Error::io("read", path)(e)),
    }
}

/// Removes half a last record, if there is one, and says so.
///
/// # Errors
/// As [`RecordFile::open`].
pub fn repair(path: &Path) -> Result<Option<String>> {
    if path.exists() { Ok(RecordFile::open(path)?.1) } else { Ok(None) }
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<RunRecord>> {
    let (lines, tail) = split(path, bytes)?;
    let mut records: Vec<RunRecord> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let whole = match tail {
        Ending::Whole => bytes.len(),
        Ending::Half(_) | Ending::None => lines,
    };
    for (i, line) in bytes[..whole].split(|&b| b == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
        let record = line::record(path, format_args!("line {}", i + 1), line)?;
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
