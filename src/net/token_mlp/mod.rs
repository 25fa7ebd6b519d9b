//! The position-wise token MLP of original 000: every place by itself, no place sees another.
//!
//! ```text
//! x = embedding          x = drop(relu(W x + b)) in every layer          logits = W x + b
//! parameters = Vd + L (d² + d) + dV + V
//! ```
//!
//! It can know no more of the next token than the present one tells. PyTorch's defaults: embeddings
//! begin normal with deviation 1, linear layers uniform in ±1/√d.

pub mod layers;
pub mod fused;
pub mod plain;

use crate::error::Result;
use crate::net::architecture::{Architecture, Sizes};
use crate::net::layout::{Layout, check_sizes, whole};
use crate::net::network::{LanguageModel, Network};
use crate::net::token_mlp::fused::FusedTokenMlp;
pub use crate::net::token_mlp::layers::{TokenMlp, TokenMlpRanges};
use crate::ops::head::Head;
use crate::ops::loss::Loss;

impl Architecture for TokenMlp {
    fn name(&self) -> String {
        format!("token_mlp {}x{}", self.layers, self.width)
    }

    fn check(&self) -> Result<()> {
        let sizes = [
            ("vocabulary", self.vocabulary),
            ("sequence", self.sequence),
            ("width", self.width),
            ("layers", self.layers),
        ];
        check_sizes("a token MLP", &sizes, self.dropout)
    }

    fn sizes(&self) -> Sizes {
        Sizes::Tokens { vocabulary: self.vocabulary, sequence: self.sequence }
    }

    fn layout(&self) -> Layout {
        self.laid_out().0
    }

    /// ```
    /// use lawbook::net::Architecture;
    /// use lawbook::net::token_mlp::TokenMlp;
    /// let nano = TokenMlp { vocabulary: 50_257, sequence: 64, width: 32, layers: 2, dropout: 0.1 };
    /// assert_eq!(nano.n_params(), 3_268_817);
    /// ```
    fn n_params(&self) -> usize {
        let [v, d, l] = [self.vocabulary, self.width, self.layers].map(|n| n as f64);
        whole(v * d + l * (d * d + d) + d * v + v)
    }

    /// `2Vd + V`
    fn n_embedding(&self) -> usize {
        let [v, d] = [self.vocabulary, self.width].map(|n| n as f64);
        whole(2.0 * v * d + v)
    }

    /// With `T` tokens, `2T (Ld² + dV)` forward and twice as many backward.
    fn flops(&self, rows: usize) -> f64 {
        let [v, s, d, l] = [self.vocabulary, self.sequence, self.width, self.layers].map(|n| n as f64);
        3.0 * rows as f64 * s * 2.0 * (l * d * d + d * v)
    }

    fn work_space(&self, rows: usize) -> f64 {
        let places = rows as f64 * self.sequence as f64;
        let head = Head::work_space(whole(places), self.width, self.vocabulary) as f64;
        places * (self.layers as f64 + 3.0) * self.width as f64 + head
    }

    fn fused(&self, _: Loss, parts: usize) -> Box<dyn Network> {
        Box::new(FusedTokenMlp::new(self, parts))
    }

    fn language_model(&self, parts: usize) -> Option<Box<dyn LanguageModel>> {
        Some(Box::new(FusedTokenMlp::new(self, parts)))
    }
}
