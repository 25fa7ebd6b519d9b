//! The runs of study 04.

use crate::budget::Budget;
use crate::data::augment::Augmentation;
use crate::net::mlp::InitScale;
use crate::ops::loss::Loss;
use crate::optim::Optimizer;
use crate::run::{Choice, Net, Precision, RunSpec, SnapshotSchedule, Spacing, Task};
use crate::sweep::Job;
use serde::{Deserialize, Serialize};

/// What is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// The paper's network at one of its sizes.
    Paper,
    /// A small network that groks in minutes.
    Omnigrok,
    /// The paper's without the large initial parameters.
    #[serde(rename = "scale 1")]
    ScaleOne,
    /// The paper's without weight decay.
    #[serde(rename = "no decay")]
    NoDecay,
    /// The paper's in double precision.
    Double,
    /// As original 002's README has it.
    Readme,
}

impl Arm {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Paper, Self::Omnigrok, Self::ScaleOne, Self::NoDecay, Self::Double, Self::Readme];

    /// The word in labels, figures and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Omnigrok => "omnigrok",
            Self::ScaleOne => "scale 1",
            Self::NoDecay => "no decay",
            Self::Double => "double",
            Self::Readme => "readme",
        }
    }
}

/// The study under one budget.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Training images of the paper's and the README's runs, ascending; controls take the first.
    pub sizes: Vec<usize>,
    /// Fully connected layers, the last included.
    pub depth: usize,
    /// Units of the layers between.
    pub width: usize,
    /// Optimizer steps of every run.
    pub steps: u64,
    /// Steps from one snapshot to the next.
    pub snapshot_every: u64,
    /// Factor on PyTorch's initial parameters.
    pub init_scale: f64,
    /// Weight decay.
    pub weight_decay: f64,
    /// The network of [`Arm::Omnigrok`].
    pub omnigrok: Omnigrok,
    /// Repetitions of the paper's runs, of Omnigrok's and of those without decay: seeds 0, 1, …
    pub seeds: u64,
    /// What is run.
    pub arms: Vec<Arm>,
}

/// The small network and its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Omnigrok {
    /// Fully connected layers, the last included.
    pub depth: usize,
    /// Units of the layers between.
    pub width: usize,
    /// Training images.
    pub n_train: usize,
}

/// The study's design under a budget, with another number of seeds if asked.
pub fn design(budget: Budget, seeds: Option<u64>) -> Design {
    let design = Design {
        sizes: vec![2000, 5000, 7000],
        depth: 12,
        width: 400,
        steps: 100_000,
        snapshot_every: 5000,
        init_scale: 8.0,
        weight_decay: 0.01,
        omnigrok: Omnigrok { depth: 3, width: 200, n_train: 1000 },
        seeds: seeds.unwrap_or(3),
        arms: Arm::ALL.to_vec(),
    };
    match budget {
        Budget::Paper => design,
        // Omnigrok's network for all: it groks within 40 000 steps of a millisecond.
        Budget::Class => Design {
            sizes: vec![1000, 2000],
            depth: 4,
            width: 200,
            steps: 40_000,
            seeds: seeds.unwrap_or(1),
            ..design
        },
        Budget::Smoke => Design {
            sizes: vec![200, 400],
            depth: 4,
            width: 60,
            steps: 400,
            snapshot_every: 100,
            omnigrok: Omnigrok { depth: 3, width: 50, n_train: 100 },
            seeds: seeds.unwrap_or(2),
            ..design
        },
    }
}

impl Design {
    /// The run of one cell.
    pub fn spec(&self, arm: Arm, n_train: usize, seed: u64) -> RunSpec {
        let (depth, width) = match arm {
            Arm::Omnigrok => (self.omnigrok.depth, self.omnigrok.width),
            _ => (self.depth, self.width),
        };
        let task = Task::Images {
            dataset: "mnist".to_owned(),
            n_train,
            mean: if arm == Arm::Readme { 0.5 } else { 0.0 },
            sd: if arm == Arm::Readme { 0.5 } else { 1.0 },
            choice: Choice::First,
            wrong_labels: 0.0,
            augmentation: Augmentation::None,
        };
        let hidden = std::iter::repeat_n(width, depth - 1);
        let net = Net::Mlp {
            sizes: std::iter::once(784).chain(hidden).chain([10]).collect(),
            scale: match arm {
                Arm::ScaleOne => InitScale::None,
                Arm::Readme => InitScale::Weights(self.init_scale),
                _ => InitScale::All(self.init_scale),
            },
        };
        let weight_decay = if arm == Arm::NoDecay { 0.0 } else { self.weight_decay };
        let adam =
            Optimizer::Adam { learning_rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay };
        let optimizer = if arm == Arm::Readme { adam } else { Optimizer::adamw(1e-3, weight_decay) };
        // Of one run a size all eigenvalues are kept, at a dozen moments.
        let kept = (seed == 0 && arm == Arm::Paper).then_some(2 * self.snapshot_every);
        RunSpec {
            loss: Loss::SquaredError,
            precision: if arm == Arm::Double { Precision::Double } else { Precision::Single },
            batch_size: if arm == Arm::Readme { 64 } else { 200 },
            evaluate_every: (self.snapshot_every / 10).max(1),
            spacing: Spacing::DoublingThenEven,
            snapshots: Some(SnapshotSchedule { every: self.snapshot_every, eigenvalues_every: kept }),
            ..RunSpec::new(task, net, optimizer, self.steps, seed)
        }
    }

    /// Every run once, the most telling first: the paper's with seed 0, its other seeds, Omnigrok, the
    /// controls, double precision, the README's.
    pub fn cells(&self) -> Vec<(Arm, usize, u64)> {
        let first = self.sizes[0];
        let mut cells: Vec<(Arm, usize, u64)> = Vec::new();
        for seed in 0..self.seeds {
            cells.extend(self.sizes.iter().map(|&n| (Arm::Paper, n, seed)));
        }
        cells.extend((0..self.seeds).map(|seed| (Arm::Omnigrok, self.omnigrok.n_train, seed)));
        cells.push((Arm::ScaleOne, first, 0));
        // Every seed: without decay some break down, and one alone would say little.
        cells.extend((0..self.seeds).map(|seed| (Arm::NoDecay, first, seed)));
        cells.push((Arm::Double, first, 0));
        cells.extend(self.sizes.iter().map(|&n| (Arm::Readme, n, 0)));
        cells.retain(|(arm, ..)| self.arms.contains(arm));
        cells
    }

    /// The runs of the cells, in their order.
    pub fn jobs(&self) -> Vec<Job> {
        let job = |(rank, (arm, n, seed)): (usize, (Arm, usize, u64))| Job {
            label: format!("{} n_train={n} seed={seed}", arm.name()),
            rank,
            spec: self.spec(arm, n, seed),
        };
        self.cells().into_iter().enumerate().map(job).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paper_design_is_the_papers_network_and_its_runs_come_in_the_order_of_what_they_tell() {
        let design = design(Budget::Paper, None);
        let jobs = design.jobs();
        // SPEC 002: 12 linear layers, 1 922 010 parameters; Omnigrok 784-200-200-10.
        assert_eq!(jobs[0].spec.n_params(), 1_922_010);
        assert_eq!(jobs[0].label, "paper n_train=2000 seed=0");
        assert_eq!(jobs[9].spec.n_params(), 784 * 200 + 200 + 200 * 200 + 200 + 2010);
        let count = |name: &str| jobs.iter().filter(|job| job.label.starts_with(name)).count();
        let counts = ["paper", "omnigrok", "scale 1", "no decay", "double", "readme"].map(count);
        assert_eq!(counts, [9, 3, 1, 3, 1, 3]);
        for (rank, job) in jobs.iter().enumerate() {
            assert_eq!(job.rank, rank);
        }
    }
}
