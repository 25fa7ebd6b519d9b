//! The sizes of an MLP and the ranges of its layers among the flat parameters.
//!
//! Flat layout, layer after layer: `W` (`out × in`, row-major), then `b` (`out`).

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A multilayer perceptron: its sizes, input first (`[784, 512, 512, 10]`), and how it begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Mlp {
    sizes: Vec<usize>,
    scale: InitScale,
}

/// A factor on the initial parameters.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InitScale {
    /// None: as PyTorch begins.
    #[default]
    None,
    /// On weights alone.
    Weights(f64),
    /// On weights and biases.
    All(f64),
}

/// Where one fully connected layer's numbers lie among the flat parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MlpLayer {
    /// Input size.
    pub inputs: usize,
    /// Output size.
    pub outputs: usize,
    /// The weights, `outputs × inputs`, row-major.
    pub weights: Range<usize>,
    /// The biases, `outputs` numbers.
    pub biases: Range<usize>,
}

impl MlpLayer {
    /// Its place among the network's parameters: the weights, then the biases.
    pub fn range(&self) -> Range<usize> {
        self.weights.start..self.biases.end
    }
}

impl Mlp {
    /// An MLP with these layer sizes, input and output included, and PyTorch's initial weights.
    pub fn new(sizes: &[usize]) -> Self {
        Self { sizes: sizes.to_owned(), scale: InitScale::None }
    }

    /// The same with a factor on its initial parameters.
    pub fn with_scale(self, scale: InitScale) -> Self {
        Self { scale, ..self }
    }

    /// The factor on its initial parameters.
    pub fn scale(&self) -> InitScale {
        self.scale
    }

    /// The layer sizes, input first.
    pub fn layer_sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// Size of an input.
    pub fn inputs(&self) -> usize {
        self.sizes[0]
    }

    /// Number of logits.
    pub fn classes(&self) -> usize {
        self.sizes[self.sizes.len() - 1]
    }

    /// The layers with their places among the flat parameters.
    pub fn layers(&self) -> Vec<MlpLayer> {
        let mut start = 0;
        let layer = |pair: &[usize]| {
            let (inputs, outputs) = (pair[0], pair[1]);
            let weights = start..start + inputs * outputs;
            let biases = weights.end..weights.end + outputs;
            start = biases.end;
            MlpLayer { inputs, outputs, weights, biases }
        };
        self.sizes.windows(2).map(layer).collect()
    }
}
