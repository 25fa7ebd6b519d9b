//! Fingers: a few largest eigenvalues that stand away from the tail and make alpha spuriously large.
//!
//! WeightWatcher's `fix_fingers="clip_xmax"`: leave out the largest 2, 3, … 9 eigenvalues and stop
//! at the first fit whose alpha is lower by more than [`THRESHOLD`], or give up when alpha reaches 2.
//! It begins by leaving out two and counts one finger fewer than it left out; so do we.

use crate::spectrum::alpha::{Alpha, above_threshold, fit};

/// The fall of alpha from which on a clip is kept.
pub const THRESHOLD: f64 = 1.0;
/// One more than the largest number of eigenvalues left out.
const MOST: usize = 10;
/// At this alpha the search is given up.
const LOWEST: f64 = 2.0;

/// A tail without its fingers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clipped {
    /// The tail that was settled on; the whole one where clipping did not help.
    pub tail: Alpha,
    /// How many eigenvalues count as fingers.
    pub num_fingers: usize,
    /// Alpha before clipping.
    pub raw_alpha: f64,
}

/// The tail of these eigenvalues, ascending, clipped from above; `None` where there is no tail.
pub fn clip(eigenvalues: &[f64]) -> Option<Clipped> {
    let raw = fit(eigenvalues)?;
    let whole = Clipped { tail: raw, num_fingers: 0, raw_alpha: raw.alpha };
    let values = above_threshold(eigenvalues);
    for left_out in 2..MOST.min(values.len()) {
        let Some(mut tail) = fit(&values[..values.len() - left_out]) else { break };
        if tail.alpha + THRESHOLD < raw.alpha {
            tail.num_pl_spikes = eigenvalues.iter().filter(|x| **x >= tail.xmin).count();
            return Some(Clipped { tail, num_fingers: left_out - 1, raw_alpha: raw.alpha });
        }
        if tail.alpha <= LOWEST {
            break;
        }
    }
    Some(whole)
}
