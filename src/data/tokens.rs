//! Synthetic token sequences, as original 000 trained on them.
//!
//! Four families in turn, then shuffled (the original's download of text had failed):
//!
//! ```text
//! 0   five random tokens of 1..10, repeated          1   start + j · step mod V
//! 2   ⌊start + 100 sin(freq · j)⌋ mod V              3   uniform, nothing to learn
//! ```

use crate::random::{Stream, permutation, stream};
use rand::RngExt;
use serde::{Deserialize, Serialize};

/// Training and test sequences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Training sequences.
    pub train: Sequences,
    /// Validation sequences, for early stopping.
    pub validation: Sequences,
    /// Test sequences.
    pub test: Sequences,
}

/// Sequences of equal length with their targets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sequences {
    /// Tokens, `n × sequence`.
    pub inputs: Vec<u32>,
    /// The target at every position, `n × sequence`.
    pub targets: Vec<u32>,
    /// Number of sequences.
    pub n: usize,
    /// The family of every sequence.
    pub families: Vec<TokenFamily>,
}

/// One of the four rules that draw a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenFamily {
    /// Five random tokens of 1..10, repeated.
    Pattern,
    /// `start + j · step`, with a step of 1..5.
    Arithmetic,
    /// `⌊start + 100 sin(freq · j)⌋`.
    Sine,
    /// Independent uniform tokens.
    Uniform,
}

impl TokenFamily {
    /// All of them, in the order in which they are drawn.
    pub const ALL: [Self; 4] = [Self::Pattern, Self::Arithmetic, Self::Sine, Self::Uniform];

    /// The word in figures and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pattern => "repeated pattern",
            Self::Arithmetic => "arithmetic",
            Self::Sine => "sine",
            Self::Uniform => "uniform",
        }
    }
}

/// The target at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Labels {
    /// The input token itself: the original's slip, an identity that even a position-wise network
    /// learns.
    Same,
    /// The next token: a language model.
    Next,
}

/// Draws sequences of `sequence` tokens out of `vocabulary`: so many for training, validation and testing.
/// The seed decides all.
pub fn families(
    vocabulary: u32,
    sequence: usize,
    [n_train, n_validation, n_test]: [usize; 3],
    labels: Labels,
    seed: u64,
) -> Tokens {
    let n = n_train + n_validation + n_test;
    let mut random = stream(seed, "token families", 0);
    let family = |i: usize| TokenFamily::ALL[i % TokenFamily::ALL.len()];
    // One token more than is shown, so that the last place has a next one too.
    let drawn: Vec<Vec<u32>> =
        (0..n).map(|i| draw(family(i), vocabulary, sequence + 1, &mut random)).collect();
    let order = permutation(n, &mut stream(seed, "token families, order", 0));
    let gather = |places: &[u32]| {
        let mut sequences = Sequences { n: places.len(), ..Sequences::default() };
        for &i in places {
            let tokens = &drawn[i as usize];
            sequences.families.push(family(i as usize));
            sequences.inputs.extend(&tokens[..sequence]);
            sequences.targets.extend(match labels {
                Labels::Same => &tokens[..sequence],
                Labels::Next => &tokens[1..],
            });
        }
        sequences
    };
    let (train, held_out) = order.split_at(n_train);
    let (test, validation) = held_out.split_at(n_test);
    Tokens { train: gather(train), validation: gather(validation), test: gather(test) }
}

fn draw(family: TokenFamily, vocabulary: u32, length: usize, random: &mut Stream) -> Vec<u32> {
    let mut token = |low: u32, below: u32| random.random_range(low..below.max(low + 1)) % vocabulary;
    match family {
        TokenFamily::Pattern => {
            let pattern: [u32; 5] = std::array::from_fn(|_| token(1, 11));
            pattern.into_iter().cycle().take(length).collect()
        }
        TokenFamily::Arithmetic => {
            let (start, step) = (token(1, vocabulary / 2 + 1), token(1, 6));
            (0..length as u32).map(|j| (start + j * step) % vocabulary).collect()
        }
        TokenFamily::Sine => {
            let start = f64::from(token(1, vocabulary / 2 + 1));
            let frequency = random.random_range(0.1..0.5);
            let place = |j: usize| (start + 100.0 * (frequency * j as f64).sin()).floor() as i64;
            (0..length).map(|j| place(j).rem_euclid(i64::from(vocabulary)) as u32).collect()
        }
        TokenFamily::Uniform => (0..length).map(|_| random.random_range(0..vocabulary)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use crate::data::tokens::{Labels, TokenFamily, families};

    #[test]
    fn next_labels_are_the_inputs_one_place_later_and_same_labels_the_inputs() {
        let next = families(1000, 16, [40, 0, 10], Labels::Next, 1);
        for (inputs, targets) in next.train.inputs.chunks(16).zip(next.train.targets.chunks(16)) {
            assert_eq!(inputs[1..], targets[..15]);
        }
        let same = families(1000, 16, [40, 0, 10], Labels::Same, 1);
        assert_eq!(same.train.inputs, same.train.targets);
        assert_eq!(same.train.inputs, next.train.inputs, "the labels do not change the sequences");
        assert_eq!((same.train.n, same.test.n), (40, 10));
    }

    #[test]
    fn the_four_families_are_there_in_equal_shares_and_every_sequence_knows_its_own() {
        let tokens = families(50_257, 64, [400, 0, 0], Labels::Same, 2).train;
        assert!(tokens.inputs.iter().all(|&t| t < 50_257));
        let repeats = |s: &[u32]| s[..59] == s[5..] && s.iter().all(|t| (1..=10).contains(t));
        let arithmetic = |s: &[u32]| {
            let step = (50_257 + s[1] - s[0]) % 50_257;
            (1..6).contains(&step) && s.windows(2).all(|w| (w[0] + step) % 50_257 == w[1])
        };
        let near = |a: u32, b: u32| (50_257 + a - b + 101) % 50_257 <= 201;
        let sine = |s: &[u32]| !arithmetic(s) && !repeats(s) && s.iter().all(|&t| near(t, s[0]));
        for (i, sequence) in tokens.inputs.chunks(64).enumerate() {
            let found = match (repeats(sequence), arithmetic(sequence), sine(sequence)) {
                (true, ..) => TokenFamily::Pattern,
                (_, true, _) => TokenFamily::Arithmetic,
                (.., true) => TokenFamily::Sine,
                _ => TokenFamily::Uniform,
            };
            assert_eq!(tokens.families[i], found, "{sequence:?}");
        }
        for family in TokenFamily::ALL {
            assert_eq!(tokens.families.iter().filter(|f| **f == family).count(), 100);
        }
    }

    #[test]
    fn seeds_draw_other_sequences() {
        let draw = |seed| families(1000, 8, [20, 0, 5], Labels::Next, seed);
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
    }

    #[test]
    fn no_sequence_is_in_two_splits() {
        let tokens = families(50_257, 64, [40, 12, 8], Labels::Next, 5);
        let splits = [&tokens.train, &tokens.validation, &tokens.test];
        assert_eq!(splits.map(|split| split.n), [40, 12, 8]);
        let mut all: Vec<&[u32]> = splits.into_iter().flat_map(|split| split.inputs.chunks(64)).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 60, "a pattern may repeat by chance once in 100 000, these do not");
    }
}
