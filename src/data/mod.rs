//! What is learned: images, text, waves.
pub mod images;
