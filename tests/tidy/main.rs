//! House rules as tests: layers, doors, sizes, words, notebooks, documents in step with the code.

mod tree;
mod layers;
mod doors;
mod sizes;
mod words;
mod notebooks;
mod documents;
