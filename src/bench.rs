//! Benchmark: time of one training step, beside this machine's best matrix product in the same sitting.
//!
//! Two ways to use the cores: *latency* is one run with all threads to itself, its work cut into as many
//! parts where that helps; *throughput* is one run a thread, all at once. The best matrix product is
//! measured on all threads at once.

use crate::error::{Error, Result};
use crate::machine;
use crate::net::batch::{Batch, Inputs, Targets};
use crate::net::mlp::fused::FusedMlp;
use crate::net::mlp::{InitScale, Mlp};
use crate::net::recurrent::{Cell, Recurrent};
use crate::net::resnet_bk::ResNetBk;
use crate::net::shape::{Net, Sizes};
use crate::net::token_mlp::TokenMlp;
use crate::net::transformer::Transformer;
use crate::net::{Architecture, Network};
use crate::ops::dropout::Dropout;
use crate::ops::loss::Loss;
use crate::ops::matmul::{Matrix, Write, matmul};
use crate::optim::{Moments, Optimizer, Update};
use crate::random::stream;
use rand::RngExt;
use serde::Serialize;
use std::fmt;
use std::sync::Barrier;
use std::time::Instant;

/// Timed blocks of steps; the median is reported.
const BLOCKS: usize = 5;
/// About how long one block takes.
const BLOCK_SECONDS: f64 = 0.25;
/// How long [`worker_rate`] takes.
const RATE_SECONDS: f64 = 0.2;

/// All rows of one sitting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bench {
    /// Instruction set.
    pub isa: String,
    /// Threads in all.
    pub threads: usize,
    /// Best rate of 1024³ products, one per thread at once, summed; 10^9 operations a second.
    pub matmul_gflops: f64,
    /// One network in one arrangement each.
    pub rows: Vec<BenchRow>,
}

/// One network in one arrangement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BenchRow {
    /// What it is known by: "grokking 12x400".
    pub net: &'static str,
    /// Samples a step.
    pub batch_size: usize,
    /// "latency" or "throughput".
    pub arrangement: &'static str,
    /// Median time of a step of one run: gradient and optimizer.
    pub ms_per_step: f64,
    /// [`Net::flops`] of a step / time, summed over the runs, 10^9 a second.
    pub gflops: f64,
    /// `gflops` as a share of `matmul_gflops`.
    pub share_of_best: f64,
    /// Peak memory of the process so far, in 2^20 bytes, where the system tells.
    pub peak_mb: Option<f64>,
}

struct Case {
    name: &'static str,
    net: Net,
    batch_size: usize,
    loss: Loss,
    /// Whether one run gains from several threads: a step of 20 µs does not.
    shared: bool,
}

/// The networks of the studies, at the sizes and batches that are compared with PyTorch.
fn cases() -> Vec<Case> {
    let mlp = |name, sizes: &[usize], batch_size, loss| {
        let net = Net::Mlp { sizes: sizes.to_owned(), scale: InitScale::None };
        Case { name, net, batch_size, loss, shared: sizes[1] > 128 }
    };
    let words =
        |name, net, batch_size| Case { name, net, batch_size, loss: Loss::CrossEntropy, shared: true };
    let (vocabulary, sequence, width, layers, dropout) = (50_257, 64, 32, 2, 0.1);
    let recurrent = |cell| Net::Recurrent(Recurrent { cell, vocabulary, sequence, width, layers, dropout });
    let transformer = Transformer::new(vocabulary, sequence, width, layers, 2);
    let resnet_bk = |width, layers| ResNetBk::new(30_000, 128, width, layers);
    let matched = |width: usize, layers| {
        let net = Transformer { head_bias: true, ..Transformer::new(30_000, 128, width, layers, 4) };
        Net::Transformer(net.with_n_params(resnet_bk(width, layers).n_params()))
    };
    let grokking: Vec<usize> = [784].into_iter().chain([400; 11]).chain([10]).collect();
    vec![
        mlp("grokking 12x400", &grokking, 200, Loss::SquaredError),
        mlp("sine 128x128", &[1, 128, 128, 1], 32, Loss::SquaredError),
        mlp("mnist 512x512", &[784, 512, 512, 10], 64, Loss::CrossEntropy),
        mlp("mnist 2048x2048", &[784, 2048, 2048, 10], 64, Loss::CrossEntropy),
        words("transformer nano", Net::Transformer(transformer), 16),
        words("token mlp nano", Net::TokenMlp(TokenMlp { vocabulary, sequence, width, layers, dropout }), 16),
        words("lstm nano", recurrent(Cell::Lstm), 16),
        words("gru nano", recurrent(Cell::Gru), 16),
        words("resnet-bk d64 L4", Net::ResNetBk(resnet_bk(64, 4)), 32),
        words("resnet-bk d256 L8", Net::ResNetBk(resnet_bk(256, 8)), 32),
        words("resnet-bk d512 L16", Net::ResNetBk(resnet_bk(512, 16)), 32),
        words("transformer d64 L4", matched(64, 4), 32),
        words("transformer d256 L8", matched(256, 8), 32),
        words("transformer d512 L16", matched(512, 16), 32),
    ]
}

/// Times the networks whose names hold `only` on all cores; all of them take some minutes.
///
/// # Errors
/// [`Error::Usage`] when no network's name does.
pub fn run(only: &str) -> Result<Bench> {
    let cases: Vec<Case> = cases().into_iter().filter(|case| case.name.contains(only)).collect();
    if cases.is_empty() {
        let names: Vec<&str> = self::cases().iter().map(|case| case.name).collect();
        return Err(Error::Usage(format!(
            "no network has {only:?} in its name; there is {}",
            names.join(", ")
        )));
    }
    let threads = machine::cores();
    let matmul_gflops = best_matmul(threads);
    let mut rows = Vec::new();
    for case in &cases {
        for (arrangement, runs, each) in [("latency", 1, threads), ("throughput", threads, 1)] {
            let seconds = case.seconds_per_step(runs, each);
            let gflops = runs as f64 * case.net.flops(case.batch_size) / seconds / 1e9;
            rows.push(BenchRow {
                net: case.name,
                batch_size: case.batch_size,
                arrangement,
                ms_per_step: seconds * 1e3,
                gflops,
                share_of_best: gflops / matmul_gflops,
                peak_mb: machine::peak_mb().map(f64::round),
            });
        }
    }
    Ok(Bench { isa: machine::isa(), threads, matmul_gflops, rows })
}

/// The same work on each of some threads at once; their times.
fn at_once(threads: usize, work: impl Fn(&Barrier) -> f64 + Sync) -> Vec<f64> {
    let barrier = Barrier::new(threads);
    std::thread::scope(|scope| {
        let (work, barrier) = (&work, &barrier);
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(move || work(barrier))).collect();
        running.into_iter().map(|thread| thread.join().expect("a bench does not panic")).collect()
    })
}

fn best_matmul(threads: usize) -> f64 {
    let n = 1024;
    let rates = at_once(threads, |barrier| {
        let (a, b, mut out) = (vec![0.5f32; n * n], vec![0.25f32; n * n], vec![0.0f32; n * n]);
        barrier.wait();
        let time = || {
            let start = Instant::now();
            matmul(&mut out, Matrix::new(&a, n, n), Matrix::new(&b, n, n), Write::Replace);
            start.elapsed().as_secs_f64()
        };
        let best = std::iter::repeat_with(time).take(30).fold(f64::INFINITY, f64::min);
        2.0 * (n * n * n) as f64 / best / 1e9
    });
    rates.iter().sum()
}

/// Floating-point operations a second of one worker training an MLP, measured in about a fifth of a second.
pub fn worker_rate() -> f64 {
    let mlp = Mlp::new(&[784, 256, 256, 10]);
    let (inputs, labels) = (vec![0.5; 64 * 784], vec![3; 64]);
    let batch = Batch {
        inputs: Inputs::Values(&inputs),
        targets: Targets::Classes(&labels),
        rows: 64,
        dropout: None,
    };
    let parameters = mlp.initial(0);
    let mut gradient = vec![0.0; parameters.len()];
    let mut net = FusedMlp::<f32>::new(&mlp, Loss::CrossEntropy, 1);
    let (start, mut steps) = (Instant::now(), 0);
    while start.elapsed().as_secs_f64() < RATE_SECONDS {
        net.gradient(&parameters, &batch, &mut gradient);
        steps += 1;
    }
    f64::from(steps) * 6.0 * parameters.len() as f64 * 64.0 / start.elapsed().as_secs_f64()
}

impl Case {
    /// Median seconds of a step when `runs` runs go on at once, each on `threads` threads.
    fn seconds_per_step(&self, runs: usize, threads: usize) -> f64 {
        let times = at_once(runs, |barrier| {
            let pool =
                rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
            let parts = if self.shared { threads } else { 1 };
            pool.install(|| self.time(parts, barrier))
        });
        times.iter().sum::<f64>() / times.len() as f64
    }

    fn time(&self, parts: usize, barrier: &Barrier) -> f64 {
        let rows = self.batch_size;
        let mut random = stream(0, "bench batch", 0);
        let mut below = |n: u32, below: usize| -> Vec<u32> {
            (0..n).map(|_| random.random_range(0..below as u32)).collect()
        };
        let (values, tokens, targets) = match self.net.sizes() {
            Sizes::Values { inputs, classes } => {
                let values =
                    below((rows * inputs) as u32, 1000).iter().map(|&v| v as f32 / 500.0 - 1.0).collect();
                (values, Vec::new(), below(rows as u32, classes))
            }
            Sizes::Tokens { vocabulary, sequence } => {
                let n = (rows * sequence) as u32;
                (Vec::new(), below(n, vocabulary), below(n, vocabulary))
            }
        };
        let inputs = if tokens.is_empty() { Inputs::Values(&values) } else { Inputs::Tokens(&tokens) };
        let targets = Targets::Classes(&targets);
        let batch = Batch { inputs, targets, rows, dropout: Some(Dropout::new(0, 0)) };
        let mut parameters = self.net.initial(0);
        let mut moments = Moments::zero(parameters.len());
        let mut gradient = Vec::new();
        let mut net = self.net.fused(self.loss, parts);
        let mut t = 0;
        let mut block = |steps: u64| {
            let start = Instant::now();
            for _ in 0..steps {
                t += 1;
                let optimizer = Optimizer::adamw(1e-3, 0.01);
                let update = Update { optimizer, lr_factor: 1.0, t, clip_norm: None };
                net.train_step(&mut parameters, &mut moments, &mut gradient, &batch, &update);
            }
            start.elapsed().as_secs_f64() / steps as f64
        };
        // A step of seconds is warm after the first.
        let warm = block(1);
        let seconds = if warm > BLOCK_SECONDS { warm } else { block(2) };
        let steps = (BLOCK_SECONDS / seconds).ceil() as u64;
        barrier.wait();
        let mut times: Vec<f64> = (0..BLOCKS).map(|_| block(steps)).collect();
        times.sort_by(f64::total_cmp);
        times[BLOCKS / 2]
    }
}

impl fmt::Display for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { isa, threads, matmul_gflops, .. } = self;
        writeln!(f, "{isa}, {threads} threads; best matrix product {matmul_gflops:.0} GFLOP/s in all")?;
        write!(
            f,
            "{:<20} {:>6} {:<11} {:>10} {:>10} {:>8} {:>8}",
            "net", "batch", "", "ms/step", "GFLOP/s", "of best", "peak MB"
        )?;
        for row in &self.rows {
            write!(
                f,
                "\n{:<20} {:>6} {:<11} {:>10.3} {:>10.1} {:>7.0}% {:>8.0}",
                row.net,
                row.batch_size,
                row.arrangement,
                row.ms_per_step,
                row.gflops,
                100.0 * row.share_of_best,
                row.peak_mb.unwrap_or(f64::NAN)
            )?;
        }
        write!(
            f,
            "\nlatency: one run with all threads to itself; throughput: one run a thread, all at once, ms of each;\npeak MB: of this process so far (`--only NAME` for one network's own)."
        )?;
        write!(
            f,
            "\nGFLOP/s counts 6 · parameters · batch for MLPs (the first layer needs less, so shares above 100 % are\npossible) and the matrix products of language models, each once."
        )
    }
}
