//! A table's bytes, from a file or standard input, and its format, by its first bytes.
//!
//! Nothing is read whole, so a file may be larger than memory. A row may not: one of more than
//! [`MOST_ROW_BYTES`](crate::input::row::MOST_ROW_BYTES) is refused, before it fills the memory.

use crate::error::{Error, Result};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

/// How much is looked at to tell the format.
const HEAD_BYTES: u64 = 1 << 16;

/// The format of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFormat {
    /// Fields with this byte between them, the first line names them.
    Csv(u8),
    /// One JSON object a line.
    JsonLines,
    /// One JSON array of objects.
    JsonArray,
}

/// An opened table: name, format and bytes.
pub struct TableSource {
    /// As errors name it: the path, or "standard input".
    pub name: PathBuf,
    /// How its rows are written.
    pub format: TableFormat,
    /// Its bytes, without a byte order mark.
    pub reader: Box<dyn BufRead>,
}

/// Opens the table at `path`; `-` is standard input.
///
/// JSON is known by its first character, `{` or `[`, or by the ending .json, .jsonl or .ndjson; everything
/// else is CSV, whose fields have commas, semicolons or tabs between them, whichever the header has most of.
///
/// # Errors
/// [`Error::Io`] where it cannot be read; [`Error::Failed`] where it is empty or no text.
pub fn open(path: &Path) -> Result<TableSource> {
    let (name, mut rest) = stream(path)?;
    let mut head = Vec::new();
    rest.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(Error::io("read", &name))?;
    if let Some(what) = foreign(&head) {
        return Err(Error::Failed(format!(
            "{} {what}: save it as CSV (UTF-8) or as JSON lines",
            name.display()
        )));
    }
    if head.starts_with(b"\xef\xbb\xbf") {
        head.drain(..3);
    }
    let Some(first) = head.iter().find(|byte| !byte.is_ascii_whitespace()) else {
        return Err(Error::Failed(format!(
            "{} is empty: expected a line that names the columns, then one row a line",
            name.display()
        )));
    };
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let format = match first {
        b'[' => TableFormat::JsonArray,
        b'{' => TableFormat::JsonLines,
        _ if ["json", "jsonl", "ndjson"].contains(&ending.as_str()) => TableFormat::JsonLines,
        _ => TableFormat::Csv(delimiter(&head)),
    };
    Ok(TableSource { name, format, reader: Box::new(Cursor::new(head).chain(rest)) })
}

/// The bytes of the file at `path`, or of standard input for `-`, and its name in errors.
///
/// # Errors
/// [`Error::Io`] where it cannot be opened.
pub fn stream(path: &Path) -> Result<(PathBuf, Box<dyn BufRead>)> {
    if path == Path::new("-") {
        return Ok((PathBuf::from("standard input"), Box::new(BufReader::new(io::stdin()))));
    }
    let file = File::open(path).map_err(Error::io("read", path))?;
    Ok((path.to_owned(), Box::new(BufReader::with_capacity(1 << 16, file))))
}

/// What a file that is no text is, by its first bytes.
fn foreign(head: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 6] = [
        (b"\x1f\x8b", "is packed by gzip"),
        (b"\x28\xb5\x2f\xfd", "is packed by zstd"),
        (b"PK\x03\x04", "is a spreadsheet or a zip archive"),
        (b"PAR1", "is a Parquet file"),
        (b"\xff\xfe", "is text in UTF-16"),
        (b"\xfe\xff", "is text in UTF-16"),
    ];
    let magic = known.into_iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, what)| what);
    magic.or(head.contains(&0).then_some("is no text"))
}

/// The byte between the fields of the first line that is not blank.
fn delimiter(head: &[u8]) -> u8 {
    let start = head.iter().position(|byte| !matches!(byte, b'\n' | b'\r')).unwrap_or(0);
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for &byte in head[start..].iter().take_while(|byte| !matches!(byte, b'\n' | b'\r')) {
        quoted ^= byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += usize::from(!quoted && byte == *delimiter);
        }
    }
    // The first of the most frequent: a comma before the others.
    let most = counts.iter().map(|c| c.1).max().unwrap_or(0);
    counts.iter().find(|c| c.1 == most).map_or(b',', |c| c.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_decides_what_stands_between_fields() {
        assert_eq!(delimiter(b"a,b,c\n1;2;3;4;5\n"), b',');
        assert_eq!(delimiter(b"a;b\n"), b';');
        assert_eq!(delimiter(b"\r\na\tb\tc, in nats\r\n"), b'\t');
        assert_eq!(delimiter(b"\"a;b;c\",d\n"), b',');
        assert_eq!(delimiter(b"alone\n"), b',');
    }
}
