//! One Adam step over flat parameters (Kingma & Ba 2015; Loshchilov & Hutter 2019 for the decoupled
//! decay), in the form PyTorch uses.
//!
//! ```text
//! g = g + wd · p      (coupled)      p = p - lr · wd · p      (decoupled)
//! m = β₁ m + (1 - β₁) g              p = p - lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)
//! v = β₂ v + (1 - β₂) g²
//! ```

use crate::ops::real::Real;
use pulp::Arch;

/// What decides an Adam step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// Step size.
    pub learning_rate: f64,
    /// Decay of the mean of gradients, 0.9 in PyTorch.
    pub beta1: f64,
    /// Decay of the mean of squared gradients, 0.999 in PyTorch.
    pub beta2: f64,
    /// Added to the root of the second moment, 1e-8 in PyTorch.
    pub epsilon: f64,
    /// Weight decay that is added to the gradient (Adam's L2); 0 for none.
    pub coupled_decay: f64,
    /// Weight decay that shrinks the parameters (AdamW); 0 for none.
    pub decoupled_decay: f64,
}

impl Adam {
    /// Takes step number `t` (the first is 1) with gradient `g`: moves `p`, updates the moments `m` and `v`.
    ///
    /// # Panics
    /// When the four slices differ in length.
    pub fn step<T: Real>(&self, t: u64, p: &mut [T], g: &[T], m: &mut [T], v: &mut [T]) {
        assert!(p.len() == g.len() && p.len() == m.len() && p.len() == v.len(), "one moment per parameter");
        let rate = T::of(self.learning_rate / (1.0 - self.beta1.powf(t as f64)));
        let root = T::of((1.0 - self.beta2.powf(t as f64)).sqrt());
        let (b1, b2, eps) = (T::of(self.beta1), T::of(self.beta2), T::of(self.epsilon));
        let (a1, a2, inverse) = (T::of(1.0 - self.beta1), T::of(1.0 - self.beta2), T::one() / root);
        let (coupled, kept) =
            (T::of(self.coupled_decay), T::of(1.0 - self.learning_rate * self.decoupled_decay));
        Arch::new().dispatch(|| {
            for (((p, &g), m), v) in p.iter_mut().zip(g).zip(m.iter_mut()).zip(v.iter_mut()) {
                let g = g + coupled * *p;
                *m = b1 * *m + a1 * g;
                *v = b2 * *v + a2 * g * g;
                *p = *p * kept - rate * *m / (v.sqrt() * inverse + eps);
            }
        });
    }
}
