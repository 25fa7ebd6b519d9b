//! ResNet-BK: the fused network against its dfdx twin, slopes, exact counts, and who sees what.

mod counts;
mod gradients;
mod sense;

use lawbook::net::Architecture;
use lawbook::net::batch::{Batch, Inputs, Targets};
use lawbook::net::resnet_bk::{Gate, Mixing, PotentialGradient, ResNetBk};
use lawbook::ops::resolvent::Form;
use lawbook::random::stream;
use rand::RngExt;

const FORMS: [Form; 2] = [Form::Bidirectional, Form::Causal];

fn small(form: Form) -> ResNetBk {
    ResNetBk { experts: 3, dropout: 0.0, form, ..ResNetBk::new(50, 12, 10, 2) }
}

/// A small network of each form and each way to mix, to choose and to go back.
fn variants() -> Vec<ResNetBk> {
    let variants = FORMS.map(|form| {
        let original = small(form);
        [
            original.clone(),
            ResNetBk { mixing: Mixing::Off, ..original.clone() },
            ResNetBk { gate: Gate::Trained { balance: 0.3 }, ..original.clone() },
            ResNetBk { mixing: Mixing::Off, gate: Gate::Trained { balance: 0.0 }, ..original.clone() },
            ResNetBk { potential_gradient: PotentialGradient::Blended { share: 0.5 }, ..original },
        ]
    });
    variants.into_iter().flatten().collect()
}

/// The study's network of this width and depth.
fn published(width: usize, layers: usize) -> ResNetBk {
    ResNetBk::new(30_000, 128, width, layers)
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
