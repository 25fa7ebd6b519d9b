//! The upper incomplete gamma function, also for a first argument that is zero or negative.
//!
//! ```text
//! Γ(a, z) = ∫_z^∞ t^(a-1) e^-t dt          h(a, z) = Γ(a, z) z^-a e^z
//! ```
//!
//! The normaliser of a truncated power law is Γ(1-α, λ x_min), so `a` is negative there; statrs and its
//! like stop at a > 0. h neither over- nor underflows where Γ does.
//!
//! ```text
//! z ≥ 1 or a < -30   Legendre's continued fraction
//! else    for |a| ≤ ½ (or a up to 1) the power series, arranged so that its poles at a → 0 cancel on
//!         paper; from there down by   h(a-1) = (1 - z h(a)) / (1 - a)
//! ```
//!
//! Checked against mpmath to 1e-12 (`tests/tail/mpmath_values.py`).

use crate::tail::zeta;
use std::f64::consts::PI;
use std::sync::LazyLock;

/// Euler's constant.
const EULER: f64 = 0.577_215_664_901_532_9;
/// Below minus this a continued fraction converges in some thirty terms, whatever z is.
const FAR: f64 = 30.0;
/// Terms of ln Γ(1+a): they fall as 4^-k for |a| ≤ ½, 2^-k for a ≤ 1.
const TERMS: usize = 52;

/// (ζ(k) - 1) (-1)^k / k for k = 2, 3, …: the series of ln Γ(1+a).
static LN_GAMMA_SERIES: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let term = |k: usize| zeta::hurwitz(k as f64, 2.0) * [1.0, -1.0][k % 2] / k as f64;
    (2..2 + TERMS).map(term).collect()
});

/// h(a, z) = Γ(a, z) z^-a e^z for a ≤ 1 and z > 0; 0 < h ≤ 1/z.
///
/// ```
/// // Γ(1, z) = e^-z, so h(1, z) = 1/z.
/// assert!((lawbook::tail::gamma::scaled_upper(1.0, 0.25) - 4.0).abs() < 1e-14);
/// ```
pub fn scaled_upper(a: f64, z: f64) -> f64 {
    if z >= 1.0 || a < -FAR {
        return continued_fraction(a, z);
    }
    let steps = (-a - 0.5).ceil().max(0.0);
    let mut at = a + steps;
    let mut h = near_zero(at, z) * (z - at * z.ln()).exp();
    for _ in 0..steps as usize {
        h = (1.0 - z * h) / (1.0 - at);
        at -= 1.0;
    }
    h
}

/// e^u² erfc(u) for u ≥ 0: erfc without its underflow.
pub fn scaled_erfc(u: f64) -> f64 {
    let z = u * u;
    if z < 1e-12 { 1.0 - 2.0 * u / PI.sqrt() } else { u * scaled_upper(0.5, z) / PI.sqrt() }
}

/// Γ(a, z) for -½ ≤ a ≤ 1 and z < 1.
///
/// With E(L) = (e^(aL) - 1) / a, which is L at a = 0:
/// Γ(a, z) = E(ln Γ(1+a) / a) - E(ln z) - z^a Σ_{k≥1} (-z)^k / (k! (a + k)).
fn near_zero(a: f64, z: f64) -> f64 {
    let over_a = |l: f64| if a == 0.0 { l } else { (a * l).exp_m1() / a };
    let mut sum = 0.0;
    let mut power = 1.0;
    for k in 1..30 {
        power *= -z / f64::from(k);
        sum += power / (a + f64::from(k));
    }
    over_a(ln_gamma_1p_over(a)) - over_a(z.ln()) - (a * z.ln()).exp() * sum
}

/// ln Γ(1+a) / a.
fn ln_gamma_1p_over(a: f64) -> f64 {
    let ln_1p_over = if a == 0.0 { 1.0 } else { a.ln_1p() / a };
    let series = LN_GAMMA_SERIES.iter().rev().fold(0.0, |sum, c| sum * a + c);
    1.0 - EULER - ln_1p_over + a * series
}

/// 1 / (z + 1 - a - 1 (1 - a) / (z + 3 - a - 2 (2 - a) / (z + 5 - a - …))), by Lentz's method.
fn continued_fraction(a: f64, z: f64) -> f64 {
    let mut b = z + 1.0 - a;
    let mut c = f64::INFINITY;
    let mut d = 1.0 / b;
    let mut h = d;
    for k in 1..500 {
        let k = f64::from(k);
        let numerator = -k * (k - a);
        b += 2.0;
        d = 1.0 / (numerator * d + b);
        c = b + numerator / c;
        h *= c * d;
        if (c * d - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    h
}
