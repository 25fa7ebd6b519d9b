//! The least loss that any model can have on a family of token sequences: the entropy of what it must
//! predict.
//!
//! ```text
//! floor = (1/S) Σ_j H(x_{j+1} | x_0 … x_j)      S places, next-token labels; 0 where labels are the inputs
//!
//! pattern      ln 10 for each of x_1 … x_4, then 0                       4 ln 10 / S
//! arithmetic   ln 5 for x_1, which tells the step, then 0                  ln 5 / S
//! sine         x_0 is the start; the frequency is told bit by bit        H(x_1 … x_S | x_0) / S
//! uniform      ln V at every place                                         ln V
//! ```
//!
//! The sine's tokens are a step function of its frequency, so that all frequencies between two steps give one
//! sequence: its entropy is that of the lengths of these intervals as shares of the whole, summed exactly.
//!
//! A floor is for a model that knows the family. One that has to tell the four apart loses at most ln 4 a
//! sequence more, `ln 4 / S` a token: the sequence is at least a quarter as likely under the mixture. Holds
//! for a vocabulary above 200, where the sine's offsets stay apart, and for expected losses; the mean over a
//! held-out set scatters around them.

use crate::data::tokens::{Labels, TokenFamily};
use std::collections::BTreeMap;
use std::f64::consts::{PI, TAU};

/// The least expected loss on a family's sequences, in nats a token.
///
/// ```
/// use lawbook::data::{floors::floor, tokens::{TokenFamily, Labels}};
/// let uniform = floor(TokenFamily::Uniform, 50_257, 64, Labels::Next);
/// assert_eq!((uniform * 1e3).round(), 10_825.0);
/// assert_eq!(floor(TokenFamily::Uniform, 50_257, 64, Labels::Same), 0.0);
/// ```
pub fn floor(family: TokenFamily, vocabulary: u32, sequence: usize, labels: Labels) -> f64 {
    if labels == Labels::Same {
        return 0.0;
    }
    let nats = match family {
        TokenFamily::Pattern => sequence.min(4) as f64 * 10f64.ln(),
        TokenFamily::Arithmetic => 5f64.ln(),
        TokenFamily::Sine => sine_entropy(sequence),
        TokenFamily::Uniform => sequence as f64 * f64::from(vocabulary).ln(),
    };
    nats / sequence as f64
}

/// The most that not being told the family can cost, in nats a token.
pub fn cost_of_mixture(sequence: usize) -> f64 {
    (TokenFamily::ALL.len() as f64).ln() / sequence as f64
}

/// Lowest and highest frequency of a sine.
const FREQUENCIES: [f64; 2] = [0.1, 0.5];
/// Its amplitude.
const AMPLITUDE: f64 = 100.0;

/// Entropy of `⌊100 sin(f j)⌋`, j = 1 … `sequence`, over uniform frequencies f.
fn sine_entropy(sequence: usize) -> f64 {
    let [low, high] = FREQUENCIES;
    let mut ends = vec![low, high];
    for j in (1..=sequence).map(|j| j as f64) {
        for level in -AMPLITUDE as i32..=AMPLITUDE as i32 {
            let angle = (f64::from(level) / AMPLITUDE).asin();
            // Every place where 100 sin(f j) passes the whole number `level`, on the rising and the falling side.
            for side in [angle, PI - angle] {
                let turns = ((low * j - side) / TAU).ceil() as i64..=((high * j - side) / TAU).floor() as i64;
                ends.extend(turns.map(|turn| (side + TAU * turn as f64) / j));
            }
        }
    }
    ends.sort_by(f64::total_cmp);
    let mut shares: BTreeMap<Vec<i16>, f64> = BTreeMap::new();
    for pair in ends.windows(2).filter(|pair| pair[1] > pair[0]) {
        let middle = (pair[0] + pair[1]) / 2.0;
        let tokens = (1..=sequence).map(|j| (AMPLITUDE * (middle * j as f64).sin()).floor() as i16).collect();
        *shares.entry(tokens).or_default() += (pair[1] - pair[0]) / (high - low);
    }
    shares.values().map(|share| -share * share.ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::tokens::families;

    #[test]
    fn the_floors_of_the_original_s_sequences() {
        let floors = TokenFamily::ALL.map(|family| floor(family, 50_257, 64, Labels::Next));
        // 4 ln 10 / 64, ln 5 / 64, 52 331 intervals of frequencies counted by an independent program, ln 50 257.
        let known = [0.143_911_6, 0.025_147_5, 0.163_088_1, 10.824_905_1];
        for (found, known) in floors.into_iter().zip(known) {
            assert!((found - known).abs() < 1e-6, "{found} is not {known}");
        }
        assert!((cost_of_mixture(64) - 0.021_661).abs() < 1e-6);
        for family in TokenFamily::ALL {
            assert_eq!(floor(family, 50_257, 64, Labels::Same), 0.0);
        }
    }

    #[test]
    fn the_sine_s_entropy_is_that_of_drawn_sequences() {
        // A plug-in estimate from 40 000 sequences of four targets: too low by about (cells − 1)/2n < 0.01.
        let tokens = families(50_257, 4, [160_000, 0, 0], Labels::Next, 7).train;
        let mut counts: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
        let sines = (0..tokens.n).filter(|&i| tokens.families[i] == TokenFamily::Sine);
        for i in sines {
            let (start, targets) = (tokens.inputs[4 * i], &tokens.targets[4 * i..4 * i + 4]);
            *counts.entry(targets.iter().map(|t| (t + 50_257 - start) % 50_257).collect()).or_default() +=
                1.0;
        }
        let estimate: f64 = counts.values().map(|n| -(n / 40_000.0) * (n / 40_000.0).ln()).sum();
        let bias = (counts.len() as f64 - 1.0) / 80_000.0;
        let exact = 4.0 * floor(TokenFamily::Sine, 50_257, 4, Labels::Next);
        assert!((estimate + bias - exact).abs() < 0.01, "{estimate} + {bias} against {exact}");
    }

    #[test]
    fn a_predictor_that_knows_pattern_and_step_meets_the_floors() {
        // Ten equal chances four times; five equal chances once; certainty afterwards.
        let sequence = 16;
        let tokens = families(50_257, sequence, [0, 0, 400], Labels::Next, 3).test;
        for (i, family) in tokens.families.iter().enumerate() {
            let inputs = &tokens.inputs[i * sequence..(i + 1) * sequence];
            let targets = &tokens.targets[i * sequence..(i + 1) * sequence];
            let certain = |place: usize| match family {
                TokenFamily::Pattern => place >= 4 && targets[place] == inputs[place - 4],
                TokenFamily::Arithmetic => {
                    place >= 1 && targets[place] == (2 * inputs[place] + 50_257 - inputs[place - 1]) % 50_257
                }
                _ => false,
            };
            let unsure = (0..sequence).filter(|&place| !certain(place)).count();
            let (most, nats) = match family {
                TokenFamily::Pattern => (4, 10f64.ln()),
                TokenFamily::Arithmetic => (1, 5f64.ln()),
                _ => continue,
            };
            assert!(unsure <= most, "{family:?}: {inputs:?}");
            let floor = floor(*family, 50_257, sequence, Labels::Next);
            assert!((floor * sequence as f64 - most as f64 * nats).abs() < 1e-12);
        }
    }
}
