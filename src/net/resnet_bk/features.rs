//! From the potential along a sequence to two numbers at every place, and the gradient of that.
//!
//! ```text
//! H = chain of N places, links 1, diagonal -2 + v_i          g = diag((H - i)^-1)  →  (Re g_i, Im g_i)
//! ```
//!
//! Holds always: `|g_i| ≤ 1` and `0 < Im g_i ≤ 1`, in both forms.

use crate::ops::resolvent::{Complex, Form, Resolvent, Tridiagonal};

/// Work space for one sequence after another.
#[derive(Debug)]
pub struct Features {
    form: Form,
    resolvent: Resolvent,
    diagonal: Vec<Complex>,
    links: Vec<f64>,
    upper: Vec<Complex>,
    slope: Vec<f64>,
}

impl Features {
    /// Work space for this form.
    pub fn new(form: Form) -> Self {
        Self {
            form,
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
        self.resolvent.solve(self.form, matrix);
        self.resolvent.gradient(self.form, matrix, &self.upper, &mut self.slope);
        out.iter_mut().zip(&self.slope).for_each(|(out, &slope)| *out = slope as f32);
    }

    /// Makes H - i.
    fn hold(&mut self, potential: &[f32]) {
        self.diagonal.clear();
        self.diagonal.extend(potential.iter().map(|&v| Complex::new(f64::from(v) - 2.0, -1.0)));
        self.links.resize(potential.len() - 1, 1.0);
    }
}
