//! Change points: is there a break in a curve, where, and would a smooth curve do as well? How many stages
//! has it?
//!
//! [`onset`](fn@onset) puts one break to the test against a smooth alternative, [`stages`] counts the stages
//! of a curve. Coordinates are the caller's: pass ln x and ln y where a law is a line. Noise is taken to be
//! equal at all points. Long curves (400 points, for stages 2000) are first averaged over neighbours.

mod series;
mod family;
mod onset;
mod segments;

pub use onset::{Break, Onset, Smooth, onset};
pub use segments::{Piece, Stages, stages};
