//! Many runs: a list of specs, those that are recorded left out, the rest shared among workers.
//!
//! A worker is a thread that does one run at a time; which worker does which run changes nothing in
//! the records. Shards do the same across machines: the list is made first, any subset is run
//! anywhere, and the record files are merged by concatenation. Sweeps at once on one study, on one machine or
//! several with one filesystem, share the runs: each run is done by whoever holds its [lease](crate::lease).

pub mod job;
pub mod shared;
pub mod parked;
pub mod worker;

pub use crate::sweep::job::{Job, Shard, answered, pending};
pub use crate::sweep::shared::{Event, News};

use crate::error::{Error, Result};
use crate::feed::Datasets;
use crate::machine;
use crate::paths::Home;
use crate::records::RecordFile;
use crate::run::Code;
use crate::sweep::shared::Shared;
use crate::sweep::worker::Worker;
use rayon::ThreadPool;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};

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

/// Does the jobs, lowest rank first and longest first among equals, and appends each record as it is
/// finished.
///
/// When `stop` becomes true every worker ends its step and saves its run.
///
/// # Errors
/// [`Error::Interrupted`] when `stop` ended it; [`Error::Failed`] when runs failed, after the others
/// are done; at once where data cannot be read or a record cannot be written.
pub fn run(
    home: &Home,
    mut jobs: Vec<Job>,
    options: Options,
    stop: &AtomicBool,
    watch: &(dyn Fn(Event) + Sync),
) -> Result<()> {
    let total = jobs.len();
    // A file that cannot take records is known before anything is trained for it.
    let (records, _) = RecordFile::open(options.records)?;
    let datasets = Datasets::read(home, jobs.iter().map(|job| &job.spec))?;
    jobs.sort_by(|a, b| a.rank.cmp(&b.rank).then(b.work().total_cmp(&a.work())));
    let pools = pools(options.workers.clamp(1, total.max(1)), options.threads.max(1))?;
    let sweep = Shared {
        home,
        fresh: options.fresh,
        datasets,
        code: Code { version: env!("CARGO_PKG_VERSION").to_owned(), commit: machine::commit(home.root()) },
        watch,
        stop,
        records: Mutex::new(records),
        queue: Mutex::new(jobs.into()),
        elsewhere: Mutex::default(),
        failures: Mutex::default(),
        fatal: OnceLock::new(),
    };
    std::thread::scope(|scope| {
        for (number, pool) in pools.iter().enumerate() {
            let worker = Worker { number, sweep: &sweep };
            scope.spawn(move || pool.install(|| worker.work()));
        }
    });
    if let Some(error) = sweep.fatal.into_inner() {
        return Err(error);
    }
    if stop.load(Ordering::Relaxed) {
        return Err(Error::Interrupted(
            "interrupted: finished runs are recorded, the others saved; the same command goes on from there"
                .to_owned(),
        ));
    }
    let failures = sweep.failures.into_inner().expect("no worker panics");
    if failures.is_empty() {
        return Ok(());
    }
    Err(Error::Failed(format!("{} of {total} runs failed:\n{}", failures.len(), failures.join("\n"))))
}

/// A pool of threads for each worker.
fn pools(workers: usize, threads: usize) -> Result<Vec<ThreadPool>> {
    let pool = |_| rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pools = (0..workers).map(pool).collect::<std::result::Result<_, _>>();
    pools.map_err(|e| Error::Failed(format!("threads cannot be started: {e}")))
}
