//! The memory of training steps against what was foreseen; a process of its own, because a peak never falls.
#![cfg(target_os = "linux")]

use lawbook::net::batch::{Batch, Inputs, Targets};
use lawbook::net::resnet_bk::ResNetBk;
use lawbook::net::shape::Net;
use lawbook::net::transformer::Transformer;
use lawbook::ops::dropout::Dropout;
use lawbook::ops::loss::Loss;
use lawbook::optim::{Moments, Optimizer, Update};
use std::process::Command;

/// A line of this process's status in bytes: "VmHWM", the largest memory it has held, or "VmRSS", what it
/// holds. (What `getrusage` calls the peak includes that of the process it was forked from.)
fn status(line: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with(line)).unwrap();
    1024.0 * line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap()
}

/// The largest memory that this process has held once a network of this shape took two steps, in bytes.
fn peak(net: &Net, rows: usize, parts: usize) -> f64 {
    let tokens: Vec<u32> = (0..rows as u32 * 128).map(|i| i * 7919 % 8000).collect();
    let mut parameters = net.initial(1);
    let (mut moments, mut gradient) = (Moments::zero(parameters.len()), Vec::new());
    let mut network = net.fused(Loss::CrossEntropy, parts);
    for t in 1..=2 {
        let (inputs, targets) = (Inputs::Tokens(&tokens), Targets::Classes(&tokens));
        let batch = Batch { inputs, targets, rows, dropout: Some(Dropout::new(1, t)) };
        let optimizer = Optimizer::adamw(1e-3, 0.01);
        let update = Update { optimizer, lr_factor: 1.0, t, clip_norm: Some(0.5) };
        network.train_step(&mut parameters, &mut moments, &mut gradient, &batch, &update);
    }
    status("VmHWM")
}

/// Networks with the rows of a batch, its parts, and the threads.
fn cases() -> [(Net, usize, usize, usize); 4] {
    let bk = |width, layers| Net::ResNetBk(ResNetBk::new(8000, 128, width, layers));
    let transformer = Transformer::new(8000, 128, 128, 4, 2).with_n_params(4_000_000);
    [
        (bk(128, 4), 16, 2, 2),
        (bk(128, 4), 16, 4, 2),
        (bk(64, 8), 64, 2, 1),
        (Net::Transformer(transformer), 8, 2, 2),
    ]
}

#[test]
#[ignore = "the test below runs it, in a process of its own for each case"]
fn one_case() {
    // By itself, in the long tier, it takes the first case.
    let case = std::env::var("MEMORY_CASE").map_or(0, |case| case.parse::<usize>().unwrap());
    let (net, rows, parts, threads) = &cases()[case];
    let before = status("VmRSS");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(*threads).build().unwrap();
    let peak = pool.install(|| peak(net, *rows, *parts)) - before;
    let foreseen = net.memory(*rows, *parts, *threads).total() as f64;
    let found = format!("{} in {parts} parts: {:.1} MB for {:.1}", net.name(), peak / 1e6, foreseen / 1e6);
    println!("{found}");
    assert!((peak / foreseen - 1.0).abs() < 0.1, "{found}");
}

#[test]
fn the_peak_of_training_is_the_one_foreseen_within_a_tenth() {
    for case in 0..cases().len() {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--ignored", "--exact", "--nocapture", "one_case"])
            .env("MEMORY_CASE", case.to_string());
        let run = command.output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        print!("{}", String::from_utf8_lossy(&run.stdout));
    }
}
