//! The spectra of a checkpoint: its file read and analysed a few layers at a time.

use crate::error::{Error, Result};
use crate::esd::layers::{Obstacle, batches, matches, obstacle};
use crate::spectrum::matrix::slices;
use crate::spectrum::row::{LayerSpectrum, SpectrumOptions};
use crate::weights::{StoredTensor, Weights};
use rayon::prelude::*;
use std::path::Path;

/// The spectra of the layers of a file, and what was left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// The file as it was named.
    pub file: String,
    /// Layers with a spectrum, in the order of the file.
    pub layers: Vec<LayerSpectrum>,
    /// Sentences about tensors that have none to speak of: too small, too large, no weights.
    pub left_out: Vec<String>,
    /// Sentences about layers that are damaged: not finite, all zero; they name file and layer.
    pub damaged: Vec<String>,
}

/// The spectra of the layers of a file whose names match `pattern` (all, without one).
///
/// `progress` hears, before each batch of layers, how many are done and how many there are.
///
/// # Errors
/// As [`Weights::open`] and [`Weights::read`]; [`Error::Failed`] where no layer matches the pattern,
/// or none of those that match has a spectrum.
pub fn analyse(
    path: &Path,
    pattern: Option<&str>,
    options: &SpectrumOptions,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Analysis> {
    let weights = Weights::open(path)?;
    let chosen = chosen(&weights, pattern)?;
    let file = path.display().to_string();
    let mut found = Analysis { file, layers: Vec::new(), left_out: Vec::new(), damaged: Vec::new() };
    let mut todo = Vec::new();
    for tensor in &chosen {
        match obstacle(tensor) {
            None => todo.push(*tensor),
            Some(Obstacle::Silent) => {}
            Some(Obstacle::Said(why)) => found.left_out.push(why),
        }
    }
    let mut done = 0;
    for batch in batches(&todo) {
        progress(done, todo.len());
        done += batch.len();
        for layer in analysed(&weights, batch, options)? {
            match layer {
                Ok(layer) => found.layers.push(layer),
                Err(why) => found.damaged.push(format!("{}: {why}", found.file)),
            }
        }
    }
    if found.layers.is_empty() && found.damaged.is_empty() {
        return Err(nothing(&found, &chosen));
    }
    Ok(found)
}

/// The tensors whose layers match the pattern.
fn chosen<'a>(weights: &'a Weights, pattern: Option<&str>) -> Result<Vec<&'a StoredTensor>> {
    let chosen: Vec<&StoredTensor> =
        weights.tensors.iter().filter(|t| pattern.is_none_or(|p| matches(p, t.layer()))).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = weights.tensors.iter().map(StoredTensor::layer).take(12).collect();
        let more = if weights.tensors.len() > names.len() { ", …" } else { "" };
        return Err(Error::Failed(format!(
            "no layer of {} matches {:?}: there are {}{more}",
            weights.path.display(),
            pattern.unwrap_or_default(),
            names.join(", ")
        )));
    }
    Ok(chosen)
}

/// The spectra of these tensors; an error inside is one layer's own, an error outside the file's.
fn analysed(
    weights: &Weights,
    batch: Vec<&StoredTensor>,
    options: &SpectrumOptions,
) -> Result<Vec<Result<LayerSpectrum>>> {
    let spectrum = |tensor: &StoredTensor| {
        let values = weights.read(tensor)?;
        let cut = slices(tensor.layer(), &tensor.shape, values);
        Ok(cut.and_then(|cut| LayerSpectrum::of(tensor.layer(), &cut, options)))
    };
    batch.into_par_iter().map(spectrum).collect()
}

/// The error of a file none of whose chosen tensors has a spectrum.
fn nothing(found: &Analysis, chosen: &[&StoredTensor]) -> Error {
    let mut why = found.left_out.clone();
    if why.is_empty() {
        let shapes: Vec<String> =
            chosen.iter().take(6).map(|t| format!("{} of shape {:?}", t.layer(), t.shape)).collect();
        why.push(format!("only matrices and convolutions have one, there are {}", shapes.join(", ")));
    }
    Error::Failed(format!("{}: no layer has a spectrum: {}", found.file, why.join("; ")))
}
