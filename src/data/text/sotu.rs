//! The State of the Union addresses: 233 messages of the presidents to Congress, 1790 to 2021, 1.79 million
//! words.
//!
//! One file, one address a line: `1790_george_washington_n`, a tab, the text. Each year and president have
//! one address in it, so that nothing said twice on one day stands there twice.
//!
//! Split by address, in order of time: of every thirteen the second is for validation and the ninth for
//! testing. Thirteen shares no factor with the four years of a term, so that every year of a term is in each
//! split; and of the strides 13, 15 and 17 with every pair of places, this is among the two whose splits
//! share the shortest passages: presidents quote themselves, but no passage of 60 words stands in two splits.

use crate::data::check;
use crate::data::source::SOTU;
use crate::data::text::splits::Splits;
use crate::error::{Error, Result};
use crate::paths::Home;

/// Addresses from one of a held-out split to the next.
const STRIDE: usize = 13;
/// Place of the validation address among every [`STRIDE`].
const VALIDATION: usize = 1;
/// Place of the test address among every [`STRIDE`].
const TEST: usize = 8;

/// Texts in one file: in order of their names, one a line, each after its name and a tab.
///
/// ```
/// use lawbook::data::text::sotu::join;
/// let texts = vec![("1791_b".to_owned(), b"two\nlines\n".to_vec()), ("1790_a".to_owned(), b"one".to_vec())];
/// assert_eq!(join(texts), b"1790_a\tone\n1791_b\ttwo lines\n");
/// ```
pub fn join(mut texts: Vec<(String, Vec<u8>)>) -> Vec<u8> {
    texts.sort();
    let mut joined = Vec::new();
    for (name, mut text) in texts {
        text.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
        joined.extend_from_slice(name.as_bytes());
        joined.push(b'\t');
        joined.extend_from_slice(text.trim_ascii());
        joined.push(b'\n');
    }
    joined
}

/// Name and text of every address, in order of time.
///
/// # Errors
/// As [`check::present`]; [`Error::Malformed`] where a line has no name.
pub fn addresses(home: &Home) -> Result<Vec<(String, String)>> {
    let file = &SOTU.files[0];
    let path = home.dataset(SOTU.name).join(file.name);
    let wrong = |place: String, problem: &str| Error::malformed(&path, place, problem);
    let text = String::from_utf8(check::present(home, &SOTU, file)?)
        .map_err(|e| wrong(format!("byte {}", e.utf8_error().valid_up_to()), "this is not UTF-8"))?;
    let parse = |(i, line): (usize, &str)| {
        let (name, text) = line.split_once('\t').ok_or_else(|| {
            wrong(format!("line {}", i + 1), "there is no tab between an address's name and its text")
        })?;
        Ok((name.to_owned(), text.to_owned()))
    };
    text.lines().enumerate().map(parse).collect()
}

/// The addresses of each split, one a line.
pub fn split(addresses: &[(String, String)]) -> Splits {
    let mut splits = Splits::default();
    for (i, (_, text)) in addresses.iter().enumerate() {
        let split = match i % STRIDE {
            VALIDATION => &mut splits.validation,
            TEST => &mut splits.test,
            _ => &mut splits.train,
        };
        split.push_str(text);
        split.push('\n');
    }
    splits
}
