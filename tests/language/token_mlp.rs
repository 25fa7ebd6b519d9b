//! The position-wise token MLP.

use crate::{assert_agreement, assert_slopes, batch, logit_differences, samples, scattered, trained};
use dfdx::tensor::Cpu;
use lawbook::net::Architecture;
use lawbook::net::token_mlp::TokenMlp;
use lawbook::net::token_mlp::fused::FusedTokenMlp;
use lawbook::net::token_mlp::plain::PlainTokenMlp;
use lawbook::ops::dropout::Dropout;

fn small() -> TokenMlp {
    TokenMlp { vocabulary: 37, sequence: 9, width: 12, layers: 2, dropout: 0.2 }
}

#[test]
fn the_fused_token_mlp_agrees_with_dfdx_for_every_way_of_cutting_the_batch() {
    let net = small();
    let samples = samples(5, net.sequence, net.vocabulary);
    for dropout in [None, Some(Dropout::new(3, 4))] {
        let plain = PlainTokenMlp::new(Cpu::default(), &net);
        let batch = batch(&samples, 5, dropout);
        assert_agreement(&net.layout(), &net.initial(1), &batch, plain, |parts| {
            FusedTokenMlp::new(&net, parts)
        });
    }
}

#[test]
fn the_gradient_of_the_token_mlp_is_the_slope_of_its_loss() {
    let net = TokenMlp { vocabulary: 7, sequence: 4, width: 6, layers: 2, dropout: 0.0 };
    let samples = samples(3, net.sequence, net.vocabulary);
    let parameters = scattered(net.n_params());
    assert_slopes(&net.layout(), &parameters, &batch(&samples, 3, None), FusedTokenMlp::new(&net, 2));
}

#[test]
fn the_token_mlps_of_the_study_have_the_published_numbers_of_parameters() {
    let with = |width, layers| TokenMlp { vocabulary: 50_257, sequence: 64, width, layers, dropout: 0.1 };
    assert_eq!(with(32, 2).n_params(), 3_268_817);
    assert_eq!(with(64, 4).n_params(), 6_499_793);
    // 6 T (Ld² + dV)
    assert_eq!(small().flops(5), 6.0 * 45.0 * (2.0 * 144.0 + 12.0 * 37.0));
}

#[test]
fn a_place_of_the_token_mlp_sees_its_own_token_alone() {
    let net = small();
    let [tokens, mut targets] = samples(2, net.sequence, net.vocabulary);
    targets.iter_mut().for_each(|target| *target = 1 + *target % 36);
    let (parameters, mut fused) = (net.initial(2), FusedTokenMlp::new(&net, 1));
    let before = logit_differences(&parameters, &tokens, &targets, 2, &mut fused);
    let mut other = tokens.clone();
    other[4] = (other[4] + 1) % 37;
    let after = logit_differences(&parameters, &other, &targets, 2, &mut fused);
    for place in 0..net.sequence {
        assert_eq!((before[place] - after[place]).abs() > 1e-3, place == 4, "place {place}");
    }
}

#[test]
fn a_token_mlp_learns_a_successor_and_cannot_look_back() {
    let net = TokenMlp { vocabulary: 8, sequence: 10, width: 16, layers: 2, dropout: 0.0 };
    let [tokens, _] = samples(32, 10, 8);
    let successors: Vec<u32> = tokens.iter().map(|token| (token + 1) % 8).collect();
    let before_that = (0..tokens.len()).map(|i| tokens[i.saturating_sub(1)]).collect();
    let after = |targets| {
        let (samples, mut parameters) = ([tokens.clone(), targets], net.initial(1));
        trained(&mut parameters, &batch(&samples, 32, None), 100, FusedTokenMlp::new(&net, 2))[1]
    };
    let (successor, past) = (after(successors), after(before_that));
    assert!(successor < 0.05 && past > 1.8, "{successor} and {past}");
}

#[test]
fn sizes_that_make_no_sense_are_refused_in_a_sentence() {
    assert!(small().check().is_ok());
    let refused = |net: TokenMlp| net.check().unwrap_err().to_string();
    assert!(refused(TokenMlp { vocabulary: 0, ..small() }).contains("vocabulary = 0"));
    assert!(refused(TokenMlp { dropout: -0.1, ..small() }).contains("-0.1"));
}
