//! A fully connected layer inside a network, on flat parameters: `y = x Wᵀ + b`, and its gradients.

use crate::net::layout::{Initial, Layout};
use crate::ops::layer::{column_sums, fill_with_bias};
use crate::ops::matmul::{Matrix, Write, matmul};
use std::ops::Range;

/// The ranges of a fully connected layer among the parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// Input size.
    pub inputs: usize,
    /// Output size.
    pub outputs: usize,
    /// The weight, `outputs × inputs`, row-major.
    pub weight: Range<usize>,
    /// The bias, `outputs` numbers.
    pub bias: Range<usize>,
}

impl Linear {
    /// Appends `name.weight` and `name.bias` to a layout.
    pub fn add(
        layout: &mut Layout,
        name: &str,
        (inputs, outputs): (usize, usize),
        weight: Initial,
        bias: Initial,
    ) -> Self {
        let weight = layout.add(format!("{name}.weight"), &[outputs, inputs], weight);
        let bias = layout.add(format!("{name}.bias"), &[outputs], bias);
        Self { inputs, outputs, weight, bias }
    }

    /// The same with PyTorch's default, weight and bias uniform in ±1/√inputs.
    pub fn add_uniform(layout: &mut Layout, name: &str, sizes: (usize, usize)) -> Self {
        let initial = Initial::Uniform(1.0 / (sizes.0 as f32).sqrt());
        Self::add(layout, name, sizes, initial, initial)
    }

    /// Writes the layer's output for the rows of `x` to `out`.
    pub fn forward(&self, parameters: &[f32], x: &[f32], out: &mut [f32]) {
        let rows = x.len() / self.inputs;
        fill_with_bias(out, &parameters[self.bias.clone()]);
        matmul(out, Matrix::new(x, rows, self.inputs), self.matrix(parameters).t(), Write::Add);
    }

    /// The same into a buffer that is made as long as needed.
    pub fn forward_into(&self, parameters: &[f32], x: &[f32], out: &mut Vec<f32>) {
        out.resize(x.len() / self.inputs * self.outputs, 0.0);
        self.forward(parameters, x, out);
    }

    /// Given the gradient `grad_out` at the output, writes those of weight and bias to `gradient`, and the
    /// one at the input `x` to `grad_in`.
    pub fn backward(
        &self,
        parameters: &[f32],
        x: &[f32],
        grad_out: &[f32],
        gradient: &mut [f32],
        grad_in: &mut [f32],
    ) {
        let rows = x.len() / self.inputs;
        let at_output = Matrix::new(grad_out, rows, self.outputs);
        let weight = &mut gradient[self.weight.clone()];
        matmul(weight, at_output.t(), Matrix::new(x, rows, self.inputs), Write::Replace);
        column_sums(&mut gradient[self.bias.clone()], grad_out);
        matmul(grad_in, at_output, self.matrix(parameters), Write::Replace);
    }

    fn matrix<'a>(&self, parameters: &'a [f32]) -> Matrix<'a> {
        Matrix::new(&parameters[self.weight.clone()], self.outputs, self.inputs)
    }
}
