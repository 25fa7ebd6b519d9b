//! Profile intervals: which values of one parameter can the points not rule out, whatever the others are?
//!
//! ```text
//! { v : min over the others of Q(v, …) ≤ Q_min + κ λ F(1, ν) / 2 }
//! ```
//!
//! The ends are found by walking from the optimum, each step starting from the last one's other parameters,
//! and then by false position on √(Q - Q_min), which is straight for a parabola. An end that the walk does
//! not find before a bound is the bound (a floor of 0) or infinite. See [`noise`](crate::fit::noise) for λ, κ
//! and ν.

use crate::fit::descent::{self, REFIT};
use crate::fit::optimum::Optimum;
use crate::fit::problem::Problem;

/// An objective lower than the optimum's by this share is another, better minimum.
const BETTER: f64 = 1e-7;

/// An end is found where the height lies between these.
const NEAR: [f64; 2] = [0.9995, 1.0005];

/// The most steps of a walk and of the false position after it.
const MOST_STEPS: [usize; 2] = [60, 40];

/// An end of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ProfileEnd {
    /// There the objective reaches the threshold.
    At(f64),
    /// The parameter's bound is reached first.
    Open,
}

/// A profile of one parameter: both ends, or a better optimum met on the way.
pub enum Profile {
    Ends([ProfileEnd; 2]),
    Better(Vec<f64>),
}

/// The profile of parameter `k` about `best`; the threshold lies at `1 + rise` times its objective; `error`
/// is a standard error for the first step.
pub fn profile(problem: &Problem, best: &Optimum, k: usize, rise: f64, error: f64) -> Profile {
    let mut ends = [ProfileEnd::Open; 2];
    for (end, direction) in ends.iter_mut().zip([-1.0, 1.0]) {
        let side = Side { problem, best, k, direction, rise };
        match side.end(error) {
            Ok(found) => *end = found,
            Err(better) => return Profile::Better(better),
        }
    }
    Profile::Ends(ends)
}

/// One side of a profile.
struct Side<'a> {
    problem: &'a Problem,
    best: &'a Optimum,
    k: usize,
    /// -1 below the optimum, 1 above.
    direction: f64,
    rise: f64,
}

/// A point of a profile inside the interval.
#[derive(Clone)]
struct Inside {
    /// Distance of the parameter from its optimum.
    at: f64,
    /// How far up the way to the threshold: 0 at the optimum, 1 at an end of the interval.
    height: f64,
    theta: Vec<f64>,
}

/// A point of a profile outside: its distance and height.
type Outside = (f64, f64);

/// The last two points inside, and the first one outside.
struct Bracket {
    before: Inside,
    inside: Inside,
    outside: Outside,
}

impl Side<'_> {
    /// The end of the interval on this side, or the parameters of a better optimum.
    fn end(&self, error: f64) -> Result<ProfileEnd, Vec<f64>> {
        let Some(mut bracket) = self.walk(error)? else { return Ok(ProfileEnd::Open) };
        self.narrow(&mut bracket)?;
        let Bracket { inside, outside, .. } = bracket;
        let near = if outside.1 < NEAR[1] { outside.0 } else { inside.at };
        let share = (1.0 - inside.height) / (outside.1 - inside.height);
        let end = if outside.1 < NEAR[1] || inside.height > NEAR[0] || !share.is_finite() {
            near
        } else {
            inside.at + share * (outside.0 - inside.at)
        };
        Ok(ProfileEnd::At(self.best.theta[self.k] + self.direction * end))
    }

    /// Steps outward until the threshold is passed; none where the bound comes first.
    fn walk(&self, error: f64) -> Result<Option<Bracket>, Vec<f64>> {
        let centre = self.best.theta[self.k];
        let bound = if self.direction < 0.0 { self.problem.low[self.k] } else { self.problem.high[self.k] };
        let room = (bound - centre).abs();
        if room <= 0.0 {
            return Ok(None);
        }
        let mut step = (2.0 * error).min(0.5 * room);
        if step.is_nan() || step <= 0.0 {
            step = (1e-2 * centre.abs().max(1e-2)).min(room);
        }
        let mut inside = Inside { at: 0.0, height: 0.0, theta: self.best.theta.clone() };
        let mut before = inside.clone();
        for _ in 0..MOST_STEPS[0] {
            let (height, theta) = self.height_at(step, &before, &inside)?;
            if height.is_nan() || height >= 1.0 {
                return Ok(Some(Bracket { before, inside, outside: (step, height) }));
            }
            if step >= room {
                return Ok(None);
            }
            before = std::mem::replace(&mut inside, Inside { at: step, height, theta });
            // As far as the parabola through the optimum says, and a little further.
            step = (step * (1.15 / height.max(1e-3)).clamp(1.3, 4.0)).min(room);
        }
        Ok(None)
    }

    /// False position, or the middle when it keeps hitting one side or the far height is no number.
    fn narrow(&self, Bracket { before, inside, outside }: &mut Bracket) -> Result<(), Vec<f64>> {
        let mut same_side = 0;
        for _ in 0..MOST_STEPS[1] {
            let wide = outside.0 - inside.at;
            if wide <= 1e-7 * outside.0 || inside.height > NEAR[0] || outside.1 < NEAR[1] {
                break;
            }
            let share = (1.0 - inside.height) / (outside.1 - inside.height);
            let share = if same_side >= 2 || !share.is_finite() { 0.5 } else { share.clamp(0.02, 0.98) };
            let at = inside.at + share * wide;
            let (height, theta) = self.height_at(at, before, inside)?;
            if height < 1.0 {
                same_side = if same_side > 0 { same_side + 1 } else { 1 };
                *before = std::mem::replace(inside, Inside { at, height, theta });
            } else {
                same_side = 0;
                *outside = (at, height);
            }
        }
        Ok(())
    }

    /// The height at a distance from the optimum, and the parameters there; or those of a better optimum.
    fn height_at(&self, at: f64, before: &Inside, last: &Inside) -> Result<(f64, Vec<f64>), Vec<f64>> {
        let found = self.fixed(at, before, last);
        let lowest = self.best.objective;
        if found.objective < lowest * (1.0 - BETTER) {
            return Err(found.theta);
        }
        // Where the law has no value the profile ends.
        let height = if found.objective.is_finite() {
            ((found.objective / lowest - 1.0).max(0.0) / self.rise).sqrt()
        } else {
            f64::INFINITY
        };
        Ok((height, found.theta))
    }

    /// The best fit with the parameter fixed at a distance, from the straight continuation of the last two.
    fn fixed(&self, at: f64, before: &Inside, last: &Inside) -> Optimum {
        let (problem, k) = (self.problem, self.k);
        let value = self.best.theta[k] + self.direction * at;
        let mut theta = last.theta.clone();
        if last.at > before.at {
            let share = ((at - last.at) / (last.at - before.at)).min(2.0);
            for (i, t) in theta.iter_mut().enumerate() {
                let further = *t + share * (last.theta[i] - before.theta[i]);
                *t = further.clamp(problem.low[i], problem.high[i]);
            }
        }
        theta[k] = value;
        let found = descent::descend(problem, &theta, Some(k), REFIT);
        if found.objective.is_finite() {
            return found;
        }
        // The continuation left the law's domain: from where the last one stood.
        let mut theta = last.theta.clone();
        theta[k] = value;
        descent::descend(problem, &theta, Some(k), REFIT)
    }
}
