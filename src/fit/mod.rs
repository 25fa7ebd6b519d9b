//! Fitting laws to points: what was found, how sure, and why the search stopped.
//!
//! [`Points`](points::Points) are checked data, a [`Law`](law::Law) is a formula, a
//! [`Space`](space::Space) says what is minimised, and a [`Fit`](fitted::Fit) is what comes out. Each
//! law has a call of one line: `floor::fit(&x, &y, Space::Log)`.

pub mod line;
pub mod points;
pub mod space;
pub mod law;
pub(crate) mod matrix;
mod form;
mod problem;
mod state;
mod vertex;
mod solve;
mod start;
mod search;
pub mod fitted;
mod noise;
mod profile;
mod monotone;
pub mod bootstrap;
mod verdict;
mod estimate;
pub mod power;
pub mod floor;
pub mod surface;
pub mod broken;
pub mod m4;
pub mod select;
