//! Which runs the study consists of.

use crate::budget::Budget;
use crate::data::tokens::Labels;
use crate::optim::Optimizer;
use crate::run::{RunSpec, Spacing, Stop, Task};
use crate::study::s03_phases::models::OriginalModel;
use crate::sweep::Job;

/// One of the four experiments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Arm {
    /// The original's protocol.
    Original,
    /// The same with next-token labels.
    NextToken,
    /// Next-token labels, as many steps at every size.
    EqualSteps,
    /// Next-token labels, the largest size, early stopping.
    UntilItStops,
}

impl Arm {
    /// All of them, in the order in which they are run.
    pub const ALL: [Self; 4] = [Self::Original, Self::NextToken, Self::EqualSteps, Self::UntilItStops];

    /// The first word of its runs' labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::NextToken => "next-token",
            Self::EqualSteps => "equal-steps",
            Self::UntilItStops => "until-it-stops",
        }
    }
}

/// The study under one budget.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Words.
    pub vocabulary: usize,
    /// Tokens of a sequence.
    pub sequence: usize,
    /// Width of the smaller models; the larger ones' is twice that.
    pub width: usize,
    /// Sequences of the runs over epochs, those for validation included, ascending.
    pub sizes: Vec<usize>,
    /// Passes over the training sequences.
    pub epochs: u64,
    /// Sequences of the runs of equal steps, ascending; those that stop early have the last.
    pub sizes_at_equal_steps: Vec<usize>,
    /// Their steps.
    pub steps: u64,
    /// Held-out sequences of the runs of equal steps and of those that stop early.
    pub n_test: usize,
    /// Most steps of the runs that stop early.
    pub most_steps: u64,
    /// Factors on the learning rate of the runs that stop early; the first is 1.
    pub rates: Vec<f64>,
    /// Repetitions by arm: seeds 0, 1, …
    pub seeds: [u64; 4],
}

/// Sequences a step, as the original on a GPU.
pub const BATCH_SIZE: usize = 64;
/// The original's learning rate.
pub const LEARNING_RATE: f64 = 1e-3;
/// The original's weight decay, PyTorch's default.
pub const WEIGHT_DECAY: f64 = 0.01;

/// The study's design under a budget, with another number of seeds if asked.
pub fn design(budget: Budget, seeds: Option<u64>) -> Design {
    let paper = Design {
        vocabulary: 50_257,
        sequence: 64,
        width: 32,
        sizes: vec![400, 800, 1600, 3200],
        epochs: 3,
        sizes_at_equal_steps: vec![400, 800, 1600, 3200, 6400, 12_800],
        steps: 1200,
        n_test: 640,
        most_steps: 4800,
        rates: vec![1.0, 1.0 / 3.0, 3.0],
        seeds: seeds.map_or([10, 10, 5, 5], |n| [n; 4]),
    };
    match budget {
        Budget::Paper => paper,
        Budget::Class => Design {
            vocabulary: 2003,
            sequence: 32,
            sizes_at_equal_steps: vec![400, 1600, 6400],
            steps: 300,
            most_steps: 600,
            n_test: 320,
            rates: vec![1.0],
            seeds: seeds.map_or([2, 2, 1, 1], |n| [n; 4]),
            ..paper
        },
        Budget::Smoke => Design {
            vocabulary: 257,
            sequence: 16,
            width: 8,
            sizes: vec![200, 400],
            sizes_at_equal_steps: vec![200, 400, 800],
            steps: 40,
            most_steps: 60,
            n_test: 80,
            seeds: seeds.map_or([2; 4], |n| [n; 4]),
            ..paper
        },
    }
}

impl Design {
    /// The largest size.
    pub fn most(&self) -> usize {
        *self.sizes_at_equal_steps.last().expect("a design has sizes")
    }

    /// The run of one cell. `size` counts training and held-out sequences, `rate` is a factor on the learning
    /// rate.
    pub fn spec(&self, arm: Arm, model: OriginalModel, size: usize, rate: f64, seed: u64) -> RunSpec {
        let n_train = size * 4 / 5;
        let per_epoch = n_train.div_ceil(BATCH_SIZE) as u64;
        let by_epochs = matches!(arm, Arm::Original | Arm::NextToken);
        let task = Task::Tokens {
            vocabulary: self.vocabulary as u32,
            sequence: self.sequence,
            n_train,
            n_test: if by_epochs { size - n_train } else { self.n_test },
            labels: if arm == Arm::Original { Labels::Same } else { Labels::Next },
        };
        let net = model.net(self.vocabulary, self.sequence, self.width);
        let optimizer = Optimizer::adamw(rate * LEARNING_RATE, WEIGHT_DECAY);
        let run =
            |steps| RunSpec { batch_size: BATCH_SIZE, ..RunSpec::new(task, net, optimizer, steps, seed) };
        match arm {
            Arm::Original | Arm::NextToken => {
                RunSpec { evaluate_every: per_epoch, ..run(self.epochs * per_epoch) }
            }
            Arm::EqualSteps => RunSpec {
                evaluate_every: self.steps / 12,
                spacing: Spacing::DoublingThenEven,
                ..run(self.steps)
            },
            Arm::UntilItStops => RunSpec {
                evaluate_every: self.steps / 24,
                spacing: Spacing::DoublingThenEven,
                stop: Stop::Early {
                    n_validation: self.n_test,
                    every: self.steps / 24,
                    min_steps: self.steps / 2,
                    min_delta: 0.001,
                    patience: 0.3,
                },
                ..run(self.most_steps)
            },
        }
    }

    /// Every run, the first seeds of an arm first.
    pub fn jobs(&self) -> Vec<Job> {
        let mut jobs = Vec::new();
        for (arm, seeds) in Arm::ALL.into_iter().zip(self.seeds) {
            let cells = self.cells(arm);
            for seed in 0..seeds {
                for &(model, size, rate) in &cells {
                    let rated =
                        if arm == Arm::UntilItStops { format!(" rate={rate:.2}") } else { String::new() };
                    jobs.push(Job {
                        label: format!("{} {model} size={size}{rated} seed={seed}", arm.name()),
                        rank: 100 * arm as usize + self.place(arm, rate, seed),
                        spec: self.spec(arm, model, size, rate, seed),
                    });
                }
            }
        }
        jobs
    }

    /// OriginalModel, size and learning rate of an arm's cells.
    pub fn cells(&self, arm: Arm) -> Vec<(OriginalModel, usize, f64)> {
        let (sizes, rates) = match arm {
            Arm::Original | Arm::NextToken => (&self.sizes[..], &[1.0][..]),
            Arm::EqualSteps => (&self.sizes_at_equal_steps[..], &[1.0][..]),
            Arm::UntilItStops => {
                (&self.sizes_at_equal_steps[self.sizes_at_equal_steps.len() - 1..], &self.rates[..])
            }
        };
        let mut cells = Vec::new();
        for &rate in rates {
            for &size in sizes {
                cells.extend(OriginalModel::all().map(|model| (model, size, rate)));
            }
        }
        cells
    }

    /// When a run's turn is within its arm: seed by seed, the usual learning rate of all seeds first.
    fn place(&self, arm: Arm, rate: f64, seed: u64) -> usize {
        let nth = self.rates.iter().position(|other| *other == rate).unwrap_or(0);
        nth * self.seeds[arm as usize] as usize + seed as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_original_s_protocol_has_its_steps_and_its_labels() {
        let design = design(Budget::Paper, None);
        let model = OriginalModel::all().next().unwrap();
        let spec = |arm, size| design.spec(arm, model, size, 1.0, 0);
        // SPEC 000: 15, 30, 60 and 120 optimizer steps.
        assert_eq!([400, 800, 1600, 3200].map(|size| spec(Arm::Original, size).steps), [15, 30, 60, 120]);
        assert_eq!(spec(Arm::Original, 400).n_train(), 320);
        assert_eq!([400, 12_800].map(|size| spec(Arm::EqualSteps, size).steps), [1200, 1200]);
        let labels = |spec: RunSpec| match spec.task {
            Task::Tokens { labels, .. } => labels,
            task => panic!("{task:?}"),
        };
        assert_eq!(labels(spec(Arm::Original, 400)), Labels::Same);
        assert_eq!(labels(spec(Arm::NextToken, 400)), Labels::Next);
    }

    #[test]
    fn every_run_can_be_done_and_stands_once() {
        for budget in Budget::ALL {
            let jobs = design(budget, None).jobs();
            let ids: BTreeSet<String> = jobs.iter().map(|job| job.spec.id()).collect();
            let labels: BTreeSet<&str> = jobs.iter().map(|job| job.label.as_str()).collect();
            assert_eq!((ids.len(), labels.len()), (jobs.len(), jobs.len()), "{budget}");
            for job in &jobs {
                job.spec.check().unwrap();
            }
        }
        let jobs = design(Budget::Paper, None).jobs();
        let count = |arm: Arm| jobs.iter().filter(|job| job.label.starts_with(arm.name())).count();
        assert_eq!(Arm::ALL.map(count), [320, 320, 240, 120]);
    }

    #[test]
    fn the_arms_run_one_after_the_other_and_the_usual_rate_before_others() {
        let mut jobs = design(Budget::Paper, None).jobs();
        jobs.sort_by_key(|job| job.rank);
        let order: Vec<&str> = jobs.iter().map(|job| job.label.split(' ').next().unwrap()).collect();
        let mut arms = order.clone();
        arms.dedup();
        assert_eq!(arms, Arm::ALL.map(Arm::name));
        assert!(jobs[jobs.len() - 1].label.contains("rate=3.00 seed=4"), "{}", jobs[jobs.len() - 1].label);
        assert!(jobs[..32].iter().all(|job| job.spec.seed == 0), "seed by seed");
    }
}
