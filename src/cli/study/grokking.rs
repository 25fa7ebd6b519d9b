//! `lawbook study 04`: original 002's command line over the same runs, records and pages.

use crate::output::say;
use crate::sweep::{How, catch_signals, run_jobs};
use clap::{ArgAction, Args, ValueEnum};
use lawbook::budget::Budget;
use lawbook::dashboard::{self, Page};
use lawbook::error::{Error, Result};
use lawbook::paths::{Home, write_whole};
use lawbook::records;
use lawbook::run::{RunRecord, seal};
use lawbook::study::s04_grokking::{self as grokking, Arm, Design, metrics, pages};
use lawbook::sweep::{Job, pending};
use std::path::PathBuf;

/// Deep grokking: train, analyze and compare with the options of the original
#[derive(Debug, Args)]
pub struct Grokking {
    /// What to do; all four in this order if left out
    what: Option<What>,
    /// Training-set sizes; for `train` 2000 5000 7000 by default, otherwise every size that is recorded
    #[arg(long, alias = "dataset_sizes", alias = "dataset-size", alias = "dataset_size", value_name = "N", num_args = 1.., value_parser = clap::value_parser!(u64).range(1..=60_000))]
    dataset_sizes: Vec<u64>,
    /// Optimizer steps
    #[arg(long, alias = "max_steps", value_name = "STEPS", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..))]
    max_steps: u64,
    /// Steps from one snapshot to the next
    #[arg(long, alias = "step_size", value_name = "STEPS", default_value_t = 5000, value_parser = clap::value_parser!(u64).range(1..))]
    step_size: u64,
    /// Factor on PyTorch's initial parameters
    #[arg(long, alias = "init_scale", value_name = "FACTOR", default_value_t = 8.0)]
    init_scale: f64,
    /// Decoupled weight decay
    #[arg(
        long,
        alias = "weight_decay",
        value_name = "DECAY",
        default_value_t = 0.01,
        allow_negative_numbers = true
    )]
    weight_decay: f64,
    /// Fully connected layers, the last included
    #[arg(long, value_name = "LAYERS", default_value_t = 12, value_parser = clap::value_parser!(u64).range(3..=100))]
    depth: u64,
    /// Units of the layers between
    #[arg(long, value_name = "UNITS", default_value_t = 400, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    width: u64,
    /// Runs of every size: seeds 0, 1, …
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1000))]
    seeds: u64,
    /// Whether `train` writes the metrics of every size as JSON and CSV
    #[arg(long, alias = "save_metrics", value_name = "BOOL", default_value_t = true, action = ArgAction::Set)]
    save_metrics: bool,
    /// Where metrics and pages go, and the records of runs that the study itself does not have
    #[arg(long, alias = "output_dir", value_name = "DIR", default_value = "deep-grokking")]
    output_dir: PathBuf,
    /// Runs at once, one thread each; all cores by default
    #[arg(long, short, value_name = "J", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
}

/// One of the original's programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Do the runs that are not recorded yet, and write their metrics (grokking.py, reproduce_paper.py)
    Train,
    /// Pages of the spectra of every size (analyze_esd.py)
    Analyze,
    /// Pages that compare the sizes (compare_esd_metrics.py)
    Compare,
    /// Pages of exponents against generalization (analyze_htsr.py)
    Htsr,
}

impl Grokking {
    pub fn run(&self, home: &Home) -> Result<()> {
        if !(self.init_scale.is_finite()
            && self.init_scale > 0.0
            && self.weight_decay.is_finite()
            && self.weight_decay >= 0.0)
        {
            return Err(Error::Usage(format!(
                "--init-scale {} must be above 0 and --weight-decay {} at least 0",
                self.init_scale, self.weight_decay
            )));
        }
        if matches!(self.what, None | Some(What::Train)) {
            self.train(home)?;
        }
        let (runs, first) = self.recorded(home)?;
        let sizes = pages::sizes(&runs)?;
        let records = seal(&runs);
        let made: Vec<Page> = match self.what {
            Some(What::Train) => return Ok(()),
            Some(What::Analyze) => sizes
                .iter()
                .flat_map(|size| pages::analyze(size, &pages::folder(size.n_train, first), &records))
                .collect(),
            Some(What::Compare) => pages::compare(&sizes, "esd_comparison", &records),
            Some(What::Htsr) => pages::htsr(&sizes, "htsr_analysis", &records),
            None => pages::dashboard(&runs, &[], first)?,
        };
        dashboard::save(&self.output_dir, &made)?;
        let opened = made.iter().map(|page| page.path.as_str()).find(|path| path.ends_with("index.html"));
        say(format_args!(
            "{} pages; open {}",
            made.len(),
            self.output_dir.join(opened.unwrap_or("index.html")).display()
        ));
        Ok(())
    }

    /// The runs that the options ask for.
    fn design(&self, sizes: Vec<usize>) -> Design {
        Design {
            sizes,
            depth: self.depth as usize,
            width: self.width as usize,
            steps: self.max_steps,
            snapshot_every: self.step_size,
            init_scale: self.init_scale,
            weight_decay: self.weight_decay,
            seeds: self.seeds,
            arms: vec![Arm::Paper],
            ..grokking::design(Budget::Paper, None)
        }
    }

    /// The sizes asked for, or the study's own.
    fn sizes(&self) -> Vec<usize> {
        if self.dataset_sizes.is_empty() {
            return grokking::design(Budget::Paper, None).sizes;
        }
        let mut sizes: Vec<usize> = self.dataset_sizes.iter().map(|&n| n as usize).collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }

    /// The jobs of these sizes.
    fn asked(&self, sizes: Vec<usize>) -> Vec<Job> {
        self.design(sizes).jobs()
    }

    /// Where runs are recorded that the study itself does not have.
    fn own_records(&self) -> PathBuf {
        self.output_dir.join("runs.jsonl")
    }

    /// Does what is not recorded, each run into the file it belongs to, and writes the metrics.
    fn train(&self, home: &Home) -> Result<()> {
        catch_signals()?;
        let known: Vec<String> = grokking::design(Budget::Paper, Some(self.seeds))
            .jobs()
            .iter()
            .map(|job| job.spec.id())
            .collect();
        let (study, own): (Vec<Job>, Vec<Job>) =
            self.asked(self.sizes()).into_iter().partition(|job| known.contains(&job.spec.id()));
        for (title, jobs, file) in [
            ("study 04", study, home.records("04", Budget::Paper)),
            ("study 04 with other options", own, self.own_records()),
        ] {
            if !jobs.is_empty() {
                let how = How { title, file: &file, at_once: self.jobs, threads: None, fresh: false };
                run_jobs(home, jobs, &how)?;
            }
        }
        if self.save_metrics {
            let (runs, _) = self.recorded(home)?;
            for n in self.sizes() {
                let of_size: Vec<&RunRecord> = runs.iter().filter(|run| run.spec.n_train() == n).collect();
                let folder = self.output_dir.join("metrics");
                let json = folder.join(format!("final_metrics_dataset_{n}.json"));
                write_whole(&json, (metrics::json(of_size[0]).to_string() + "\n").as_bytes())?;
                let csv = folder.join(format!("metrics_dataset_{n}.csv"));
                metrics::table(&of_size).save_csv(&csv)?;
                say(format_args!("{}\n{}", json.display(), csv.display()));
            }
        }
        Ok(())
    }

    /// The records of the sizes asked for, and the first size. If none are asked for, of those that have them
    /// all.
    fn recorded(&self, home: &Home) -> Result<(Vec<RunRecord>, usize)> {
        let mut all = records::read(&home.records("04", Budget::Paper))?;
        all.extend(records::read(&self.own_records())?);
        let mut sizes = self.sizes();
        if self.dataset_sizes.is_empty() {
            sizes.retain(|&n| pending(self.asked(vec![n]), &all).is_empty());
        }
        let Some(&first) = sizes.first() else {
            return Err(Error::Failed(
                "no size is recorded with these options: `lawbook study 04 train` with the same options does the runs"
                    .to_owned(),
            ));
        };
        let jobs = self.asked(sizes);
        let missing = pending(jobs.clone(), &all);
        if let Some(job) = missing.first() {
            return Err(Error::Failed(format!(
                "{} of {} runs are not recorded, the first is {}: `lawbook study 04 train` with the same options does them",
                missing.len(),
                jobs.len(),
                job.label
            )));
        }
        let found = jobs.iter().map(|job| {
            let id = job.spec.id();
            all.iter().find(|run| run.id == id).cloned().expect("nothing is pending")
        });
        Ok((found.collect(), first))
    }
}
