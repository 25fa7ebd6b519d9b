//! Plain numbers from a file or standard input: separated by white space or commas, `#` begins a comment.
//!
//! Read as a stream: memory holds the numbers and one word, whatever the file.

use crate::error::{Error, Result};
use crate::input::cell::quote;
use crate::input::source::stream;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

/// The most numbers that are taken: half a gigabyte.
const MOST: usize = 1 << 26;
/// No number is longer.
const LONGEST: usize = 400;

/// All numbers of `path`, or of standard input for `-`, each finite and above 0.
///
/// # Errors
/// [`Error::Io`] where it cannot be read; [`Error::Malformed`] naming the line of what is no such number,
/// and for no number at all; [`Error::Failed`] for a folder.
pub fn read(path: &Path) -> Result<Vec<f64>> {
    if path.is_dir() {
        return Err(Error::Failed(format!("{} is a folder: name a file of numbers", path.display())));
    }
    let (name, source) = stream(path)?;
    let mut words =
        Words { path: name.clone(), line: 1, word: Vec::new(), comment: false, numbers: Vec::new() };
    for (i, byte) in BufReader::with_capacity(1 << 16, source).bytes().enumerate() {
        let byte = byte.map_err(Error::io("read", &name))?;
        words.word.push(byte);
        if i == 2 && words.word == *b"\xef\xbb\xbf" {
            // A byte order mark, as some editors put first.
            words.word.clear();
        }
        words.take(byte)?;
    }
    words.end_word()?;
    if words.numbers.is_empty() {
        return Err(Error::malformed(
            &name,
            "the whole of it",
            "holds no numbers: one or more a line are expected",
        ));
    }
    Ok(words.numbers)
}

struct Words {
    path: PathBuf,
    line: usize,
    word: Vec<u8>,
    comment: bool,
    numbers: Vec<f64>,
}

impl Words {
    /// Acts on the byte that was just added to the word.
    fn take(&mut self, byte: u8) -> Result<()> {
        match byte {
            b'\n' => {
                self.cut()?;
                self.comment = false;
                self.line += 1;
            }
            _ if self.comment => self.word.clear(),
            b'#' => {
                self.cut()?;
                self.comment = true;
            }
            b',' => self.cut()?,
            _ if byte.is_ascii_whitespace() => self.cut()?,
            _ if self.word.len() > LONGEST => return Err(self.refuse("is no number")),
            _ => {}
        }
        Ok(())
    }

    /// Ends the word before its last byte, which is no part of it.
    fn cut(&mut self) -> Result<()> {
        self.word.pop();
        self.end_word()
    }

    fn end_word(&mut self) -> Result<()> {
        if self.word.is_empty() {
            return Ok(());
        }
        let number = str::from_utf8(&self.word).ok().and_then(|word| word.parse::<f64>().ok());
        match number {
            None => Err(self.refuse("is no number; comments begin with #")),
            Some(x) if !x.is_finite() => Err(self.refuse("is not a finite number")),
            Some(x) if x <= 0.0 => {
                Err(self
                    .refuse("is not above 0: the tail of a power law has no such numbers; leave them out"))
            }
            Some(_) if self.numbers.len() == MOST => Err(Error::malformed(
                &self.path,
                format!("line {}", self.line),
                format!("holds more than {MOST} numbers: take a sample of them"),
            )),
            Some(x) => {
                self.numbers.push(x);
                self.word.clear();
                Ok(())
            }
        }
    }

    /// What is wrong with the word, and where it stands.
    fn refuse(&self, problem: &str) -> Error {
        let text = quote(&String::from_utf8_lossy(&self.word));
        Error::malformed(&self.path, format!("line {}", self.line), format!("{text} {problem}"))
    }
}
