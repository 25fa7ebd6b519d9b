//! Fitting laws to points: what was found, how sure, and why the search stopped.

pub mod line;
pub mod power;
