//! Laws in numbers, as labels and notes show them.

use crate::fit::fitted::{Fit, Interval, Parameter};
use crate::fit::law::Law;

/// A number with `significant` digits, in full from 0.0001 to a million: "0.07652", "406.4", "1.69e9".
///
/// ```
/// use lawbook::law_figure::digits;
/// assert_eq!([0.076_52, 406.4, 1.69e9, 0.0].map(|v| digits(v, 3)), ["0.0765", "406", "1.69e9", "0"]);
/// ```
pub fn digits(number: f64, significant: usize) -> String {
    if number == 0.0 || !number.is_finite() {
        return if number == 0.0 { "0".to_owned() } else { number.to_string() };
    }
    let most = significant.max(1) - 1;
    // Rounded first, so that 9.996 has the decimals of 10.00.
    let rounded = format!("{number:.most$e}");
    let exponent: i32 = rounded.split('e').nth(1).and_then(|e| e.parse().ok()).unwrap_or(0);
    if (-4..6).contains(&exponent) {
        format!("{number:.*}", (most as i32 - exponent).max(0) as usize)
    } else {
        rounded
    }
}

/// The law with its numbers: "0.0765 + 11 x^-0.744".
pub fn written(fit: &Fit) -> String {
    let value = |name: &str| fit.get(name).map_or(0.0, |p| p.value);
    let number = |name: &str| digits(value(name), 3);
    let power = |alpha: f64| format!("{} x^{}", number("A"), digits(-alpha, 3));
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

/// How intervals were made, in a few words.
pub fn method(interval: &Interval) -> String {
    match interval {
        Interval::Profile => "profile likelihood".to_owned(),
        Interval::Pairs { replicas, .. } => format!("bootstrap of rows, {replicas} refits"),
        Interval::Residual { replicas, .. } => format!("bootstrap of residuals, {replicas} refits"),
    }
}
