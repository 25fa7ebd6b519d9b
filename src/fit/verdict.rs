//! What a fit lets one say, in words.

use crate::fit::fitted::{Fit, Parameter, Termination};
use crate::fit::formula::Course;
use crate::fit::monotone;
use crate::fit::param::Role;
use crate::fit::points::Points;
use crate::numerals::four_figures as number;

/// Above this condition number parameters can hardly be told apart.
const COLLINEAR: f64 = 1000.0;

/// The sentence that a reader may quote; `unbroken` is the AICc of the best law without a break, for a law
/// with breaks.
pub fn verdict(fit: &Fit, points: &Points, unbroken: f64) -> String {
    let mut parts: Vec<String> = fit.params_with(|role| role == Role::Floor).map(of_floor).collect();
    parts.extend(fit.params_with(|role| matches!(role, Role::Exponent { .. })).map(of_exponent));
    parts.extend(fit.law.formula().remarks(fit, points, unbroken));
    if parts.is_empty() {
        parts.push(format!("the amplitude is {}", fit.params[0].range()));
    }
    parts.join("; ")
}

fn of_floor(floor: &Parameter) -> String {
    if floor.low <= 0.0 {
        if floor.high.is_infinite() {
            return "the floor is not bounded: these points say nothing of it".to_owned();
        }
        format!("the floor is not established: its interval includes 0 and ends at {}", number(floor.high))
    } else {
        format!("the floor is established: {}", floor.range())
    }
}

fn of_exponent(exponent: &Parameter) -> String {
    let name = &exponent.name;
    match (exponent.low > 0.0, exponent.high.is_finite()) {
        (true, true) => format!("{name} is {}", exponent.range()),
        (true, false) => format!("{name} is at least {}, with no upper end", number(exponent.low)),
        (false, true) if exponent.high < 0.0 => format!("{name} is {}: y rises", exponent.range()),
        (false, true) => format!("{name} is at most {}: a fall is not established", number(exponent.high)),
        (false, false) => format!("{name} is not bounded: these points say nothing of it"),
    }
}

/// What ought to be known before the numbers are used; `pinned` cells could not be left out to see what they
/// move.
pub fn warnings(fit: &Fit, points: &Points, pinned: usize) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut warn = |text: String| warnings.push(text);
    match &fit.stop {
        Termination::Iterations => {
            warn("the search ran out of iterations: the values are not an optimum".to_owned())
        }
        Termination::Exact if fit.n > fit.p() => {
            warn(
                "the law passes through every point: there is no scatter to judge intervals from".to_owned(),
            );
        }
        _ => {}
    }
    if fit.n == fit.p() {
        warn(format!(
            "{} points for {} parameters: any such points lie on the law, and nothing bounds its parameters",
            fit.n,
            fit.p()
        ));
    }
    let repeated = repeated(points);
    if repeated > 0 {
        warn(format!(
            "{repeated} point(s) repeat another exactly; they are kept and counted as measured again"
        ));
    }
    if fit.condition_number > COLLINEAR {
        warn(format!(
            "the parameters are nearly collinear (condition number {:.0}): several combinations of them fit almost equally well, so read the intervals, not the values",
            fit.condition_number
        ));
    }
    if pinned > 0 {
        warn(format!(
            "without {pinned} of the {} cells the other points do not determine the {} parameters, so what these cells share cannot be judged: intervals and band take their points as independent and are too narrow where they are not",
            fit.units,
            fit.p()
        ));
    }
    warnings.extend(of_course(fit, points));
    warnings
}

/// What the way that y goes says against a law.
fn of_course(fit: &Fit, points: &Points) -> Vec<String> {
    let course = fit.law.formula().course();
    if course == Course::Free {
        return Vec::new();
    }
    let alpha = fit.params_with(|role| matches!(role, Role::Exponent { .. })).next();
    let rises = alpha.is_some_and(|alpha| alpha.value < 0.0);
    let mut warnings: Vec<String> = Vec::new();
    if !rises {
        warnings.extend(monotone::note(points));
    }
    if rises {
        warnings.push("y rises with x: alpha, the exponent of the decay, is negative".to_owned());
    } else if course == Course::Falls && monotone::slope(points).0 >= 0.0 {
        warnings.push("y does not fall with x: this law can only call it flat".to_owned());
    } else if course == Course::Falls && alpha.is_some_and(|alpha| alpha.high.is_infinite()) {
        warnings.push("alpha has no upper end: perhaps only the first points lie above the floor".to_owned());
    }
    warnings
}

/// How many points repeat another exactly.
fn repeated(points: &Points) -> usize {
    let mut rows: Vec<[u64; 3]> = (0..points.n())
        .map(|i| {
            let tokens = if points.is_surface() { points.tokens[i] } else { 0.0 };
            [points.x[i], tokens, points.y[i]].map(f64::to_bits)
        })
        .collect();
    rows.sort_unstable();
    rows.windows(2).filter(|pair| pair[0] == pair[1]).count()
}
