//! Weights out of files, a tensor at a time: `.npy`, `.npz`, `.safetensors`, its sharded index, and
//! lawbook's own checkpoints.
//!
//! [`Weights::open`] reads names, shapes and types, nothing else; [`Weights::read`] then reads one
//! tensor as f64, whatever it was stored as (f16, bf16, f32, f64, either byte order). Nothing that a
//! file says about lengths is believed before it agrees with the file, and no tensor of more than
//! [`MOST_NUMBERS`] is read, so a lying header or a zip bomb costs nothing.

// What a number and a tensor are.
pub mod format;
mod tensor;
// What a file is.
mod npy;
mod npz;
mod safetensors;
mod sharded;
mod checkpoint;
mod file;

pub use file::Weights;
pub use tensor::{MOST_NUMBERS, StoredTensor};
