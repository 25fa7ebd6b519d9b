//! What surrounds the matrix products of layers: biases, ReLU, sums, embeddings looked up.

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

/// Adds `biases[i]` to row `i` of `x` and, if asked, stops what is below 0.
pub fn add_bias<T: Real>(x: &mut [T], biases: &[T], relu: bool) {
    let width = x.len() / biases.len();
    let floor = if relu { T::zero() } else { T::neg_infinity() };
    Arch::new().dispatch(|| {
        for (row, &bias) in x.chunks_exact_mut(width).zip(biases) {
            for x in row {
                let sum = *x + bias;
                *x = if sum > floor { sum } else { floor };
            }
        }
    });
}

/// Numbers that are summed side by side: a vector register's worth, so that a sum need not wait for itself.
const LANES: usize = 16;

/// `out[i] = Σ_j x[i, j]`, each row in 16 interleaved sums that are then added in order.
pub fn row_sums<T: Real>(out: &mut [T], x: &[T]) {
    let width = x.len() / out.len();
    Arch::new().dispatch(|| {
        for (out, row) in out.iter_mut().zip(x.chunks_exact(width)) {
            let (blocks, rest) = row.as_chunks::<LANES>();
            let mut lanes = [T::zero(); LANES];
            for block in blocks {
                for (lane, &x) in lanes.iter_mut().zip(block) {
                    *lane += x;
                }
            }
            *out = lanes.iter().chain(rest).copied().sum();
        }
    });
}

/// Adds to each row of `out` (`tokens.len() × width`) its token's row of `table` (`vocabulary × width`).
pub fn look_up(out: &mut [f32], table: &[f32], tokens: &[u32], width: usize) {
    for (row, &token) in out.chunks_exact_mut(width).zip(tokens) {
        let entry = &table[token as usize * width..][..width];
        row.iter_mut().zip(entry).for_each(|(x, e)| *x += e);
    }
}

/// Adds each row of the gradient `grad_out` to its token's row of `table_gradient`.
pub fn scatter(table_gradient: &mut [f32], grad_out: &[f32], tokens: &[u32], width: usize) {
    for (row, &token) in grad_out.chunks_exact(width).zip(tokens) {
        let entry = &mut table_gradient[token as usize * width..][..width];
        entry.iter_mut().zip(row).for_each(|(e, g)| *e += g);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_sums_of_any_width_are_the_sums_of_the_rows() {
        for width in [1, 3, 15, 16, 17, 40, 200] {
            let x: Vec<f64> = (0..3 * width).map(|i| i as f64).collect();
            let mut sums = [0.0; 3];
            row_sums(&mut sums, &x);
            for (row, sum) in x.chunks(width).zip(sums) {
                assert_eq!(row.iter().sum::<f64>(), sum, "whole numbers add up exactly: width {width}");
            }
        }
    }

    #[test]
    fn a_bias_is_added_to_its_row_and_relu_stops_what_is_below_zero() {
        let (mut plain, mut stopped) = ([1.0f32, -2.0, 3.0, -4.0], [1.0f32, -2.0, 3.0, -4.0]);
        add_bias(&mut plain, &[0.5, 1.0], false);
        add_bias(&mut stopped, &[0.5, 1.0], true);
        assert_eq!(plain, [1.5, -1.5, 4.0, -3.0]);
        assert_eq!(stopped, [1.5, 0.0, 4.0, 0.0]);
    }
}
