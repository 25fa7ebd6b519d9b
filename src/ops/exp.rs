//! The exponential in single precision, without branches, so that loops over it become vector code.
//!
//! ```text
//! x = n ln 2 + r,  n whole,  |r| ≤ ln 2 / 2          eˣ = 2ⁿ eʳ,   eʳ ≈ 1 + r + r² q(r)
//! ```
//!
//! `q` interpolates (eʳ - 1 - r) / r² at the five Chebyshev points, which costs less than 0.1 units in the
//! last place (ulp); rounding included, the result is within 1.1 ulp. Below -87 the result stays at e⁻⁸⁷,
//! about 1.6e-38, and above 88 at e⁸⁸: softmax shifts its largest argument to 0, where neither matters.

use std::f32::consts::LOG2_E;

/// Below this the result stays.
const LOWEST: f32 = -87.0;
/// Above this the result stays.
const HIGHEST: f32 = 88.0;
/// 1.5 · 2²³: a small number added to it is rounded to a whole one, which stands in the lowest bits.
const ROUNDER: f32 = 12_582_912.0;
/// ln 2 in two pieces: the first with so few digits that its product with `n` is exact.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// eˣ for x within -87..88, and the value at the nearer of these bounds elsewhere.
///
/// ```
/// use lawbook::ops::exp::exp;
/// assert_eq!(exp(0.0), 1.0);
/// assert!((exp(1.0) - std::f32::consts::E).abs() <= 3e-7);
/// ```
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let x = x.clamp(LOWEST, HIGHEST);
    let shifted = x.mul_add(LOG2_E, ROUNDER);
    let n = shifted - ROUNDER;
    let r = n.mul_add(-LN_2_LOW, n.mul_add(-LN_2_HIGH, x));
    let q = 0.001_392_617_6f32.mul_add(r, 0.008_363_173);
    let q = q.mul_add(r, 0.041_666_556).mul_add(r, 0.166_665_78).mul_add(r, 0.5);
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(1f32.to_bits()));
    ((r * r).mul_add(q, r) + 1.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_within_one_and_a_tenth_units_in_the_last_place() {
        let mut worst = 0f64;
        for i in 0..=1_750_000 {
            let x = (f64::from(i) * 1e-4 - 87.0) as f32;
            let exact = f64::from(x).exp();
            let unit = f64::from((exact as f32).next_up() - exact as f32);
            worst = worst.max((f64::from(exp(x)) - exact).abs() / unit);
        }
        assert!(worst < 1.1, "{worst} units");
    }

    #[test]
    fn extreme_arguments_stay_finite_and_not_a_number_stays_so() {
        assert!(exp(f32::INFINITY).is_finite() && exp(f32::MAX).is_finite());
        assert!(exp(f32::NEG_INFINITY) > 0.0 && exp(f32::NEG_INFINITY) < 2e-38);
        assert!(exp(f32::NAN).is_nan());
    }
}
