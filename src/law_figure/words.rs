//! Laws in numbers, as labels and notes show them.

use crate::fit::fitted::{Fit, Parameter};
use crate::numerals::digits;

/// A count with its unit of thousands: "410", "41k", "290M", "2.1B", "1.5T".
pub fn count(number: f64) -> String {
    let units = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];
    let (unit, letter) = units.into_iter().find(|(unit, _)| number >= *unit).unwrap_or((1.0, ""));
    format!("{}{letter}", digits(number / unit, 2))
}

/// The law with its numbers: "0.0765 + 11 x^−0.744".
pub fn written(fit: &Fit) -> String {
    let template = fit.law.description().numbers;
    let mut pieces = template.split(['{', '}']);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    // Inside braces and outside by turns.
    while let (Some(inside), Some(outside)) = (pieces.next(), pieces.next()) {
        let (name, sign) = inside.strip_prefix('-').map_or((inside, 1.0), |name| (name, -1.0));
        let value = name.parse().unwrap_or_else(|_| fit[name].value) * sign;
        let minus = if value < 0.0 { "\u{2212}" } else { "" };
        text += &format!("{minus}{}{outside}", digits(value.abs(), 3));
    }
    text
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
