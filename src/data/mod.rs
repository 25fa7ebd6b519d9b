//! What is learned: images, text, waves.
