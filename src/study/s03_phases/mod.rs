//! Study 03 · Phase transitions across architectures: does generalization set in at once, and where?
//!
//! ```text
//! original        labels = inputs (the original's slip), 3 epochs, 400 … 3200 sequences, 80 % to train on
//! next-token      the same with the next token as label: a language model
//! equal-steps     next-token labels, as many steps at every size: data alone varies, not training time
//! until-it-stops  next-token labels, one large set, until validation says stop, at three learning rates
//! ```
//!
//! All on the original's four families of token sequences ([`crate::data::tokens`]), with its eight models
//! ([`models`]), AdamW 1e-3 with weight decay 0.01, batches of 64. With 3 epochs 400 sequences get 15 steps
//! and 3200 get 120. Every point of a curve has the held-out loss of each family: the mean hides what is
//! learned when.
//!
//! A seed decides the sequences, the initial weights, the order of batches and the dropout.

pub mod models;
pub mod design;
pub mod pipeline;
pub mod result_files;

use crate::error::Result;
use crate::study::results::Results;
use crate::study::runs::Runs;
use crate::study::s03_phases::pipeline::folder::file_name;
use crate::study::s03_phases::pipeline::{COMBINED, DATA_JSON, SUMMARY, tables};
use crate::table::Table;

pub use crate::study::s03_phases::design::{Arm, Design, design};

/// What the runs show: so far the original's own files, made of ours.
///
/// # Errors
/// As [`result_files::result_files`].
pub fn results(runs: &Runs) -> Result<Results> {
    let files = result_files::result_files(&design(runs.budget(), None), runs)?;
    let made = tables(&files)?;
    let provenance = runs.provenance();
    let pictures = made.plots.into_iter().map(|plot| plot.records(&provenance.records));
    Ok(Results {
        pictures: pictures.collect(),
        tables: vec![
            (COMBINED.to_owned(), made.runs.combined),
            (SUMMARY.to_owned(), made.summary),
            ("all_runs.csv".to_owned(), Table::of_runs(runs.records())),
        ],
        documents: files
            .into_iter()
            .map(|(n, text)| (format!("{DATA_JSON}/{}", file_name(n)), text))
            .collect(),
        ..Results::of(&provenance, &provenance)
    })
}
