//! A fully connected layer inside a network, on flat parameters: `y = x Wᵀ + b`, and its gradients.

use crate::net::layout::{Initial, Layout};
use crate::ops::layer::{column_sums, fill_with_bias};
use crate::ops::matmul::{Into, Matrix, matmul};
use std::ops::Range;

/// Where a fully connected layer lies among the parameters.
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

    /// Writes the layer's output for the rows of `x` to `out`.
    pub fn forward(&self, parameters: &[f32], x: &[f32], out: &mut Vec<f32>) {
        let rows = x.len() / self.inputs;
        out.resize(rows * self.outputs, 0.0);
        fill_with_bias(out, &parameters[self.bias.clone()]);
        matmul(out, Matrix::new(x, rows, self.inputs), self.matrix(parameters).t(), Into::Add);
    }

    /// Given the gradient `upper` at the output, writes those of weight and bias to `gradient`, and the
    /// one at the input `x` to `lower`.
    pub fn backward(
        &self,
        parameters: &[f32],
        x: &[f32],
        upper: &[f32],
        gradient: &mut [f32],
        lower: &mut Vec<f32>,
    ) {
        let rows = x.len() / self.inputs;
        let upper_rows = Matrix::new(upper, rows, self.outputs);
        let weight = &mut gradient[self.weight.clone()];
        matmul(weight, upper_rows.t(), Matrix::new(x, rows, self.inputs), Into::Replace);
        column_sums(&mut gradient[self.bias.clone()], upper);
        lower.resize(x.len(), 0.0);
        matmul(lower, upper_rows, self.matrix(parameters), Into::Replace);
    }

    fn matrix<'a>(&self, parameters: &'a [f32]) -> Matrix<'a> {
        Matrix::new(&parameters[self.weight.clone()], self.outputs, self.inputs)
    }
}
