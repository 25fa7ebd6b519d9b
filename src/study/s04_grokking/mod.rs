//! Study 04 · Deep grokking: when does a deep network generalize, and do its spectra tell?
//!
//! ```text
//! paper      784-400x11-10, all parameters x 8, squared error on one-hot, AdamW 1e-3, decay 0.01,
//!            batches of 200, pixels 0..1, the first N images, 100 000 steps         (arXiv 2405.19454)
//! omnigrok   the same with 784-200-200-10 and N = 1000: grokking in minutes         (arXiv 2210.01117)
//! scale 1    the paper's with PyTorch's initial parameters: does it still wait?
//! no decay   the paper's without weight decay: does it still come?
//! double     the paper's in double precision, as its own code runs
//! readme     as original 002's README has it: weights alone x 8, Adam with coupled L2, batches of 64,
//!            pixels -1..1
//! ```
//!
//! A seed decides the initial weights and the order of batches; the images are the first N of the file for
//! every seed, as in the paper. Snapshots of every run are taken ([`crate::snapshot`]) before its first step
//! and every [`Design::snapshot_every`] steps.

mod design;
pub mod stages;
pub mod phases;
pub mod ranks;
pub mod spectra;
pub mod published;
pub mod rows;
pub mod findings;
pub mod claims;
pub mod control_claims;
pub mod layers;
pub mod omnigrok;
pub mod spectral_claims;
pub mod figures;
pub mod metrics;
pub mod pages;

use crate::error::Result;
use crate::run::RunRecord;
use crate::study::results::Results;
use crate::study::runs::Runs;
pub use crate::study::s04_grokking::design::{Arm, Design, Omnigrok, design};
use crate::study::s04_grokking::findings::findings;

/// What the runs show: numbers, claims, figures, pages and the original's metrics.
///
/// # Errors
/// As [`findings()`].
pub fn results(runs: &Runs) -> Result<Results> {
    let design = design(runs.budget(), None);
    let found = findings(runs)?;
    let cells = design.cells();
    let paper = cells.iter().zip(runs.records()).filter(|((arm, ..), _)| *arm == Arm::Paper);
    let paper: Vec<RunRecord> = paper.map(|(_, run)| run.clone()).collect();
    let mut tables = vec![("all_runs.csv".to_owned(), found.phase_table())];
    let mut documents = Vec::new();
    for &n in &design.sizes {
        let of_size: Vec<&RunRecord> = paper.iter().filter(|run| run.spec.n_train() == n).collect();
        tables.push((format!("metrics/metrics_dataset_{n}.csv"), metrics::table(&of_size)));
        documents.push((
            format!("metrics/final_metrics_dataset_{n}.json"),
            metrics::json(of_size[0]).to_string() + "\n",
        ));
    }
    let claims = [
        claims::claims(&found),
        control_claims::claims(&found),
        spectral_claims::claims(&found, runs.records()),
    ]
    .concat();
    Ok(Results {
        pages: pages::dashboard(&paper, &claims, design.sizes[0])?,
        claims,
        figures: figures::figures(&found, runs.records()),
        tables,
        documents,
        ..Results::of(&found.provenance, &found)
    })
}
