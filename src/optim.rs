//! How parameters move: an optimizer's settings, and its state along a run.

use crate::ops::adam::Adam;
use serde::{Deserialize, Serialize};

/// An optimizer with all that decides its steps.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Optimizer {
    /// Adam without weight decay, at a constant learning rate.
    Adam {
        /// Step size.
        learning_rate: f64,
        /// Decay of the mean of gradients.
        beta1: f64,
        /// Decay of the mean of squared gradients.
        beta2: f64,
        /// Added to the root of the second moment.
        epsilon: f64,
    },
}

impl Optimizer {
    /// Adam with PyTorch's defaults and this learning rate.
    pub fn adam(learning_rate: f64) -> Self {
        Self::Adam { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    }
}

/// What an optimizer remembers between steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    /// Running mean of the gradients, one per parameter.
    pub first: Vec<f32>,
    /// Running mean of the squared gradients, one per parameter.
    pub second: Vec<f32>,
}

impl Moments {
    /// The state before the first step.
    pub fn zero(n_params: usize) -> Self {
        Self { first: vec![0.0; n_params], second: vec![0.0; n_params] }
    }

    /// Takes step number `t` (the first is 1).
    pub fn step(&mut self, optimizer: Optimizer, t: u64, parameters: &mut [f32], gradient: &[f32]) {
        let Optimizer::Adam { learning_rate, beta1, beta2, epsilon } = optimizer;
        let adam = Adam { learning_rate, beta1, beta2, epsilon };
        adam.step(t, parameters, gradient, &mut self.first, &mut self.second);
    }
}
