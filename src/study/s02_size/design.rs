//! The runs of study 02.

use crate::budget::Budget;
use crate::net::mlp::InitScale;
use crate::optim::Optimizer;
use crate::run::{Net, RunSpec, Task};
use crate::sweep::Job;

/// The sizes of the study under one budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Design {
    /// Training images of experiments A and C, ascending; the last is also B's.
    pub sizes: Vec<usize>,
    /// Hidden widths of experiment B, ascending.
    pub widths: Vec<usize>,
    /// Hidden width of experiments A and C: one of `widths`.
    pub width: usize,
    /// Passes over the training images in A and B.
    pub epochs: u64,
    /// Repetitions: seeds 0, 1, …
    pub seeds: u64,
}

/// Images a step, as in the original.
pub const BATCH_SIZE: usize = 64;

/// The study's design under a budget, with another number of seeds if asked.
pub fn design(budget: Budget, seeds: Option<u64>) -> Design {
    let (sizes, widths, width, epochs, usual) = match budget {
        Budget::Smoke => (vec![200, 500, 1000, 2000], vec![8, 16, 32, 64], 32, 2, 3),
        Budget::Class => (vec![1000, 5000, 10_000, 30_000, 60_000], vec![32, 128, 512, 2048], 512, 3, 3),
        Budget::Paper => (vec![1000, 5000, 10_000, 30_000, 60_000], vec![32, 128, 512, 2048], 512, 10, 10),
    };
    Design { sizes, widths, width, epochs, seeds: seeds.unwrap_or(usual) }
}

/// Which experiment a cell belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Experiment {
    /// Error against training images, epochs fixed.
    A,
    /// Error against width, all images.
    B,
    /// Error against training images, optimizer steps fixed.
    C,
}

impl Design {
    /// Most training images.
    pub fn n_most(&self) -> usize {
        *self.sizes.last().expect("a design has sizes")
    }

    /// The run of one cell.
    pub fn spec(&self, experiment: Experiment, n_train: usize, width: usize, seed: u64) -> RunSpec {
        // C counts the epochs of the largest set.
        let n_epoch = if experiment == Experiment::C { self.n_most() } else { n_train };
        let steps_per_epoch = n_epoch.div_ceil(BATCH_SIZE) as u64;
        let (task, steps) = (Task::mnist(n_train), self.epochs * steps_per_epoch);
        let net = Net::Mlp { sizes: vec![784, width, width, 10], scale: InitScale::None };
        RunSpec {
            batch_size: BATCH_SIZE,
            evaluate_every: steps_per_epoch,
            ..RunSpec::new(task, net, Optimizer::adam(1e-3), steps, seed)
        }
    }

    /// Every run once. Where A, B and C meet (most images, the usual width) one run serves all three.
    pub fn jobs(&self) -> Vec<Job> {
        let (n_most, mut jobs) = (self.n_most(), Vec::new());
        for seed in 0..self.seeds {
            let mut add = |name: &str, experiment, n, width| {
                let spec = self.spec(experiment, n, width, seed);
                let label = format!("{name} n_train={n} width={width} steps={} seed={seed}", spec.steps);
                jobs.push(Job::new(label, spec));
            };
            for &n in &self.sizes {
                add(if n == n_most { "ABC" } else { "A" }, Experiment::A, n, self.width);
            }
            for &width in self.widths.iter().filter(|&&width| width != self.width) {
                add("B", Experiment::B, n_most, width);
            }
            for &n in self.sizes.iter().filter(|&&n| n != n_most) {
                add("C", Experiment::C, n, self.width);
            }
        }
        jobs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paper_design_has_the_originals_cells_and_steps() {
        let design = design(Budget::Paper, None);
        // SPEC 003: 160 steps at n = 1000 against 9 380 at 60 000.
        let steps = |&n: &usize| design.spec(Experiment::A, n, 512, 0).steps;
        assert_eq!(design.sizes.iter().map(steps).collect::<Vec<_>>(), [160, 790, 1570, 4690, 9380]);
        let n_params = |&width: &usize| design.spec(Experiment::B, 60_000, width, 0).n_params();
        let n_params: Vec<usize> = design.widths.iter().map(n_params).collect();
        assert_eq!(n_params, [26_506, 118_282, 669_706, 5_824_522]);
    }

    #[test]
    fn the_three_experiments_share_the_run_in_which_they_meet() {
        for budget in Budget::ALL {
            let design = design(budget, None);
            let n = design.n_most();
            let meet = [Experiment::A, Experiment::B, Experiment::C]
                .map(|e| design.spec(e, n, design.width, 3).id());
            assert!(meet[0] == meet[1] && meet[1] == meet[2]);
            let cells = 2 * design.sizes.len() + design.widths.len() - 2;
            assert_eq!(design.jobs().len() as u64, design.seeds * cells as u64);
        }
    }
}
