//! A worker: takes runs from the queue one at a time, trains them, has them recorded.

use crate::checkpoint::Checkpoint;
use crate::error::{Error, Result};
use crate::feed::Datasets;
use crate::paths::Home;
use crate::records::{append, replace};
use crate::run::{Code, RunRecord};
use crate::sweep::job::Job;
use crate::train::Trainer;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// How often a run that is under way is saved.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);
/// How often a worker reports.
const REPORT_EVERY: Duration = Duration::from_millis(200);

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

/// What the workers of a sweep share.
pub struct Shared<'a> {
    /// Where checkpoints lie.
    pub home: &'a Home,
    /// The record file.
    pub records: &'a Path,
    /// Train anew what is recorded or saved.
    pub fresh: bool,
    /// The datasets of all runs.
    pub datasets: Datasets,
    /// The program, for the records.
    pub code: Code,
    /// Runs that nobody has begun.
    pub queue: Mutex<VecDeque<Job>>,
    /// Runs that failed, with the reason.
    pub failures: Mutex<Vec<String>>,
    /// The error that ends the sweep: no run could be recorded after it.
    pub fatal: OnceLock<Error>,
    /// Set from outside to end the sweep in good order.
    pub stop: &'a AtomicBool,
    /// Is told what happens.
    pub watch: &'a (dyn Fn(Event) + Sync),
}

impl Shared<'_> {
    /// The next run, unless the sweep has to end.
    fn next_job(&self) -> Option<Job> {
        if self.must_end() { None } else { self.queue.lock().expect("no worker panics").pop_front() }
    }

    fn must_end(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.fatal.get().is_some()
    }
}

/// One worker of a sweep.
pub struct Worker<'a> {
    /// Its number, from 0.
    pub number: usize,
    /// What it shares with the others.
    pub sweep: &'a Shared<'a>,
}

impl Worker<'_> {
    /// Does runs until there are none left, or the sweep has to end.
    pub fn work(&self) {
        while let Some(job) = self.sweep.next_job() {
            match self.train(&job) {
                Ok(Some(record)) => match self.record(&record) {
                    Ok(()) => self.tell(&job, News::Recorded(&record)),
                    Err(error) => return self.end_all(error),
                },
                Ok(None) => return,
                Err(error @ Error::Io { .. }) => return self.end_all(error),
                Err(error) => {
                    self.tell(&job, News::Failed(&error));
                    let failure = format!("{}: {error}", job.label);
                    self.sweep.failures.lock().expect("no worker panics").push(failure);
                }
            }
        }
    }

    /// Trains one run from its checkpoint, if there is one; `None` when the sweep had to end and it was saved.
    fn train(&self, job: &Job) -> Result<Option<RunRecord>> {
        let Shared { home, fresh, datasets, code, .. } = self.sweep;
        let path = home.checkpoint(&job.spec.id());
        let saved = if *fresh { None } else { Checkpoint::load(&path, &job.spec)? };
        let mut trainer = match saved {
            Some(checkpoint) => Trainer::resume(checkpoint, datasets)?,
            None => Trainer::new(&job.spec, datasets)?,
        };
        self.tell(job, News::Started(trainer.steps_taken()));
        let (mut saved, mut told) = (Instant::now(), Instant::now());
        while !trainer.is_done() {
            let loss = trainer.advance()?;
            if self.sweep.must_end() && !trainer.is_done() {
                trainer.checkpoint().save(&path)?;
                return Ok(None);
            }
            if told.elapsed() >= REPORT_EVERY {
                told = Instant::now();
                self.tell(job, News::Stepped(trainer.steps_taken(), loss));
            }
            if saved.elapsed() >= CHECKPOINT_EVERY {
                saved = Instant::now();
                trainer.checkpoint().save(&path)?;
            }
        }
        Ok(Some(trainer.record(code.clone())))
    }

    /// Puts the record on the disk; then the checkpoint may go.
    fn record(&self, record: &RunRecord) -> Result<()> {
        if self.sweep.fresh {
            replace(self.sweep.records, record)?;
        } else {
            append(self.sweep.records, record)?;
        }
        // The record is safe; a checkpoint that stays behind costs only its space.
        let _ = std::fs::remove_file(self.sweep.home.checkpoint(&record.id));
        Ok(())
    }

    fn tell(&self, job: &Job, news: News) {
        (self.sweep.watch)(Event { worker: self.number, job, news });
    }

    /// Ends the sweep; of several errors the first is told.
    fn end_all(&self, error: Error) {
        let _ = self.sweep.fatal.set(error);
    }
}
