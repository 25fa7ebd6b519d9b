//! The stamp in every figure: which figure it is, and the hash of the records that made it.
//!
//! ```text
//! SVG    <metadata id="lawbook">{"figure":"01-samples","records":"1a2b…"}</metadata>
//! PNG    a tEXt chunk lawbook-records: 1a2b…
//! ```

use crate::error::{Error, Result};
use crate::markup::{escaped, unescaped, visible};
use crate::plot::figure::Figure;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Cursor;
use std::path::Path;

/// Keyword of the PNG text that holds the records' hash.
pub const RECORDS_KEYWORD: &str = "lawbook-records";

const OPEN: &str = "<metadata id=\"lawbook\">";
const CLOSE: &str = "</metadata>";
const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

#[derive(Serialize, Deserialize)]
struct Stamp {
    figure: String,
    records: String,
}

/// The SVG element that names `figure` and its records.
pub fn metadata(figure: &Figure) -> Result<String> {
    let stamp = Stamp { figure: figure.name.clone(), records: figure.records.clone() };
    let json = serde_json::to_string(&stamp)
        .map_err(|e| Error::Failed(format!("could not write the stamp of figure {:?}: {e}", figure.name)))?;
    Ok(format!("{OPEN}{}{CLOSE}", escaped(&visible(&json))))
}

/// The hash of the records a figure was made from, read from its SVG or PNG; `None` if it names none.
///
/// # Errors
/// [`Error::Io`] where the file cannot be read, [`Error::Malformed`] where it is neither SVG nor PNG
/// or is damaged.
pub fn records_of(path: &Path) -> Result<Option<String>> {
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    let records =
        if bytes.starts_with(PNG_SIGNATURE) { in_png(path, &bytes)? } else { in_svg(path, &bytes)? };
    Ok(records.filter(|hash| !hash.is_empty()))
}

fn in_png(path: &Path, bytes: &[u8]) -> Result<Option<String>> {
    let damaged =
        |e| Error::malformed(path, "before the pixels", format!("a damaged PNG ({e}): draw it again"));
    let reader = png::Decoder::new(Cursor::new(bytes)).read_info().map_err(damaged)?;
    let texts = &reader.info().uncompressed_latin1_text;
    Ok(texts.iter().find(|t| t.keyword == RECORDS_KEYWORD).map(|t| t.text.clone()))
}

fn in_svg(path: &Path, bytes: &[u8]) -> Result<Option<String>> {
    let svg = std::str::from_utf8(bytes).ok().filter(|text| text.contains("<svg"));
    let svg = svg.ok_or_else(|| {
        Error::malformed(path, "its beginning", "neither an SVG nor a PNG: name a figure that lawbook drew")
    })?;
    let Some((_, rest)) = svg.split_once(OPEN) else { return Ok(None) };
    let json = rest.split_once(CLOSE).map(|(json, _)| unescaped(json));
    let stamp: Option<Stamp> = json.and_then(|json| serde_json::from_str(&json).ok());
    let damaged =
        || Error::malformed(path, "the metadata", "not the stamp lawbook writes: draw the figure again");
    stamp.map(|stamp| Some(stamp.records)).ok_or_else(damaged)
}
