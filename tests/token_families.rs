//! Runs on the four families of token sequences: losses by family, the running loss, early stopping, floors.

use lawbook::checkpoint::Checkpoint;
use lawbook::data::floors::{cost_of_mixture, floor};
use lawbook::data::tokens::{Labels, TokenFamily};
use lawbook::feed::Datasets;
use lawbook::net::token_mlp::TokenMlp;
use lawbook::net::transformer::Transformer;
use lawbook::optim::Optimizer;
use lawbook::run::{Code, Net, Point, RunRecord, RunSpec, Stop, Task};
use lawbook::train::Trainer;

const VOCABULARY: usize = 211;
const SEQUENCE: usize = 16;

fn transformer() -> Net {
    Net::Transformer(Transformer { dropout: 0.1, ..Transformer::new(VOCABULARY, SEQUENCE, 16, 1, 2) })
}

fn spec(net: Net, labels: Labels, steps: u64) -> RunSpec {
    let task =
        Task::Tokens { vocabulary: VOCABULARY as u32, sequence: SEQUENCE, n_train: 80, n_test: 40, labels };
    RunSpec { batch_size: 16, ..RunSpec::new(task, net, Optimizer::adamw(3e-3, 0.01), steps, 3) }
}

fn start(spec: &RunSpec) -> Trainer {
    Trainer::new(spec, &Datasets::none()).unwrap()
}

fn finish(mut trainer: Trainer) -> RunRecord {
    while !trainer.is_done() {
        trainer.advance().unwrap();
    }
    trainer.record(Code { version: "test".to_owned(), commit: "test".to_owned() })
}

fn by_family(point: &Point) -> [f64; 4] {
    point.family_losses.expect("a run on families tells them apart").map(|loss| loss.expect("each is there"))
}

#[test]
fn the_losses_by_family_make_the_test_loss_and_survive_their_json() {
    let record = finish(start(&spec(transformer(), Labels::Next, 10)));
    // 120 sequences hold 30 of each family; of the 40 that are tested on, about ten.
    let losses = by_family(&record.last);
    let (low, high) = losses.iter().fold((f64::MAX, 0f64), |(low, high), &x| (low.min(x), high.max(x)));
    assert!(low < record.last.test_loss && record.last.test_loss < high, "{:?}", record.last);
    let json = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<RunRecord>(&json).unwrap(), record);
}

#[test]
fn with_a_point_an_epoch_the_running_loss_is_the_mean_over_its_batches_and_a_resume_inside_it_keeps_it() {
    // Five batches an epoch.
    let spec = RunSpec { evaluate_every: 5, ..spec(transformer(), Labels::Next, 15) };
    let mut trainer = start(&spec);
    let losses: Vec<f64> = (0..15).map(|_| trainer.advance().unwrap()).collect();
    let record = finish(trainer);
    for (point, batches) in record.curve.iter().zip(losses.chunks(5)) {
        let (mean, found) = (batches.iter().sum::<f64>() / 5.0, point.running_loss.unwrap());
        assert!((found - mean).abs() < 1e-9, "step {}: {found} is not {mean}", point.step);
    }
    let folder = tempfile::tempdir().unwrap();
    for cut in [5, 7] {
        let mut trainer = start(&spec);
        for _ in 0..cut {
            trainer.advance().unwrap();
        }
        let path = folder.path().join(cut.to_string());
        trainer.checkpoint().save(&path).unwrap();
        let checkpoint = Checkpoint::load(&path, &spec).unwrap().unwrap();
        assert!(
            finish(Trainer::resume(checkpoint, &Datasets::none()).unwrap()).agrees_with(&record),
            "{cut}"
        );
    }
}

#[test]
fn early_stopping_watches_the_loss_of_validation_sequences_of_their_own() {
    let stop = Stop::Early { n_validation: 24, every: 10, min_steps: 20, min_delta: 0.001, patience: 0.3 };
    let spec = RunSpec { stop, evaluate_every: 10, ..spec(transformer(), Labels::Next, 2000) };
    let record = finish(start(&spec));
    let best = record.best.expect("the first measurement is an improvement");
    assert!(record.last.step < 2000 && best.step < record.last.step, "{} {}", best.step, record.last.step);
    let (at_best, at_end) = (best.validation_error.unwrap(), record.last.validation_error.unwrap());
    assert!(at_best < at_end || at_end > 0.999 * at_best, "{at_best} {at_end}");
    // A loss in nats, not a share of wrong answers, and not that of the test sequences.
    assert!(at_best > 1.0 && at_best != best.test_loss);
}

#[test]
fn with_the_inputs_as_labels_a_position_wise_network_reaches_the_floor_of_every_family() {
    let (vocabulary, sequence) = (VOCABULARY, SEQUENCE);
    let net = || Net::TokenMlp(TokenMlp { vocabulary, sequence, width: 64, layers: 1, dropout: 0.0 });
    let same = by_family(&finish(start(&spec(net(), Labels::Same, 600))).last);
    let next = by_family(&finish(start(&spec(net(), Labels::Next, 600))).last);
    for (i, family) in TokenFamily::ALL.into_iter().enumerate() {
        assert!(same[i] < 0.3, "{}: the identity is learned: {same:?}", family.name());
        let least = floor(family, VOCABULARY as u32, SEQUENCE, Labels::Next);
        assert!(next[i] > least, "{}: {} is below {least}", family.name(), next[i]);
    }
    // The next token of a pattern stands five places back, where no place of this network can look.
    let pattern = floor(TokenFamily::Pattern, VOCABULARY as u32, SEQUENCE, Labels::Next);
    assert!(next[0] > 2.0 && pattern + cost_of_mixture(SEQUENCE) < 0.7, "{next:?}");
    assert!(next[3] > (VOCABULARY as f64).ln(), "nothing can be known of uniform tokens: {next:?}");
}
