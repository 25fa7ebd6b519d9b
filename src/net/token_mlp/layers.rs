//! The sizes of a token MLP and the ranges of its tensors among the flat parameters.

use crate::net::layout::{Initial, Layout};
use crate::net::linear::Linear;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The sizes of a token MLP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenMlp {
    /// Number of words `V`; 50 257 in original 000.
    pub vocabulary: usize,
    /// Places of a sequence; 64 in original 000.
    pub sequence: usize,
    /// Numbers at every place `d`.
    pub width: usize,
    /// Number of layers `L`, embedding and head not counted.
    pub layers: usize,
    /// Dropout of each layer's units; 0.1 in original 000.
    pub dropout: f32,
}

/// The ranges of all tensors of a token MLP.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenMlpRanges {
    /// Token embedding, `vocabulary × width`.
    pub embedding: Range<usize>,
    /// The layers.
    pub layers: Vec<Linear>,
    /// The head.
    pub head: Linear,
}

impl TokenMlp {
    /// The tensors with their names, and their ranges by what they do.
    pub fn laid_out(&self) -> (Layout, TokenMlpRanges) {
        let mut layout = Layout::default();
        let (v, d) = (self.vocabulary, self.width);
        let embedding = layout.add("embedding.weight", &[v, d], Initial::Normal(1.0));
        let mut linear = |name: &str, outputs| Linear::add_uniform(&mut layout, name, (d, outputs));
        let layers = (0..self.layers).map(|l| linear(&format!("layers.{l}"), d)).collect();
        let head = linear("head", v);
        (layout, TokenMlpRanges { embedding, layers, head })
    }
}
