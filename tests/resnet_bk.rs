//! ResNet-BK: the fused network against its dfdx twin, slopes, exact counts, and who sees what.

use dfdx::prelude::Cpu;
use lawbook::net::Network;
use lawbook::net::batch::{Batch, Inputs, Targets};
use lawbook::net::resnet_bk::ResNetBk;
use lawbook::net::resnet_bk::features::Features;
use lawbook::net::resnet_bk::fused::FusedResNetBk;
use lawbook::net::resnet_bk::plain::PlainResNetBk;
use lawbook::ops::adam::Adam;
use lawbook::ops::dropout::Dropout;
use lawbook::ops::resolvent::Form;
use lawbook::random::stream;
use rand::RngExt;

const FORMS: [Form; 2] = [Form::Bidirectional, Form::Causal];

fn small(form: Form) -> ResNetBk {
    ResNetBk { vocabulary: 50, sequence: 12, width: 10, layers: 2, experts: 3, dropout: 0.0, form }
}

/// The study's network of this width and depth.
fn published(width: usize, layers: usize) -> ResNetBk {
    let form = Form::Bidirectional;
    ResNetBk { vocabulary: 30_000, sequence: 128, width, layers, experts: 4, dropout: 0.1, form }
}

fn samples(net: &ResNetBk, rows: usize) -> (Vec<u32>, Vec<u32>) {
    let mut random = stream(3, "test tokens", 0);
    let mut tokens =
        || (0..rows * net.sequence).map(|_| random.random_range(0..net.vocabulary as u32)).collect();
    (tokens(), tokens())
}

fn batch<'a>(tokens: &'a [u32], targets: &'a [u32], rows: usize) -> Batch<'a> {
    Batch { inputs: Inputs::Tokens(tokens), targets: Targets::Classes(targets), rows, dropout: None }
}

/// Parameters that are nowhere at a special value: gains, shifts and scales moved away from 1 and 0,
/// and potentials so large that some are clamped.
fn parameters(net: &ResNetBk) -> Vec<f32> {
    let mut parameters = net.initial(1);
    let mut random = stream(9, "moved", 0);
    for tensor in net.layout().tensors() {
        let size = if tensor.name.ends_with("potential.weight") { 6.0 } else { 0.3 };
        for p in &mut parameters[tensor.range.clone()] {
            *p += size * (2.0 * random.random::<f32>() - 1.0);
        }
    }
    parameters
}

/// Largest difference relative to the largest value.
fn relative(a: &[f32], b: &[f32]) -> f32 {
    let scale = a.iter().fold(0f32, |m, x| m.max(x.abs()));
    let difference = a.iter().zip(b).fold(0f32, |m, (a, b)| m.max((a - b).abs()));
    if difference == 0.0 { 0.0 } else { difference / scale }
}

#[test]
fn the_fused_gradient_agrees_with_dfdx_tensor_by_tensor_for_every_way_of_cutting_the_batch() {
    for form in FORMS {
        for share in [0.0, 0.2] {
            let net = ResNetBk { dropout: share, ..small(form) };
            let (tokens, targets) = samples(&net, 5);
            let batch = Batch { dropout: Some(Dropout::new(1, 2)), ..batch(&tokens, &targets, 5) };
            let parameters = parameters(&net);
            let mut expected = vec![f32::NAN; net.n_params()];
            let mut plain = PlainResNetBk::new(Cpu::default(), &net);
            let expected_score = plain.gradient(&parameters, &batch, &mut expected);
            for parts in [1, 2, 3] {
                let mut fused = FusedResNetBk::new(&net, parts);
                let mut found = vec![f32::NAN; net.n_params()];
                for _ in 0..2 {
                    // The second time on work space that is already full.
                    let score = fused.gradient(&parameters, &batch, &mut found);
                    assert!((score.loss / expected_score.loss - 1.0).abs() < 1e-5);
                    assert_eq!(score.correct, expected_score.correct);
                    for tensor in net.layout().tensors() {
                        let difference =
                            relative(&expected[tensor.range.clone()], &found[tensor.range.clone()]);
                        let name = &tensor.name;
                        assert!(difference < 1e-4, "{form:?}, {share}, {parts} parts: {name}: {difference}");
                    }
                }
                let (a, b) = (fused.score(&parameters, &batch), plain.score(&parameters, &batch));
                assert!((a.loss / b.loss - 1.0).abs() < 1e-5, "scoring leaves dropout out");
            }
        }
    }
}

#[test]
fn the_gate_alone_gets_no_gradient() {
    let net = small(Form::Causal);
    let (tokens, targets) = samples(&net, 4);
    let mut gradient = vec![f32::NAN; net.n_params()];
    FusedResNetBk::new(&net, 2).gradient(&parameters(&net), &batch(&tokens, &targets, 4), &mut gradient);
    for tensor in net.layout().tensors() {
        let silent = gradient[tensor.range.clone()].iter().all(|&g| g == 0.0);
        assert_eq!(silent, tensor.name.contains(".gate."), "{}", tensor.name);
    }
}

#[test]
fn the_fused_gradient_is_the_slope_of_the_loss() {
    for form in FORMS {
        let net = ResNetBk { vocabulary: 9, sequence: 6, width: 4, experts: 2, ..small(form) };
        let (tokens, targets) = samples(&net, 3);
        let batch = batch(&tokens, &targets, 3);
        let mut parameters = parameters(&net);
        let mut fused = FusedResNetBk::new(&net, 2);
        let mut gradient = vec![0.0; net.n_params()];
        fused.gradient(&parameters, &batch, &mut gradient);
        let mut slopes = gradient.clone();
        for (i, slope) in slopes.iter_mut().enumerate() {
            let start = parameters[i];
            let mut at = |step: f32| {
                parameters[i] = start + step;
                fused.score(&parameters, &batch).loss / targets.len() as f64
            };
            *slope = ((at(1e-3) - at(-1e-3)) / 2e-3) as f32;
            parameters[i] = start;
        }
        let (mut agree, mut all) = (0, 0);
        for tensor in net.layout().tensors().iter().filter(|tensor| !tensor.name.contains(".gate.")) {
            let (slopes, gradient) = (&slopes[tensor.range.clone()], &gradient[tensor.range.clone()]);
            let largest = gradient.iter().fold(0f32, |m, g| m.max(g.abs()));
            agree += slopes.iter().zip(gradient).filter(|(s, g)| (*s - *g).abs() < 0.02 * largest).count();
            all += gradient.len();
        }
        // A step across a ReLU's corner, a clamp or to another expert has no slope to agree with.
        assert!(agree * 100 >= 98 * all, "{form:?}: {agree} of {all}");
    }
}

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
    assert_eq!(net.flops_forward(32), 16_287_760_384.0);
    assert_eq!(net.flops_backward(32), 32_568_016_896.0);
    assert_eq!(net.flops(32), 48_917_969_080.0);
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
}

/// By how much the logits at the first `t` places move when the tokens after them are other ones.
fn leak(form: Form, t: usize) -> (f32, f64) {
    let net = small(form);
    let (tokens, targets) = samples(&net, 1);
    let mut other = tokens.clone();
    other[t..].iter_mut().for_each(|token| *token = (*token + 7) % net.vocabulary as u32);
    let parameters = parameters(&net);
    let plain = PlainResNetBk::new(Cpu::default(), &net);
    let logits = |tokens: &[u32]| plain.logits(&parameters, &batch(tokens, &targets, 1));
    let early = t * net.vocabulary;
    let plain_leak = relative(&logits(&tokens)[..early], &logits(&other)[..early]);
    // The fused form shows losses, not logits; a difference of targets at early places shows early logits.
    let mut elsewhere = targets.clone();
    elsewhere[..t].iter_mut().for_each(|y| *y = (*y + 1) % net.vocabulary as u32);
    let mut fused = FusedResNetBk::new(&net, 1);
    let mut early = |tokens: &[u32]| {
        let mut loss = |targets: &[u32]| fused.score(&parameters, &batch(tokens, targets, 1)).loss;
        loss(&targets) - loss(&elsewhere)
    };
    (plain_leak, (early(&tokens) - early(&other)).abs())
}

#[test]
fn the_causal_form_does_not_see_tokens_to_come() {
    for t in [1, 5, 11] {
        let (plain, fused) = leak(Form::Causal, t);
        assert_eq!(plain, 0.0, "{t}");
        assert!(fused < 1e-9, "{t}: {fused}");
    }
}

#[test]
fn the_form_of_the_study_sees_the_tokens_it_must_predict() {
    let (plain, fused) = leak(Form::Bidirectional, 5);
    assert!(plain > 1e-4 && fused > 1e-4, "{plain}, {fused}");
}

#[test]
fn features_stay_within_their_bounds_for_the_largest_potentials() {
    let mut random = stream(6, "potential", 0);
    let potential: Vec<f32> = (0..512).map(|_| if random.random::<bool>() { 3.0 } else { -3.0 }).collect();
    for form in FORMS {
        let mut features = vec![0.0; 1024];
        Features::new(form).forward(&mut features, &potential);
        for g in features.chunks_exact(2) {
            assert!(g[0].hypot(g[1]) <= 1.0 && g[1] > 0.0, "{form:?}: {g:?}");
        }
    }
}

#[test]
fn sequences_shorter_than_the_longest_are_taken() {
    let net = small(Form::Bidirectional);
    let parameters = parameters(&net);
    let (tokens, targets) = samples(&ResNetBk { sequence: 7, ..net.clone() }, 4);
    let batch = batch(&tokens, &targets, 4);
    let (mut expected, mut found) = (vec![0.0; net.n_params()], vec![0.0; net.n_params()]);
    PlainResNetBk::new(Cpu::default(), &net).gradient(&parameters, &batch, &mut expected);
    FusedResNetBk::new(&net, 3).gradient(&parameters, &batch, &mut found);
    assert!(relative(&expected, &found) < 1e-4, "{}", relative(&expected, &found));
    let positions = net.places().1.positions;
    let (used, unused) = found[positions].split_at(7 * net.width);
    assert!(used.iter().all(|&g| g != 0.0) && unused.iter().all(|&g| g == 0.0));
}

#[test]
fn counting_in_fives_is_learned() {
    let net = ResNetBk { vocabulary: 12, dropout: 0.1, width: 16, ..small(Form::Causal) };
    let mut random = stream(4, "starts", 0);
    let mut sequence = || {
        let start: u32 = random.random_range(0..12);
        (0..=net.sequence as u32).map(|i| (start + i * 5) % 12).collect::<Vec<u32>>()
    };
    let mut fused = FusedResNetBk::new(&net, 2);
    let mut parameters = net.initial(1);
    let mut gradient = vec![0.0; net.n_params()];
    let (mut m, mut v) = (gradient.clone(), gradient.clone());
    let adam = Adam {
        learning_rate: 1e-2,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        coupled_decay: 0.0,
        decoupled_decay: 0.0,
    };
    let mut losses = Vec::new();
    for step in 1..=60 {
        let rows: Vec<Vec<u32>> = (0..8).map(|_| sequence()).collect();
        let tokens: Vec<u32> = rows.iter().flat_map(|row| row[..net.sequence].to_vec()).collect();
        let targets: Vec<u32> = rows.iter().flat_map(|row| row[1..].to_vec()).collect();
        let batch = Batch { dropout: Some(Dropout::new(1, step)), ..batch(&tokens, &targets, 8) };
        losses.push(fused.gradient(&parameters, &batch, &mut gradient).loss / targets.len() as f64);
        adam.step(step, &mut parameters, &gradient, &mut m, &mut v);
    }
    assert!(losses[0] > 2.0 && losses[59] < 0.5, "{} to {}", losses[0], losses[59]);
}
