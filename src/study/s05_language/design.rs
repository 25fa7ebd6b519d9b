//! The runs of study 05, in the order in which they are done.

use crate::budget::Budget;
use crate::data::text::corpus::Corpus;
use crate::optim::{Optimizer, Schedule};
use crate::run::{RunSpec, Task, TextTargets};
use crate::study::s05_language::model::{Control, Model, Size};
use crate::sweep::Job;

/// The sizes of the study under one budget, on one corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// The text.
    pub corpus: Corpus,
    /// Words of the vocabulary.
    pub vocabulary: usize,
    /// Tokens of a window.
    pub sequence: usize,
    /// Windows to train, validate and test on.
    pub windows: [usize; 3],
    /// Windows a step.
    pub batch_size: usize,
    /// Parts of a step, each on a thread of its own where there are threads.
    pub parts: usize,
    /// Passes over the training windows.
    pub epochs: u64,
    /// Learning rate at the first step.
    pub learning_rate: f64,
    /// The original's quick grid.
    pub quick: Vec<Size>,
    /// Where the controls are.
    pub controls: Vec<Size>,
    /// Where half the data are, besides [`Design::controls`]: with the first seed alone.
    pub half_data: Vec<Size>,
    /// The original's full grid.
    pub full: Vec<Size>,
    /// Repetitions of the quick grid and the controls: seeds 42, 43, …
    pub seeds: u64,
}

/// The original's seed, and the first of ours.
pub const FIRST_SEED: u64 = 42;

/// Windows of 128 words of the State of the Union addresses.
pub const SOTU_WINDOWS: [usize; 3] = [12_093, 1007, 921];

/// What the controls change, each of which model.
const CONTROLS: [(Control, Model); 8] = [
    (Control::ResolventOff, Model::Causal),
    (Control::Misaligned, Model::Original),
    (Control::TrainedGate, Model::Causal),
    (Control::BlendedGradient, Model::Original),
    (Control::RateThird, Model::Causal),
    (Control::RateTriple, Model::Causal),
    (Control::RateThird, Model::Transformer),
    (Control::RateTriple, Model::Transformer),
];

/// The study's design on the State of the Union addresses, with another number of seeds if asked.
pub fn design(budget: Budget, seeds: Option<u64>) -> Design {
    let grid = |widths: &[usize], layers: &[usize]| -> Vec<Size> {
        let sizes = widths.iter().flat_map(|&width| layers.iter().map(move |&layers| Size { width, layers }));
        sizes.collect()
    };
    let size = |width, layers| Size { width, layers };
    let paper = Design {
        corpus: Corpus::Sotu,
        vocabulary: 30_000,
        sequence: 128,
        windows: SOTU_WINDOWS,
        batch_size: 32,
        parts: 4,
        epochs: 5,
        learning_rate: 1e-3,
        quick: grid(&[64, 128], &[4, 8]),
        controls: vec![size(64, 4), size(128, 8)],
        half_data: vec![size(256, 8)],
        full: grid(&[64, 128, 256, 512], &[4, 8, 12, 16]),
        seeds: seeds.unwrap_or(3),
    };
    match budget {
        Budget::Paper => paper,
        Budget::Class => Design {
            vocabulary: 8000,
            windows: [1500, 200, 200],
            epochs: 2,
            quick: grid(&[16, 32], &[2, 4]),
            controls: vec![size(16, 2)],
            half_data: Vec::new(),
            full: grid(&[16, 32, 64], &[2, 4]),
            ..paper
        },
        Budget::Smoke => Design {
            vocabulary: 1000,
            sequence: 32,
            windows: [2000, 200, 200],
            epochs: 3,
            learning_rate: 1e-2,
            quick: grid(&[8, 16], &[1, 2]),
            controls: vec![size(16, 1)],
            half_data: Vec::new(),
            full: grid(&[8, 16, 32], &[1, 2]),
            seeds: seeds.unwrap_or(2),
            ..paper
        },
    }
}

impl Design {
    /// The seeds of the quick grid and the controls.
    pub fn seeds(&self) -> impl Iterator<Item = u64> + use<> {
        FIRST_SEED..FIRST_SEED + self.seeds
    }

    /// The run of one model at one size.
    pub fn spec(&self, model: Model, control: Control, size: Size, seed: u64) -> RunSpec {
        let [n_all, n_validation, n_test] = self.windows;
        let steps_per_epoch = n_all.div_ceil(self.batch_size) as u64;
        let task = Task::Text {
            corpus: self.corpus.clone(),
            vocabulary: self.vocabulary as u32,
            sequence: self.sequence,
            n_train: if control == Control::HalfData { n_all / 2 } else { n_all },
            n_validation,
            n_test,
            targets: match control {
                Control::Misaligned => TextTargets::Misaligned,
                _ => TextTargets::Next,
            },
        };
        let net = control.apply(model.net([self.vocabulary, self.sequence], size));
        let optimizer = Optimizer::adamw(self.learning_rate * control.rate(), 0.01);
        RunSpec {
            schedule: Schedule::Cosine { floor: 0.1 },
            clip_norm: Some(0.5),
            batch_size: self.batch_size,
            parts: self.parts,
            evaluate_every: steps_per_epoch,
            ..RunSpec::new(task, net, optimizer, self.epochs * steps_per_epoch, seed)
        }
    }

    /// Every run once, in order; a run of the quick grid serves the full grid too.
    pub fn jobs(&self) -> Vec<Job> {
        let mut jobs: Vec<Job> = Vec::new();
        let mut add = |part: &str, model: Model, control: Control, size: Size, seed: u64| {
            let spec = self.spec(model, control, size, seed);
            if jobs.iter().any(|job| job.spec == spec) {
                return;
            }
            let Size { width, layers } = size;
            let changed = if control == Control::None { "" } else { &format!("{} ", control.name()) };
            let label = format!(
                "{part} {} {changed}d{width} L{layers} seed={seed} corpus={}",
                model.name(),
                self.corpus.word()
            );
            let rank = jobs.len();
            jobs.push(Job { label, rank, spec });
        };
        for seed in self.seeds() {
            for &size in &self.quick {
                Model::ALL.into_iter().for_each(|model| add("quick", model, Control::None, size, seed));
            }
        }
        for seed in self.seeds() {
            for &size in &self.controls {
                for (control, model) in CONTROLS {
                    add("control", model, control, size, seed);
                }
                add("control", Model::Causal, Control::HalfData, size, seed);
            }
        }
        for &size in &self.half_data {
            add("control", Model::Causal, Control::HalfData, size, FIRST_SEED);
        }
        for (part, model) in
            [("full", Model::Causal), ("transformer", Model::Transformer), ("original", Model::Original)]
        {
            self.full.iter().for_each(|&size| add(part, model, Control::None, size, FIRST_SEED));
        }
        jobs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_paper_design_has_the_originals_steps_and_every_cell_of_both_grids_once() {
        let design = design(Budget::Paper, None);
        let jobs = design.jobs();
        let ids: BTreeSet<String> = jobs.iter().map(|job| job.spec.id()).collect();
        assert_eq!(ids.len(), jobs.len(), "no run stands twice in the list");
        // 12 093 windows, 32 a step, five epochs.
        assert!(jobs.iter().all(|job| job.spec.steps == 5 * 378));
        let of = |part: &str| jobs.iter().filter(|job| job.label.starts_with(part)).count();
        assert_eq!(of("quick"), 4 * 3 * 3);
        assert_eq!(of("control"), 2 * 9 * 3 + 1);
        assert_eq!([of("full"), of("transformer"), of("original")], [12; 3], "4 of 16 are the quick grid's");
        assert!(jobs.iter().enumerate().all(|(i, job)| job.rank == i), "they are done in this order");
    }

    #[test]
    fn every_control_changes_its_run() {
        let design = design(Budget::Smoke, None);
        let size = design.controls[0];
        for (control, model) in CONTROLS.into_iter().chain([(Control::HalfData, Model::Causal)]) {
            let plain = design.spec(model, Control::None, size, 42);
            let changed = design.spec(model, control, size, 42);
            assert_ne!(plain.id(), changed.id(), "{control:?}");
            assert_eq!(plain.steps, changed.steps, "{control:?} takes as many steps");
            changed.check().unwrap();
        }
    }
}
