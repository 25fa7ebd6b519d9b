//! What outputs are compared with: classes, or numbers.

/// What should come out of a network for some rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Targets<'a> {
    /// A class a row, or the next token at every place, row after row.
    Classes(&'a [u32]),
    /// As many numbers a row as the network has outputs, row after row: a regression.
    Values(&'a [f32]),
}
