//! Numerals in prose: where they stand, what they say, and how finely they say it.

/// A number as a reader meets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Numeral {
    /// Its digits without the gaps between thousands: "64000", "0.47", "-0.3", "10^-5".
    pub text: String,
    /// Byte at which it begins.
    pub at: usize,
    /// What it says.
    pub value: f64,
    /// One unit of its last significant digit: what it says is true within half of it.
    pub unit: f64,
    /// Whether a per cent sign follows.
    pub percent: bool,
}

impl Numeral {
    /// Whether `value`, rounded as finely as this numeral, is this numeral.
    pub fn says(&self, value: f64) -> bool {
        (self.value - value).abs() <= self.unit * (0.5 + 1e-9)
    }

    /// Whether it is written without a decimal point or a power of ten.
    pub fn is_whole(&self) -> bool {
        !self.text.contains(['.', '^', 'e'])
    }
}

/// Words for numbers that a list of sources may name; no prose is searched for them.
const WORDS: [&str; 13] = [
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
];

/// The number that a word says.
pub fn word(text: &str) -> Option<f64> {
    WORDS.iter().position(|word| *word == text).map(|n| n as f64)
}

/// `markdown` with everything blanked that is no prose: code, comments, targets of links.
pub fn prose(markdown: &str) -> String {
    let mut text = markdown.to_owned();
    for (open, close) in [("<!--", "-->"), ("```", "```"), ("`", "`"), ("](", ")"), ("<", ">")] {
        let mut from = 0;
        while let Some(start) = text[from..].find(open).map(|at| from + at) {
            let inside = start + open.len();
            let Some(end) = text[inside..].find(close).map(|at| inside + at + close.len()) else { break };
            // A lone "<" or "`" is a character like any other.
            if (open == "<" && !text[inside..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'))
                || (open == "`" && text[inside..end].contains("\n\n"))
            {
                from = inside;
                continue;
            }
            let blank: String =
                text[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
            text.replace_range(start..end, &blank);
            from = start + blank.len();
        }
    }
    text
}

/// Every numeral of `text`, in order; digits inside a word ("s04") are none.
pub fn numerals(text: &str) -> Vec<Numeral> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| c.is_ascii_digit()).map(|i| at + i) {
        let before = text[..start].chars().next_back();
        // A name (s04, AVX-512), a version (6.2.3), the number of a preprint.
        let named = |c: char| c.is_alphabetic() || c == '_';
        let hyphened = text[..start].strip_suffix('-').is_some_and(|rest| rest.ends_with(named));
        let version =
            text[start..].split(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap_or_default();
        let version = version.trim_end_matches('.').matches('.').count() > 1;
        if before.is_some_and(named) || hyphened || version || text[..start].ends_with("arXiv ") {
            at = start + length(&text[start..], |c| c.is_alphanumeric() || c == '_' || c == '.');
            continue;
        }
        let (mut numeral, end) = numeral(&text[start..]);
        let minus = before.filter(|c| matches!(c, '-' | '−'));
        let sign = minus.map_or(start, |c| start - c.len_utf8());
        if minus.is_some() && !text[..sign].ends_with(|c: char| c.is_alphanumeric() || c == ')') {
            (numeral.value, numeral.text) = (-numeral.value, format!("-{}", numeral.text));
        }
        numeral.at = start;
        at = start + end;
        numeral.percent = text[at..].trim_start_matches([' ', '\u{a0}']).starts_with('%');
        found.push(numeral);
    }
    found
}

/// Bytes of the characters at the start of `text` that `belongs` takes.
fn length(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// The numeral at the start of `text`, and its length there.
fn numeral(text: &str) -> (Numeral, usize) {
    let digits = |from: usize| length(&text[from..], |c| c.is_ascii_digit());
    let mut end = digits(0);
    let mut written = text[..end].to_owned();
    while written.len() <= 3 || end > 3 {
        // A gap between thousands: a space, of any breadth, before exactly three digits.
        let gap = text[end..].chars().next().filter(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}'));
        let Some(next) = gap.map(|c| end + c.len_utf8()).filter(|&next| digits(next) == 3) else { break };
        written += &text[next..next + 3];
        end = next + 3;
    }
    let mut decimals = 0;
    if text[end..].starts_with('.') && digits(end + 1) > 0 {
        decimals = digits(end + 1);
        written += &text[end..end + 1 + decimals];
        end += 1 + decimals;
    }
    let value: f64 = written.parse().expect("digits are a number");
    let zeros = written.len() - written.trim_end_matches('0').len();
    // The zeros at the end of 64000 only say how large it is.
    let unit =
        if decimals == 0 && value >= 1e3 { 10f64.powi(zeros as i32) } else { 10f64.powi(-(decimals as i32)) };
    let (power, used) = power(&text[end..], written == "10");
    let Some(power) = power else {
        return (Numeral { text: written, at: 0, value, unit, percent: false }, end);
    };
    let (value, unit) = if written == "10" && !text[end..].starts_with([' ', 'e']) {
        (10f64.powi(power), 10f64.powi(power))
    } else {
        (value * 10f64.powi(power), unit * 10f64.powi(power))
    };
    (Numeral { text: format!("{written}e{power}"), at: 0, value, unit, percent: false }, end + used)
}

/// The exponent where `rest` goes on as "e-5", " · 10^-5" or, after a bare ten, "^-5"; and its length.
fn power(rest: &str, ten: bool) -> (Option<i32>, usize) {
    let marks: &[&str] =
        if ten { &["^", "e", " · 10^", "·10^"] } else { &["e", " · 10^", "·10^", "×10^"] };
    for mark in marks.iter().filter(|mark| rest.starts_with(**mark)) {
        let start = mark.len();
        let minus = usize::from(rest[start..].starts_with('-'));
        let digits = length(&rest[start + minus..], |c| c.is_ascii_digit());
        if digits > 0 {
            let end = start + minus + digits;
            return (rest[start..end].parse().ok(), end);
        }
    }
    (None, 0)
}

#[test]
fn a_numeral_says_its_value_as_finely_as_it_is_written() {
    let read = |text: &str| {
        let found = numerals(text);
        found.into_iter().map(|n| (n.value, n.unit)).collect::<Vec<_>>()
    };
    assert_eq!(read("0.47, 64 000 and 1 922 010"), [(0.47, 0.01), (64_000.0, 1000.0), (1_922_010.0, 10.0)]);
    assert_eq!(read("of 200, [-0.3, 12.50]"), [(200.0, 1.0), (-0.3, 0.1), (12.5, 0.01)]);
    assert_eq!(read("2.9 · 10^11 or 10^-5 or 1e-3")[0].0, 2.9e11);
    assert_eq!(read("10^-5"), [(1e-5, 1e-5)]);
    assert_eq!(read("from 2-4 to 784-200"), [(2.0, 1.0), (4.0, 1.0), (784.0, 1.0), (200.0, 1.0)]);
    assert!(read("s04, x2, AVX-512, version 6.2.3. and arXiv 2405.19454").is_empty(), "names are no numbers");
}

#[test]
fn code_comments_and_targets_of_links_are_no_prose() {
    let text = prose("see [a](b2.md) `x = 3` <!-- 4 --> n < 5 and\n```rust\n6\n```\n7 <br> <i a=8>");
    let said: Vec<String> = numerals(&text).into_iter().map(|n| n.text).collect();
    assert_eq!(said, ["5", "7"]);
}
