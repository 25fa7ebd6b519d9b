//! What surrounds the matrix products of a fully connected layer.

use crate::ops::real::Real;
use pulp::Arch;

/// Fills every row of `out` (`rows × bias.len()`) with `bias`, so that a product can be added to it.
pub fn fill_with_bias<T: Real>(out: &mut [T], bias: &[T]) {
    for row in out.chunks_exact_mut(bias.len()) {
        row.copy_from_slice(bias);
    }
}

/// `x = max(x, 0)` in place.
pub fn relu<T: Real>(x: &mut [T]) {
    Arch::new().dispatch(|| {
        for x in x.iter_mut() {
            *x = if *x > T::zero() { *x } else { T::zero() };
        }
    });
}

/// Stops the gradient where the unit was silent: `gradient = 0` where `activation <= 0`.
pub fn relu_backward<T: Real>(gradient: &mut [T], activation: &[T]) {
    assert_eq!(gradient.len(), activation.len(), "gradient and activation have one shape");
    Arch::new().dispatch(|| {
        for (g, &a) in gradient.iter_mut().zip(activation) {
            *g = if a > T::zero() { *g } else { T::zero() };
        }
    });
}

/// `out[j] = Σ_i x[i, j]`: the gradient of a bias.
pub fn column_sums<T: Real>(out: &mut [T], x: &[T]) {
    out.fill(T::zero());
    column_sums_add(out, x);
}

/// `out[j] += Σ_i x[i, j]`.
pub fn column_sums_add<T: Real>(out: &mut [T], x: &[T]) {
    Arch::new().dispatch(|| {
        for row in x.chunks_exact(out.len()) {
            for (sum, &x) in out.iter_mut().zip(row) {
                *sum += x;
            }
        }
    });
}

/// `out += x`: gradients of the parts of a batch, added in their order.
pub fn add<T: Real>(out: &mut [T], x: &[T]) {
    assert_eq!(out.len(), x.len(), "both sides have one shape");
    Arch::new().dispatch(|| {
        for (out, &x) in out.iter_mut().zip(x) {
            *out += x;
        }
    });
}
