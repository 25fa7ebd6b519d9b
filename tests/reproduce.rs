//! A committed record, made again by today's code.

use lawbook::data::images::load;
use lawbook::feed::Samples;
use lawbook::paths::Home;
use lawbook::run::Code;
use lawbook::train::Trainer;
use lawbook::{machine, records};
use std::path::Path;
use std::sync::Arc;

/// Trains the recorded runs that a filter picks anew and holds them against the record.
fn made_again(pick: impl Fn(&lawbook::run::RunRecord) -> bool) {
    let home = Home::at(Path::new(env!("CARGO_MANIFEST_DIR")));
    let recorded = records::read(&home.records("02", lawbook::budget::Budget::Paper)).unwrap();
    let images = load(&home, "mnist").expect("run `just setup` or `lawbook data fetch mnist` first");
    let samples = Samples::Images(Arc::new(images));
    let picked: Vec<_> = recorded.iter().filter(|r| pick(r)).collect();
    assert!(!picked.is_empty(), "some record is picked");
    for record in picked {
        let mut trainer = Trainer::new(&record.spec, samples.clone()).unwrap();
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
        }
    }
}

#[test]
fn a_short_committed_record_is_made_again_to_the_bit_on_its_instruction_set() {
    made_again(|r| r.spec.n_train() == 1000 && r.spec.steps == 160 && r.spec.seed < 2);
}

#[test]
#[ignore = "long: trains 60 000 images for ten epochs"]
fn a_long_committed_record_is_made_again_to_the_bit_on_its_instruction_set() {
    made_again(|r| r.n_params == 669_706 && r.spec.n_train() == 60_000 && r.spec.seed == 0);
}
