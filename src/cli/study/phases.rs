//! `lawbook study 03`: the original's pipeline, over its own files, a person's, or our runs.

use crate::options::BudgetArg;
use crate::output::say;
use crate::sweep::{How, catch_signals, run_jobs};
use clap::{Args, ValueEnum};
use lawbook::error::{Error, Result};
use lawbook::paths::{Home, write_whole};
use lawbook::records;
use lawbook::study::runs::Runs as Recorded;
use lawbook::study::s03_phases::pipeline::folder::{Folder, file_name};
use lawbook::study::s03_phases::pipeline::{
    COMBINED, DATA_JSON, SUMMARY, VISUALIZATIONS, plots::plots, runs::Runs, summary,
};
use lawbook::study::s03_phases::{
    Arm, Design, design,
    result_files::{result_file, result_files},
};
use lawbook::sweep::Job;
use std::fs;
use std::path::{Path, PathBuf};

/// Dots per inch of the plots, as the original's.
const DOTS_PER_INCH: u32 = 300;

/// Phase transitions: train as the original does, preprocess, analyze and plot result files
#[derive(Debug, Args)]
pub struct Phases {
    /// What to do; all four in this order if left out
    what: Option<What>,
    /// The folder of gpu_scaling_results-n.json; data_json in the output folder by default
    #[arg(long, alias = "data_json", value_name = "DIR")]
    data_json: Option<PathBuf>,
    /// Where data_csv, statistical_analysis and visualizations go
    #[arg(long, alias = "output_dir", value_name = "DIR", default_value = "phase-transitions")]
    output_dir: PathBuf,
    #[command(flatten)]
    budget: BudgetArg,
    /// Runs of every size and model, and result files: seeds 0, 1, … (the original made 5, the study has 10)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000))]
    seeds: Option<u64>,
    /// Runs at once, one thread each; all cores by default
    #[arg(long, short, value_name = "J", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
}

/// One step of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Do the runs of the original's protocol that are not recorded yet, and then all below (experiment.py)
    Train,
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
            Some(What::Train) | None => {
                self.train(&Home::find()?)?;
                self.preprocess()?;
                self.analyze()?;
                self.plot()
            }
        }
    }

    fn data_json(&self) -> PathBuf {
        self.data_json.clone().unwrap_or_else(|| self.output_dir.join(DATA_JSON))
    }

    /// Does the runs that are not recorded yet and writes one result file a seed; files that a person put
    /// there are never replaced.
    fn train(&self, home: &Home) -> Result<()> {
        let (budget, design) = (self.budget.budget, design(self.budget.budget, self.seeds));
        let (file, mut jobs) = (home.records("03", budget), design.jobs());
        jobs.retain(|job| job.label.starts_with(Arm::Original.name()));
        self.refuse_other_files(&design, &jobs, &file)?;
        catch_signals()?;
        let title = format!("study 03, {budget}, the original's protocol");
        let how = How { title: &title, file: &file, at_once: self.jobs, threads: None, fresh: false };
        run_jobs(home, jobs.clone(), &how)?;
        let runs = Recorded::of(&jobs, &records::read(&file)?, "03", budget)?;
        for (n, text) in result_files(&design, &runs)? {
            write_whole(&self.data_json().join(file_name(n)), text.as_bytes())?;
        }
        Ok(())
    }

    /// Refuses to go on where a result file stands in the way that is not what our records give.
    fn refuse_other_files(&self, design: &Design, jobs: &[Job], file: &Path) -> Result<()> {
        let recorded = records::read(file)?;
        for seed in 0..design.seeds[Arm::Original as usize] {
            let path = self.data_json().join(file_name(seed + 1));
            if !path.exists() {
                continue;
            }
            let there = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
            let of_seed: Vec<Job> = jobs.iter().filter(|job| job.spec.seed == seed).cloned().collect();
            let ours = match Recorded::of(&of_seed, &recorded, "03", self.budget.budget) {
                Ok(runs) => result_file(design, &runs, seed)? == there,
                // Not all runs of this seed are recorded, so that its file cannot come from them.
                Err(_) => false,
            };
            if !ours {
                return Err(Error::Failed(format!(
                    "{} is there already and does not come from these runs: `lawbook study 03 preprocess` reads it; to train, name another folder with --data-json or --output-dir",
                    path.display()
                )));
            }
        }
        Ok(())
    }

    fn preprocess(&self) -> Result<()> {
        let runs = Runs::of(&Folder::read(&self.data_json())?)?;
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
