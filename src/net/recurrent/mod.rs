//! Recurrent language models: a state that is carried along the sequence, by LSTM or GRU cells.
//!
//! ```text
//! x₀ = embedding of the tokens       x_{l+1} = dropout(h_l),  h_l = layer l run over x_l from a zero state
//! logits = h_last Wᵀ + b             (no dropout after the last layer)
//!
//! LSTM   i, f, g, o = blocks of  x W_ihᵀ + b_ih + h W_hhᵀ + b_hh       (Hochreiter & Schmidhuber 1997)
//!        c' = σ(f) c + σ(i) tanh(g)            h' = σ(o) tanh(c')
//! GRU    r, z = σ of blocks of  x W_ihᵀ + b_ih + h W_hhᵀ + b_hh        (Cho et al. 2014)
//!        n = tanh(x W_inᵀ + b_in + r (h W_hnᵀ + b_hn))        h' = (1 - z) n + z h
//! ```
//!
//! Cells, their order of gates, both biases and the initialization are those of PyTorch's `nn.LSTM` and
//! `nn.GRU`, so that parameters can be exchanged with it. Gradients flow through all steps of a sequence.
//!
//! ```text
//! parameters = V d + L G (2 d² + 2 d) + d V + V         V words, width d, L layers, G = 4 (LSTM) or 3 (GRU)
//! ```

pub mod layers;
pub mod layer;
pub mod fused;
pub mod plain;

use crate::error::Result;
use crate::net::architecture::{Architecture, Sizes};
use crate::net::layout::{Layout, check_sizes, whole};
use crate::net::network::{LanguageModel, Network};
use crate::net::recurrent::fused::FusedRecurrent;
pub use crate::net::recurrent::layers::{Cell, Recurrent, RecurrentLayerRanges, RecurrentRanges};
use crate::ops::head::Head;
use crate::ops::loss::Loss;

impl Architecture for Recurrent {
    fn name(&self) -> String {
        format!("{} {}x{}", self.cell.name(), self.layers, self.width)
    }

    fn check(&self) -> Result<()> {
        let sizes = [
            ("vocabulary", self.vocabulary),
            ("sequence", self.sequence),
            ("width", self.width),
            ("layers", self.layers),
        ];
        check_sizes(self.cell.name(), &sizes, self.dropout)
    }

    fn sizes(&self) -> Sizes {
        Sizes::Tokens { vocabulary: self.vocabulary, sequence: self.sequence }
    }

    fn layout(&self) -> Layout {
        self.laid_out().0
    }

    /// ```
    /// use lawbook::net::Architecture;
    /// use lawbook::net::recurrent::{Cell, Recurrent};
    /// let (vocabulary, sequence) = (50_257, 64);
    /// let nano = Recurrent { cell: Cell::Lstm, vocabulary, sequence, width: 32, layers: 2, dropout: 0.1 };
    /// assert_eq!(nano.n_params(), 3_283_601);
    /// ```
    fn n_params(&self) -> usize {
        let [v, d, l, g] = [self.vocabulary, self.width, self.layers, self.cell.gates()].map(|n| n as f64);
        whole(v * d + l * g * d * (2.0 * d + 2.0) + d * v + v)
    }

    /// `2Vd + V`
    fn n_embedding(&self) -> usize {
        let [v, d] = [self.vocabulary, self.width].map(|n| n as f64);
        whole(2.0 * v * d + v)
    }

    /// A multiplication and an addition for every weight of a matrix product and every token, twice as much
    /// for the way back.
    ///
    /// ```text
    /// flops = 6 · rows · sequence · (L · 2 G d² + d V)
    /// ```
    fn flops(&self, rows: usize) -> f64 {
        let (d, tokens) = (self.width as f64, (rows * self.sequence) as f64);
        let layers = self.layers as f64 * 2.0 * self.cell.gates() as f64 * d * d;
        6.0 * tokens * (layers + d * self.vocabulary as f64)
    }

    fn work_space(&self, rows: usize) -> f64 {
        let (d, places) = (self.width as f64, rows as f64 * self.sequence as f64);
        let states = if self.cell == Cell::Lstm { 2.0 } else { 1.0 };
        let layer = d * (1.0 + states + 2.0 * self.cell.gates() as f64);
        let head = Head::work_space(whole(places), self.width, self.vocabulary) as f64;
        places * (2.0 + d + self.layers as f64 * layer) + head
    }

    fn fused(&self, _: Loss, parts: usize) -> Box<dyn Network> {
        Box::new(FusedRecurrent::new(self, parts))
    }

    fn language_model(&self, parts: usize) -> Option<Box<dyn LanguageModel>> {
        Some(Box::new(FusedRecurrent::new(self, parts)))
    }
}
