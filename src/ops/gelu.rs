//! The Gaussian error linear unit, exact (Hendrycks & Gimpel 2016), and its slope.
//!
//! ```text
//! gelu(x) = x Φ(x)          gelu'(x) = Φ(x) + x φ(x)          φ(x) = exp(-x²/2) / √(2π)
//! Φ(-|x|) = exp(-x²/2) R(|x|),   R(u) ≈ t p(t),   t = 1 / (1 + 0.35 u)
//! ```
//!
//! `R` falls like 1/u; the polynomial `p` interpolates R/t at nine Chebyshev points of u = 0..14, which
//! keeps seven digits of Φ even far out on the left. One exponential serves both Φ and φ.

use crate::ops::exp::exp;
use pulp::{Arch, Simd, WithSimd};

/// Coefficients of `p`, the constant first.
const P: [f32; 9] = [
    0.139_618_71,
    0.139_912_29,
    0.119_444_914,
    0.107_114_59,
    -0.027_046_608,
    0.165_051,
    -0.260_961_23,
    0.146_545_83,
    -0.029_679_522,
];

/// 1 / √(2π)
const DENSITY_AT_0: f32 = 0.398_942_3;

/// Writes `gelu(x)` to `out`.
///
/// # Panics
/// When the slices differ in length.
pub fn gelu(out: &mut [f32], x: &[f32]) {
    assert_eq!(out.len(), x.len(), "both sides have one shape");
    Arch::new().dispatch(Forward { out, x });
}

/// Turns the gradient `g` at the output into the one at the input `x`.
///
/// # Panics
/// When the slices differ in length.
pub fn gelu_backward(g: &mut [f32], x: &[f32]) {
    assert_eq!(g.len(), x.len(), "gradient and input have one shape");
    Arch::new().dispatch(Backward { g, x });
}

/// exp(-x²/2) and Φ(x).
#[inline(always)]
fn normal(x: f32) -> (f32, f32) {
    let bell = exp(-0.5 * x * x);
    let t = 1.0 / (0.35 * x.abs() + 1.0);
    let tail = bell * t * P.iter().rev().fold(0.0, |sum: f32, &p| sum.mul_add(t, p));
    (bell, if x < 0.0 { tail } else { 1.0 - tail })
}

struct Forward<'a> {
    out: &'a mut [f32],
    x: &'a [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (out, &x) in self.out.iter_mut().zip(self.x) {
            *out = x * normal(x).1;
        }
    }
}

struct Backward<'a> {
    g: &'a mut [f32],
    x: &'a [f32],
}

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (g, &x) in self.g.iter_mut().zip(self.x) {
            let (bell, share) = normal(x);
            *g *= share + x * bell * DENSITY_AT_0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gelu_has_the_values_of_the_error_function() {
        // x (1 + erf(x / √2)) / 2, from Python's math.erf and math.erfc.
        let x = [0.0, 1.0, -1.0, 0.5, -0.5, 3.0, -3.0, -6.0, 12.0];
        let exact = [
            0.0,
            0.841_344_746_068_543,
            -0.158_655_253_931_457,
            0.345_731_230_634_007,
            -0.154_268_769_365_993,
            2.995_950_305_905_11,
            -4.049_694_094_890_29e-3,
            -5.919_525_870_226e-9,
            12.0,
        ];
        let mut found = [0.0f32; 9];
        gelu(&mut found, &x);
        for (found, exact) in found.iter().zip(exact) {
            assert!((f64::from(*found) - exact).abs() <= 1e-6 * exact.abs(), "{found} for {exact}");
        }
    }

    #[test]
    fn the_backward_pass_is_the_slope_of_the_forward_pass() {
        for i in -50..=50 {
            let x = i as f32 / 10.0;
            let (mut ends, mut slope) = ([0.0; 2], [1.0]);
            gelu(&mut ends, &[x - 1e-2, x + 1e-2]);
            gelu_backward(&mut slope, &[x]);
            assert!(((ends[1] - ends[0]) / 2e-2 - slope[0]).abs() < 1e-4, "at {x}");
        }
    }
}
