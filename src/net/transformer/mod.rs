//! The transformer decoder of original 000: causal attention and a small MLP, each added to its input.
//!
//! ```text
//! x = token embedding + position embedding
//! x = x + out(attention(qkv(LN(x))))          x = x + down(drop(gelu(up(LN(x)))))          in every block
//! logits = W LN(x)  (+ b)
//! parameters = 2Vd + Sd + L (4d² + 9d + f (2d + 1)) + 2d  (+ V)          f = 4d unless asked otherwise
//! ```
//!
//! A row of numbers instead of tokens is read as patches of `V` numbers, one a place: a patch's embedding
//! is the mixture of the words' that its numbers say. Where a row has one target, its last place answers;
//! classes are then the first words.
//!
//! Weights of linear layers and embeddings begin normal with deviation 0.02, biases at 0.

pub mod layers;
pub mod fused;
pub mod plain;

use crate::error::{Error, Result};
use crate::net::architecture::{Architecture, Sizes};
use crate::net::layout::{Layout, check_sizes, whole};
use crate::net::network::{LanguageModel, Network};
use crate::net::transformer::fused::FusedTransformer;
pub use crate::net::transformer::layers::{Transformer, TransformerBlock, TransformerRanges};
use crate::ops::head::Head;
use crate::ops::loss::Loss;

impl Architecture for Transformer {
    fn name(&self) -> String {
        format!("transformer {}x{}", self.layers, self.width)
    }

    fn check(&self) -> Result<()> {
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

    fn sizes(&self) -> Sizes {
        Sizes::Tokens { vocabulary: self.vocabulary, sequence: self.sequence }
    }

    fn layout(&self) -> Layout {
        self.laid_out().0
    }

    /// ```
    /// use lawbook::net::Architecture;
    /// use lawbook::net::transformer::Transformer;
    /// assert_eq!(Transformer::new(50_257, 64, 32, 2, 2).n_params(), 3_243_968);
    /// ```
    fn n_params(&self) -> usize {
        let [v, s, d, l] = [self.vocabulary, self.sequence, self.width, self.layers].map(|n| n as f64);
        let block = 4.0 * d * d + 9.0 * d + self.hidden() as f64 * (2.0 * d + 1.0);
        whole(v * d + s * d + l * block + 2.0 * d + d * v + if self.head_bias { v } else { 0.0 })
    }

    /// `2Vd + Sd (+ V)`
    fn n_embedding(&self) -> usize {
        let [v, s, d] = [self.vocabulary, self.sequence, self.width].map(|n| n as f64);
        whole(2.0 * v * d + s * d + if self.head_bias { v } else { 0.0 })
    }

    /// With `T` tokens, `2T (L (4d² + 2df) + dV)` with weights and `4TSdL` inside the attentions (as full
    /// squares) forward, and twice as many backward.
    fn flops(&self, rows: usize) -> f64 {
        let [v, s, d, l] = [self.vocabulary, self.sequence, self.width, self.layers].map(|n| n as f64);
        let block = 4.0 * d * d + 2.0 * d * self.hidden() as f64;
        3.0 * rows as f64 * s * (2.0 * (l * block + d * v) + 4.0 * s * d * l)
    }

    fn work_space(&self, rows: usize) -> f64 {
        let [s, d, l, f] = [self.sequence, self.width, self.layers, self.hidden()].map(|n| n as f64);
        let places = rows as f64 * s;
        let shared = 5.0 * d + 2.0 + f + f.max(3.0 * d);
        let attention = 3.0 * s * s + s * d / self.heads as f64;
        let head = Head::work_space(whole(places), self.width, self.vocabulary) as f64;
        places * (l * (6.0 * d + 4.0 + f) + shared) + attention + head
    }

    fn fused(&self, _: Loss, parts: usize) -> Box<dyn Network> {
        Box::new(FusedTransformer::new(self, parts))
    }

    fn language_model(&self, parts: usize) -> Option<Box<dyn LanguageModel>> {
        Some(Box::new(FusedTransformer::new(self, parts)))
    }
}
