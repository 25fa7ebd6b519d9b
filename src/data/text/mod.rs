//! English text as numbered words: corpora, their splits, the vocabulary, and n-gram baselines.
//!
//! ```text
//! text ──whitespace──> words ──vocabulary──> tokens 0..V ──windows of S──> inputs t_i, targets t_{i+1}
//! ```
//!
//! As original 004 does it: words are what stands between white space, line by line, with no mark for the end
//! of a line; the vocabulary is `<unk>` and the most frequent words of the training split.

mod splits;
pub mod sotu;
pub mod wikitext;
pub mod corpus;
pub mod vocabulary;
mod encoded;
pub mod ngram;

pub use encoded::Text;
pub use splits::{Splits, windows};
