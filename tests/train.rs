//! The training loop: exact resume, independence of threads, the oracle, and that it learns.

use lawbook::checkpoint::Checkpoint;
use lawbook::data::augment::Augmentation;
use lawbook::data::images::Images;
use lawbook::feed::Datasets;
use lawbook::net::mlp::InitScale;
use lawbook::ops::loss::Loss;
use lawbook::optim::{Optimizer, Schedule};
use lawbook::run::{Choice, Code, Engine, Net, Precision, RunRecord, RunSpec, SnapshotSchedule, Stop, Task};
use lawbook::train::Trainer;

fn spec(parts: usize, engine: Engine) -> RunSpec {
    let task = Task::Images {
        dataset: "synthetic".to_owned(),
        n_train: 300,
        mean: 0.1307,
        sd: 0.3081,
        choice: Choice::Permuted,
        wrong_labels: 0.0,
        augmentation: Augmentation::None,
    };
    let net = Net::Mlp { sizes: vec![784, 24, 24, 10], scale: InitScale::None };
    RunSpec { engine, parts, evaluate_every: 5, ..RunSpec::new(task, net, Optimizer::adam(1e-3), 23, 11) }
}

fn datasets() -> Datasets {
    Datasets::none().with_images("synthetic", Images::synthetic(1, 500, 200))
}

fn finish(mut trainer: Trainer) -> RunRecord {
    while !trainer.is_done() {
        trainer.advance().unwrap();
    }
    trainer.record(Code { version: "test".to_owned(), commit: "test".to_owned() })
}

#[test]
fn a_run_resumed_at_any_step_ends_with_the_same_numbers_to_the_bit() {
    let spec = spec(1, Engine::Fused);
    let whole = finish(Trainer::new(&spec, &datasets()).unwrap());
    let folder = tempfile::tempdir().unwrap();
    for stop_at in [0, 1, 4, 5, 6, 15, 22] {
        let mut trainer = Trainer::new(&spec, &datasets()).unwrap();
        for _ in 0..stop_at {
            trainer.advance().unwrap();
        }
        let path = folder.path().join(format!("{stop_at}.safetensors"));
        trainer.checkpoint().save(&path).unwrap();
        let checkpoint = Checkpoint::load(&path, &spec).unwrap().expect("the file was just written");
        let resumed = finish(Trainer::resume(checkpoint, &datasets()).unwrap());
        assert!(whole.agrees_with(&resumed), "stopped at step {stop_at}");
    }
}

#[test]
fn the_same_spec_gives_the_same_numbers_on_1_2_and_4_threads() {
    let run_on = |threads: usize, parts: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| finish(Trainer::new(&spec(parts, Engine::Fused), &datasets()).unwrap()))
    };
    for parts in [1, 4] {
        let [one, two, four] = [1, 2, 4].map(|threads| run_on(threads, parts));
        assert!(one.agrees_with(&two) && one.agrees_with(&four), "{parts} parts");
    }
    assert_ne!(run_on(1, 1).id, run_on(1, 4).id, "how a batch is split belongs to the identity");
}

#[test]
fn the_fused_engine_follows_dfdx_step_by_step() {
    let mut fused = Trainer::new(&spec(1, Engine::Fused), &datasets()).unwrap();
    let mut dfdx = Trainer::new(&spec(1, Engine::Dfdx), &datasets()).unwrap();
    for step in 0..23 {
        let (a, b) = (fused.advance().unwrap(), dfdx.advance().unwrap());
        assert!((a - b).abs() < 1e-3 * b, "step {step}: {a} against {b}");
    }
}

#[test]
fn it_learns_what_can_be_learned_and_not_what_cannot() {
    let mut long = spec(1, Engine::Fused);
    (long.steps, long.evaluate_every) = (200, 200);
    let learned = finish(Trainer::new(&long, &datasets()).unwrap());
    assert!(learned.last.test_accuracy > 0.8, "test accuracy {}", learned.last.test_accuracy);
    // Labels that have nothing to do with the images: memorized perhaps, but not generalized.
    let mut shuffled = Images::synthetic(1, 500, 200);
    shuffled.train.labels.rotate_left(137);
    let memorized =
        finish(Trainer::new(&long, &Datasets::none().with_images("synthetic", shuffled)).unwrap());
    assert!(memorized.last.test_accuracy < 0.3, "test accuracy {}", memorized.last.test_accuracy);
}

#[test]
fn seeds_move_the_choice_of_samples_the_weights_and_the_order() {
    let other = RunSpec { seed: 12, ..spec(1, Engine::Fused) };
    let (a, b) = (
        finish(Trainer::new(&spec(1, Engine::Fused), &datasets()).unwrap()),
        finish(Trainer::new(&other, &datasets()).unwrap()),
    );
    assert_ne!(a.curve[0], b.curve[0]);
}

#[test]
fn a_checkpoint_of_another_run_or_with_damage_is_refused_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.safetensors");
    let spec = spec(1, Engine::Fused);
    Trainer::new(&spec, &datasets()).unwrap().checkpoint().save(&path).unwrap();
    let other = RunSpec { seed: 99, ..spec.clone() };
    let message = Checkpoint::load(&path, &other).unwrap_err().to_string();
    assert!(message.contains("run.safetensors") && message.contains(&other.id()), "{message}");
    let bytes = std::fs::read(&path).unwrap();
    for cut in [0, 7, 8, 100, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..cut]).unwrap();
        let message = Checkpoint::load(&path, &spec).unwrap_err().to_string();
        assert!(message.contains("delete it"), "cut at {cut}: {message}");
    }
}

#[test]
fn a_spec_that_does_not_fit_the_data_or_the_program_is_refused() {
    let wrong = |change: fn(&mut RunSpec)| {
        let mut spec = spec(1, Engine::Fused);
        change(&mut spec);
        Trainer::new(&spec, &datasets()).err().expect("it must be refused").to_string()
    };
    assert!(wrong(|s| s.arithmetic += 1).contains("arithmetic"));
    assert!(wrong(|s| s.steps = 0).contains("above 0"));
    assert!(wrong(|s| s.net = Net::Mlp { sizes: vec![785, 10], scale: InitScale::None }).contains("785"));
    assert!(
        wrong(|s| s.task = Task::Images {
            dataset: "synthetic".into(),
            n_train: 501,
            mean: 0.0,
            sd: 1.0,
            choice: Choice::Permuted,
            wrong_labels: 0.0,
            augmentation: Augmentation::None,
        })
        .contains("501")
    );
}

#[test]
fn a_run_that_diverges_says_at_which_step() {
    let mut wild = spec(1, Engine::Fused);
    wild.optimizer = Optimizer::adam(1e30);
    let mut trainer = Trainer::new(&wild, &datasets()).unwrap();
    let error =
        (0..23).find_map(|_| trainer.advance().err()).expect("a step size of 1e30 diverges").to_string();
    assert!(error.contains("diverged") && error.contains("step"), "{error}");
}

#[test]
fn double_precision_a_schedule_clipping_and_every_optimizer_resume_to_the_bit() {
    let adam =
        Optimizer::Adam { learning_rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.01 };
    let sgd = Optimizer::Sgd { learning_rate: 1e-2, momentum: 0.9, weight_decay: 1e-4 };
    let variants = [
        RunSpec { precision: Precision::Double, loss: Loss::SquaredError, ..spec(2, Engine::Fused) },
        RunSpec { optimizer: Optimizer::adamw(1e-3, 0.01), clip_norm: Some(0.5), ..spec(1, Engine::Fused) },
        RunSpec { optimizer: adam, schedule: Schedule::Cosine { floor: 0.1 }, ..spec(1, Engine::Fused) },
        RunSpec { optimizer: sgd, precision: Precision::Double, ..spec(1, Engine::Fused) },
    ];
    let folder = tempfile::tempdir().unwrap();
    let mut ids = std::collections::BTreeSet::from([spec(1, Engine::Fused).id()]);
    for spec in variants {
        assert!(ids.insert(spec.id()), "every variant has an identity of its own");
        let whole = finish(Trainer::new(&spec, &datasets()).unwrap());
        let mut trainer = Trainer::new(&spec, &datasets()).unwrap();
        for _ in 0..11 {
            trainer.advance().unwrap();
        }
        let path = folder.path().join(spec.id());
        trainer.checkpoint().save(&path).unwrap();
        let checkpoint = Checkpoint::load(&path, &spec).unwrap().unwrap();
        assert!(whole.agrees_with(&finish(Trainer::resume(checkpoint, &datasets()).unwrap())), "{spec:?}");
    }
}

#[test]
fn images_with_wrong_labels_jitter_and_early_stopping_resume_to_the_bit_and_are_tested_on_right_labels() {
    let stop = Stop::Early { n_validation: 50, every: 4, min_steps: 12, min_delta: 0.01, patience: 0.2 };
    let mut spec = RunSpec { stop, ..spec(1, Engine::Fused) };
    let Task::Images { wrong_labels, augmentation, .. } = &mut spec.task else { unreachable!() };
    (*wrong_labels, *augmentation) = (0.3, Augmentation::Jitter(1.0));
    let whole = finish(Trainer::new(&spec, &datasets()).unwrap());
    let mut trainer = Trainer::new(&spec, &datasets()).unwrap();
    for _ in 0..9 {
        trainer.advance().unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    trainer.checkpoint().save(&path).unwrap();
    let checkpoint = Checkpoint::load(&path, &spec).unwrap().unwrap();
    assert!(whole.agrees_with(&finish(Trainer::resume(checkpoint, &datasets()).unwrap())));
    // 300 to learn from and 50 to stop by out of 500; 451 would be one too many.
    let Task::Images { n_train, .. } = &mut spec.task else { unreachable!() };
    *n_train = 451;
    assert!(Trainer::new(&spec, &datasets()).err().unwrap().to_string().contains("501"));
    let mut long = spec.clone();
    let Task::Images { n_train, wrong_labels, .. } = &mut long.task else { unreachable!() };
    (*n_train, *wrong_labels) = (400, 0.4);
    (long.steps, long.stop) = (150, Stop::AtSteps);
    let last = finish(Trainer::new(&long, &datasets()).unwrap()).last;
    assert!(last.train_accuracy < 0.8 && last.test_accuracy > last.train_accuracy + 0.05, "{last}");
}

#[test]
fn a_transformer_over_patches_learns_images() {
    use lawbook::net::transformer::Transformer;
    let net = Transformer { dropout: 0.0, ..Transformer::new(49, 16, 16, 1, 2) };
    let mut long = RunSpec { net: Net::Transformer(net), ..spec(1, Engine::Fused) };
    (long.steps, long.evaluate_every) = (150, 150);
    let mut dfdx = Trainer::new(&RunSpec { engine: Engine::Dfdx, ..long.clone() }, &datasets()).unwrap();
    let mut fused = Trainer::new(&long, &datasets()).unwrap();
    for step in 0..3 {
        let (a, b) = (fused.advance().unwrap(), dfdx.advance().unwrap());
        assert!((a - b).abs() < 1e-3 * b, "step {step}: {a} against {b}");
    }
    let last = finish(fused).last;
    assert!(last.test_accuracy > 0.6, "{last}");
}

#[test]
fn a_run_with_snapshots_resumes_exactly_and_they_stand_where_the_spec_says() {
    let snapshots = SnapshotSchedule { every: 5, eigenvalues_every: Some(10) };
    let spec = RunSpec { snapshots: Some(snapshots), ..spec(1, Engine::Fused) };
    let whole = finish(Trainer::new(&spec, &datasets()).unwrap());
    let steps: Vec<u64> = whole.snapshots.iter().map(|snapshot| snapshot.step).collect();
    let expected: Vec<u64> = (0..=spec.steps).filter(|step| step % 5 == 0 || *step == spec.steps).collect();
    assert_eq!(steps, expected);
    for snapshot in &whole.snapshots {
        let kept = snapshot.step % 10 == 0 || snapshot.step == spec.steps;
        assert!(
            snapshot.layers.iter().all(|layer| layer.eigenvalues.is_empty() != kept),
            "step {}",
            snapshot.step
        );
    }
    let mut first = Trainer::new(&spec, &datasets()).unwrap();
    for _ in 0..13 {
        first.advance().unwrap();
    }
    let resumed = finish(Trainer::resume(first.checkpoint(), &datasets()).unwrap());
    assert!(resumed.agrees_with(&whole));
    // A snapshot changes nothing but the curve's first point, and what it adds.
    let blind = finish(Trainer::new(&RunSpec { snapshots: None, ..spec }, &datasets()).unwrap());
    assert_eq!(blind.last.train_loss, whole.last.train_loss);
}
