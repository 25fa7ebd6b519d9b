//! Numbers as text: how many digits a person is shown, and what stands for what is no number.
//!
//! ```text
//!                          0.5      0.0765432  230.0   1234567   ∞
//! digits(x, 3)             0.500    0.0765     230     1.23e6    inf    labels, tables of fits
//! four_figures(x)          0.5000   0.07654    230.0   1.235e6   ∞      sentences about laws
//! four_digits(x)           0.5      0.07654    230     1234567   inf    the same without zeros at the end
//! brief(x)                 0.5000   0.0765     230.0   1.235e6   inf    a column of a table
//! six_digits(x)            0.5      0.0765432  230     1234570   –      pages
//! ```

use serde_json::Value;

/// A number with `significant` digits, in full from 0.0001 to a million: "0.07652", "406.4", "1.69e9".
///
/// ```
/// use lawbook::numerals::digits;
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

/// A number with four significant digits, in full from 0.001 to a million: "0.5000", "406.4", "∞".
pub fn four_figures(number: f64) -> String {
    let size = number.abs();
    if number.is_infinite() {
        return if number > 0.0 { "∞".to_owned() } else { "-∞".to_owned() };
    }
    if size != 0.0 && !(1e-3..1e6).contains(&size) {
        return format!("{number:.3e}");
    }
    let decimals = if size == 0.0 { 0 } else { (3 - size.log10().floor() as i32).clamp(0, 6) as usize };
    format!("{number:.decimals$}")
}

/// A number with at most four significant digits behind the point, none of them a last 0: "230", "52.46".
pub fn four_digits(number: f64) -> String {
    let size = number.abs();
    if size >= 1e7 || (size < 1e-3 && size > 0.0) {
        return format!("{number:.3e}");
    }
    let decimals = if size >= 1000.0 { 0 } else { (3 - size.max(1e-3).log10().floor() as i32) as usize };
    let text = format!("{number:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A number for a column of a table: four decimals below 1, four significant digits above.
pub fn brief(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-3..1e6).contains(&size) {
        return format!("{number:.3e}");
    }
    let decimals = if size >= 1.0 { 3 - (size.log10().floor() as usize).min(3) } else { 4 };
    format!("{number:.decimals$}")
}

/// A number with at most six significant digits: "0.0123457", "1.5e-7", "–" where it is not finite.
pub fn six_digits(number: f64) -> String {
    let number = rounded(number, 6);
    match number.abs() {
        size if !size.is_finite() => "–".to_owned(),
        size if size != 0.0 && !(1e-4..1e15).contains(&size) => format!("{number:e}"),
        _ => number.to_string(),
    }
}

/// The nearest number with `significant` digits; what is not finite stays.
pub fn rounded(number: f64, significant: usize) -> f64 {
    format!("{number:.*e}", significant.max(1) - 1).parse().unwrap_or(number)
}

/// The number that [`six_digits`] writes, as JSON: whole ones without a point, null where it is not finite.
pub fn json(number: f64) -> Value {
    let number = rounded(number, 6);
    if number.fract() == 0.0 && number.abs() < 1e15 {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns of the table above.
    const SHOWN: [f64; 5] = [0.5, 0.076_543_2, 230.0, 1_234_567.0, f64::INFINITY];

    #[test]
    fn each_way_to_write_a_number_is_as_the_modules_table_says() {
        assert_eq!(SHOWN.map(|x| digits(x, 3)), ["0.500", "0.0765", "230", "1.23e6", "inf"]);
        assert_eq!(SHOWN.map(four_figures), ["0.5000", "0.07654", "230.0", "1.235e6", "∞"]);
        assert_eq!(SHOWN.map(four_digits), ["0.5", "0.07654", "230", "1234567", "inf"]);
        assert_eq!(SHOWN.map(brief), ["0.5000", "0.0765", "230.0", "1.235e6", "inf"]);
        assert_eq!(SHOWN.map(six_digits), ["0.5", "0.0765432", "230", "1234570", "–"]);
    }

    #[test]
    fn zero_and_very_small_numbers_are_written_too() {
        assert_eq!([digits(0.0, 3), four_figures(0.0), four_digits(0.0)], ["0", "0", "0"]);
        assert_eq!([brief(0.0), six_digits(0.0)], ["0.0000", "0"]);
        let small = -3.141_592_65e-7;
        for shown in [four_figures(small), four_digits(small), brief(small), digits(small, 4)] {
            assert_eq!(shown, "-3.142e-7");
        }
        assert_eq!(six_digits(small), "-3.14159e-7");
    }

    #[test]
    fn whole_numbers_are_json_without_a_point_and_infinity_is_null() {
        let json = [100_000.0, 0.1 + 0.2, 1.0 / 3e9, f64::NAN].map(|x| json(x).to_string());
        assert_eq!(json, ["100000", "0.3", "3.33333e-10", "null"]);
    }
}
