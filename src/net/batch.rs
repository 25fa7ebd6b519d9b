//! A batch: what goes in, what should come out, and the dropout of this step.

use crate::ops::dropout::Dropout;
pub use crate::ops::loss::Targets;

/// Some samples, side by side.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// What goes in.
    pub inputs: Inputs<'a>,
    /// What should come out.
    pub targets: Targets<'a>,
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

    /// The classes, or next tokens, that should come out.
    ///
    /// # Panics
    /// When numbers should: the network does not fit the task.
    pub fn classes(&self) -> &'a [u32] {
        match self.targets {
            Targets::Classes(classes) => classes,
            Targets::Values(_) => panic!("this network names classes, not numbers"),
        }
    }

    /// How many things are said and scored: a class a row, a token a place, or the numbers of a row.
    pub fn n_targets(&self) -> usize {
        match self.targets {
            Targets::Classes(classes) => classes.len(),
            Targets::Values(_) => self.rows,
        }
    }

    /// One sequence of tokens to be read, with itself as targets and nothing dropped.
    ///
    /// # Panics
    /// When it is empty.
    pub fn of_sequence(tokens: &'a [u32]) -> Self {
        assert!(!tokens.is_empty(), "a sequence has at least one token");
        Self { inputs: Inputs::Tokens(tokens), targets: Targets::Classes(tokens), rows: 1, dropout: None }
    }

    /// The batch cut into `parts` runs of rows, in order; fewer where there are fewer rows.
    pub fn parts(&self, parts: usize) -> Vec<Self> {
        let rows = self.rows.div_ceil(parts.max(1)).max(1);
        let cut = |start: usize| {
            let end = (start + rows).min(self.rows);
            let share = |len: usize| (start * len / self.rows)..(end * len / self.rows);
            Self {
                inputs: match self.inputs {
                    Inputs::Values(v) => Inputs::Values(&v[share(v.len())]),
                    Inputs::Tokens(t) => Inputs::Tokens(&t[share(t.len())]),
                },
                targets: match self.targets {
                    Targets::Classes(c) => Targets::Classes(&c[share(c.len())]),
                    Targets::Values(v) => Targets::Values(&v[share(v.len())]),
                },
                rows: end - start,
                dropout: self.dropout.map(|d| d.from_row(start)),
            }
        };
        (0..self.rows).step_by(rows).map(cut).collect()
    }
}
