//! The normaliser of the discrete power law with an exponential cut: a case of Lerch's transcendent.
//!
//! ```text
//! Φ = Σ_{k≥0} (1 + k / q)^-s e^(-λ k)          s ≥ 0, λ ≥ 0 (λ > 0 where s ≤ 1), q > 0
//! ```
//!
//! As Hurwitz's zeta function: the first terms, then Euler and Maclaurin's integral, which here is an
//! incomplete gamma function. The m-th derivative of f(x) = x^-s e^(-λx) is
//! (-1)^m f(x) Σ_j C(m, j) λ^(m-j) s (s+1) … (s+j-1) / x^j.
//! Checked against mpmath to 1e-11 (`tests/tail/mpmath_values.py`).

use crate::tail::gamma::scaled_upper;
use crate::tail::zeta::{self, CORRECTIONS, REACH};

/// Above this the sum itself is shorter than the corrections.
const STEEP: f64 = 1.0;

/// Φ: at least 1.
pub fn scaled(s: f64, lambda: f64, q: f64) -> f64 {
    if lambda == 0.0 {
        return zeta::scaled(s, q);
    }
    let term = |a: f64| (-s * ((a - q) / q).ln_1p() - lambda * (a - q)).exp();
    let (mut sum, mut a) = (0.0, q);
    while lambda > STEEP || a < s + REACH {
        let t = term(a);
        sum += t;
        if t < f64::EPSILON / 8.0 * sum {
            return sum;
        }
        a += 1.0;
    }
    let corrections: f64 =
        CORRECTIONS.iter().enumerate().map(|(j, c)| c * derivative(2 * j + 1, s, lambda, a)).sum();
    sum + term(a) * (a * scaled_upper(1.0 - s, lambda * a) + 0.5 + corrections)
}

/// Size of the m-th derivative of x^-s e^(-λx) at `a`, over the function itself.
fn derivative(m: usize, s: f64, lambda: f64, a: f64) -> f64 {
    let (mut sum, mut factor) = (0.0, 1.0);
    for j in 0..=m {
        sum += factor * lambda.powi((m - j) as i32);
        factor *= (m - j) as f64 / (j + 1) as f64 * (s + j as f64) / a;
    }
    sum
}
