//! The sizes of a token MLP, and where its parameters lie.

use crate::error::Result;
use crate::net::layout::{Initial, Layout, check_sizes, whole};
use crate::net::linear::Linear;
use crate::ops::head::Head;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The sizes of a token MLP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenMlp {
    /// Number of words `V`; 50 257 in the study.
    pub vocabulary: usize,
    /// Places of a sequence; 64 in the study.
    pub sequence: usize,
    /// Numbers at every place `d`.
    pub width: usize,
    /// Number of layers `L`, embedding and head not counted.
    pub layers: usize,
    /// Share of each layer's units that are dropped; 0.1 in the study.
    pub dropout: f32,
}

/// Where all tensors lie.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenMlpPlaces {
    /// Token embedding, `vocabulary × width`.
    pub embedding: Range<usize>,
    /// The layers.
    pub layers: Vec<Linear>,
    /// The head.
    pub head: Linear,
}

impl TokenMlp {
    /// Whether a network of these sizes can be.
    ///
    /// # Errors
    /// [`crate::error::Error::Failed`] names the size that makes no sense.
    pub fn check(&self) -> Result<()> {
        let sizes = [
            ("vocabulary", self.vocabulary),
            ("sequence", self.sequence),
            ("width", self.width),
            ("layers", self.layers),
        ];
        check_sizes("a token MLP", &sizes, self.dropout)
    }

    /// The tensors with their names, and where the forward pass finds them.
    pub fn places(&self) -> (Layout, TokenMlpPlaces) {
        let mut layout = Layout::default();
        let (v, d) = (self.vocabulary, self.width);
        let initial = Initial::Uniform(1.0 / (d as f32).sqrt());
        let embedding = layout.add("embedding.weight", &[v, d], Initial::Normal(1.0));
        let mut linear = |name: &str, outputs| Linear::add(&mut layout, name, (d, outputs), initial, initial);
        let layers = (0..self.layers).map(|l| linear(&format!("layers.{l}"), d)).collect();
        let head = linear("head", v);
        (layout, TokenMlpPlaces { embedding, layers, head })
    }

    /// The tensors, in order.
    pub fn layout(&self) -> Layout {
        self.places().0
    }

    /// Exact number of parameters.
    ///
    /// ```
    /// use lawbook::net::token_mlp::TokenMlp;
    /// let nano = TokenMlp { vocabulary: 50_257, sequence: 64, width: 32, layers: 2, dropout: 0.1 };
    /// assert_eq!(nano.n_params(), 3_268_817);
    /// ```
    pub fn n_params(&self) -> usize {
        let [v, d, l] = [self.vocabulary, self.width, self.layers].map(|n| n as f64);
        whole(v * d + l * (d * d + d) + d * v + v)
    }

    /// Parameters of the embedding and the head.
    pub fn n_embedding(&self) -> usize {
        let [v, d] = [self.vocabulary, self.width].map(|n| n as f64);
        whole(2.0 * v * d + v)
    }

    /// Numbers that the fused form works with for a part of a batch of `rows` sequences.
    pub fn work_space(&self, rows: usize) -> f64 {
        let places = rows as f64 * self.sequence as f64;
        let head = Head::work_space(whole(places), self.width, self.vocabulary) as f64;
        places * (self.layers as f64 + 3.0) * self.width as f64 + head
    }

    /// Fresh parameters.
    pub fn initial(&self, seed: u64) -> Vec<f32> {
        self.layout().initial(seed)
    }

    /// Operations of one training step on `rows` sequences, matrix products alone, with `T` tokens:
    /// `2T (Ld² + dV)` forward and twice as many backward.
    pub fn flops(&self, rows: usize) -> f64 {
        let [v, s, d, l] = [self.vocabulary, self.sequence, self.width, self.layers].map(|n| n as f64);
        3.0 * rows as f64 * s * 2.0 * (l * d * d + d * v)
    }
}
