//! Exact resume: everything a run needs to go on as if it had never stopped, in one safetensors file.
//!
//! No random state is kept: streams are named by seed and epoch (see [`crate::random`]), so the step
//! tells which numbers come next.

use crate::error::{Error, Result};
use crate::optim::Moments;
use crate::paths::write_whole;
use crate::run::{Point, RunSpec};
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
    /// Flat parameters.
    pub parameters: Vec<f32>,
    /// The optimizer's state.
    pub moments: Moments,
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
}

const PROGRESS: &str = "lawbook";

impl Checkpoint {
    /// Writes the checkpoint whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be written; an older one then stands unchanged.
    pub fn save(&self, path: &Path) -> Result<()> {
        let json = serde_json::to_string(&self.progress).expect("progress holds numbers and words only");
        let tensors = [
            ("parameters", &self.parameters),
            ("first_moment", &self.moments.first),
            ("second_moment", &self.moments.second),
        ];
        let bytes: Vec<Vec<u8>> = tensors.iter().map(|(_, values)| bytes_of(values)).collect();
        let views = tensors.iter().zip(&bytes).map(|((name, values), bytes)| {
            let view = TensorView::new(Dtype::F32, vec![values.len()], bytes).expect("four bytes per number");
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
        let read = |name: &str| {
            let tensor =
                tensors.tensor(name).map_err(|e| wrong(format!("it lacks the tensor {name} ({e})")))?;
            let values = floats_of(tensor.data());
            if tensor.dtype() != Dtype::F32 || values.len() != spec.n_params() {
                return Err(wrong(format!(
                    "its tensor {name} has not {} numbers of 32 bits",
                    spec.n_params()
                )));
            }
            Ok(values)
        };
        let moments = Moments { first: read("first_moment")?, second: read("second_moment")? };
        Ok(Some(Self { parameters: read("parameters")?, moments, progress }))
    }
}

fn bytes_of(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn floats_of(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}
