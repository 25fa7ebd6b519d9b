//! A file of weights: what it is by its name, the tensors in it, and their numbers.

use crate::error::{Error, Result};
use crate::weights::tensor::{Location, StoredTensor};
use crate::weights::{checkpoint, npy, npz, safetensors, sharded};
use std::fs;
use std::path::{Path, PathBuf};

/// A file of weights whose tensors are known and not yet read.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// The file as it was named.
    pub path: PathBuf,
    /// Its tensors, in the order of the file (alphabetical in an index).
    pub tensors: Vec<StoredTensor>,
}

impl Weights {
    /// Opens the file at `path` and reads what it says of its tensors.
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
    pub fn read(&self, tensor: &StoredTensor) -> Result<Vec<f64>> {
        tensor.check_size().map_err(Error::Failed)?;
        match &tensor.place {
            Location::Bytes { file, start, format } => {
                let format = format.ok_or_else(|| Error::Failed(tensor.unreadable()))?;
                format.read(file, *start, tensor.len())
            }
            Location::Npy { file } => npy::values(file),
            Location::Npz { file, entry } => npz::values(file, *entry, &tensor.name),
        }
    }
}

fn pickled(path: &Path) -> Error {
    Error::Failed(format!(
        "{} is a PyTorch pickle, which would run code when read: save the weights with safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")",
        path.display()
    ))
}
