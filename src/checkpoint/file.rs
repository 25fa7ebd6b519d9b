//! A checkpoint as a safetensors file: parameters, moments, and progress in the header.
//!
//! ```text
//! header   "lawbook": the progress as JSON
//!          "sha256": the SHA-256 of the whole file, its own 64 digits read as 0
//! tensors  parameters, first_moment, second_moment
//! ```

use crate::checkpoint::progress::Progress;
use crate::error::{Error, Result};
use crate::identity::sha256;
use crate::learner::State;
use crate::machine;
use crate::ops::real::Real;
use crate::paths::write_whole;
use crate::run::{Precision, RunSpec};
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

const PROGRESS: &str = "lawbook";
const SUM: &str = "sha256";
/// What stands in the place of the sum while it is taken.
const NO_SUM: &str = "0000000000000000000000000000000000000000000000000000000000000000";
const TENSORS: [&str; 3] = ["parameters", "first_moment", "second_moment"];

/// A run between two steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// What decides the run, how far it is, and what it has measured.
    pub progress: Progress,
    /// Parameters and the optimizer's moments.
    pub state: State,
}

impl Checkpoint {
    /// Writes the checkpoint whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be written; an older one then stands unchanged.
    pub fn save(&self, path: &Path) -> Result<()> {
        let json = serde_json::to_string(&self.progress).expect("progress holds numbers and words only");
        let (dtype, size) = kind(self.state.precision);
        let views = TENSORS.iter().zip(&self.state.tensors).map(|(name, bytes)| {
            let view =
                TensorView::new(dtype, vec![bytes.len() / size], bytes).expect("whole numbers, one shape");
            (*name, view)
        });
        let header = HashMap::from([(PROGRESS.to_owned(), json), (SUM.to_owned(), NO_SUM.to_owned())]);
        let mut file = serialize(views, Some(header))
            .map_err(|e| Error::malformed(path, "while writing", e.to_string()))?;
        let sum = sha256(&file);
        put_sum(&mut file, NO_SUM, &sum).expect("the sum was just given a place");
        write_whole(path, &file)
    }

    /// Reads what [`Checkpoint::save`] wrote; `None` where there is no file.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the file is damaged, holds another run, or was computed with another
    /// instruction set.
    pub fn load(path: &Path, spec: &RunSpec) -> Result<Option<Self>> {
        if !path.exists() {
            return Ok(None);
        }
        let mut file = fs::read(path).map_err(Error::io("read", path))?;
        let wrong =
            |what: String| Error::malformed(path, "checkpoint", what + "; delete it to start the run anew");
        let (_, header) =
            SafeTensors::read_metadata(&file).map_err(|e| wrong(format!("its header is damaged ({e})")))?;
        let metadata = header.metadata().clone().unwrap_or_default();
        let sum = metadata.get(SUM).ok_or_else(|| wrong("it carries no SHA-256".to_owned()))?;
        if put_sum(&mut file, sum, NO_SUM).is_none() || sha256(&file) != *sum {
            return Err(wrong("it is damaged: its bytes do not have the SHA-256 it carries".to_owned()));
        }
        let json = metadata.get(PROGRESS).ok_or_else(|| wrong("its header names no run".to_owned()))?;
        let progress: Progress =
            serde_json::from_str(json).map_err(|e| wrong(format!("its progress cannot be read ({e})")))?;
        if progress.spec != *spec {
            return Err(wrong(format!("it belongs to run {}, not to {}", progress.spec.id(), spec.id())));
        }
        if progress.isa != machine::isa() {
            return Err(wrong(format!(
                "it was computed with {}, this machine computes with {}, and a run that changes between them \
                 has numbers that neither gives again: go on where it began",
                progress.isa,
                machine::isa()
            )));
        }
        if let Some(problem) = progress.problem() {
            return Err(wrong(format!("it is damaged: {problem}")));
        }
        let tensors = SafeTensors::deserialize(&file).map_err(|e| wrong(format!("it is damaged ({e})")))?;
        let (dtype, size) = kind(spec.precision);
        let read = |name: &str| {
            let tensor =
                tensors.tensor(name).map_err(|e| wrong(format!("it lacks the tensor {name} ({e})")))?;
            if tensor.dtype() != dtype || tensor.data().len() != size * spec.n_params() {
                return Err(wrong(format!(
                    "its tensor {name} is not {} numbers of {dtype}",
                    spec.n_params()
                )));
            }
            if !all_finite(spec.precision, tensor.data()) {
                return Err(wrong(format!("its tensor {name} holds a number that is not finite")));
            }
            Ok(tensor.data().to_vec())
        };
        let tensors = [read(TENSORS[0])?, read(TENSORS[1])?, read(TENSORS[2])?];
        Ok(Some(Self { progress, state: State { precision: spec.precision, tensors } }))
    }
}

/// Puts `new` where the header holds the sum `old`, of the same length; `None` where it does not.
fn put_sum(file: &mut [u8], old: &str, new: &str) -> Option<()> {
    let field = format!("\"{SUM}\":\"{old}\"");
    // The header's quotes are bare; those of the progress, a text within it, are escaped.
    let end = 8 + u64::from_le_bytes(*file.first_chunk()?) as usize;
    let start = file.get(..end)?.windows(field.len()).position(|window| window == field.as_bytes())?;
    let digits = start + field.len() - 1 - old.len()..start + field.len() - 1;
    (old.len() == new.len()).then(|| file[digits].copy_from_slice(new.as_bytes()))
}

fn all_finite(precision: Precision, bytes: &[u8]) -> bool {
    match precision {
        Precision::Single => f32::from_bytes(bytes).iter().all(|x| x.is_finite()),
        Precision::Double => f64::from_bytes(bytes).iter().all(|x| x.is_finite()),
    }
}

/// What one number is in the file, and how many bytes it takes.
fn kind(precision: Precision) -> (Dtype, usize) {
    match precision {
        Precision::Single => (Dtype::F32, 4),
        Precision::Double => (Dtype::F64, 8),
    }
}
