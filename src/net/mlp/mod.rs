//! The multilayer perceptron: fully connected layers with ReLU between them.
//!
//! ```text
//! x₀ = input       x_{l+1} = relu(x_l W_lᵀ + b_l)       logits = x_L W_Lᵀ + b_L
//! parameters = Σ_l (in_l · out_l + out_l)
//! ```

pub mod layers;
pub mod fused;
pub mod plain;

use crate::error::{Error, Result};
use crate::net::architecture::{Architecture, Sizes};
use crate::net::layout::{Initial, Layout, whole};
use crate::net::memory::Memory;
use crate::net::mlp::fused::FusedMlp;
pub use crate::net::mlp::layers::{InitScale, Mlp, MlpLayer};
use crate::net::network::Network;
use crate::ops::loss::Loss;
use crate::random::stream;
use rand::RngExt;

impl Architecture for Mlp {
    fn name(&self) -> String {
        self.layer_sizes().iter().map(ToString::to_string).collect::<Vec<_>>().join("-")
    }

    fn check(&self) -> Result<()> {
        if self.layer_sizes().len() >= 2 && !self.layer_sizes().contains(&0) {
            return Ok(());
        }
        let message =
            format!("an MLP needs an input and an output size, all above 0: {:?}", self.layer_sizes());
        Err(Error::Failed(message))
    }

    fn sizes(&self) -> Sizes {
        Sizes::Values { inputs: self.inputs(), classes: self.classes() }
    }

    /// "layers.0.weight", "layers.0.bias", and so on.
    fn layout(&self) -> Layout {
        let mut layout = Layout::default();
        for (l, layer) in self.layers().into_iter().enumerate() {
            let initial = Initial::Uniform(1.0 / (layer.inputs as f32).sqrt());
            layout.add(format!("layers.{l}.weight"), &[layer.outputs, layer.inputs], initial);
            layout.add(format!("layers.{l}.bias"), &[layer.outputs], initial);
        }
        layout
    }

    /// PyTorch's default, weights and biases uniform in ±1/√inputs, times the scale; a layer draws from one
    /// stream.
    fn initial(&self, seed: u64) -> Vec<f32> {
        let mut parameters = vec![0.0; self.n_params()];
        for (l, layer) in self.layers().into_iter().enumerate() {
            let mut random = stream(seed, "initial weights", l as u64);
            let bound = 1.0 / (layer.inputs as f32).sqrt();
            for p in &mut parameters[layer.range()] {
                *p = bound * (2.0 * random.random::<f32>() - 1.0);
            }
            let (scaled, factor) = match self.scale() {
                InitScale::None => continue,
                InitScale::Weights(factor) => (layer.weights, factor),
                InitScale::All(factor) => (layer.range(), factor),
            };
            parameters[scaled].iter_mut().for_each(|p| *p *= factor as f32);
        }
        parameters
    }

    /// ```
    /// use lawbook::net::Architecture;
    /// use lawbook::net::mlp::Mlp;
    /// assert_eq!(Mlp::new(&[784, 512, 512, 10]).n_params(), 669_706);
    /// ```
    fn n_params(&self) -> usize {
        let sizes: Vec<f64> = self.layer_sizes().iter().map(|&n| n as f64).collect();
        whole(sizes.windows(2).map(|pair| pair[0] * pair[1] + pair[1]).sum())
    }

    fn n_embedding(&self) -> usize {
        0
    }

    /// 6 · parameters · rows (Kaplan et al. 2020).
    fn flops(&self, rows: usize) -> f64 {
        6.0 * self.n_params() as f64 * rows as f64
    }

    fn work_space(&self, rows: usize) -> f64 {
        let units: f64 = self.layer_sizes().iter().skip(1).map(|&n| n as f64).sum();
        let widest = self.layer_sizes().iter().skip(1).max().copied().unwrap_or(0) as f64;
        rows as f64 * (units + self.classes() as f64 + 2.0 * widest)
    }

    /// A step is cut by units, so its parts share one gradient and one work space.
    fn memory(&self, rows: usize, _: usize, _: usize) -> Memory {
        Memory::of_parts(self.n_params(), [rows, 1, 1], |rows| self.work_space(rows))
    }

    fn fused(&self, loss: Loss, parts: usize) -> Box<dyn Network> {
        Box::new(FusedMlp::new(self, loss, parts))
    }

    fn fused_double(&self, loss: Loss, parts: usize) -> Option<Box<dyn Network<f64>>> {
        Some(Box::new(FusedMlp::new(self, loss, parts)))
    }
}
