//! Study 01 · How many samples, of what quality? The error of a small network on a noisy sine.
//!
//! ```text
//! y = sin 2πx + (0.1 / quality) · noise,    x uniform on [-2, 2),    n = 50 … 204 800 samples
//! 1-128-128-1, Adam 1e-3, squared error, batches of 32; mean absolute error on 500 fresh points
//! ```
//!
//! The seed trained each size for 50 epochs, once. Every size is run under four protocols here, with ten seeds:
//!
//! ```text
//! epochs      50 epochs, as the seed: 100 steps at n = 50, 320 000 at n = 204 800
//! steps       20 000 steps at every size
//! converged   until the error on 1000 noise-free points has stopped falling
//! annealed    20 000 steps, the learning rate falling to a hundredth: no jitter left at the end
//! ```
//!
//! A seed decides the points, the initial weights and the order of batches; the points of a smaller set are the
//! first of a larger one, and the noise of another quality is the same noise scaled.

pub mod original;
pub mod digits;
pub mod curve;
pub mod runs;
pub mod controls;
pub mod words;
pub mod findings;
pub mod extensions;
pub mod claims;
pub mod marks;
pub mod beyond;
pub mod figures;
pub mod tables;

use crate::budget::Budget;
use crate::data::augment::Augmentation;
use crate::error::Result;
use crate::net::mlp::Scale;
use crate::ops::loss::Loss;
use crate::optim::{Optimizer, Schedule};
use crate::run::{ARITHMETIC, Engine, Net, Precision, RunSpec, Spacing, Stop, Task};
use crate::study::results::Results;
use crate::study::runs::Runs;
use crate::study::s01_samples::digits::Digits;
use crate::study::s01_samples::findings::findings;
use crate::sweep::Job;

/// The original's qualities: the noise has deviation 0.1 / quality.
pub const QUALITIES: [f64; 3] = [1.0, 1.5, 2.0];

/// Deviations of noise beyond the original's qualities: none at all, and four times that of quality 1.
pub const WIDER_NOISE: [f64; 2] = [0.0, 0.4];

/// Ways of changing inputs in training: one that says the truth about a sine, and one that blurs it.
pub const AUGMENTATIONS: [Augmentation; 2] = [Augmentation::Mirror, Augmentation::Jitter(0.05)];

/// Deviation of the noise at a quality.
pub fn noise_sd(quality: f64) -> f64 {
    0.1 / quality
}

/// How long a run is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// A fixed number of passes, as the seed.
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
    pub fn spec(
        &self,
        protocol: Protocol,
        noise_sd: f64,
        augmentation: Augmentation,
        n_train: usize,
        seed: u64,
    ) -> RunSpec {
        let per_epoch = n_train.div_ceil(BATCH_SIZE) as u64;
        let steps = match protocol {
            Protocol::Epochs => self.epochs * per_epoch,
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
        // Along the way only the protocols are looked at in which the way is the question.
        let evaluate_every = match protocol {
            Protocol::Epochs | Protocol::Steps => 10,
            Protocol::Converged | Protocol::Annealed => steps,
        };
        RunSpec {
            arithmetic: ARITHMETIC,
            engine: Engine::Fused,
            task: Task::Sine { noise_sd, n_train, n_test: 500, augmentation },
            net: Net::Mlp { sizes: vec![1, 128, 128, 1], scale: Scale::None },
            loss: Loss::SquaredError,
            precision: Precision::Single,
            optimizer: Optimizer::adam(1e-3),
            schedule: match protocol {
                Protocol::Annealed => Schedule::Cosine { floor: 0.01 },
                _ => Schedule::Constant,
            },
            clip_norm: None,
            batch_size: BATCH_SIZE,
            parts: 1,
            steps,
            evaluate_every,
            spacing: Spacing::Doubling,
            stop: if protocol == Protocol::Converged { early } else { Stop::AtSteps },
            snapshots: None,
            seed,
        }
    }

    /// The run of a cell of the original's: one of its qualities, inputs as they are.
    pub fn plain(&self, protocol: Protocol, quality: f64, n_train: usize, seed: u64) -> RunSpec {
        self.spec(protocol, noise_sd(quality), Augmentation::None, n_train, seed)
    }

    /// Every run once: the original's cells first, then the controls, then what goes beyond.
    ///
    /// Where epochs and steps agree (12 800 points at paper size) one run serves both protocols.
    pub fn jobs(&self) -> Vec<Job> {
        let mut jobs = Vec::new();
        for protocol in Protocol::ALL {
            for quality in QUALITIES {
                let name = format!("{} quality={quality}", protocol.name());
                self.cells(&mut jobs, &name, protocol, noise_sd(quality), Augmentation::None);
            }
        }
        for noise in WIDER_NOISE {
            let name = format!("annealed noise={noise}");
            self.cells(&mut jobs, &name, Protocol::Annealed, noise, Augmentation::None);
        }
        for augmentation in AUGMENTATIONS {
            let name = match augmentation {
                Augmentation::Jitter(size) => format!("annealed jitter={size} quality=1"),
                _ => "annealed mirrored quality=1".to_owned(),
            };
            self.cells(&mut jobs, &name, Protocol::Annealed, noise_sd(1.0), augmentation);
        }
        jobs.extend(self.digits.jobs());
        jobs
    }

    fn cells(
        &self,
        jobs: &mut Vec<Job>,
        name: &str,
        protocol: Protocol,
        noise_sd: f64,
        augmentation: Augmentation,
    ) {
        for &n in &self.sizes {
            let shared =
                protocol == Protocol::Steps && self.epochs * n.div_ceil(BATCH_SIZE) as u64 == self.steps;
            for seed in (0..self.seeds).filter(|_| !shared) {
                let spec = self.spec(protocol, noise_sd, augmentation, n, seed);
                jobs.push(Job { label: format!("{name} n_train={n} seed={seed}"), rank: 0, spec });
            }
        }
    }
}

/// Points a step, as in the seed.
pub const BATCH_SIZE: usize = 32;

/// What the records show: numbers, claims, figures and the original's own files.
///
/// # Errors
/// As [`findings()`].
pub fn results(runs: &Runs) -> Result<Results> {
    let design = design(runs.budget(), None);
    let found = findings(runs)?;
    let recorded = runs.records();
    Ok(Results {
        records: found.records.clone(),
        claims: claims::claims(&found),
        figures: figures::figures(&found),
        pictures: vec![figures::picture(&found)],
        tables: vec![
            ("generalization_error_results.csv".to_owned(), tables::seed(&design, recorded)?),
            ("all_runs.csv".to_owned(), tables::all_runs(recorded)?),
        ],
        documents: Vec::new(),
        pages: Vec::new(),
        findings: serde_json::to_value(&found).expect("findings hold numbers and words only"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_paper_design_has_the_seeds_cells_and_steps() {
        let design = design(Budget::Paper, None);
        let spec = |n| design.plain(Protocol::Epochs, 1.0, n, 0);
        assert_eq!((design.sizes[0], design.sizes[12], design.sizes.len()), (50, 204_800, 13));
        // SPEC 001: 100 optimizer steps at n = 50, 320 000 at 204 800.
        assert_eq!((spec(50).steps, spec(204_800).steps), (100, 320_000));
        assert_eq!(spec(50).n_params(), 16_897);
        assert_eq!(QUALITIES.map(|q| (noise_sd(q) * 1e4).round()), [1000.0, 667.0, 500.0]);
    }

    #[test]
    fn no_run_stands_twice_and_every_cell_of_every_protocol_is_there() {
        for budget in Budget::ALL {
            let design = design(budget, None);
            let jobs = design.jobs();
            let ids: BTreeSet<String> = jobs.iter().map(|job| job.spec.id()).collect();
            assert_eq!(ids.len(), jobs.len(), "{budget}: an id stands twice");
            let labels: BTreeSet<&str> = jobs.iter().map(|job| job.label.as_str()).collect();
            assert_eq!(labels.len(), jobs.len(), "{budget}: a label stands twice");
            for protocol in Protocol::ALL {
                for (&n, quality) in design.sizes.iter().zip(QUALITIES.into_iter().cycle()) {
                    let spec = design.plain(protocol, quality, n, 0);
                    assert!(ids.contains(&spec.id()), "{budget}: {} {n} {quality}", protocol.name());
                    spec.check().unwrap();
                }
            }
        }
    }

    #[test]
    fn the_paper_design_has_the_seeds_390_runs_and_all_controls() {
        let jobs = design(Budget::Paper, None).jobs();
        let count = |start: &str| jobs.iter().filter(|job| job.label.starts_with(start)).count();
        assert_eq!(count("epochs"), 390);
        // At 12 800 points 50 epochs are 20 000 steps: those 30 runs serve both protocols.
        assert_eq!(count("steps"), 360);
        assert_eq!((count("converged"), count("annealed quality"), count("annealed noise")), (390, 390, 260));
    }
}
