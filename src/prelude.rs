//! What a notebook sees; nothing else is promised. Every type that a cell may keep must stand here.

pub use crate::budget::Budget;
pub use crate::fit::bootstrap::Draws;
pub use crate::fit::change::{self, Break, Onset, Piece, Smooth, Stages};
pub use crate::fit::fitted::{Fit, Interval, Parameter, Stop};
pub use crate::fit::law::Law;
pub use crate::fit::line::Line;
pub use crate::fit::points::Points;
pub use crate::fit::power::PowerLaw;
pub use crate::fit::select::{self, Candidate, Comparison, LikelihoodRatio};
pub use crate::fit::space::Space;
pub use crate::fit::surface::Allocation;
pub use crate::fit::{bootstrap, broken, floor, line, m4, power, surface};
pub use crate::net::mlp::Mlp;
pub use crate::notebook::{budget, claims, init, recorded, results, seal, train_live};
pub use crate::plot::{Align, Axis, Colour, Figure, Mark, Marker, Panel};
pub use crate::random::stream;
pub use crate::run::{RunRecord, RunSpec};
pub use crate::stats::{Mean, mean};
pub use crate::study::Results;
pub use crate::study::claim::{Claim, Claims, Verdict};
pub use crate::study::s01_samples as s01;
pub use crate::study::s02_size as s02;
pub use crate::table::{Table, Values};
