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
use crate::net::mlp::InitScale;
use crate::net::transformer::Transformer;
use crate::optim::Optimizer;
use crate::run::{Choice, Net, RunSpec, Stop, Task};
use crate::sweep::Job;
use serde::Serialize;

/// Pixels by which jittered images are shifted at most.
pub const JITTER_PIXELS: f64 = 2.0;

/// Who learns, from what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DigitArm {
    /// The MLP, all labels right.
    Clean,
    /// The MLP, 20 % of the labels wrong.
    Wrong20,
    /// The MLP, 40 % of the labels wrong.
    Wrong40,
    /// The MLP on jittered images.
    Jittered,
    /// The transformer.
    Transformer,
}

impl DigitArm {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Clean, Self::Wrong20, Self::Wrong40, Self::Jittered, Self::Transformer];

    /// Those that differ by their labels alone, the right ones first.
    pub const LABELS: [Self; 3] = [Self::Clean, Self::Wrong20, Self::Wrong40];

    /// The words in labels, figures and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clean => "wrong=0",
            Self::Wrong20 => "wrong=0.2",
            Self::Wrong40 => "wrong=0.4",
            Self::Jittered => "jittered",
            Self::Transformer => "transformer",
        }
    }

    /// Share of wrong labels.
    fn wrong_labels(self) -> f64 {
        match self {
            Self::Wrong20 => 0.2,
            Self::Wrong40 => 0.4,
            _ => 0.0,
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
    /// Steps at least.
    pub steps: u64,
    /// The arms of the MLP.
    pub mlp: Limits,
    /// The arm of the transformer.
    pub transformer: Limits,
}

/// How much of one network is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Training images at most.
    pub most_train: usize,
    /// Steps at most.
    pub most_steps: u64,
    /// Repetitions: seeds 0, 1, …
    pub seeds: u64,
}

/// The sizes under a budget, with another number of seeds if asked.
pub fn design(budget: Budget, seeds: Option<u64>) -> Digits {
    let doubled = |first: usize, n: u32| (0..n).map(|k| first << k).collect::<Vec<usize>>();
    let limits =
        |most_train, most_steps, usual| Limits { most_train, most_steps, seeds: seeds.unwrap_or(usual) };
    match budget {
        Budget::Smoke => Digits {
            sizes: doubled(200, 4),
            n_validation: 500,
            steps: 50,
            mlp: limits(usize::MAX, 100, 2),
            transformer: limits(1600, 60, 2),
        },
        Budget::Class => Digits {
            sizes: doubled(500, 6),
            n_validation: 5000,
            steps: 1000,
            mlp: limits(usize::MAX, 5000, 3),
            transformer: limits(4000, 2000, 2),
        },
        Budget::Paper => Digits {
            sizes: doubled(500, 7).into_iter().chain([55_000]).collect(),
            n_validation: 5000,
            steps: 4000,
            mlp: limits(usize::MAX, 20_000, 5),
            transformer: limits(16_000, 10_000, 3),
        },
    }
}

impl Digits {
    fn limits(&self, arm: DigitArm) -> &Limits {
        if arm == DigitArm::Transformer { &self.transformer } else { &self.mlp }
    }

    /// Repetitions of an arm.
    pub fn seeds(&self, arm: DigitArm) -> u64 {
        self.limits(arm).seeds
    }

    /// Sizes of an arm.
    pub fn sizes(&self, arm: DigitArm) -> impl Iterator<Item = usize> {
        let most = self.limits(arm).most_train;
        self.sizes.iter().copied().filter(move |&n| n <= most)
    }

    /// The run of one cell.
    pub fn spec(&self, arm: DigitArm, n_train: usize, seed: u64) -> RunSpec {
        let steps = self.limits(arm).most_steps;
        // Measuring the validation error costs as much as some steps; an MLP's best point may come early.
        let every: u64 = if arm == DigitArm::Transformer { 200 } else { 50 };
        let task = Task::Images {
            dataset: "mnist".to_owned(),
            n_train,
            mean: 0.1307,
            sd: 0.3081,
            choice: Choice::Permuted,
            wrong_labels: arm.wrong_labels(),
            augmentation: match arm {
                DigitArm::Jittered => Augmentation::Jitter(JITTER_PIXELS),
                _ => Augmentation::None,
            },
        };
        let net = match arm {
            DigitArm::Transformer => {
                Net::Transformer(Transformer { dropout: 0.0, ..Transformer::new(49, 16, 32, 2, 4) })
            }
            _ => Net::Mlp { sizes: vec![784, 128, 128, 10], scale: InitScale::None },
        };
        let stop = Stop::Early {
            n_validation: self.n_validation,
            every: every.min(self.steps),
            min_steps: self.steps,
            min_delta: 0.01,
            patience: 0.2,
        };
        RunSpec { stop, ..RunSpec::new(task, net, Optimizer::adam(1e-3), steps, seed) }
    }

    /// Every run of this part.
    pub fn jobs(&self) -> Vec<Job> {
        let mut jobs = Vec::new();
        for arm in DigitArm::ALL {
            for n in self.sizes(arm) {
                for seed in 0..self.seeds(arm) {
                    let label = format!("digits {} n_train={n} seed={seed}", arm.name());
                    jobs.push(Job::new(label, self.spec(arm, n, seed)));
                }
            }
        }
        jobs
    }
}
