//! What is learned: images, text, waves.

pub mod idx;
pub mod source;
pub mod check;
pub mod images;
pub mod text;
pub mod fetch;
pub mod import;
pub mod tokens;
pub mod sine;
pub mod augment;
