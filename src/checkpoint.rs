//! Exact resume: everything a run needs to go on as if it had never stopped, in one safetensors file.
//!
//! No random state is kept: streams are named by seed and epoch (see [`crate::random`]), so the step
//! tells which numbers come next.

use crate::error::{Error, Result};
use crate::learner::State;
use crate::paths::write_whole;
use crate::run::{Point, Precision, RunSpec};
use crate::snapshot::Snapshot;
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// A run between two steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// What decides the run, how far it is, and what it has measured.
    pub progress: Progress,
    /// Parameters and the optimizer's moments.
    pub state: State,
}

/// The part of a [`Checkpoint`] that is no tensor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What decides the run.
    pub spec: RunSpec,
    /// Steps taken.
    pub step: u64,
    /// Wall seconds spent.
    pub seconds: f64,
    /// Measurements so far.
    pub curve: Vec<Point>,
    /// The last improvement, of a run with early stopping.
    #[serde(default)]
    pub best: Option<Point>,
    /// The snapshots so far.
    #[serde(default, rename = "looks")]
    pub snapshots: Vec<Snapshot>,
}

const PROGRESS: &str = "lawbook";
const TENSORS: [&str; 3] = ["parameters", "first_moment", "second_moment"];

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
        let file = serialize(views, Some(HashMap::from([(PROGRESS.to_owned(), json)])))
            .map_err(|e| Error::malformed(path, "while writing", e.to_string()))?;
        write_whole(path, &file)
    }

    /// Reads what [`Checkpoint::save`] wrote; `None` where there is no file.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the file is damaged or holds another run.
    pub fn load(path: &Path, spec: &RunSpec) -> Result<Option<Self>> {
        if !path.exists() {
            return Ok(None);
        }
        let file = fs::read(path).map_err(Error::io("read", path))?;
        let wrong =
            |what: String| Error::malformed(path, "checkpoint", what + "; delete it to start the run anew");
        let tensors = SafeTensors::deserialize(&file).map_err(|e| wrong(format!("it is damaged ({e})")))?;
        let (_, header) =
            SafeTensors::read_metadata(&file).map_err(|e| wrong(format!("its header is damaged ({e})")))?;
        let json = header.metadata().as_ref().and_then(|m| m.get(PROGRESS));
        let json = json.ok_or_else(|| wrong("its header names no run".to_owned()))?;
        let progress: Progress =
            serde_json::from_str(json).map_err(|e| wrong(format!("its progress cannot be read ({e})")))?;
        if progress.spec != *spec {
            return Err(wrong(format!("it belongs to run {}, not to {}", progress.spec.id(), spec.id())));
        }
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
            Ok(tensor.data().to_vec())
        };
        let tensors = [read(TENSORS[0])?, read(TENSORS[1])?, read(TENSORS[2])?];
        Ok(Some(Self { progress, state: State { precision: spec.precision, tensors } }))
    }
}

/// What one number is in the file, and how many bytes it takes.
fn kind(precision: Precision) -> (Dtype, usize) {
    match precision {
        Precision::Single => (Dtype::F32, 4),
        Precision::Double => (Dtype::F64, 8),
    }
}
