//! One Adam step over flat parameters (Kingma & Ba 2015, in the form PyTorch uses).
//!
//! ```text
//! m = β₁ m + (1 - β₁) g          p = p - lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)
//! v = β₂ v + (1 - β₂) g²
//! ```

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
}

impl Adam {
    /// Takes step number `t` (the first is 1) with gradient `g`: moves `p`, updates the moments `m` and `v`.
    ///
    /// # Panics
    /// When the four slices differ in length.
    pub fn step(&self, t: u64, p: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32]) {
        assert!(p.len() == g.len() && p.len() == m.len() && p.len() == v.len(), "one moment per parameter");
        let rate = (self.learning_rate / (1.0 - self.beta1.powf(t as f64))) as f32;
        let root = (1.0 - self.beta2.powf(t as f64)).sqrt() as f32;
        let (b1, b2, eps) = (self.beta1 as f32, self.beta2 as f32, self.epsilon as f32);
        let (a1, a2, inverse) = ((1.0 - self.beta1) as f32, (1.0 - self.beta2) as f32, 1.0 / root);
        Arch::new().dispatch(|| {
            for (((p, &g), m), v) in p.iter_mut().zip(g).zip(m.iter_mut()).zip(v.iter_mut()) {
                *m = b1 * *m + a1 * g;
                *v = b2 * *v + a2 * g * g;
                *p -= rate * *m / (v.sqrt() * inverse + eps);
            }
        });
    }
}
