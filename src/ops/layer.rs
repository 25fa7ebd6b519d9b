//! What surrounds the matrix products of a fully connected layer.

use pulp::Arch;

/// Fills every row of `out` (`rows × bias.len()`) with `bias`, so that a product can be added to it.
pub fn fill_with_bias(out: &mut [f32], bias: &[f32]) {
    for row in out.chunks_exact_mut(bias.len()) {
        row.copy_from_slice(bias);
    }
}

/// `x = max(x, 0)` in place.
pub fn relu(x: &mut [f32]) {
    Arch::new().dispatch(|| {
        for x in x.iter_mut() {
            *x = x.max(0.0);
        }
    });
}

/// Stops the gradient where the unit was silent: `gradient = 0` where `activation <= 0`.
pub fn relu_backward(gradient: &mut [f32], activation: &[f32]) {
    assert_eq!(gradient.len(), activation.len(), "gradient and activation have one shape");
    Arch::new().dispatch(|| {
        for (g, &a) in gradient.iter_mut().zip(activation) {
            *g = if a > 0.0 { *g } else { 0.0 };
        }
    });
}

/// `out[j] = Σ_i x[i, j]`: the gradient of a bias.
pub fn column_sums(out: &mut [f32], x: &[f32]) {
    out.fill(0.0);
    column_sums_add(out, x);
}

/// `out[j] += Σ_i x[i, j]`.
pub fn column_sums_add(out: &mut [f32], x: &[f32]) {
    Arch::new().dispatch(|| {
        for row in x.chunks_exact(out.len()) {
            for (sum, &x) in out.iter_mut().zip(row) {
                *sum += x;
            }
        }
    });
}

/// `out += x`: gradients of the parts of a batch, added in their order.
pub fn add(out: &mut [f32], x: &[f32]) {
    assert_eq!(out.len(), x.len(), "both sides have one shape");
    Arch::new().dispatch(|| {
        for (out, &x) in out.iter_mut().zip(x) {
            *out += x;
        }
    });
}
