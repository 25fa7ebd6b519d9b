//! Where the tensors of a network lie among its flat parameters.

use crate::error::{Error, Result};
use crate::random::stream;
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use std::ops::Range;

/// One tensor among the flat parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Its name, as PyTorch would write it: "blocks.0.attention.qkv.weight".
    pub name: String,
    /// Its sizes, outermost first; a weight of a linear layer is outputs × inputs.
    pub shape: Vec<usize>,
    /// Its place; row-major.
    pub range: Range<usize>,
    /// How it begins.
    pub initial: Initial,
}

/// How a tensor begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Initial {
    /// Every number the same.
    Constant(f32),
    /// Uniform between minus and plus this bound (PyTorch's linear layers: 1 / √inputs).
    Uniform(f32),
    /// Normal with mean 0 and this standard deviation.
    Normal(f32),
}

/// Checks what every language model demands of its sizes: all above 0, a dropout from 0 to below 1.
///
/// # Errors
/// [`Error::Failed`] naming the size that makes no sense.
pub fn check_sizes(what: &str, sizes: &[(&str, usize)], dropout: f32) -> Result<()> {
    if let Some((name, _)) = sizes.iter().find(|(_, size)| *size == 0) {
        return Err(Error::Failed(format!("{what} with {name} = 0 cannot be: give at least 1")));
    }
    if !(0.0..1.0).contains(&dropout) {
        return Err(Error::Failed(format!(
            "the dropout of {what} is the share of units dropped, from 0 to below 1: {dropout} is not"
        )));
    }
    Ok(())
}

/// A number of parameters computed in floating point, as a formula reads: exact below 2^53, and the largest
/// number there is, instead of one that wrapped round, for sizes that no memory holds.
pub fn whole(count: f64) -> usize {
    count as usize
}

/// All tensors of a network, one after the other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    tensors: Vec<Tensor>,
}

impl Layout {
    /// Appends a tensor and returns its place.
    pub fn add(&mut self, name: impl Into<String>, shape: &[usize], initial: Initial) -> Range<usize> {
        let start = self.n_params();
        let range = start..start + shape.iter().product::<usize>();
        self.tensors.push(Tensor {
            name: name.into(),
            shape: shape.to_owned(),
            range: range.clone(),
            initial,
        });
        range
    }

    /// The tensors, in order.
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// Numbers in all.
    pub fn n_params(&self) -> usize {
        self.tensors.last().map_or(0, |tensor| tensor.range.end)
    }

    /// Fresh parameters: each tensor has a random stream of its own.
    pub fn initial(&self, seed: u64) -> Vec<f32> {
        let mut parameters = vec![0.0; self.n_params()];
        for (i, tensor) in self.tensors.iter().enumerate() {
            let mut random = stream(seed, "initial weights", i as u64);
            for p in &mut parameters[tensor.range.clone()] {
                *p = match tensor.initial {
                    Initial::Constant(value) => value,
                    Initial::Uniform(bound) => bound * (2.0 * random.random::<f32>() - 1.0),
                    Initial::Normal(sd) => {
                        let z: f32 = StandardNormal.sample(&mut random);
                        sd * z
                    }
                };
            }
        }
        parameters
    }
}
