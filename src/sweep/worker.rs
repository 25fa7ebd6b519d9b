//! A worker: takes runs from the queue one at a time, trains them, has them recorded.

use crate::checkpoint::Generations;
use crate::error::{Error, Result};
use crate::lease::Lease;
use crate::run::RunRecord;
use crate::sweep::job::Job;
use crate::sweep::parked;
use crate::sweep::shared::{Event, News, Shared};
use crate::train::Trainer;
use std::time::{Duration, Instant};

/// How often a run that is under way is saved.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);
/// How often a worker reports.
const REPORT_EVERY: Duration = Duration::from_millis(200);

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
            match Lease::take(&self.sweep.home.lease(&job.spec.id())) {
                Ok(Some(lease)) => self.run(&job, Some(lease)),
                Ok(None) => self.sweep.leave_to_others(job),
                Err(error) => {
                    self.tell(&job, News::Warning(&format!("another sweep may do this run too: {error}")));
                    self.run(&job, None);
                }
            }
        }
    }

    /// Does one run, unless it is recorded by now.
    fn run(&self, job: &Job, lease: Option<Lease>) {
        match self.outcome(job, lease) {
            Ok(Outcome::Recorded(record)) => self.tell(job, News::Recorded(&record)),
            Ok(Outcome::RecordedByOthers) => self.tell(job, News::RecordedByOthers),
            Ok(Outcome::Saved) => {}
            // Where a record cannot be written, no other could be.
            Err(Failure::Record(error)) => self.sweep.end(error),
            Err(Failure::Run(error)) => {
                self.tell(job, News::Failed(&error));
                self.sweep.failed(format!("{}: {error}", job.label));
            }
        }
    }

    fn outcome(&self, job: &Job, mut lease: Option<Lease>) -> std::result::Result<Outcome, Failure> {
        let id = job.spec.id();
        if !self.sweep.fresh && self.sweep.records().contains(&id).map_err(Failure::Record)? {
            return Ok(Outcome::RecordedByOthers);
        }
        let saves = Generations::at(&self.sweep.home.checkpoint(&id));
        saves.sweep_up();
        let kept = if self.sweep.fresh { None } else { parked::kept(self.sweep.home, &job.spec) };
        let record = match kept {
            Some(record) => record,
            None => match self.train(job, &saves, &mut lease).map_err(Failure::Run)? {
                Some(record) => record,
                None => return Ok(Outcome::Saved),
            },
        };
        self.record(&record).map_err(Failure::Record)?;
        saves.remove();
        Ok(Outcome::Recorded(Box::new(record)))
    }

    /// Trains one run from its checkpoint, if there is one; `None` when the sweep had to end and it was
    /// saved.
    fn train(&self, job: &Job, saves: &Generations, lease: &mut Option<Lease>) -> Result<Option<RunRecord>> {
        let datasets = &self.sweep.datasets;
        let saved = if self.sweep.fresh { None } else { saves.load(&job.spec)? };
        let mut trainer = match saved {
            Some((checkpoint, warning)) => {
                warning.iter().for_each(|warning| self.tell(job, News::Warning(warning)));
                Trainer::resume(checkpoint, datasets)?
            }
            None => Trainer::new(&job.spec, datasets)?,
        };
        self.tell(job, News::Started(trainer.steps_taken()));
        let (mut saved, mut told) = (Instant::now(), Instant::now());
        while !trainer.is_done() {
            let loss = trainer.advance()?;
            if self.sweep.must_end() && !trainer.is_done() {
                self.save(job, saves, &trainer);
                return Ok(None);
            }
            if told.elapsed() >= REPORT_EVERY {
                told = Instant::now();
                lease.iter_mut().for_each(Lease::renew);
                self.tell(job, News::Stepped(trainer.steps_taken(), loss));
            }
            if saved.elapsed() >= CHECKPOINT_EVERY {
                saved = Instant::now();
                self.save(job, saves, &trainer);
            }
        }
        Ok(Some(trainer.record(self.sweep.code.clone())))
    }

    /// Saves a run under way; where that fails it goes on all the same.
    fn save(&self, job: &Job, saves: &Generations, trainer: &Trainer) {
        if let Err(error) = saves.save(&trainer.checkpoint()) {
            self.tell(job, News::Warning(&format!("this run could not be saved and goes on: {error}")));
        }
    }

    /// Puts the record on the disk; where its file cannot be written, beside the checkpoints, for the next
    /// sweep.
    fn record(&self, record: &RunRecord) -> Result<()> {
        let written = if self.sweep.fresh {
            self.sweep.records().replace(record)
        } else {
            self.sweep.records().append(record).map(|_| ())
        };
        match written {
            Ok(()) => {
                parked::forget(self.sweep.home, &record.id);
                Ok(())
            }
            Err(why @ (Error::Io { .. } | Error::Malformed { .. }))
                if parked::keep(self.sweep.home, record).is_ok() =>
            {
                Err(Error::Failed(format!(
                    "{why}; the finished run is kept in {}, the next sweep records it",
                    self.sweep.home.parked_record(&record.id).display()
                )))
            }
            Err(why) => Err(why),
        }
    }

    fn tell(&self, job: &Job, news: News) {
        (self.sweep.watch)(Event { worker: self.number, job, news });
    }
}

/// How a run ended that did not fail.
enum Outcome {
    Recorded(Box<RunRecord>),
    RecordedByOthers,
    /// The sweep had to end.
    Saved,
}

/// What failed: the run alone, or the record file for all runs.
enum Failure {
    Run(Error),
    Record(Error),
}
