//! Fitting laws to points: what was found, how sure, and why the search stopped.
//!
//! [`Points`](points::Points) are checked data, a [`Law`](law::Law) is a formula, a [`Space`](space::Space)
//! says what is minimised, and a [`Fit`](fitted::Fit) is what comes out. Each law has a call of one line:
//! `floor::fit(&x, &y, Space::Log)`.

// Points, and what is minimised.
pub mod line;
pub mod points;
pub mod space;
pub mod matrix;
mod observations;

// Laws: parameters, names, what comes out of a fit, what a law says of itself, and one file a law.
mod param;
pub mod law;
mod projection;
pub mod fitted;
mod formula;
pub mod laws;

// The search.
mod coordinates;
mod problem;
mod optimum;
mod quadratic;
mod newton;
mod vertex;
mod descent;
mod search;

// How sure.
mod noise;
mod profile;
mod intervals;
mod monotone;
pub mod bootstrap;

// What may be said.
mod verdict;
mod admission;
mod estimate;
mod ratio;
pub mod select;

pub use laws::{broken, floor, m4, power, surface};
