//! The splits of a corpus, and the windows that a split is cut into.

/// The three splits of a corpus as text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Splits {
    /// To learn from.
    pub train: String,
    /// Held out for decisions: when to stop, which run is best.
    pub validation: String,
    /// Held out for the final measurement.
    pub test: String,
}

/// Windows of `sequence` tokens with a next token for each, side by side: the last of a window's targets is
/// the first token of the next.
///
/// ```
/// assert_eq!([0, 4, 5, 8, 9].map(|n| lawbook::data::text::windows(n, 4)), [0, 0, 1, 1, 2]);
/// ```
pub fn windows(tokens: usize, sequence: usize) -> usize {
    tokens.saturating_sub(1) / sequence
}
