//! The law M4 of Alabdulmohsin et al. 2022: from E0 at small x to the floor E.
//!
//! ```text
//! (y - E) / (E0 - y)^γ = A x^-α
//! ```
//!
//! Solved for y: with s = (y - E) / (E0 - E) = sigmoid(z) the law is an equation in z alone,
//!
//! ```text
//! g(z) = -softplus(-z) + γ softplus(z) = a - α u - (1 - γ) ln(E0 - E)
//! ```
//!
//! g rises and is concave for γ < 1, convex above; Newton's steps from the start below move one way only.

use crate::error::Result;
use crate::fit::fitted::Fit;
use crate::fit::formula::{Course, Formula, Nesting, exactly, sigmoid, softplus};
use crate::fit::law::Law;
use crate::fit::laws::floor;
use crate::fit::observations::span;
use crate::fit::param::{Description, Exponent, Param, Role};
use crate::fit::points::Points;
use crate::fit::projection::Projection;
use crate::fit::space::Space;

/// The range of γ: at its lower end the law is the one with a floor.
const GAMMA: [f64; 2] = [1e-3, 50.0];

/// Fits M4.
///
/// # Errors
/// As [`Points::curve`] and [`Law::fit`].
pub fn fit(x: &[f64], y: &[f64], space: Space) -> Result<Fit> {
    Law::M4.fit(&Points::curve(x, y)?, space)
}

/// Parameters (E, E0, γ, ln A, α); the values are NaN unless E < E0.
pub struct M4;

impl Formula for M4 {
    fn description(&self) -> Description {
        Description {
            key: "m4",
            formula: "(y - E)/(E0 - y)^γ = A x^-α".to_owned(),
            name: "the law M4, from a ceiling to a floor".to_owned(),
            short: "M4".to_owned(),
            numbers: "M4, from {E0} to {E}".to_owned(),
        }
    }

    fn params(&self) -> Vec<Param> {
        let amplitude = Role::Amplitude { axis: 0, exponent: Exponent::Fitted(4), gamma: Some(2) };
        vec![
            Param::new("E", Role::Floor),
            Param::new("E0", Role::Ceiling),
            Param::new("gamma", Role::Shape { bounds: GAMMA }),
            Param::new("A", amplitude),
            Param::new("alpha", Role::Exponent { axis: 0, signed: false }),
        ]
    }

    fn course(&self) -> Course {
        Course::Falls
    }

    fn at(&self, theta: &[f64], u: f64, _: f64, gradient: Option<&mut [f64]>) -> f64 {
        let [e, e0, gamma, a, alpha] = exactly(theta);
        let width = e0 - e;
        if width.is_nan() || width <= 0.0 {
            return f64::NAN;
        }
        let ln_width = width.ln();
        let z = root(a - alpha * u - (1.0 - gamma) * ln_width, gamma);
        let s = sigmoid(z);
        if let Some(gradient) = gradient {
            // dy/dz over dg/dz, and dz/dw through the right-hand side.
            let rise = sigmoid(-z) + gamma * s;
            let by_target = width * s * sigmoid(-z) / rise;
            let by_width = by_target * (gamma - 1.0) / width;
            gradient.copy_from_slice(&[
                sigmoid(-z) - by_width,
                s + by_width,
                by_target * (ln_width - softplus(z)),
                by_target,
                -by_target * u,
            ]);
        }
        e + width * s
    }

    /// The floor law's with a ceiling far above the points, and for each of some floors, ceilings and γ the
    /// line of ln(y - E) - γ ln(E0 - y).
    fn starts(&self, from: &Projection) -> Vec<Vec<f64>> {
        let y = &from.points.y;
        let (least, range) = span(y);
        let most = least + range;
        let mut starts: Vec<Vec<f64>> = floor::grid(from)
            .into_iter()
            .map(|theta| vec![theta[0], 20.0 * most, 0.05, theta[1], theta[2]])
            .collect();
        for floor in [0.0, 0.5, 0.8, 0.95, 0.99] {
            for top in [1.005, 1.05, 1.2, 2.0, 8.0] {
                for gamma in [0.3, 1.0, 3.0] {
                    let (e, e0) = (floor * least, top * most);
                    let odds: Vec<f64> = y.iter().map(|y| (y - e).ln() - gamma * (e0 - y).ln()).collect();
                    let (a, alpha) = from.line(&odds);
                    starts.push(vec![e, e0, gamma, a, alpha.max(0.0)]);
                }
            }
        }
        starts
    }

    fn contains(&self, small: Law) -> Option<Nesting> {
        let nested =
            matches!(small, Law::Power | Law::PowerFixed { .. } | Law::Floor | Law::FloorFixed { .. });
        nested.then_some(Nesting::Degenerate)
    }

    fn remarks(&self, fit: &Fit, _: &Points, _: f64) -> Vec<String> {
        if fit["gamma"].low > GAMMA[0] {
            return Vec::new();
        }
        vec!["the bend at small x is not established: gamma may be 0, which is the floor law".to_owned()]
    }
}

/// The z at which g(z) is the target.
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
