//! Sums of powers: `E + e^(a - α u) (+ e^(b - β v))`.

use crate::fit::form::exp;

pub fn power(a: f64, alpha: f64, u: &[f64], values: &mut [f64], jacobian: &mut [f64]) {
    for ((&u, f), row) in u.iter().zip(values).zip(jacobian.chunks_exact_mut(2)) {
        *f = exp(a - alpha * u);
        row.copy_from_slice(&[*f, -*f * u]);
    }
}

pub fn power_fixed(a: f64, alpha: f64, u: &[f64], values: &mut [f64], jacobian: &mut [f64]) {
    for ((&u, f), slope) in u.iter().zip(values).zip(jacobian) {
        *f = exp(a - alpha * u);
        *slope = *f;
    }
}

pub fn floor([e, a, alpha]: [f64; 3], u: &[f64], values: &mut [f64], jacobian: &mut [f64]) {
    for ((&u, f), row) in u.iter().zip(values).zip(jacobian.chunks_exact_mut(3)) {
        let term = exp(a - alpha * u);
        *f = e + term;
        row.copy_from_slice(&[1.0, term, -term * u]);
    }
}

pub fn floor_fixed([e, a]: [f64; 2], alpha: f64, u: &[f64], values: &mut [f64], jacobian: &mut [f64]) {
    for ((&u, f), row) in u.iter().zip(values).zip(jacobian.chunks_exact_mut(2)) {
        let term = exp(a - alpha * u);
        *f = e + term;
        row.copy_from_slice(&[1.0, term]);
    }
}

/// Parameters (E, a, b, α, β).
pub fn surface(theta: &[f64], u: &[f64], v: &[f64], values: &mut [f64], jacobian: &mut [f64]) {
    let &[e, a, b, alpha, beta] = theta else { unreachable!("a surface has five parameters") };
    for (((&u, &v), f), row) in u.iter().zip(v).zip(values).zip(jacobian.chunks_exact_mut(5)) {
        let (first, second) = (exp(a - alpha * u), exp(b - beta * v));
        *f = e + first + second;
        row.copy_from_slice(&[1.0, first, second, -first * u, -second * v]);
    }
}
