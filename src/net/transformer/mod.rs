//! The transformer decoder of study 000: causal attention and a small MLP, each added to its input.
//!
//! ```text
//! x = token embedding + position embedding
//! x = x + out(attention(qkv(LN(x))))          x = x + down(drop(gelu(up(LN(x)))))          in every block
//! logits = W LN(x)  (+ b)
//! parameters = 2Vd + Sd + L (4d² + 9d + f (2d + 1)) + 2d  (+ V)          f = 4d unless asked otherwise
//! ```
//!
//! A row of numbers instead of tokens is read as patches of `V` numbers, one a place: a patch's embedding is
//! the mixture of the words' that its numbers say. Where a row has one target, its last place answers;
//! classes are then the first words.
//!
//! Weights of linear layers and embeddings begin normal with deviation 0.02, biases at 0; the head has none.

mod architecture;
pub mod fused;
pub mod plain;

pub use architecture::{DecoderBlock, Norm, Transformer, TransformerPlaces};
