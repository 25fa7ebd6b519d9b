//! The record file as a sweep writes it: an index of ids, so that a record is appended without reading the
//! others again.

use crate::error::{Error, Result};
use crate::lock;
use crate::paths::write_whole;
use crate::records::line::{self, Ending, disagreement, split};
use crate::run::RunRecord;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A record file and where in it the record of each run stands.
#[derive(Debug)]
pub struct RecordFile {
    path: PathBuf,
    /// Bytes of each id's line, without its line feed.
    lines: HashMap<String, Range<u64>>,
    /// How much of which file has been looked at, and how many lines that were.
    length: u64,
    n_lines: usize,
    identity: (u64, u64),
}

/// What [`RecordFile::append`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// The record is on the disk.
    Added,
    /// The same numbers were recorded already; nothing was written.
    KnownAlready,
}

impl RecordFile {
    /// Opens a record file, or makes an empty one; what was removed from its end, in words.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be opened, locked and written; [`Error::Malformed`] where it holds
    /// something else than records: it then stands unchanged.
    pub fn open(path: &Path) -> Result<(Self, Option<String>)> {
        let (lines, identity) = (HashMap::new(), (0, 0));
        let mut records = Self { path: path.to_owned(), lines, length: 0, n_lines: 0, identity };
        let (_, removed) = records.locked()?;
        let said = removed.map(|removed| {
            format!(
                "{}: the last {removed} bytes were half a record, left by a kill or a full disk; they were \
                 removed, that run will be done again",
                path.display()
            )
        });
        Ok((records, said))
    }

    /// Whether a run is recorded, by whichever program.
    ///
    /// # Errors
    /// As [`RecordFile::open`].
    pub fn contains(&mut self, id: &str) -> Result<bool> {
        self.locked()?;
        Ok(self.lines.contains_key(id))
    }

    /// Appends a record as one line and waits until it is on the disk.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written: the file then ends as it did before.
    /// [`Error::Failed`] where the same run is recorded with other numbers.
    pub fn append(&mut self, record: &RunRecord) -> Result<Appended> {
        let (mut file, _) = self.locked()?;
        if let Some(range) = self.lines.get(&record.id) {
            let old = line::record(
                &self.path,
                format_args!("line of run {}", record.id),
                &self.bytes(&mut file, range.clone())?,
            )?;
            return if old.agrees_with(record) {
                Ok(Appended::KnownAlready)
            } else {
                Err(disagreement(&self.path, &old, record))
            };
        }
        let line = line::text(record);
        if let Err(source) = file.write_all(line.as_bytes()).and_then(|()| file.sync_all()) {
            // Whatever part of the line arrived goes again; if even that fails, the next reader repairs it.
            let _ = file.set_len(self.length);
            return Err(Error::Io { action: "append to", path: self.path.clone(), source });
        }
        let end = self.length + line.len() as u64;
        self.lines.insert(record.id.clone(), self.length..end - 1);
        (self.length, self.n_lines) = (end, self.n_lines + 1);
        Ok(Appended::Added)
    }

    /// Puts `record` in the place of the one with its id, or at the end; the other lines stay byte for byte.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be written: it then stands unchanged.
    pub fn replace(&mut self, record: &RunRecord) -> Result<()> {
        let (mut file, _) = self.locked()?;
        let old = self.bytes(&mut file, 0..self.length)?;
        let (mut bytes, mut new) = (Vec::new(), Some(line::text(record)));
        for (i, line) in old.split_inclusive(|&b| b == b'\n').enumerate() {
            let place = format_args!("line {}", i + 1);
            if !line.trim_ascii().is_empty() && line::id(&self.path, place, line)? == record.id {
                bytes.extend(new.take().unwrap_or_default().bytes());
            } else {
                bytes.extend(line);
            }
        }
        bytes.extend(new.unwrap_or_default().bytes());
        // A link keeps leading to the file.
        let path = fs::canonicalize(&self.path).map_err(Error::io("find", &self.path))?;
        write_whole(&path, &bytes)
    }

    /// The file under its lock, the index brought up to date; how many bytes of half a record were removed.
    fn locked(&mut self) -> Result<(File, Option<usize>)> {
        let mut file = lock::wait(&self.path)?;
        let found = file.metadata().map_err(Error::io("read", &self.path))?;
        if lock::identity(&found) != self.identity || found.len() < self.length {
            self.lines.clear();
            (self.identity, self.length, self.n_lines) = (lock::identity(&found), 0, 0);
        }
        let new = self.bytes(&mut file, self.length..found.len())?;
        let (whole, tail) = split(&self.path, &new)?;
        let end = if tail == Ending::Whole { new.len() } else { whole };
        let mut start = 0;
        for line in new[..end].split_inclusive(|&b| b == b'\n') {
            self.n_lines += 1;
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            if !text.is_empty() {
                let range = self.length + start..self.length + start + text.len() as u64;
                self.lines.insert(line::id(&self.path, format_args!("line {}", self.n_lines), text)?, range);
            }
            start += line.len() as u64;
        }
        self.length += end as u64;
        match tail {
            Ending::None => Ok((file, None)),
            Ending::Whole => {
                file.write_all(b"\n").map_err(Error::io("complete", &self.path))?;
                self.length += 1;
                Ok((file, None))
            }
            Ending::Half(removed) => {
                file.set_len(self.length).map_err(Error::io("repair", &self.path))?;
                Ok((file, Some(removed)))
            }
        }
    }

    fn bytes(&self, file: &mut File, range: Range<u64>) -> Result<Vec<u8>> {
        let mut bytes = vec![0; (range.end - range.start) as usize];
        let read = file.seek(SeekFrom::Start(range.start)).and_then(|_| file.read_exact(&mut bytes));
        read.map_err(Error::io("read", &self.path))?;
        Ok(bytes)
    }
}
