//! A batch in parts: each computed whole in a work space of its own, and what they yield added in order.
//!
//! The parts may run on several threads; the numbers depend on how many parts there are, never on threads.

use crate::net::batch::Batch;
use crate::ops::layer::add;
use crate::ops::loss::Score;
use rayon::prelude::*;

/// Gradients are added in pieces of so many numbers, so that all threads can help.
const PIECE: usize = 1 << 16;

/// Work spaces `S`, one for each part of a batch.
#[derive(Debug)]
pub struct Parts<S> {
    spaces: Vec<S>,
    /// Gradients of all parts but the first, which writes to the caller's.
    gradients: Vec<Vec<f32>>,
}

impl<S: Send> Parts<S> {
    /// Work spaces for `parts` parts, at least one, each made by `space`.
    pub fn new(parts: usize, space: impl Fn() -> S) -> Self {
        let parts = parts.max(1);
        Self { spaces: (0..parts).map(|_| space()).collect(), gradients: vec![Vec::new(); parts - 1] }
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
        let others = &mut self.gradients[..pieces.len() - 1];
        others.iter_mut().for_each(|other| other.resize(gradient.len(), 0.0));
        let targets = std::iter::once(&mut *gradient).chain(others.iter_mut().map(Vec::as_mut_slice));
        let jobs: Vec<_> = self.spaces.iter_mut().zip(pieces).zip(targets).collect();
        let total = in_order(jobs, |((space, piece), target)| {
            target.fill(0.0);
            work(space, piece, target)
        });
        for other in others {
            gradient.par_chunks_mut(PIECE).zip(other.par_chunks(PIECE)).for_each(|(g, o)| add(g, o));
        }
        total
    }

    /// The sum of the parts' scores.
    pub fn score(&mut self, batch: &Batch, work: impl Fn(&mut S, Batch) -> Score + Sync) -> Score {
        let jobs: Vec<_> = self.spaces.iter_mut().zip(batch.parts(self.gradients.len() + 1)).collect();
        in_order(jobs, |(space, piece)| work(space, piece))
    }
}

/// Does the jobs, on several threads where there are several, and adds their scores in order.
fn in_order<J: Send>(jobs: Vec<J>, work: impl Fn(J) -> Score + Sync + Send) -> Score {
    let scores: Vec<Score> = match jobs.len() {
        0 | 1 => jobs.into_iter().map(work).collect(),
        _ => jobs.into_par_iter().map(work).collect(),
    };
    let mut total = Score::default();
    scores.into_iter().for_each(|score| total += score);
    total
}
