//! Live progress of a sweep: bars on a terminal, plain lines elsewhere.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use lawbook::run::RunRecord;
use lawbook::sweep::{Event, Job, News};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write, stdout};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How often a plain line says how far the sweep is.
const LINE_EVERY: Duration = Duration::from_secs(20);

/// Shows the events of one sweep.
pub struct SweepProgress {
    total: BTreeMap<String, f64>,
    terminal: Option<(MultiProgress, ProgressBar, Vec<ProgressBar>)>,
    /// Records that a fresh run will be held against.
    recorded: Vec<RunRecord>,
    state: Mutex<State>,
}

struct State {
    started: Instant,
    last_line: Instant,
    /// Work done by runs in flight, and what of it was done before this sweep.
    in_flight: BTreeMap<String, (f64, f64)>,
    done: f64,
    skipped: f64,
    runs: usize,
}

impl SweepProgress {
    /// For these jobs and so many workers.
    pub fn new(jobs: &[Job], workers: usize, recorded: &[RunRecord]) -> Self {
        let terminal = std::io::stderr().is_terminal().then(|| {
            let bars = MultiProgress::new();
            let style = |template| ProgressStyle::with_template(template).expect("the template is valid");
            let all = bars.add(ProgressBar::new(1000));
            all.set_style(style("{bar:30} {percent:>3}%  {wide_msg}"));
            let workers = (0..workers).map(|_| {
                let bar = bars.add(ProgressBar::new(1));
                bar.set_style(style("{bar:30} {wide_msg}"));
                bar
            });
            let workers = workers.collect();
            (bars, all, workers)
        });
        let now = Instant::now();
        let state = State {
            started: now,
            last_line: now,
            in_flight: BTreeMap::new(),
            done: 0.0,
            skipped: 0.0,
            runs: 0,
        };
        Self {
            total: jobs.iter().map(|job| (job.label.clone(), job.work())).collect(),
            terminal,
            recorded: recorded.to_vec(),
            state: Mutex::new(state),
        }
    }

    /// Shows one event.
    pub fn show(&self, event: Event) {
        let Event { worker, job, news } = event;
        let mut state = self.state.lock().expect("no thread panics while it shows progress");
        let work = self.total[&job.label];
        let share = |step: u64| work * step as f64 / job.spec.steps as f64;
        match news {
            News::Started(step) => {
                state.in_flight.insert(job.label.clone(), (share(step), share(step)));
                let from = if step > 0 { format!(" from step {step}") } else { String::new() };
                self.worker(worker, job, step, &format!("{}{from}", job.label));
            }
            News::Stepped(step, loss) => {
                if let Some((now, _)) = state.in_flight.get_mut(&job.label) {
                    *now = share(step);
                }
                let line = format!("{}  step {step}/{}  loss {loss:.4}", job.label, job.spec.steps);
                self.worker(worker, job, step, &line);
                if self.terminal.is_none() && state.last_line.elapsed() >= LINE_EVERY {
                    state.last_line = Instant::now();
                    let in_flight = state.in_flight.len();
                    // Runs go on, whether or not somebody reads how far they are.
                    let _ = writeln!(stdout(), "{}; {in_flight} in flight, {line}", self.summary(&state));
                }
            }
            News::Recorded(record) => {
                let (_, before) = state.in_flight.remove(&job.label).unwrap_or_default();
                state.done += work - before;
                state.skipped += before;
                state.runs += 1;
                let line = format!(
                    "{}: {}, {}{}",
                    job.label,
                    record.last,
                    span(record.seconds),
                    self.against(record)
                );
                self.line(&line);
            }
            News::RecordedByOthers => {
                state.skipped += work;
                state.runs += 1;
                self.line(&format!("{}: recorded by another sweep", job.label));
            }
            News::Warning(text) => self.line(&format!("WARNING {}: {text}", job.label)),
            News::Failed(error) => {
                state.in_flight.remove(&job.label);
                state.runs += 1;
                self.line(&format!("FAILED {}: {error}", job.label));
            }
        }
        if let Some((_, all, _)) = &self.terminal {
            let (done, total) = self.done(&state);
            all.set_position((1000.0 * done / total) as u64);
            all.set_message(self.summary(&state));
        }
    }

    /// Takes the bars away.
    pub fn end(&self) {
        if let Some((bars, _, _)) = &self.terminal {
            // A terminal that is gone needs no clearing.
            let _ = bars.clear();
        }
    }

    fn worker(&self, worker: usize, job: &Job, step: u64, line: &str) {
        if let Some(bar) = self.terminal.as_ref().and_then(|(_, _, workers)| workers.get(worker)) {
            bar.set_length(job.spec.steps);
            bar.set_position(step);
            bar.set_message(line.to_owned());
        }
    }

    fn line(&self, line: &str) {
        match &self.terminal {
            // A terminal that is gone needs no lines.
            Some((bars, _, _)) => drop(bars.println(line)),
            None => drop(writeln!(stdout(), "{line}")),
        }
    }

    /// Work done in all, and work to do in all.
    fn done(&self, state: &State) -> (f64, f64) {
        let in_flight: f64 = state.in_flight.values().map(|(now, _)| now).sum();
        (state.done + state.skipped + in_flight, self.total.values().sum())
    }

    fn summary(&self, state: &State) -> String {
        let (done, total) = self.done(state);
        let before: f64 = state.in_flight.values().map(|(_, before)| before).sum();
        let here = done - state.skipped - before;
        let seconds = state.started.elapsed().as_secs_f64();
        let rate = here / seconds;
        let left = if rate > 0.0 { format!(", {} left", span((total - done) / rate)) } else { String::new() };
        format!("{}/{} runs, {:.0} GFLOP/s{left}", state.runs, self.total.len(), rate / 1e9)
    }

    /// What a fresh run says of the record it replaces.
    fn against(&self, record: &RunRecord) -> &'static str {
        match self.recorded.iter().find(|old| old.id == record.id) {
            Some(old) if old.agrees_with(record) => "; the same numbers as recorded",
            Some(_) => "; OTHER numbers than recorded",
            None => "",
        }
    }
}

/// A length of time as a person says it.
pub fn span(seconds: f64) -> String {
    match seconds {
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 5400.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}
