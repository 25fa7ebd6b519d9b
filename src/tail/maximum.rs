//! The maximum of a unimodal function, by Brent's method (argmin).

use argmin::core::{CostFunction, Executor, State};
use argmin::solver::brent::BrentOpt;

/// How exactly the place is found; the height is then exact to its square.
const PLACE: f64 = 1e-8;

struct Downside<'a>(&'a dyn Fn(f64) -> f64);

impl CostFunction for Downside<'_> {
    type Param = f64;
    type Output = f64;

    fn cost(&self, at: &f64) -> Result<f64, argmin::core::Error> {
        let height = self.0(*at);
        Ok(if height.is_nan() { f64::INFINITY } else { -height })
    }
}

/// Where `curve` is highest from `low` to `high`, and how high; NaN counts as lowest.
pub(crate) fn maximum(low: f64, high: f64, curve: &dyn Fn(f64) -> f64) -> (f64, f64) {
    let brent = BrentOpt::new(low, high).set_tolerance(PLACE, PLACE);
    let run = Executor::new(Downside(curve), brent).configure(|s| s.max_iters(200)).timer(false).run();
    let found = run.ok().and_then(|r| Some((*r.state().get_best_param()?, -r.state().get_best_cost())));
    found.unwrap_or((low, f64::NEG_INFINITY))
}
