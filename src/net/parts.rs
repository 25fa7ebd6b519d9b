//! A batch in parts, or micro-batches: each computed whole, and what they yield added in order.
//!
//! As many parts run at once as the pool at hand has threads, each in a work space of its own; where there
//! are more parts than threads, they go on in rounds, and a larger batch needs no more memory. The numbers
//! depend on how many parts there are, never on threads.

use crate::net::batch::Batch;
use crate::ops::layer::add;
use crate::ops::loss::Score;
use rayon::prelude::*;

/// Gradients are added in pieces of so many numbers, so that all threads can help.
const PIECE: usize = 1 << 16;

/// Work spaces `S`, one for each part of a batch; those that never run at once stay empty.
#[derive(Debug)]
pub struct Parts<S> {
    spaces: Vec<S>,
    /// Gradients of the parts of a round but the very first, which writes to the caller's.
    gradients: Vec<Vec<f32>>,
}

impl<S: Send> Parts<S> {
    /// Work spaces for `parts` parts, at least one, each made by `space`.
    pub fn new(parts: usize, space: impl Fn() -> S) -> Self {
        let parts = parts.max(1);
        Self { spaces: (0..parts).map(|_| space()).collect(), gradients: Vec::new() }
    }

    /// The work space of the first part, for work that is not cut.
    pub fn first(&mut self) -> &mut S {
        &mut self.spaces[0]
    }

    /// Writes the sum of the parts' gradients to `gradient`; `work` adds a part's to zeros.
    pub fn gradient(
        &mut self,
        batch: &Batch,
        gradient: &mut [f32],
        work: impl Fn(&mut S, Batch, &mut [f32]) -> Score + Sync,
    ) -> Score {
        let pieces = batch.parts(self.spaces.len());
        let at_once = at_once(pieces.len());
        self.gradients.resize(pieces.len().min(at_once + 1) - 1, Vec::new());
        self.gradients.iter_mut().for_each(|own| own.resize(gradient.len(), 0.0));
        let mut total = Score::default();
        for (round, pieces) in pieces.chunks(at_once).enumerate() {
            let first = (round == 0).then_some(&mut *gradient);
            let others = &mut self.gradients[..pieces.len() - usize::from(round == 0)];
            let targets = first.into_iter().chain(others.iter_mut().map(Vec::as_mut_slice));
            let jobs: Vec<_> = self.spaces.iter_mut().zip(pieces).zip(targets).collect();
            add_in_order(&mut total, jobs, |((space, piece), target)| {
                target.fill(0.0);
                work(space, *piece, target)
            });
            for other in others {
                gradient.par_chunks_mut(PIECE).zip(other.par_chunks(PIECE)).for_each(|(g, o)| add(g, o));
            }
        }
        total
    }

    /// The sum of the parts' scores.
    pub fn score(&mut self, batch: &Batch, work: impl Fn(&mut S, Batch) -> Score + Sync) -> Score {
        let pieces = batch.parts(self.spaces.len());
        let mut total = Score::default();
        for pieces in pieces.chunks(at_once(pieces.len())) {
            let jobs: Vec<_> = self.spaces.iter_mut().zip(pieces).collect();
            add_in_order(&mut total, jobs, |(space, piece)| work(space, *piece));
        }
        total
    }
}

/// How many of some parts run at once: one a thread of the pool at hand.
fn at_once(parts: usize) -> usize {
    rayon::current_num_threads().min(parts)
}

/// Does the jobs, on several threads where there are several, and adds their scores to `total` in order.
fn add_in_order<J: Send>(total: &mut Score, jobs: Vec<J>, work: impl Fn(J) -> Score + Sync + Send) {
    let scores: Vec<Score> = match jobs.len() {
        0 | 1 => jobs.into_iter().map(work).collect(),
        _ => jobs.into_par_iter().map(work).collect(),
    };
    scores.into_iter().for_each(|score| *total += score);
}
