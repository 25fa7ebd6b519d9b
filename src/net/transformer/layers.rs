//! The sizes of a transformer and the ranges of its tensors among the flat parameters.

use crate::identity::is_default;
use crate::net::architecture::Architecture;
use crate::net::layout::{Initial, Layout};
use crate::net::linear::Linear;
use crate::net::norm::LayerNorm;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The sizes of a transformer decoder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transformer {
    /// Number of words `V`; 50 257 in original 000.
    pub vocabulary: usize,
    /// Places of a sequence `S`; 64 in original 000.
    pub sequence: usize,
    /// Numbers at every place `d` (d_model).
    pub width: usize,
    /// Number of blocks `L`.
    pub layers: usize,
    /// Heads of an attention; the width is a multiple of it.
    pub heads: usize,
    /// Dropout of attention weights and of the MLPs' hidden units; 0.1 in original 000.
    pub dropout: f32,
    /// Hidden units `f` of a block's MLP; four times the width where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed_forward: Option<usize>,
    /// Whether the head has a bias.
    #[serde(default, skip_serializing_if = "is_default")]
    pub head_bias: bool,
}

/// The ranges of a transformer block's tensors.
#[derive(Debug, Clone, PartialEq)]
pub struct TransformerBlock {
    /// Before the attention.
    pub norm1: LayerNorm,
    /// To queries, keys and values, one after the other.
    pub qkv: Linear,
    /// From all heads' values back.
    pub out: Linear,
    /// Before the MLP.
    pub norm2: LayerNorm,
    /// To the hidden units.
    pub up: Linear,
    /// And back.
    pub down: Linear,
}

/// The ranges of all tensors of a transformer.
#[derive(Debug, Clone, PartialEq)]
pub struct TransformerRanges {
    /// Token embedding, `vocabulary × width`.
    pub token: Range<usize>,
    /// Position embedding, `sequence × width`.
    pub position: Range<usize>,
    /// The blocks.
    pub blocks: Vec<TransformerBlock>,
    /// Before the head.
    pub norm: LayerNorm,
    /// The head, `vocabulary × width`.
    pub head: Range<usize>,
    /// The head's bias, where it has one: right after its weight.
    pub head_bias: Option<Range<usize>>,
}

/// How weights begin.
const WEIGHT: Initial = Initial::Normal(0.02);
/// How biases begin.
const BIAS: Initial = Initial::Constant(0.0);

impl Transformer {
    /// A decoder of these sizes with a dropout of 0.1, hidden layers of four times the width and a head
    /// without bias.
    pub fn new(vocabulary: usize, sequence: usize, width: usize, layers: usize, heads: usize) -> Self {
        let (feed_forward, head_bias) = (None, false);
        Self { vocabulary, sequence, width, layers, heads, dropout: 0.1, feed_forward, head_bias }
    }

    /// The same with the feed-forward width that brings the number of parameters closest to `n_params`: a
    /// multiple of 16, so that rows fill vector registers.
    ///
    /// ```
    /// use lawbook::net::transformer::Transformer;
    /// let net = Transformer::new(30_000, 128, 256, 8, 4).with_n_params(23_826_992);
    /// assert_eq!(net.feed_forward, Some(1536));
    /// ```
    pub fn with_n_params(self, n_params: usize) -> Self {
        let without = Self { feed_forward: Some(0), ..self.clone() }.n_params() as f64;
        let of_a_unit = (self.layers * (2 * self.width + 1)) as f64;
        let sixteens = ((n_params as f64 - without) / of_a_unit / 16.0).round().max(1.0);
        Self { feed_forward: Some(16 * sixteens as usize), ..self }
    }

    /// Hidden units of a block's MLP.
    pub fn hidden(&self) -> usize {
        self.feed_forward.unwrap_or(self.width.saturating_mul(4))
    }

    /// The tensors with their names, and their ranges by what they do.
    pub fn laid_out(&self) -> (Layout, TransformerRanges) {
        let mut layout = Layout::default();
        let token = layout.add("token.weight", &[self.vocabulary, self.width], WEIGHT);
        let position = layout.add("position.weight", &[self.sequence, self.width], WEIGHT);
        let blocks = (0..self.layers).map(|l| self.block(&mut layout, &format!("blocks.{l}"))).collect();
        let norm = LayerNorm::add(&mut layout, "norm", self.width);
        let head = layout.add("head.weight", &[self.vocabulary, self.width], WEIGHT);
        let head_bias = self.head_bias.then(|| layout.add("head.bias", &[self.vocabulary], BIAS));
        (layout, TransformerRanges { token, position, blocks, norm, head, head_bias })
    }

    fn block(&self, layout: &mut Layout, name: &str) -> TransformerBlock {
        let (d, f) = (self.width, self.hidden());
        let linear = |layout: &mut Layout, part: &str, sizes| {
            Linear::add(layout, &format!("{name}.{part}"), sizes, WEIGHT, BIAS)
        };
        TransformerBlock {
            norm1: LayerNorm::add(layout, &format!("{name}.norm1"), d),
            qkv: linear(layout, "attention.qkv", (d, 3 * d)),
            out: linear(layout, "attention.out", (d, d)),
            norm2: LayerNorm::add(layout, &format!("{name}.norm2"), d),
            up: linear(layout, "mlp.up", (d, f)),
            down: linear(layout, "mlp.down", (f, d)),
        }
    }
}
