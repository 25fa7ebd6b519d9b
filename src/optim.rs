//! Optimizers: Adam, AdamW and SGD, the schedule of the learning rate, gradient clipping.

use crate::identity::is_default;
use crate::ops::adam::Adam;
use crate::ops::real::Real;
use crate::ops::sgd::Sgd;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Numbers that a thread takes at once: enough to be worth waking it, few enough to share out.
const CHUNK: usize = 1 << 15;

/// An optimizer with its hyperparameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Optimizer {
    /// Adam; its weight decay, if any, is added to the gradient (coupled, L2).
    Adam {
        /// Learning rate.
        learning_rate: f64,
        /// Decay rate of the first moment.
        beta1: f64,
        /// Decay rate of the second moment.
        beta2: f64,
        /// Added to the root of the second moment.
        epsilon: f64,
        /// L2 penalty: added to the gradient, times the parameter.
        #[serde(default, skip_serializing_if = "is_default")]
        weight_decay: f64,
    },
    /// Adam with decoupled weight decay: every step shrinks the parameters by `learning_rate · weight_decay`.
    AdamW {
        /// Learning rate.
        learning_rate: f64,
        /// Decay rate of the first moment.
        beta1: f64,
        /// Decay rate of the second moment.
        beta2: f64,
        /// Added to the root of the second moment.
        epsilon: f64,
        /// Decoupled weight decay.
        weight_decay: f64,
    },
    /// Stochastic gradient descent.
    Sgd {
        /// Learning rate.
        learning_rate: f64,
        /// Momentum: share of the last step that is kept.
        momentum: f64,
        /// L2 penalty: added to the gradient, times the parameter.
        weight_decay: f64,
    },
}

/// The schedule of the learning rate.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Schedule {
    /// The same rate at every step.
    #[default]
    Constant,
    /// Down half a cosine, from the full rate at the first step to `floor` times that at the end.
    Cosine {
        /// Share of the rate that is left at the end.
        floor: f64,
    },
}

impl Optimizer {
    /// Adam with PyTorch's defaults and this learning rate.
    pub fn adam(learning_rate: f64) -> Self {
        Self::Adam { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.0 }
    }

    /// AdamW with PyTorch's defaults, this learning rate and this weight decay.
    pub fn adamw(learning_rate: f64, weight_decay: f64) -> Self {
        Self::AdamW { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay }
    }
}

impl Schedule {
    /// Factor on the learning rate of step `t` (the first is 1) of `steps`.
    ///
    /// ```
    /// use lawbook::optim::Schedule;
    /// let cosine = Schedule::Cosine { floor: 0.1 };
    /// assert_eq!(cosine.lr_factor(1, 100), 1.0);
    /// assert!((cosine.lr_factor(51, 100) - 0.55).abs() < 1e-12);
    /// assert!((cosine.lr_factor(100, 100) - 0.1).abs() < 1e-3);
    /// ```
    pub fn lr_factor(self, t: u64, steps: u64) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Cosine { floor } => {
                let share = (t - 1) as f64 / steps as f64;
                floor + (1.0 - floor) * 0.5 * (1.0 + (std::f64::consts::PI * share).cos())
            }
        }
    }
}

/// The state of an optimizer: running moments of the gradient.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments<T = f32> {
    /// Running mean of the gradients (or the momentum), one per parameter.
    pub first: Vec<T>,
    /// Running mean of the squared gradients, one per parameter; untouched by [`Optimizer::Sgd`].
    pub second: Vec<T>,
}

impl<T: Real> Moments<T> {
    /// The state before the first step.
    pub fn zero(n_params: usize) -> Self {
        Self { first: vec![T::zero(); n_params], second: vec![T::zero(); n_params] }
    }

    /// Applies an update to all parameters, on the threads of the pool at hand: every parameter is updated by
    /// itself, so how they are shared out changes nothing.
    pub fn apply_update(&mut self, update: &Update, parameters: &mut [T], gradient: &[T]) {
        let (first, second) = (self.first.par_chunks_mut(CHUNK), self.second.par_chunks_mut(CHUNK));
        let moments = first.zip(second);
        let chunks = parameters.par_chunks_mut(CHUNK).zip(gradient.par_chunks(CHUNK)).zip(moments);
        chunks.for_each(|((p, g), (first, second))| update.apply(p, g, first, second));
    }
}

/// One update of the parameters: the optimizer, the learning rate at this step, clipping.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Update {
    /// The optimizer.
    pub optimizer: Optimizer,
    /// Factor on its learning rate ([`Schedule::lr_factor`]).
    pub lr_factor: f64,
    /// Number of the step; the first is 1.
    pub t: u64,
    /// Longest gradient that is followed as it is; a longer one is [clipped](clip).
    pub clip_norm: Option<f64>,
}

impl Update {
    /// Updates some parameters and their moments by their gradient `g` (already clipped).
    ///
    /// # Panics
    /// When the four slices differ in length.
    pub fn apply<T: Real>(&self, p: &mut [T], g: &[T], first: &mut [T], second: &mut [T]) {
        match self.optimizer {
            Optimizer::Adam { learning_rate, beta1, beta2, epsilon, weight_decay } => {
                let learning_rate = self.lr_factor * learning_rate;
                let (coupled_decay, decoupled_decay) = (weight_decay, 0.0);
                let adam = Adam { learning_rate, beta1, beta2, epsilon, coupled_decay, decoupled_decay };
                adam.step(self.t, p, g, first, second);
            }
            Optimizer::AdamW { learning_rate, beta1, beta2, epsilon, weight_decay } => {
                let learning_rate = self.lr_factor * learning_rate;
                let (coupled_decay, decoupled_decay) = (0.0, weight_decay);
                let adam = Adam { learning_rate, beta1, beta2, epsilon, coupled_decay, decoupled_decay };
                adam.step(self.t, p, g, first, second);
            }
            Optimizer::Sgd { learning_rate, momentum, weight_decay } => {
                let sgd = Sgd { learning_rate: self.lr_factor * learning_rate, momentum, weight_decay };
                sgd.step(p, g, first);
            }
        }
    }
}

/// Scales a gradient down to norm `most` where it is longer (PyTorch's `clip_grad_norm_`); returns its norm
/// before.
pub fn clip<T: Real>(gradient: &mut [T], most: f64) -> f64 {
    let norm = gradient.iter().map(|g| g.wide() * g.wide()).sum::<f64>().sqrt();
    let factor = most / (norm + 1e-6);
    if factor < 1.0 {
        gradient.iter_mut().for_each(|g| *g *= T::of(factor));
    }
    norm
}
