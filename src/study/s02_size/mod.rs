//! Study 02 · Bigger is better? MNIST error against training images and against width.
//!
//! ```text
//! A   784-512-512-10 on the first 1k … 60k images of a permutation, ten epochs each
//! B   784-h-h-10 on all 60k images, h = 32 … 2048, ten epochs each
//! C   as A, but every size takes the steps that 60k images take: data alone varies, not training
//! ```
//!
//! The original ran A and B once per cell. We run ten seeds; a seed decides the permutation, the initial
//! weights and the order of batches, so the spread over seeds holds all three. Subsets are nested
//! within a seed. C is our control: with ten epochs, 1 000 images get 160 steps and 60 000 get 9 380.

mod design;
pub mod findings;
pub mod claims;
pub mod figures;

use crate::error::Result;
use crate::study::results::Results;
use crate::study::runs::Runs;
pub use crate::study::s02_size::design::{Design, Experiment, design};
use crate::study::s02_size::findings::{Findings, findings};
use crate::table::{Table, count, number};

/// What the runs show: numbers, claims, figures and the original's own files.
///
/// # Errors
/// As [`findings()`].
pub fn results(runs: &Runs) -> Result<Results> {
    let found = findings(runs)?;
    Ok(Results {
        claims: claims::claims(&found),
        figures: figures::figures(&found),
        pictures: vec![figures::poster(&found)],
        tables: vec![
            ("results_exp_a_data.csv".to_owned(), original_table_a(&found)),
            ("results_exp_b_params.csv".to_owned(), original_table_b(&found)),
            ("all_runs.csv".to_owned(), Table::of_runs(runs.records())),
        ],
        ..Results::of(&found.provenance, &found)
    })
}

/// The original's first table: accuracy in per cent, mean over seeds.
fn original_table_a(f: &Findings) -> Table {
    let points = f.epochs_fixed.points();
    Table::of(&points, [count("Data_Size", &|p| p.0 as u64), number("Test_Accuracy", &|p| accuracy(p.1))])
}

/// The original's second table: accuracy in per cent, mean over seeds.
fn original_table_b(f: &Findings) -> Table {
    Table::of(
        &f.widths,
        [
            count("Hidden_Size", &|row| row.width as u64),
            count("Num_Parameters", &|row| row.n_params as u64),
            number("Test_Accuracy", &|row| accuracy(row.error.mean)),
        ],
    )
}

/// Accuracy in per cent with three decimals: a tenth of an image in ten thousand is no news.
fn accuracy(error_percent: f64) -> f64 {
    ((100.0 - error_percent) * 1e3).round() / 1e3
}
