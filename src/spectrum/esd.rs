//! The empirical spectral density (ESD) of a layer: the eigenvalues of `W Wᵀ`, in double precision.
//!
//! They are computed from the smaller Gram matrix, which is fast and exact to about N · 2⁻⁵³ of the
//! *largest* eigenvalue. Where the smallest is below [`SMALL`] of the largest, that is not enough for
//! it, and the squares of the singular values of `W` are taken instead, several times as slow.
//! Weights far from 1 are divided by their largest first, so that squares neither overflow nor vanish.

use crate::error::{Error, Result};
use crate::spectrum::matrix::WeightMatrix;
use crate::spectrum::tridiagonal;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::tridiag::{tridiag_in_place, tridiag_in_place_scratch};
use faer::linalg::matmul::triangular::{BlockStructure, matmul};
use faer::{Accum, Mat, MatRef, Par, Spec};
use std::borrow::Cow;
use std::ops::RangeInclusive;

/// Below this ratio of smallest and largest eigenvalue the singular values are computed.
pub const SMALL: f64 = 1e-8;

/// Largest weights that need no scaling: their fourth powers are far inside the range of double precision.
const ORDINARY: RangeInclusive<f64> = 1e-50..=1e50;

/// The eigenvalues of a layer, and the extreme singular values and rank of its matrices.
#[derive(Debug, Clone, PartialEq)]
pub struct Esd {
    /// Eigenvalues of all slices together, ascending.
    pub eigenvalues: Vec<f64>,
    /// Larger side N of the layer's matrices.
    pub larger: usize,
    /// Smaller side M.
    pub smaller: usize,
    /// Largest singular value of any slice.
    pub sv_max: f64,
    /// The smallest singular value of each slice, and of these the largest (as WeightWatcher).
    pub sv_min: f64,
    /// Singular values that are zero to rounding (≤ largest · N · 2⁻⁵²), slice by slice.
    pub rank_loss: usize,
}

/// The eigenvalues of `W Wᵀ` (or `Wᵀ W`, whichever is smaller), ascending.
///
/// # Errors
/// [`Error::Failed`] where the computation does not converge or the eigenvalues leave the range of
/// double precision.
pub fn eigenvalues(matrix: &WeightMatrix) -> Result<Vec<f64>> {
    let largest = matrix.values.iter().fold(0.0f64, |m, w| m.max(w.abs()));
    let unit = if ORDINARY.contains(&largest) { 1.0 } else { largest };
    let scaled: Cow<[f64]> = match unit {
        1.0 => Cow::from(&matrix.values),
        _ => matrix.values.iter().map(|w| w / unit).collect(),
    };
    let w = MatRef::from_row_major_slice(&scaled, matrix.rows, matrix.cols);
    let wide = if matrix.rows <= matrix.cols { w } else { w.transpose() };
    // An iteration that is stuck leaves no values, and those are small.
    let mut values = gram(wide).unwrap_or_default();
    if values.is_empty() || values[0] < SMALL * values[values.len() - 1] {
        values = wide.singular_values().map_err(|e| stuck(matrix, &format!("{e:?}")))?;
        values.reverse();
        values.iter_mut().for_each(|s| *s *= *s);
    }
    let squared = unit * unit;
    values.iter_mut().for_each(|x| *x *= squared);
    match values.last() {
        Some(max) if max.is_finite() && *max > f64::MIN_POSITIVE => Ok(values),
        _ => Err(stuck(matrix, "the squares of its weights leave the range of double precision")),
    }
}

/// The eigenvalues of `W Wᵀ` for a matrix that is at least as wide as high; `None` where they are not found.
fn gram(wide: MatRef<f64>) -> Option<Vec<f64>> {
    let m = wide.nrows();
    let mut product = Mat::<f64>::zeros(m, m);
    let (lower, whole) = (BlockStructure::TriangularLower, BlockStructure::Rectangular);
    matmul(&mut product, lower, Accum::Replace, wide, whole, wide.transpose(), whole, 1.0, Par::Seq);
    // Householder reflections, one at a time: they are not needed afterwards.
    let mut reflections = Mat::<f64>::zeros(1, m - 1);
    let mut memory = MemBuffer::new(tridiag_in_place_scratch::<f64>(m, Par::Seq, Spec::default()));
    let stack = MemStack::new(&mut memory);
    tridiag_in_place(product.as_mut(), reflections.as_mut(), Par::Seq, stack, Spec::default());
    let beside: Vec<f64> = (1..m).map(|i| product[(i, i - 1)]).collect();
    tridiagonal::eigenvalues((0..m).map(|i| product[(i, i)]).collect(), &beside)
}

fn stuck(matrix: &WeightMatrix, why: &str) -> Error {
    Error::Failed(format!(
        "the eigenvalues of a {} x {} weight were not found: {why}",
        matrix.rows, matrix.cols
    ))
}

impl Esd {
    /// The pooled eigenvalues of a layer's slices, all of one size.
    ///
    /// # Errors
    /// As [`eigenvalues`].
    ///
    /// # Panics
    /// Without a slice.
    pub fn of(slices: &[WeightMatrix]) -> Result<Self> {
        let (larger, smaller) = (slices[0].larger(), slices[0].smaller());
        let mut esd =
            Self { eigenvalues: Vec::new(), larger, smaller, sv_max: 0.0, sv_min: 0.0, rank_loss: 0 };
        // A zero slice of a convolution is not the whole layer: its eigenvalues are zeros.
        for slice in slices {
            let zero = slice.values.iter().all(|&w| w == 0.0);
            let values = if zero { vec![0.0; smaller] } else { eigenvalues(slice)? };
            let singular: Vec<f64> = values.iter().map(|x| x.max(0.0).sqrt()).collect();
            esd.sv_max = esd.sv_max.max(singular[smaller - 1]);
            esd.sv_min = esd.sv_min.max(singular[0]);
            esd.rank_loss += smaller - rank(&singular, larger);
            esd.eigenvalues.extend(values.into_iter().map(|x| x.max(0.0)));
        }
        esd.eigenvalues.sort_unstable_by(f64::total_cmp);
        Ok(esd)
    }
}

/// How many of these singular values are above rounding: more than largest · `larger` · 2⁻⁵².
pub fn rank(singular: &[f64], larger: usize) -> usize {
    let tolerance = singular.iter().fold(0.0f64, |m, s| m.max(*s)) * larger as f64 * f64::EPSILON;
    singular.iter().filter(|s| **s > tolerance).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagonal_matrix_gives_its_squares() {
        let mut values = vec![0.0; 12];
        (values[0], values[5], values[10]) = (3.0, 0.5, 2.0);
        let found = eigenvalues(&WeightMatrix::new(3, 4, values)).unwrap();
        for (x, y) in found.iter().zip([0.25, 4.0, 9.0]) {
            assert!((x / y - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn small_eigenvalues_of_a_hilbert_matrix_are_right() {
        // The 6 x 6 Hilbert matrix; singular values from Fettis & Caslin, Math. Comp. 21 (1967): its
        // smallest eigenvalue is 1.08279948450e-7 and its largest 1.61889985892.
        let hilbert: Vec<f64> = (0..36).map(|k| 1.0 / (k / 6 + k % 6 + 1) as f64).collect();
        let found = eigenvalues(&WeightMatrix::new(6, 6, hilbert)).unwrap();
        assert!((found[0].sqrt() / 1.0827994845e-7 - 1.0).abs() < 1e-6, "{}", found[0].sqrt());
        assert!((found[5].sqrt() / 1.6188998589 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_factor_on_the_weights_squares_on_the_eigenvalues_however_large_or_small() {
        let values: Vec<f64> = (0..50).map(|i| ((i * i) as f64).cos()).collect();
        let plain = eigenvalues(&WeightMatrix::new(5, 10, values.clone())).unwrap();
        for factor in [1e100, 1e-100] {
            let scaled =
                eigenvalues(&WeightMatrix::new(5, 10, values.iter().map(|w| w * factor).collect())).unwrap();
            for (a, b) in plain.iter().zip(scaled) {
                assert!((a / (b / factor / factor) - 1.0).abs() < 1e-10);
            }
        }
        assert!(eigenvalues(&WeightMatrix::new(1, 2, vec![1e200, 1.0])).is_err());
    }

    #[test]
    fn a_matrix_of_rank_two_loses_all_but_two() {
        let values: Vec<f64> =
            (0..200).map(|k| (k / 20) as f64 + 1.0 + ((k % 20) as f64) * (k / 20 % 3) as f64).collect();
        let esd = Esd::of(&[WeightMatrix::new(10, 20, values)]).unwrap();
        assert_eq!(esd.rank_loss, 8);
    }
}
