//! Parameters, operations, sizes, JSON.

use crate::{published, small, variants};
use lawbook::net::Architecture;
use lawbook::net::resnet_bk::{Gate, PotentialGradient, ResNetBk};
use lawbook::net::shape::Net;
use lawbook::net::transformer::Transformer;
use lawbook::ops::resolvent::Form;

#[test]
fn all_sixteen_networks_of_the_study_have_their_exact_numbers_of_parameters() {
    let rows = [
        (64, [4_146_120, 4_413_920, 4_681_720, 4_949_520]),
        (128, [8_786_504, 9_846_368, 10_906_232, 11_966_096]),
        (256, [19_640_136, 23_856_992, 28_073_848, 32_290_704]),
        (512, [47_638_856, 64_461_152, 81_283_448, 98_105_744]),
    ];
    for (width, counts) in rows {
        for (layers, n_params) in [4, 8, 12, 16].into_iter().zip(counts) {
            assert_eq!(published(width, layers).n_params(), n_params, "width {width}, {layers} layers");
        }
    }
}

#[test]
fn operations_are_counted_as_in_the_study() {
    let net = published(64, 4);
    assert_eq!(net.original_forward_flops(32), 16_287_760_384.0);
    assert_eq!(net.original_backward_flops(32), 32_568_016_896.0);
    assert_eq!(net.original_optimizer_flops(), 62_191_800.0);
    // The matrix products alone, forward and twice backward, but for the gate once: 0.07 % less than the original counts.
    let of_a_token = 64.0 * 30_000.0 + 4.0 * (4.0 * 64.0 * 64.0 + 64.0 * 4.0 / 3.0 + 3.0 * 64.0);
    assert!((net.flops(32) / (6.0 * 4096.0 * of_a_token) - 1.0).abs() < 1e-12, "{}", net.flops(32));
}

#[test]
fn sizes_that_make_no_sense_are_named() {
    assert!(published(64, 4).check().is_ok());
    let wrong = ResNetBk { experts: 0, ..published(64, 4) };
    assert!(wrong.check().unwrap_err().to_string().contains("experts"));
    for dropout in [1.0, -0.1, f32::NAN] {
        let wrong = ResNetBk { dropout, ..published(64, 4) };
        assert!(wrong.check().unwrap_err().to_string().contains("dropout"));
    }
    for weight in [-0.1, f32::NAN, f32::INFINITY] {
        let wrong = ResNetBk { gate: Gate::Trained { balance: weight }, ..published(64, 4) };
        assert!(wrong.check().unwrap_err().to_string().contains("load-balancing"));
        let wrong = PotentialGradient::Blended { share: weight };
        let wrong = ResNetBk { potential_gradient: wrong, ..published(64, 4) };
        assert!(wrong.check().unwrap_err().to_string().contains("blended"));
    }
}

#[test]
fn pairs_of_networks_of_like_parameters_without_embeddings_are_those_of_the_claims() {
    let count = |width, layers| Net::ResNetBk(published(width, layers)).n_non_embedding();
    assert_eq!((count(64, 16), count(128, 4)), (1_071_328, 1_060_120));
    assert_eq!((count(128, 16), count(256, 4)), (4_239_712, 4_217_368));
    assert_eq!((count(256, 16), count(512, 4)), (16_867_936, 16_823_320));
    // One of four experts: 3 (4d² + 3d) a block less.
    let net = Net::ResNetBk(published(64, 4));
    assert_eq!(net.n_active(), 4_146_120 - 4 * 3 * (4 * 64 * 64 + 3 * 64));
}

#[test]
fn a_transformer_of_the_same_width_depth_and_words_has_the_same_number_of_parameters_within_one_percent() {
    for width in [64, 128, 256, 512] {
        for layers in [4, 8, 12, 16] {
            let bk = published(width, layers);
            let net = Transformer::new(bk.vocabulary, bk.sequence, width, layers, width / 32);
            let net = Transformer { head_bias: true, ..net }.with_n_params(bk.n_params());
            assert!(net.check().is_ok() && net.hidden().is_multiple_of(16));
            let [found, wanted] = [net.n_params(), bk.n_params()].map(|n| n as f64);
            assert!((found / wanted - 1.0).abs() < 0.003, "{width}, {layers}: {found} for {wanted}");
            let both = [Net::Transformer(net), Net::ResNetBk(bk)];
            let [found, wanted] = both.map(|net| net.n_non_embedding() as f64);
            assert!((found / wanted - 1.0).abs() < 0.01, "{width}, {layers}: {found} for {wanted}");
        }
    }
}

#[test]
fn a_shape_survives_json_and_says_nothing_of_what_it_does_as_the_original() {
    for net in variants() {
        let json = serde_json::to_string(&net).unwrap();
        assert_eq!(serde_json::from_str::<ResNetBk>(&json).unwrap(), net, "{json}");
    }
    let json = serde_json::to_string(&small(Form::Causal)).unwrap();
    assert_eq!(
        json,
        r#"{"vocabulary":50,"sequence":12,"width":10,"layers":2,"experts":3,"dropout":0.0,"form":"Causal"}"#
    );
    let json = serde_json::to_string(&Transformer::new(50, 12, 10, 2, 5)).unwrap();
    assert_eq!(json, r#"{"vocabulary":50,"sequence":12,"width":10,"layers":2,"heads":5,"dropout":0.1}"#);
}
