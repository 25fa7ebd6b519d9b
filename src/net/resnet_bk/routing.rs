//! Which expert takes which place.
//!
//! The logits are sums in one fixed order, the same for every machine, every form of the network and
//! every way of cutting a batch; of equal logits the first expert's wins. So a place goes to the same
//! expert wherever its numbers are the same.
//!
//! A trained gate multiplies the expert's output with the probability `p_k`, the softmax of the logits at the
//! chosen expert `k` (Fedus, Zoph & Shazeer 2022), and adds a loss that is least when the load is even. It is
//! taken sequence by sequence, so that it does not depend on how a batch is cut into parts:
//!
//! ```text
//! balance · mean over sequences of  E Σ_e f_e P_e   f_e = share of the places sent to e,  P_e = mean of p_e
//! ```

use crate::ops::exp::exp;
use serde::{Deserialize, Serialize};

/// Whether the gate learns.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// It only chooses, and gets no gradient: the original's.
    #[default]
    Untrained,
    /// It scales the chosen expert's output by its probability, and is asked to balance the load.
    Trained {
        /// Weight of the load-balancing loss of each block; 0.01 in the Switch Transformer.
        balance: f32,
    },
}

/// Sums that run side by side, and are added in order at the end.
const LANES: usize = 8;

/// The experts' places.
#[derive(Debug, Default)]
pub struct Routing {
    /// The expert of every place.
    pub choice: Vec<u32>,
    /// All places, first the first expert's, each expert's in order.
    pub order: Vec<u32>,
    /// How many places of `order` are each expert's.
    pub counts: Vec<usize>,
    /// The gate's logits, `places × experts`; its probabilities after [`Routing::softmax`].
    pub logits: Vec<f32>,
}

impl Routing {
    /// Sends every row of `x` to the expert with the largest of `weight · row + bias`.
    pub fn choose(&mut self, x: &[f32], weight: &[f32], bias: &[f32]) {
        let width = weight.len() / bias.len();
        self.logits.clear();
        let mut best = |row: &[f32]| {
            let mut best = (0, f32::NEG_INFINITY);
            for (e, (weight, bias)) in weight.chunks_exact(width).zip(bias).enumerate() {
                let logit = dot(row, weight) + bias;
                self.logits.push(logit);
                if logit > best.1 {
                    best = (e, logit);
                }
            }
            best.0 as u32
        };
        self.choice.clear();
        self.choice.extend(x.chunks_exact(width).map(&mut best));
        self.order.clear();
        self.counts.clear();
        for e in 0..bias.len() as u32 {
            let before = self.order.len();
            self.order.extend((0..self.choice.len() as u32).filter(|&t| self.choice[t as usize] == e));
            self.counts.push(self.order.len() - before);
        }
    }

    /// Turns the logits of every place into probabilities.
    pub fn softmax(&mut self) {
        for row in self.logits.chunks_exact_mut(self.counts.len()) {
            let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            row.iter_mut().for_each(|z| *z = exp(*z - most));
            let sum: f32 = row.iter().sum();
            row.iter_mut().for_each(|p| *p /= sum);
        }
    }

    /// The probability of the expert that each place was sent to.
    pub fn chosen_probabilities(&self) -> impl Iterator<Item = f32> {
        let rows = self.logits.chunks_exact(self.counts.len());
        rows.zip(&self.choice).map(|(row, &choice)| row[choice as usize])
    }

    /// Writes the gradient at the logits, `places × experts`, to `out`.
    ///
    /// `along` holds for every place `p_k dLoss/dp_k`: the scaled output of its expert times the gradient
    /// there. `balance` is the weight of the load-balancing loss over the number of places of the whole
    /// batch.
    pub fn gradient(&self, out: &mut [f32], along: &[f32], sequence: usize, balance: f32) {
        let experts = self.counts.len();
        let sequences = out.chunks_exact_mut(sequence * experts).zip(along.chunks_exact(sequence));
        let choices = self.choice.chunks_exact(sequence).zip(self.logits.chunks_exact(sequence * experts));
        for ((out, along), (choices, probabilities)) in sequences.zip(choices) {
            let mut pull = vec![0.0; experts];
            choices.iter().for_each(|&e| pull[e as usize] += balance * experts as f32 / sequence as f32);
            let rows = out.chunks_exact_mut(experts).zip(probabilities.chunks_exact(experts));
            for (((out, p), &along), &choice) in rows.zip(along).zip(choices) {
                let mean: f32 = pull.iter().zip(p).map(|(pull, p)| pull * p).sum();
                for (e, (out, (p, pull))) in out.iter_mut().zip(p.iter().zip(&pull)).enumerate() {
                    let chosen = if e == choice as usize { 1.0 } else { 0.0 };
                    *out = along * (chosen - p) + p * (pull - mean);
                }
            }
        }
    }

    /// Copies the rows of `x`, which stand by place, to `out` by expert.
    pub fn gather(&self, out: &mut [f32], x: &[f32], width: usize) {
        for (out, &t) in out.chunks_exact_mut(width).zip(&self.order) {
            out.copy_from_slice(&x[t as usize * width..][..width]);
        }
    }

    /// Copies the rows of `x`, which stand by expert, back to their places in `out`.
    pub fn scatter(&self, out: &mut [f32], x: &[f32], width: usize) {
        for (x, &t) in x.chunks_exact(width).zip(&self.order) {
            out[t as usize * width..][..width].copy_from_slice(x);
        }
    }
}

fn dot(x: &[f32], y: &[f32]) -> f32 {
    let (mut sums, whole) = ([0f32; LANES], x.len() / LANES * LANES);
    for (x, y) in x.chunks_exact(LANES).zip(y.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let rest: f32 = x[whole..].iter().zip(&y[whole..]).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_goes_to_the_largest_logit_and_of_equals_to_the_first() {
        let mut routing = Routing::default();
        // Two features, three experts; the last two are the same.
        let (weight, bias) = ([1.0, 0.0, 0.0, 1.0, 0.0, 1.0], [0.0, 0.5, 0.5]);
        routing.choose(&[1.0, 0.0, 0.0, 1.0, 0.5, 0.0, 9.0, 0.0], &weight, &bias);
        assert_eq!(routing.choice, [0, 1, 0, 0].map(|e: u32| e));
        assert_eq!((routing.order, routing.counts), (vec![0, 2, 3, 1], vec![3, 1, 0]));
    }

    #[test]
    fn the_gradient_at_the_logits_is_the_slope_of_probability_and_balance() {
        let (sequence, experts, balance) = (4, 3, 0.3);
        let logits: Vec<f32> = (0..24).map(|i| (i * 7 % 11) as f32 / 4.0).collect();
        let reward: Vec<f32> = (0..8).map(|t| t as f32 / 8.0 - 0.4).collect();
        // The choice is kept while the logits move: identity weights make them the inputs.
        let mut routing = Routing::default();
        let identity = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        routing.choose(&logits, &identity, &[0.0; 3]);
        let loss = |logits: &[f32]| {
            let (choice, counts) = (routing.choice.clone(), routing.counts.clone());
            let mut moved = Routing { choice, counts, logits: logits.to_vec(), order: Vec::new() };
            moved.softmax();
            let chosen: f32 = moved.chosen_probabilities().zip(&reward).map(|(p, r)| p * r).sum();
            let sequences = moved.logits.chunks(sequence * experts).zip(moved.choice.chunks(sequence));
            let load = sequences.map(|(p, choice)| {
                let of = |e: usize| {
                    let sent = choice.iter().filter(|&&c| c as usize == e).count() as f32 / 4.0;
                    3.0 * sent * p.iter().skip(e).step_by(3).sum::<f32>() / 4.0
                };
                (0..3).map(of).sum::<f32>()
            });
            f64::from(chosen) + f64::from(balance * load.sum::<f32>() / 2.0)
        };
        let mut probable = Routing { logits: logits.clone(), ..Routing::default() };
        (probable.choice, probable.counts) = (routing.choice.clone(), routing.counts.clone());
        probable.softmax();
        let along: Vec<f32> = probable.chosen_probabilities().zip(&reward).map(|(p, r)| p * r).collect();
        let mut found = vec![0.0; 24];
        probable.gradient(&mut found, &along, sequence, balance / 8.0);
        for (i, &found) in found.iter().enumerate() {
            let at = |step: f32| {
                let mut moved = logits.clone();
                moved[i] += step;
                loss(&moved)
            };
            let slope = (at(1e-2) - at(-1e-2)) / 2e-2;
            assert!((slope - f64::from(found)).abs() < 1e-4, "{i}: {found} against {slope}");
        }
    }

    #[test]
    fn gathered_rows_return_to_their_places() {
        let mut routing = Routing::default();
        let x: Vec<f32> = (0..30).map(|i| (i * 7 % 11) as f32 - 5.0).collect();
        routing.choose(&x, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0], &[0.0; 3]);
        let (mut sorted, mut back) = (vec![0.0; 30], vec![0.0; 30]);
        routing.gather(&mut sorted, &x, 3);
        routing.scatter(&mut back, &sorted, 3);
        assert_eq!(back, x);
        assert_ne!(sorted, x);
    }
}
