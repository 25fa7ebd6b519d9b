//! Optimizers against hand-worked steps and dfdx's own; schedules; clipping.

use dfdx::optim::{Adam, AdamConfig, Momentum, Sgd, SgdConfig, WeightDecay};
use dfdx::prelude::*;
use lawbook::optim::{Moments, Optimizer, Schedule, Update, clip};

/// Minimizes Σ (p - target)² for some steps with ours; returns the parameters.
fn ours(optimizer: Optimizer, steps: u64) -> Vec<f32> {
    let mut parameters = vec![1.0f32, -2.0, 0.5];
    let mut moments = Moments::zero(3);
    for t in 1..=steps {
        let gradient: Vec<f32> =
            parameters.iter().zip([3.0, 0.0, 0.5]).map(|(p, target)| 2.0 * (p - target)).collect();
        let update = Update { optimizer, lr_factor: 1.0, t, clip_norm: None };
        moments.apply_update(&update, &mut parameters, &gradient);
    }
    parameters
}

/// The same with an optimizer of dfdx.
fn theirs<O: dfdx::optim::Optimizer<Tensor<Rank1<3>, f32, Cpu>, Cpu, f32>>(
    mut optimizer: O,
    steps: u64,
) -> Vec<f32> {
    let device = Cpu::default();
    let mut parameters = device.tensor([1.0f32, -2.0, 0.5]);
    let target = device.tensor([3.0f32, 0.0, 0.5]);
    for _ in 0..steps {
        let loss = (parameters.leaky_trace() - target.clone()).square().sum::<Rank0, _>();
        let gradients = loss.backward();
        optimizer.update(&mut parameters, &gradients).unwrap();
    }
    parameters.as_vec()
}

fn close(a: &[f32], b: &[f32]) {
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 2e-5 * a.abs().max(1.0)), "{a:?} against {b:?}");
}

#[test]
fn adam_adamw_and_sgd_follow_dfdx_for_a_hundred_steps() {
    let device = Cpu::default();
    let model = device.tensor([0.0f32; 3]);
    let adam = |weight_decay| AdamConfig { lr: 0.05, betas: [0.9, 0.999], eps: 1e-8, weight_decay };
    close(&ours(Optimizer::adam(0.05), 100), &theirs(Adam::new(&model, adam(None)), 100));
    let Optimizer::Adam { learning_rate, beta1, beta2, epsilon, .. } = Optimizer::adam(0.05) else {
        unreachable!()
    };
    let coupled = Optimizer::Adam { learning_rate, beta1, beta2, epsilon, weight_decay: 0.1 };
    close(&ours(coupled, 100), &theirs(Adam::new(&model, adam(Some(WeightDecay::L2(0.1)))), 100));
    let decoupled = theirs(Adam::new(&model, adam(Some(WeightDecay::Decoupled(0.1)))), 100);
    close(&ours(Optimizer::adamw(0.05, 0.1), 100), &decoupled);
    let sgd = SgdConfig {
        lr: 0.01,
        momentum: Some(Momentum::Classic(0.9)),
        weight_decay: Some(WeightDecay::L2(0.1)),
    };
    let ours_sgd = Optimizer::Sgd { learning_rate: 0.01, momentum: 0.9, weight_decay: 0.1 };
    close(&ours(ours_sgd, 100), &theirs(Sgd::new(&model, sgd), 100));
}

#[test]
fn the_first_step_of_adam_has_the_length_of_the_learning_rate() {
    // m / √v = g / |g| at t = 1 (Kingma & Ba 2015, §2.1).
    let moved = ours(Optimizer::adam(0.01), 1);
    assert!((moved[0] - 1.01).abs() < 1e-6 && (moved[1] + 1.99).abs() < 1e-6, "{moved:?}");
}

#[test]
fn a_cosine_begins_at_one_passes_the_middle_and_ends_at_its_floor() {
    let cosine = Schedule::Cosine { floor: 0.1 };
    assert_eq!(cosine.lr_factor(1, 1000), 1.0);
    assert!((cosine.lr_factor(501, 1000) - 0.55).abs() < 1e-12);
    assert!((cosine.lr_factor(1000, 1000) - 0.1).abs() < 1e-5);
    assert!((1..1000).all(|t| cosine.lr_factor(t + 1, 1000) < cosine.lr_factor(t, 1000)));
}

#[test]
fn clipping_shortens_long_gradients_and_leaves_short_ones() {
    let mut long = vec![3.0f64, 4.0];
    assert_eq!(clip(&mut long, 1.0), 5.0);
    assert!((long[0] - 0.6).abs() < 1e-6 && (long[1] - 0.8).abs() < 1e-6);
    let mut short = vec![0.3f32, 0.4];
    clip(&mut short, 1.0);
    assert_eq!(short, [0.3, 0.4]);
}
