//! How fast one training step is, beside this machine's best matrix product in the same sitting.
//!
//! Two ways to use the cores: *latency* is one run on all threads, its work cut into as many parts;
//! *throughput* is one run a thread, all at once. The best matrix product is measured the same way.

use crate::machine;
use crate::net::Network;
use crate::net::batch::{Batch, Inputs};
use crate::net::fused::FusedMlp;
use crate::net::mlp::{Mlp, Scale};
use crate::ops::loss::Loss;
use crate::ops::matmul::{Into, Matrix, matmul};
use crate::optim::{Moments, Optimizer};
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
    pub rows: Vec<Row>,
    /// Peak memory of the process, in 2^20 bytes, where the system tells.
    pub peak_mb: Option<f64>,
}

/// One network in one arrangement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// What it is known by: "grokking 12x400".
    pub net: &'static str,
    /// Samples a step.
    pub batch_size: usize,
    /// "latency" or "throughput".
    pub arrangement: &'static str,
    /// Median time of a step of one run: gradient and optimizer.
    pub ms_per_step: f64,
    /// 6 · parameters · batch / time, summed over the runs, 10^9 a second.
    pub gflops: f64,
    /// `gflops` as a share of `matmul_gflops`.
    pub share_of_best: f64,
}

struct Case {
    net: &'static str,
    sizes: Vec<usize>,
    batch_size: usize,
    loss: Loss,
}

/// Times the networks of the studies on all cores, about a minute.
pub fn run() -> Bench {
    let grokking = [784].into_iter().chain([400; 11]).chain([10]).collect();
    let mnist = |width| vec![784, width, width, 10];
    let cases = [
        Case { net: "grokking 12x400", sizes: grokking, batch_size: 200, loss: Loss::SquaredError },
        Case { net: "sine 128x128", sizes: vec![1, 128, 128, 1], batch_size: 32, loss: Loss::SquaredError },
        Case { net: "mnist 512x512", sizes: mnist(512), batch_size: 64, loss: Loss::CrossEntropy },
        Case { net: "mnist 2048x2048", sizes: mnist(2048), batch_size: 64, loss: Loss::CrossEntropy },
    ];
    let threads = machine::cores();
    let matmul_gflops = best_matmul(threads);
    let mut rows = Vec::new();
    for case in &cases {
        for (arrangement, runs, each) in [("latency", 1, threads), ("throughput", threads, 1)] {
            let seconds = case.seconds_per_step(runs, each);
            let work = 6.0 * (Mlp::new(&case.sizes).n_params() * case.batch_size) as f64;
            let gflops = runs as f64 * work / seconds / 1e9;
            rows.push(Row {
                net: case.net,
                batch_size: case.batch_size,
                arrangement,
                ms_per_step: seconds * 1e3,
                gflops,
                share_of_best: gflops / matmul_gflops,
            });
        }
    }
    Bench { isa: machine::isa(), threads, matmul_gflops, rows, peak_mb: machine::peak_mb().map(f64::round) }
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
            matmul(&mut out, Matrix::new(&a, n, n), Matrix::new(&b, n, n), Into::Replace);
            start.elapsed().as_secs_f64()
        };
        let best = std::iter::repeat_with(time).take(30).fold(f64::INFINITY, f64::min);
        2.0 * (n * n * n) as f64 / best / 1e9
    });
    rates.iter().sum()
}

impl Case {
    /// Median seconds of a step when `runs` runs go on at once, each on `threads` threads.
    fn seconds_per_step(&self, runs: usize, threads: usize) -> f64 {
        let times = at_once(runs, |barrier| {
            let pool =
                rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
            pool.install(|| self.time(threads, barrier))
        });
        times.iter().sum::<f64>() / times.len() as f64
    }

    fn time(&self, parts: usize, barrier: &Barrier) -> f64 {
        let mlp = Mlp::new(&self.sizes);
        let mut random = stream(0, "bench batch", 0);
        let inputs: Vec<f32> =
            (0..self.batch_size * mlp.inputs()).map(|_| 2.0 * random.random::<f32>() - 1.0).collect();
        let targets: Vec<u32> =
            (0..self.batch_size).map(|_| random.random_range(0..mlp.classes() as u32)).collect();
        let batch = Batch {
            inputs: Inputs::Values(&inputs),
            targets: &targets,
            rows: self.batch_size,
            dropout: None,
        };
        let (mut parameters, mut moments) = (mlp.initial(0, Scale::None), Moments::zero(mlp.n_params()));
        let mut gradient = vec![0.0; mlp.n_params()];
        let mut net = FusedMlp::<f32>::new(&mlp, self.loss, parts);
        let mut t = 0;
        let mut block = |steps: u64| {
            let start = Instant::now();
            for _ in 0..steps {
                t += 1;
                net.gradient(&parameters, &batch, &mut gradient);
                moments.step(Optimizer::adamw(1e-3, 0.01), 1.0, t, &mut parameters, &gradient);
            }
            start.elapsed().as_secs_f64() / steps as f64
        };
        block(3);
        let steps = (BLOCK_SECONDS / block(3)).ceil() as u64;
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
            "{:<18} {:>6} {:<11} {:>10} {:>10} {:>8}",
            "net", "batch", "", "ms/step", "GFLOP/s", "of best"
        )?;
        for row in &self.rows {
            write!(
                f,
                "\n{:<18} {:>6} {:<11} {:>10.3} {:>10.1} {:>7.0}%",
                row.net,
                row.batch_size,
                row.arrangement,
                row.ms_per_step,
                row.gflops,
                100.0 * row.share_of_best
            )?;
        }
        write!(
            f,
            "\nlatency: one run on all threads; throughput: one run a thread, all at once, ms of each."
        )?;
        write!(
            f,
            "\nGFLOP/s counts 6 · parameters · batch a step; the first layer needs no gradient at its input,\nso a step does less, and shares above 100 % are possible."
        )
    }
}
