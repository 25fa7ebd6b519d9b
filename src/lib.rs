//! **lawbook**: a literate Rust workbook of scaling laws, grokking and generalization.
//!
//! The modules stand in layers, the lowest first. **A module names only modules declared above it**,
//! so this list is the architecture diagram, and a test keeps it true.

// GROUND: errors, paths, random streams, the machine.
pub mod error;
pub mod budget;
pub mod paths;
pub mod identity;
pub mod lock;
pub mod random;
pub mod machine;
pub mod numerals;
pub mod markup;
pub mod notebook_output;
pub mod input;

// 1 MATHEMATICS: slices in, small structs of plain numbers out.
pub mod stats;
pub mod fit;
pub mod change;
pub mod tail;
pub mod spectrum;
pub mod features;

// 2 WORLDS: datasets, fused operations, optimizers, networks.
pub mod data;
pub mod ops;
pub mod optim;
pub mod net;

// 3 LABORATORY: run specs, training, checkpoints, records, sweeps.
pub mod task;
pub mod protocol;
pub mod snapshot;
pub mod run;
pub mod records;
pub mod learner;
pub mod checkpoint;
pub mod lease;
pub mod weights;
pub mod feed;
pub mod evaluate;
pub mod train;
pub mod sweep;
pub mod bench;

// 4 GALLERY: tables, figures, dashboards.
pub mod table;
pub mod plot;
pub mod law_figure;
pub mod esd;
pub mod dashboard;

// 5 STUDIES: designs, findings, claims, figures.
pub mod study;

pub mod audit;

// ROOF: the notebook interface.
pub mod notebook;
pub mod prelude;
