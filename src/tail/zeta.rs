//! Hurwitz's zeta function, the normaliser of the discrete power law.
//!
//! ```text
//! ζ(s, q) = Σ_{k≥0} (q + k)^-s          s > 1, q > 0
//! ```
//!
//! The first terms are summed, the rest is Euler and Maclaurin's integral with its corrections
//! B_2j / (2j)! · d^(2j-1). Everything is divided by q^-s, so that large exponents do not underflow.
//! Checked against mpmath to 1e-13 (`tests/tail/mpmath_values.py`).

/// B_2j / (2j)! for j = 1 to 8, Bernoulli's numbers over factorials.
pub(crate) const CORRECTIONS: [f64; 8] = [
    1.0 / 12.0,
    -1.0 / 720.0,
    1.0 / 30_240.0,
    -1.0 / 1_209_600.0,
    1.0 / 47_900_160.0,
    -691.0 / 1_307_674_368_000.0,
    1.0 / 74_724_249_600.0,
    -3617.0 / 10_670_622_842_880_000.0,
];

/// How far beyond the exponent the explicit sum reaches before the integral takes over.
pub(crate) const REACH: f64 = 9.0;

/// ζ(s, q).
///
/// ```
/// // Euler's ζ(2) = π² / 6.
/// let euler = std::f64::consts::PI.powi(2) / 6.0;
/// assert!((lawbook::tail::zeta::hurwitz(2.0, 1.0) - euler).abs() < 1e-15);
/// ```
pub fn hurwitz(s: f64, q: f64) -> f64 {
    q.powf(-s) * scaled(s, q)
}

/// q^s ζ(s, q) = Σ (1 + k / q)^-s: at least 1, without underflow.
pub fn scaled(s: f64, q: f64) -> f64 {
    let mut sum = 0.0;
    let mut a = q;
    while a < s + REACH {
        let term = (-s * ((a - q) / q).ln_1p()).exp();
        sum += term;
        if term < f64::EPSILON / 8.0 * sum && s > 2.0 * a / q {
            return sum;
        }
        a += 1.0;
    }
    let mut corrections = 0.0;
    let (inverse_square, mut rising) = (1.0 / (a * a), s / a);
    for (j, c) in CORRECTIONS.iter().enumerate() {
        corrections += c * rising;
        let next = s + 2.0 * j as f64;
        rising *= (next + 1.0) * (next + 2.0) * inverse_square;
    }
    let first = if a == q { 1.0 } else { (-s * ((a - q) / q).ln_1p()).exp() };
    sum + first * (a / (s - 1.0) + 0.5 + corrections)
}
