//! What original 001 left: its 39 numbers, the table of its README, and what its code says of them.
//!
//! The code fits `ln(C + A / n^(1/a))` to ln MAE and prints `a` as the exponent. So the README's "α" is the
//! **inverse** of the decay exponent, a larger one is a *slower* fall, and 2.00 is the law of 1/√n.
//!
//! Source: MohitBurkule/DeepLearning-DataScaling-Laws at db52148, `generalization_error_results.csv`, README.

use crate::error::Result;
use crate::fit::fitted::{Fit, Parameter};
use crate::fit::floor;
use crate::fit::space::Space;
use serde::Serialize;
use std::collections::BTreeMap;

/// Training points of the original: 50 · 2^k.
pub const SIZES: [usize; 13] =
    [50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 102_400, 204_800];

/// Mean absolute error on 500 noisy points, by quality 1.0, 1.5, 2.0 and then by size; one run each.
pub const MAE: [[f64; 13]; 3] = [
    [
        0.49857640266418457,
        0.5331146717071533,
        0.4207753539085388,
        0.19401757419109344,
        0.13010656833648682,
        0.11255904287099838,
        0.0902947410941124,
        0.08566826581954956,
        0.09857378154993057,
        0.08361969143152237,
        0.08579901605844498,
        0.07589741796255112,
        0.08143103122711182,
    ],
    [
        0.5751498341560364,
        0.5260962247848511,
        0.37109190225601196,
        0.21561971306800842,
        0.11078618466854095,
        0.0981256440281868,
        0.06507231295108795,
        0.12205429375171661,
        0.05916929990053177,
        0.06533496081829071,
        0.06081138923764229,
        0.05510865896940231,
        0.05579342320561409,
    ],
    [
        0.556749165058136,
        0.5562930107116699,
        0.3280150890350342,
        0.11357627063989639,
        0.106170654296875,
        0.07954517006874084,
        0.058256298303604126,
        0.0472690686583519,
        0.04885087162256241,
        0.046736858785152435,
        0.04462255910038948,
        0.04368903115391731,
        0.04291829466819763,
    ],
];

/// A quality of the original's data: the noise has deviation 0.1 / quality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// 1.
    Low,
    /// 1.5.
    Middle,
    /// 2.
    High,
}

impl Quality {
    /// All of them, ascending.
    pub const ALL: [Self; 3] = [Self::Low, Self::Middle, Self::High];

    /// The original's number.
    pub fn value(self) -> f64 {
        match self {
            Self::Low => 1.0,
            Self::Middle => 1.5,
            Self::High => 2.0,
        }
    }

    /// Deviation of the noise.
    pub fn noise_sd(self) -> f64 {
        0.1 / self.value()
    }

    /// The original's errors at [`SIZES`].
    fn errors(self) -> &'static [f64; 13] {
        &MAE[self as usize]
    }
}

/// A row of the README's table of fitted values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Published {
    /// "C (Bias)".
    pub c: f64,
    /// "A (Scaling Factor)".
    pub a: f64,
    /// "α (Power)": the inverse of the decay exponent.
    pub inverse: f64,
}

/// The README's table.
pub const TABLE: [(Quality, Published); 3] = [
    (Quality::Low, Published { c: 0.085, a: 1.67, inverse: 1.34 }),
    (Quality::Middle, Published { c: 0.065, a: 1.88, inverse: 1.36 }),
    (Quality::High, Published { c: 0.046, a: 2.12, inverse: 1.16 }),
];

/// Its "fun" row: fitted to quality 1.5 with the inverse exponent held at 2.
pub const FUN: Published = Published { c: 1.042, a: 3.457, inverse: 2.00 };

/// One row of the original's table, with what its own 13 numbers give.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OriginalRow {
    /// The quality.
    pub quality: f64,
    /// The README's values.
    pub published: Published,
    /// E of `E + A n^-α` by least squares in ln y.
    pub floor: Parameter,
    /// Its A.
    pub amplitude: Parameter,
    /// Its α.
    pub alpha: Parameter,
    /// 1/α: what the README calls α.
    pub inverse: f64,
    /// α by least squares in y.
    pub linear_alpha: Parameter,
}

/// The original's table, worked out anew from its own numbers.
///
/// # Errors
/// As [`floor::fit`].
pub fn rows() -> Result<BTreeMap<Quality, OriginalRow>> {
    let n = SIZES.map(|n| n as f64);
    let row = |(quality, published): (Quality, Published)| -> Result<(Quality, OriginalRow)> {
        let log: Fit = floor::fit(&n, quality.errors(), Space::Log)?;
        let row = OriginalRow {
            quality: quality.value(),
            published,
            floor: log["E"].clone(),
            amplitude: log["A"].clone(),
            alpha: log["alpha"].clone(),
            inverse: 1.0 / log["alpha"].value,
            linear_alpha: floor::fit(&n, quality.errors(), Space::Y)?["alpha"].clone(),
        };
        Ok((quality, row))
    };
    TABLE.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readmes_alpha_is_the_inverse_of_the_decay_exponent_of_its_own_numbers() {
        // SPEC 001: true exponents 0.744, 0.733, 0.866 in ln y; 0.466, 0.520, 0.579 in y.
        for (row, (log, linear)) in
            rows().unwrap().values().zip([(0.7439, 0.466), (0.7332, 0.520), (0.8655, 0.579)])
        {
            assert!((row.alpha.value - log).abs() < 1e-4, "quality {}: {}", row.quality, row.alpha);
            assert!(
                (row.inverse - row.published.inverse).abs() < 0.006,
                "{} is printed",
                row.published.inverse
            );
            assert!((row.linear_alpha.value - linear).abs() < 1e-3, "{}: {}", row.quality, row.linear_alpha);
        }
    }

    #[test]
    fn the_fun_row_is_the_law_of_one_over_root_n_with_a_floor_printed_as_its_exponential() {
        let n = SIZES.map(|n| n as f64);
        let fun = floor::fit_fixed(&n, Quality::Middle.errors(), 1.0 / FUN.inverse, Space::Log).unwrap();
        assert!((fun["A"].value - FUN.a).abs() < 1e-3, "{}", fun["A"]);
        assert!((fun["E"].value.exp() - FUN.c).abs() < 1e-3, "{}", fun["E"]);
    }
}
