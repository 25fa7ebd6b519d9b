//! The few fused CPU operations that decide speed.
//!
//! They work on plain slices, each on one thread, and their results do not depend on how many
//! threads call them. Instruction sets are chosen at run time: the same binary uses AVX2, AVX-512
//! or NEON where it finds them. The only module with `unsafe`; every block says why it is sound.

pub mod real;
pub mod matmul;
pub mod exp;
pub mod layer;
pub mod dropout;
pub mod gates;
pub mod layer_norm;
pub mod gelu;
pub mod attention;
pub mod loss;
pub mod softmax;
pub mod head;
pub mod resolvent;
pub mod adam;
pub mod sgd;
