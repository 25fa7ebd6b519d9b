//! Checkpoints: damage of any kind is refused, and the older of two is there for the newer.

use lawbook::checkpoint::{Checkpoint, Generations};
use lawbook::data::augment::Augmentation;
use lawbook::feed::Datasets;
use lawbook::net::mlp::InitScale;
use lawbook::ops::loss::Loss;
use lawbook::optim::Optimizer;
use lawbook::run::{Net, Precision, RunSpec, Task};
use lawbook::train::Trainer;
use std::fs;
use std::path::PathBuf;

fn spec() -> RunSpec {
    let task = Task::Sine { noise_sd: 0.1, n_train: 64, n_test: 10, augmentation: Augmentation::None };
    let net = Net::Mlp { sizes: vec![1, 16, 16, 1], scale: InitScale::None };
    let optimizer = Optimizer::adam(1e-3);
    RunSpec {
        loss: Loss::SquaredError,
        batch_size: 32,
        evaluate_every: 2,
        ..RunSpec::new(task, net, optimizer, 10, 1)
    }
}

/// The checkpoint of a run after so many steps.
fn after(steps: u64) -> Checkpoint {
    let mut trainer = Trainer::new(&spec(), &Datasets::none()).unwrap();
    for _ in 0..steps {
        trainer.advance().unwrap();
    }
    trainer.checkpoint()
}

fn refusal(checkpoint: &Checkpoint) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    checkpoint.save(&path).unwrap();
    Checkpoint::load(&path, &spec()).unwrap_err().to_string()
}

#[test]
fn a_bit_flipped_anywhere_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    let checkpoint = after(4);
    checkpoint.save(&path).unwrap();
    let sound = fs::read(&path).unwrap();
    assert!(Checkpoint::load(&path, &spec()).unwrap().unwrap() == checkpoint, "whole, it is read back");
    let header = 8 + u64::from_le_bytes(*sound.first_chunk().unwrap()) as usize;
    assert!(header < sound.len());
    for place in (0..header).chain((header..sound.len()).step_by(7)) {
        let mut bytes = sound.clone();
        bytes[place] ^= 1 << (place % 8);
        fs::write(&path, bytes).unwrap();
        let message = Checkpoint::load(&path, &spec()).err().map(|e| e.to_string());
        let message = message.unwrap_or_else(|| panic!("a bit of byte {place} was flipped, and it was read"));
        assert!(message.contains("run.safetensors") && message.contains("delete it"), "{place}: {message}");
    }
}

#[test]
fn what_no_run_could_have_left_is_refused_in_words() {
    let changed = |change: fn(&mut Checkpoint)| {
        let mut checkpoint = after(4);
        change(&mut checkpoint);
        refusal(&checkpoint)
    };
    assert!(changed(|c| c.progress.step = 11).contains("11 of 10 steps"));
    assert!(changed(|c| c.progress.step = 10).contains("its curve has not"));
    assert!(changed(|c| c.progress.step = 3).contains("do not rise"));
    assert!(changed(|c| c.progress.seconds = -1.0).contains("-1 seconds"));
    assert!(changed(|c| c.progress.curve.swap(0, 1)).contains("do not rise"));
    assert!(
        changed(|c| c.state.tensors[0][..4].copy_from_slice(&f32::NAN.to_le_bytes())).contains("not finite")
    );
    assert!(changed(|c| c.progress.spec.seed = 2).contains("it belongs to run"));
    let said = changed(|c| c.progress.isa = "z80".to_owned());
    assert!(said.contains("z80") && said.contains(&lawbook::machine::isa()), "{said}");
}

#[test]
fn every_precision_has_its_finite_numbers_checked() {
    let spec = RunSpec { precision: Precision::Double, ..spec() };
    let mut checkpoint = Trainer::new(&spec, &Datasets::none()).unwrap().checkpoint();
    checkpoint.state.tensors[2][8..16].copy_from_slice(&f64::INFINITY.to_le_bytes());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    checkpoint.save(&path).unwrap();
    let message = Checkpoint::load(&path, &spec).unwrap_err().to_string();
    assert!(message.contains("second_moment"), "{message}");
}

/// Two checkpoints of a run in a folder: after 4 steps and, the newer, after 6.
fn two(folder: &tempfile::TempDir) -> (Generations, PathBuf) {
    let path = folder.path().join("run.safetensors");
    let saves = Generations::at(&path);
    for steps in [2, 4, 6] {
        saves.save(&after(steps)).unwrap();
    }
    (saves, path)
}

#[test]
fn the_older_of_two_checkpoints_is_used_where_the_newer_is_damaged_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (saves, path) = two(&folder);
    let step = |loaded: Option<(Checkpoint, Option<String>)>| loaded.map(|(c, said)| (c.progress.step, said));
    assert_eq!(step(saves.load(&spec()).unwrap()), Some((6, None)));
    let sound = fs::read(&path).unwrap();
    fs::write(&path, &sound[..sound.len() / 2]).unwrap();
    let (used, said) = step(saves.load(&spec()).unwrap()).unwrap();
    let said = said.unwrap();
    assert_eq!(used, 4);
    assert!(said.contains("run.safetensors") && said.contains("run.older.safetensors"), "{said}");
    fs::write(folder.path().join("run.older.safetensors"), "").unwrap();
    let message = saves.load(&spec()).unwrap_err().to_string();
    assert!(message.contains("run.safetensors") && message.contains("damaged"), "{message}");
    fs::remove_file(&path).unwrap();
    fs::remove_file(folder.path().join("run.older.safetensors")).unwrap();
    assert_eq!(step(saves.load(&spec()).unwrap()), None);
}

#[test]
fn nothing_of_a_run_is_left_behind_not_even_what_killed_saves_left() {
    let folder = tempfile::tempdir().unwrap();
    let (saves, _) = two(&folder);
    let left = ["run.coming.safetensors", ".run.coming.safetensors.77.0.part", ".run.safetensors.78.1.part"];
    for name in left.iter().chain(&["other.safetensors", ".other.safetensors.77.0.part"]) {
        fs::write(folder.path().join(name), "half").unwrap();
    }
    let names = || {
        let mut names: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    saves.sweep_up();
    let others = [".other.safetensors.77.0.part", "other.safetensors"];
    assert_eq!(names(), [others[0], others[1], "run.older.safetensors", "run.safetensors"]);
    saves.remove();
    assert_eq!(names(), others);
}
