//! The states of the recurrent models: PyTorch's documented equations, and who sees what.

use crate::{CELLS, batch, tokens};
use dfdx::tensor::Cpu;
use lawbook::net::recurrent::fused::FusedRecurrent;
use lawbook::net::recurrent::plain::PlainRecurrent;
use lawbook::net::recurrent::{Cell, Recurrent};
use lawbook::net::{Architecture, Network};

/// The last layer's state at every place, read off the scores: word j's head weight is the unit vector j,
/// the last word's is 0, so their losses at a place differ by the state's component j.
fn hidden(network: &mut dyn Network, net: &Recurrent, parameters: &[f32], inputs: &[u32]) -> Vec<f64> {
    assert_eq!(net.vocabulary, net.width + 1);
    let mut parameters = parameters.to_vec();
    let head = net.laid_out().1.head;
    parameters[head.weight.start..head.bias.end].fill(0.0);
    (0..net.width).for_each(|j| parameters[head.weight.start + j * net.width + j] = 1.0);
    let base = vec![net.width as u32; inputs.len()];
    let mut loss = |targets: &[u32]| network.evaluate(&parameters, &batch(net, inputs, targets, None)).loss;
    let least = loss(&base);
    let mut states = Vec::new();
    for place in 0..inputs.len() {
        for j in 0..net.width {
            let mut targets = base.clone();
            targets[place] = j as u32;
            states.push(least - loss(&targets));
        }
    }
    states
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// PyTorch's documented equations, in double precision, one sequence at a time.
fn documented(net: &Recurrent, parameters: &[f32], inputs: &[u32]) -> Vec<f64> {
    let d = net.width;
    let tensor = |name: String| {
        let layout = net.layout();
        let found = layout.tensors().iter().find(|t| t.name == name).expect("a tensor of this name");
        parameters[found.range.clone()].iter().map(|&p| f64::from(p)).collect::<Vec<_>>()
    };
    let embedding = tensor("embedding.weight".into());
    let mut states = Vec::new();
    for sequence in inputs.chunks(net.sequence) {
        let mut x: Vec<Vec<f64>> =
            sequence.iter().map(|&t| embedding[t as usize * d..][..d].to_vec()).collect();
        for l in 0..net.layers {
            let get = |what: &str| tensor(format!("{}.{what}_l{l}", net.cell.name()));
            let (w_ih, w_hh, b_ih, b_hh) =
                (get("weight_ih"), get("weight_hh"), get("bias_ih"), get("bias_hh"));
            let row = |w: &[f64], b: &[f64], k: usize, x: &[f64]| {
                b[k] + w[k * d..][..d].iter().zip(x).map(|(w, x)| w * x).sum::<f64>()
            };
            let (mut h, mut c) = (vec![0.0; d], vec![0.0; d]);
            for x in &mut x {
                // Gate number `gate`, unit `j`: its share from the input and from the state.
                let a = |gate: usize, j: usize| row(&w_ih, &b_ih, gate * d + j, x);
                let s = |gate: usize, j: usize| row(&w_hh, &b_hh, gate * d + j, &h);
                let new: Vec<f64> = match net.cell {
                    Cell::Lstm => (0..d)
                        .map(|j| {
                            let i = sigmoid(a(0, j) + s(0, j));
                            let f = sigmoid(a(1, j) + s(1, j));
                            let g = (a(2, j) + s(2, j)).tanh();
                            let o = sigmoid(a(3, j) + s(3, j));
                            c[j] = f * c[j] + i * g;
                            o * c[j].tanh()
                        })
                        .collect(),
                    Cell::Gru => (0..d)
                        .map(|j| {
                            let r = sigmoid(a(0, j) + s(0, j));
                            let z = sigmoid(a(1, j) + s(1, j));
                            let n = (a(2, j) + r * s(2, j)).tanh();
                            (1.0 - z) * n + z * h[j]
                        })
                        .collect(),
                };
                h.clone_from(&new);
                *x = new;
            }
        }
        states.extend(x.concat());
    }
    states
}

#[test]
fn the_states_are_those_of_pytorchs_documented_equations() {
    for cell in CELLS {
        let net = Recurrent { cell, vocabulary: 6, sequence: 5, width: 5, layers: 2, dropout: 0.1 };
        let inputs = tokens(&net, 2, 0);
        // Twice the initial scale, so that gates open and close.
        let parameters: Vec<f32> = net.initial(4).iter().map(|p| 2.0 * p).collect();
        let expected = documented(&net, &parameters, &inputs);
        let nets: [(&str, Box<dyn Network>); 2] = [
            ("fused", Box::new(FusedRecurrent::new(&net, 2))),
            ("plain", Box::new(PlainRecurrent::new(Cpu::default(), &net))),
        ];
        for (form, mut network) in nets {
            let found = hidden(&mut *network, &net, &parameters, &inputs);
            let off = found.iter().zip(&expected).fold(0f64, |m, (a, b)| m.max((a - b).abs()));
            assert!(off < 2e-6, "{form} {cell:?} is off by {off}");
        }
    }
}

#[test]
fn a_changed_token_changes_its_own_and_all_later_states_of_its_sequence_alone() {
    for cell in CELLS {
        let net = Recurrent { cell, vocabulary: 6, sequence: 6, width: 5, layers: 2, dropout: 0.1 };
        let inputs = tokens(&net, 2, 0);
        let changed_place = 2;
        let mut changed = inputs.clone();
        changed[changed_place] = (changed[changed_place] + 1) % 6;
        let parameters = net.initial(1);
        let mut fused = FusedRecurrent::new(&net, 1);
        let before = hidden(&mut fused, &net, &parameters, &inputs);
        let after = hidden(&mut fused, &net, &parameters, &changed);
        for (place, (a, b)) in before.chunks(5).zip(after.chunks(5)).enumerate() {
            let moved = a.iter().zip(b).fold(0f64, |m, (a, b)| m.max((a - b).abs()));
            if (changed_place..net.sequence).contains(&place) {
                assert!(moved > 1e-4, "{cell:?}: place {place} should have moved, it did by {moved}");
            } else {
                assert!(moved < 2e-6, "{cell:?}: place {place} should have stayed, it moved by {moved}");
            }
        }
    }
}
