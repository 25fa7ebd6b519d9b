//! Norms, ranks and entropy of a layer, from its eigenvalues.
//!
//! ```text
//! norm = Σ λ = ‖W‖²_F        spectral_norm = λ_max = ‖W‖²        stable_rank = norm / spectral_norm
//! entropy = -Σ p ln p / ln rank,   p = λ / Σλ + 1e-10            matrix_rank = #{ √λ > √λ_max · N · 2⁻⁵² }
//! ```
//!
//! Squares throughout: WeightWatcher's norms are norms of `W Wᵀ`. Logarithms are decimal.

use crate::spectrum::esd::rank;
use serde::{Deserialize, Serialize};

/// WeightWatcher's small number, added to shares and to the rank.
const EPSILON: f64 = 1e-10;

/// The norms, ranks and entropy of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Norms {
    /// Sum of the eigenvalues: the squared Frobenius norm.
    pub norm: f64,
    /// log₁₀ of `norm`.
    pub log_norm: f64,
    /// Largest eigenvalue: the squared spectral norm.
    pub spectral_norm: f64,
    /// log₁₀ of `spectral_norm`.
    pub log_spectral_norm: f64,
    /// How many directions carry the norm: `norm / spectral_norm`.
    pub stable_rank: f64,
    /// Eigenvalues above rounding.
    pub matrix_rank: usize,
    /// 1 where all directions are alike, near 0 where one rules; `None` for rank 1, where it is not defined.
    pub entropy: Option<f64>,
    /// Eigenvalues below 1e-6.
    pub weak_rank_loss: usize,
}

/// The norms of a layer with these eigenvalues (ascending, the last above 0) and larger side `larger`.
///
/// ```
/// let norms = lawbook::spectrum::norms::norms(&[1.0, 1.0, 2.0], 5);
/// assert_eq!((norms.norm, norms.stable_rank, norms.matrix_rank), (4.0, 2.0, 3));
/// ```
pub fn norms(eigenvalues: &[f64], larger: usize) -> Norms {
    let norm: f64 = eigenvalues.iter().sum();
    let spectral_norm = eigenvalues[eigenvalues.len() - 1];
    let singular: Vec<f64> = eigenvalues.iter().map(|x| x.sqrt()).collect();
    let matrix_rank = rank(&singular, larger);
    let share = |x: &f64| x / norm + EPSILON;
    let sum: f64 = eigenvalues.iter().map(share).map(|p| p * p.ln()).sum();
    Norms {
        norm,
        log_norm: norm.log10(),
        spectral_norm,
        log_spectral_norm: spectral_norm.log10(),
        stable_rank: norm / spectral_norm,
        matrix_rank,
        entropy: (matrix_rank > 1).then(|| -sum / (matrix_rank as f64 + EPSILON).ln()),
        weak_rank_loss: eigenvalues.iter().filter(|x| **x < 1e-6).count(),
    }
}

/// log₁₀ Σ λ^alpha, without overflow on the way.
pub fn log_alpha_norm(eigenvalues: &[f64], alpha: f64) -> f64 {
    let largest = eigenvalues[eigenvalues.len() - 1];
    let sum: f64 = eigenvalues.iter().map(|x| (x / largest).powf(alpha)).sum();
    alpha * largest.log10() + sum.log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_eigenvalues_have_entropy_one_and_full_stable_rank() {
        let norms = norms(&[0.5; 40], 100);
        assert!((norms.entropy.unwrap() - 1.0).abs() < 1e-6);
        assert!((norms.stable_rank - 40.0).abs() < 1e-12);
    }

    #[test]
    fn the_alpha_norm_survives_exponents_at_which_powers_overflow() {
        // λ = 10 and 1000: log₁₀(10^α + 1000^α) = 3 α + log₁₀(1 + 10^(-2α)).
        assert!((log_alpha_norm(&[10.0, 1000.0], 1.0) - 1010f64.log10()).abs() < 1e-12);
        assert!((log_alpha_norm(&[10.0, 1000.0], 200.0) - 600.0).abs() < 1e-9);
    }
}
