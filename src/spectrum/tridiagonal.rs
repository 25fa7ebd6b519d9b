//! Eigenvalues, and nothing else, of a symmetric tridiagonal matrix.
//!
//! Pal, Walker and Kahan's form of the QL iteration: it works on the *squares* of the off-diagonal
//! elements, so a rotation costs two divisions and no root. faer's own iteration makes every rotation
//! as if eigenvectors were wanted, which was 40 % of the time of a 400 x 400 spectrum.
//!
//! With the shift σ of Wilkinson one sweep from the end m of an unreduced block up to its beginning l is
//!
//! ```text
//! γ = d_m - σ,  p = γ²,  c = 1,  s = 0,  and for i = m-1 … l, with b = e_i²:
//!     r = p + b        e²_{i+1} = s r        c' = p / r,  s' = b / r
//!     γ' = c' (d_i - σ) - s' γ               d_{i+1} = γ + (d_i - γ')
//!     p' = γ'² / c'  (c b, where c' = 0)
//! at the end  e²_l = s p,  d_l = σ + γ
//! ```
//!
//! An off-diagonal element counts as zero at 2⁻⁵² √|d_i d_{i+1}| or a hundredth of 2⁻⁵² of the norm.
//! Source: Parlett, The Symmetric Eigenvalue Problem (SIAM 1998), §8.15.

/// Sweeps for one eigenvalue after which the iteration counts as stuck; two or three are usual.
const MOST_SWEEPS: usize = 60;

/// The eigenvalues of the matrix with this diagonal and these off-diagonal elements (one fewer),
/// ascending; `None` where the iteration does not settle, which numbers that are not finite cause.
///
/// ```
/// // 2 on the diagonal, 1 beside it: 2 - √2, 2, 2 + √2.
/// let found = lawbook::spectrum::tridiagonal::eigenvalues(vec![2.0; 3], &[1.0, 1.0]).unwrap();
/// assert!((found[0] - (2.0 - 2f64.sqrt())).abs() < 1e-15);
/// ```
pub fn eigenvalues(mut diagonal: Vec<f64>, beside: &[f64]) -> Option<Vec<f64>> {
    let n = diagonal.len();
    let norm = diagonal.iter().chain(beside).fold(0.0f64, |m, x| m.max(x.abs()));
    let negligible = (0.01 * f64::EPSILON * norm).powi(2);
    let mut squares: Vec<f64> = beside.iter().map(|e| e * e).collect();
    let mut start = 0;
    while start < n {
        let mut sweeps = 0;
        loop {
            let zero = |i: &usize| {
                let neighbours = (diagonal[*i] * diagonal[i + 1]).abs();
                squares[*i] <= f64::EPSILON * f64::EPSILON * neighbours + negligible
            };
            let end = (start..n - 1).find(zero).unwrap_or(n - 1);
            if end == start {
                break;
            }
            sweeps += 1;
            if sweeps > MOST_SWEEPS {
                return None;
            }
            let (d, e) = (&mut diagonal[start..=end], &mut squares[start..end]);
            // The iteration finds eigenvalues at the beginning; small ones are found more exactly.
            if d[d.len() - 1].abs() < d[0].abs() {
                d.reverse();
                e.reverse();
            }
            sweep(d, e);
        }
        start += 1;
    }
    diagonal.sort_unstable_by(f64::total_cmp);
    diagonal.iter().all(|x| x.is_finite()).then_some(diagonal)
}

/// One sweep over an unreduced block.
fn sweep(d: &mut [f64], squares: &mut [f64]) {
    let beside = squares[0].sqrt();
    let half = (d[1] - d[0]) / (2.0 * beside);
    let shift = d[0] - beside / (half + half.hypot(1.0).copysign(half));
    let last = d.len() - 1;
    let (mut cosine, mut sine) = (1.0, 0.0);
    let mut gamma = d[last] - shift;
    let mut p = gamma * gamma;
    for i in (0..last).rev() {
        let b = squares[i];
        let r = p + b;
        if i + 1 < last {
            squares[i + 1] = sine * r;
        }
        let before = (cosine, gamma);
        cosine = p / r;
        sine = b / r;
        gamma = cosine * (d[i] - shift) - sine * before.1;
        d[i + 1] = before.1 + (d[i] - gamma);
        p = if cosine != 0.0 { gamma * gamma / cosine } else { before.0 * b };
    }
    squares[0] = sine * p;
    d[0] = shift + gamma;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_difference_has_its_eigenvalues() {
        // 2 - 2 cos(k π / (n + 1)), any textbook.
        for n in [1, 2, 3, 10, 257] {
            let found = eigenvalues(vec![2.0; n], &vec![-1.0; n - 1]).unwrap();
            for (k, x) in found.iter().enumerate() {
                let angle = (k + 1) as f64 * std::f64::consts::PI / (n + 1) as f64;
                assert!((x - (2.0 - 2.0 * angle.cos())).abs() < 1e-14 * n as f64, "{n} {k}");
            }
        }
    }

    #[test]
    fn wilkinsons_pairs_are_found_although_they_agree_to_fourteen_digits() {
        // W21+, Wilkinson 1965, p. 308: the largest two are 10.7461941829033 and 10.7461941829034.
        let diagonal = (-10i32..=10).map(|i| f64::from(i.abs())).collect();
        let found = eigenvalues(diagonal, &[1.0; 20]).unwrap();
        for x in &found[19..] {
            assert!((x - 10.746194182903).abs() < 1e-12, "{x}");
        }
        assert!((found[0] + 1.125441522119984).abs() < 1e-14, "{}", found[0]);
    }

    #[test]
    fn zeros_graded_and_split_matrices_settle() {
        assert_eq!(eigenvalues(vec![0.0; 5], &[0.0; 4]).unwrap(), [0.0; 5]);
        assert_eq!(eigenvalues(vec![3.0, 1.0, 2.0], &[0.0, 0.0]).unwrap(), [1.0, 2.0, 3.0]);
        let graded: Vec<f64> = (0..40).map(|i| 10f64.powi(-i)).collect();
        let beside: Vec<f64> = (0..39).map(|i| 0.3 * 10f64.powi(-i - 1)).collect();
        for d in [graded.clone(), graded.into_iter().rev().collect()] {
            let trace: f64 = d.iter().sum();
            let found = eigenvalues(d, &beside).unwrap();
            assert!((found.iter().sum::<f64>() / trace - 1.0).abs() < 1e-14);
        }
        assert!(eigenvalues(vec![1.0, f64::NAN], &[1.0]).is_none());
        assert!(eigenvalues(vec![f64::INFINITY, 1.0, 1.0], &[1.0, 1.0]).is_none());
    }
}
