//! The words of a vocabulary and their numbers: `<unk>`, then the most frequent words of a text.

use std::cmp::Reverse;
use std::collections::HashMap;

/// What stands for every word outside the vocabulary; token 0.
pub const UNKNOWN: &str = "<unk>";

/// Words by number, the most frequent first after [`UNKNOWN`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    words: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Vocabulary {
    /// [`UNKNOWN`] and the `size - 1` most frequent words of a text; of equally frequent words, those that
    /// come first in the text.
    ///
    /// ```
    /// use lawbook::data::text::vocabulary::Vocabulary;
    /// let vocabulary = Vocabulary::of("b a a c b a\nd", 3);
    /// assert_eq!(vocabulary.encode("a b c d <unk>"), [1, 2, 0, 0, 0]);
    /// assert_eq!(vocabulary.word(1), "a");
    /// ```
    pub fn of(text: &str, size: usize) -> Self {
        let mut counts: HashMap<&str, (u32, usize)> = HashMap::new();
        for (place, word) in text.split_whitespace().enumerate() {
            counts.entry(word).or_insert((0, place)).0 += 1;
        }
        counts.remove(UNKNOWN);
        let mut words: Vec<(&str, (u32, usize))> = counts.into_iter().collect();
        words.sort_unstable_by_key(|&(_, (count, first))| (Reverse(count), first));
        words.truncate(size.saturating_sub(1));
        let words: Vec<String> = std::iter::once(UNKNOWN)
            .chain(words.into_iter().map(|(word, _)| word))
            .map(str::to_owned)
            .collect();
        let numbers = words.iter().cloned().zip(0..).collect();
        Self { words, numbers }
    }

    /// Number of words, [`UNKNOWN`] included.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none; there is always [`UNKNOWN`].
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The word with this number.
    ///
    /// # Panics
    /// When there is none.
    pub fn word(&self, token: u32) -> &str {
        &self.words[token as usize]
    }

    /// The tokens of a text.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        text.split_whitespace().map(|word| self.numbers.get(word).copied().unwrap_or(0)).collect()
    }
}
