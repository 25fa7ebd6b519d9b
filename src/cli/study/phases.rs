//! `lawbook study 03`: the original's pipeline, over its own files, a person's, or our runs.

use crate::output::say;
use clap::{Args, ValueEnum};
use lawbook::error::Result;
use lawbook::paths::write_whole;
use lawbook::study::s03_phases::pipeline::{
    COMBINED, DATA_JSON, SUMMARY, VISUALIZATIONS, folder::Folder, plots::plots, runs::Runs, summary,
};
use std::path::{Path, PathBuf};

/// Dots per inch of the plots, as the original's.
const DOTS_PER_INCH: u32 = 300;

/// Phase transitions: preprocess, analyze and plot result files as the original does
#[derive(Debug, Args)]
pub struct Phases {
    /// What to do; all of it in this order if left out
    what: Option<What>,
    /// The folder of gpu_scaling_results-n.json; data_json in the output folder by default
    #[arg(long, alias = "data_json", value_name = "DIR")]
    data_json: Option<PathBuf>,
    /// Where data_csv, statistical_analysis and visualizations go
    #[arg(long, alias = "output_dir", value_name = "DIR", default_value = "phase-transitions")]
    output_dir: PathBuf,
}

/// One step of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// One table a run, and one of all runs (preprocessing.ipynb)
    Preprocess,
    /// Means and standard deviations by condition (analysis.ipynb)
    Analyze,
    /// Validation loss and generalization gap against dataset size (visualization.ipynb)
    Plot,
}

impl Phases {
    pub fn run(&self) -> Result<()> {
        match self.what {
            Some(What::Preprocess) => self.preprocess(),
            Some(What::Analyze) => self.analyze(),
            Some(What::Plot) => self.plot(),
            None => self.preprocess().and_then(|()| self.analyze()).and_then(|()| self.plot()),
        }
    }

    fn preprocess(&self) -> Result<()> {
        let folder = self.data_json.clone().unwrap_or_else(|| self.output_dir.join(DATA_JSON));
        let runs = Runs::of(&Folder::read(&folder)?)?;
        for notice in &runs.notices {
            say(notice);
        }
        let combined = self.output_dir.join(COMBINED);
        let tables = combined.parent().unwrap_or(Path::new("."));
        for (n, table) in &runs.each {
            table.save_csv(&tables.join(format!("run_{n}.csv")))?;
        }
        runs.combined.save_csv(&combined)?;
        say(format_args!("{} runs, {} rows: {}", runs.each.len(), runs.combined.rows(), combined.display()));
        Ok(())
    }

    fn analyze(&self) -> Result<()> {
        let runs = summary::read_runs(&self.output_dir.join(COMBINED))?;
        let (summary, path) = (summary::summary(&runs)?, self.output_dir.join(SUMMARY));
        summary.save_csv(&path)?;
        say(format_args!("{} conditions: {}", summary.rows(), path.display()));
        Ok(())
    }

    fn plot(&self) -> Result<()> {
        let summary = summary::read_summary(&self.output_dir.join(SUMMARY))?;
        let figures = plots(&summary)?;
        // All pictures are drawn before the first is written.
        let pictures = figures.iter().map(|figure| Ok((figure, figure.png(DOTS_PER_INCH)?)));
        for (figure, png) in pictures.collect::<Result<Vec<_>>>()? {
            let path = self.output_dir.join(VISUALIZATIONS).join(format!("{}.png", figure.name));
            write_whole(&path, &png)?;
            say(path.display());
        }
        Ok(())
    }
}
