//! Regression on the noisy sine in the one training loop: resume, threads, the oracle, the stop rule,
//! augmentation.

use lawbook::checkpoint::Checkpoint;
use lawbook::data::augment::Augmentation;
use lawbook::feed::Datasets;
use lawbook::net::mlp::InitScale;
use lawbook::ops::loss::Loss;
use lawbook::optim::Optimizer;
use lawbook::run::{Code, Engine, Net, RunRecord, RunSpec, Spacing, Stop, Task};
use lawbook::train::Trainer;

fn spec(stop: Stop, augmentation: Augmentation) -> RunSpec {
    let task = Task::Sine { noise_sd: 0.1, n_train: 70, n_test: 100, augmentation };
    let net = Net::Mlp { sizes: vec![1, 24, 24, 1], scale: InitScale::None };
    RunSpec {
        loss: Loss::SquaredError,
        batch_size: 32,
        evaluate_every: 10,
        spacing: Spacing::Doubling,
        stop,
        ..RunSpec::new(task, net, Optimizer::adam(1e-3), 200, 5)
    }
}

/// Improvements of less than 30 % do not count: such a run ends early.
const EARLY: Stop = Stop::Early { n_validation: 50, every: 8, min_steps: 40, min_delta: 0.3, patience: 0.2 };

fn start(spec: &RunSpec) -> Trainer {
    Trainer::new(spec, &Datasets::none()).unwrap()
}

fn finish(mut trainer: Trainer) -> RunRecord {
    while !trainer.is_done() {
        trainer.advance().unwrap();
    }
    trainer.record(Code { version: "test".to_owned(), commit: "test".to_owned() })
}

#[test]
fn a_regression_resumed_at_any_step_ends_with_the_same_numbers_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    for spec in [
        spec(Stop::AtSteps, Augmentation::None),
        spec(Stop::AtSteps, Augmentation::Jitter(0.1)),
        spec(EARLY, Augmentation::Mirror),
    ] {
        let whole = finish(start(&spec));
        for stop_at in [0, 1, 7, 8, 10, 39, whole.last.step - 1, whole.last.step] {
            let mut trainer = start(&spec);
            while trainer.steps_taken() < stop_at {
                trainer.advance().unwrap();
            }
            let path = folder.path().join(format!("{}-{stop_at}", spec.id()));
            trainer.checkpoint().save(&path).unwrap();
            let checkpoint = Checkpoint::load(&path, &spec).unwrap().unwrap();
            let resumed = Trainer::resume(checkpoint, &Datasets::none()).unwrap();
            assert_eq!(resumed.is_done(), stop_at == whole.last.step, "a run that has ended stays ended");
            assert!(whole.agrees_with(&finish(resumed)), "{:?} stopped at step {stop_at}", spec.stop);
        }
    }
}

#[test]
fn a_regression_gives_the_same_numbers_on_1_2_and_4_threads() {
    for parts in [1, 4] {
        let spec = RunSpec { parts, ..spec(EARLY, Augmentation::None) };
        let [one, two, four] = [1, 2, 4].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| finish(start(&spec)))
        });
        assert!(one.agrees_with(&two) && one.agrees_with(&four), "{parts} parts");
    }
}

#[test]
fn the_fused_regression_follows_dfdx_step_by_step() {
    let fused = spec(Stop::AtSteps, Augmentation::Mirror);
    let plain = RunSpec { engine: Engine::Dfdx, ..fused.clone() };
    let (mut fused, mut plain) = (start(&fused), start(&plain));
    for step in 0..60 {
        let (a, b) = (fused.advance().unwrap(), plain.advance().unwrap());
        assert!((a - b).abs() < 1e-3 * b, "step {step}: {a} against {b}");
    }
}

#[test]
fn early_stopping_ends_the_run_where_its_rule_says_and_the_best_point_is_kept() {
    let rule = spec(EARLY, Augmentation::None);
    let record = finish(start(&rule));
    let (last, best) = (record.last, record.best.expect("such a run has a best point"));
    assert!(last.step < 200 && last.step >= 40 && last.step.is_multiple_of(8), "{last:?}");
    assert!((last.step - best.step) as f64 > 0.2 * last.step as f64);
    assert!(last.step == 40 || (last.step - 8 - best.step) as f64 <= 0.2 * (last.step - 8) as f64);
    assert!(last.validation_error.unwrap() > 0.7 * best.validation_error.unwrap());
    assert_eq!(record.flops, rule.flops(last.step));
    // Up to there it is the run that nothing stops.
    let free = finish(start(&spec(Stop::AtSteps, Augmentation::None)));
    assert_eq!(free.curve[0].test_error, record.curve[0].test_error);
    assert_eq!((free.last.step, free.best, free.last.validation_error), (200, None, None));
    assert_ne!(free.id, record.id, "what ends a run belongs to its identity");
}

#[test]
fn it_learns_the_sine_and_the_true_error_lies_below_the_noisy_one() {
    let mut long = spec(Stop::AtSteps, Augmentation::None);
    long.task = Task::Sine { noise_sd: 0.1, n_train: 2000, n_test: 500, augmentation: Augmentation::None };
    (long.net, long.steps) = (Net::Mlp { sizes: vec![1, 64, 64, 1], scale: InitScale::None }, 4000);
    long.optimizer = Optimizer::adam(3e-3);
    let record = finish(start(&long));
    let places: Vec<u64> = record.curve.iter().map(|point| point.step).collect();
    assert_eq!(places, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 4000]);
    let [noisy, truth] = [record.last.test_error.unwrap(), record.last.true_error.unwrap()];
    assert!(noisy < 0.15 && truth < 0.1 && truth < noisy, "{noisy} {truth}");
    // Nobody beats the floor of the noise by more than chance on 500 points.
    assert!(noisy > 0.0798 * 0.9, "{noisy}");
}

#[test]
fn a_spec_that_does_not_fit_a_regression_is_refused() {
    let wrong = |change: fn(&mut RunSpec)| {
        let mut spec = spec(EARLY, Augmentation::None);
        change(&mut spec);
        Trainer::new(&spec, &Datasets::none()).err().expect("it must be refused").to_string()
    };
    assert!(wrong(|s| s.loss = Loss::CrossEntropy).contains("squared error"));
    assert!(
        wrong(|s| s.net = Net::Mlp { sizes: vec![1, 8, 2], scale: InitScale::None }).contains("one number")
    );
    assert!(
        wrong(|s| s.stop =
            Stop::Early { n_validation: 0, every: 1, min_steps: 1, min_delta: 0.1, patience: 0.1 })
        .contains("early stopping")
    );
    let task = |noise_sd, augmentation| Task::Sine { noise_sd, n_train: 70, n_test: 100, augmentation };
    let mut noise = spec(EARLY, Augmentation::None);
    noise.task = task(-0.1, Augmentation::None);
    assert!(noise.check().unwrap_err().to_string().contains("-0.1"));
    noise.task = task(0.1, Augmentation::Jitter(0.0));
    assert!(noise.check().unwrap_err().to_string().contains("jitter"));
}
