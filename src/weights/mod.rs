//! Weights out of files, a tensor at a time: `.npy`, `.npz`, `.safetensors`, its sharded index, and
//! lawbook's own checkpoints.
//!
//! [`Weights::open`] reads names, shapes and types, nothing else; [`Weights::read`] then reads one
//! tensor as f64, whatever it was stored as (f16, bf16, f32, f64, either byte order). Nothing that a
//! file says about lengths is believed before it agrees with the file, and no tensor of more than
//! [`MOST_NUMBERS`] is read, so a lying header or a zip bomb costs nothing.

// What a number is.
pub mod format;
// What a file is.
mod npy;
mod npz;
mod safetensors;
mod sharded;
mod checkpoint;

use crate::error::{Error, Result};
use crate::weights::format::Format;
use std::fs;
use std::path::{Path, PathBuf};

/// The largest tensor that is read, in numbers: 512 MiB as f64.
pub const MOST_NUMBERS: usize = 1 << 26;

/// A file of weights whose tensors are known and not yet read.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// The file as it was named.
    pub path: PathBuf,
    /// Its tensors, in the order of the file (alphabetical in an index).
    pub tensors: Vec<Tensor>,
}

/// One tensor of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// As in the file: "encoder.layer.0.output.dense.weight".
    pub name: String,
    /// Its sizes, outermost first.
    pub shape: Vec<usize>,
    /// The type of its numbers as the file spells it: "F32", "<f4".
    pub dtype: String,
    place: Place,
}

/// Where a tensor's numbers lie.
#[derive(Debug, Clone, PartialEq)]
enum Place {
    /// Bytes of a file, row-major, little-endian; no format where the type cannot be read.
    Bytes { file: PathBuf, start: u64, format: Option<Format> },
    /// A whole `.npy` file.
    Npy { file: PathBuf },
    /// An entry of a `.npz` archive.
    Npz { file: PathBuf, entry: usize },
}

impl Weights {
    /// Looks into the file at `path`.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be read, [`Error::Malformed`] where it is not what it should be,
    /// [`Error::Failed`] where it is a folder or of a kind that is not read.
    pub fn open(path: &Path) -> Result<Self> {
        let about = fs::metadata(path).map_err(Error::io("read", path))?;
        if about.is_dir() {
            return Err(Error::Failed(format!(
                "{} is a folder: name a file in it (.safetensors, .safetensors.index.json, .npz or .npy)",
                path.display()
            )));
        }
        if about.len() == 0 {
            return Err(Error::malformed(path, "byte 0", "the file is empty: was it written to the end?"));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let tensors = match name.rsplit('.').next().unwrap_or_default() {
            "npy" => vec![npy::tensor(path)?],
            "npz" => npz::tensors(path)?,
            "safetensors" => match checkpoint::tensors(path)? {
                Some(tensors) => tensors,
                None => safetensors::header(path)?.tensors(path),
            },
            "json" => sharded::tensors(path)?,
            "pt" | "pth" | "bin" | "ckpt" | "pkl" | "pickle" => return Err(pickled(path)),
            _ => {
                return Err(Error::Failed(format!(
                    "{} is of no kind that is read here: give a .safetensors, .safetensors.index.json, .npz or .npy file",
                    path.display()
                )));
            }
        };
        Ok(Self { path: path.to_owned(), tensors })
    }

    /// The numbers of a tensor of this file, row-major (whatever the order in the file).
    ///
    /// # Errors
    /// As [`Weights::open`]; [`Error::Failed`] where the tensor is too large or not of a real floating type.
    pub fn read(&self, tensor: &Tensor) -> Result<Vec<f64>> {
        tensor.check_size().map_err(Error::Failed)?;
        match &tensor.place {
            Place::Bytes { file, start, format } => {
                let format = format.ok_or_else(|| Error::Failed(tensor.unreadable()))?;
                format.read(file, *start, tensor.len())
            }
            Place::Npy { file } => npy::values(file),
            Place::Npz { file, entry } => npz::values(file, *entry, &tensor.name),
        }
    }
}

impl Tensor {
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
            Place::Bytes { format, .. } => format.is_some(),
            Place::Npy { .. } | Place::Npz { .. } => npy::is_float(&self.dtype),
        };
        if readable { self.check_size().err() } else { Some(self.unreadable()) }
    }

    fn check_size(&self) -> std::result::Result<(), String> {
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

    fn unreadable(&self) -> String {
        let what = match self.dtype.trim_start_matches(['|', '<', '>', '=']) {
            "O" => "Python objects (a pickle): they would run code when read, and are not; save numbers",
            _ => "of a type that is no weight: only f16, bf16, f32 and f64 are read; convert them first",
        };
        format!("layer {}: its numbers are {} ({what})", self.layer(), self.dtype)
    }
}

/// How many numbers a shape has, or why it cannot be.
fn product(path: &Path, name: &str, shape: &[u64]) -> Result<usize> {
    let n = shape.iter().try_fold(1u64, |n, size| n.checked_mul(*size)).and_then(|n| usize::try_from(n).ok());
    // A factor for bytes must fit too.
    n.filter(|n| *n < usize::MAX / 16).ok_or_else(|| {
        Error::malformed(path, format!("tensor {name}"), format!("no file holds numbers of shape {shape:?}"))
    })
}

fn pickled(path: &Path) -> Error {
    Error::Failed(format!(
        "{} is a PyTorch pickle, which would run code when read: save the weights with safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")",
        path.display()
    ))
}
