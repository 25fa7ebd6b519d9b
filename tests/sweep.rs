//! Sweeps: what is shared, what is kept, and what is said when something fails.

use lawbook::checkpoint::Generations;
use lawbook::data::augment::Augmentation;
use lawbook::error::Error;
use lawbook::feed::Datasets;
use lawbook::net::mlp::InitScale;
use lawbook::ops::loss::Loss;
use lawbook::optim::Optimizer;
use lawbook::paths::Home;
use lawbook::records::read;
use lawbook::run::{Code, Net, RunRecord, RunSpec, Task};
use lawbook::sweep::{Event, Job, News, Options, run};
use lawbook::train::Trainer;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

fn job(seed: u64) -> Job {
    let task = Task::Sine { noise_sd: 0.1, n_train: 64, n_test: 10, augmentation: Augmentation::None };
    let net = Net::Mlp { sizes: vec![1, 16, 16, 1], scale: InitScale::None };
    let spec =
        RunSpec { loss: Loss::SquaredError, ..RunSpec::new(task, net, Optimizer::adam(1e-3), 40, seed) };
    Job { label: format!("seed={seed}"), rank: 0, spec }
}

/// A home, its record file, and what a sweep of some jobs told.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn home(&self) -> Home {
        Home::at(self.folder.path())
    }

    fn records(&self) -> PathBuf {
        self.folder.path().join("runs.jsonl")
    }

    /// Sweeps these seeds; `at_start` is called when a run has begun.
    fn sweep(
        &self,
        seeds: u64,
        stop: &AtomicBool,
        at_start: impl Fn() + Sync,
    ) -> (Result<(), Error>, Vec<String>) {
        let told = Mutex::new(Vec::new());
        let watch = |event: Event| {
            let line = match event.news {
                News::Started(step) => {
                    at_start();
                    format!("started at {step}")
                }
                News::Stepped(..) => return,
                News::Recorded(_) => "recorded".to_owned(),
                News::RecordedByOthers => "recorded by others".to_owned(),
                News::Warning(text) => format!("warning: {text}"),
                News::Failed(error) => format!("failed: {error}"),
            };
            told.lock().unwrap().push(line);
        };
        let records = self.records();
        let options = Options { records: &records, workers: 2, threads: 1, fresh: false };
        let done = run(&self.home(), (0..seeds).map(job).collect(), options, stop, &watch);
        (done, told.into_inner().unwrap())
    }

    fn quiet(&self, seeds: u64) -> (Result<(), Error>, Vec<String>) {
        self.sweep(seeds, &AtomicBool::new(false), || {})
    }
}

fn count(told: &[String], start: &str) -> usize {
    told.iter().filter(|line| line.starts_with(start)).count()
}

fn whole(seed: u64) -> RunRecord {
    let mut trainer = Trainer::new(&job(seed).spec, &Datasets::none()).unwrap();
    while !trainer.is_done() {
        trainer.advance().unwrap();
    }
    trainer.record(Code { version: "test".to_owned(), commit: "test".to_owned() })
}

#[test]
fn two_sweeps_at_once_share_the_runs_and_do_each_once() {
    let place = Place::new();
    let told: Vec<String> = std::thread::scope(|scope| {
        let sweeps = [0, 1].map(|_| scope.spawn(|| place.quiet(30)));
        sweeps
            .into_iter()
            .flat_map(|sweep| {
                let (done, told) = sweep.join().unwrap();
                done.unwrap();
                told
            })
            .collect()
    });
    assert_eq!(count(&told, "started"), 30, "{told:?}");
    assert_eq!((count(&told, "recorded by others"), count(&told, "recorded")), (30, 60), "{told:?}");
    assert_eq!(read(&place.records()).unwrap().len(), 30);
    assert_eq!(fs::read_dir(place.home().checkpoints()).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn a_file_that_cannot_take_records_is_refused_before_anything_is_trained() {
    for make in
        [|path: &Path| fs::create_dir(path).unwrap(), |path: &Path| fs::write(path, "my thesis").unwrap()]
    {
        let place = Place::new();
        make(&place.records());
        let (done, told) = place.quiet(2);
        assert!(done.unwrap_err().to_string().contains("runs.jsonl"));
        assert!(told.is_empty(), "{told:?}");
    }
}

#[test]
fn a_finished_run_whose_record_cannot_be_written_is_kept_and_recorded_by_the_next_sweep() {
    let place = Place::new();
    let file = place.records();
    let (done, told) = place.sweep(1, &AtomicBool::new(false), || {
        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
    });
    let message = done.unwrap_err().to_string();
    assert!(message.contains("runs.jsonl") && message.contains("record.json"), "{message}");
    assert_eq!(count(&told, "started"), 1);
    fs::remove_dir(&file).unwrap();
    let (done, told) = place.quiet(1);
    done.unwrap();
    assert_eq!(told, ["recorded"], "it is not trained again");
    assert!(read(&file).unwrap()[0].agrees_with(&whole(0)));
    assert_eq!(fs::read_dir(place.home().checkpoints()).unwrap().count(), 0);
}

#[test]
fn a_run_that_cannot_be_saved_goes_on_with_a_warning_and_an_interruption_stays_one() {
    let place = Place::new();
    fs::create_dir_all(place.home().cache()).unwrap();
    fs::write(place.home().checkpoints(), "a file where a folder should be").unwrap();
    let (done, told) = place.quiet(2);
    done.unwrap();
    assert_eq!((count(&told, "warning"), count(&told, "recorded")), (2, 2), "{told:?}");
    fs::remove_file(place.records()).unwrap();
    let stop = AtomicBool::new(false);
    let (done, told) = place.sweep(1, &stop, || stop.store(true, Ordering::Relaxed));
    assert_eq!(done.unwrap_err().exit_code(), 130);
    assert!(told.iter().any(|line| line.contains("could not be saved")), "{told:?}");
}

#[test]
fn a_run_goes_on_from_the_older_checkpoint_where_the_newer_is_damaged_with_the_same_numbers() {
    let place = Place::new();
    let spec = job(0).spec;
    let path = place.home().checkpoint(&spec.id());
    let mut trainer = Trainer::new(&spec, &Datasets::none()).unwrap();
    for _ in 0..2 {
        for _ in 0..10 {
            trainer.advance().unwrap();
        }
        Generations::at(&path).save(&trainer.checkpoint()).unwrap();
    }
    let mut bytes = fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&path, bytes).unwrap();
    let (done, told) = place.quiet(1);
    done.unwrap();
    assert!(told[0].starts_with("warning") && told[0].contains("older"), "{told:?}");
    assert_eq!(told[1..], ["started at 10", "recorded"]);
    assert!(read(&place.records()).unwrap()[0].agrees_with(&whole(0)));
}

#[test]
fn a_closed_pipe_does_not_end_a_sweep_before_its_last_run() {
    let home = tempfile::tempdir().unwrap();
    let lawbook = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lawbook"));
        command.env("LAWBOOK_HOME", home.path()).stdin(Stdio::null()).stdout(Stdio::piped());
        command
            .args(["sweep", "01", "--budget", "smoke", "--only", "epochs quality=1 n_train=50 "])
            .args(more);
        command
    };
    let mut child = lawbook(&["--jobs", "1"]).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
    let listed = lawbook(&["--dry-run"]).output().unwrap().stdout;
    let listed = String::from_utf8(listed).unwrap();
    assert!(listed.lines().count() > 1 && listed.lines().all(|line| line.contains("recorded")), "{listed}");
}
