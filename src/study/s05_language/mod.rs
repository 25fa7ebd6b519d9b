//! Study 05 · Language models: perplexity against size, ResNet-BK beside a transformer.
//!
//! ```text
//! 1 quick        d 64, 128 × L 4, 8: the original's ResNet-BK, a causal one, a transformer; three seeds
//! 2 control      at d64 L4 and d128 L8, three seeds: targets, resolvent, gate, gradient, rate, half the data
//! 3 full         d 64, 128, 256, 512 × L 4, 8, 12, 16: causal ResNet-BK, seed 42
//! 4 transformer  the same sizes
//! 5 original     the same sizes, the original's bidirectional ResNet-BK
//! ```
//!
//! As original 004 trains: five epochs, 32 windows of 128 words a step, AdamW at 10⁻³ with a weight decay of
//! 0.01, half a cosine down to a tenth, gradients clipped at 0.5, a dropout of 0.1. Its one seed is 42; ours
//! are 42, 43 and 44, so that its runs are the first of ours. Its data are WikiText-2; ours, where a network
//! does not reach a mirror, the State of the Union addresses. The corpus is part of every spec, label and
//! table.

pub mod model;
pub mod design;

use crate::error::Result;
use crate::study::results::Results;
use crate::study::runs::Runs;
pub use crate::study::s05_language::design::{Design, FIRST_SEED, design};
use crate::table::Table;

/// What the runs show.
///
/// # Errors
/// None yet.
pub fn results(runs: &Runs) -> Result<Results> {
    let provenance = runs.provenance();
    Ok(Results {
        tables: vec![("all_runs.csv".to_owned(), Table::of_runs(runs.records()))],
        ..Results::of(&provenance, &provenance)
    })
}
