//! Laws in numbers, as labels and notes show them.

use crate::fit::fitted::{Fit, Parameter};
use crate::fit::law::Law;
use crate::numerals::digits;

/// The law in words: "a power law with a floor".
pub fn named(law: &Law) -> String {
    match law {
        Law::Power => "a power law".to_owned(),
        Law::PowerFixed { alpha } => format!("a power law with α = {alpha} given"),
        Law::Floor => "a power law with a floor".to_owned(),
        Law::FloorFixed { alpha } => format!("a power law with a floor, α = {alpha} given"),
        Law::Surface => "a loss surface".to_owned(),
        Law::Broken { breaks: 1 } => "a power law with a break".to_owned(),
        Law::Broken { breaks } => format!("a power law with {breaks} breaks"),
        Law::M4 => "the law M4, from a ceiling to a floor".to_owned(),
    }
}

/// The law in the fewest words: "floor", "1 break".
pub fn short(law: &Law) -> String {
    match law {
        Law::Power => "power".to_owned(),
        Law::PowerFixed { alpha } => format!("power, α = {alpha}"),
        Law::Floor => "floor".to_owned(),
        Law::FloorFixed { alpha } => format!("floor, α = {alpha}"),
        Law::Surface => "surface".to_owned(),
        Law::Broken { breaks: 1 } => "1 break".to_owned(),
        Law::Broken { breaks } => format!("{breaks} breaks"),
        Law::M4 => "M4".to_owned(),
    }
}

/// A count with its unit of thousands: "410", "41k", "290M", "2.1B", "1.5T".
pub fn count(number: f64) -> String {
    let units = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];
    let (unit, letter) = units.into_iter().find(|(unit, _)| number >= *unit).unwrap_or((1.0, ""));
    format!("{}{letter}", digits(number / unit, 2))
}

/// The law with its numbers: "0.0765 + 11 x^−0.744".
pub fn written(fit: &Fit) -> String {
    let value = |name: &str| fit.get(name).map_or(0.0, |p| p.value);
    let number = |name: &str| digits(value(name), 3);
    let power = |alpha: f64| {
        let sign = if alpha > 0.0 { "\u{2212}" } else { "" };
        format!("{} x^{sign}{}", number("A"), digits(alpha.abs(), 3))
    };
    match fit.law {
        Law::Power => power(value("alpha")),
        Law::PowerFixed { alpha } => power(alpha),
        Law::Floor => format!("{} + {}", number("E"), power(value("alpha"))),
        Law::FloorFixed { alpha } => format!("{} + {}", number("E"), power(alpha)),
        Law::Surface => format!(
            "{} + {}/N^{} + {}/D^{}",
            number("E"),
            number("A"),
            number("alpha"),
            number("B"),
            number("beta")
        ),
        Law::Broken { breaks: 1 } => "broken power law, 1 break".to_owned(),
        Law::Broken { breaks } => format!("broken power law, {breaks} breaks"),
        Law::M4 => format!("M4, from {} to {}", number("E0"), number("E")),
    }
}

/// "α 0.744 [0.49, 1.06]".
pub fn with_interval(parameter: &Parameter) -> String {
    let name = match parameter.name.as_str() {
        "alpha" => "α",
        "beta" => "β",
        "gamma" => "γ",
        other => other,
    };
    let end = |v: f64, none: &str| if v.is_finite() { digits(v, 3) } else { none.to_owned() };
    format!(
        "{name} {} [{}, {}]",
        digits(parameter.value, 3),
        end(parameter.low, "unbounded"),
        end(parameter.high, "unbounded")
    )
}
