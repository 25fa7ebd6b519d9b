//! A committed record, made again by today's code.

use lawbook::feed::Datasets;
use lawbook::paths::Home;
use lawbook::run::Code;
use lawbook::train::Trainer;
use lawbook::{machine, records};
use std::path::Path;

/// Trains the recorded runs of a study that a filter picks anew and holds them against the record.
fn made_again(study: &str, pick: impl Fn(&lawbook::run::RunRecord) -> bool) {
    let home = Home::at(Path::new(env!("CARGO_MANIFEST_DIR")));
    let recorded = records::read(&home.records(study, lawbook::budget::Budget::Paper)).unwrap();
    let picked: Vec<_> = recorded.iter().filter(|r| pick(r)).collect();
    assert!(!picked.is_empty(), "some record is picked");
    let datasets = Datasets::read(&home, picked.iter().map(|r| &r.spec))
        .expect("run `just setup` or `lawbook data fetch mnist` first");
    for record in picked {
        let mut trainer = Trainer::new(&record.spec, &datasets).unwrap();
        while !trainer.is_done() {
            trainer.advance().unwrap();
        }
        let again = trainer.record(Code { version: "test".to_owned(), commit: "test".to_owned() });
        if record.isa == machine::isa() {
            assert!(
                again.agrees_with(record),
                "{} is not reproduced to the bit: {:?}",
                record.id,
                again.last
            );
        } else {
            // Another instruction set rounds otherwise; over a short run the numbers stay close.
            println!("recorded on {}, made again on {}: compared loosely", record.isa, machine::isa());
            assert!((again.test_error_percent() - record.test_error_percent()).abs() < 1.0, "{}", record.id);
            let [a, b] = [&again, record].map(|r| r.last.true_error.unwrap_or_default());
            assert!((a - b).abs() < 0.03, "{}: {a} against {b}", record.id);
        }
    }
}

#[test]
fn a_short_committed_record_is_made_again_to_the_bit_on_its_instruction_set() {
    made_again("02", |r| r.spec.n_train() == 1000 && r.spec.steps == 160 && r.spec.seed < 2);
}

#[test]
fn short_committed_regressions_are_made_again_to_the_bit_on_their_instruction_set() {
    // The original's smallest cells, and one run that its validation error ended.
    made_again("01", |r| {
        let ended = r.best.is_some() && r.spec.task.is_regression() && r.spec.n_train() == 100;
        r.spec.seed == 0 && (r.spec.steps <= 200 || ended)
    });
}

#[test]
#[ignore = "long: trains 60 000 images for ten epochs"]
fn a_long_committed_record_is_made_again_to_the_bit_on_its_instruction_set() {
    made_again("02", |r| r.n_params == 669_706 && r.spec.n_train() == 60_000 && r.spec.seed == 0);
}
