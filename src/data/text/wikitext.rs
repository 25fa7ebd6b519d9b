//! WikiText-2: articles of Wikipedia as words between spaces, in two forms.
//!
//! | form | files | words out of the vocabulary | how it is checked |
//! |---|---|---|---|
//! | raw | `wiki.train.raw`, … | stand there | SHA-256 of each file ([`crate::data::source::WIKITEXT_2`]) |
//! | tokens | `wiki.train.tokens`, … | are `<unk>` | lines, tokens, and words in training |
//!
//! The counts: 36 718, 3 760 and 4 358 lines (rows of the dataset as Hugging Face hands it out), and 2 088
//! 628, 217 646 and 245 569 tokens with one end mark a line (table 1 of Merity et al. 2016); 33 278 words in
//! training with the end mark (the same table). The raw form has the same lines and tokens and 76 617 words
//! in training (the original's count, `<unk>` included). None of them could be checked where this was
//! written: no machine of ours reached a mirror.

use crate::data::check;
use crate::data::source::WIKITEXT_2;
use crate::data::text::splits::Splits;
use crate::error::{Error, Result};
use crate::paths::Home;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines and tokens (with one end mark a line) of training, validation and test split, in both forms.
pub const COUNTS: [(usize, usize); 3] = [(36_718, 2_088_628), (3_760, 217_646), (4_358, 245_569)];

/// Different words of the training split in the form with `<unk>`, the end mark included.
pub const WORDS: usize = 33_278;

/// The files of the form with `<unk>`.
pub const TOKEN_FILES: [&str; 3] = ["wiki.train.tokens", "wiki.valid.tokens", "wiki.test.tokens"];

/// The raw form, from `data/cache/wikitext-2/`.
///
/// # Errors
/// As [`check::present`]; [`Error::Malformed`] where a text is not UTF-8.
pub fn raw(home: &Home) -> Result<Splits> {
    let [train, validation, test] = [0, 1, 2].map(|i| {
        let file = &WIKITEXT_2.files[i];
        let path = home.dataset(WIKITEXT_2.name).join(file.name);
        utf8(&path, check::present(home, &WIKITEXT_2, file)?)
    });
    Ok(Splits { train: train?, validation: validation?, test: test? })
}

/// The form with `<unk>`, from `data/cache/wikitext-2/`.
///
/// # Errors
/// [`Error::Failed`] with what to do where a file is missing; as [`check_tokens`].
pub fn tokens(home: &Home) -> Result<Splits> {
    let paths = token_paths(home);
    let mut texts = Vec::new();
    for path in &paths {
        if !path.is_file() {
            return Err(Error::Failed(format!(
                "{} is missing: run `lawbook data import wikitext-2 DIR`, where DIR holds {}",
                path.display(),
                TOKEN_FILES.join(", ")
            )));
        }
        texts.push(utf8(path, fs::read(path).map_err(Error::io("read", path))?)?);
    }
    let [train, validation, test] = texts.try_into().expect("three files, three texts");
    let splits = Splits { train, validation, test };
    check_tokens(&paths, &splits)?;
    Ok(splits)
}

/// Where the files of the form with `<unk>` lie.
pub fn token_paths(home: &Home) -> [PathBuf; 3] {
    TOKEN_FILES.map(|name| home.dataset(WIKITEXT_2.name).join(name))
}

/// Are these texts the form with `<unk>`, by all that is known of it? `paths` name them in messages.
///
/// # Errors
/// [`Error::Malformed`] with the first count that is another.
pub fn check_tokens(paths: &[PathBuf; 3], splits: &Splits) -> Result<()> {
    let texts = [&splits.train, &splits.validation, &splits.test];
    for ((path, text), (lines, tokens)) in paths.iter().zip(texts).zip(COUNTS) {
        let found = text.lines().count();
        let words = text.split_whitespace().count();
        if (found, found + words) != (lines, tokens) {
            let problem = format!(
                "there are {found} lines and {words} words, expected {lines} and {}: this is not WikiText-2",
                tokens - lines
            );
            return Err(Error::malformed(path, format!("lines 1 to {found}"), problem));
        }
    }
    let words = splits.train.split_whitespace().collect::<HashSet<_>>().len() + 1;
    if words != WORDS {
        let problem =
            format!("there are {} different words, expected {}: this is another form", words - 1, WORDS - 1);
        return Err(Error::malformed(&paths[0], "the whole text", problem));
    }
    Ok(())
}

/// A file's bytes as text.
pub fn utf8(path: &Path, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|e| {
        let place = format!("byte {}", e.utf8_error().valid_up_to());
        Error::malformed(path, place, "this is not UTF-8; convert the text first, with iconv perhaps")
    })
}
