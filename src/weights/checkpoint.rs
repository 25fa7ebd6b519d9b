//! lawbook's own checkpoints: the parameters lie flat in one tensor, and the spec in the header tells
//! where each layer's weights are.

use crate::checkpoint::Progress;
use crate::error::{Error, Result};
use crate::run::Precision;
use crate::weights::format::FloatFormat;
use crate::weights::safetensors::header;
use crate::weights::tensor::{Location, StoredTensor};
use std::path::Path;

/// The weights of the network that a checkpoint holds; `None` for a file that is no checkpoint of lawbook's.
pub fn tensors(path: &Path) -> Result<Option<Vec<StoredTensor>>> {
    let header = header(path)?;
    let json = header.metadata.metadata().as_ref().and_then(|m| m.get("lawbook"));
    let (Some(json), Some(parameters)) = (json, header.metadata.info("parameters")) else { return Ok(None) };
    let wrong = |what: String| Error::malformed(path, "header", what);
    let progress: Progress =
        serde_json::from_str(json).map_err(|e| wrong(format!("its run cannot be read ({e})")))?;
    let format = match progress.spec.precision {
        Precision::Single => FloatFormat::F32,
        Precision::Double => FloatFormat::F64,
    };
    progress.spec.net.check()?;
    // The header's sizes are believed once they make as many numbers as the file holds: only then is anything laid out.
    if parameters.shape != [progress.spec.n_params()] || FloatFormat::of(parameters.dtype) != Some(format) {
        return Err(wrong(format!(
            "its parameters are {:?} {}, its run has {} of another kind",
            parameters.shape,
            parameters.dtype,
            progress.spec.n_params()
        )));
    }
    let start = header.start + parameters.data_offsets.0 as u64;
    let tensor = |t: crate::net::layout::Tensor| StoredTensor {
        place: Location::Bytes {
            file: path.to_owned(),
            start: start + (t.range.start * format.bytes()) as u64,
            format: Some(format),
        },
        name: t.name,
        shape: t.shape,
        dtype: parameters.dtype.to_string(),
    };
    Ok(Some(progress.spec.net.tensors().into_iter().map(tensor).collect()))
}
