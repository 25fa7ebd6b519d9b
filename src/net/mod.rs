//! What learns. A network's shape is plain data; its parameters are one flat slice, in one layout
//! that the fused CPU form and the dfdx form share, so that either can train what the other began.

pub mod batch;
pub mod network;
pub mod layout;
pub mod memory;
pub mod mlp;
pub mod fused;
pub mod plain;
pub mod linear;
pub mod parts;
pub mod transformer;
pub mod token_mlp;
pub mod recurrent;
pub mod resnet_bk;
pub mod shape;

pub use network::{LanguageModel, Network, learn_at_once};
