//! The interactive dashboard of the study, under original 002's names, for any of the recorded sizes.
//!
//! ```text
//! index.html                          the way to all of it, with the phases of every size
//! mnist_training_dynamics_{N}.html    rank, accuracy, probe, alpha, D along the runs of one size
//! paper_visualization.html            the paper's Figure 1: feature rank, accuracy, probe
//! esd_analysis/                       spectra of the first size, layer by layer
//! esd_analysis_{N}/                   of the others
//! esd_comparison/                     the sizes beside each other
//! htsr_analysis/                      alpha: its distribution, against the generalization gap, by layer
//! ```
//!
//! Alpha is WeightWatcher's exhaustive fit; original 002's median mode stands beside it, dashed. The first
//! seed is the main line, the others are thin. Where the original draws its two phases at 40 000 and 60 000
//! steps, the measured ones are drawn ([`crate::study::s04_grokking::phases`]).

mod size;
mod measure;
mod trajectory;
mod layer_index;
mod histogram;
mod by_layer;
mod analysis;
mod comparison;
mod htsr;
mod dynamics;
mod paper;
mod main_page;

pub use analysis::analyze;
pub use comparison::compare;
pub use dynamics::dynamics;
pub use htsr::htsr;
pub use paper::paper;
pub use size::{Size, folder, sizes};

use crate::dashboard::{Link, Page};
use crate::error::Result;
use crate::run::{RunRecord, seal};
use crate::study::claim::Claim;

/// The whole dashboard of the runs of one arm; `first` is the size whose spectra lie in `esd_analysis/`.
///
/// # Errors
/// As [`sizes`].
pub fn dashboard(runs: &[RunRecord], claims: &[Claim], first: usize) -> Result<Vec<Page>> {
    let (sizes, records) = (sizes(runs)?, seal(runs));
    let mut pages = Vec::new();
    for size in &sizes {
        pages.push(dynamics(size, &records));
        pages.extend(analyze(size, &folder(size.n_train, first), &records));
    }
    pages.push(paper(&sizes, &records));
    pages.extend(compare(&sizes, "esd_comparison", &records));
    pages.extend(htsr(&sizes, "htsr_analysis", &records));
    for page in &mut pages {
        page.trail.insert(0, Link::new("Deep grokking", "index.html"));
    }
    pages.insert(0, main_page::main_page(&sizes, claims, first, &records));
    Ok(pages)
}
