//! From the potential along a sequence to two numbers at every place, and the gradient of that.
//!
//! ```text
//! H = chain of N places, links 1, diagonal -2 + v_i          g = diag((H - i)^-1)  →  (Re g_i, Im g_i)
//! ```
//!
//! Holds always: `|g_i| ≤ 1` and `0 < Im g_i ≤ 1`, in both forms.
//!
//! Original 004 does not use the exact gradient but a blend of two terms of the diagonal alone, with
//! `u_i = dLoss / d Re g_i + i dLoss / d Im g_i`:
//!
//! ```text
//! dLoss / dv_i  ≈  (1 - s) · (-Re(u_i g_i²))  +  s · (-Re(u_i / g_i²))          s = 0.5
//! ```
//!
//! The first lacks a conjugate and all elements off the diagonal, the second is a heuristic. The original
//! keeps `|g_i²|` above 1e-3 and the result within ±1000; with `|v_i| ≤ 3` the first never acts (`|g_i²|` is
//! at least 0.019), nor does the second for a mean loss, so neither is here.

use crate::ops::resolvent::{Complex, Form, Resolvent, Tridiagonal};
use serde::{Deserialize, Serialize};

/// How the gradient at the potential is computed.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PotentialGradient {
    /// The gradient itself.
    #[default]
    Exact,
    /// The original's blend of two terms of the diagonal.
    Blended {
        /// Share of the term with the inverse square; 0.5 in the original.
        share: f32,
    },
}

/// Work space for one sequence after another.
#[derive(Debug)]
pub struct Features {
    form: Form,
    gradient: PotentialGradient,
    resolvent: Resolvent,
    diagonal: Vec<Complex>,
    links: Vec<f64>,
    upper: Vec<Complex>,
    slope: Vec<f64>,
}

impl Features {
    /// Work space for this form and this way back.
    pub fn new(form: Form, gradient: PotentialGradient) -> Self {
        Self {
            form,
            gradient,
            resolvent: Resolvent::default(),
            diagonal: Vec::new(),
            links: Vec::new(),
            upper: Vec::new(),
            slope: Vec::new(),
        }
    }

    /// Writes real and imaginary part for every place of the sequence with this potential.
    pub fn forward(&mut self, out: &mut [f32], potential: &[f32]) {
        self.hold(potential);
        let matrix = Tridiagonal { a: &self.diagonal, b: &self.links, c: &self.links };
        for (out, g) in out.chunks_exact_mut(2).zip(self.resolvent.solve(self.form, matrix)) {
            out.copy_from_slice(&[g.re as f32, g.im as f32]);
        }
    }

    /// Writes the gradient at the potential of the sequence, from that at its features.
    pub fn backward(&mut self, out: &mut [f32], potential: &[f32], upper: &[f32]) {
        self.hold(potential);
        self.upper.clear();
        self.upper.extend(upper.chunks_exact(2).map(|g| Complex::new(g[0].into(), g[1].into())));
        self.slope.resize(potential.len(), 0.0);
        let matrix = Tridiagonal { a: &self.diagonal, b: &self.links, c: &self.links };
        let elements = self.resolvent.solve(self.form, matrix);
        if let PotentialGradient::Blended { share } = self.gradient {
            for ((slope, upper), g) in self.slope.iter_mut().zip(&self.upper).zip(elements) {
                let (square, share) = (g * g, f64::from(share));
                *slope = -(1.0 - share) * (upper * square).re - share * (upper / square).re;
            }
        } else {
            self.resolvent.gradient(self.form, matrix, &self.upper, &mut self.slope);
        }
        out.iter_mut().zip(&self.slope).for_each(|(out, &slope)| *out = slope as f32);
    }

    /// Makes H - i.
    fn hold(&mut self, potential: &[f32]) {
        self.diagonal.clear();
        self.diagonal.extend(potential.iter().map(|&v| Complex::new(f64::from(v) - 2.0, -1.0)));
        self.links.resize(potential.len() - 1, 1.0);
    }
}
