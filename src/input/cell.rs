//! One cell of a person's table: the number it holds, or the sentence that says why it holds none.

/// How much of a cell an error quotes.
const QUOTED: usize = 40;

/// The number that `text` is, with spaces around it allowed.
///
/// ```text
/// 12   -0.5   1e-3   +7        numbers
/// (empty)   NA   nan   inf     no numbers: missing, or not finite
/// 1,000   1_000   12 %   5 MB  no numbers: marks and units are refused, not guessed at
/// ```
///
/// # Errors
/// What is wrong with the cell and how to write it, without its place.
pub fn number(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let quoted = quote(text);
    if text.is_empty() {
        return Err("the cell is empty where a number belongs: fill it in, or leave its row out".to_owned());
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => return Ok(number),
        Ok(_) if text.chars().any(|c| c.is_ascii_digit()) => {
            return Err(format!("{quoted} is larger than any number this program can hold (1.8e308)"));
        }
        Ok(_) => {
            return Err(format!(
                "{quoted} is not a finite number: a run that diverged has no place in a fit, leave its row out"
            ));
        }
        Err(_) => {}
    }
    let bare: String =
        text.chars().filter(|c| !matches!(c, ',' | '_' | '\'' | ' ' | '\u{a0}' | '\u{202f}')).collect();
    if bare.parse::<f64>().is_ok_and(f64::is_finite) && bare != text {
        let problem = if text.contains(',') { "has a comma in it" } else { "has a separator in it" };
        return Err(format!(
            "{quoted} {problem}: write numbers without thousands separators and with a decimal point, like 1000 or 0.5"
        ));
    }
    if ["na", "n/a", "null", "none", "-", "?"].contains(&text.to_lowercase().as_str()) {
        return Err(format!("{quoted} stands for a missing number: fill it in, or leave its row out"));
    }
    let digits = text.trim_end_matches(|c: char| c.is_alphabetic() || matches!(c, '%' | ' ' | '/'));
    if digits != text && digits.parse::<f64>().is_ok() {
        return Err(format!(
            "{quoted} has a unit after its number: put units in the column's name and write {digits} alone"
        ));
    }
    Err(format!("{quoted} is not a number"))
}

/// A cell as an error quotes it: short, with control characters shown as escapes.
pub fn quote(text: &str) -> String {
    let short: String = text.chars().take(QUOTED).collect();
    if short.len() < text.len() { format!("{short:?}…") } else { format!("{short:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_are_read_exactly() {
        for (text, value) in
            [("12", 12.0), (" -0.5 ", -0.5), ("1e-3", 1e-3), ("+7", 7.0), ("2.5E+10", 2.5e10)]
        {
            assert_eq!(number(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_says_what_it_is_instead() {
        for (text, said) in [
            ("", "empty"),
            ("   ", "empty"),
            ("NaN", "finite"),
            ("-inf", "finite"),
            ("1e999", "larger"),
            ("1,000", "comma"),
            ("0,5", "comma"),
            ("1_000", "separator"),
            ("1 000", "separator"),
            ("12 %", "unit"),
            ("5MB", "unit"),
            ("NA", "missing"),
            ("three", "not a number"),
            ("0x10", "not a number"),
        ] {
            let problem = number(text).unwrap_err();
            assert!(problem.contains(said), "{text}: {problem}");
        }
    }

    #[test]
    fn a_long_cell_is_quoted_in_part() {
        assert!(number(&"x".repeat(1000)).unwrap_err().len() < 100);
    }
}
