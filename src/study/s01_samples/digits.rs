//! The same question on real data: MNIST, with a known share of wrong labels as its quality.
//!
//! ```text
//! mlp           784-128-128-10, a share 0, 0.2 or 0.4 of the training labels wrong
//! jittered      the same network, labels right, images shifted by up to two pixels each way
//! transformer   2 blocks of width 32 over the 16 patches of 7 × 7 pixels, labels right
//! ```
//!
//! Every run ends by the error on 5000 images with right labels that it neither learns from nor is tested on;
//! what counts is the test error at the last improvement, before wrong labels are learned by heart.

use crate::budget::Budget;
use crate::data::augment::Augmentation;
use crate::net::mlp::Scale;
use crate::net::transformer::Transformer;
use crate::ops::loss::Loss;
use crate::optim::{Optimizer, Schedule};
use crate::run::{ARITHMETIC, Choice, Engine, Net, Precision, RunSpec, Spacing, Stop, Task};
use crate::sweep::Job;

/// Shares of wrong labels.
pub const WRONG_LABELS: [f64; 3] = [0.0, 0.2, 0.4];

/// Pixels by which jittered images are shifted at most.
pub const JITTER_PIXELS: f64 = 2.0;

/// Who learns, from what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Arm {
    /// The MLP, with this share of wrong labels.
    Wrong(f64),
    /// The MLP on jittered images.
    Jittered,
    /// The transformer.
    Transformer,
}

impl Arm {
    /// All of them.
    pub fn all() -> Vec<Self> {
        WRONG_LABELS.map(Self::Wrong).into_iter().chain([Self::Jittered, Self::Transformer]).collect()
    }

    /// The words in labels, figures and tables.
    pub fn name(self) -> String {
        match self {
            Self::Wrong(share) => format!("wrong={share}"),
            Self::Jittered => "jittered".to_owned(),
            Self::Transformer => "transformer".to_owned(),
        }
    }
}

/// The sizes of this part under one budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digits {
    /// Training images, ascending.
    pub sizes: Vec<usize>,
    /// Images that tell when to stop.
    pub n_validation: usize,
    /// The most training images of the transformer.
    pub most_read: usize,
    /// Steps at least.
    pub steps: u64,
    /// Steps at most, of the MLP and of the transformer.
    pub most_steps: [u64; 2],
    /// Repetitions of the MLP, and of the transformer.
    pub seeds: [u64; 2],
}

/// The sizes under a budget, with another number of seeds if asked.
pub fn design(budget: Budget, seeds: Option<u64>) -> Digits {
    let doubled = |first: usize, n: u32| (0..n).map(|k| first << k).collect::<Vec<usize>>();
    let digits = match budget {
        Budget::Smoke => Digits {
            sizes: doubled(200, 4),
            n_validation: 500,
            most_read: 1600,
            steps: 50,
            most_steps: [100, 60],
            seeds: [2, 2],
        },
        Budget::Class => Digits {
            sizes: doubled(500, 6),
            n_validation: 5000,
            most_read: 4000,
            steps: 1000,
            most_steps: [5000, 2000],
            seeds: [3, 2],
        },
        Budget::Paper => Digits {
            sizes: doubled(500, 7).into_iter().chain([55_000]).collect(),
            n_validation: 5000,
            most_read: 16_000,
            steps: 4000,
            most_steps: [20_000, 10_000],
            seeds: [5, 3],
        },
    };
    Digits { seeds: seeds.map_or(digits.seeds, |n| [n, n]), ..digits }
}

impl Digits {
    /// Repetitions of an arm.
    pub fn seeds(&self, arm: Arm) -> u64 {
        self.seeds[usize::from(arm == Arm::Transformer)]
    }

    /// Sizes of an arm.
    pub fn sizes(&self, arm: Arm) -> impl Iterator<Item = usize> {
        let most = if arm == Arm::Transformer { self.most_read } else { usize::MAX };
        self.sizes.iter().copied().filter(move |&n| n <= most)
    }

    /// The run of one cell.
    pub fn spec(&self, arm: Arm, n_train: usize, seed: u64) -> RunSpec {
        let reader =
            Transformer { vocabulary: 49, sequence: 16, width: 32, layers: 2, heads: 4, dropout: 0.0 };
        let is_reader = arm == Arm::Transformer;
        let steps = self.most_steps[usize::from(is_reader)];
        // A look at the validation images costs as much as some steps; an MLP's best point may come early.
        let every = if is_reader { 200 } else { 50 };
        RunSpec {
            arithmetic: ARITHMETIC,
            engine: Engine::Fused,
            task: Task::Images {
                dataset: "mnist".to_owned(),
                n_train,
                mean: 0.1307,
                sd: 0.3081,
                choice: Choice::Permuted,
                wrong_labels: if let Arm::Wrong(share) = arm { share } else { 0.0 },
                augmentation: match arm {
                    Arm::Jittered => Augmentation::Jitter(JITTER_PIXELS),
                    _ => Augmentation::None,
                },
            },
            net: match arm {
                Arm::Transformer => Net::Transformer(reader),
                _ => Net::Mlp { sizes: vec![784, 128, 128, 10], scale: Scale::None },
            },
            loss: Loss::CrossEntropy,
            precision: Precision::Single,
            optimizer: Optimizer::adam(1e-3),
            schedule: Schedule::Constant,
            clip_norm: None,
            batch_size: 64,
            parts: 1,
            steps,
            evaluate_every: steps,
            spacing: Spacing::Even,
            stop: Stop::Early {
                n_validation: self.n_validation,
                every: every.min(self.steps),
                min_steps: self.steps,
                min_delta: 0.01,
                patience: 0.2,
            },
            snapshots: None,
            seed,
        }
    }

    /// Every run of this part.
    pub fn jobs(&self) -> Vec<Job> {
        let mut jobs = Vec::new();
        for arm in Arm::all() {
            for n in self.sizes(arm) {
                for seed in 0..self.seeds(arm) {
                    let label = format!("digits {} n_train={n} seed={seed}", arm.name());
                    jobs.push(Job { label, rank: 0, spec: self.spec(arm, n, seed) });
                }
            }
        }
        jobs
    }
}
