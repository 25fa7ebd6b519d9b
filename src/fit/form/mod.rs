//! The formulas with their exact derivatives, in the coordinates of the search.
//!
//! ```text
//! u = ln x - centre (for tokens v)      floors in units of y      amplitudes, places and widths of breaks as logarithms
//! ```

mod sums;
mod broken;
mod m4;

use crate::fit::law::Law;

/// The law's values at `u` (and `v` for a surface), and their derivatives by the parameters: one row of `jacobian` a point.
pub fn evaluate(law: Law, theta: &[f64], u: &[f64], v: &[f64], values: &mut [f64], jacobian: &mut [f64]) {
    match law {
        Law::Power => sums::power(theta[0], theta[1], u, values, jacobian),
        Law::PowerFixed { alpha } => sums::power_fixed(theta[0], alpha, u, values, jacobian),
        Law::Floor => sums::floor([theta[0], theta[1], theta[2]], u, values, jacobian),
        Law::FloorFixed { alpha } => sums::floor_fixed([theta[0], theta[1]], alpha, u, values, jacobian),
        Law::Surface => sums::surface(theta, u, v, values, jacobian),
        Law::Broken { .. } => broken::evaluate(theta, u, values, jacobian),
        Law::M4 => m4::evaluate([theta[0], theta[1], theta[2], theta[3], theta[4]], u, values, jacobian),
    }
}

/// e^t, kept inside the range of numbers.
fn exp(t: f64) -> f64 {
    t.clamp(-700.0, 700.0).exp()
}

/// ln(1 + e^t) without overflow.
fn softplus(t: f64) -> f64 {
    t.max(0.0) + (-t.abs()).exp().ln_1p()
}

/// 1 / (1 + e^-t) without overflow.
fn sigmoid(t: f64) -> f64 {
    let small = (-t.abs()).exp();
    if t >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) }
}
