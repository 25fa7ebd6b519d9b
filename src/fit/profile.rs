//! Profile intervals: which values of one parameter can the points not rule out, whatever the others are?
//!
//! ```text
//! { v : min over the others of Q(v, …) ≤ Q_min + κ λ F(1, ν) / 2 }
//! ```
//!
//! The ends are found by walking from the optimum, each step starting from the last one's other parameters, and then by
//! false position on √(Q - Q_min), which is straight for a parabola. An end that the walk does not find before a bound is
//! the bound (a floor of 0) or infinite. See [`noise`](crate::fit::noise) for λ, κ and ν.

use crate::fit::problem::Problem;
use crate::fit::solve;
use crate::fit::state::Optimum;

/// An end of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum End {
    /// There the objective reaches the threshold.
    At(f64),
    /// The parameter's bound is reached first.
    Open,
}

/// A profile of one parameter: both ends, or a better optimum met on the way.
pub enum Profile {
    Ends([End; 2]),
    Better(Vec<f64>),
}

/// The profile of parameter `k` about `best`; the threshold lies at `1 + rise` times its objective; `error` is a
/// standard error for the first step.
pub fn profile(problem: &Problem, best: &Optimum, k: usize, rise: f64, error: f64) -> Profile {
    let mut ends = [End::Open; 2];
    for (end, direction) in ends.iter_mut().zip([-1.0, 1.0]) {
        match side(problem, best, k, direction, rise, error) {
            Ok(found) => *end = found,
            Err(better) => return Profile::Better(better),
        }
    }
    Profile::Ends(ends)
}

fn side(
    problem: &Problem,
    best: &Optimum,
    k: usize,
    direction: f64,
    rise: f64,
    error: f64,
) -> Result<End, Vec<f64>> {
    let centre = best.theta[k];
    let bound = if direction < 0.0 { problem.low[k] } else { problem.high[k] };
    let room = (bound - centre).abs();
    // How far up the way to the threshold: 0 at the optimum, 1 at an end of the interval.
    let height = |at: &Optimum| {
        // Where the law has no value the profile ends.
        if !at.objective.is_finite() {
            return f64::INFINITY;
        }
        ((at.objective / best.objective - 1.0).max(0.0) / rise).sqrt()
    };
    let mut step = (2.0 * error).min(0.5 * room);
    if step.is_nan() || step <= 0.0 {
        step = (1e-2 * centre.abs().max(1e-2)).min(room);
    }
    let mut inside = (0.0, 0.0, best.theta.clone());
    let mut before = inside.clone();
    let mut outside = None;
    for _ in 0..60 {
        if room <= 0.0 {
            return Ok(End::Open);
        }
        let found = held(problem, k, centre + direction * step, &before, &inside, step);
        if found.objective < best.objective * (1.0 - 1e-7) {
            return Err(found.theta);
        }
        let up = height(&found);
        if up.is_nan() || up >= 1.0 {
            outside = Some((step, up));
            break;
        }
        if step >= room {
            return Ok(End::Open);
        }
        before = std::mem::replace(&mut inside, (step, up, found.theta));
        step = (step * (1.15 / up.max(1e-3)).clamp(1.3, 4.0)).min(room);
    }
    let Some(mut outside) = outside else { return Ok(End::Open) };
    let mut same_side = 0;
    for _ in 0..40 {
        let wide = outside.0 - inside.0;
        if wide <= 1e-7 * outside.0 || (inside.1 > 0.9995) || (outside.1 < 1.0005) {
            break;
        }
        // False position, or the middle when it keeps hitting one side or the far height is no number.
        let share = (1.0 - inside.1) / (outside.1 - inside.1);
        let share = if same_side >= 2 || !share.is_finite() { 0.5 } else { share.clamp(0.02, 0.98) };
        let at = inside.0 + share * wide;
        let found = held(problem, k, centre + direction * at, &before, &inside, at);
        if found.objective < best.objective * (1.0 - 1e-7) {
            return Err(found.theta);
        }
        let up = height(&found);
        if up < 1.0 {
            same_side = if same_side > 0 { same_side + 1 } else { 1 };
            before = std::mem::replace(&mut inside, (at, up, found.theta));
        } else {
            same_side = 0;
            outside = (at, up);
        }
    }
    let near = if outside.1 < 1.0005 { outside.0 } else { inside.0 };
    let share = (1.0 - inside.1) / (outside.1 - inside.1);
    let end = if outside.1 < 1.0005 || inside.1 > 0.9995 || !share.is_finite() {
        near
    } else {
        inside.0 + share * (outside.0 - inside.0)
    };
    Ok(End::At(centre + direction * end))
}

/// The best fit with parameter `k` held at `value`, from the straight continuation of the last two.
fn held(
    problem: &Problem,
    k: usize,
    value: f64,
    before: &(f64, f64, Vec<f64>),
    last: &(f64, f64, Vec<f64>),
    at: f64,
) -> Optimum {
    let mut theta = last.2.clone();
    if last.0 > before.0 {
        let share = ((at - last.0) / (last.0 - before.0)).min(2.0);
        for (i, t) in theta.iter_mut().enumerate() {
            *t = (*t + share * (last.2[i] - before.2[i])).clamp(problem.low[i], problem.high[i]);
        }
    }
    theta[k] = value;
    let found = solve::descend(problem, &theta, Some(k), solve::REFIT);
    if found.objective.is_finite() {
        return found;
    }
    // The continuation left the law's domain: from where the last one stood.
    let mut theta = last.2.clone();
    theta[k] = value;
    solve::descend(problem, &theta, Some(k), solve::REFIT)
}
