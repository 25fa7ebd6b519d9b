//! The formulas with their exact derivatives, in the coordinates of the search.
//!
//! ```text
//! u = ln x - centre (for tokens v)      floors in units of y      amplitudes, places and widths of breaks as logarithms
//! ```

mod sums;
mod broken;
mod m4;

use crate::fit::law::Law;

/// The law's values at `u` (and `v` for a surface), and their derivatives by the parameters: one row of `jacobian` a point.
pub fn evaluate(law: Law, theta: &[f64], u: &[f64], v: &[f64], values: &mut [f64], jacobian: &mut [f64]) {
    match law {
        Law::Power => sums::power(theta[0], theta[1], u, values, jacobian),
        Law::PowerFixed { alpha } => sums::power_fixed(theta[0], alpha, u, values, jacobian),
        Law::Floor => sums::floor([theta[0], theta[1], theta[2]], u, values, jacobian),
        Law::FloorFixed { alpha } => sums::floor_fixed([theta[0], theta[1]], alpha, u, values, jacobian),
        Law::Surface => sums::surface(theta, u, v, values, jacobian),
        Law::Broken { .. } => broken::evaluate(theta, u, values, jacobian),
        Law::M4 => m4::evaluate([theta[0], theta[1], theta[2], theta[3], theta[4]], u, values, jacobian),
    }
}

/// e^t, kept inside the range of numbers.
fn exp(t: f64) -> f64 {
    t.clamp(-700.0, 700.0).exp()
}

/// ln(1 + e^t) without overflow.
fn softplus(t: f64) -> f64 {
    t.max(0.0) + (-t.abs()).exp().ln_1p()
}

/// 1 / (1 + e^-t) without overflow.
fn sigmoid(t: f64) -> f64 {
    let small = (-t.abs()).exp();
    if t >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_agree_with_finite_differences() {
        let (u, v) = ([-2.0, -0.3, 0.4, 1.9, 3.0], [1.0, -1.5, 0.2, 0.8, -0.1]);
        let turn = |f: f64| [0.7, 0.5, f64::ln(f), -0.3, 1.5, f64::ln(0.4)];
        let broken = |f: f64| [vec![0.1, 0.3, 0.2], turn(f).to_vec()].concat();
        for (law, theta) in [
            (Law::Power, vec![0.3, 0.6]),
            (Law::PowerFixed { alpha: 0.5 }, vec![0.3]),
            (Law::Floor, vec![0.2, -0.4, 0.7]),
            (Law::FloorFixed { alpha: 0.5 }, vec![0.2, -0.4]),
            (Law::Surface, vec![1.7, -0.4, -0.7, 0.34, 0.28]),
            (Law::M4, vec![0.1, 1.4, 0.6, 0.2, 0.5]),
            (Law::M4, vec![0.1, 1.4, 2.5, 0.2, 0.5]),
            (Law::Broken { breaks: 2 }, broken(0.8)),
            (Law::Broken { breaks: 2 }, broken(0.05)),
        ] {
            let p = theta.len();
            let values = |theta: &[f64]| {
                let (mut values, mut jacobian) = ([0.0; 5], vec![0.0; 5 * p]);
                evaluate(law, theta, &u, &v, &mut values, &mut jacobian);
                (values, jacobian)
            };
            let jacobian = values(&theta).1;
            for k in 0..p {
                let (mut below, mut above) = (theta.clone(), theta.clone());
                below[k] -= 1e-6;
                above[k] += 1e-6;
                let (below, above) = (values(&below).0, values(&above).0);
                for i in 0..5 {
                    let difference = (above[i] - below[i]) / 2e-6;
                    let own = jacobian[i * p + k];
                    assert!(
                        (own - difference).abs() < 1e-7 * (1.0 + own.abs()),
                        "{law} {k} {i}: {own} {difference}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_break_of_no_width_is_a_kink_and_nothing_overflows() {
        let theta = |ln_f: f64| [0.0, 0.0, 0.1, 0.5, 1.0, ln_f];
        let (mut sharp, mut jacobian) = ([0.0; 3], [0.0; 18]);
        evaluate(
            Law::Broken { breaks: 1 },
            &theta(-200.0),
            &[-5.0, 1.0, 6.0],
            &[],
            &mut sharp,
            &mut jacobian,
        );
        for (f, u) in sharp.iter().zip([-5.0f64, 1.0, 6.0]) {
            assert!((f.ln() + 0.1 * u + 0.5 * (u - 1.0).max(0.0)).abs() < 1e-12, "{f}");
        }
        assert!(jacobian.iter().all(|d| d.is_finite()));
    }
}
