//! What a notebook sees; nothing else is promised. Every type that a cell may keep must stand here.

pub use crate::budget::Budget;
pub use crate::esd::{self, Analysis};
pub use crate::fit::power;
pub use crate::net::mlp::Mlp;
pub use crate::notebook::{budget, claims, init, recorded, results, seal, train_live};
pub use crate::plot::{Align, Axis, Colour, Figure, Mark, Marker, Panel};
pub use crate::random::stream;
pub use crate::run::{RunRecord, RunSpec};
pub use crate::spectrum;
pub use crate::spectrum::features::{Dense, Feature, features};
pub use crate::spectrum::row::{LayerSpectrum, SpectrumOptions, SpectrumRow};
pub use crate::stats::{Mean, mean};
pub use crate::study::Results;
pub use crate::study::claim::{Claim, Claims, Verdict};
pub use crate::study::s02_size as s02;
pub use crate::table::{Table, Values};
pub use crate::tail;
pub use crate::tail::bootstrap::{Goodness, Interval, Intervals};
pub use crate::tail::compare::Comparison;
pub use crate::tail::law::{Law, Model};
pub use crate::tail::verdict::TailVerdict;
pub use crate::tail::{Edge, Kind, Tail};
