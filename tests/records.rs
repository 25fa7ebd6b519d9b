//! The record file: whole lines or nothing, whatever happens to the program that writes it.

use lawbook::data::augment::Augmentation;
use lawbook::net::mlp::Scale;
use lawbook::optim::Optimizer;
use lawbook::records::{Appended, append, read, repair, replace};
use lawbook::run::{Choice, Code, Net, Point, RunRecord, RunSpec, Task, seal};
use std::fs;

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
    let net = Net::Mlp { sizes: vec![784, 10], scale: Scale::None };
    let spec = RunSpec { batch_size: 5, ..RunSpec::new(task, net, Optimizer::adam(1e-3), 2, seed) };
    let loss = 1.0 / (seed + 3) as f64;
    let point = Point {
        step: 2,
        train_loss: loss,
        train_accuracy: 0.5,
        test_loss: 2.0 * loss,
        test_accuracy: 0.25,
        test_error: None,
        true_error: None,
        validation_error: None,
        weight_norm: None,
    };
    RunRecord {
        id: spec.id(),
        code: Code { version: "0".to_owned(), commit: "test".to_owned() },
        device: "cpu".to_owned(),
        isa: "none".to_owned(),
        threads: 1,
        n_params: spec.n_params(),
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
    for cut in second_line..whole.len() {
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
                        replace(path, &record).unwrap()
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
    replace(&path, &other).unwrap();
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
