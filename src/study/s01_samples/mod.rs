//! Study 01 · How many samples, of what quality? The error of a small network on a noisy sine.
//!
//! ```text
//! y = sin 2πx + (0.1 / quality) · noise,    x uniform on [-2, 2),    n = 50 … 204 800 samples
//! 1-128-128-1, Adam 1e-3, squared error, batches of 32; mean absolute error on 500 fresh points
//! ```
//!
//! The original trained each size for 50 epochs, once. Every size is run under four protocols here, with ten
//! seeds:
//!
//! ```text
//! epochs      50 epochs, as in the original: 100 steps at n = 50, 320 000 at n = 204 800
//! steps       20 000 steps at every size
//! converged   until the error on 1000 noise-free points has stopped falling
//! annealed    20 000 steps, the learning rate falling to a hundredth: no jitter left at the end
//! ```
//!
//! A seed decides the points, the initial weights and the order of batches; the points of a smaller set are
//! the first of a larger one, and the noise of another quality is the same noise scaled.

pub mod original;
pub mod digits;
mod design;
pub mod cells;
pub mod controls;
pub mod findings;
pub mod claims;
pub mod extensions;
pub mod beyond;
pub mod figures;
pub mod tables;

use crate::error::Result;
use crate::study::results::Results;
use crate::study::runs::Runs;
pub use crate::study::s01_samples::design::{Condition, Design, Protocol, design};
use crate::study::s01_samples::findings::findings;
pub use crate::study::s01_samples::original::Quality;

/// What the runs show: numbers, claims, figures and the original's own files.
///
/// # Errors
/// As [`findings()`].
pub fn results(runs: &Runs) -> Result<Results> {
    let found = findings(runs)?;
    Ok(Results {
        claims: [claims::claims(&found), extensions::claims(&found)].concat(),
        figures: figures::figures(&found),
        pictures: vec![figures::picture(&found)],
        tables: vec![
            ("generalization_error_results.csv".to_owned(), tables::original(runs)),
            ("all_runs.csv".to_owned(), tables::all_runs(runs.records())),
        ],
        ..Results::of(&found.provenance, &found)
    })
}
