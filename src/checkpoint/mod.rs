//! Exact resume: everything a run needs to go on as if it had never stopped, in one safetensors file.
//!
//! No random state is kept: streams are named by seed and epoch (see [`crate::random`]), so the step tells
//! which numbers come next. A checkpoint carries the SHA-256 of all its bytes and the instruction set that
//! computed it; one that is damaged, or of another instruction set, is refused rather than continued with
//! other numbers.

pub mod progress;
pub mod file;
pub mod generations;

pub use crate::checkpoint::file::Checkpoint;
pub use crate::checkpoint::generations::Generations;
pub use crate::checkpoint::progress::{Progress, RunningLoss};
