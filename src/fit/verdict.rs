//! What a fit lets one say, in words.

use crate::fit::fitted::{Fit, Parameter, Stop};
use crate::fit::law::Law;
use crate::fit::monotone;
use crate::fit::points::Points;
use crate::numerals::four_figures as number;

/// By how much AICc must prefer a law with breaks before one is asserted: a place that is free to move finds something in noise.
const BREAK_GAIN: f64 = 6.0;

/// The sentence that a reader may quote; `unbroken` is the AICc of the best law without a break, for a law with breaks.
pub fn verdict(fit: &Fit, points: &Points, unbroken: f64) -> String {
    let mut parts = Vec::new();
    for name in ["E", "a"] {
        if let Some(floor) = fit.get(name) {
            parts.push(of_floor(floor));
        }
    }
    for name in ["alpha", "beta"] {
        if let Some(exponent) = fit.get(name) {
            parts.push(of_exponent(exponent));
        }
    }
    if let Law::Broken { breaks } = fit.law {
        if unbroken - fit.aicc > BREAK_GAIN {
            parts.extend((1..=breaks).map(|i| of_break(fit, points, i)));
        } else {
            parts.push("a break is not established; `lawbook fit change` tests it".to_owned());
        }
    }
    if let Some(gamma) = fit.get("gamma")
        && gamma.low <= 1e-3
    {
        parts.push(
            "the bend at small x is not established: gamma may be 0, which is the floor law".to_owned(),
        );
    }
    if parts.is_empty() {
        let a = &fit.params[0];
        parts.push(format!("the amplitude is {}", range(a)));
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
        format!("the floor is established: {}", range(floor))
    }
}

fn of_exponent(exponent: &Parameter) -> String {
    let name = &exponent.name;
    match (exponent.low > 0.0, exponent.high.is_finite()) {
        (true, true) => format!("{name} is {}", range(exponent)),
        (true, false) => format!("{name} is at least {}, with no upper end", number(exponent.low)),
        (false, true) if exponent.high < 0.0 => format!("{name} is {}: y rises", range(exponent)),
        (false, true) => format!("{name} is at most {}: a fall is not established", number(exponent.high)),
        (false, false) => format!("{name} is not bounded: these points say nothing of it"),
    }
}

fn of_break(fit: &Fit, points: &Points, i: usize) -> String {
    let (turn, place) = (&fit[format!("c{i}").as_str()], &fit[format!("d{i}").as_str()]);
    if turn.low <= 0.0 && turn.high >= 0.0 {
        return format!("break {i} is not established: its change of slope {} includes 0", range(turn));
    }
    let (first, last) =
        points.x.iter().fold((f64::INFINITY, 0.0f64), |(low, high), &x| (low.min(x), high.max(x)));
    if place.value <= first * (1.0 + 1e-6) || place.value >= last * (1.0 - 1e-6) {
        return format!(
            "break {i} is not established: its place, x = {}, is an end of the points; `lawbook fit change` tests it",
            number(place.value)
        );
    }
    format!("break {i} lies at x = {} and changes the slope by {}", range(place), range(turn))
}

fn range(parameter: &Parameter) -> String {
    format!("{} [{}, {}]", number(parameter.value), number(parameter.low), number(parameter.high))
}

/// What ought to be known before the numbers are used; `pinned` cells could not be left out to see what they move.
pub fn warnings(fit: &Fit, points: &Points, pinned: usize) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut warn = |text: String| warnings.push(text);
    match &fit.stop {
        Stop::Iterations => {
            warn("the search ran out of iterations: the values are not an optimum".to_owned())
        }
        Stop::Exact if fit.n > fit.p() => {
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
    if fit.valley > 1000.0 {
        warn(format!(
            "the valley is flat (1 : {:.0}): several combinations of parameters fit almost equally well, so read the intervals, not the values",
            fit.valley
        ));
    }
    if pinned > 0 {
        warn(format!(
            "without {pinned} of the {} cells the other points do not determine the {} parameters, so what these cells share cannot be judged: intervals and band take their points as independent and are too narrow where they are not",
            fit.units,
            fit.p()
        ));
    }
    if !matches!(fit.law, Law::Surface | Law::Broken { .. })
        && fit.get("alpha").is_none_or(|alpha| alpha.value >= 0.0)
    {
        monotone::note(points).into_iter().for_each(&mut warn);
    }
    match fit.law {
        Law::Power if fit["alpha"].value < 0.0 => {
            warn("y rises with x: alpha, the exponent of the decay, is negative".to_owned())
        }
        Law::Floor | Law::FloorFixed { .. } | Law::M4 if monotone::slope(points).0 >= 0.0 => {
            warn("y does not fall with x: this law can only call it flat".to_owned());
        }
        Law::Floor | Law::M4 if fit["alpha"].high.is_infinite() => {
            warn("alpha has no upper end: perhaps only the first points lie above the floor".to_owned());
        }
        _ => {}
    }
    warnings
}

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
