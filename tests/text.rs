//! Language models on a text in the one training loop: order, resume, misaligned targets, records.

use lawbook::checkpoint::Checkpoint;
use lawbook::data::text::Splits;
use lawbook::data::text::Text;
use lawbook::data::text::corpus::Corpus;
use lawbook::data::text::ngram::Baselines;
use lawbook::feed::{Datasets, Split, TargetKind, loader};
use lawbook::net::resnet_bk::ResNetBk;
use lawbook::net::shape::Net;
use lawbook::net::transformer::Transformer;
use lawbook::ops::resolvent::Form;
use lawbook::optim::{Optimizer, Schedule};
use lawbook::run::{Code, RunRecord, RunSpec, Task, TextTargets};
use lawbook::train::Trainer;

const SEQUENCE: usize = 8;

/// A text in which a word decides the next: "w0 w1 w2 … w9 w0", now and then with a jump.
fn text() -> Text {
    let walk = |n: usize, start: usize| {
        let step = |place: usize| if place % 11 == 3 { 4 } else { 1 };
        let words = (0..n).scan(start, |word, place| {
            *word = (*word + step(place)) % 10;
            Some(format!("w{word} "))
        });
        words.collect::<String>()
    };
    let splits = Splits { train: walk(1000, 0), validation: walk(200, 3), test: walk(200, 5) };
    Text::new(Corpus::Sotu, &splits, 30_000).unwrap()
}

fn datasets() -> Datasets {
    Datasets::none().with_text(11, text())
}

fn spec(net: Net, targets: TextTargets) -> RunSpec {
    let task = Task::Text {
        corpus: Corpus::Sotu,
        vocabulary: 11,
        sequence: SEQUENCE,
        n_train: 50,
        n_validation: 20,
        n_test: 24,
        targets,
    };
    RunSpec {
        schedule: Schedule::Cosine { floor: 0.1 },
        clip_norm: Some(0.5),
        batch_size: 8,
        parts: 2,
        evaluate_every: 7,
        ..RunSpec::new(task, net, Optimizer::adamw(1e-2, 0.01), 21, 42)
    }
}

fn causal() -> Net {
    Net::ResNetBk(ResNetBk { form: Form::Causal, ..ResNetBk::new(11, SEQUENCE, 16, 2) })
}

fn finish(mut trainer: Trainer) -> RunRecord {
    while !trainer.is_done() {
        trainer.advance().unwrap();
    }
    trainer.record(Code { version: "test".to_owned(), commit: "test".to_owned() })
}

#[test]
fn a_batch_is_windows_of_the_split_with_the_token_after_each_place() {
    let text = text();
    let spec = spec(causal(), TextTargets::Next);
    let mut loader = loader(&spec, &datasets()).unwrap();
    assert_eq!(loader.n_train(), 50);
    assert_eq!([Split::Train, Split::Validation, Split::Test].map(|s| loader.n_evaluated(s)), [20, 20, 24]);
    let batch = loader.batch(Split::Test, TargetKind::Observed, &[0, 5]);
    assert_eq!(batch.tokens(), [&text.test[..8], &text.test[40..48]].concat());
    assert_eq!(batch.classes(), [&text.test[1..9], &text.test[41..49]].concat());
    // Training windows are 50 different ones of the 124 that there are.
    let all: Vec<u32> = (0..50).collect();
    let batch = loader.training_batch(0, &all);
    let starts = |window: &[u32]| text.train.windows(8).position(|w| w == window).is_some();
    assert!(batch.tokens().chunks(8).all(starts));
}

#[test]
fn misaligned_targets_are_the_originals_and_held_out_targets_stay_right() {
    // The original's batch, word for word: x and y are sequence × rows; x is turned, y is flattened as it is.
    let aligned = spec(causal(), TextTargets::Next);
    let misaligned = spec(causal(), TextTargets::Misaligned);
    let (mut right, mut wrong) =
        (loader(&aligned, &datasets()).unwrap(), loader(&misaligned, &datasets()).unwrap());
    let places = [3, 1, 4];
    let targets = right.training_batch(0, &places).classes().to_vec();
    let batch = wrong.training_batch(0, &places);
    let mut y = Vec::new();
    for place in 0..SEQUENCE {
        for row in 0..3 {
            y.push(targets[row * SEQUENCE + place]);
        }
    }
    assert_eq!(batch.classes(), y);
    assert_eq!(batch.tokens(), right.training_batch(0, &places).tokens());
    let held_out = |loader: &mut Box<dyn lawbook::feed::BatchLoader>| {
        loader.batch(Split::Validation, TargetKind::Observed, &places).classes().to_vec()
    };
    assert_eq!(held_out(&mut right), held_out(&mut wrong));
}

#[test]
fn a_run_gives_the_same_record_on_1_and_2_threads_and_after_a_resume_at_any_step() {
    let folder = tempfile::tempdir().unwrap();
    let transformer = Net::Transformer(Transformer::new(11, SEQUENCE, 16, 2, 4));
    for net in [causal(), transformer] {
        let spec = spec(net, TextTargets::Next);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| finish(Trainer::new(&spec, &datasets()).unwrap()))
        };
        let one = on(1);
        assert!(one.agrees_with(&on(2)));
        for stop in [1, 6, 7, 10, 20] {
            let mut trainer = Trainer::new(&spec, &datasets()).unwrap();
            for _ in 0..stop {
                trainer.advance().unwrap();
            }
            let path = folder.path().join(format!("{}-{stop}", spec.id()));
            trainer.checkpoint().save(&path).unwrap();
            let checkpoint = Checkpoint::load(&path, &spec).unwrap().unwrap();
            assert!(one.agrees_with(&finish(Trainer::resume(checkpoint, &datasets()).unwrap())), "{stop}");
        }
    }
}

#[test]
fn the_running_loss_is_the_mean_of_the_batches_since_the_point_before_with_dropout() {
    let spec = spec(causal(), TextTargets::Next);
    let mut trainer = Trainer::new(&spec, &datasets()).unwrap();
    let losses: Vec<f64> = (0..21).map(|_| trainer.advance().unwrap()).collect();
    // An epoch is six batches of 8 windows and one of 2.
    let weight = |step: usize| if step % 7 == 6 { 2.0 } else { 8.0 };
    for (point, part) in trainer.curve().iter().zip([0..7, 7..14, 14..21]) {
        let mean = part.clone().map(|i| losses[i] * weight(i)).sum::<f64>() / 50.0;
        assert!((point.running_loss.unwrap() - mean).abs() < 1e-12, "{part:?}");
        assert!(point.validation_loss.is_some());
    }
    let record = finish(trainer);
    assert_eq!(record.n_non_embedding, Some(spec.net.n_non_embedding()));
    assert_eq!(record.n_active, Some(spec.net.n_active()));
    let json = serde_json::to_value(&record).unwrap();
    assert_eq!(json["spec"]["task"]["text"]["corpus"], "sotu");
    assert!(json["spec"]["task"]["text"].get("targets").is_none(), "the default is left out");
    assert!(record.tokens_per_second() > 0.0);
}

#[test]
fn next_tokens_teach_what_the_bigram_knows_and_misaligned_ones_only_frequencies() {
    let baselines = Baselines::of(&text(), SEQUENCE, [20, 24]);
    let learned = |targets| {
        let mut spec = spec(causal(), targets);
        let Task::Text { n_train, .. } = &mut spec.task else { unreachable!() };
        // Of 16 rows of 8 places, two places have their own next token under the slip: the first and the
        // last.
        (*n_train, spec.batch_size, spec.steps, spec.evaluate_every) = (48, 16, 300, 300);
        finish(Trainer::new(&spec, &datasets()).unwrap()).last.validation_loss.unwrap()
    };
    let (right, wrong) = (learned(TextTargets::Next), learned(TextTargets::Misaligned));
    assert!(right < baselines.unigram_validation - 1.0, "{right} against {baselines:?}");
    assert!(wrong > baselines.unigram_validation - 0.25, "{wrong} against {baselines:?}");
}

#[test]
fn more_windows_than_there_are_or_another_vocabulary_are_refused_with_numbers() {
    let refused = |spec: &RunSpec| Trainer::new(spec, &datasets()).err().unwrap().to_string();
    let mut many = spec(causal(), TextTargets::Next);
    let Task::Text { n_train, .. } = &mut many.task else { unreachable!() };
    *n_train = 125;
    let message = refused(&many);
    assert!(
        message.contains("wants 125, 20 and 24 windows") && message.contains("has 124, 24 and 24"),
        "{message}"
    );
    let net = Net::ResNetBk(ResNetBk::new(12, SEQUENCE, 16, 2));
    let message = refused(&spec(net, TextTargets::Next));
    assert!(message.contains("out of 11 words"), "{message}");
}
