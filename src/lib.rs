//! **lawbook**: a literate Rust workbook of scaling laws, grokking and generalization.
//!
//! The modules stand in the order of the floors of a house, ground first. **A module names only
//! modules declared above it**, so this list is the architecture diagram, and a test keeps it true.

// GROUND: what everything stands on.
pub mod error;
pub mod paths;
pub mod budget;
pub mod random;

// 2 WORLDS: what is learned, and what learns.
pub mod data;

// 4 GALLERY: tables and figures.
pub mod plot;

// ROOF: what a notebook sees.
pub mod notebook;
pub mod prelude;
