//! The sizes of a recurrent language model and the ranges of its tensors among the flat parameters.

use crate::net::layout::{Initial, Layout};
use crate::net::linear::Linear;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The recurrent cell of every layer.
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

/// The ranges of all tensors of a recurrent model.
#[derive(Debug, Clone, PartialEq)]
pub struct RecurrentRanges {
    /// Embedding, `vocabulary × width`.
    pub embedding: Range<usize>,
    /// The recurrent layers, from the input up.
    pub layers: Vec<RecurrentLayerRanges>,
    /// The head.
    pub head: Linear,
}

/// The ranges of a recurrent layer's tensors.
#[derive(Debug, Clone, PartialEq)]
pub struct RecurrentLayerRanges {
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
    /// The tensors with their names, and their ranges by what they do. The embedding begins normal, all else
    /// uniform in ±1/√width.
    pub fn laid_out(&self) -> (Layout, RecurrentRanges) {
        let (d, words, gates) = (self.width, self.vocabulary, self.cell.gates() * self.width);
        let uniform = Initial::Uniform(1.0 / (d as f32).sqrt());
        let mut layout = Layout::default();
        let embedding = layout.add("embedding.weight", &[words, d], Initial::Normal(1.0));
        let name = self.cell.name();
        let mut layer = |l: usize| RecurrentLayerRanges {
            input_weight: layout.add(format!("{name}.weight_ih_l{l}"), &[gates, d], uniform),
            hidden_weight: layout.add(format!("{name}.weight_hh_l{l}"), &[gates, d], uniform),
            input_bias: layout.add(format!("{name}.bias_ih_l{l}"), &[gates], uniform),
            hidden_bias: layout.add(format!("{name}.bias_hh_l{l}"), &[gates], uniform),
        };
        let layers = (0..self.layers).map(&mut layer).collect();
        let head = Linear::add_uniform(&mut layout, "head", (d, words));
        (layout, RecurrentRanges { embedding, layers, head })
    }

    /// The dropout site of step `step` between layer `below` and the next one up.
    pub fn dropout_site(&self, below: usize, step: usize) -> u64 {
        (below * self.sequence + step) as u64
    }
}
