//! The diagonal of the inverse of a tridiagonal matrix, and its exact gradient, in O(N).
//!
//! For `A` with diagonal `a`, `b` above it and `c` below it, two continued fractions run inwards from
//! the ends and meet at every place:
//!
//! ```text
//! L_0 = a_0          L_i = a_i - b_{i-1} c_{i-1} / L_{i-1}        (θ_{i+1} / θ_i of the usual recursion)
//! R_{N-1} = a_{N-1}  R_i = a_i - b_i c_i / R_{i+1}                (φ_{i-1} / φ_i)
//! G_ii = 1 / (a_i - b_{i-1} c_{i-1} / L_{i-1} - b_i c_i / R_{i+1})
//! ```
//!
//! Nothing grows with N, so nothing overflows however long the chain is, while the determinants θ and φ
//! do. The causal form keeps only what comes from the left, `1 / L_i`: the last diagonal element of the
//! inverse of the first `i + 1` rows and columns, the *left Green's function*. Place `i` then depends on
//! `a_j` with `j ≤ i` alone.
//!
//! A slip worth knowing: with `b_i c_i` for `b_{i+1} c_{i+1}` in the recursion of φ, all is well as
//! long as every off-diagonal is the same, and only then. A test here shows by how much it fails.
//!
//! With `h_i` the conjugate of the gradient at `g_i` (`dLoss = Re Σ h_i dg_i`), and because
//! `dG_ii / da_j = -G_ij G_ji`:
//!
//! ```text
//! dLoss / da_j = -Σ_i h_i G_ij G_ji = -G_jj² (h_j + P_j + Q_j)
//! P_j = b_{j-1} c_{j-1} / L_{j-1}² · (h_{j-1} + P_{j-1})    Q_j = b_j c_j / R_{j+1}² · (h_{j+1} + Q_{j+1})
//! ```
//!
//! Safe for every matrix with `b_i c_i ≥ 0` and all `Im a_i < 0` (a real symmetric matrix minus `i`):
//! then `|L_i|` and `|R_i|` are never below the smallest `|Im a_i|`. Other matrices work unless a
//! leading or trailing minor vanishes.

use serde::{Deserialize, Serialize};

/// A complex number of two `f64`.
pub type Complex = num_complex::Complex<f64>;

/// Which elements are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// The diagonal of the inverse: every place sees the whole chain, what comes later included.
    Bidirectional,
    /// The left Green's function: a place sees itself and what came before.
    Causal,
}

/// A tridiagonal matrix.
#[derive(Debug, Clone, Copy)]
pub struct Tridiagonal<'a> {
    /// The diagonal, N numbers.
    pub a: &'a [Complex],
    /// Above the diagonal, N - 1 numbers: `b[i]` stands in row i, column i + 1.
    pub b: &'a [f64],
    /// Below the diagonal, N - 1 numbers: `c[i]` stands in row i + 1, column i.
    pub c: &'a [f64],
}

/// Work space that remembers the last matrix solved.
#[derive(Debug, Default)]
pub struct Resolvent {
    /// 1 / L and 1 / R.
    left: Vec<Complex>,
    right: Vec<Complex>,
    elements: Vec<Complex>,
}

impl Resolvent {
    /// The elements of the inverse of `matrix` that `form` asks for, one a row.
    pub fn solve(&mut self, form: Form, matrix: Tridiagonal) -> &[Complex] {
        let Tridiagonal { a, b, c } = matrix;
        let n = a.len();
        assert!(b.len() + 1 == n && c.len() + 1 == n, "a chain of {n} has {} links", n.saturating_sub(1));
        self.left.resize(n, Complex::ZERO);
        self.left[0] = a[0].inv();
        for i in 1..n {
            self.left[i] = (a[i] - self.left[i - 1] * (b[i - 1] * c[i - 1])).inv();
        }
        if form == Form::Causal {
            return &self.left;
        }
        self.right.resize(n, Complex::ZERO);
        self.right[n - 1] = a[n - 1].inv();
        for i in (0..n - 1).rev() {
            self.right[i] = (a[i] - self.right[i + 1] * (b[i] * c[i])).inv();
        }
        self.elements.clear();
        for i in 0..n {
            let mut inverse = a[i];
            if i > 0 {
                inverse -= self.left[i - 1] * (b[i - 1] * c[i - 1]);
            }
            if i + 1 < n {
                inverse -= self.right[i + 1] * (b[i] * c[i]);
            }
            self.elements.push(inverse.inv());
        }
        &self.elements
    }

    /// Writes `dLoss / d Re a_j` of the matrix last solved, which must be this one, in this form.
    ///
    /// `upper[i]` is `dLoss / d Re g_i + i dLoss / d Im g_i`.
    pub fn gradient(&self, form: Form, matrix: Tridiagonal, upper: &[Complex], out: &mut [f64]) {
        let Tridiagonal { b, c, .. } = matrix;
        let n = upper.len();
        match form {
            Form::Causal => {
                let mut behind = Complex::ZERO;
                for j in (0..n).rev() {
                    let at = -(self.left[j] * self.left[j]) * (upper[j].conj() + behind);
                    out[j] = at.re;
                    if j > 0 {
                        behind = -at * (b[j - 1] * c[j - 1]);
                    }
                }
            }
            Form::Bidirectional => {
                let diagonal = |j: usize| self.elements[j] * self.elements[j];
                let mut before = Complex::ZERO;
                for j in 0..n {
                    out[j] = -(diagonal(j) * (upper[j].conj() + before)).re;
                    if j + 1 < n {
                        before = self.left[j] * self.left[j] * (b[j] * c[j]) * (upper[j].conj() + before);
                    }
                }
                let mut behind = Complex::ZERO;
                for j in (0..n).rev() {
                    out[j] -= (diagonal(j) * behind).re;
                    if j > 0 {
                        behind = self.right[j]
                            * self.right[j]
                            * (b[j - 1] * c[j - 1])
                            * (upper[j].conj() + behind);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream;
    use rand::RngExt;

    /// A chain with random diagonal minus i, and off-diagonals with b c ≥ 0 but b ≠ c.
    struct Chain {
        a: Vec<Complex>,
        b: Vec<f64>,
        c: Vec<f64>,
    }

    impl Chain {
        fn random(n: usize, seed: u64) -> Self {
            let mut random = stream(seed, "chain", n as u64);
            let mut uniform = |low: f64, high: f64| low + (high - low) * random.random::<f64>();
            let a = (0..n).map(|_| Complex::new(uniform(-5.0, 1.0), -1.0)).collect();
            let b: Vec<f64> = (1..n).map(|_| uniform(-1.5, 1.5)).collect();
            let c = b.iter().map(|b| b * uniform(0.5, 1.5)).collect();
            Self { a, b, c }
        }

        fn free(n: usize) -> Self {
            Self { a: vec![Complex::new(-2.0, -1.0); n], b: vec![1.0; n - 1], c: vec![1.0; n - 1] }
        }

        fn matrix(&self) -> Tridiagonal<'_> {
            Tridiagonal { a: &self.a, b: &self.b, c: &self.c }
        }

        fn solve(&self, form: Form) -> Vec<Complex> {
            solved(form, self.matrix())
        }

        /// The inverse of the first `n` rows and columns, by Gauss and Jordan with pivoting.
        fn inverse(&self, n: usize) -> Vec<Vec<Complex>> {
            let mut m = vec![vec![Complex::ZERO; 2 * n]; n];
            for i in 0..n {
                (m[i][i], m[i][n + i]) = (self.a[i], Complex::ONE);
                if i + 1 < n {
                    (m[i][i + 1], m[i + 1][i]) = (self.b[i].into(), self.c[i].into());
                }
            }
            for k in 0..n {
                let pivot =
                    (k..n).max_by(|&i, &j| m[i][k].norm_sqr().total_cmp(&m[j][k].norm_sqr())).unwrap();
                m.swap(k, pivot);
                let top: Vec<Complex> = m[k].iter().map(|x| x / m[k][k]).collect();
                for (i, row) in m.iter_mut().enumerate() {
                    let factor = if i == k { Complex::ZERO } else { row[k] };
                    row.iter_mut().zip(&top).for_each(|(x, t)| *x -= factor * t);
                }
                m[k] = top;
            }
            m.into_iter().map(|row| row[n..].to_vec()).collect()
        }
    }

    fn solved(form: Form, matrix: Tridiagonal) -> Vec<Complex> {
        Resolvent::default().solve(form, matrix).to_vec()
    }

    fn distance(x: Complex, y: Complex) -> f64 {
        (x - y).norm_sqr().sqrt()
    }

    #[test]
    fn both_forms_agree_with_a_dense_inverse_for_random_off_diagonals() {
        for n in [1, 2, 3, 10, 40] {
            let chain = Chain::random(n, 1);
            let dense = chain.inverse(n);
            for (i, g) in chain.solve(Form::Bidirectional).into_iter().enumerate() {
                assert!(distance(g, dense[i][i]) < 1e-12, "{n}, {i}: {g} against {}", dense[i][i]);
            }
            for (i, g) in chain.solve(Form::Causal).into_iter().enumerate() {
                let expected = chain.inverse(i + 1)[i][i];
                assert!(distance(g, expected) < 1e-12, "{n}, {i}: {g} against {expected}");
            }
        }
    }

    #[test]
    fn the_free_chain_of_128_has_its_known_elements() {
        let g = Chain::free(128).solve(Form::Bidirectional);
        assert!(distance(g[0], Complex::new(-0.37518947, 0.30024259)) < 1e-8, "{}", g[0]);
        assert!(distance(g[63], Complex::new(-0.30307763, 0.38817467)) < 1e-8, "{}", g[63]);
        // An endless chain of links 1: G = 1 / ((a² - 4)^½) with a = -2 - i, of the branch Im G > 0.
        let a = Complex::new(-2.0, -1.0);
        let square = (a * a - 4.0).inv();
        assert!(distance(g[63] * g[63], square) < 1e-12, "{}", g[63]);
    }

    #[test]
    fn elements_of_a_real_symmetric_chain_stay_within_their_bounds_however_long_it_is() {
        let mut chain = Chain::random(100_000, 2);
        chain.c = chain.b.clone();
        for form in [Form::Bidirectional, Form::Causal] {
            for g in chain.solve(form) {
                assert!(g.norm_sqr() <= 1.0 + 1e-12 && g.im > 0.0 && g.im <= 1.0 + 1e-12, "{form:?}: {g}");
            }
        }
    }

    #[test]
    fn the_shifted_recursion_is_wrong_as_soon_as_off_diagonals_differ() {
        // θ and φ as determinants; `shift` 1 is right, 0 the slip of original 004.
        let worst = |chain: &Chain, shift: usize| {
            let n = chain.a.len();
            let link = |i: usize| chain.b[i] * chain.c[i];
            let (mut theta, mut phi) = (vec![Complex::ONE; n + 1], vec![Complex::ONE; n]);
            theta[1] = chain.a[0];
            for i in 1..n {
                theta[i + 1] = chain.a[i] * theta[i] - theta[i - 1] * link(i - 1);
            }
            phi[n - 2] = chain.a[n - 1];
            for i in (0..n - 2).rev() {
                phi[i] = chain.a[i + 1] * phi[i + 1] - phi[i + 2] * link(i + shift);
            }
            let right = chain.solve(Form::Bidirectional);
            (0..n).map(|i| distance(theta[i] * phi[i] / theta[n], right[i])).fold(0.0, f64::max)
        };
        let (random, free) = (Chain::random(40, 3), Chain::free(40));
        assert!(worst(&random, 1) < 1e-12 && worst(&free, 1) < 1e-12 && worst(&free, 0) < 1e-12);
        assert!((0.1..4.0).contains(&worst(&random, 0)), "{}", worst(&random, 0));
    }

    #[test]
    fn the_gradient_is_exact() {
        for n in [1, 2, 30] {
            let chain = Chain::random(n, 4);
            let mut random = stream(5, "upper", 0);
            let mut number = || 2.0 * random.random::<f64>() - 1.0;
            let upper: Vec<Complex> = (0..n).map(|_| Complex::new(number(), number())).collect();
            for form in [Form::Bidirectional, Form::Causal] {
                let mut resolvent = Resolvent::default();
                resolvent.solve(form, chain.matrix());
                let mut found = vec![0.0; n];
                resolvent.gradient(form, chain.matrix(), &upper, &mut found);
                for (j, &found) in found.iter().enumerate() {
                    let product = |i: usize| {
                        let size = if form == Form::Causal { i + 1 } else { n };
                        let dense = chain.inverse(size);
                        if j < size { dense[i][j] * dense[j][i] } else { Complex::ZERO }
                    };
                    let dense = -(0..n).map(|i| (upper[i].conj() * product(i)).re).sum::<f64>();
                    assert!((found - dense).abs() < 1e-12, "{form:?}, {j} of {n}: {found} against {dense}");
                    let loss = |step: f64| {
                        let mut a = chain.a.clone();
                        a[j] += step;
                        let moved = Tridiagonal { a: &a, ..chain.matrix() };
                        let g = solved(form, moved);
                        g.iter().zip(&upper).map(|(g, h)| (h.conj() * g).re).sum::<f64>()
                    };
                    let slope = (loss(1e-5) - loss(-1e-5)) / 2e-5;
                    assert!((found - slope).abs() < 1e-7, "{form:?}, {j} of {n}: {found} against {slope}");
                }
            }
        }
    }
}
