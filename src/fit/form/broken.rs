//! The broken power law, with softplus in place of the power that overflows:
//!
//! ```text
//! ln(y - a) = ln b - c0 u - Σ c_i f_i softplus((u - δ_i) / f_i)        δ = ln d
//! ```
//!
//! As f → 0 a term becomes c_i max(u - δ_i, 0), a kink; nothing overflows on the way.

use crate::fit::form::{exp, sigmoid, softplus};

/// Parameters (a, ln b, c0) and for each break (c, δ, ln f).
pub fn evaluate(theta: &[f64], u: &[f64], values: &mut [f64], jacobian: &mut [f64]) {
    let (head, breaks) = theta.split_at(3);
    for ((&u, f), row) in u.iter().zip(values).zip(jacobian.chunks_exact_mut(theta.len())) {
        let mut ln_term = head[1] - head[2] * u;
        for (turn, own) in breaks.chunks_exact(3).zip(row[3..].chunks_exact_mut(3)) {
            let width = exp(turn[2]);
            let at = (u - turn[1]) / width;
            let (soft, share) = (softplus(at), sigmoid(at));
            ln_term -= turn[0] * width * soft;
            own.copy_from_slice(&[-width * soft, turn[0] * share, -turn[0] * width * (soft - at * share)]);
        }
        let term = exp(ln_term);
        *f = head[0] + term;
        row[..3].copy_from_slice(&[1.0, term, -term * u]);
        row[3..].iter_mut().for_each(|d| *d *= term);
    }
}
