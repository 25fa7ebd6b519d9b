//! Six significant digits: what is printed, in JSON and in tables alike.

use serde_json::Value;

/// Digits of every printed number.
const DIGITS: usize = 6;

/// `x` rounded to what is printed; what is not finite stays.
pub fn rounded(x: f64) -> f64 {
    format!("{x:.*e}", DIGITS - 1).parse().unwrap_or(x)
}

/// `x` as JSON: whole numbers without a point, and null where it is not finite.
pub fn json(x: f64) -> Value {
    let x = rounded(x);
    if x.fract() == 0.0 && x.abs() < 1e15 { Value::from(x as i64) } else { Value::from(x) }
}

/// `x` in words: "0.0123457", "1.5e-7", "–" where it is not finite.
pub fn words(x: f64) -> String {
    let x = rounded(x);
    match x.abs() {
        size if !size.is_finite() => "–".to_owned(),
        size if size != 0.0 && !(1e-4..1e15).contains(&size) => format!("{x:e}"),
        _ => x.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_with_six_digits_and_whole_ones_without_a_point() {
        let json = [100_000.0, 0.1 + 0.2, 1.0 / 3e9, f64::NAN].map(|x| json(x).to_string());
        assert_eq!(json, ["100000", "0.3", "3.33333e-10", "null"]);
        let words = [100_000.0, 0.1 + 0.2, 1.0 / 3e9, f64::NAN, -0.25].map(words);
        assert_eq!(words, ["100000", "0.3", "3.33333e-10", "–", "-0.25"]);
    }
}
