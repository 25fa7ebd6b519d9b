//! A batch: what goes in, what should come out, and the dropout of this step.

use crate::ops::dropout::Dropout;

/// Some samples, side by side.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// What goes in.
    pub inputs: Inputs<'a>,
    /// What should come out: a class a row, or the next token at every place, row after row.
    pub targets: &'a [u32],
    /// Number of rows: images, or sequences.
    pub rows: usize,
    /// Which units are dropped; `None` outside training.
    pub dropout: Option<Dropout>,
}

/// What goes in.
#[derive(Debug, Clone, Copy)]
pub enum Inputs<'a> {
    /// Numbers, `rows × input size`.
    Values(&'a [f32]),
    /// Tokens, `rows × sequence length`.
    Tokens(&'a [u32]),
}

impl<'a> Batch<'a> {
    /// The numbers of a batch of rows.
    ///
    /// # Panics
    /// When it is a batch of tokens: the network does not fit the task.
    pub fn values(&self) -> &'a [f32] {
        match self.inputs {
            Inputs::Values(values) => values,
            Inputs::Tokens(_) => panic!("this network takes numbers, not tokens"),
        }
    }

    /// The tokens of a batch of sequences.
    ///
    /// # Panics
    /// When it is a batch of numbers: the network does not fit the task.
    pub fn tokens(&self) -> &'a [u32] {
        match self.inputs {
            Inputs::Tokens(tokens) => tokens,
            Inputs::Values(_) => panic!("this network takes tokens, not numbers"),
        }
    }

    /// The batch cut into `parts` runs of rows, in order; fewer where there are fewer rows.
    pub fn parts(&self, parts: usize) -> Vec<Self> {
        let rows = self.rows.div_ceil(parts.max(1)).max(1);
        let per_target = self.targets.len() / self.rows.max(1);
        let cut = |start: usize| {
            let end = (start + rows).min(self.rows);
            let share = |len: usize| (start * len / self.rows)..(end * len / self.rows);
            Self {
                inputs: match self.inputs {
                    Inputs::Values(v) => Inputs::Values(&v[share(v.len())]),
                    Inputs::Tokens(t) => Inputs::Tokens(&t[share(t.len())]),
                },
                targets: &self.targets[start * per_target..end * per_target],
                rows: end - start,
                dropout: self.dropout.map(|d| d.from_row(start)),
            }
        };
        (0..self.rows).step_by(rows).map(cut).collect()
    }
}
