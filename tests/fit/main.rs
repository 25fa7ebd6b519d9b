//! Laws fitted: known answers, exact recovery, invariance, coverage, speed.

mod known;
mod recovery;
