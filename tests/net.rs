//! The fused network against its dfdx twin, finite differences and exact counts.

use lawbook::net::batch::{Batch, Inputs, Targets};
use lawbook::net::mlp::fused::FusedMlp;
use lawbook::net::mlp::plain::PlainMlp;
use lawbook::net::mlp::{InitScale, Mlp};
use lawbook::net::network::train_step_at_once;
use lawbook::net::{Architecture, Network};
use lawbook::ops::loss::Loss;
use lawbook::optim::{Moments, Optimizer, Update};
use lawbook::random::stream;
use rand::RngExt;

fn samples(mlp: &Mlp, rows: usize) -> (Vec<f32>, Vec<u32>) {
    let mut random = stream(7, "test batch", 0);
    let inputs = (0..rows * mlp.inputs()).map(|_| 2.0 * random.random::<f32>() - 1.0).collect();
    let labels = (0..rows).map(|_| random.random_range(0..mlp.classes() as u32)).collect();
    (inputs, labels)
}

fn batch<'a>(inputs: &'a [f32], labels: &'a [u32]) -> Batch<'a> {
    Batch {
        inputs: Inputs::Values(inputs),
        targets: Targets::Classes(labels),
        rows: labels.len(),
        dropout: None,
    }
}

/// Largest difference relative to the largest value.
fn relative(a: &[f32], b: &[f32]) -> f32 {
    let scale = a.iter().fold(0f32, |m, x| m.max(x.abs()));
    a.iter().zip(b).fold(0f32, |m, (a, b)| m.max((a - b).abs())) / scale
}

#[test]
fn the_fused_gradient_agrees_with_dfdx_for_every_way_of_cutting_the_work() {
    for (sizes, loss) in [
        (&[784, 96, 64, 10][..], Loss::CrossEntropy),
        (&[784, 96, 64, 10], Loss::SquaredError),
        (&[5, 3], Loss::CrossEntropy),
        (&[20, 33, 17, 9, 4], Loss::SquaredError),
    ] {
        let mlp = Mlp::new(sizes);
        let (inputs, labels) = samples(&mlp, 50);
        let parameters = mlp.initial(1);
        let mut expected = vec![0.0; mlp.n_params()];
        let expected_score = PlainMlp::new(dfdx::tensor::Cpu::default(), &mlp, loss).gradient(
            &parameters,
            &batch(&inputs, &labels),
            &mut expected,
        );
        for parts in [1, 2, 3, 7] {
            let mut found = vec![f32::NAN; mlp.n_params()];
            let score =
                FusedMlp::new(&mlp, loss, parts).gradient(&parameters, &batch(&inputs, &labels), &mut found);
            assert!(
                relative(&expected, &found) < 1e-4,
                "{sizes:?} in {parts} parts: {}",
                relative(&expected, &found)
            );
            assert!((score.loss / expected_score.loss - 1.0).abs() < 1e-5);
            assert_eq!(score.correct, expected_score.correct);
            let scored = FusedMlp::new(&mlp, loss, parts).evaluate(&parameters, &batch(&inputs, &labels));
            assert_eq!(scored, score);
        }
    }
}

#[test]
fn a_regression_agrees_with_dfdx_and_its_gradient_is_the_slope_of_the_loss() {
    for sizes in [&[1, 24, 16, 1][..], &[3, 10, 2]] {
        let mlp = Mlp::new(sizes);
        let (inputs, _) = samples(&mlp, 21);
        let values: Vec<f32> = (0..21 * mlp.classes()).map(|i| (i as f32).sin()).collect();
        let (inputs, targets) = (Inputs::Values(&inputs), Targets::Values(&values));
        let batch = Batch { inputs, targets, rows: 21, dropout: None };
        let parameters = mlp.initial(6);
        let mut expected = vec![0.0; mlp.n_params()];
        let cpu = dfdx::tensor::Cpu::default();
        let score = PlainMlp::new(cpu, &mlp, Loss::SquaredError).gradient(&parameters, &batch, &mut expected);
        for parts in [1, 3] {
            let mut net = FusedMlp::<f32>::new(&mlp, Loss::SquaredError, parts);
            let mut found = vec![f32::NAN; mlp.n_params()];
            let fused = net.gradient(&parameters, &batch, &mut found);
            assert!(relative(&expected, &found) < 1e-4, "{sizes:?} in {parts} parts");
            assert!((fused.loss / score.loss - 1.0).abs() < 1e-5);
            assert!((fused.absolute / score.absolute - 1.0).abs() < 1e-5);
        }
        let wide: Vec<f64> = parameters.iter().map(|&p| f64::from(p)).collect();
        let mut net = FusedMlp::<f64>::new(&mlp, Loss::SquaredError, 1);
        let mut gradient = vec![0.0; wide.len()];
        net.gradient(&wide, &batch, &mut gradient);
        for i in 0..wide.len() {
            let mut at = |step: f64| {
                let mut moved = wide.clone();
                moved[i] += step;
                net.evaluate(&moved, &batch).loss / 21.0
            };
            let slope = (at(1e-6) - at(-1e-6)) / 2e-6;
            assert!((slope - gradient[i]).abs() < 1e-6, "{sizes:?}, parameter {i}: {slope}, {}", gradient[i]);
        }
    }
}

#[test]
fn the_fused_gradient_is_the_slope_of_the_loss() {
    let mlp = Mlp::new(&[6, 8, 5, 3]);
    let (inputs, labels) = samples(&mlp, 9);
    let parameters = mlp.initial(2);
    let mut net = FusedMlp::<f32>::new(&mlp, Loss::CrossEntropy, 2);
    let mut gradient = vec![0.0; mlp.n_params()];
    net.gradient(&parameters, &batch(&inputs, &labels), &mut gradient);
    let mut slopes = gradient.clone();
    for (i, slope) in slopes.iter_mut().enumerate() {
        let mut at = |step: f32| {
            let mut moved = parameters.clone();
            moved[i] += step;
            net.evaluate(&moved, &batch(&inputs, &labels)).loss / labels.len() as f64
        };
        *slope = ((at(2e-3) - at(-2e-3)) / 4e-3) as f32;
    }
    assert!(relative(&slopes, &gradient) < 5e-3, "{}", relative(&slopes, &gradient));
}

#[test]
fn moving_each_layer_as_soon_as_its_gradient_is_known_gives_the_same_bits_as_moving_all_at_the_end() {
    let mlp = Mlp::new(&[30, 41, 17, 10]);
    let (inputs, labels) = samples(&mlp, 25);
    for optimizer in [Optimizer::adamw(1e-3, 0.01), Optimizer::adam(1e-2)] {
        for blocks in [1, 2, 3] {
            let walk = |at_once: bool| {
                let mut net = FusedMlp::<f32>::new(&mlp, Loss::SquaredError, blocks);
                let mut parameters = mlp.initial(4);
                let (mut moments, mut space) = (Moments::zero(parameters.len()), Vec::new());
                let step = if at_once { train_step_at_once } else { FusedMlp::train_step };
                for t in 1..=5 {
                    let update = Update { optimizer, lr_factor: 0.5, t, clip_norm: None };
                    let batch = batch(&inputs, &labels);
                    step(&mut net, &mut parameters, &mut moments, &mut space, &batch, &update);
                }
                (parameters, moments)
            };
            assert_eq!(walk(true), walk(false), "{optimizer:?} in {blocks} blocks");
        }
    }
}

#[test]
fn the_mlps_of_the_studies_have_the_published_numbers_of_parameters() {
    // Original 003's own CSV for widths 32 to 2048; original 001 and 002 from their layer sizes.
    for (width, n_params) in [(32, 26_506), (128, 118_282), (512, 669_706), (2048, 5_824_522)] {
        assert_eq!(Mlp::new(&[784, width, width, 10]).n_params(), n_params);
    }
    assert_eq!(Mlp::new(&[1, 128, 128, 1]).n_params(), 16_897);
    let deep: Vec<usize> = [784].into_iter().chain([400; 11]).chain([10]).collect();
    assert_eq!(Mlp::new(&deep).n_params(), 1_922_010);
}

#[test]
fn initial_weights_fill_pytorchs_bounds_evenly() {
    let mlp = Mlp::new(&[784, 512, 10]);
    let parameters = mlp.initial(3);
    for layer in mlp.layers() {
        let bound = 1.0 / (layer.inputs as f64).sqrt();
        let weights = &parameters[layer.weights.clone()];
        let mean = weights.iter().map(|&w| f64::from(w)).sum::<f64>() / weights.len() as f64;
        let variance = weights.iter().map(|&w| f64::from(w).powi(2)).sum::<f64>() / weights.len() as f64;
        assert!(weights.iter().all(|&w| f64::from(w).abs() <= bound));
        assert!(mean.abs() < 0.05 * bound, "a uniform law on ±{bound} has mean 0, found {mean}");
        assert!(
            (variance / (bound * bound / 3.0) - 1.0).abs() < 0.03,
            "and variance bound²/3, found {variance}"
        );
    }
}

#[test]
fn single_and_double_precision_agree_to_single_precision() {
    let mlp = Mlp::new(&[30, 40, 20, 10]);
    let (inputs, labels) = samples(&mlp, 25);
    let single = mlp.initial(4);
    let double: Vec<f64> = single.iter().map(|&p| f64::from(p)).collect();
    let (mut a, mut b) = (vec![0f32; mlp.n_params()], vec![0f64; mlp.n_params()]);
    let score =
        FusedMlp::new(&mlp, Loss::SquaredError, 1).gradient(&single, &batch(&inputs, &labels), &mut a);
    let wide = FusedMlp::new(&mlp, Loss::SquaredError, 1).gradient(&double, &batch(&inputs, &labels), &mut b);
    assert!((score.loss / wide.loss - 1.0).abs() < 1e-6);
    let b: Vec<f32> = b.iter().map(|&g| g as f32).collect();
    assert!(relative(&b, &a) < 1e-5);
}

#[test]
fn a_scale_multiplies_weights_alone_or_biases_too() {
    let mlp = Mlp::new(&[7, 5, 3]);
    let [plain, weights, all] = [InitScale::None, InitScale::Weights(8.0), InitScale::All(8.0)]
        .map(|s| mlp.clone().with_scale(s).initial(5));
    for layer in mlp.layers() {
        for i in layer.weights.clone() {
            assert!(weights[i] == 8.0 * plain[i] && all[i] == 8.0 * plain[i]);
        }
        for i in layer.biases.clone() {
            assert!(weights[i] == plain[i] && all[i] == 8.0 * plain[i]);
        }
    }
}
