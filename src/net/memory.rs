//! The memory that training takes, foreseen from the shape of a network and the cut of its batch.
//!
//! ```text
//! parameters P,   gradients P (1 + parts that run at once beside the first),   moments 2P,
//! work space of every part that runs at once: what the backward pass needs of the forward pass
//! ```
//!
//! Numbers have four bytes. The program itself, its data and a checkpoint while it is written come on top.

use crate::net::layout::whole;

/// Bytes that the fused form of a network and its optimizer hold while they train.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// The parameters.
    pub parameters: usize,
    /// The gradients: one for each part that runs at once, and one for their sum where there are more parts.
    pub gradients: usize,
    /// The optimizer's two moments.
    pub moments: usize,
    /// The work spaces of the parts that run at once: activations, and the logits at hand.
    pub work_space: usize,
}

impl Memory {
    /// The memory of a language model of `n_params` parameters whose batch of `rows` sequences is cut into
    /// `parts`, on so many threads; `work_space` counts the numbers that a part of some rows works with.
    pub fn of_parts(
        n_params: usize,
        [rows, parts, threads]: [usize; 3],
        work_space: impl Fn(usize) -> f64,
    ) -> Self {
        let rows_of_a_part = rows.div_ceil(parts.max(1)).max(1);
        let parts = rows.div_ceil(rows_of_a_part).max(1);
        let at_once = threads.clamp(1, parts);
        let gradients = at_once + usize::from(parts > at_once);
        let bytes = |numbers: f64| whole(4.0 * numbers);
        Self {
            parameters: bytes(n_params as f64),
            gradients: bytes((gradients * n_params) as f64),
            moments: bytes(2.0 * n_params as f64),
            work_space: bytes(at_once as f64 * work_space(rows_of_a_part)),
        }
    }

    /// All of it.
    pub fn total(&self) -> usize {
        [self.gradients, self.moments, self.work_space]
            .into_iter()
            .fold(self.parameters, usize::saturating_add)
    }
}
