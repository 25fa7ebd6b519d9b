//! Laws fitted: known answers, exact recovery, invariance, bad input, coverage, speed.

mod known;
mod recovery;
mod coverage;
mod behaviour;
mod refusals;
mod cells;
mod choice;
mod speed;
