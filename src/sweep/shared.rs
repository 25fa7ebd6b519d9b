//! What the workers of a sweep share: the queue, the record file, and how the sweep is going.

use crate::error::Error;
use crate::feed::Datasets;
use crate::paths::Home;
use crate::records::RecordFile;
use crate::run::{Code, RunRecord};
use crate::sweep::job::Job;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

/// How long a worker that has nothing but other sweeps' runs waits before it asks for them again.
const ASK_EVERY: Duration = Duration::from_millis(500);

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
    /// Another sweep has recorded it meanwhile.
    RecordedByOthers,
    /// Something went wrong that the run survives.
    Warning(&'a str),
    /// It failed; the others go on.
    Failed(&'a Error),
}

/// What the workers of a sweep share.
pub struct Shared<'a> {
    /// Where checkpoints and leases lie.
    pub home: &'a Home,
    /// Train anew what is recorded or saved.
    pub fresh: bool,
    /// The datasets of all runs.
    pub datasets: Datasets,
    /// The program, for the records.
    pub code: Code,
    /// Is told what happens.
    pub watch: &'a (dyn Fn(Event) + Sync),
    /// Set from outside to end the sweep in good order.
    pub stop: &'a AtomicBool,
    /// The record file.
    pub records: Mutex<RecordFile>,
    /// Runs that nobody has begun.
    pub queue: Mutex<VecDeque<Job>>,
    /// Runs that another sweep is at work on.
    pub elsewhere: Mutex<VecDeque<Job>>,
    /// Runs that failed, with the reason.
    pub failures: Mutex<Vec<String>>,
    /// The error that ends the sweep.
    pub fatal: OnceLock<Error>,
}

impl Shared<'_> {
    /// The next run, unless the sweep has to end: one that nobody has begun, or else one that another sweep
    /// had.
    pub fn next_job(&self) -> Option<Job> {
        if self.must_end() {
            return None;
        }
        let next = guard(&self.queue).pop_front();
        next.or_else(|| {
            let begun_elsewhere = guard(&self.elsewhere).pop_front()?;
            let asked = Instant::now();
            while asked.elapsed() < ASK_EVERY && !self.must_end() {
                std::thread::sleep(ASK_EVERY / 10);
            }
            Some(begun_elsewhere)
        })
    }

    /// Puts off a run that another sweep is at work on.
    pub fn leave_to_others(&self, job: Job) {
        guard(&self.elsewhere).push_back(job);
    }

    /// The record file, for one worker at a time.
    pub fn records(&self) -> MutexGuard<'_, RecordFile> {
        guard(&self.records)
    }

    /// Notes that a run failed.
    pub fn failed(&self, why: String) {
        guard(&self.failures).push(why);
    }

    /// Ends the sweep; of several errors the first is told.
    pub fn end(&self, error: Error) {
        let _ = self.fatal.set(error);
    }

    /// Whether workers have to save their runs and end.
    pub fn must_end(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.fatal.get().is_some()
    }
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no worker panics")
}
