//! Which texts there are: three that are known by name, and a person's own, known by its SHA-256.
//!
//! No path is part of an identity. A person's text is copied once to `data/cache/own-texts/SHA-256.txt`,
//! where a run that goes on tomorrow finds it, whatever has become of the file it came from.

use crate::data::source::WIKITEXT_2;
use crate::data::text::splits::{Splits, windows};
use crate::data::text::{sotu, wikitext};
use crate::error::{Error, Result};
use crate::identity;
use crate::paths::{Home, write_whole};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// A corpus.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Corpus {
    /// The State of the Union addresses ([`sotu`]).
    Sotu,
    /// WikiText-2 in its raw form ([`wikitext`]).
    #[serde(rename = "wikitext-2-raw")]
    Wikitext2Raw,
    /// WikiText-2 in the form with `<unk>`.
    #[serde(rename = "wikitext-2")]
    Wikitext2,
    /// A person's own text.
    Own {
        /// The SHA-256 of its bytes, in hexadecimal.
        sha256: String,
    },
}

/// What a person calls it: in tables, figures and labels.
impl fmt::Display for Corpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sotu => f.write_str("State of the Union"),
            Self::Wikitext2Raw => f.write_str("WikiText-2 raw"),
            Self::Wikitext2 => f.write_str("WikiText-2 with <unk>"),
            Self::Own { sha256 } => write!(f, "own text {}", &sha256[..sha256.len().min(12)]),
        }
    }
}

impl Corpus {
    /// The word for it in labels and on the command line.
    pub fn word(&self) -> String {
        match self {
            Self::Sotu => "sotu".to_owned(),
            Self::Wikitext2Raw => "wikitext-2-raw".to_owned(),
            Self::Wikitext2 => "wikitext-2".to_owned(),
            Self::Own { sha256 } => format!("own-{}", &sha256[..sha256.len().min(12)]),
        }
    }
}

/// The splits of a corpus, from `data/cache/`; everything is checked before it is used.
///
/// # Errors
/// [`Error::Failed`] with what to do where a file is missing; [`Error::Malformed`] where one is not what it
/// should be.
pub fn read(home: &Home, corpus: &Corpus) -> Result<Splits> {
    match corpus {
        Corpus::Sotu => Ok(sotu::split(&sotu::addresses(home)?)),
        Corpus::Wikitext2Raw => wikitext::raw(home),
        Corpus::Wikitext2 => wikitext::tokens(home),
        Corpus::Own { sha256 } => own(home, sha256),
    }
}

/// The corpus that a word or a path names: `sotu`, `wikitext-2` in the form that is there, or a text file.
///
/// # Errors
/// As [`adopt`], for a file of `sequence` words a window.
pub fn named(home: &Home, word: &str, sequence: usize) -> Result<Corpus> {
    match word {
        "sotu" => Ok(Corpus::Sotu),
        "wikitext-2" if has_tokens(home) && !has_raw(home) => Ok(Corpus::Wikitext2),
        "wikitext-2" => Ok(Corpus::Wikitext2Raw),
        path => adopt(home, Path::new(path), sequence),
    }
}

/// WikiText-2 where it is there, otherwise the State of the Union addresses.
pub fn usual(home: &Home) -> Corpus {
    match (has_raw(home), has_tokens(home)) {
        (true, _) => Corpus::Wikitext2Raw,
        (_, true) => Corpus::Wikitext2,
        _ => Corpus::Sotu,
    }
}

fn has_raw(home: &Home) -> bool {
    WIKITEXT_2.files.iter().all(|file| home.dataset(WIKITEXT_2.name).join(file.name).is_file())
}

fn has_tokens(home: &Home) -> bool {
    wikitext::token_paths(home).iter().all(|path| path.is_file())
}

/// Share of a person's text that is learned from; the rest is halved into validation and test.
const TRAINING_SHARE: f64 = 0.8;

/// Takes a person's text into `data/cache/`: its first eight tenths are for training, then one tenth each for
/// validation and test.
///
/// # Errors
/// [`Error::Io`] where it cannot be read; [`Error::Malformed`] where it is not UTF-8, has one word only, or
/// is too short for one window of `sequence` words in each split.
pub fn adopt(home: &Home, path: &Path, sequence: usize) -> Result<Corpus> {
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    let sha256 = identity::sha256(&bytes);
    let text = wikitext::utf8(path, bytes)?;
    let n = text.split_whitespace().count();
    let splits = cut(&text);
    let different: HashSet<&str> = splits.train.split_whitespace().collect();
    let few = |text: &str| windows(text.split_whitespace().count(), sequence) == 0;
    let problem = if few(&splits.train) || few(&splits.validation) || few(&splits.test) {
        format!(
            "it has {n} words; about {} are needed: a tenth is validated on, a tenth tested on, and each split \
             must hold a window of {sequence} words and the word after it",
            10 * (sequence + 2)
        )
    } else if different.len() < 2 {
        "its training part has one word only, again and again: there is nothing to learn".to_owned()
    } else {
        write_whole(&own_path(home, &sha256), text.as_bytes())?;
        return Ok(Corpus::Own { sha256 });
    };
    Err(Error::malformed(path, "the whole text", problem))
}

fn own_path(home: &Home, sha256: &str) -> PathBuf {
    home.dataset("own-texts").join(format!("{sha256}.txt"))
}

fn own(home: &Home, sha256: &str) -> Result<Splits> {
    let path = own_path(home, sha256);
    if !path.is_file() {
        return Err(Error::Failed(format!(
            "{} is missing: name the text's file again, with `lawbook study 05 --corpus FILE`",
            path.display()
        )));
    }
    let bytes = fs::read(&path).map_err(Error::io("read", &path))?;
    let found = identity::sha256(&bytes);
    if found != sha256 {
        let problem =
            format!("its SHA-256 is {found}: it was changed; delete it and name the text's file again");
        return Err(Error::malformed(&path, "the whole text", problem));
    }
    Ok(cut(&wikitext::utf8(&path, bytes)?))
}

/// Eight tenths, one tenth and one tenth of a text's words, in this order.
fn cut(text: &str) -> Splits {
    let starts: Vec<usize> =
        text.split_whitespace().map(|word| word.as_ptr() as usize - text.as_ptr() as usize).collect();
    let place =
        |share: f64| starts.get((share * starts.len() as f64) as usize).copied().unwrap_or(text.len());
    let (first, second) = (place(TRAINING_SHARE), place((1.0 + TRAINING_SHARE) / 2.0));
    Splits {
        train: text[..first].to_owned(),
        validation: text[first..second].to_owned(),
        test: text[second..].to_owned(),
    }
}
