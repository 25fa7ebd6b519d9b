//! Fitting a law: checks, search, noise, intervals, and what may be said in words.

use crate::error::{Error, Result};
use crate::fit::bootstrap;
use crate::fit::fitted::{Fit, Interval, Parameter, Stop};
use crate::fit::law::Law;
use crate::fit::monotone;
use crate::fit::noise::{self, Noise};
use crate::fit::points::Points;
use crate::fit::problem::{Problem, distinct};
use crate::fit::profile::{self, Profile};
use crate::fit::search;
use crate::fit::solve;
use crate::fit::space::Space;
use crate::fit::state::{self, Optimum};
use crate::fit::verdict;
use rayon::prelude::*;

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
    /// [`Error::Failed`] with fewer points than parameters, too few different x, a curve's points for a surface or a surface's
    /// for a curve, and where y rises under a law that falls.
    pub fn fit(&self, points: &Points, space: Space) -> Result<Fit> {
        self.fit_with(points, space, Interval::Profile)
    }

    /// Fits the law to points, with intervals of the asked kind.
    ///
    /// # Errors
    /// As [`Law::fit`] and [`bootstrap::draws`].
    pub fn fit_with(&self, points: &Points, space: Space, interval: Interval) -> Result<Fit> {
        check(*self, points, space)?;
        let problem = Problem::new(*self, points, space);
        let (best, starts) = search::search(&problem);
        finish(&problem, points, best, starts, interval)
    }

    /// Fits the law from given starts, in the coordinates of the search.
    pub(crate) fn fit_from(&self, points: &Points, space: Space, starts: StartsOf) -> Result<Fit> {
        check(*self, points, space)?;
        let problem = Problem::new(*self, points, space);
        let starts = starts(&problem);
        let best = search::from(&problem, &starts);
        finish(&problem, points, best, starts.len(), Interval::Profile)
    }
}

/// Makes starts for a problem.
type StartsOf = fn(&Problem) -> Vec<Vec<f64>>;

fn check(law: Law, points: &Points, space: Space) -> Result<()> {
    let fail = |message: String| Err(Error::Failed(message));
    match (law, points.is_surface()) {
        (Law::Surface, false) => {
            return fail(
                "a surface needs parameters and tokens: make its points with Points::runs".to_owned(),
            );
        }
        (Law::Surface, true) | (_, false) => {}
        (_, true) => return fail(format!("{law} is a curve in one variable, and these points have two")),
    }
    match (law, space) {
        (Law::Broken { breaks: 0 }, _) => {
            return fail("a broken power law needs at least one break".to_owned());
        }
        (Law::PowerFixed { alpha } | Law::FloorFixed { alpha }, _)
            if !(alpha.is_finite() && alpha != 0.0) =>
        {
            return fail(format!("the given exponent is {alpha}: it must be a finite number other than 0"));
        }
        (Law::FloorFixed { alpha }, _) if alpha < 0.0 => {
            return fail(format!(
                "the given exponent is {alpha}: above a floor a law falls, with an exponent above 0"
            ));
        }
        (_, Space::Huber { delta }) if !(delta.is_finite() && delta > 0.0) => {
            return fail(format!("Huber's δ is {delta}: it must be a finite number above 0"));
        }
        _ => {}
    }
    let (n, p) = (points.n(), law.p());
    if n < p {
        return fail(format!(
            "{n} points cannot tell the {p} parameters of {law}: it needs at least {p}, and more for intervals"
        ));
    }
    let columns: &[(&str, &[f64], usize)] = match law {
        Law::Surface => {
            &[("numbers of parameters N", &points.x, 3), ("numbers of tokens D", &points.tokens, 3)]
        }
        _ => &[("x", &points.x, p)],
    };
    for (what, values, needed) in columns {
        let different = distinct(values);
        if different == 1 && *needed > 1 {
            return fail(format!(
                "all {n} points have the same {what}, {}: {law} needs at least {needed} different",
                values[0]
            ));
        }
        if different < *needed {
            return fail(format!(
                "the {n} points have only {different} different {what}: {law} needs at least {needed}"
            ));
        }
    }
    match law {
        Law::Broken { .. } | Law::Surface => Ok(()),
        Law::Power | Law::PowerFixed { .. } => monotone::check(points, monotone::slope(points).0 <= 0.0),
        Law::Floor | Law::FloorFixed { .. } | Law::M4 => {
            let (slope, p) = monotone::slope(points);
            if slope > 0.0 && p < 0.05 {
                return fail(format!(
                    "y rises with x (as x^{slope:.3}, p = {p:.2e}), and {law} falls to a floor: fit a power law, or turn the quantity round (an error, not an accuracy)"
                ));
            }
            monotone::check(points, true)
        }
    }
}

/// Noise, intervals and words for the lowest valley.
fn finish(
    problem: &Problem,
    points: &Points,
    best: Optimum,
    starts: usize,
    interval: Interval,
) -> Result<Fit> {
    let (n, p) = (points.n(), problem.p());
    if !best.objective.is_finite() {
        return Err(Error::Failed(format!(
            "no start of the search led to a finite {} of {}",
            problem.space, problem.law
        )));
    }
    let mut best = Optimum { theta: problem.in_order(best.theta), ..best };
    let mut tries = 0;
    let (ends, noise) = loop {
        let noise = Noise::about(problem, &best.theta, &points.groups, points.n_groups());
        if interval != Interval::Profile || n == p || is_exact(problem, &best) {
            break (None, noise);
        }
        match profiles(problem, &best, &noise) {
            Ok(ends) => break (Some(ends), noise),
            Err(better) if tries < 5 => {
                tries += 1;
                let lower = solve::descend(problem, &better, None, solve::POLISH);
                if lower.objective < best.objective {
                    best = Optimum { theta: problem.in_order(lower.theta), ..lower };
                }
            }
            Err(_) => break (None, noise),
        }
    };
    let plain = problem.plain(&best.theta);
    let values = problem.law.named_values(&plain);
    let exact = is_exact(problem, &best);
    let names = problem.law.names();
    let unbounded = |k: usize| [problem.law.natural_low(k), f64::INFINITY];
    let ends = ends.unwrap_or_else(|| {
        (0..p).map(|k| if exact && n > p { [values[k]; 2] } else { unbounded(k) }).collect()
    });
    let params = (0..p)
        .map(|k| Parameter { name: names[k].clone(), value: values[k], low: ends[k][0], high: ends[k][1] })
        .collect();
    let values_at = problem.values(&best.theta);
    let squares: f64 = values_at.iter().zip(&problem.ln_y).map(|(f, y)| (f.ln() - y).powi(2)).sum();
    let log_likelihood = noise::log_likelihood(problem, best.objective);
    let factor = if problem.space.is_squares() { 2.0 } else { 1.0 };
    let units = if problem.space == Space::Y { problem.unit * problem.unit } else { 1.0 };
    let mut fit = Fit {
        law: problem.law,
        space: problem.space,
        n,
        params,
        interval,
        objective: best.objective * factor * units,
        dispersion: if n > p { noise.dispersion * units } else { f64::INFINITY },
        rmse_log: (squares / n as f64).sqrt(),
        log_likelihood,
        aicc: aicc(n, p, log_likelihood),
        stop: stop(problem, &best, &names),
        starts,
        valley: noise.valley,
        units: noise.units,
        kappa: kappa(problem, &noise),
        covariance: plain_covariance(
            problem,
            if points.n_groups() < n { &noise.by_cell } else { &noise.covariance },
        ),
        verdict: String::new(),
        warnings: Vec::new(),
    };
    if interval != Interval::Profile && !exact {
        let draws = bootstrap::draws(&fit, points, interval)?;
        for (k, parameter) in fit.params.iter_mut().enumerate() {
            [parameter.low, parameter.high] = draws.interval(&parameter.name);
            // A refit that ran into its bound says that there is no end on that side.
            let [low, high] = problem.ends_of_search(k);
            if parameter.low <= low {
                parameter.low = problem.law.natural_low(k);
            }
            if parameter.high >= high {
                parameter.high = f64::INFINITY;
            }
        }
    }
    fit.warnings = verdict::warnings(&fit, points, noise.pinned);
    let unbroken =
        if matches!(fit.law, Law::Broken { .. }) { unbroken(points, fit.space) } else { f64::INFINITY };
    fit.verdict = verdict::verdict(&fit, points, unbroken);
    Ok(fit)
}

/// Akaike's criterion for small samples, the noise scale counted as a parameter; infinite where it is not defined.
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

/// Does the law pass through every point, but for rounding?
fn is_exact(problem: &Problem, best: &Optimum) -> bool {
    let residuals = problem.residuals(&best.theta);
    residuals
        .iter()
        .zip(&problem.y)
        .all(|(r, y)| r.abs() <= 1e-10 * if problem.space == Space::Y { *y } else { 1.0 })
}

fn stop(problem: &Problem, best: &Optimum, names: &[String]) -> Stop {
    let bound = problem.at_bound(&best.theta);
    match best.end {
        state::End::Iterations => Stop::Iterations,
        _ if is_exact(problem, best) => Stop::Exact,
        _ if !bound.is_empty() => Stop::Bound(bound.iter().map(|&k| names[k].clone()).collect()),
        state::End::Gradient => Stop::Gradient,
        state::End::Step => Stop::Step,
        state::End::Vertex => Stop::Vertex,
    }
}

/// Profile intervals of all parameters in their own units, or the parameters of a lower valley met on the way.
fn profiles(
    problem: &Problem,
    best: &Optimum,
    noise: &Noise,
) -> std::result::Result<Vec<[f64; 2]>, Vec<f64>> {
    let p = problem.p();
    let plain_theta = problem.plain(&best.theta);
    let plain_problem = problem.to_plain();
    let scale = problem.scale_of_plain();
    let (covariance, kappa) = (plain_covariance(problem, &noise.covariance), kappa(problem, noise));
    let one = |k: usize| {
        let (at, spread) = (k * p + k, kappa[k]);
        let rise = 0.5 * spread * noise.dispersion * noise.f_quantile / best.objective;
        let error = (covariance[at] * spread).sqrt();
        let found = if problem.is_amplitude(k) {
            // Only with centre 0 is the amplitude at x = 1 a coordinate of its own.
            let own =
                Optimum { theta: plain_theta.clone(), objective: best.objective * scale, end: best.end };
            profile::profile(&plain_problem, &own, k, rise, error)
        } else {
            profile::profile(problem, best, k, rise, error / problem.unit_of(k))
        };
        match found {
            Profile::Better(theta) if problem.is_amplitude(k) => Err(problem.centred(&theta)),
            Profile::Better(theta) => Err(theta),
            Profile::Ends(ends) => {
                let own = |v: f64| {
                    let mut theta =
                        if problem.is_amplitude(k) { plain_theta.clone() } else { best.theta.clone() };
                    theta[k] = v;
                    let plain = if problem.is_amplitude(k) { theta } else { problem.plain(&theta) };
                    problem.law.named_values(&plain)[k]
                };
                let low = match ends[0] {
                    profile::End::At(v) => own(v),
                    profile::End::Open => problem.law.natural_low(k),
                };
                let high = match ends[1] {
                    profile::End::At(v) => own(v),
                    profile::End::Open => f64::INFINITY,
                };
                Ok([low, high])
            }
        }
    };
    (0..p).into_par_iter().map(one).collect::<Vec<_>>().into_iter().collect()
}

/// κ of each parameter: its variance from whole cells over that from single points, at least 1.
fn kappa(problem: &Problem, noise: &Noise) -> Vec<f64> {
    let p = problem.p();
    let (by_point, by_cell) =
        (plain_covariance(problem, &noise.covariance), plain_covariance(problem, &noise.by_cell));
    let ratio = |at: usize| if by_point[at] > 0.0 { (by_cell[at] / by_point[at]).max(1.0) } else { 1.0 };
    (0..p).map(|k| ratio(k * p + k)).collect()
}

/// A covariance carried from the coordinates of the search to the plain ones.
fn plain_covariance(problem: &Problem, covariance: &[f64]) -> Vec<f64> {
    let p = problem.p();
    let transposed = |m: &[f64]| -> Vec<f64> { (0..p * p).map(|at| m[at % p * p + at / p]).collect() };
    let carried = |m: &[f64]| -> Vec<f64> {
        m.chunks_exact(p).flat_map(|row| problem.plain_matrix_times(row)).collect()
    };
    carried(&transposed(&carried(covariance)))
}
