//! `lawbook sweep`: says what it will do and how long that takes, then does it, and can be stopped.

use crate::options::{BudgetArg, chosen};
use crate::output::{mention, say};
use crate::progress::SweepProgress;
use clap::{Args, ValueEnum};
use lawbook::error::{Error, Result};
use lawbook::paths::Home;
use lawbook::run::Engine;
use lawbook::study::Study;
use lawbook::sweep::{self, Job, Options, Shard};
use lawbook::{bench, machine, records};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Set by Ctrl-C and SIGTERM.
static STOP: AtomicBool = AtomicBool::new(false);

/// Do the runs of a study that are not recorded yet
#[derive(Debug, Args)]
pub struct SweepArgs {
    /// The study: 02, or all
    study: String,
    #[command(flatten)]
    budget: BudgetArg,
    /// Only runs whose label holds this text, as --dry-run prints them: "width=512 "
    #[arg(long, value_name = "PATTERN")]
    only: Option<String>,
    /// Another number of seeds per cell than the study's own
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000))]
    seeds: Option<u64>,
    /// Runs at once, one thread each; all cores by default
    #[arg(long, short, value_name = "J", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// What computes: cpu (fused operations), dfdx (plain dfdx on the CPU) or cuda (plain dfdx on an NVIDIA
    /// GPU)
    #[arg(long, default_value = "cpu")]
    device: Device,
    /// Threads of each run; the numbers do not depend on it. By default the cores are shared among the runs
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Only the I-th of N equal parts of the list
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Record into this file instead of the study's own; `lawbook merge` brings it home
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
    /// Only list the runs
    #[arg(long)]
    dry_run: bool,
    /// Run anew what is recorded, and put the new records in the old ones' place
    #[arg(long)]
    fresh: bool,
    /// List the runs as JSON lines (with --dry-run)
    #[arg(long, requires = "dry_run")]
    json: bool,
}

/// What computes a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Device {
    Cpu,
    Dfdx,
    Cuda,
}

/// How a list of runs is done.
pub struct How<'a> {
    /// "study 02, paper": what is being done, for the lines on the screen.
    pub title: &'a str,
    /// The record file.
    pub file: &'a Path,
    /// Runs at once; all cores by default.
    pub at_once: Option<u16>,
    /// Threads of each run; by default the cores are shared among the runs.
    pub threads: Option<u16>,
    /// Run anew what is recorded.
    pub fresh: bool,
}

/// Lets Ctrl-C and SIGTERM end a sweep in good order, and a second one at once.
pub fn catch_signals() -> Result<()> {
    let handler = || {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    };
    ctrlc::set_handler(handler).map_err(|e| Error::Failed(format!("signals cannot be caught: {e}")))
}

/// Does those of the runs that are not recorded yet: says what and how long, shows progress, can be stopped.
pub fn run_jobs(home: &Home, jobs: Vec<Job>, how: &How) -> Result<()> {
    let How { title, file, .. } = how;
    if let Some(repaired) = records::repair(file)? {
        mention(repaired);
    }
    let (recorded, total) = (records::read(file)?, jobs.len());
    let todo = if how.fresh { jobs } else { sweep::pending(jobs, &recorded) };
    if todo.is_empty() {
        mention(format_args!("{title}: all {total} runs are recorded in {}", file.display()));
        return Ok(());
    }
    let workers = how.at_once.map_or_else(machine::cores, usize::from).min(todo.len());
    let (work, rate) = (todo.iter().map(Job::work).sum::<f64>(), bench::worker_rate());
    mention(format_args!(
        "{title}: {} of {total} runs to do, {:.1} TFLOP: about {} with {workers} at once ({:.0} GFLOP/s each)",
        todo.len(),
        work / 1e12,
        crate::progress::span(work / rate / workers as f64),
        rate / 1e9
    ));
    if todo[0].spec.engine == Engine::DfdxCuda {
        // One sentence now instead of one per run.
        todo[0].spec.net.plain_on_cuda(todo[0].spec.loss)?;
    }
    let progress = SweepProgress::new(&todo, workers, &recorded);
    let threads = how.threads.map_or(machine::cores() / workers, usize::from).max(1);
    let options = Options { records: file, workers, threads, fresh: how.fresh };
    let done = sweep::run(home, todo, options, &STOP, &|event| progress.show(event));
    progress.end();
    if done.is_ok() {
        mention(format_args!("{title}: recorded in {}", file.display()));
    }
    done
}

impl SweepArgs {
    pub fn run(&self, home: &Home) -> Result<()> {
        if !self.dry_run {
            catch_signals()?;
        }
        chosen(&self.study)?.into_iter().try_for_each(|study| self.one(home, study))
    }

    fn one(&self, home: &Home, study: &Study) -> Result<()> {
        let file = self.into.clone().unwrap_or_else(|| home.records(study.number, self.budget.budget));
        let mut jobs = (study.jobs)(self.budget.budget, self.seeds);
        for job in &mut jobs {
            job.spec.engine = match self.device {
                Device::Cpu => Engine::Fused,
                Device::Dfdx => Engine::Dfdx,
                Device::Cuda => Engine::DfdxCuda,
            };
        }
        if let Some(pattern) = &self.only {
            jobs.retain(|job| job.label.contains(pattern.as_str()));
            if jobs.is_empty() {
                return Err(Error::Usage(format!(
                    "no run of study {} has {pattern:?} in its label; --dry-run lists them",
                    study.number
                )));
            }
        }
        let jobs = self.shard.unwrap_or(Shard::ALL).of(jobs);
        if self.dry_run {
            return self.list(&jobs, &records::read(&file)?);
        }
        let title = format!("study {}, {}", study.number, self.budget.budget);
        run_jobs(
            home,
            jobs,
            &How { title: &title, file: &file, at_once: self.jobs, threads: self.threads, fresh: self.fresh },
        )
    }

    fn list(&self, jobs: &[Job], recorded: &[lawbook::run::RunRecord]) -> Result<()> {
        for job in jobs {
            let id = job.spec.id();
            let known = recorded.iter().any(|r| r.id == id);
            if self.json {
                say(
                    serde_json::json!({ "id": id, "label": job.label, "recorded": known, "flops": job.work(), "spec": job.spec }),
                );
            } else {
                let state = if known { "recorded" } else { "to do" };
                say(format_args!("{id}  {state:<8}  {:>8.3} TFLOP  {}", job.work() / 1e12, job.label));
            }
        }
        Ok(())
    }
}
