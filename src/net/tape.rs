//! Parameters and layers as dfdx tensors: what the plain forms share.

use crate::net::linear::Linear;
use crate::net::norm::LayerNorm;
use dfdx::prelude::*;
use std::ops::Range;

/// A tensor of one axis.
pub type Tensor1<D, T = NoneTape> = Tensor<(usize,), f32, D, T>;
/// A tensor of two axes.
pub type Tensor2<D, T = NoneTape> = Tensor<(usize, usize), f32, D, T>;
/// One number.
pub type Tensor0<D, T = NoneTape> = Tensor<Rank0, f32, D, T>;

/// A parameter tensor on a device, with its range among the flat parameters.
#[derive(Debug, Clone)]
pub struct Leaf<T> {
    /// The tensor.
    pub tensor: T,
    range: Range<usize>,
}

impl<D: Device<f32>> Leaf<Tensor1<D>> {
    /// A tensor of one axis.
    pub fn row(device: &D, parameters: &[f32], range: Range<usize>) -> Self {
        let tensor = device.tensor_from_vec(parameters[range.clone()].to_vec(), (range.len(),));
        Self { tensor, range }
    }
}

impl<D: Device<f32>> Leaf<Tensor2<D>> {
    /// A tensor of two axes.
    pub fn table(device: &D, parameters: &[f32], range: Range<usize>, columns: usize) -> Self {
        let shape = (range.len() / columns, columns);
        Self { tensor: device.tensor_from_vec(parameters[range.clone()].to_vec(), shape), range }
    }
}

impl<D: Device<f32>> Leaf<Tensor0<D>> {
    /// One number.
    pub fn scalar(device: &D, parameters: &[f32], range: Range<usize>) -> Self {
        Self { tensor: device.tensor_from_vec(parameters[range.clone()].to_vec(), ()), range }
    }
}

impl<S: Shape, D: Device<f32>> Leaf<Tensor<S, f32, D>> {
    /// Copies the tensor's gradient to its range of the flat gradient.
    pub fn copy_gradient(&self, gradients: &Gradients<f32, D>, to: &mut [f32]) {
        gradients.get(&self.tensor).copy_into(&mut to[self.range.clone()]);
    }
}

/// A fully connected layer on a device.
#[derive(Debug, Clone)]
pub struct LinearLeaves<D: Device<f32>> {
    /// `outputs × inputs`.
    pub weight: Leaf<Tensor2<D>>,
    /// One number an output.
    pub bias: Leaf<Tensor1<D>>,
}

impl<D: Device<f32>> LinearLeaves<D> {
    /// The layer with these ranges.
    pub fn new(device: &D, parameters: &[f32], linear: &Linear) -> Self {
        let weight = Leaf::table(device, parameters, linear.weight.clone(), linear.inputs);
        Self { weight, bias: Leaf::row(device, parameters, linear.bias.clone()) }
    }

    /// `x Wᵀ + b`
    pub fn apply<T: Tape<f32, D>>(&self, x: Tensor2<D, T>) -> Tensor2<D, T> {
        let product = x.matmul(self.weight.tensor.retaped::<T>().permute::<_, Axes2<1, 0>>());
        let shape = *product.shape();
        product + self.bias.tensor.retaped::<T>().broadcast_like::<_, Axis<0>>(&shape)
    }

    /// Copies both gradients to their ranges.
    pub fn copy_gradients(&self, gradients: &Gradients<f32, D>, to: &mut [f32]) {
        self.weight.copy_gradient(gradients, to);
        self.bias.copy_gradient(gradients, to);
    }
}

/// A layer normalization on a device.
#[derive(Debug, Clone)]
pub struct NormLeaves<D: Device<f32>> {
    gain: Leaf<Tensor1<D>>,
    shift: Leaf<Tensor1<D>>,
}

impl<D: Device<f32>> NormLeaves<D> {
    /// The normalization with these ranges.
    pub fn new(device: &D, parameters: &[f32], norm: &LayerNorm) -> Self {
        let gain = Leaf::row(device, parameters, norm.gain.clone());
        Self { gain, shift: Leaf::row(device, parameters, norm.shift.clone()) }
    }

    /// `(x - mean) / √(variance + ε) · gain + shift`, row by row.
    pub fn apply<T: Tape<f32, D>>(&self, x: Tensor2<D, T>) -> Tensor2<D, T> {
        let shape = *x.shape();
        let hat = x.normalize::<Axis<1>>(1e-5);
        let scaled = hat * self.gain.tensor.retaped::<T>().broadcast_like::<_, Axis<0>>(&shape);
        scaled + self.shift.tensor.retaped::<T>().broadcast_like::<_, Axis<0>>(&shape)
    }

    /// Copies both gradients to their ranges.
    pub fn copy_gradients(&self, gradients: &Gradients<f32, D>, to: &mut [f32]) {
        self.gain.copy_gradient(gradients, to);
        self.shift.copy_gradient(gradients, to);
    }
}

/// Tokens, or other numbers to choose by, on a device.
pub fn indices<D: Device<f32>>(device: &D, numbers: impl Iterator<Item = u32>) -> Tensor<(usize,), usize, D> {
    let numbers: Vec<usize> = numbers.map(|n| n as usize).collect();
    let shape = (numbers.len(),);
    device.tensor_from_vec(numbers, shape)
}

/// Mean cross-entropy of rows of logits against the classes that should come out.
pub fn mean_cross_entropy<D: Device<f32>, T: Tape<f32, D>>(
    logits: Tensor2<D, T>,
    classes: &[u32],
) -> Tensor0<D, T> {
    let classes = indices(&logits.device().clone(), classes.iter().copied());
    let chosen: Tensor1<D, T> = logits.log_softmax::<Axis<1>>().select(classes);
    chosen.mean().negate()
}
