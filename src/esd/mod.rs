//! A checkpoint's spectra: file in, a row and a figure per layer out.
//!
//! Layers are read and analysed a few at a time, so that memory holds no more than
//! [`AT_ONCE`] weights (or one layer, if that is larger) and the eigenvalues of all.

pub mod pattern;
pub mod columns;
pub mod page;

use crate::error::{Error, Result};
use crate::esd::pattern::matches;
use crate::spectrum::matrix::{eigenvalue_count, slices};
use crate::spectrum::row::{LayerSpectrum, SpectrumOptions};
use crate::weights::{Tensor, Weights};
use rayon::prelude::*;
use std::path::Path;

/// Weights that are held and analysed together.
pub const AT_ONCE: usize = 1 << 25;
/// With fewer eigenvalues than this a layer is left out (WeightWatcher's `min_evals`).
pub const FEWEST: usize = 8;

/// What was found in a file.
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
    let chosen: Vec<&Tensor> =
        weights.tensors.iter().filter(|t| pattern.is_none_or(|p| matches(p, t.layer()))).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = weights.tensors.iter().map(Tensor::layer).take(12).collect();
        let more = if weights.tensors.len() > names.len() { ", …" } else { "" };
        return Err(Error::Failed(format!(
            "no layer of {} matches {:?}: there are {}{more}",
            path.display(),
            pattern.unwrap_or_default(),
            names.join(", ")
        )));
    }
    let mut found = Analysis {
        file: path.display().to_string(),
        layers: Vec::new(),
        left_out: Vec::new(),
        damaged: Vec::new(),
    };
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
        let analysed = batch
            .into_par_iter()
            .map(|t| {
                let values = weights.read(t)?;
                let cut = slices(t.layer(), &t.shape, values);
                Ok(cut.and_then(|cut| LayerSpectrum::of(t.layer(), &cut, options)))
            })
            .collect::<Result<Vec<Result<LayerSpectrum>>>>()?;
        for layer in analysed {
            match layer {
                Ok(layer) => found.layers.push(layer),
                Err(why) => found.damaged.push(format!("{}: {why}", path.display())),
            }
        }
    }
    if found.layers.is_empty() && found.damaged.is_empty() {
        let mut why = found.left_out.clone();
        if why.is_empty() {
            let shapes: Vec<String> =
                chosen.iter().take(6).map(|t| format!("{} of shape {:?}", t.layer(), t.shape)).collect();
            why.push(format!("only matrices and convolutions have one, there are {}", shapes.join(", ")));
        }
        return Err(Error::Failed(format!(
            "{}: no layer has a spectrum: {}",
            path.display(),
            why.join("; ")
        )));
    }
    Ok(found)
}

/// Why a tensor is not analysed.
enum Obstacle {
    /// It is a bias, a norm, a counter: nobody expects a spectrum.
    Silent,
    Said(String),
}

fn obstacle(tensor: &Tensor) -> Option<Obstacle> {
    let (layer, shape) = (tensor.layer(), &tensor.shape);
    // Pickled objects are something to warn of, whatever their shape.
    let pickled = tensor.dtype.trim_start_matches('|') == "O";
    if shape.len() < 2 && !pickled {
        return Some(Obstacle::Silent);
    }
    if let Some(problem) = tensor.problem() {
        return Some(Obstacle::Said(problem));
    }
    let said = |problem: String| Some(Obstacle::Said(format!("layer {layer}: {problem}")));
    match eigenvalue_count(shape) {
        None => said(format!("its shape {shape:?} is that of no matrix and no convolution")),
        Some(count) if count < FEWEST => said(format!(
            "a weight of shape {shape:?} has {count} eigenvalue{}: a tail wants at least {FEWEST}",
            if count == 1 { "" } else { "s" }
        )),
        Some(_) => None,
    }
}

/// Neighbouring tensors with at most [`AT_ONCE`] numbers together, or one alone.
fn batches<'a>(tensors: &[&'a Tensor]) -> Vec<Vec<&'a Tensor>> {
    let mut batches: Vec<Vec<&Tensor>> = Vec::new();
    let mut held = 0;
    for tensor in tensors {
        match batches.last_mut() {
            Some(batch) if held + tensor.len() <= AT_ONCE => batch.push(tensor),
            _ => {
                batches.push(vec![tensor]);
                held = 0;
            }
        }
        held += tensor.len();
    }
    batches
}
