//! Datasets: images, text, token sequences, the noisy sine; augmentation.

pub mod idx;
pub mod source;
pub mod check;
pub mod images;
pub mod text;
pub mod fetch;
pub mod import;
pub mod tokens;
pub mod floors;
pub mod sine;
pub mod augment;
