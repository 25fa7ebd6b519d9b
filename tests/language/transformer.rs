//! The transformer decoder.

use crate::{assert_agreement, assert_slopes, batch, logit_differences, samples, scattered, trained};
use dfdx::tensor::Cpu;
use lawbook::net::batch::{Batch, Inputs, Targets};
use lawbook::net::transformer::Transformer;
use lawbook::net::transformer::fused::FusedTransformer;
use lawbook::net::transformer::plain::PlainTransformer;
use lawbook::net::{Architecture, LanguageModel, Network};
use lawbook::ops::dropout::Dropout;
use lawbook::ops::loss::Loss;

fn small() -> Transformer {
    Transformer { dropout: 0.2, ..Transformer::new(37, 9, 12, 2, 3) }
}

#[test]
fn the_fused_transformer_agrees_with_dfdx_for_every_way_of_cutting_the_batch() {
    let net = small();
    let samples = samples(5, net.sequence, net.vocabulary);
    for (parameters, dropout) in [
        (net.initial(1), None),
        (net.initial(1), Some(Dropout::new(3, 4))),
        (scattered(net.n_params()), Some(Dropout::new(5, 6))),
    ] {
        let plain = PlainTransformer::new(Cpu::default(), &net);
        let batch = batch(&samples, 5, dropout);
        assert_agreement(&net.layout(), &parameters, &batch, plain, |parts| {
            FusedTransformer::new(&net, parts)
        });
    }
}

#[test]
fn a_transformer_of_another_feed_forward_width_with_a_bias_at_its_head_agrees_with_dfdx_and_with_its_slopes()
{
    let net = Transformer { feed_forward: Some(20), head_bias: true, ..small() };
    assert_eq!(net.layout().tensors().last().unwrap().name, "head.bias");
    let samples = samples(5, net.sequence, net.vocabulary);
    let (parameters, batch) = (scattered(net.n_params()), batch(&samples, 5, Some(Dropout::new(5, 6))));
    let plain = PlainTransformer::new(Cpu::default(), &net);
    assert_agreement(&net.layout(), &parameters, &batch, plain, |parts| FusedTransformer::new(&net, parts));
    let net = Transformer { dropout: 0.0, sequence: 4, width: 6, vocabulary: 7, heads: 2, ..net };
    let samples = crate::samples(3, net.sequence, net.vocabulary);
    let parameters = scattered(net.n_params());
    assert_slopes(
        &net.layout(),
        &parameters,
        &crate::batch(&samples, 3, None),
        FusedTransformer::new(&net, 2),
    );
}

#[test]
fn a_transformer_over_patches_that_answers_at_the_last_place_agrees_with_dfdx_and_with_its_slopes() {
    let net = Transformer { dropout: 0.0, ..Transformer::new(12, 5, 6, 2, 2) };
    let [tokens, targets] = samples(7, net.sequence, net.vocabulary);
    let patches: Vec<f32> =
        (0..7 * 5 * 12).map(|i| (i as f32 * 0.7).sin() + tokens[i % 35] as f32 / 12.0).collect();
    let inputs = Inputs::Values(&patches);
    let batch = Batch { inputs, targets: Targets::Classes(&targets[..7]), rows: 7, dropout: None };
    let parameters = scattered(net.n_params());
    let plain = PlainTransformer::new(Cpu::default(), &net);
    assert_agreement(&net.layout(), &parameters, &batch, plain, |parts| FusedTransformer::new(&net, parts));
    assert_slopes(&net.layout(), &parameters, &batch, FusedTransformer::new(&net, 2));
}

#[test]
fn the_gradient_of_the_transformer_is_the_slope_of_its_loss() {
    let net = Transformer { dropout: 0.0, ..Transformer::new(7, 4, 6, 2, 2) };
    let samples = samples(3, net.sequence, net.vocabulary);
    let parameters = scattered(net.n_params());
    assert_slopes(&net.layout(), &parameters, &batch(&samples, 3, None), FusedTransformer::new(&net, 2));
}

#[test]
fn dropout_changes_the_gradient_and_not_the_score() {
    let net = small();
    let samples = samples(4, net.sequence, net.vocabulary);
    let (parameters, mut fused) = (net.initial(1), FusedTransformer::new(&net, 2));
    let mut step = |dropout| {
        let mut gradient = vec![0.0; net.n_params()];
        let batch = batch(&samples, 4, dropout);
        fused.gradient(&parameters, &batch, &mut gradient);
        (gradient, fused.evaluate(&parameters, &batch))
    };
    let (without, score) = step(None);
    let (with, same) = step(Some(Dropout::new(1, 1)));
    assert_ne!(without, with);
    assert_eq!(score, same);
}

#[test]
fn the_transformers_of_the_study_have_the_published_numbers_of_parameters() {
    let with = |width, layers, heads| Transformer::new(50_257, 64, width, layers, heads);
    assert_eq!(with(32, 2, 2).n_params(), 3_243_968);
    assert_eq!(with(64, 4, 4).n_params(), 6_637_056);
    // 2Vd + Sd + L (12d² + 13d) + 2d, and of a step 6 T (12Ld² + dV) + 12 T S d L.
    let small = small();
    assert_eq!(small.n_params(), 2 * 37 * 12 + 9 * 12 + 2 * (12 * 144 + 13 * 12) + 24);
    assert_eq!(small.flops(5), 6.0 * 45.0 * (24.0 * 144.0 + 12.0 * 37.0) + 12.0 * 45.0 * 9.0 * 24.0);
}

#[test]
fn the_tensors_have_pytorchs_names_and_the_studys_first_values() {
    let layout = small().layout();
    let names: Vec<&str> = layout.tensors().iter().map(|tensor| tensor.name.as_str()).collect();
    assert_eq!(names[0..2], ["token.weight", "position.weight"]);
    assert_eq!(
        names[2..6].join(" "),
        "blocks.0.norm1.weight blocks.0.norm1.bias blocks.0.attention.qkv.weight blocks.0.attention.qkv.bias"
    );
    let parameters = Transformer { vocabulary: 5000, ..small() }.initial(1);
    let mean_square = parameters[..60_000].iter().map(|p| p * p).sum::<f32>() / 60_000.0;
    assert!((mean_square.sqrt() / 0.02 - 1.0).abs() < 0.02, "{}", mean_square.sqrt());
}

#[test]
fn no_place_of_the_transformer_sees_a_later_one() {
    let net = small();
    let [tokens, mut targets] = samples(2, net.sequence, net.vocabulary);
    targets.iter_mut().for_each(|target| *target = 1 + *target % 36);
    let (parameters, mut fused) = (scattered(net.n_params()), FusedTransformer::new(&net, 1));
    let before = logit_differences(&parameters, &tokens, &targets, 2, &mut fused);
    for changed in [1, 5, 8] {
        let mut other = tokens.clone();
        other[changed] = (other[changed] + 1) % 37;
        let after = logit_differences(&parameters, &other, &targets, 2, &mut fused);
        for place in 0..net.sequence {
            let apart = (before[place] - after[place]).abs();
            assert_eq!(apart > 1e-3, place >= changed, "token {changed} at place {place}: {apart}");
        }
    }
}

#[test]
fn the_logits_of_a_sequence_do_not_move_with_later_tokens_and_belong_to_the_scores() {
    let net = Transformer { head_bias: true, ..small() };
    let [tokens, targets] = samples(1, net.sequence, net.vocabulary);
    let (parameters, mut fused) = (scattered(net.n_params()), FusedTransformer::new(&net, 1));
    let all = fused.logits(&parameters, &tokens, 0..net.sequence);
    let mut loss = Loss::CrossEntropy.score(&all, Targets::Classes(&targets), net.vocabulary).loss;
    loss -= fused.evaluate(&parameters, &batch(&[tokens.clone(), targets], 1, None)).loss;
    assert!(loss.abs() < 1e-4, "{loss}");
    for n in 1..=net.sequence {
        let last = fused.logits(&parameters, &tokens[..n], n - 1..n);
        let expected = &all[(n - 1) * net.vocabulary..][..net.vocabulary];
        let apart = expected.iter().zip(&last).fold(0f32, |most, (a, b)| most.max((a - b).abs()));
        assert!(apart < 1e-4, "{n} tokens: {apart}");
    }
}

#[test]
fn a_transformer_learns_to_say_the_token_two_places_back() {
    let net = Transformer { dropout: 0.0, ..Transformer::new(8, 10, 16, 2, 2) };
    let [tokens, _] = samples(32, 10, 8);
    let targets = (0..tokens.len()).map(|i| if i % 10 < 2 { 0 } else { tokens[i - 2] }).collect();
    let (samples, mut parameters) = ([tokens, targets], net.initial(1));
    let [before, after] =
        trained(&mut parameters, &batch(&samples, 32, None), 150, FusedTransformer::new(&net, 2));
    assert!((before - 8f64.ln()).abs() < 0.05 && after < 0.2, "{before} then {after}");
}

#[test]
fn sizes_that_make_no_sense_are_refused_in_a_sentence() {
    assert!(small().check().is_ok());
    let refused = |net: Transformer| net.check().unwrap_err().to_string();
    assert!(refused(Transformer { layers: 0, ..small() }).contains("layers = 0"));
    assert!(refused(Transformer { heads: 5, ..small() }).contains("12 is no multiple of 5 heads"));
    assert!(refused(Transformer { dropout: 1.0, ..small() }).contains("below 1"));
    assert!(refused(Transformer { dropout: f32::NAN, ..small() }).contains("NaN"));
}
