//! The original's pipeline: result files → tables of runs → means and deviations → two plots.
//!
//! ```text
//! data_json/gpu_scaling_results-n.json  preprocess  data_csv/run_n.csv, data_csv/all_runs_combined.csv
//! data_csv/all_runs_combined.csv        analyze     statistical_analysis/statistical_summary.csv
//! statistical_analysis/…                plot        visualizations/validation_loss_scaling, gen_gap_scaling
//! ```
//!
//! Names, columns and their order are the original's. Two things differ on purpose: files are ordered by
//! their number, where the original's sorted names put 10 before 2; and both plots have bands of ±1 sd.
//! Every step makes all of its output before it writes any of it.

pub mod tree;
pub mod layout;
pub mod folder;
pub mod runs;
pub mod summary;
pub mod plots;

use crate::error::{Error, Result};
use crate::plot::Figure;
use crate::study::s03_phases::pipeline::folder::{Folder, file_name};
use crate::study::s03_phases::pipeline::runs::Runs;
use crate::table::Table;
use std::path::Path;

/// Where the result files are looked for, below the output folder.
pub const DATA_JSON: &str = "data_json";
/// One row a run, size and model, below the output folder.
pub const COMBINED: &str = "data_csv/all_runs_combined.csv";
/// One row a size and model, below the output folder.
pub const SUMMARY: &str = "statistical_analysis/statistical_summary.csv";
/// Where the plots go, below the output folder.
pub const VISUALIZATIONS: &str = "visualizations";

/// All that the pipeline makes of some result files.
#[derive(Debug, Clone)]
pub struct Made {
    /// The tables of runs.
    pub runs: Runs,
    /// Means and deviations by size and model.
    pub summary: Table,
    /// The two plots.
    pub plots: Vec<Figure>,
}

/// The pipeline over result files in memory, given by number and text.
///
/// # Errors
/// [`Error::Malformed`] where a text is no result file; as [`summary::summary`] and [`plots::plots`].
pub fn tables(files: &[(u64, String)]) -> Result<Made> {
    let cells = files.iter().map(|(n, text)| {
        let cells = layout::cells(text);
        Ok((
            *n,
            cells.map_err(|wrong| Error::malformed(Path::new(&file_name(*n)), wrong.path, wrong.problem))?,
        ))
    });
    let folder = Folder { runs: cells.collect::<Result<_>>()?, passed_over: Vec::new() };
    let runs = Runs::of(&folder)?;
    let summary = summary::summary(&runs.combined)?;
    let plots = plots::plots(&summary)?;
    Ok(Made { runs, summary, plots })
}
