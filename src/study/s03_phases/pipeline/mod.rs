//! The original's pipeline: result files → tables of runs → means and deviations → two plots.
//!
//! ```text
//! data_json/gpu_scaling_results-n.json ─ preprocess ─> data_csv/run_n.csv, data_csv/all_runs_combined.csv
//! data_csv/all_runs_combined.csv ──────── analyze ───> statistical_analysis/statistical_summary.csv
//! statistical_analysis/… ──────────────── plot ──────> visualizations/validation_loss_scaling, gen_gap_scaling
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

/// Where the result files are looked for, below the output folder.
pub const DATA_JSON: &str = "data_json";
/// One row a run, size and model, below the output folder.
pub const COMBINED: &str = "data_csv/all_runs_combined.csv";
/// One row a size and model, below the output folder.
pub const SUMMARY: &str = "statistical_analysis/statistical_summary.csv";
/// Where the plots go, below the output folder.
pub const VISUALIZATIONS: &str = "visualizations";
