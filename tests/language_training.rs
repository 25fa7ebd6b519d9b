//! Every language model in the one training loop: threads, resume, the oracle, the label slip.

use lawbook::checkpoint::Checkpoint;
use lawbook::data::tokens::Labels;
use lawbook::feed::Datasets;
use lawbook::net::recurrent::{Cell, Recurrent};
use lawbook::net::resnet_bk::ResNetBk;
use lawbook::net::shape::Net;
use lawbook::net::token_mlp::TokenMlp;
use lawbook::net::transformer::Transformer;
use lawbook::ops::resolvent::Form;
use lawbook::optim::{Optimizer, Schedule};
use lawbook::run::{Code, Engine, RunRecord, RunSpec, Task};
use lawbook::train::Trainer;

const VOCABULARY: usize = 40;
const SEQUENCE: usize = 12;

fn nets() -> Vec<Net> {
    let (vocabulary, sequence, width, layers, dropout) = (VOCABULARY, SEQUENCE, 16, 2, 0.1);
    let recurrent = |cell| Net::Recurrent(Recurrent { cell, vocabulary, sequence, width, layers, dropout });
    vec![
        Net::Transformer(Transformer { dropout, ..Transformer::new(vocabulary, sequence, width, layers, 2) }),
        Net::TokenMlp(TokenMlp { vocabulary, sequence, width, layers, dropout }),
        recurrent(Cell::Lstm),
        recurrent(Cell::Gru),
        Net::ResNetBk(ResNetBk {
            dropout,
            form: Form::Causal,
            ..ResNetBk::new(vocabulary, sequence, width, layers)
        }),
    ]
}

fn spec(net: Net, labels: Labels, parts: usize) -> RunSpec {
    let task =
        Task::Tokens { vocabulary: VOCABULARY as u32, sequence: SEQUENCE, n_train: 80, n_test: 20, labels };
    RunSpec {
        schedule: Schedule::Cosine { floor: 0.1 },
        clip_norm: Some(1.0),
        batch_size: 16,
        parts,
        evaluate_every: 6,
        ..RunSpec::new(task, net, Optimizer::adamw(1e-2, 0.01), 12, 3)
    }
}

fn finish(mut trainer: Trainer) -> RunRecord {
    while !trainer.is_done() {
        trainer.advance().unwrap();
    }
    trainer.record(Code { version: "test".to_owned(), commit: "test".to_owned() })
}

fn start(spec: &RunSpec) -> Trainer {
    Trainer::new(spec, &Datasets::none()).unwrap()
}

#[test]
fn every_language_model_gives_the_same_numbers_on_1_2_and_4_threads_and_after_a_resume() {
    let folder = tempfile::tempdir().unwrap();
    for net in nets() {
        let spec = spec(net, Labels::Next, 3);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| finish(start(&spec)))
        };
        let one = on(1);
        assert!(one.agrees_with(&on(2)) && one.agrees_with(&on(4)), "{}", spec.net.name());
        let mut trainer = start(&spec);
        for _ in 0..7 {
            trainer.advance().unwrap();
        }
        let path = folder.path().join(spec.id());
        trainer.checkpoint().save(&path).unwrap();
        let checkpoint = Checkpoint::load(&path, &spec).unwrap().unwrap();
        let resumed = Trainer::resume(checkpoint, &Datasets::none()).unwrap();
        assert!(one.agrees_with(&finish(resumed)), "{}", spec.net.name());
    }
}

#[test]
fn every_language_model_follows_its_dfdx_form_through_training_with_dropout() {
    for net in nets() {
        let fused = spec(net, Labels::Next, 2);
        let plain = RunSpec { engine: Engine::Dfdx, parts: 1, ..fused.clone() };
        let (mut fused, mut plain) = (start(&fused), start(&plain));
        for step in 0..5 {
            let (a, b) = (fused.advance().unwrap(), plain.advance().unwrap());
            assert!((a - b).abs() < 2e-3 * b, "{:?} step {step}: {a} against {b}", fused.curve());
        }
    }
}

#[test]
fn with_the_originals_labels_even_a_position_wise_network_learns_and_with_next_tokens_it_cannot() {
    // Study 000's slip: the labels are the inputs.
    let net = || {
        Net::TokenMlp(TokenMlp {
            vocabulary: VOCABULARY,
            sequence: SEQUENCE,
            width: 32,
            layers: 1,
            dropout: 0.0,
        })
    };
    let accuracy = |labels| {
        let mut spec = spec(net(), labels, 1);
        (spec.steps, spec.evaluate_every) = (300, 300);
        finish(start(&spec)).last.test_accuracy
    };
    let (same, next) = (accuracy(Labels::Same), accuracy(Labels::Next));
    assert!(same > 0.9, "an identity is learned: {same}");
    assert!(next < 0.6, "one token does not tell the next: {next}");
}

#[test]
fn a_network_that_does_not_fit_the_words_is_refused() {
    let mut wrong = spec(nets().remove(0), Labels::Next, 1);
    wrong.task =
        Task::Tokens { vocabulary: 41, sequence: SEQUENCE, n_train: 8, n_test: 8, labels: Labels::Next };
    let error = Trainer::new(&wrong, &Datasets::none()).err().unwrap().to_string();
    assert!(error.contains("41 words"), "{error}");
}
