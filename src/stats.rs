//! Statistics of small samples: means with Student's intervals, t tests, correlations, tail probabilities.
//!
//! ```text
//! Pearson   r = Σ (a - ā)(b - b̄) / √(Σ (a - ā)² Σ (b - b̄)²)        Spearman: Pearson's r of the ranks
//! ```

use serde::{Deserialize, Serialize};
use statrs::distribution::{ChiSquared, ContinuousCDF, FisherSnedecor, StudentsT};
use statrs::function::erf::erf;
use std::fmt;

/// The confidence level of every interval.
pub const LEVEL: f64 = 0.95;

/// A sample mean with its standard deviation and 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mean {
    /// The sample mean.
    pub mean: f64,
    /// Standard deviation of the sample, with n - 1.
    pub sd: f64,
    /// Lower end of the 95 % interval for the mean.
    pub low: f64,
    /// Upper end of the 95 % interval for the mean.
    pub high: f64,
    /// Sample size.
    pub n: usize,
}

/// The mean of a sample, with Student's 95 % interval: `mean ± t(0.975, n - 1) · sd / √n`.
///
/// With a single value `sd` is 0 and the interval unbounded: one seed bounds nothing.
///
/// ```
/// let m = lawbook::stats::mean(&[1.0, 2.0, 3.0]);
/// // t(0.975, 2) = 4.30265 (any table of Student's distribution); sd = 1
/// assert!((m.high - (2.0 + 4.30265 / 3f64.sqrt())).abs() < 1e-4);
/// ```
///
/// # Panics
/// On an empty sample.
pub fn mean(sample: &[f64]) -> Mean {
    assert!(!sample.is_empty(), "an empty sample has no mean");
    let n = sample.len();
    let mean = sample.iter().sum::<f64>() / n as f64;
    let squares: f64 = sample.iter().map(|x| (x - mean).powi(2)).sum();
    if n == 1 {
        return Mean { mean, sd: 0.0, low: f64::NEG_INFINITY, high: f64::INFINITY, n };
    }
    let sd = (squares / (n - 1) as f64).sqrt();
    let half = t_quantile(LEVEL, n - 1) * sd / (n as f64).sqrt();
    Mean { mean, sd, low: mean - half, high: mean + half, n }
}

/// "0.372 [0.361, 0.383], n = 10".
impl fmt::Display for Mean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(3);
        write!(f, "{:.digits$} [{:.digits$}, {:.digits$}], n = {}", self.mean, self.low, self.high, self.n)
    }
}

impl Mean {
    /// Two-sided p-value of "the true mean is 0" by Student's t test; 1 for a single value.
    pub fn p_zero(&self) -> f64 {
        if self.n < 2 {
            return 1.0;
        }
        if self.sd == 0.0 {
            return if self.mean == 0.0 { 1.0 } else { 0.0 };
        }
        let t = self.mean / (self.sd / (self.n as f64).sqrt());
        let student = student(self.n - 1);
        2.0 * student.cdf(-t.abs())
    }

    /// The 95 % prediction interval of one more value: `mean ± t(0.975, n - 1) · sd · √(1 + 1/n)`.
    ///
    /// ```
    /// let [low, high] = lawbook::stats::mean(&[1.0, 2.0, 3.0]).prediction();
    /// // t(0.975, 2) = 4.30265 and sd = 1, as above
    /// assert!((high - low - 2.0 * 4.30265 * (4.0 / 3f64).sqrt()).abs() < 1e-4);
    /// ```
    pub fn prediction(&self) -> [f64; 2] {
        if self.n < 2 {
            return [f64::NEG_INFINITY, f64::INFINITY];
        }
        let half = t_quantile(LEVEL, self.n - 1) * self.sd * (1.0 + 1.0 / self.n as f64).sqrt();
        [self.mean - half, self.mean + half]
    }

    /// The detectable effect: the smallest true mean that a test at 5 % finds with a power of about 80 %.
    pub fn detectable(&self) -> f64 {
        if self.n < 2 {
            return f64::INFINITY;
        }
        let student = student(self.n - 1);
        (t_quantile(LEVEL, self.n - 1) + student.inverse_cdf(0.8)) * self.sd / (self.n as f64).sqrt()
    }
}

/// The mean of `a` less that of `b`, two independent samples of one spread, with Student's 95 % interval:
/// `± t(0.975, n_a + n_b - 2) · s · √(1/n_a + 1/n_b)`, s² the pooled variance. Unbounded for two single
/// values.
///
/// ```
/// let (difference, [low, high]) = lawbook::stats::difference(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]);
/// // t(0.975, 4) = 2.77645 (any table of Student's distribution); pooled variance (1 + 4) / 2
/// assert_eq!(difference, -2.0);
/// assert!((high - low - 2.0 * 2.77645 * (2.5 * 2.0 / 3.0f64).sqrt()).abs() < 1e-4);
/// ```
///
/// # Panics
/// On an empty sample.
pub fn difference(a: &[f64], b: &[f64]) -> (f64, [f64; 2]) {
    let (one, other) = (mean(a), mean(b));
    let difference = one.mean - other.mean;
    let freedom = a.len() + b.len() - 2;
    if freedom == 0 {
        return (difference, [f64::NEG_INFINITY, f64::INFINITY]);
    }
    let squares = |m: &Mean| m.sd * m.sd * (m.n - 1) as f64;
    let variance = (squares(&one) + squares(&other)) / freedom as f64;
    let error = (variance * (1.0 / one.n as f64 + 1.0 / other.n as f64)).sqrt();
    let half = t_quantile(LEVEL, freedom) * error;
    (difference, [difference - half, difference + half])
}

/// The cosine of the angle between two vectors, `Σ ab / √(Σ a² Σ b²)`: the correlation of values about known
/// means of 0. None where one of them is 0 throughout.
pub fn cosine(a: &[f64], b: &[f64]) -> Option<f64> {
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let size = (product(a, a) * product(b, b)).sqrt();
    (size > 0.0).then(|| product(a, b) / size)
}

/// Pearson's correlation; none where one side never moves.
///
/// ```
/// let r = lawbook::stats::correlation(&[1.0, 2.0, 3.0], &[1.0, 3.0, 2.0]).unwrap();
/// assert!((r - 0.5).abs() < 1e-15);
/// ```
pub fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    cosine(&deviations(a), &deviations(b))
}

/// Spearman's rank correlation; none where one side never moves.
pub fn rank_correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    correlation(&ranks(a), &ranks(b))
}

/// Ranks from 1 on; equal values share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let below = |v: f64| values.iter().filter(|&&w| w < v).count() as f64;
    let equal = |v: f64| values.iter().filter(|&&w| w == v).count() as f64;
    values.iter().map(|&v| below(v) + (equal(v) + 1.0) / 2.0).collect()
}

/// Slope of the straight line of least squares, `Σ (x - x̄)(y - ȳ) / Σ (x - x̄)²`; NaN where all x are equal.
/// [`fit::line`](crate::fit::line) has its standard error too.
pub fn slope(x: &[f64], y: &[f64]) -> f64 {
    let (x, y) = (deviations(x), deviations(y));
    let along: f64 = x.iter().zip(&y).map(|(x, y)| x * y).sum();
    let spread: f64 = x.iter().map(|x| x.powi(2)).sum();
    along / spread
}

/// What each value is above the mean.
fn deviations(values: &[f64]) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|v| v - mean).collect()
}

/// The half-width of a central interval of Student's t: `t(0.975, freedom)` for level 0.95.
pub fn t_quantile(level: f64, freedom: usize) -> f64 {
    student(freedom).inverse_cdf(0.5 + level / 2.0)
}

/// The upper tail of Fisher's F distribution: its chance to exceed `f`.
pub fn f_tail(f: f64, above: usize, below: usize) -> f64 {
    let fisher = FisherSnedecor::new(above.max(1) as f64, below.max(1) as f64)
        .expect("degrees of freedom above 0 are valid");
    fisher.sf(f.max(0.0))
}

/// The upper tail of the chi-square distribution: its chance to exceed `value`.
pub fn chi_square_tail(value: f64, freedom: usize) -> f64 {
    ChiSquared::new(freedom.max(1) as f64).expect("a degree of freedom above 0 is valid").sf(value.max(0.0))
}

/// The chance of a standard normal variable to lie within ±`reach`.
pub fn normal_within(reach: f64) -> f64 {
    erf(reach / std::f64::consts::SQRT_2)
}

/// Standard error of a difference of two independent shares of `n` trials each.
pub fn binomial_difference_error(share_a: f64, share_b: f64, n: usize) -> f64 {
    ((share_a * (1.0 - share_a) + share_b * (1.0 - share_b)) / n as f64).sqrt()
}

fn student(freedom: usize) -> StudentsT {
    StudentsT::new(0.0, 1.0, freedom.max(1) as f64)
        .expect("location 0, scale 1 and a degree of freedom are valid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn student_quantiles_agree_with_the_printed_table() {
        // Two-sided 95 %, any table of Student's t.
        for (freedom, t) in [(1, 12.7062), (4, 2.7764), (9, 2.2622), (30, 2.0423)] {
            assert!((t_quantile(0.95, freedom) - t).abs() < 1e-4, "{freedom}");
        }
    }

    #[test]
    fn tails_agree_with_the_printed_tables() {
        // 5 % points: F(2, 10) = 4.1028, chi-square(3) = 7.8147; a normal lies within 1.96 with 95 %.
        assert!((f_tail(4.1028, 2, 10) - 0.05).abs() < 1e-5);
        assert!((chi_square_tail(7.8147, 3) - 0.05).abs() < 1e-5);
        assert!((normal_within(1.959964) - 0.95).abs() < 1e-7);
    }

    #[test]
    fn gossets_sleep_data_give_his_p_value() {
        // Student 1908, extra hours of sleep, paired differences; p = 0.002833 (R's t.test(sleep, paired)).
        let extra = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];
        assert!((mean(&extra).p_zero() - 0.002833).abs() < 1e-6);
    }

    #[test]
    fn rank_correlation_is_spearmans() {
        // Worked example of Spearman's rho with IQ and hours of television (Wikipedia): -29/165.
        let iq = [106.0, 100.0, 86.0, 101.0, 99.0, 103.0, 97.0, 113.0, 112.0, 110.0];
        let hours = [7.0, 27.0, 2.0, 50.0, 28.0, 29.0, 20.0, 12.0, 6.0, 17.0];
        let rho = rank_correlation(&iq, &hours).unwrap();
        assert!((rho + 29.0 / 165.0).abs() < 1e-12, "{rho}");
        assert_eq!(ranks(&[3.0, 1.0, 3.0]), [2.5, 1.0, 2.5]);
        assert_eq!(rank_correlation(&[1.0; 6], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), None);
    }

    #[test]
    fn a_line_has_its_own_slope_and_correlation_one() {
        let x = [1.0, 2.0, 4.0];
        assert!((slope(&x, &x.map(|x| 3.0 - 2.0 * x)) + 2.0).abs() < 1e-15);
        assert!((correlation(&x, &x.map(|x| 3.0 - 2.0 * x)).unwrap() + 1.0).abs() < 1e-15);
        assert!(slope(&[2.0, 2.0], &[1.0, 3.0]).is_nan());
    }

    #[test]
    fn one_value_bounds_nothing() {
        let one = mean(&[3.0]);
        assert_eq!((one.low, one.high, one.p_zero()), (f64::NEG_INFINITY, f64::INFINITY, 1.0));
    }

    #[test]
    fn original_003s_overfitting_threshold_is_within_binomial_noise() {
        // SPEC 003: 2.15 % against 2.00 % on 10 000 images differ by 0.15 ± 0.20 points.
        assert!((100.0 * binomial_difference_error(0.0215, 0.02, 10_000) - 0.20).abs() < 0.005);
    }
}
