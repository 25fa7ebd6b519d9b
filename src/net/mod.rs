//! Neural networks: a shape is plain data, its parameters are one flat slice, in one layout that the fused
//! CPU form and the plain dfdx form share, so that either can train what the other began.

pub mod batch;
pub mod layout;
pub mod memory;
pub mod network;
pub mod architecture;
pub mod parts;
pub mod linear;
pub mod norm;
pub mod tape;
pub mod mlp;
pub mod transformer;
pub mod token_mlp;
pub mod recurrent;
pub mod resnet_bk;
pub mod shape;

pub use crate::net::architecture::Architecture;
pub use crate::net::network::{LanguageModel, Network};
