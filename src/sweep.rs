//! Many runs: a list of specs, those that are recorded left out, the rest shared among workers.
//!
//! A worker is a thread that does one run at a time; which worker does which run changes nothing in
//! the records. Shards do the same across machines: the list is made first, any subset is run
//! anywhere, and the record files are merged by concatenation.

use crate::checkpoint::Checkpoint;
use crate::error::{Error, Result};
use crate::feed::Datasets;
use crate::machine;
use crate::net::Network;
use crate::net::batch::{Batch, Inputs, Targets};
use crate::net::fused::FusedMlp;
use crate::net::mlp::{Mlp, Scale};
use crate::ops::loss::Loss;
use crate::paths::Home;
use crate::records::{append, replace};
use crate::run::{Code, RunRecord, RunSpec, Stop, Task};
use crate::train::Trainer;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often a run that is under way is saved.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);
/// How often a worker reports.
const REPORT_EVERY: Duration = Duration::from_millis(200);

/// One run to be done, with the name its study gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// "A n_train=1000 seed=0".
    pub label: String,
    /// Runs of a lower rank are begun first; among equals the longest.
    pub rank: usize,
    /// What decides the run.
    pub spec: RunSpec,
}

impl Job {
    /// A run of rank 0.
    pub fn new(label: impl Into<String>, spec: RunSpec) -> Self {
        Self { label: label.into(), rank: 0, spec }
    }

    /// Floating-point operations of the whole run, evaluations included: for estimates of time. A run that a
    /// early stopping ends is taken to need twice its least steps.
    pub fn work(&self) -> f64 {
        let spec = &self.spec;
        let steps = match spec.stop {
            Stop::AtSteps => spec.steps,
            Stop::Early { min_steps, .. } => spec.steps.min(2 * min_steps),
        };
        let evaluations = spec.spacing.count(spec.steps, spec.evaluate_every) as f64;
        let measured = match spec.task {
            Task::Sine { n_test, .. } => 3 * n_test,
            _ => spec.n_train() + 10_000,
        };
        spec.flops(steps) + evaluations * 2.0 * spec.n_params() as f64 * measured as f64
    }
}

/// The part `index` (from 1) of `of` equal parts of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    of: usize,
}

impl Shard {
    /// The whole list.
    pub const ALL: Self = Self { index: 1, of: 1 };

    /// The jobs of this part, in their order.
    pub fn of(self, jobs: Vec<Job>) -> Vec<Job> {
        jobs.into_iter().skip(self.index - 1).step_by(self.of).collect()
    }
}

impl FromStr for Shard {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let parsed =
            text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
        match parsed {
            Some((index, of)) if (1..=of).contains(&index) => Ok(Self { index, of }),
            _ => Err(Error::Usage(format!("{text:?} is no shard: write 2/8 for the second of eight"))),
        }
    }
}

/// How a sweep is done.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The record file.
    pub records: &'a Path,
    /// Workers: runs at once.
    pub workers: usize,
    /// Threads of each run; its numbers do not depend on them.
    pub threads: usize,
    /// Do runs anew although they are recorded, and put the new record in the old one's place.
    pub fresh: bool,
}

/// What happens in a sweep, as it happens.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// Who does the run, from 0.
    pub worker: usize,
    /// The run.
    pub job: &'a Job,
    /// What happened to it.
    pub news: News<'a>,
}

/// What can happen to a run.
#[derive(Debug, Clone, Copy)]
pub enum News<'a> {
    /// It began after this many steps: above 0 when it goes on from a checkpoint.
    Started(u64),
    /// It has taken this many steps; the last batch had this mean loss.
    Stepped(u64, f64),
    /// It is recorded.
    Recorded(&'a RunRecord),
    /// It failed; the others go on.
    Failed(&'a Error),
}

/// The jobs that no record answers yet.
pub fn pending(jobs: Vec<Job>, recorded: &[RunRecord]) -> Vec<Job> {
    let known: BTreeSet<&str> = recorded.iter().map(|r| r.id.as_str()).collect();
    jobs.into_iter().filter(|job| !known.contains(job.spec.id().as_str())).collect()
}

/// The records that answer these jobs, in their order; the label of the first that is missing otherwise.
///
/// # Errors
/// [`Error::Failed`] naming what is missing and the command that runs it.
pub fn answered(jobs: &[Job], recorded: &[RunRecord], command: &str) -> Result<Vec<RunRecord>> {
    let by_id: BTreeMap<&str, &RunRecord> = recorded.iter().map(|r| (r.id.as_str(), r)).collect();
    let found: Vec<Option<&RunRecord>> =
        jobs.iter().map(|job| by_id.get(job.spec.id().as_str()).copied()).collect();
    let answers = jobs.iter().zip(&found);
    let missing: Vec<&str> =
        answers.filter(|(_, r)| r.is_none()).map(|(job, _)| job.label.as_str()).collect();
    if let Some(first) = missing.first() {
        let n = missing.len();
        return Err(Error::Failed(format!(
            "{n} of {} runs are not recorded yet ({first}, …): run `{command}`",
            jobs.len()
        )));
    }
    Ok(found.into_iter().flatten().cloned().collect())
}

/// Measures how many floating-point operations a second one worker does, in about a fifth of a second.
pub fn probe_rate() -> f64 {
    let mlp = Mlp::new(&[784, 256, 256, 10]);
    let (inputs, labels) = (vec![0.5; 64 * 784], vec![3; 64]);
    let batch = Batch {
        inputs: Inputs::Values(&inputs),
        targets: Targets::Classes(&labels),
        rows: 64,
        dropout: None,
    };
    let parameters = mlp.initial(0, Scale::None);
    let mut gradient = vec![0.0; parameters.len()];
    let mut net = FusedMlp::<f32>::new(&mlp, Loss::CrossEntropy, 1);
    let (start, mut steps) = (Instant::now(), 0);
    while start.elapsed() < REPORT_EVERY {
        net.gradient(&parameters, &batch, &mut gradient);
        steps += 1;
    }
    f64::from(steps) * 6.0 * parameters.len() as f64 * 64.0 / start.elapsed().as_secs_f64()
}

/// Does the jobs, lowest rank first and longest first among equals, and appends each record as it is finished.
///
/// When `stop` becomes true every worker ends its step and saves its run.
///
/// # Errors
/// [`Error::Interrupted`] when `stop` ended it; [`Error::Failed`] when runs failed, after the others
/// are done; at once where data cannot be read or a record cannot be written.
pub fn run(
    home: &Home,
    jobs: Vec<Job>,
    options: Options,
    stop: &AtomicBool,
    watch: &(dyn Fn(Event) + Sync),
) -> Result<()> {
    let datasets = Datasets::read(home, jobs.iter().map(|job| &job.spec))?;
    let (total, workers) = (jobs.len(), options.workers.clamp(1, jobs.len().max(1)));
    let mut queue: Vec<Job> = jobs;
    queue.sort_by(|a, b| a.rank.cmp(&b.rank).then(b.work().total_cmp(&a.work())));
    let queue = Mutex::new(VecDeque::from(queue));
    let code = Code { version: env!("CARGO_PKG_VERSION").to_owned(), commit: machine::commit(home.root()) };
    let (failures, broken) = (Mutex::new(Vec::new()), Mutex::new(None));
    let halt = AtomicBool::new(false);
    let work = |worker: usize| {
        loop {
            let Some(job) = queue.lock().expect("no worker panics").pop_front() else { return };
            let halted = || stop.load(Ordering::Relaxed) || halt.load(Ordering::Relaxed);
            if halted() {
                return;
            }
            let fresh = options.fresh;
            let tell = |news: News| watch(Event { worker, job: &job, news });
            match one_run(home, &job, &datasets, &code, fresh, &halted, &tell) {
                Ok(Some(record)) => {
                    let kept = if fresh {
                        replace(options.records, &record)
                    } else {
                        append(options.records, &record).map(|_| ())
                    };
                    if let Err(error) = kept {
                        broken.lock().expect("no worker panics").get_or_insert(error);
                        halt.store(true, Ordering::Relaxed);
                        return;
                    }
                    // The record is safe; a checkpoint that stays behind costs only its space.
                    let _ = std::fs::remove_file(home.checkpoint(&record.id));
                    tell(News::Recorded(&record));
                }
                Ok(None) => return,
                Err(error @ Error::Io { .. }) => {
                    broken.lock().expect("no worker panics").get_or_insert(error);
                    halt.store(true, Ordering::Relaxed);
                    return;
                }
                Err(error) => {
                    tell(News::Failed(&error));
                    failures.lock().expect("no worker panics").push(format!("{}: {error}", job.label));
                }
            }
        }
    };
    let pool = |_| rayon::ThreadPoolBuilder::new().num_threads(options.threads.max(1)).build();
    let pools = (0..workers).map(pool).collect::<std::result::Result<Vec<_>, _>>();
    let pools = pools.map_err(|e| Error::Failed(format!("threads cannot be started: {e}")))?;
    std::thread::scope(|scope| {
        for (worker, pool) in pools.iter().enumerate() {
            let work = &work;
            scope.spawn(move || pool.install(|| work(worker)));
        }
    });
    if let Some(error) = broken.into_inner().expect("no worker panics") {
        return Err(error);
    }
    if stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted(
            "interrupted: finished runs are recorded, the others saved; the same command goes on from there"
                .to_owned(),
        ));
    }
    let failures = failures.into_inner().expect("no worker panics");
    if failures.is_empty() {
        return Ok(());
    }
    Err(Error::Failed(format!("{} of {total} runs failed:\n{}", failures.len(), failures.join("\n"))))
}

/// Does one run from its checkpoint, if there is one; `None` when it was halted and saved.
fn one_run(
    home: &Home,
    job: &Job,
    datasets: &Datasets,
    code: &Code,
    fresh: bool,
    halted: &dyn Fn() -> bool,
    watch: &dyn Fn(News),
) -> Result<Option<RunRecord>> {
    let path = home.checkpoint(&job.spec.id());
    let saved = if fresh { None } else { Checkpoint::load(&path, &job.spec)? };
    let mut trainer = match saved {
        Some(checkpoint) => Trainer::resume(checkpoint, datasets)?,
        None => Trainer::new(&job.spec, datasets)?,
    };
    watch(News::Started(trainer.steps_taken()));
    let (mut saved, mut told) = (Instant::now(), Instant::now());
    while !trainer.is_done() {
        let loss = trainer.advance()?;
        if halted() && !trainer.is_done() {
            trainer.checkpoint().save(&path)?;
            return Ok(None);
        }
        if told.elapsed() >= REPORT_EVERY {
            told = Instant::now();
            watch(News::Stepped(trainer.steps_taken(), loss));
        }
        if saved.elapsed() >= CHECKPOINT_EVERY {
            saved = Instant::now();
            trainer.checkpoint().save(&path)?;
        }
    }
    Ok(Some(trainer.record(code.clone())))
}
