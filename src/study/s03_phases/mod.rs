//! Study 03 · Phase transitions across architectures: does generalization set in at once, and where?

pub mod pipeline;
