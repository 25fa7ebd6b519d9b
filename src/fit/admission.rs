//! Which points a law may be fitted to: enough of them, apart enough, in as many variables, and no rise under
//! a law that falls.

use crate::error::{Error, Result};
use crate::fit::formula::{Course, Formula};
use crate::fit::law::Law;
use crate::fit::monotone;
use crate::fit::observations::levels;
use crate::fit::param::different_needed;
use crate::fit::points::Points;
use crate::fit::space::Space;

/// A rise under a law that falls is refused below this p-value of the slope.
const RISES: f64 = 0.05;

/// Refuses points that a law cannot be fitted to.
///
/// # Errors
/// [`Error::Failed`] with a sentence on what is missing.
pub fn check(law: Law, points: &Points, space: Space) -> Result<()> {
    let formula = law.formula();
    variables(law, &*formula, points)?;
    formula.check()?;
    if let Space::Huber { delta } = space
        && !(delta.is_finite() && delta > 0.0)
    {
        return Err(Error::Failed(format!("Huber's δ is {delta}: it must be a finite number above 0")));
    }
    enough(law, &*formula, points)?;
    match formula.course() {
        Course::Free => Ok(()),
        Course::Monotone => monotone::check(points, monotone::slope(points).0 <= 0.0),
        Course::Falls => falls(law, points),
    }
}

/// As many variables as the law has.
fn variables(law: Law, formula: &dyn Formula, points: &Points) -> Result<()> {
    match (formula.n_variables(), points.is_surface()) {
        (2, false) => Err(Error::Failed(
            "a surface needs parameters and tokens: make its points with Points::runs".to_owned(),
        )),
        (1, true) => {
            Err(Error::Failed(format!("{law} is a curve in one variable, and these points have two")))
        }
        _ => Ok(()),
    }
}

/// As many points and different values of each variable as determine the parameters.
fn enough(law: Law, formula: &dyn Formula, points: &Points) -> Result<()> {
    let (n, p) = (points.n(), formula.n_params());
    if n < p {
        return Err(Error::Failed(format!(
            "{n} points cannot tell the {p} parameters of {law}: it needs at least {p}, and more for intervals"
        )));
    }
    let params = formula.params();
    let columns: &[(&str, &[f64])] = if points.is_surface() {
        &[("numbers of parameters N", &points.x), ("numbers of tokens D", &points.tokens)]
    } else {
        &[("x", &points.x)]
    };
    for (axis, (what, values)) in columns.iter().enumerate() {
        let (different, needed) = (levels(values).len(), different_needed(&params, axis));
        if different == 1 && needed > 1 {
            return Err(Error::Failed(format!(
                "all {n} points have the same {what}, {}: {law} needs at least {needed} different",
                values[0]
            )));
        }
        if different < needed {
            return Err(Error::Failed(format!(
                "the {n} points have only {different} different {what}: {law} needs at least {needed}"
            )));
        }
    }
    Ok(())
}

/// No rise, neither over all points nor between some.
fn falls(law: Law, points: &Points) -> Result<()> {
    let (slope, p) = monotone::slope(points);
    if slope > 0.0 && p < RISES {
        return Err(Error::Failed(format!(
            "y rises with x (as x^{slope:.3}, p = {p:.2e}), and {law} falls to a floor: fit a power law, or turn the quantity round (an error, not an accuracy)"
        )));
    }
    monotone::check(points, true)
}
