//! The small dense linear algebra of a fit: symmetric systems of a dozen rows at most, solved millions of
//! times.

use linfa_linalg::eigh::Eigh;
use ndarray::Array2;

/// The scalar product of two vectors.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// What of `vector` stands at right angles to an orthonormal `basis`, scaled to length 1; none where at most
/// the share `tolerance` of its length is left. Gram–Schmidt in two passes, of which Kahan showed that they
/// are enough (Parlett, *The Symmetric Eigenvalue Problem*, 1980, §6.9).
pub fn orthonormal(mut vector: Vec<f64>, basis: &[Vec<f64>], tolerance: f64) -> Option<Vec<f64>> {
    let size = dot(&vector, &vector).sqrt();
    for unit in basis.iter().chain(basis) {
        let along = dot(&vector, unit);
        vector.iter_mut().zip(unit).for_each(|(a, u)| *a -= along * u);
    }
    let length = dot(&vector, &vector).sqrt();
    (length > tolerance * size).then(|| {
        vector.iter_mut().for_each(|a| *a /= length);
        vector
    })
}

/// Solves `h s = b` for symmetric positive definite `h` (p × p, row by row, lower triangle read) by
/// Cholesky's factors; `b` becomes s. False where `h` is not positive definite to rounding.
pub fn solve(h: &mut [f64], b: &mut [f64]) -> bool {
    let p = b.len();
    if !cholesky(h, p) {
        return false;
    }
    for i in 0..p {
        for j in 0..i {
            b[i] -= h[i * p + j] * b[j];
        }
        b[i] /= h[i * p + i];
    }
    for i in (0..p).rev() {
        for j in i + 1..p {
            b[i] -= h[j * p + i] * b[j];
        }
        b[i] /= h[i * p + i];
    }
    b.iter().all(|s| s.is_finite())
}

/// The inverse of a symmetric positive definite matrix; none where it is singular to rounding.
pub fn inverse(h: &[f64], p: usize) -> Option<Vec<f64>> {
    let mut inverse = vec![0.0; p * p];
    for k in 0..p {
        let mut unit = vec![0.0; p];
        unit[k] = 1.0;
        if !solve(&mut h.to_vec(), &mut unit) {
            return None;
        }
        for i in 0..p {
            inverse[i * p + k] = unit[i];
        }
    }
    Some(inverse)
}

/// The condition number of a matrix whose columns are scaled to length 1 (largest over smallest singular
/// value), from its Gram matrix; at most 1e8.
pub fn condition_number(gram: &[f64], p: usize) -> f64 {
    let scaled =
        Array2::from_shape_fn((p, p), |(i, j)| gram[i * p + j] / (gram[i * p + i] * gram[j * p + j]).sqrt());
    match scaled.eigh() {
        Ok((values, _)) => {
            let (low, high) = values.iter().fold((f64::INFINITY, 0.0f64), |(l, h), &v| (l.min(v), h.max(v)));
            (high / low.max(1e-16 * high)).sqrt()
        }
        Err(_) => 1e8,
    }
}

/// The rows and columns `kept` of a p × p matrix.
pub fn block(h: &[f64], p: usize, kept: &[usize]) -> Vec<f64> {
    kept.iter().flat_map(|&i| kept.iter().map(move |&j| h[i * p + j])).collect()
}

/// Non-negative least squares from its normal equations, by trying every set of positive coefficients (at
/// most 3 columns).
pub fn non_negative(gram: &[f64], target: &[f64]) -> Vec<f64> {
    let p = target.len();
    let mut best = (0.0, vec![0.0; p]);
    for set in 1..1usize << p {
        let kept: Vec<usize> = (0..p).filter(|i| set >> i & 1 == 1).collect();
        let mut part: Vec<f64> = kept.iter().map(|&i| target[i]).collect();
        if !solve(&mut block(gram, p, &kept), &mut part) || part.iter().any(|&c| c < 0.0) {
            continue;
        }
        // The sum of squares falls by cᵀ target.
        let gain: f64 = kept.iter().zip(&part).map(|(&i, c)| c * target[i]).sum();
        if gain > best.0 {
            let mut full = vec![0.0; p];
            for (&i, c) in kept.iter().zip(part) {
                full[i] = c;
            }
            best = (gain, full);
        }
    }
    best.1
}

/// Cholesky's factor, in place of the lower triangle; false where a pivot is rounding.
fn cholesky(h: &mut [f64], p: usize) -> bool {
    for i in 0..p {
        let own = h[i * p + i];
        for j in 0..=i {
            let mut sum = h[i * p + j];
            for k in 0..j {
                sum -= h[i * p + k] * h[j * p + k];
            }
            if i == j {
                if sum.is_nan() || sum <= 1e-15 * own {
                    return false;
                }
                h[i * p + i] = sum.sqrt();
            } else {
                h[i * p + j] = sum / h[j * p + j];
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_system_is_solved() {
        let h = [4.0, 2.0, 0.6, 2.0, 5.0, 1.0, 0.6, 1.0, 3.0];
        let mut s = [1.0, -2.0, 0.5];
        assert!(solve(&mut h.to_vec(), &mut s));
        for (i, b) in [1.0, -2.0, 0.5].iter().enumerate() {
            let sum: f64 = (0..3).map(|j| h[3 * i + j] * s[j]).sum();
            assert!((sum - b).abs() < 1e-14);
        }
        assert!(!solve(&mut [1.0, 1.0, 1.0, 1.0], &mut [1.0, 2.0]), "a singular matrix is refused");
    }

    #[test]
    fn a_vector_inside_the_span_of_a_basis_is_not_new() {
        let basis = vec![vec![1.0, 0.0, 0.0], vec![0.0, 1.0, 0.0]];
        assert_eq!(orthonormal(vec![3.0, -4.0, 0.0], &basis, 1e-7), None);
        assert_eq!(orthonormal(vec![3.0, -4.0, 2.0], &basis, 1e-7), Some(vec![0.0, 0.0, 1.0]));
    }

    #[test]
    fn a_coefficient_that_would_be_negative_is_held_at_zero() {
        // Columns (1, 1) and (0, 1), target (1, 0): the free solution is (1, -1), the bounded one (1/2, 0).
        let found = non_negative(&[2.0, 1.0, 1.0, 1.0], &[1.0, 0.0]);
        assert!((found[0] - 0.5).abs() < 1e-15 && found[1] == 0.0, "{found:?}");
    }
}
