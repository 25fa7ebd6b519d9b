//! Baselines without a network: unigram and interpolated Kneser–Ney bigram.
//!
//! ```text
//! unigram      p(w) = c(w) / Σ c                                   c(w) at least 1
//! bigram       p(w | v) = (c(v w) - D₂)⁺ / c(v) + D₂ N(v ·) / c(v) · q(w)
//! lower order  q(w) = (N(· w) - D₁)⁺ / N(· ·) + D₁ |{w : N(· w) > 0}| / N(· ·) · 1/V
//! discounts    D = n₁ / (n₁ + 2 n₂)                                n₁, n₂ counts of 1 and of 2
//! ```
//!
//! `c` counts in the training split, `N(v ·)` the different words after `v`, `N(· w)` the different words
//! before `w`, `N(· ·)` all different pairs. D₂ comes from the counts of pairs, D₁ from the N(· w). After a
//! word that training never continued, p(w | v) = q(w). Source: Chen & Goodman, *An empirical study of
//! smoothing techniques for language modeling* (1998), §2.7 and §3 (discounts by Ney, Essen & Kneser 1994).
//!
//! A model that does not beat these has learned nothing beyond frequencies of words and of pairs.

use crate::data::text::encoded::Text;
use serde::{Deserialize, Serialize};

/// Word frequencies.
#[derive(Debug, Clone)]
pub struct Unigram {
    probabilities: Vec<f64>,
}

impl Unigram {
    /// The frequencies of a training split under a vocabulary of `vocabulary` words.
    pub fn of(tokens: &[u32], vocabulary: usize) -> Self {
        let mut counts = vec![0_u64; vocabulary];
        tokens.iter().for_each(|&token| counts[token as usize] += 1);
        let counts: Vec<f64> = counts.into_iter().map(|count| count.max(1) as f64).collect();
        let total: f64 = counts.iter().sum();
        Self { probabilities: counts.into_iter().map(|count| count / total).collect() }
    }

    /// p(w).
    pub fn probability(&self, word: u32) -> f64 {
        self.probabilities[word as usize]
    }
}

/// The interpolated Kneser–Ney bigram.
#[derive(Debug, Clone)]
pub struct Bigram {
    /// Different pairs `(v, w)` in order, each with its count.
    pairs: Vec<(u64, f64)>,
    /// For every word `v`: c(v) as the first of a pair, and N(v ·).
    contexts: Vec<(f64, f64)>,
    /// q(w).
    lower: Vec<f64>,
    discount: f64,
}

impl Bigram {
    /// The bigram of a training split under a vocabulary of `vocabulary` words.
    pub fn of(tokens: &[u32], vocabulary: usize) -> Self {
        let mut seen: Vec<u64> = tokens.windows(2).map(|pair| key(pair[0], pair[1])).collect();
        seen.sort_unstable();
        let pairs: Vec<(u64, f64)> =
            seen.chunk_by(|a, b| a == b).map(|equal| (equal[0], equal.len() as f64)).collect();
        let mut contexts = vec![(0.0, 0.0); vocabulary];
        let mut before = vec![0.0; vocabulary];
        for &(pair, count) in &pairs {
            let (total, different) = &mut contexts[(pair >> 32) as usize];
            (*total, *different) = (*total + count, *different + 1.0);
            before[(pair & u64::from(u32::MAX)) as usize] += 1.0;
        }
        let discount = discount(pairs.iter().map(|&(_, count)| count));
        let (lower_discount, total) = (self::discount(before.iter().copied()), pairs.len().max(1) as f64);
        let spread = lower_discount * before.iter().filter(|&&n| n > 0.0).count() as f64 / total;
        // Without any pair nothing is known: every word alike.
        let spread = if pairs.is_empty() { 1.0 } else { spread };
        let lower = before.iter().map(|n| (n - lower_discount).max(0.0) / total + spread / vocabulary as f64);
        Self { contexts, lower: lower.collect(), discount, pairs }
    }

    /// p(w | v).
    pub fn probability(&self, previous: u32, word: u32) -> f64 {
        let (total, different) = self.contexts[previous as usize];
        let lower = self.lower[word as usize];
        if total == 0.0 {
            return lower;
        }
        let found = self.pairs.binary_search_by_key(&key(previous, word), |&(pair, _)| pair);
        let count = found.map_or(0.0, |place| self.pairs[place].1);
        ((count - self.discount).max(0.0) + self.discount * different * lower) / total
    }
}

fn key(previous: u32, word: u32) -> u64 {
    u64::from(previous) << 32 | u64::from(word)
}

/// n₁ / (n₁ + 2 n₂); one half where nothing occurs once or twice.
fn discount(counts: impl Iterator<Item = f64>) -> f64 {
    let (mut once, mut twice) = (0.0, 0.0);
    for count in counts {
        once += f64::from(count == 1.0);
        twice += f64::from(count == 2.0);
    }
    if once + twice == 0.0 { 0.5 } else { once / (once + 2.0 * twice) }
}

/// Cross-entropies of the two baselines on held-out tokens, in nats a token.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Baselines {
    /// Of the unigram on the validation split.
    pub unigram_validation: f64,
    /// Of the unigram on the test split.
    pub unigram_test: f64,
    /// Of the bigram on the validation split.
    pub bigram_validation: f64,
    /// Of the bigram on the test split.
    pub bigram_test: f64,
}

impl Baselines {
    /// The baselines of a text, on the very tokens that a model predicts in so many validation and test
    /// windows of `sequence` tokens.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn of(text: &Text, sequence: usize, [n_validation, n_test]: [usize; 2]) -> Self {
        let (unigram, bigram) =
            (Unigram::of(&text.train, text.vocabulary.len()), Bigram::of(&text.train, text.vocabulary.len()));
        let mean = |tokens: &[u32], windows: usize, probability: &dyn Fn(u32, u32) -> f64| {
            let n = windows * sequence;
            let nats = tokens[..=n].windows(2).map(|pair| -probability(pair[0], pair[1]).ln());
            nats.sum::<f64>() / n as f64
        };
        let one = |_: u32, word: u32| unigram.probability(word);
        let two = |previous: u32, word: u32| bigram.probability(previous, word);
        Self {
            unigram_validation: mean(&text.validation, n_validation, &one),
            unigram_test: mean(&text.test, n_test, &one),
            bigram_validation: mean(&text.validation, n_validation, &two),
            bigram_test: mean(&text.test, n_test, &two),
        }
    }
}
