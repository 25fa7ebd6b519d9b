//! What a batch loader is: splits, targets, and batches out of them.

use crate::net::batch::Batch;

/// A split of the samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// The training samples.
    Train,
    /// Samples held out for early stopping.
    Validation,
    /// Samples held out for testing.
    Test,
}

/// Which targets of a split a network is measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// The targets as the data have them, label noise included.
    Observed,
    /// The targets without noise, known where we added the noise ourselves.
    NoiseFree,
}

/// Batches of one task's samples.
pub trait BatchLoader {
    /// Number of training samples.
    fn n_train(&self) -> usize;

    /// Number of samples that a split is evaluated on.
    fn n_evaluated(&self, split: Split) -> usize;

    /// The places of a split in groups whose losses are told apart: one of all, unless the samples know
    /// better.
    fn groups(&self, split: Split) -> Vec<Vec<u32>> {
        vec![(0..self.n_evaluated(split) as u32).collect()]
    }

    /// Rows of one batch of an evaluation; sums are rounded batch by batch, so another number rounds
    /// otherwise.
    fn evaluation_rows(&self) -> usize;

    /// The samples at these places of a split, without augmentation or dropout.
    fn batch(&mut self, split: Split, targets: TargetKind, places: &[u32]) -> Batch<'_>;

    /// The training samples at these places as step number `step` (the first is 0) sees them: augmented,
    /// without dropout.
    fn training_batch(&mut self, step: u64, places: &[u32]) -> Batch<'_>;
}
