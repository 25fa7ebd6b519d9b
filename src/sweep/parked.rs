//! Records of finished runs that could not be written into their file: kept beside the checkpoints until the
//! next sweep writes them.

use crate::error::Result;
use crate::paths::{Home, write_whole};
use crate::records::line;
use crate::run::{RunRecord, RunSpec};
use std::fs;

/// Keeps a record.
///
/// # Errors
/// [`crate::error::Error::Io`] where it cannot be written here either.
pub fn keep(home: &Home, record: &RunRecord) -> Result<()> {
    write_whole(&home.parked_record(&record.id), line::text(record).as_bytes())
}

/// The record kept of this run; one that cannot be read is of no use, the run is done again.
pub fn kept(home: &Home, spec: &RunSpec) -> Option<RunRecord> {
    let path = home.parked_record(&spec.id());
    let record = line::record(&path, "line 1", fs::read(&path).ok()?.trim_ascii()).ok()?;
    (record.spec == *spec).then_some(record)
}

/// Forgets the record kept of a run.
pub fn forget(home: &Home, id: &str) {
    // One that stays behind is known already when it is found again.
    let _ = fs::remove_file(home.parked_record(id));
}
