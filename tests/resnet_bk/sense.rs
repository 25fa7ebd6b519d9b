//! What a place sees, bounds, and learning.

use crate::{FORMS, batch, parameters, relative, samples, small, variants};
use dfdx::prelude::Cpu;
use lawbook::net::batch::Batch;
use lawbook::net::resnet_bk::features::Features;
use lawbook::net::resnet_bk::fused::FusedResNetBk;
use lawbook::net::resnet_bk::plain::PlainResNetBk;
use lawbook::net::resnet_bk::{Gate, Mixing, PotentialGradient, ResNetBk};
use lawbook::net::{Architecture, LanguageModel, Network};
use lawbook::ops::adam::Adam;
use lawbook::ops::dropout::Dropout;
use lawbook::ops::resolvent::Form;
use lawbook::random::stream;
use rand::RngExt;

/// By how much the logits at the first `t` places move when the tokens after them are other ones: in the
/// plain form and in the fused one.
fn leak(net: &ResNetBk, t: usize) -> [f32; 2] {
    let (tokens, targets) = samples(net, 1);
    let mut other = tokens.clone();
    other[t..].iter_mut().for_each(|token| *token = (*token + 7) % net.vocabulary as u32);
    let parameters = parameters(net);
    let plain = PlainResNetBk::new(Cpu::default(), net);
    let of_plain = |tokens: &[u32]| plain.logits(&parameters, &batch(tokens, &targets, 1));
    let early = ..t * net.vocabulary;
    let mut fused = FusedResNetBk::new(net, 1);
    let mut of_fused = |tokens: &[u32]| fused.logits(&parameters, tokens, 0..t);
    assert!(relative(&of_plain(&tokens)[early], &of_fused(&tokens)) < 1e-5, "both forms say the same");
    [
        relative(&of_plain(&tokens)[early], &of_plain(&other)[early]),
        relative(&of_fused(&tokens), &of_fused(&other)),
    ]
}

#[test]
fn the_causal_form_and_experts_alone_do_not_see_tokens_to_come() {
    for net in variants().iter().filter(|net| net.form == Form::Causal || net.mixing == Mixing::Off) {
        for t in [1, 5, 11] {
            let [plain, fused] = leak(net, t);
            // Which rows a product holds decides how an expert's sums are blocked, in the last bits.
            assert!(plain == 0.0 && fused < 1e-6, "{t}: {plain}, {fused}: {net:?}");
        }
    }
}

#[test]
fn the_form_of_the_original_sees_the_tokens_it_must_predict() {
    let [plain, fused] = leak(&small(Form::Bidirectional), 5);
    assert!(plain > 1e-4 && fused > 1e-4, "{plain}, {fused}");
}

#[test]
fn the_last_places_logits_are_those_of_the_sequence_that_ends_there() {
    let net = small(Form::Causal);
    let (parameters, (tokens, _)) = (parameters(&net), samples(&net, 1));
    let mut model = FusedResNetBk::new(&net, 2);
    let all = model.logits(&parameters, &tokens, 0..tokens.len());
    for n in 1..=tokens.len() {
        let last = model.logits(&parameters, &tokens[..n], n - 1..n);
        assert!(relative(&all[(n - 1) * net.vocabulary..][..net.vocabulary], &last) < 1e-5, "{n}");
    }
}

#[test]
fn a_trained_gate_that_must_balance_spreads_its_places_more_evenly() {
    // Every token is sent to the expert that the first weights favour; only the load-balancing loss changes that.
    let uneven = |balance: f32| {
        let net = ResNetBk { gate: Gate::Trained { balance }, width: 16, ..small(Form::Causal) };
        let (tokens, targets) = samples(&net, 16);
        let mut parameters = net.initial(1);
        for block in net.laid_out().1.blocks {
            parameters[block.gate.bias.start] = 1.0;
        }
        let (mut fused, batch) = (FusedResNetBk::new(&net, 2), batch(&tokens, &targets, 16));
        let mut gradient = vec![0.0; net.n_params()];
        for _ in 0..30 {
            fused.gradient(&parameters, &batch, &mut gradient);
            parameters.iter_mut().zip(&gradient).for_each(|(p, g)| *p -= 0.5 * g);
        }
        let load = fused.load(&parameters, &batch);
        assert!(load.iter().all(|block| block.iter().sum::<usize>() == tokens.len()));
        load.iter().map(|block| *block.iter().max().unwrap()).max().unwrap() as f64 / tokens.len() as f64
    };
    let (free, balanced) = (uneven(0.0), uneven(1.0));
    assert!(balanced < 0.5 && free > balanced + 0.2, "{free} and {balanced}");
}

#[test]
fn features_stay_within_their_bounds_for_the_largest_potentials() {
    let mut random = stream(6, "potential", 0);
    let potential: Vec<f32> = (0..512).map(|_| if random.random::<bool>() { 3.0 } else { -3.0 }).collect();
    for form in FORMS {
        let mut features = vec![0.0; 1024];
        Features::new(form, PotentialGradient::Exact).forward(&mut features, &potential);
        for g in features.chunks_exact(2) {
            assert!(g[0].hypot(g[1]) <= 1.0 && g[1] > 0.0, "{form:?}: {g:?}");
        }
    }
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
