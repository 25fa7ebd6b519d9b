//! The position-wise token MLP of study 000: every place by itself, no place sees another.
//!
//! ```text
//! x = embedding          x = drop(relu(W x + b)) in every layer          logits = W x + b
//! parameters = Vd + L (d² + d) + dV + V
//! ```
//!
//! It can know no more of the next token than the present one tells. PyTorch's defaults: embeddings
//! begin normal with deviation 1, linear layers uniform in ±1/√d.

mod architecture;
pub mod fused;
pub mod plain;

pub use architecture::{TokenMlp, TokenMlpPlaces};
