//! A run: the spec that decides it, and the record it leaves.
//!
//! The identity of a run is the hash of its spec. Two runs with one identity leave the same `curve`
//! and `final` on one instruction set; `seconds`, `device` and the like are reported, not compared.

pub mod spec;
pub mod record;

pub use crate::net::shape::Net;
pub use crate::protocol::{SnapshotSchedule, Spacing, Stop};
pub use crate::run::record::{Code, Point, RunRecord, seal};
pub use crate::run::spec::{ARITHMETIC, Engine, Precision, RunSpec};
pub use crate::task::{Choice, Task, TextTargets};
