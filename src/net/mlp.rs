//! The multilayer perceptron: fully connected layers with ReLU between them.
//!
//! ```text
//! x₀ = input       x_{l+1} = relu(x_l W_lᵀ + b_l)       logits = x_L W_Lᵀ + b_L
//! parameters = Σ_l (in_l · out_l + out_l)
//! ```
//!
//! Flat layout, layer after layer: `W` (`out × in`, row-major), then `b` (`out`).

use crate::net::layout::{Initial, Layout, whole};
use crate::random::stream;
use rand::RngExt;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The sizes of an MLP, input first: `[784, 512, 512, 10]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mlp {
    sizes: Vec<usize>,
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
pub struct Layer {
    /// Input size.
    pub inputs: usize,
    /// Output size.
    pub outputs: usize,
    /// The weights, `outputs × inputs`, row-major.
    pub weights: Range<usize>,
    /// The biases, `outputs` numbers.
    pub biases: Range<usize>,
}

impl Layer {
    /// Its place among the network's parameters: the weights, then the biases.
    pub fn range(&self) -> Range<usize> {
        self.weights.start..self.biases.end
    }
}

impl Mlp {
    /// An MLP with these layer sizes, input and output included.
    ///
    /// # Panics
    /// With fewer than two sizes, or a size of zero.
    pub fn new(sizes: &[usize]) -> Self {
        assert!(
            sizes.len() >= 2 && !sizes.contains(&0),
            "an MLP needs an input and an output size: {sizes:?}"
        );
        Self { sizes: sizes.to_owned() }
    }

    /// The layer sizes, input first.
    pub fn sizes(&self) -> &[usize] {
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
    pub fn layers(&self) -> Vec<Layer> {
        let mut start = 0;
        let layer = |pair: &[usize]| {
            let (inputs, outputs) = (pair[0], pair[1]);
            let weights = start..start + inputs * outputs;
            let biases = weights.end..weights.end + outputs;
            start = biases.end;
            Layer { inputs, outputs, weights, biases }
        };
        self.sizes.windows(2).map(layer).collect()
    }

    /// The same as tensors: "layers.0.weight", "layers.0.bias", and so on.
    pub fn layout(&self) -> Layout {
        let mut layout = Layout::default();
        for (l, layer) in self.layers().into_iter().enumerate() {
            let initial = Initial::Uniform(1.0 / (layer.inputs as f32).sqrt());
            layout.add(format!("layers.{l}.weight"), &[layer.outputs, layer.inputs], initial);
            layout.add(format!("layers.{l}.bias"), &[layer.outputs], initial);
        }
        layout
    }

    /// Exact number of parameters.
    ///
    /// ```
    /// use lawbook::net::mlp::Mlp;
    /// assert_eq!(Mlp::new(&[784, 512, 512, 10]).n_params(), 669_706);
    /// ```
    pub fn n_params(&self) -> usize {
        let sizes: Vec<f64> = self.sizes.iter().map(|&n| n as f64).collect();
        whole(sizes.windows(2).map(|pair| pair[0] * pair[1] + pair[1]).sum())
    }

    /// PyTorch's default, weights and biases uniform in ±1/√inputs, times the scale.
    pub fn initial(&self, seed: u64, scale: InitScale) -> Vec<f32> {
        let mut parameters = vec![0.0; self.n_params()];
        for (l, layer) in self.layers().into_iter().enumerate() {
            let mut random = stream(seed, "initial weights", l as u64);
            let bound = 1.0 / (layer.inputs as f32).sqrt();
            for p in &mut parameters[layer.weights.start..layer.biases.end] {
                *p = bound * (2.0 * random.random::<f32>() - 1.0);
            }
            let (scaled, factor) = match scale {
                InitScale::None => continue,
                InitScale::Weights(factor) => (layer.weights, factor),
                InitScale::All(factor) => (layer.weights.start..layer.biases.end, factor),
            };
            parameters[scaled].iter_mut().for_each(|p| *p *= factor as f32);
        }
        parameters
    }
}
