//! What a law says of itself: its formula with derivatives, the table of its parameters, where searches
//! start.
//!
//! A law is one file under `fit/laws/` with one implementation of [`Formula`].

use crate::error::Result;
use crate::fit::fitted::Fit;
use crate::fit::law::Law;
use crate::fit::param::{Description, Param};
use crate::fit::points::Points;
use crate::fit::projection::Projection;

/// Which ways y may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// It falls to a floor.
    Falls,
    /// It falls or rises, but not both.
    Monotone,
    /// Any way.
    Free,
}

/// How a smaller law lies within a larger one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// Inside the larger one's range of parameters: α = 1/2.
    Inside,
    /// On the edge of it: E = 0 of E ≥ 0.
    Edge,
    /// Where other parameters of the larger one mean nothing: the place of a break that turns nothing.
    Degenerate,
}

/// A law's formula, its parameters and its starting points.
pub trait Formula: Send + Sync {
    /// The law in words.
    fn description(&self) -> Description;

    /// The table of its parameters.
    fn params(&self) -> Vec<Param>;

    /// The number of its parameters, without making their table.
    fn n_params(&self) -> usize {
        self.params().len()
    }

    /// The number of its variables.
    fn n_variables(&self) -> usize {
        1
    }

    /// Which ways y may go.
    fn course(&self) -> Course;

    /// The law's value at `u` (and `v`); a `gradient` of zeros is filled with its derivatives by the
    /// parameters.
    fn at(&self, theta: &[f64], u: f64, v: f64, gradient: Option<&mut [f64]>) -> f64;

    /// Starting points of a search, in the coordinates of the formula.
    fn starts(&self, from: &Projection) -> Vec<Vec<f64>>;

    /// How a smaller law lies within this one; none where it does not.
    fn contains(&self, small: Law) -> Option<Nesting>;

    /// Refuses a given number that makes no law.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// The same parameters in their conventional order, where several orders are the same law.
    fn in_order(&self, theta: Vec<f64>) -> Vec<f64> {
        theta
    }

    /// What is to be said of this law alone; `unbroken` is the AICc of the best law without a break.
    fn remarks(&self, _fit: &Fit, _points: &Points, _unbroken: f64) -> Vec<String> {
        Vec::new()
    }

    /// The law's values at `u` (and `v` for a surface).
    fn values(&self, theta: &[f64], u: &[f64], v: &[f64]) -> Vec<f64> {
        u.iter().enumerate().map(|(i, &u)| self.at(theta, u, second(v, i), None)).collect()
    }

    /// The law's values and their derivatives by the parameters, one row a point.
    fn values_and_jacobian(&self, theta: &[f64], u: &[f64], v: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let p = theta.len();
        let mut jacobian = vec![0.0; u.len() * p];
        let rows = u.iter().enumerate().zip(jacobian.chunks_exact_mut(p));
        let values = rows.map(|((i, &u), row)| self.at(theta, u, second(v, i), Some(row))).collect();
        (values, jacobian)
    }
}

/// The second variable of a point, NaN for a curve.
fn second(v: &[f64], i: usize) -> f64 {
    v.get(i).copied().unwrap_or(f64::NAN)
}

/// As many parameters as a formula has.
pub fn exactly<const P: usize>(theta: &[f64]) -> [f64; P] {
    theta.try_into().expect("a law is given as many numbers as it has parameters")
}

/// e^t, kept inside the range of numbers.
pub fn exp(t: f64) -> f64 {
    t.clamp(-700.0, 700.0).exp()
}

/// ln(1 + e^t) without overflow.
pub fn softplus(t: f64) -> f64 {
    t.max(0.0) + (-t.abs()).exp().ln_1p()
}

/// 1 / (1 + e^-t) without overflow.
pub fn sigmoid(t: f64) -> f64 {
    let small = (-t.abs()).exp();
    if t >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) }
}
