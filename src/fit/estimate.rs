//! Fitting a law: admission, search, noise, intervals, and what may be said in words.

use crate::error::{Error, Result};
use crate::fit::admission;
use crate::fit::bootstrap;
use crate::fit::descent::{self, FINE};
use crate::fit::fitted::{Fit, Interval, Parameter, Termination};
use crate::fit::intervals;
use crate::fit::law::Law;
use crate::fit::line;
use crate::fit::noise::{self, Noise};
use crate::fit::optimum::{End, Optimum};
use crate::fit::points::Points;
use crate::fit::problem::Problem;
use crate::fit::search;
use crate::fit::space::Space;
use crate::fit::verdict;

/// A profile may meet a better minimum on the way; the search goes on from there, at most so often.
const MOST_BETTER: usize = 5;

/// Residuals of this size, in ln y or relative to y, are rounding.
const ROUNDING: f64 = 1e-10;

impl Law {
    /// Fits the law to points, with profile intervals.
    ///
    /// ```
    /// use lawbook::fit::{law::Law, points::Points, space::Space};
    /// let x = [50.0, 100.0, 200.0, 400.0, 800.0, 1600.0];
    /// let y = x.map(|x: f64| 0.05 + 3.0 * x.powf(-0.7));
    /// let fit = Law::Floor.fit(&Points::curve(&x, &y).unwrap(), Space::Log).unwrap();
    /// assert!((fit["E"].value - 0.05).abs() < 1e-9 && (fit["alpha"].value - 0.7).abs() < 1e-9);
    /// ```
    ///
    /// # Errors
    /// [`Error::Failed`] with fewer points than parameters, too few different x, a curve's points for a
    /// surface or a surface's for a curve, and where y rises under a law that falls.
    pub fn fit(&self, points: &Points, space: Space) -> Result<Fit> {
        self.fit_with(points, space, Interval::Profile)
    }

    /// Fits the law to points, with intervals of the asked kind.
    ///
    /// # Errors
    /// As [`Law::fit`] and [`bootstrap::draws`]; Student's intervals with anything but the power law in ln y
    /// and points without weights and cells.
    pub fn fit_with(&self, points: &Points, space: Space, interval: Interval) -> Result<Fit> {
        admission::check(*self, points, space)?;
        let problem = Problem::new(*self, points, space);
        if interval == Interval::Student {
            return in_closed_form(&problem, points);
        }
        let (best, starts) = search::search(&problem);
        if !best.objective.is_finite() {
            return Err(Error::Failed(format!("no start of the search led to a finite {space} of {self}")));
        }
        let found = settle(&problem, points, best, interval);
        let mut fit = report(&problem, points, &found, interval);
        fit.starts = starts;
        if !matches!(interval, Interval::Profile) && !found.is_exact {
            take_bootstrap_ends(&mut fit, &problem, points)?;
        }
        speak(&mut fit, points, found.noise.pinned);
        Ok(fit)
    }
}

/// A minimum with everything that is known about it.
struct Found {
    best: Optimum,
    /// Whether the law passes through every point, but for rounding.
    is_exact: bool,
    noise: Noise,
    /// The fitted parameters in their own units, with what is known of their intervals.
    params: Vec<Parameter>,
}

/// Noise and profile intervals of the best minimum, which may be a better one than the search found.
fn settle(problem: &Problem, points: &Points, best: Optimum, interval: Interval) -> Found {
    let (n, p) = (points.n(), problem.p());
    let mut best = Optimum { theta: problem.formula.in_order(best.theta), ..best };
    let mut tries = 0;
    let (ends, noise, is_exact) = loop {
        let noise = Noise::about(problem, &best.theta, points);
        let is_exact = is_exact(problem, &best.theta);
        if interval != Interval::Profile || n == p || is_exact {
            break (None, noise, is_exact);
        }
        match intervals::by_profile(problem, &best, &noise) {
            Ok(ends) => break (Some(ends), noise, is_exact),
            Err(better) if tries < MOST_BETTER => {
                tries += 1;
                let lower = descent::descend(problem, &better, None, FINE);
                if lower.objective < best.objective {
                    best = Optimum { theta: problem.formula.in_order(lower.theta), ..lower };
                }
            }
            Err(_) => break (None, noise, is_exact),
        }
    };
    let values = problem.coordinates.values(&problem.coordinates.plain(&best.theta));
    let table = &problem.coordinates.params;
    let open = |k: usize| {
        if is_exact && n > p { [values[k]; 2] } else { [table[k].natural_low(), f64::INFINITY] }
    };
    let ends = ends.unwrap_or_else(|| (0..p).map(open).collect());
    let params = table.iter().zip(values).zip(ends);
    let params =
        params.map(|((param, value), [low, high])| Parameter { name: param.name.clone(), value, low, high });
    let params = params.collect();
    Found { best, is_exact, noise, params }
}

/// The power law by least squares in ln y: a straight line, with Student's intervals.
fn in_closed_form(problem: &Problem, points: &Points) -> Result<Fit> {
    let plain_points = points.weights.iter().all(|w| *w == 1.0) && points.n_groups() == points.n();
    if problem.law != Law::Power || problem.space != Space::Log || !plain_points {
        return Err(Error::Failed(format!(
            "Student's intervals are those of a power law by least squares in ln y, of points without weights or cells; this is {} by {}",
            problem.law, problem.space
        )));
    }
    let logs = |values: &[f64]| values.iter().map(|v| v.ln()).collect::<Vec<f64>>();
    let line = line::fit(&logs(&points.x), &logs(&points.y))?;
    let theta = problem.coordinates.centred(&[line.intercept, -line.slope]);
    let objective = problem.space.sum(&problem.residuals(&theta), &problem.points.weights);
    let ([low, high], amplitude) = (line.slope_interval(), line.band_at(0.0).map(f64::exp));
    let param =
        |name: &str, value: f64, [low, high]: [f64; 2]| Parameter { name: name.to_owned(), value, low, high };
    let found = Found {
        is_exact: false,
        noise: Noise::about(problem, &theta, points),
        best: Optimum { theta, objective, end: End::Gradient },
        params: vec![param("A", line.intercept.exp(), amplitude), param("alpha", -line.slope, [-high, -low])],
    };
    let mut fit = report(problem, points, &found, Interval::Student);
    fit.stop = Termination::ClosedForm;
    speak(&mut fit, points, 0);
    Ok(fit)
}

/// The numbers of a fit; words, and ends by bootstrap, are still to come.
fn report(problem: &Problem, points: &Points, found: &Found, interval: Interval) -> Fit {
    let (n, p) = (points.n(), problem.p());
    let Found { best, noise, .. } = found;
    let ln_values = problem.values(&best.theta).into_iter().map(f64::ln);
    let squares: f64 = ln_values.zip(&problem.points.ln_y).map(|(f, y)| (f - y).powi(2)).sum();
    let log_likelihood = noise::log_likelihood(problem, best.objective);
    // Least squares are reported as Σ w r², without the half.
    let factor = if problem.space.is_squares() { 2.0 } else { 1.0 };
    let scale = problem.scale_of_plain();
    let covariance = if points.n_groups() < n { &noise.by_cell } else { &noise.covariance };
    let bound = problem.at_bound(&best.theta);
    Fit {
        law: problem.law,
        space: problem.space,
        n,
        params: found.params.clone(),
        interval,
        objective: best.objective * factor * scale,
        dispersion: if n > p { noise.dispersion * scale } else { f64::INFINITY },
        rmse_log: (squares / n as f64).sqrt(),
        log_likelihood,
        aicc: aicc(n, p, log_likelihood),
        stop: stop(best.end, found.is_exact),
        at_bound: bound.into_iter().map(|k| found.params[k].name.clone()).collect(),
        starts: 0,
        condition_number: noise.condition_number,
        units: noise.units,
        kappa: noise.design_effects(problem),
        covariance: problem.coordinates.plain_covariance(covariance),
        verdict: String::new(),
        warnings: Vec::new(),
    }
}

/// Intervals of all parameters from refits. A refit that ran into its bound says that there is no end on that
/// side.
fn take_bootstrap_ends(fit: &mut Fit, problem: &Problem, points: &Points) -> Result<()> {
    let draws = bootstrap::draws(fit, points, fit.interval)?;
    for (k, parameter) in fit.params.iter_mut().enumerate() {
        [parameter.low, parameter.high] = draws.interval(&parameter.name);
        let [low, high] = problem.ends_of_search(k);
        if parameter.low <= low {
            parameter.low = problem.coordinates.params[k].natural_low();
        }
        if parameter.high >= high {
            parameter.high = f64::INFINITY;
        }
    }
    Ok(())
}

/// Verdict and warnings.
fn speak(fit: &mut Fit, points: &Points, pinned: usize) {
    fit.warnings = verdict::warnings(fit, points, pinned);
    let has_breaks = fit.breaks().next().is_some();
    let unbroken = if has_breaks { unbroken(points, fit.space) } else { f64::INFINITY };
    fit.verdict = verdict::verdict(fit, points, unbroken);
}

/// Why a search stopped, as a reader sees it.
fn stop(end: End, is_exact: bool) -> Termination {
    match end {
        End::Iterations => Termination::Iterations,
        _ if is_exact => Termination::Exact,
        End::Gradient => Termination::Gradient,
        End::Objective => Termination::Objective,
        End::Damping => Termination::Damping,
        End::Vertex => Termination::Vertex,
        End::NoValue => unreachable!("a search without a value ends in an error"),
    }
}

/// Whether the law passes through every point, but for rounding.
fn is_exact(problem: &Problem, theta: &[f64]) -> bool {
    let scale = |y: &f64| if problem.space == Space::Y { *y } else { 1.0 };
    problem.residuals(theta).iter().zip(&problem.points.y).all(|(r, y)| r.abs() <= ROUNDING * scale(y))
}

/// Akaike's criterion for small samples, the noise scale counted as a parameter; infinite where it is not
/// defined.
fn aicc(n: usize, p: usize, log_likelihood: f64) -> f64 {
    let k = (p + 1) as f64;
    let spare = n as f64 - k - 1.0;
    if spare > 0.0 { -2.0 * log_likelihood + 2.0 * k + 2.0 * k * (k + 1.0) / spare } else { f64::INFINITY }
}

/// AICc of the better of the laws without a break, with a floor and without.
fn unbroken(points: &Points, space: Space) -> f64 {
    let of = |law: Law| {
        let problem = Problem::new(law, points, space);
        let (best, _) = search::search(&problem);
        aicc(points.n(), problem.p(), noise::log_likelihood(&problem, best.objective))
    };
    of(Law::Power).min(of(Law::Floor))
}
