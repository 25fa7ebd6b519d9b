//! A tensor of a file: its name, shape and type, and where its numbers lie.

use crate::error::{Error, Result};
use crate::weights::format::FloatFormat;
use std::path::{Path, PathBuf};

/// The largest tensor that is read, in numbers: 512 MiB as f64.
pub const MOST_NUMBERS: usize = 1 << 26;

/// One tensor of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredTensor {
    /// As in the file: "encoder.layer.0.output.dense.weight".
    pub name: String,
    /// Its sizes, outermost first.
    pub shape: Vec<usize>,
    /// The type of its numbers as the file spells it: "F32", "<f4".
    pub dtype: String,
    pub(crate) place: Location,
}

/// Where a tensor's numbers lie.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Location {
    /// Bytes of a file, row-major, little-endian; no format where the type cannot be read.
    Bytes { file: PathBuf, start: u64, format: Option<FloatFormat> },
    /// A whole `.npy` file.
    Npy { file: PathBuf },
    /// An entry of a `.npz` archive.
    Npz { file: PathBuf, entry: usize },
}

impl StoredTensor {
    /// The layer it belongs to: its name without ".weight" at the end.
    pub fn layer(&self) -> &str {
        self.name.strip_suffix(".weight").unwrap_or(&self.name)
    }

    /// How many numbers it has.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it has no numbers.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Why its numbers cannot be read, if they cannot.
    pub fn problem(&self) -> Option<String> {
        let readable = match &self.place {
            Location::Bytes { format, .. } => format.is_some(),
            Location::Npy { .. } | Location::Npz { .. } => is_float(&self.dtype),
        };
        if readable { self.check_size().err() } else { Some(self.unreadable()) }
    }

    pub(crate) fn check_size(&self) -> std::result::Result<(), String> {
        if self.len() <= MOST_NUMBERS {
            return Ok(());
        }
        Err(format!(
            "layer {}: {} numbers of shape {:?} are more than the {MOST_NUMBERS} that are read at once",
            self.layer(),
            self.len(),
            self.shape
        ))
    }

    pub(crate) fn unreadable(&self) -> String {
        let what = match self.dtype.trim_start_matches(['|', '<', '>', '=']) {
            "O" => "Python objects (a pickle): they would run code when read, and are not; save numbers",
            _ => "of a type that is no weight: only f16, bf16, f32 and f64 are read; convert them first",
        };
        format!("layer {}: its numbers are {} ({what})", self.layer(), self.dtype)
    }
}

/// How many numbers a shape has, or why it cannot be.
pub(crate) fn product(path: &Path, name: &str, shape: &[u64]) -> Result<usize> {
    let n = shape.iter().try_fold(1u64, |n, size| n.checked_mul(*size)).and_then(|n| usize::try_from(n).ok());
    // A factor for bytes must fit too.
    n.filter(|n| *n < usize::MAX / 16).ok_or_else(|| {
        Error::malformed(path, format!("tensor {name}"), format!("no file holds numbers of shape {shape:?}"))
    })
}

/// Whether a type in NumPy's spelling is a real floating type.
pub fn is_float(dtype: &str) -> bool {
    matches!(dtype.trim_start_matches(['<', '>', '=', '|']), "f2" | "f4" | "f8")
}
