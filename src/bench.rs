//! How fast one training step is, beside this machine's best matrix product in the same sitting.

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
use std::time::Instant;

/// All rows of one sitting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bench {
    /// Best rate of a 1024³ product on one thread, 10^9 operations a second.
    pub matmul_gflops: f64,
    /// One network each.
    pub rows: Vec<Row>,
}

/// One network on one thread.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Its layer sizes.
    pub net: String,
    /// Samples a step.
    pub batch_size: usize,
    /// Median time of a step: gradient and optimizer.
    pub ms_per_step: f64,
    /// 6 · parameters · batch / time, 10^9 a second.
    pub gflops: f64,
}

/// Times the networks of the studies that are here, a few seconds in all.
pub fn run() -> Bench {
    let nets: [(&[usize], usize); 4] = [
        (&[784, 32, 32, 10], 64),
        (&[784, 128, 128, 10], 64),
        (&[784, 512, 512, 10], 64),
        (&[784, 2048, 2048, 10], 64),
    ];
    Bench {
        matmul_gflops: best_matmul(),
        rows: nets.into_iter().map(|(sizes, batch)| step(sizes, batch)).collect(),
    }
}

fn best_matmul() -> f64 {
    let n = 1024;
    let (a, b, mut out) = (vec![0.5f32; n * n], vec![0.25f32; n * n], vec![0.0f32; n * n]);
    let time = || {
        let start = Instant::now();
        matmul(&mut out, Matrix::new(&a, n, n), Matrix::new(&b, n, n), Into::Replace);
        start.elapsed().as_secs_f64()
    };
    let best = std::iter::repeat_with(time).take(20).fold(f64::INFINITY, f64::min);
    2.0 * (n * n * n) as f64 / best / 1e9
}

fn step(sizes: &[usize], batch_size: usize) -> Row {
    let mlp = Mlp::new(sizes);
    let mut random = stream(0, "bench batch", 0);
    let inputs: Vec<f32> =
        (0..batch_size * mlp.inputs()).map(|_| 2.0 * random.random::<f32>() - 1.0).collect();
    let labels: Vec<u32> = (0..batch_size).map(|_| random.random_range(0..mlp.classes() as u32)).collect();
    let batch = Batch { inputs: Inputs::Values(&inputs), targets: &labels, rows: batch_size, dropout: None };
    let (mut parameters, mut moments) = (mlp.initial(0, Scale::None), Moments::zero(mlp.n_params()));
    let mut gradient = vec![0.0; mlp.n_params()];
    let mut net = FusedMlp::<f32>::new(&mlp, Loss::CrossEntropy, 1);
    let mut times = Vec::new();
    let begun = Instant::now();
    for t in 1.. {
        let start = Instant::now();
        net.gradient(&parameters, &batch, &mut gradient);
        moments.step(Optimizer::adam(1e-3), 1.0, t, &mut parameters, &gradient);
        times.push(start.elapsed().as_secs_f64());
        if t >= 20 && begun.elapsed().as_secs_f64() > 0.5 {
            break;
        }
    }
    times.sort_by(f64::total_cmp);
    let seconds = times[times.len() / 2];
    Row {
        net: sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join("-"),
        batch_size,
        ms_per_step: seconds * 1e3,
        gflops: 6.0 * (mlp.n_params() * batch_size) as f64 / seconds / 1e9,
    }
}

impl fmt::Display for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "best matrix product (1024³, one thread): {:.0} GFLOP/s", self.matmul_gflops)?;
        write!(f, "{:<20} {:>6} {:>10} {:>10} {:>8}", "net", "batch", "ms/step", "GFLOP/s", "of best")?;
        for row in &self.rows {
            let share = 100.0 * row.gflops / self.matmul_gflops;
            write!(
                f,
                "\n{:<20} {:>6} {:>10.3} {:>10.1} {share:>7.0}%",
                row.net, row.batch_size, row.ms_per_step, row.gflops
            )?;
        }
        write!(
            f,
            "\nGFLOP/s counts 6 · parameters · batch a step; the first layer needs no gradient of its input,\nso a step does less, and shares above 100 % are possible."
        )
    }
}
