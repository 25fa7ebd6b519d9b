//! A snapshot of an MLP during training: the spectra of its weights, the rank of its features, linear probes.
//!
//! One [`Snapshot`] holds a row per layer. The columns of [`SpectrumRow`] are WeightWatcher's, with the
//! shuffled baseline and the Marchenko–Pastur bulk; beside them stand the median-mode exponent of original
//! 002 (for comparison: it calls random layers well trained), the feature rank and the probe accuracy on the
//! test set, as the deep-grokking paper has them.

use crate::error::Result;
use crate::features::{Dense, features};
use crate::net::mlp::Mlp;
use crate::numerals::rounded;
use crate::spectrum::matrix::WeightMatrix;
use crate::spectrum::original_modes::{OriginalMode, fit};
use crate::spectrum::row::{LayerSpectrum, SpectrumOptions, SpectrumRow};
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Significant digits of what is kept.
const DIGITS: usize = 6;

/// Spectra, feature ranks and linear probes of every layer after some steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Optimizer steps taken.
    pub step: u64,
    /// The layers, from the input on.
    pub layers: Vec<LayerSnapshot>,
}

/// Spectrum, feature rank and linear probe of one layer, to six digits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerSnapshot {
    /// WeightWatcher's columns of its weights, and the verdict.
    #[serde(flatten)]
    pub row: SpectrumRow,
    /// Exponent by original 002's median mode.
    pub median_alpha: Option<f64>,
    /// Its Kolmogorov–Smirnov distance.
    #[serde(rename = "median_D")]
    pub median_ks: Option<f64>,
    /// Numerical rank of the covariance of the layer's pre-activations on the test set.
    pub feature_rank: usize,
    /// The eigenvalue of that covariance below which a direction does not count.
    pub rank_tolerance: f64,
    /// Share of held-out test samples whose class a linear map of the pre-activations tells.
    pub probe_accuracy: f64,
    /// All eigenvalues of `W Wᵀ`, ascending, where they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub eigenvalues: Vec<f64>,
}

/// The snapshot of `mlp` with these parameters; `inputs` are one row per label.
///
/// The layers' spectra and features are computed on the threads of the pool at hand, with the same
/// numbers on any number of them. `seed` decides the shuffled baseline.
///
/// # Errors
/// As [`LayerSpectrum::of`] and [`features`].
pub fn take(
    step: u64,
    mlp: &Mlp,
    parameters: &[f64],
    (inputs, labels): (&[f64], &[u8]),
    keep_eigenvalues: bool,
    seed: u64,
) -> Result<Snapshot> {
    let options = SpectrumOptions { mp: true, randomize: true, seed, ..SpectrumOptions::default() };
    let layers = mlp.layers();
    let spectra = layers.par_iter().enumerate().map(|(l, layer)| {
        let weights = parameters[layer.weights.clone()].to_vec();
        let matrix = WeightMatrix::new(layer.outputs, layer.inputs, weights);
        LayerSpectrum::of(&format!("layer_{l}"), &[matrix], &options)
    });
    let spectra = spectra.collect::<Result<Vec<LayerSpectrum>>>()?;
    let dense: Vec<Dense> = layers
        .iter()
        .map(|layer| Dense {
            weights: &parameters[layer.weights.clone()],
            biases: &parameters[layer.biases.clone()],
        })
        .collect();
    let features = features(&dense, inputs, labels)?;
    let layers = spectra.into_iter().zip(features).map(|(spectrum, feature)| {
        let median = fit(&spectrum.eigenvalues, OriginalMode::Median);
        six_digits(&LayerSnapshot {
            median_alpha: median.map(|fit| fit.alpha),
            median_ks: median.map(|fit| fit.ks),
            row: spectrum.row,
            feature_rank: feature.rank,
            rank_tolerance: feature.tolerance,
            probe_accuracy: feature.probe_accuracy,
            eigenvalues: if keep_eigenvalues { spectrum.eigenvalues } else { Vec::new() },
        })
    });
    Ok(Snapshot { step, layers: layers.collect() })
}

/// The same with every number rounded, so that records stay small.
fn six_digits<T: Serialize + DeserializeOwned>(value: &T) -> T {
    let mut json = serde_json::to_value(value).expect("a snapshot holds numbers and words only");
    round(&mut json);
    serde_json::from_value(json).expect("rounding changes no kind")
}

fn round(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Number(number) if number.is_f64() => {
            if let Some(x) = number.as_f64() {
                *json = serde_json::json!(rounded(x, DIGITS));
            }
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(round),
        serde_json::Value::Object(map) => map.values_mut().for_each(round),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Architecture;

    fn mlp() -> (Mlp, Vec<f64>, Vec<f64>, Vec<u8>) {
        let mlp = Mlp::new(&[20, 60, 50, 10]);
        let parameters = mlp.initial(1).into_iter().map(f64::from).collect();
        let inputs: Vec<f64> = (0..400 * 20).map(|i| ((i * i) as f64 * 0.7).sin()).collect();
        (mlp, parameters, inputs, (0..400).map(|i| (i % 10) as u8).collect())
    }

    #[test]
    fn a_snapshot_is_the_same_on_any_number_of_threads_and_survives_its_json() {
        let (mlp, parameters, inputs, labels) = mlp();
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| take(5, &mlp, &parameters, (&inputs, &labels), true, 3).unwrap())
        };
        let one = on(1);
        assert_eq!(one, on(3));
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Snapshot>(&json).unwrap(), one);
    }

    #[test]
    fn a_snapshot_has_every_layer_with_its_spectrum_and_its_features() {
        let (mlp, parameters, inputs, labels) = mlp();
        let snapshot = take(0, &mlp, &parameters, (&inputs, &labels), true, 3).unwrap();
        assert_eq!(snapshot.layers.iter().map(|l| l.eigenvalues.len()).collect::<Vec<_>>(), [20, 50, 10]);
        // 60 features of 20 inputs have rank 20 at most; 50 features of 60 units behind a ReLU have all.
        assert_eq!(snapshot.layers.iter().map(|l| l.feature_rank).collect::<Vec<_>>(), [20, 50, 10]);
        let norm: f64 = parameters[mlp.layers()[1].weights.clone()].iter().map(|w| w * w).sum();
        assert!((snapshot.layers[1].row.norms.norm / norm - 1.0).abs() < 1e-5);
        assert!(snapshot.layers[1].row.bulk.is_some() && snapshot.layers[1].row.baseline.is_some());
    }
}
