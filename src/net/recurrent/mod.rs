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

mod architecture;
pub mod layer;
pub mod fused;
pub mod plain;

pub use architecture::{Cell, LayerPlaces, Recurrent, RecurrentPlaces};
