//! M4 solved for y. With s = (y - E) / (E0 - E) = sigmoid(z) the law is an equation in z alone,
//!
//! ```text
//! g(z) = -softplus(-z) + γ softplus(z) = a - α u - (1 - γ) ln(E0 - E)
//! ```
//!
//! g rises and is concave for γ < 1, convex above; Newton's steps from the start below move one way only.

use crate::fit::form::{sigmoid, softplus};

/// Parameters (E, E0, γ, a, α); the values are NaN unless E < E0.
pub fn evaluate([e, e0, gamma, a, alpha]: [f64; 5], u: &[f64], values: &mut [f64], jacobian: &mut [f64]) {
    let width = e0 - e;
    if width.is_nan() || width <= 0.0 {
        values.fill(f64::NAN);
        return;
    }
    let ln_width = width.ln();
    for ((&u, f), row) in u.iter().zip(values).zip(jacobian.chunks_exact_mut(5)) {
        let target = a - alpha * u - (1.0 - gamma) * ln_width;
        let z = root(target, gamma);
        let s = sigmoid(z);
        let rise = sigmoid(-z) + gamma * s;
        *f = e + width * s;
        // dy/dz over dg/dz, and dz/dw through the target.
        let by_target = width * s * sigmoid(-z) / rise;
        let by_width = by_target * (gamma - 1.0) / width;
        row.copy_from_slice(&[
            sigmoid(-z) - by_width,
            s + by_width,
            by_target * (ln_width - softplus(z)),
            by_target,
            -by_target * u,
        ]);
    }
}

fn root(target: f64, gamma: f64) -> f64 {
    let mut z = if target < 0.0 { target } else { target / gamma };
    for _ in 0..60 {
        let miss = target - (gamma * softplus(z) - softplus(-z));
        let step = miss / (sigmoid(-z) + gamma * sigmoid(z));
        z += step;
        if step.abs() <= 1e-15 * (1.0 + z.abs()) {
            break;
        }
    }
    z
}
