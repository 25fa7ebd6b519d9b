//! One step of stochastic gradient descent with momentum, in the form PyTorch uses.
//!
//! ```text
//! m = μ m + g + wd · p          p = p - lr · m
//! ```

use crate::ops::real::Real;
use pulp::Arch;

/// What decides a step of gradient descent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sgd {
    /// Step size.
    pub learning_rate: f64,
    /// Share of the last step that is kept; 0 for none.
    pub momentum: f64,
    /// Weight decay, added to the gradient; 0 for none.
    pub weight_decay: f64,
}

impl Sgd {
    /// Moves `p` against the gradient `g` and updates the momentum `m`.
    ///
    /// # Panics
    /// When the three slices differ in length.
    pub fn step<T: Real>(&self, p: &mut [T], g: &[T], m: &mut [T]) {
        assert!(p.len() == g.len() && p.len() == m.len(), "one momentum per parameter");
        let (rate, momentum, decay) =
            (T::of(self.learning_rate), T::of(self.momentum), T::of(self.weight_decay));
        Arch::new().dispatch(|| {
            for ((p, &g), m) in p.iter_mut().zip(g).zip(m.iter_mut()) {
                *m = momentum * *m + g + decay * *p;
                *p -= rate * *m;
            }
        });
    }
}
