//! The sizes of a recurrent language model, and where its parameters lie.

use crate::error::Result;
use crate::net::layout::{Initial, Layout, check_sizes, whole};
use crate::ops::head::Head;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What a layer does at each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Long short-term memory: gates i, f, g, o.
    Lstm,
    /// Gated recurrent unit: gates r, z, n.
    Gru,
}

impl Cell {
    /// Number of gates.
    pub fn gates(self) -> usize {
        match self {
            Self::Lstm => 4,
            Self::Gru => 3,
        }
    }

    /// The word that names its tensors.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lstm => "lstm",
            Self::Gru => "gru",
        }
    }
}

/// The shape of a recurrent language model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recurrent {
    /// LSTM or GRU.
    pub cell: Cell,
    /// Number of words.
    pub vocabulary: usize,
    /// Tokens of a sequence.
    pub sequence: usize,
    /// Size of the embedding and of every layer's state.
    pub width: usize,
    /// Number of recurrent layers.
    pub layers: usize,
    /// Share of units dropped between two layers while training (0..1).
    pub dropout: f32,
}

/// Where a model's numbers lie among the flat parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct RecurrentPlaces {
    /// Embedding, `vocabulary × width`.
    pub embedding: Range<usize>,
    /// The recurrent layers, from the input up.
    pub layers: Vec<LayerPlaces>,
    /// Weight of the head, `vocabulary × width`.
    pub head_weight: Range<usize>,
    /// Bias of the head, one a word.
    pub head_bias: Range<usize>,
}

/// Where a recurrent layer's numbers lie among the flat parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerPlaces {
    /// `W_ih`, from the input to the gates: `gates · width × width`.
    pub input_weight: Range<usize>,
    /// `W_hh`, from the state to the gates: `gates · width × width`.
    pub hidden_weight: Range<usize>,
    /// `b_ih`, `gates · width` numbers.
    pub input_bias: Range<usize>,
    /// `b_hh`, `gates · width` numbers.
    pub hidden_bias: Range<usize>,
}

impl Recurrent {
    /// The tensors in order. The embedding begins normal, all else uniform in ±1/√width.
    pub fn layout(&self) -> Layout {
        self.laid_out().0
    }

    /// Where each tensor lies.
    pub fn places(&self) -> RecurrentPlaces {
        self.laid_out().1
    }

    fn laid_out(&self) -> (Layout, RecurrentPlaces) {
        let (d, words, gates) = (self.width, self.vocabulary, self.cell.gates() * self.width);
        let uniform = Initial::Uniform(1.0 / (d as f32).sqrt());
        let mut layout = Layout::default();
        let embedding = layout.add("embedding.weight", &[words, d], Initial::Normal(1.0));
        let name = self.cell.name();
        let mut layer = |l: usize| LayerPlaces {
            input_weight: layout.add(format!("{name}.weight_ih_l{l}"), &[gates, d], uniform),
            hidden_weight: layout.add(format!("{name}.weight_hh_l{l}"), &[gates, d], uniform),
            input_bias: layout.add(format!("{name}.bias_ih_l{l}"), &[gates], uniform),
            hidden_bias: layout.add(format!("{name}.bias_hh_l{l}"), &[gates], uniform),
        };
        let layers = (0..self.layers).map(&mut layer).collect();
        let head_weight = layout.add("head.weight", &[words, d], uniform);
        let head_bias = layout.add("head.bias", &[words], uniform);
        (layout, RecurrentPlaces { embedding, layers, head_weight, head_bias })
    }

    /// Exact number of parameters.
    ///
    /// ```
    /// use lawbook::net::recurrent::{Cell, Recurrent};
    /// let (vocabulary, sequence) = (50_257, 64);
    /// let nano = Recurrent { cell: Cell::Lstm, vocabulary, sequence, width: 32, layers: 2, dropout: 0.1 };
    /// assert_eq!(nano.n_params(), 3_283_601);
    /// ```
    pub fn n_params(&self) -> usize {
        let [v, d, l, g] = [self.vocabulary, self.width, self.layers, self.cell.gates()].map(|n| n as f64);
        whole(v * d + l * g * d * (2.0 * d + 2.0) + d * v + v)
    }

    /// Parameters of the embedding and the head.
    pub fn n_embedding(&self) -> usize {
        let [v, d] = [self.vocabulary, self.width].map(|n| n as f64);
        whole(2.0 * v * d + v)
    }

    /// Numbers that the fused form works with for a part of a batch of `rows` sequences.
    pub fn work_space(&self, rows: usize) -> f64 {
        let (d, places) = (self.width as f64, rows as f64 * self.sequence as f64);
        let states = if self.cell == Cell::Lstm { 2.0 } else { 1.0 };
        let layer = d * (1.0 + states + 2.0 * self.cell.gates() as f64);
        let head = Head::work_space(whole(places), self.width, self.vocabulary) as f64;
        places * (2.0 + d + self.layers as f64 * layer) + head
    }

    /// Fresh parameters, as PyTorch would draw them.
    pub fn initial(&self, seed: u64) -> Vec<f32> {
        self.layout().initial(seed)
    }

    /// Floating-point operations of one training step on `rows` sequences: a multiplication and an
    /// addition for every weight of a matrix product and every token, twice as much for the way back.
    ///
    /// ```text
    /// flops = 6 · rows · sequence · (L · 2 G d² + d V)
    /// ```
    pub fn flops(&self, rows: usize) -> f64 {
        let (d, tokens) = (self.width as f64, (rows * self.sequence) as f64);
        let layers = self.layers as f64 * 2.0 * self.cell.gates() as f64 * d * d;
        6.0 * tokens * (layers + d * self.vocabulary as f64)
    }

    /// The dropout site of step `step` between layer `below` and the next one up.
    pub fn dropout_site(&self, below: usize, step: usize) -> u64 {
        (below * self.sequence + step) as u64
    }

    /// Checks that the sizes make sense.
    ///
    /// # Errors
    /// [`crate::error::Error::Failed`] with the size that does not.
    pub fn check(&self) -> Result<()> {
        let sizes = [
            ("vocabulary", self.vocabulary),
            ("sequence", self.sequence),
            ("width", self.width),
            ("layers", self.layers),
        ];
        check_sizes(self.cell.name(), &sizes, self.dropout)
    }
}
