//! Gradients: fused against dfdx, and against slopes.

use crate::{FORMS, batch, parameters, relative, samples, small, variants};
use dfdx::prelude::Cpu;
use lawbook::net::batch::Batch;
use lawbook::net::resnet_bk::features::Features;
use lawbook::net::resnet_bk::fused::FusedResNetBk;
use lawbook::net::resnet_bk::plain::PlainResNetBk;
use lawbook::net::resnet_bk::{Gate, Mixing, PotentialGradient, ResNetBk};
use lawbook::net::{Architecture, Network};
use lawbook::ops::dropout::Dropout;
use lawbook::ops::resolvent::Form;
use lawbook::random::stream;
use rand::RngExt;

#[test]
fn the_fused_gradient_agrees_with_dfdx_tensor_by_tensor_for_every_way_of_cutting_the_batch() {
    for variant in variants() {
        for share in [0.0, 0.2] {
            let net = ResNetBk { dropout: share, ..variant.clone() };
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
                        assert!(difference < 1e-4, "{net:?} in {parts} parts: {name}: {difference}");
                    }
                }
                let (a, b) = (fused.evaluate(&parameters, &batch), plain.evaluate(&parameters, &batch));
                assert!((a.loss / b.loss - 1.0).abs() < 1e-5, "scoring leaves dropout out");
            }
        }
    }
}

#[test]
fn a_gradient_goes_to_what_is_trained_and_to_nothing_else() {
    for net in variants() {
        let silent = |name: &str| {
            let resolvent = ["potential", "back", "scale"].iter().any(|part| name.contains(part));
            (net.gate == Gate::Untrained && name.contains(".gate."))
                || (net.mixing == Mixing::Off && resolvent)
        };
        let (tokens, targets) = samples(&net, 4);
        let mut gradient = vec![f32::NAN; net.n_params()];
        FusedResNetBk::new(&net, 2).gradient(&parameters(&net), &batch(&tokens, &targets, 4), &mut gradient);
        for tensor in net.layout().tensors() {
            let none = gradient[tensor.range.clone()].iter().all(|&g| g == 0.0);
            assert_eq!(none, silent(&tensor.name), "{net:?}: {}", tensor.name);
        }
    }
}

#[test]
fn the_fused_gradient_is_the_slope_of_the_loss() {
    // The scores hold no load-balancing loss, and the blended gradient is no slope.
    let modes = FORMS.map(|form| {
        let gate = Gate::Trained { balance: 0.0 };
        let [off, trained] =
            [Mixing::Off, Mixing::Resolvent].map(|mixing| ResNetBk { mixing, gate, ..small(form) });
        [small(form), off, trained]
    });
    for mode in modes.into_iter().flatten() {
        let net = ResNetBk { vocabulary: 9, sequence: 6, width: 4, experts: 2, ..mode };
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
                fused.evaluate(&parameters, &batch).loss / targets.len() as f64
            };
            *slope = ((at(1e-3) - at(-1e-3)) / 2e-3) as f32;
            parameters[i] = start;
        }
        let (mut agree, mut all) = (0, 0);
        let learned = |name: &str| net.gate != Gate::Untrained || !name.contains(".gate.");
        let resolvent = |name: &str| ["potential", "back", "scale"].iter().any(|part| name.contains(part));
        let learned = |name: &str| learned(name) && (net.mixing == Mixing::Resolvent || !resolvent(name));
        for tensor in net.layout().tensors().iter().filter(|tensor| learned(&tensor.name)) {
            let (slopes, gradient) = (&slopes[tensor.range.clone()], &gradient[tensor.range.clone()]);
            let largest = gradient.iter().fold(0f32, |m, g| m.max(g.abs()));
            agree += slopes.iter().zip(gradient).filter(|(s, g)| (*s - *g).abs() < 0.02 * largest).count();
            all += gradient.len();
        }
        // A step across a ReLU's corner, a clamp or to another expert has no slope to agree with.
        assert!(agree * 100 >= 98 * all, "{net:?}: {agree} of {all}");
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
    let positions = net.laid_out().1.positions;
    let (used, unused) = found[positions].split_at(7 * net.width);
    assert!(used.iter().all(|&g| g != 0.0) && unused.iter().all(|&g| g == 0.0));
}

/// Mean cosine between the exact gradient and another one, for 128 places with random potentials and
/// gradients.
fn cosine(other: PotentialGradient) -> f64 {
    let mut random = stream(8, "potentials", 0);
    let n = 50;
    let one = |_| {
        let potential: Vec<f32> = (0..128).map(|_| 6.0 * random.random::<f32>() - 3.0).collect();
        let upper: Vec<f32> = (0..256).map(|_| 2.0 * random.random::<f32>() - 1.0).collect();
        let [exact, other] = [PotentialGradient::Exact, other].map(|gradient| {
            let mut slope = vec![0.0; 128];
            Features::new(Form::Bidirectional, gradient).backward(&mut slope, &potential, &upper);
            slope
        });
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
        dot(&exact, &other) / (dot(&exact, &exact) * dot(&other, &other)).sqrt()
    };
    (0..n).map(one).sum::<f64>() / f64::from(n)
}

#[test]
fn the_originals_gradient_points_elsewhere_than_the_exact_one() {
    assert!((cosine(PotentialGradient::Exact) - 1.0).abs() < 1e-6);
    let [blended, without] = [0.5, 0.0].map(|share| cosine(PotentialGradient::Blended { share }));
    assert!((0.2..0.45).contains(&blended) && without.abs() < 0.15, "{blended} and {without}");
}
