//! The sizes of a transformer decoder, and where its parameters lie.

use crate::error::{Error, Result};
use crate::identity::is_default;
use crate::net::layout::{Initial, Layout, check_sizes, whole};
use crate::net::linear::Linear;
use crate::ops::head::Head;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The sizes of a transformer decoder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transformer {
    /// Number of words `V`; 50 257 in the study.
    pub vocabulary: usize,
    /// Places of a sequence `S`; 64 in the study.
    pub sequence: usize,
    /// Numbers at every place `d`.
    pub width: usize,
    /// Number of blocks `L`.
    pub layers: usize,
    /// Heads of an attention; the width is a multiple of it.
    pub heads: usize,
    /// Share of attention weights, and of the MLPs' hidden units, that are dropped; 0.1 in the study.
    pub dropout: f32,
    /// Hidden units `f` of a block's MLP; four times the width where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed_forward: Option<usize>,
    /// Whether the head has a bias.
    #[serde(default, skip_serializing_if = "is_default")]
    pub head_bias: bool,
}

/// Where the gain and the shift of a layer normalization lie, the shift after the gain.
#[derive(Debug, Clone, PartialEq)]
pub struct Norm {
    /// What the normalized numbers are multiplied with.
    pub gain: Range<usize>,
    /// What is added.
    pub shift: Range<usize>,
}

/// Where a block's tensors lie.
#[derive(Debug, Clone, PartialEq)]
pub struct DecoderBlock {
    /// Before the attention.
    pub norm1: Norm,
    /// To queries, keys and values, one after the other.
    pub qkv: Linear,
    /// From all heads' values back.
    pub out: Linear,
    /// Before the MLP.
    pub norm2: Norm,
    /// To the hidden units.
    pub up: Linear,
    /// And back.
    pub down: Linear,
}

/// Where all tensors lie.
#[derive(Debug, Clone, PartialEq)]
pub struct TransformerPlaces {
    /// Token embedding, `vocabulary × width`.
    pub token: Range<usize>,
    /// Position embedding, `sequence × width`.
    pub position: Range<usize>,
    /// The blocks.
    pub blocks: Vec<DecoderBlock>,
    /// Before the head.
    pub norm: Norm,
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

    /// Whether a network of these sizes can be.
    ///
    /// # Errors
    /// [`Error::Failed`] names the size that makes no sense.
    pub fn check(&self) -> Result<()> {
        let sizes = [
            ("vocabulary", self.vocabulary),
            ("sequence", self.sequence),
            ("width", self.width),
            ("layers", self.layers),
            ("heads", self.heads),
            ("feed_forward", self.hidden()),
        ];
        check_sizes("a transformer", &sizes, self.dropout)?;
        if !self.width.is_multiple_of(self.heads) {
            return Err(Error::Failed(format!(
                "a transformer's heads share its width evenly: {} is no multiple of {} heads",
                self.width, self.heads
            )));
        }
        Ok(())
    }

    /// The tensors with their names, and where the forward pass finds them.
    pub fn places(&self) -> (Layout, TransformerPlaces) {
        let mut layout = Layout::default();
        let token = layout.add("token.weight", &[self.vocabulary, self.width], WEIGHT);
        let position = layout.add("position.weight", &[self.sequence, self.width], WEIGHT);
        let blocks = (0..self.layers).map(|l| self.block(&mut layout, &format!("blocks.{l}"))).collect();
        let norm = self.norm(&mut layout, "norm");
        let head = layout.add("head.weight", &[self.vocabulary, self.width], WEIGHT);
        let head_bias = self.head_bias.then(|| layout.add("head.bias", &[self.vocabulary], BIAS));
        (layout, TransformerPlaces { token, position, blocks, norm, head, head_bias })
    }

    fn block(&self, layout: &mut Layout, name: &str) -> DecoderBlock {
        let d = self.width;
        let norm1 = self.norm(layout, &format!("{name}.norm1"));
        let mut linear =
            |part: &str, sizes| Linear::add(layout, &format!("{name}.{part}"), sizes, WEIGHT, BIAS);
        let (qkv, out) = (linear("attention.qkv", (d, 3 * d)), linear("attention.out", (d, d)));
        let norm2 = self.norm(layout, &format!("{name}.norm2"));
        let mut linear =
            |part: &str, sizes| Linear::add(layout, &format!("{name}.{part}"), sizes, WEIGHT, BIAS);
        let (up, down) = (linear("mlp.up", (d, self.hidden())), linear("mlp.down", (self.hidden(), d)));
        DecoderBlock { norm1, qkv, out, norm2, up, down }
    }

    fn norm(&self, layout: &mut Layout, name: &str) -> Norm {
        let gain = layout.add(format!("{name}.weight"), &[self.width], Initial::Constant(1.0));
        Norm { gain, shift: layout.add(format!("{name}.bias"), &[self.width], Initial::Constant(0.0)) }
    }

    /// The tensors, in order.
    pub fn layout(&self) -> Layout {
        self.places().0
    }

    /// Exact number of parameters.
    ///
    /// ```
    /// use lawbook::net::transformer::Transformer;
    /// assert_eq!(Transformer::new(50_257, 64, 32, 2, 2).n_params(), 3_243_968);
    /// ```
    pub fn n_params(&self) -> usize {
        let [v, s, d, l] = [self.vocabulary, self.sequence, self.width, self.layers].map(|n| n as f64);
        let block = 4.0 * d * d + 9.0 * d + self.hidden() as f64 * (2.0 * d + 1.0);
        whole(v * d + s * d + l * block + 2.0 * d + d * v + if self.head_bias { v } else { 0.0 })
    }

    /// Parameters of the embeddings and the head.
    pub fn n_embedding(&self) -> usize {
        let [v, s, d] = [self.vocabulary, self.sequence, self.width].map(|n| n as f64);
        whole(2.0 * v * d + s * d + if self.head_bias { v } else { 0.0 })
    }

    /// Numbers that the fused form works with for a part of a batch of `rows` sequences.
    pub fn work_space(&self, rows: usize) -> f64 {
        let [s, d, l, f] = [self.sequence, self.width, self.layers, self.hidden()].map(|n| n as f64);
        let places = rows as f64 * s;
        let shared = 5.0 * d + 2.0 + f + f.max(3.0 * d);
        let attention = 3.0 * s * s + s * d / self.heads as f64;
        let head = Head::work_space(whole(places), self.width, self.vocabulary) as f64;
        places * (l * (6.0 * d + 4.0 + f) + shared) + attention + head
    }

    /// Fresh parameters.
    pub fn initial(&self, seed: u64) -> Vec<f32> {
        self.layout().initial(seed)
    }

    /// Operations of one training step on `rows` sequences, matrix products alone, with `T` tokens:
    /// `2T (L (4d² + 2df) + dV)` with weights and `4TSdL` inside the attentions (as full squares), and twice
    /// as many backward.
    pub fn flops(&self, rows: usize) -> f64 {
        let [v, s, d, l] = [self.vocabulary, self.sequence, self.width, self.layers].map(|n| n as f64);
        let block = 4.0 * d * d + 2.0 * d * self.hidden() as f64;
        3.0 * rows as f64 * s * (2.0 * (l * block + d * v) + 4.0 * s * d * l)
    }
}
