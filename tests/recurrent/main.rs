//! The recurrent models: fused against dfdx, finite differences, PyTorch's equations, exact counts.

mod equations;

use dfdx::tensor::Cpu;
use lawbook::net::batch::{Batch, Inputs, Targets};
use lawbook::net::recurrent::fused::FusedRecurrent;
use lawbook::net::recurrent::plain::PlainRecurrent;
use lawbook::net::recurrent::{Cell, Recurrent};
use lawbook::net::{Architecture, Network};
use lawbook::ops::dropout::Dropout;
use lawbook::optim::{Moments, Optimizer, Update};
use lawbook::random::stream;
use rand::RngExt;

const CELLS: [Cell; 2] = [Cell::Lstm, Cell::Gru];

fn small(cell: Cell) -> Recurrent {
    Recurrent { cell, vocabulary: 23, sequence: 7, width: 10, layers: 3, dropout: 0.2 }
}

fn tokens(net: &Recurrent, rows: usize, index: u64) -> Vec<u32> {
    let mut random = stream(7, "test tokens", index);
    (0..rows * net.sequence).map(|_| random.random_range(0..net.vocabulary as u32)).collect()
}

fn batch<'a>(net: &Recurrent, tokens: &'a [u32], targets: &'a [u32], dropout: Option<Dropout>) -> Batch<'a> {
    Batch {
        inputs: Inputs::Tokens(tokens),
        targets: Targets::Classes(targets),
        rows: tokens.len() / net.sequence,
        dropout,
    }
}

/// Largest difference relative to the largest value.
fn relative(a: &[f32], b: &[f32]) -> f32 {
    let scale = a.iter().fold(0f32, |m, x| m.max(x.abs()));
    a.iter().zip(b).fold(0f32, |m, (a, b)| m.max((a - b).abs())) / scale
}

#[test]
fn the_fused_gradient_agrees_with_dfdx_in_every_tensor_for_every_way_of_cutting_the_batch() {
    for (cell, dropout) in CELLS.into_iter().flat_map(|c| [(c, None), (c, Some(Dropout::new(3, 4)))]) {
        let net = small(cell);
        let (inputs, targets) = (tokens(&net, 11, 0), tokens(&net, 11, 1));
        let batch = batch(&net, &inputs, &targets, dropout);
        let parameters = net.initial(1);
        let mut expected = vec![0.0; net.n_params()];
        let mut plain = PlainRecurrent::new(Cpu::default(), &net);
        let expected_score = plain.gradient(&parameters, &batch, &mut expected);
        for parts in [1, 2, 3] {
            let mut fused = FusedRecurrent::new(&net, parts);
            // The second time, on buffers in use.
            for _ in 0..2 {
                let mut found = vec![f32::NAN; net.n_params()];
                let score = fused.gradient(&parameters, &batch, &mut found);
                for tensor in net.layout().tensors() {
                    let off = relative(&expected[tensor.range.clone()], &found[tensor.range.clone()]);
                    assert!(off < 1e-4, "{} in {parts} parts: {off}", tensor.name);
                }
                assert!((score.loss / expected_score.loss - 1.0).abs() < 1e-5);
                assert_eq!(score.correct, expected_score.correct);
            }
            let (score, expected) =
                (fused.evaluate(&parameters, &batch), plain.evaluate(&parameters, &batch));
            assert!((score.loss / expected.loss - 1.0).abs() < 1e-5 && score.correct == expected.correct);
        }
    }
}

#[test]
fn a_smaller_batch_after_a_larger_one_has_the_gradient_it_has_alone() {
    for net in CELLS.map(small) {
        let (inputs, targets) = (tokens(&net, 9, 0), tokens(&net, 9, 1));
        let parameters = net.initial(1);
        let few = 4 * net.sequence;
        let few = batch(&net, &inputs[..few], &targets[..few], Some(Dropout::new(1, 1)));
        let gradient = |fused: &mut FusedRecurrent| {
            let mut gradient = vec![f32::NAN; net.n_params()];
            fused.gradient(&parameters, &few, &mut gradient);
            gradient
        };
        let alone = gradient(&mut FusedRecurrent::new(&net, 2));
        let mut used = FusedRecurrent::new(&net, 2);
        used.gradient(&parameters, &batch(&net, &inputs, &targets, None), &mut vec![0.0; net.n_params()]);
        assert!(alone == gradient(&mut used), "{:?}", net.cell);
    }
}

#[test]
fn the_fused_gradient_is_the_slope_of_the_loss_through_all_steps() {
    for cell in CELLS {
        let net = Recurrent { cell, vocabulary: 5, sequence: 6, width: 4, layers: 2, dropout: 0.0 };
        let (inputs, targets) = (tokens(&net, 3, 0), tokens(&net, 3, 1));
        let batch = batch(&net, &inputs, &targets, None);
        // Twice the initial scale, so that the slopes stand out of the rounding of the losses.
        let parameters: Vec<f32> = net.initial(2).iter().map(|p| 2.0 * p).collect();
        let mut fused = FusedRecurrent::new(&net, 2);
        let mut gradient = vec![0.0; net.n_params()];
        fused.gradient(&parameters, &batch, &mut gradient);
        let mut slope = |i: usize| {
            let mut at = |step: f32| {
                let mut moved = parameters.clone();
                moved[i] += step;
                fused.evaluate(&moved, &batch).loss / targets.len() as f64
            };
            ((at(2e-2) - at(-2e-2)) / 4e-2) as f32
        };
        for tensor in net.layout().tensors() {
            let slopes: Vec<f32> = tensor.range.clone().map(&mut slope).collect();
            let off = relative(&slopes, &gradient[tensor.range.clone()]);
            assert!(off < 5e-3, "{}: {off}", tensor.name);
        }
    }
}

#[test]
fn dropout_falls_between_layers_only() {
    for cell in CELLS {
        let loss = |layers: usize, dropout: Option<Dropout>| {
            let net = Recurrent { layers, dropout: 0.5, ..small(cell) };
            let (inputs, targets) = (tokens(&net, 4, 0), tokens(&net, 4, 1));
            let mut gradient = vec![0.0; net.n_params()];
            let batch = batch(&net, &inputs, &targets, dropout);
            FusedRecurrent::new(&net, 1).gradient(&net.initial(1), &batch, &mut gradient).loss
        };
        let dropout = Some(Dropout::new(1, 2));
        assert_eq!(loss(1, None), loss(1, dropout), "one {cell:?} layer has nothing to drop");
        assert_ne!(loss(2, None), loss(2, dropout), "two {cell:?} layers have");
    }
}

#[test]
fn a_recurrent_model_learns_to_repeat_the_token_before_the_last() {
    for cell in CELLS {
        let net = Recurrent { cell, vocabulary: 4, sequence: 8, width: 16, layers: 2, dropout: 0.0 };
        let mut parameters = net.initial(5);
        let mut moments = Moments::zero(net.n_params());
        let mut gradient = Vec::new();
        let mut fused = FusedRecurrent::new(&net, 2);
        // The target is two places back, so it is to be had from the state alone; 0 where there is none.
        let sample = |step: u64| {
            let inputs = tokens(&net, 32, step);
            let targets: Vec<u32> = (0..inputs.len())
                .map(|place| if place % net.sequence < 2 { 0 } else { inputs[place - 2] })
                .collect();
            (inputs, targets)
        };
        for step in 1..=300 {
            let (inputs, targets) = sample(step);
            let batch = batch(&net, &inputs, &targets, None);
            let optimizer = Optimizer::adam(1e-2);
            let update = Update { optimizer, lr_factor: 1.0, t: step, clip_norm: None };
            fused.train_step(&mut parameters, &mut moments, &mut gradient, &batch, &update);
        }
        let (inputs, targets) = sample(1_000_000);
        let score = fused.evaluate(&parameters, &batch(&net, &inputs, &targets, None));
        let share = score.correct as f64 / targets.len() as f64;
        assert!(share > 0.98, "{cell:?} repeats {share} of fresh tokens");
    }
}

fn of_the_study(cell: Cell, width: usize, layers: usize) -> Recurrent {
    Recurrent { cell, vocabulary: 50_257, sequence: 64, width, layers, dropout: 0.1 }
}

#[test]
fn the_recurrent_models_of_the_study_have_the_published_numbers_of_parameters() {
    assert_eq!(of_the_study(Cell::Lstm, 32, 2).n_params(), 3_283_601);
    assert_eq!(of_the_study(Cell::Lstm, 64, 4).n_params(), 6_616_273);
    assert_eq!(of_the_study(Cell::Gru, 32, 2).n_params(), 3_279_377);
    assert_eq!(of_the_study(Cell::Gru, 64, 4).n_params(), 6_582_993);
}

#[test]
fn a_step_costs_six_operations_for_each_weight_of_a_product_and_token() {
    for cell in CELLS {
        let net = of_the_study(cell, 64, 4);
        let in_products = net.layout();
        let in_products = in_products.tensors().iter().filter(|t| t.shape.len() == 2);
        let weights: usize = in_products.map(|t| t.range.len()).sum::<usize>() - 64 * 50_257;
        assert_eq!(net.flops(16), (6 * 16 * 64 * weights) as f64);
    }
    assert_eq!(of_the_study(Cell::Lstm, 32, 2).flops(64), 39_926_366_208.0);
}

#[test]
fn initial_weights_are_drawn_as_pytorch_draws_them() {
    let net =
        Recurrent { cell: Cell::Gru, vocabulary: 3000, sequence: 4, width: 49, layers: 2, dropout: 0.0 };
    let parameters = net.initial(3);
    for tensor in net.layout().tensors() {
        let values: Vec<f64> = parameters[tensor.range.clone()].iter().map(|&p| f64::from(p)).collect();
        let (n, bound) = (values.len() as f64, 1.0 / 7.0);
        let variance = values.iter().map(|p| p * p).sum::<f64>() / n;
        let normal = tensor.name == "embedding.weight";
        let expected = if normal { 1.0 } else { bound * bound / 3.0 };
        // Five standard errors of a variance: √2 relative for a normal law, √0.8 for a uniform one.
        let tolerance = 5.0 * (if normal { 2.0f64 } else { 0.8 } / n).sqrt();
        assert!((variance / expected - 1.0).abs() < tolerance, "{}: variance {variance}", tensor.name);
        assert!(normal || values.iter().all(|p| p.abs() <= bound + 1e-7), "{} leaves ±1/7", tensor.name);
    }
}

#[test]
fn sizes_that_make_no_sense_are_named() {
    let good = small(Cell::Lstm);
    assert!(good.check().is_ok());
    let no_width = Recurrent { width: 0, ..good.clone() }.check().unwrap_err().to_string();
    assert!(no_width.contains("width") && no_width.contains("lstm"), "{no_width}");
    for dropout in [1.0, -0.1, f32::NAN] {
        let all_dropped = Recurrent { dropout, ..good.clone() }.check().unwrap_err().to_string();
        assert!(all_dropped.contains("dropout"), "{all_dropped}");
    }
}

#[test]
fn a_shape_survives_json_and_an_unknown_field_is_refused() {
    let json = serde_json::to_string(&small(Cell::Gru)).unwrap();
    assert_eq!(serde_json::from_str::<Recurrent>(&json).unwrap(), small(Cell::Gru));
    let misspelt = json.replace("width", "weight");
    assert!(serde_json::from_str::<Recurrent>(&misspelt).is_err(), "{misspelt}");
}
