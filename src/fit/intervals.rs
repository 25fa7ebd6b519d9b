//! Profile intervals of all parameters in their own units.

use crate::fit::noise::Noise;
use crate::fit::optimum::Optimum;
use crate::fit::problem::Problem;
use crate::fit::profile::{self, Profile, ProfileEnd};
use rayon::prelude::*;

/// Profile intervals of all parameters in their own units, or the parameters of a better minimum met on the
/// way.
pub fn by_profile(problem: &Problem, best: &Optimum, noise: &Noise) -> Result<Vec<[f64; 2]>, Vec<f64>> {
    let profiles = Profiles::about(problem, best, noise);
    (0..problem.p()).into_par_iter().map(|k| profiles.of(k)).collect::<Vec<_>>().into_iter().collect()
}

/// What the profiles of all parameters share.
struct Profiles<'a> {
    problem: &'a Problem,
    best: &'a Optimum,
    /// Problem and optimum in plain coordinates, where the amplitude at x = 1 is a coordinate of its own.
    plain_problem: Problem,
    plain_best: Optimum,
    noise: &'a Noise,
    /// Covariance of the plain parameters, and the design effect on each.
    covariance: Vec<f64>,
    kappa: Vec<f64>,
}

impl<'a> Profiles<'a> {
    fn about(problem: &'a Problem, best: &'a Optimum, noise: &'a Noise) -> Self {
        let plain_best = Optimum {
            theta: problem.coordinates.plain(&best.theta),
            objective: best.objective * problem.scale_of_plain(),
            end: best.end,
        };
        Self {
            problem,
            best,
            plain_problem: problem.to_plain(),
            plain_best,
            noise,
            covariance: problem.coordinates.plain_covariance(&noise.covariance),
            kappa: noise.design_effects(problem),
        }
    }

    /// The interval of parameter `k`.
    fn of(&self, k: usize) -> Result<[f64; 2], Vec<f64>> {
        let (problem, coordinates) = (self.problem, &self.problem.coordinates);
        let is_amplitude = coordinates.params[k].is_amplitude();
        let rise = 0.5 * self.kappa[k] * self.noise.dispersion * self.noise.f_quantile / self.best.objective;
        let error = (self.covariance[k * problem.p() + k] * self.kappa[k]).sqrt();
        let found = if is_amplitude {
            profile::profile(&self.plain_problem, &self.plain_best, k, rise, error)
        } else {
            profile::profile(problem, self.best, k, rise, error / coordinates.unit_of(k))
        };
        let ends = match found {
            Profile::Better(theta) if is_amplitude => return Err(coordinates.centred(&theta)),
            Profile::Better(theta) => return Err(theta),
            Profile::Ends(ends) => ends,
        };
        let own = |v: f64| {
            let mut theta =
                if is_amplitude { self.plain_best.theta.clone() } else { self.best.theta.clone() };
            theta[k] = v;
            let plain = if is_amplitude { theta } else { coordinates.plain(&theta) };
            coordinates.value(&plain, k)
        };
        let end = |end: ProfileEnd, open: f64| match end {
            ProfileEnd::At(v) => own(v),
            ProfileEnd::Open => open,
        };
        Ok([end(ends[0], coordinates.params[k].natural_low()), end(ends[1], f64::INFINITY)])
    }
}
