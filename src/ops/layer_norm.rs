//! Layer normalization, row by row (Ba, Kiros & Hinton 2016; ε = 1e-5 as in PyTorch).
//!
//! ```text
//! x̂ = (x - mean) / √(variance + ε)          y = x̂ · gain + shift
//! ```

/// Added to the variance.
const EPSILON: f32 = 1e-5;

/// Writes the normalized rows of `x` to `out`, and for each row its mean and 1/√(variance + ε) to `saved`.
pub fn forward(out: &mut [f32], saved: &mut Vec<[f32; 2]>, x: &[f32], gain: &[f32], shift: &[f32]) {
    let width = gain.len();
    saved.clear();
    for (out, x) in out.chunks_exact_mut(width).zip(x.chunks_exact(width)) {
        let mean = x.iter().sum::<f32>() / width as f32;
        let variance = x.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / width as f32;
        let inverse = 1.0 / (variance + EPSILON).sqrt();
        for (((out, x), gain), shift) in out.iter_mut().zip(x).zip(gain).zip(shift) {
            *out = (x - mean) * inverse * gain + shift;
        }
        saved.push([mean, inverse]);
    }
}

/// Turns the gradient `g` at the output into the one at the input, in place, and adds those of gain and
/// shift.
pub fn backward(
    g: &mut [f32],
    x: &[f32],
    saved: &[[f32; 2]],
    gain: &[f32],
    gain_gradient: &mut [f32],
    shift_gradient: &mut [f32],
) {
    let width = gain.len();
    for ((g, x), &[mean, inverse]) in g.chunks_exact_mut(width).zip(x.chunks_exact(width)).zip(saved) {
        let (mut sum, mut sum_hat) = (0.0, 0.0);
        for i in 0..width {
            let hat = (x[i] - mean) * inverse;
            gain_gradient[i] += g[i] * hat;
            shift_gradient[i] += g[i];
            g[i] *= gain[i];
            sum += g[i];
            sum_hat += g[i] * hat;
        }
        let (mean_g, mean_hat) = (sum / width as f32, sum_hat / width as f32);
        for (g, x) in g.iter_mut().zip(x) {
            *g = inverse * (*g - mean_g - (x - mean) * inverse * mean_hat);
        }
    }
}
