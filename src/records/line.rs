//! One line of a record file: written, read, and told from half a line.

use crate::error::{Error, Result};
use crate::run::RunRecord;
use serde::Deserialize;
use std::fmt::Display;
use std::path::Path;

/// How every line that this program writes begins; 16 hexadecimal digits follow.
const START: &[u8] = b"{\"id\":\"";

/// What stands behind the last line feed of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Nothing.
    None,
    /// A whole record; only its line feed is missing.
    Whole,
    /// So many bytes of a record that was not written to its end.
    Half(usize),
}

/// The record as a line.
pub fn text(record: &RunRecord) -> String {
    serde_json::to_string(record).expect("a record holds numbers and words only") + "\n"
}

/// The record in a line; `place` says which line of the file it is.
///
/// # Errors
/// [`Error::Malformed`] where it is no record, or its id is not the hash of its spec.
pub fn record(path: &Path, place: impl Display, line: &[u8]) -> Result<RunRecord> {
    let wrong = |problem: String| Error::malformed(path, place.to_string(), problem);
    let record: RunRecord = serde_json::from_slice(line).map_err(|e| {
        wrong(format!(
            "this is no run record that this program knows ({e}); restore the file from git, delete the line, \
             or use the program that wrote it"
        ))
    })?;
    let expected = record.spec.id();
    if record.id != expected {
        return Err(wrong(format!(
            "its id is {}, but its spec hashes to {expected}: it was edited",
            record.id
        )));
    }
    Ok(record)
}

/// The id of the record in a line; the rest of the line need only be JSON.
///
/// # Errors
/// [`Error::Malformed`] where it is no JSON with an id.
pub fn id(path: &Path, place: impl Display, line: &[u8]) -> Result<String> {
    #[derive(Deserialize)]
    struct Id {
        id: String,
    }
    let id = serde_json::from_slice::<Id>(line).map(|line| line.id);
    id.map_err(|e| Error::malformed(path, place.to_string(), format!("this is no run record ({e})")))
}

/// Length of the part of a file that ends in a line feed, and what follows it.
///
/// # Errors
/// [`Error::Malformed`] where what follows does not begin like a record.
pub fn split(path: &Path, bytes: &[u8]) -> Result<(usize, Ending)> {
    let lines = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |last| last + 1);
    let tail = &bytes[lines..];
    if tail.is_empty() {
        return Ok((lines, Ending::None));
    }
    if serde_json::from_slice::<RunRecord>(tail).is_ok() {
        return Ok((lines, Ending::Whole));
    }
    if begins_like_a_record(tail) {
        return Ok((lines, Ending::Half(tail.len())));
    }
    let number = bytes[..lines].iter().filter(|&&b| b == b'\n').count() + 1;
    Err(Error::malformed(
        path,
        format!("line {number}"),
        "this is no run record, nor the beginning of one: the file is left as it is; name a file of records, \
         or one that does not exist yet",
    ))
}

/// Whether these bytes are the beginning of a record and not more: JSON that ends too early.
fn begins_like_a_record(tail: &[u8]) -> bool {
    let (start, rest) = tail.split_at(tail.len().min(START.len()));
    START.starts_with(start)
        && rest.iter().take(16).all(u8::is_ascii_hexdigit)
        && serde_json::from_slice::<serde_json::Value>(tail).is_err_and(|e| e.is_eof())
}

/// Says that one run has two records with other numbers.
pub fn disagreement(path: &Path, old: &RunRecord, new: &RunRecord) -> Error {
    Error::Failed(format!(
        "{}: run {} is recorded with other numbers (final test loss {} on {} by {}, now {} on {} by {}); \
         if the code's results were meant to change, raise ARITHMETIC in src/run/spec.rs",
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
