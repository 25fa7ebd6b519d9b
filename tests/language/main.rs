//! The language models of original 000: fused forms against their dfdx twins, finite differences and exact
//! counts.

mod token_mlp;
mod transformer;

use lawbook::net::Network;
use lawbook::net::batch::{Batch, Inputs, Targets};
use lawbook::net::layout::Layout;
use lawbook::ops::dropout::Dropout;
use lawbook::optim::{Moments, Optimizer, Update};
use lawbook::random::stream;
use rand::RngExt;

/// Random tokens and random next tokens, `rows × sequence`.
fn samples(rows: usize, sequence: usize, vocabulary: usize) -> [Vec<u32>; 2] {
    let mut random = stream(7, "test batch", 0);
    let mut tokens = || (0..rows * sequence).map(|_| random.random_range(0..vocabulary as u32)).collect();
    [tokens(), tokens()]
}

fn batch<'a>([tokens, targets]: &'a [Vec<u32>; 2], rows: usize, dropout: Option<Dropout>) -> Batch<'a> {
    Batch { inputs: Inputs::Tokens(tokens), targets: Targets::Classes(targets), rows, dropout }
}

/// Parameters far from where training begins, so that every tensor matters: uniform in ±0.5.
fn scattered(n_params: usize) -> Vec<f32> {
    let mut random = stream(11, "test parameters", 0);
    (0..n_params).map(|_| random.random::<f32>() - 0.5).collect()
}

/// Largest difference of each tensor relative to its largest value, and the tensor where that is worst.
fn worst_tensor(layout: &Layout, expected: &[f32], found: &[f32]) -> (f32, String) {
    let apart = layout.tensors().iter().map(|tensor| {
        let (expected, found) = (&expected[tensor.range.clone()], &found[tensor.range.clone()]);
        let scale = expected.iter().fold(0f32, |max, x| max.max(x.abs()));
        let apart = expected
            .iter()
            .zip(found)
            .map(|(a, b)| (a - b).abs())
            .fold(0f32, |max, x| if x > max || x.is_nan() { x } else { max });
        (apart / scale, tensor.name.clone())
    });
    apart.max_by(|a, b| a.0.total_cmp(&b.0)).expect("a network has tensors")
}

/// Asserts that a fused form, for every way of cutting the batch, agrees with its twin.
fn assert_agreement<N: Network>(
    layout: &Layout,
    parameters: &[f32],
    batch: &Batch,
    mut plain: impl Network,
    fused: impl Fn(usize) -> N,
) {
    let mut expected = vec![0.0; layout.n_params()];
    let expected_score = plain.gradient(parameters, batch, &mut expected);
    for parts in [1, 2, 3] {
        let mut net = fused(parts);
        // Twice: what the first step left in the work space must not matter to the second.
        for _ in 0..2 {
            let mut found = vec![f32::NAN; layout.n_params()];
            let score = net.gradient(parameters, batch, &mut found);
            let (apart, name) = worst_tensor(layout, &expected, &found);
            assert!(apart < 1e-4, "{name} in {parts} parts: {apart}");
            assert!((score.loss / expected_score.loss - 1.0).abs() < 1e-5);
            assert_eq!(score.correct, expected_score.correct);
        }
        let (found, expected) = (net.evaluate(parameters, batch), plain.evaluate(parameters, batch));
        assert!((found.loss / expected.loss - 1.0).abs() < 1e-5, "scores without learning");
    }
}

/// Asserts that a network's gradient is the slope of its mean loss, tensor by tensor.
fn assert_slopes(layout: &Layout, parameters: &[f32], batch: &Batch, mut net: impl Network) {
    let mut gradient = vec![0.0; layout.n_params()];
    net.gradient(parameters, batch, &mut gradient);
    let mut slopes = gradient.clone();
    for (i, slope) in slopes.iter_mut().enumerate() {
        let mut at = |step: f32| {
            let mut moved = parameters.to_vec();
            moved[i] += step;
            net.evaluate(&moved, batch).loss / batch.n_targets() as f64
        };
        *slope = ((at(4e-3) - at(-4e-3)) / 8e-3) as f32;
    }
    let (apart, name) = worst_tensor(layout, &slopes, &gradient);
    assert!(apart < 1e-2, "{name}: {apart}");
}

/// The loss per token before training, and after `steps` steps of Adam.
fn trained(parameters: &mut [f32], batch: &Batch, steps: u64, mut net: impl Network) -> [f64; 2] {
    let mut gradient = Vec::new();
    let mut moments = Moments::zero(parameters.len());
    let before = net.evaluate(parameters, batch).loss;
    for step in 1..=steps {
        let update = Update { optimizer: Optimizer::adam(1e-2), lr_factor: 1.0, t: step, clip_norm: None };
        net.train_step(parameters, &mut moments, &mut gradient, batch, &update);
    }
    [before, net.evaluate(parameters, batch).loss].map(|loss| loss / batch.n_targets() as f64)
}

/// For each place of the first row, how much more its target costs than word 0: the difference of two
/// logits there, seen through the scores alone.
fn logit_differences(
    parameters: &[f32],
    tokens: &[u32],
    targets: &[u32],
    rows: usize,
    net: &mut impl Network,
) -> Vec<f64> {
    let mut loss = |targets: &[u32]| {
        let batch =
            Batch { inputs: Inputs::Tokens(tokens), targets: Targets::Classes(targets), rows, dropout: None };
        net.evaluate(parameters, &batch).loss
    };
    let cost = loss(targets);
    let places = 0..targets.len() / rows;
    let difference = |place: usize| {
        let mut other = targets.to_vec();
        other[place] = 0;
        cost - loss(&other)
    };
    places.map(difference).collect()
}
