//! The safetensors format: a JSON header with names, types and places, then the bytes.
//!
//! Only the header is read here, and believed once its tensors lie without gap or overlap from its
//! end to the file's.

use crate::error::{Error, Result};
use crate::weights::format::FloatFormat;
use crate::weights::tensor::{Location, StoredTensor};
use safetensors::tensor::Metadata;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The format's own bound on its header.
const LONGEST_HEADER: u64 = 100_000_000;

/// A header and where the bytes after it begin.
pub struct Header {
    /// Names, types, shapes and places.
    pub metadata: Metadata,
    /// Byte of the file at which the first tensor begins.
    pub start: u64,
}

/// Reads and checks the header of a safetensors file.
pub fn header(path: &Path) -> Result<Header> {
    let wrong = |place: &str, what: String| Error::malformed(path, place, what);
    let mut file = File::open(path).map_err(Error::io("read", path))?;
    let bytes = file.metadata().map_err(Error::io("read", path))?.len();
    let mut length = [0; 8];
    file.read_exact(&mut length).map_err(|_| {
        wrong("byte 0", format!("{bytes} bytes are no safetensors file: its first 8 are a length"))
    })?;
    let length = u64::from_le_bytes(length);
    if length > LONGEST_HEADER || length > bytes - 8 {
        return Err(wrong(
            "byte 0",
            format!(
                "the header should be {length} bytes long, the file has {}: it is cut off, or no safetensors file",
                bytes - 8
            ),
        ));
    }
    let mut json = vec![0; length as usize];
    file.read_exact(&mut json).map_err(Error::io("read", path))?;
    let metadata: Metadata = serde_json::from_slice(&json)
        .map_err(|e| wrong("header", format!("it does not describe tensors that fit together ({e})")))?;
    let (promised, there) = (metadata.data_len() as u64, bytes - 8 - length);
    if promised != there {
        return Err(wrong(
            "header",
            format!(
                "it describes {promised} bytes of tensors, {there} follow: the file is cut off, or its header lies"
            ),
        ));
    }
    Ok(Header { metadata, start: 8 + length })
}

impl Header {
    /// All tensors, in the order of the file `path`.
    pub fn tensors(&self, path: &Path) -> Vec<StoredTensor> {
        self.metadata.offset_keys().iter().filter_map(|name| self.tensor(path, name)).collect()
    }

    /// One tensor by name.
    pub fn tensor(&self, path: &Path, name: &str) -> Option<StoredTensor> {
        let info = self.metadata.info(name)?;
        let start = self.start + info.data_offsets.0 as u64;
        let place = Location::Bytes { file: path.to_owned(), start, format: FloatFormat::of(info.dtype) };
        Some(StoredTensor {
            name: name.to_owned(),
            shape: info.shape.clone(),
            dtype: info.dtype.to_string(),
            place,
        })
    }
}
