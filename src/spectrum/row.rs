//! The metrics of one layer: every column of WeightWatcher's table, a few of our own, and the verdict.

use crate::error::{Error, Result};
use crate::spectrum::alpha::{self, Alpha};
use crate::spectrum::bulk::{self, Bulk};
use crate::spectrum::det_x::{DetX, det_x};
use crate::spectrum::esd::Esd;
use crate::spectrum::fingers;
use crate::spectrum::matrix::WeightMatrix;
use crate::spectrum::norms::{Norms, log_alpha_norm, norms};
use crate::spectrum::original_modes::{self, OriginalModes};
use crate::spectrum::shuffled::{Baseline, Shuffles, baseline, shuffles};
use crate::spectrum::verdict::{LayerVerdict, verdict};
use crate::tail::bootstrap::goodness;
use crate::tail::{Edge, Kind, continuous};
use serde::{Deserialize, Serialize};

/// Analyses beyond the norms and the tail.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct SpectrumOptions {
    /// The Marchenko–Pastur bulk.
    pub mp: bool,
    /// The shuffled baseline.
    pub randomize: bool,
    /// Leave out fingers before fitting the tail.
    pub fix_fingers: bool,
    /// Bootstrap samples of the goodness-of-fit test; 0 for none.
    pub gof: usize,
    /// Original 002's three ways to fit, for comparison.
    pub original_modes: bool,
    /// Decides shuffles and bootstrap samples.
    pub seed: u64,
}

/// The metrics of one layer, in JSON one flat object; absent columns were not asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(non_snake_case)]
pub struct SpectrumRow {
    /// The layer's name.
    pub name: String,
    /// Rows of its weight (outputs in PyTorch).
    pub rows: usize,
    /// Columns of its weight (inputs in PyTorch).
    pub cols: usize,
    /// Larger side.
    pub N: usize,
    /// Smaller side.
    pub M: usize,
    /// N / M.
    pub Q: f64,
    /// Places of the kernel of a convolution; 1 otherwise.
    pub rf: usize,
    /// Eigenvalues, all slices together.
    pub num_evals: usize,
    /// The tail; its columns are absent where there is none.
    #[serde(flatten)]
    pub tail: Option<Alpha>,
    /// alpha · log₁₀ λ_max.
    pub alpha_weighted: Option<f64>,
    /// log₁₀ Σ λ^alpha.
    pub log_alpha_norm: Option<f64>,
    /// Eigenvalues left out as fingers; absent unless asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub num_fingers: Option<usize>,
    /// Alpha before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_alpha: Option<f64>,
    /// Norms, ranks, entropy.
    #[serde(flatten)]
    pub norms: Norms,
    /// Largest eigenvalue, under WeightWatcher's other name for it.
    pub lambda_max: f64,
    /// Largest singular value.
    pub sv_max: f64,
    /// Smallest singular value (of a convolution: the largest of its slices' smallest).
    pub sv_min: f64,
    /// Singular values that are zero to rounding.
    pub rank_loss: usize,
    /// The trace-log condition; absent where all eigenvalues are equal.
    #[serde(flatten)]
    pub det_x: Option<DetX>,
    /// Eigenvalues in the det X tail, under WeightWatcher's other name for it.
    #[serde(rename = "num_ERG_spikes")]
    pub num_erg_spikes: Option<usize>,
    /// Eigenvalues in the det X tail less those in the power-law tail.
    #[serde(rename = "ERG_gap")]
    pub erg_gap: Option<i64>,
    /// The Marchenko–Pastur fit, where asked for.
    #[serde(flatten)]
    pub bulk: Option<Bulk>,
    /// The shuffled baseline, where asked for.
    #[serde(flatten)]
    pub baseline: Option<Baseline>,
    /// Goodness of fit of the row's power law: p-value of the semi-parametric bootstrap over the eigenvalues
    /// up to `xmax`, where asked for. Absent with fewer than 20 of them, whose exponent is found otherwise
    /// than the bootstrap's, and where repeated eigenvalues lead the two to different edges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gof_p: Option<f64>,
    /// Original 002's three ways to fit, where asked for.
    #[serde(flatten)]
    pub original_modes: Option<OriginalModes>,
    /// "success", or "failed" where there is no tail.
    pub status: String,
    /// In words.
    #[serde(flatten)]
    pub verdict: LayerVerdict,
}

/// The metrics of a layer and its eigenvalues.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerSpectrum {
    /// The row.
    pub row: SpectrumRow,
    /// Eigenvalues, ascending.
    pub eigenvalues: Vec<f64>,
    /// Those of one shuffle of the weights, ascending; empty unless asked for.
    pub shuffled: Vec<f64>,
}

impl LayerSpectrum {
    /// The layer `name` with these `slices`: at least one, all of one size.
    ///
    /// # Errors
    /// As [`Esd::of`].
    pub fn of(name: &str, slices: &[WeightMatrix], options: &SpectrumOptions) -> Result<Self> {
        let named = |why: Error| Error::Failed(format!("layer {name}: {why}"));
        let esd = Esd::of(slices).map_err(named)?;
        let shuffles = options.randomize.then(|| shuffles(name, slices, esd.eigenvalues.len(), options.seed));
        let shuffles = shuffles.transpose().map_err(named)?;
        let (slice, rf) = (&slices[0], slices.len());
        let row = SpectrumRow::of(name, [slice.rows, slice.cols], rf, &esd, shuffles.as_ref(), options);
        Ok(Self { row, eigenvalues: esd.eigenvalues, shuffled: shuffles.map_or(Vec::new(), |s| s.single) })
    }
}

impl SpectrumRow {
    /// The row of a layer of this shape, cut into `rf` slices, whose eigenvalues are known.
    pub fn of(
        name: &str,
        [rows, cols]: [usize; 2],
        rf: usize,
        esd: &Esd,
        shuffles: Option<&Shuffles>,
        options: &SpectrumOptions,
    ) -> Self {
        let eigenvalues = &esd.eigenvalues;
        let clipped = if options.fix_fingers { fingers::clip(eigenvalues) } else { None };
        let tail = clipped.map(|c| c.tail).or_else(|| alpha::fit(eigenvalues));
        let norms = norms(eigenvalues, esd.larger);
        let det_x = det_x(eigenvalues);
        let baseline = shuffles.map(|s| baseline(eigenvalues, s, esd.larger, esd.smaller));
        let gof_p = tail.filter(|_| options.gof > 0).and_then(|tail| gof_p(eigenvalues, &tail, options));
        Self {
            name: name.to_owned(),
            rows,
            cols,
            N: esd.larger,
            M: esd.smaller,
            Q: esd.larger as f64 / esd.smaller as f64,
            rf,
            num_evals: eigenvalues.len(),
            tail,
            alpha_weighted: tail.map(|t| t.alpha * norms.log_spectral_norm),
            log_alpha_norm: tail.map(|t| log_alpha_norm(eigenvalues, t.alpha)),
            num_fingers: clipped.map(|c| c.num_fingers),
            raw_alpha: clipped.map(|c| c.raw_alpha),
            norms,
            lambda_max: norms.spectral_norm,
            sv_max: esd.sv_max,
            sv_min: esd.sv_min,
            rank_loss: esd.rank_loss,
            det_x,
            num_erg_spikes: det_x.map(|d| d.num),
            erg_gap: det_x.zip(tail).map(|(d, t)| d.num as i64 - t.num_pl_spikes as i64),
            bulk: options.mp.then(|| bulk::fit(eigenvalues, esd.larger, esd.smaller)),
            baseline,
            gof_p,
            original_modes: options.original_modes.then(|| original_modes::all(eigenvalues)),
            status: if tail.is_some() { "success" } else { "failed" }.to_owned(),
            verdict: verdict(tail.as_ref(), eigenvalues.len(), gof_p, baseline.as_ref()),
        }
    }
}

/// p of the very tail that the row shows; `None` where the bootstrap would fit another.
fn gof_p(eigenvalues: &[f64], tail: &Alpha, options: &SpectrumOptions) -> Option<f64> {
    let fitted = alpha::above_threshold(eigenvalues);
    let fitted = &fitted[..fitted.partition_point(|x| *x <= tail.xmax)];
    if fitted.len() < alpha::FEW || continuous::fit(fitted).ok()?.x_min != tail.xmin {
        return None;
    }
    goodness(fitted, Kind::Continuous, Edge::Closest, options.gof, options.seed).ok().map(|g| g.p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_goodness_of_fit_is_that_of_the_tail_in_the_row() {
        // Quantiles of a Pareto law, and eight fingers far above them.
        let pareto = |n: usize| (1..=n).map(move |k| (1.0 - (k as f64 - 0.5) / n as f64).powf(-1.0 / 1.5));
        let mut values: Vec<f64> = pareto(60).take(47).collect();
        values.extend((0..8).map(|i| 2433.0 + 2.433 * f64::from(i)));
        let clipped = fingers::clip(&values).unwrap();
        assert!(clipped.num_fingers > 0 && clipped.tail.xmax < values[54]);
        let options = SpectrumOptions { gof: 60, fix_fingers: true, ..SpectrumOptions::default() };
        let shown = values.iter().filter(|x| **x <= clipped.tail.xmax).count();
        let p = |values: &[f64]| goodness(values, Kind::Continuous, Edge::Closest, 60, 0).unwrap().p;
        let found = gof_p(&values, &clipped.tail, &options).unwrap();
        assert_eq!(found, p(&values[..shown]));
        assert_ne!(found, p(&values), "the fingers make it another tail");
        let few: Vec<f64> = pareto(19).collect();
        assert_eq!(gof_p(&few, &alpha::fit(&few).unwrap(), &options), None);
    }
}
