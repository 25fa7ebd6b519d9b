//! The record file: whole lines or nothing, whatever happens to the program that writes it.

use lawbook::data::augment::Augmentation;
use lawbook::net::mlp::InitScale;
use lawbook::optim::Optimizer;
use lawbook::records::{Appended, RecordFile, read, repair};
use lawbook::run::{Choice, Code, Net, Point, RunRecord, RunSpec, Task, seal};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

fn record(seed: u64) -> RunRecord {
    let task = Task::Images {
        dataset: "synthetic".to_owned(),
        n_train: 10,
        mean: 0.0,
        sd: 1.0,
        choice: Choice::Permuted,
        wrong_labels: 0.0,
        augmentation: Augmentation::None,
    };
    let net = Net::Mlp { sizes: vec![784, 10], scale: InitScale::None };
    let spec = RunSpec { batch_size: 5, ..RunSpec::new(task, net, Optimizer::adam(1e-3), 2, seed) };
    let loss = 1.0 / (seed + 3) as f64;
    let point = Point {
        step: 2,
        train_loss: loss,
        train_accuracy: 0.5,
        test_loss: 2.0 * loss,
        test_accuracy: 0.25,
        ..Point::default()
    };
    RunRecord {
        id: spec.id(),
        code: Code { version: "0".to_owned(), commit: "test".to_owned() },
        device: "cpu".to_owned(),
        isa: "none".to_owned(),
        threads: 1,
        n_params: spec.n_params(),
        n_non_embedding: None,
        n_active: None,
        flops: spec.flops(spec.steps),
        seconds: 0.25,
        peak_mb: None,
        curve: vec![point],
        last: point,
        best: None,
        snapshots: Vec::new(),
        spec,
    }
}

fn open(path: &Path) -> RecordFile {
    RecordFile::open(path).unwrap().0
}

/// Appends by a handle of its own, as another program would.
fn append(path: &Path, record: &RunRecord) -> lawbook::error::Result<Appended> {
    RecordFile::open(path)?.0.append(record)
}

#[test]
fn what_is_appended_is_read_back_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/02.jsonl");
    assert_eq!(read(&path).unwrap(), []);
    for seed in 0..5 {
        assert_eq!(append(&path, &record(seed)).unwrap(), Appended::Added);
    }
    assert_eq!(read(&path).unwrap(), (0..5).map(record).collect::<Vec<_>>());
}

#[test]
fn a_file_cut_at_any_byte_keeps_every_whole_line_and_takes_the_lost_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("02.jsonl");
    for seed in 0..3 {
        append(&path, &record(seed)).unwrap();
    }
    let whole = fs::read(&path).unwrap();
    let second_line = whole.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(1).unwrap().0 + 1;
    for cut in second_line..whole.len() - 1 {
        fs::write(&path, &whole[..cut]).unwrap();
        assert_eq!(read(&path).unwrap().len(), 2, "cut at {cut}");
        let said = repair(&path).unwrap();
        assert_eq!(
            said.is_some(),
            cut > second_line,
            "half a line is reported, and nothing else: cut at {cut}"
        );
        append(&path, &record(2)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), whole, "cut at {cut}");
    }
}

#[test]
fn a_whole_last_record_without_its_line_feed_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("02.jsonl");
    for seed in 0..2 {
        append(&path, &record(seed)).unwrap();
    }
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert_eq!(read(&path).unwrap(), [record(0), record(1)]);
    assert_eq!(repair(&path).unwrap(), None);
    assert_eq!(fs::read(&path).unwrap(), whole);
    assert_eq!(append(&path, &record(1)).unwrap(), Appended::KnownAlready);
}

#[test]
fn a_file_that_holds_something_else_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    let mut behind_a_record = serde_json::to_string(&record(0)).unwrap();
    behind_a_record += "\nand a note of mine";
    let contents = [
        "my thesis",
        "my thesis\n",
        "line\nline",
        "{\"id\":\"thesis",
        "{\"a\":1}",
        "[1, 2",
        &behind_a_record,
    ];
    for content in contents {
        fs::write(&path, content).unwrap();
        for refused in [repair(&path).map(|_| ()), append(&path, &record(0)).map(|_| ())] {
            let message = refused.unwrap_err().to_string();
            assert!(message.contains("notes.txt") && message.contains("record"), "{content:?}: {message}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
    let message = RecordFile::open(folder.path()).unwrap_err().to_string();
    assert!(message.contains("no ordinary file"), "{message}");
}

#[test]
fn a_repair_beside_a_writer_finds_nothing_to_repair() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("02.jsonl");
    append(&path, &record(0)).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = open(&path);
            for seed in 1..60 {
                file.append(&record(seed)).unwrap();
            }
            done.store(true, Ordering::Relaxed);
        });
        while !done.load(Ordering::Relaxed) {
            assert_eq!(repair(&path).unwrap(), None);
        }
    });
    assert_eq!(read(&path).unwrap().len(), 60);
}

#[test]
fn a_handle_sees_what_other_programs_append_replace_and_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("02.jsonl");
    let mut file = open(&path);
    append(&path, &record(1)).unwrap();
    assert!(file.contains(&record(1).id).unwrap() && !file.contains(&record(2).id).unwrap());
    let slower = RunRecord { seconds: 9.0, ..record(1) };
    open(&path).replace(&slower).unwrap();
    assert_eq!(file.append(&record(2)).unwrap(), Appended::Added, "into the new file, not the one replaced");
    assert_eq!(read(&path).unwrap(), [slower, record(2)]);
    fs::write(&path, "").unwrap();
    assert!(!file.contains(&record(2).id).unwrap());
}

#[cfg(unix)]
#[test]
fn replacing_a_record_leaves_the_other_lines_byte_for_byte_and_a_link_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("02.jsonl"), folder.path().join("link.jsonl"));
    let line = |seed| serde_json::to_string(&record(seed)).unwrap();
    let newer = line(0).replacen("\"code\"", "\"of_a_newer_program\":1,\"code\"", 1);
    let (first, last) = (format!("{newer}\r\n\n"), format!("{}\n", line(2)));
    fs::write(&path, format!("{first}{}\n{last}", line(1))).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let slower = RunRecord { seconds: 9.0, ..record(1) };
    open(&link).replace(&slower).unwrap();
    let expected = format!("{first}{}\n{last}", serde_json::to_string(&slower).unwrap());
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
}

#[test]
#[ignore = "long: 100 000 records, to be timed"]
fn a_hundred_thousand_records_take_one_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("02.jsonl");
    let lines: String =
        (0..100_000).map(|seed| serde_json::to_string(&record(seed)).unwrap() + "\n").collect();
    fs::write(&path, lines).unwrap();
    let started = std::time::Instant::now();
    let mut file = open(&path);
    println!("index of 100 000 records: {:?}", started.elapsed());
    for seed in 100_000..100_003 {
        let started = std::time::Instant::now();
        assert_eq!(file.append(&record(seed)).unwrap(), Appended::Added);
        println!("one more: {:?}", started.elapsed());
    }
    assert_eq!(file.append(&record(50_000)).unwrap(), Appended::KnownAlready);
}

#[test]
fn appending_repairs_half_a_line_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("02.jsonl");
    append(&path, &record(0)).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend(b"{\"id\":\"04");
    fs::write(&path, bytes).unwrap();
    append(&path, &record(1)).unwrap();
    assert_eq!(read(&path).unwrap(), [record(0), record(1)]);
}

#[test]
fn many_writers_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("02.jsonl");
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let path = &path;
            scope.spawn(move || {
                for i in 0..5 {
                    let record = record(writer * 5 + i);
                    if i % 2 == 0 {
                        assert_eq!(append(path, &record).unwrap(), Appended::Added)
                    } else {
                        open(path).replace(&record).unwrap()
                    }
                }
            });
        }
    });
    let mut seeds: Vec<u64> = read(&path).unwrap().iter().map(|r| r.spec.seed).collect();
    seeds.sort();
    assert_eq!(seeds, (0..40).collect::<Vec<_>>());
}

#[test]
fn a_run_that_is_recorded_is_not_recorded_twice_and_never_with_other_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("02.jsonl");
    append(&path, &record(0)).unwrap();
    let slower = RunRecord { seconds: 99.0, isa: "other".to_owned(), ..record(0) };
    assert_eq!(
        append(&path, &slower).unwrap(),
        Appended::KnownAlready,
        "times and machines are reported, not compared"
    );
    let mut other = record(0);
    other.last.test_loss += 1e-12;
    let message = append(&path, &other).unwrap_err().to_string();
    assert!(message.contains("other numbers") && message.contains("ARITHMETIC"), "{message}");
    assert_eq!(read(&path).unwrap(), [record(0)]);
    open(&path).replace(&other).unwrap();
    assert_eq!(read(&path).unwrap(), [other]);
}

#[test]
fn a_line_that_is_no_record_or_was_edited_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("02.jsonl");
    for seed in 0..2 {
        append(&path, &record(seed)).unwrap();
    }
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, whole.replacen("\"seed\":1", "\"seed\":7", 1)).unwrap();
    let message = read(&path).unwrap_err().to_string();
    assert!(message.contains("line 2") && message.contains("edited"), "{message}");
    fs::write(&path, format!("{whole}no json\n")).unwrap();
    let message = read(&path).unwrap_err().to_string();
    assert!(message.contains("line 3") && message.contains("02.jsonl"), "{message}");
}

#[test]
fn a_seal_moves_with_the_numbers_but_not_with_order_time_or_machine() {
    let (a, b) = (record(0), record(1));
    let slower = RunRecord { seconds: 99.0, isa: "other".to_owned(), ..a.clone() };
    assert_eq!(seal(&[a.clone(), b.clone()]), seal(&[b.clone(), slower]));
    let mut other = b.clone();
    other.curve[0].train_loss += 1e-15;
    assert_ne!(seal(&[a.clone(), b]), seal(&[a, other]));
}
