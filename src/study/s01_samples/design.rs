//! The runs of study 01 on the sine.

use crate::budget::Budget;
use crate::data::augment::Augmentation;
use crate::net::mlp::InitScale;
use crate::ops::loss::Loss;
use crate::optim::{Optimizer, Schedule};
use crate::run::{Net, RunSpec, Spacing, Stop, Task};
use crate::study::s01_samples::digits::{self, Digits};
use crate::study::s01_samples::original::Quality;
use crate::sweep::Job;
use serde::Serialize;

/// Deviations of noise beyond the original's qualities: none at all, and four times that of quality 1.
pub const WIDER_NOISE: [f64; 2] = [0.0, 0.4];

/// Inputs mirrored, which is true of a sine.
pub const MIRRORED: Augmentation = Augmentation::Mirror;

/// Inputs jittered, which blurs a sine.
pub const JITTERED: Augmentation = Augmentation::Jitter(0.05);

/// Samples a step, as in the original.
pub const BATCH_SIZE: usize = 32;

/// How long a run is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// A fixed number of passes, as in the original.
    Epochs,
    /// A fixed number of steps.
    Steps,
    /// Until the noise-free validation error has stopped falling.
    Converged,
    /// A fixed number of steps under a falling learning rate.
    Annealed,
}

impl Protocol {
    /// All of them, the original's first.
    pub const ALL: [Self; 4] = [Self::Epochs, Self::Steps, Self::Converged, Self::Annealed];

    /// The word in labels, figures and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Epochs => "epochs",
            Self::Steps => "steps",
            Self::Converged => "converged",
            Self::Annealed => "annealed",
        }
    }
}

/// What is varied between curves on the sine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Condition {
    /// How long is trained.
    pub protocol: Protocol,
    /// Deviation of the noise on y.
    pub noise_sd: f64,
    /// How inputs are changed in training.
    pub augmentation: Augmentation,
}

impl Condition {
    /// One of the original's qualities under a protocol, inputs as they are.
    pub fn of(protocol: Protocol, quality: Quality) -> Self {
        Self { protocol, noise_sd: quality.noise_sd(), augmentation: Augmentation::None }
    }

    /// Annealed training on data with this noise.
    pub fn annealed(noise_sd: f64) -> Self {
        Self { protocol: Protocol::Annealed, noise_sd, augmentation: Augmentation::None }
    }

    /// Annealed training on quality 1 with changed inputs.
    pub fn augmented(augmentation: Augmentation) -> Self {
        Self { augmentation, ..Self::of(Protocol::Annealed, Quality::Low) }
    }
}

/// The sizes of the study under one budget.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Training points, ascending.
    pub sizes: Vec<usize>,
    /// Passes over the training points under [`Protocol::Epochs`].
    pub epochs: u64,
    /// Steps under [`Protocol::Steps`] and [`Protocol::Annealed`]; a converged run takes no fewer.
    pub steps: u64,
    /// Steps at most under [`Protocol::Converged`].
    pub most_steps: u64,
    /// Repetitions: seeds 0, 1, …
    pub seeds: u64,
    /// The same question on real images.
    pub digits: Digits,
}

/// The study's design under a budget, with another number of seeds if asked.
pub fn design(budget: Budget, seeds: Option<u64>) -> Design {
    let doubled = |first: usize, n: u32| (0..n).map(|k| first << k).collect::<Vec<usize>>();
    let (sizes, epochs, steps, most_steps, usual) = match budget {
        Budget::Smoke => (doubled(50, 6), 50, 1000, 2000, 3),
        Budget::Class => (doubled(50, 13), 50, 20_000, 320_000, 3),
        Budget::Paper => (doubled(50, 13), 50, 20_000, 320_000, 10),
    };
    Design {
        sizes,
        epochs,
        steps,
        most_steps,
        seeds: seeds.unwrap_or(usual),
        digits: digits::design(budget, seeds),
    }
}

impl Design {
    /// The run of one cell.
    pub fn spec(&self, condition: Condition, n_train: usize, seed: u64) -> RunSpec {
        let Condition { protocol, noise_sd, augmentation } = condition;
        let steps = match protocol {
            Protocol::Epochs => self.epochs * n_train.div_ceil(BATCH_SIZE) as u64,
            Protocol::Steps | Protocol::Annealed => self.steps,
            Protocol::Converged => self.most_steps,
        };
        let early = Stop::Early {
            n_validation: 1000,
            every: 250,
            min_steps: self.steps,
            min_delta: 0.01,
            patience: 0.2,
        };
        let task = Task::Sine { noise_sd, n_train, n_test: 500, augmentation };
        let net = Net::Mlp { sizes: vec![1, 128, 128, 1], scale: InitScale::None };
        RunSpec {
            loss: Loss::SquaredError,
            schedule: match protocol {
                Protocol::Annealed => Schedule::Cosine { floor: 0.01 },
                _ => Schedule::Constant,
            },
            batch_size: BATCH_SIZE,
            // The error along the run is measured where it is the question.
            evaluate_every: match protocol {
                Protocol::Epochs | Protocol::Steps => 10,
                Protocol::Converged | Protocol::Annealed => steps,
            },
            spacing: Spacing::Doubling,
            stop: if protocol == Protocol::Converged { early } else { Stop::AtSteps },
            ..RunSpec::new(task, net, Optimizer::adam(1e-3), steps, seed)
        }
    }

    /// Most training samples.
    pub fn n_most(&self) -> usize {
        *self.sizes.last().expect("a design has sizes")
    }

    /// Every run once: the original's cells first, then the controls, then what goes beyond.
    ///
    /// Where epochs and steps agree (12 800 points at paper size) one run serves both protocols.
    pub fn jobs(&self) -> Vec<Job> {
        let mut jobs = Vec::new();
        for protocol in Protocol::ALL {
            for quality in Quality::ALL {
                let name = format!("{} quality={}", protocol.name(), quality.value());
                self.cells(&mut jobs, &name, Condition::of(protocol, quality));
            }
        }
        for noise in WIDER_NOISE {
            self.cells(&mut jobs, &format!("annealed noise={noise}"), Condition::annealed(noise));
        }
        self.cells(&mut jobs, "annealed mirrored quality=1", Condition::augmented(MIRRORED));
        self.cells(&mut jobs, "annealed jitter=0.05 quality=1", Condition::augmented(JITTERED));
        jobs.extend(self.digits.jobs());
        jobs
    }

    fn cells(&self, jobs: &mut Vec<Job>, name: &str, condition: Condition) {
        for &n in &self.sizes {
            let steps_of_epochs = self.epochs * n.div_ceil(BATCH_SIZE) as u64;
            if condition.protocol == Protocol::Steps && steps_of_epochs == self.steps {
                continue;
            }
            for seed in 0..self.seeds {
                jobs.push(Job::new(format!("{name} n_train={n} seed={seed}"), self.spec(condition, n, seed)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_paper_design_has_the_originals_cells_and_steps() {
        let design = design(Budget::Paper, None);
        let spec = |n| design.spec(Condition::of(Protocol::Epochs, Quality::Low), n, 0);
        assert_eq!((design.sizes[0], design.sizes[12], design.sizes.len()), (50, 204_800, 13));
        // SPEC 001: 100 optimizer steps at n = 50, 320 000 at 204 800.
        assert_eq!((spec(50).steps, spec(204_800).steps), (100, 320_000));
        assert_eq!(spec(50).n_params(), 16_897);
        assert_eq!(Quality::ALL.map(|q| (q.noise_sd() * 1e4).round()), [1000.0, 667.0, 500.0]);
    }

    #[test]
    fn every_cell_of_every_protocol_is_there() {
        for budget in Budget::ALL {
            let design = design(budget, None);
            let ids: BTreeSet<String> = design.jobs().iter().map(|job| job.spec.id()).collect();
            for protocol in Protocol::ALL {
                for (&n, quality) in design.sizes.iter().zip(Quality::ALL.into_iter().cycle()) {
                    let spec = design.spec(Condition::of(protocol, quality), n, 0);
                    assert!(ids.contains(&spec.id()), "{budget}: {} {n} {quality:?}", protocol.name());
                }
            }
        }
    }

    #[test]
    fn the_paper_design_has_the_originals_390_runs_and_all_controls() {
        let jobs = design(Budget::Paper, None).jobs();
        let count = |start: &str| jobs.iter().filter(|job| job.label.starts_with(start)).count();
        assert_eq!(count("epochs"), 390);
        // At 12 800 points 50 epochs are 20 000 steps: those 30 runs serve both protocols.
        assert_eq!(count("steps"), 360);
        assert_eq!((count("converged"), count("annealed quality"), count("annealed noise")), (390, 390, 260));
    }
}
