//! The runs with one number of training images, and what was measured of their phases.

use crate::dashboard::PlotMark;
use crate::error::{Error, Result};
use crate::run::RunRecord;
use crate::study::s04_grokking::phases::{Phases, phases};
use crate::study::s04_grokking::ranks::{Ranks, ranks};
use std::collections::BTreeMap;

/// The runs of one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Size {
    /// Training images.
    pub n_train: usize,
    /// One run a seed, the seeds ascending; all have snapshots of the same layers.
    pub runs: Vec<RunRecord>,
    /// The phases of each run.
    pub phases: Vec<Phases>,
    /// The feature ranks of the deep layers of each run.
    pub ranks: Vec<Ranks>,
}

/// The sizes among these runs of one arm, ascending.
///
/// # Errors
/// [`Error::Failed`] without runs, for a run that has no snapshots, and for two runs of one size and one
/// seed; as [`phases`] and [`ranks`].
pub fn sizes(runs: &[RunRecord]) -> Result<Vec<Size>> {
    let mut found: BTreeMap<usize, BTreeMap<u64, &RunRecord>> = BTreeMap::new();
    for run in runs {
        let (n_train, seed) = (run.spec.n_train(), run.spec.seed);
        if run.snapshots.is_empty() || run.curve.is_empty() {
            return Err(Error::Failed(format!(
                "run {} has no snapshots: a dashboard wants runs of study 04",
                run.id
            )));
        }
        if found.entry(n_train).or_default().insert(seed, run).is_some() {
            return Err(Error::Failed(format!(
                "two runs have {n_train} images and seed {seed}: a dashboard shows one arm of the study"
            )));
        }
    }
    if found.is_empty() {
        return Err(Error::Failed("there is no run to show: record some with `lawbook sweep 04`".to_owned()));
    }
    let size = |(n_train, seeds): (usize, BTreeMap<u64, &RunRecord>)| {
        let runs: Vec<RunRecord> = seeds.into_values().cloned().collect();
        let phases = runs.iter().map(phases).collect::<Result<Vec<_>>>()?;
        let ranks = runs.iter().map(|run| ranks(&run.snapshots)).collect::<Result<Vec<_>>>()?;
        Ok(Size { n_train, runs, phases, ranks })
    };
    found.into_iter().map(size).collect()
}

/// The folder of a size's spectra, where `first` is the size that bears no number.
pub fn folder(n_train: usize, first: usize) -> String {
    if n_train == first { "esd_analysis".to_owned() } else { format!("esd_analysis_{n_train}") }
}

impl Size {
    /// "2000 images".
    pub fn words(&self) -> String {
        format!("{} images", self.n_train)
    }

    /// Layers of the network.
    pub fn layers(&self) -> usize {
        self.runs[0].snapshots[0].layers.len()
    }

    /// "layer 3, 400 × 400".
    pub fn layer_words(&self, layer: usize) -> String {
        let row = &self.runs[0].snapshots[0].layers[layer].row;
        format!("layer {layer}, {} × {}", row.rows, row.cols)
    }

    /// Steps of the first seed's memorization and generalization, as far as there were such.
    pub fn marks(&self) -> Vec<PlotMark> {
        let phases = &self.phases[0];
        let mark = |step: Option<u64>, what: &str| {
            step.map(|step| PlotMark { at: step as f64, words: format!("{what} at {step}") })
        };
        let marks = [mark(phases.memorization, "memorized"), mark(phases.generalization, "generalized")];
        marks.into_iter().flatten().collect()
    }
}
