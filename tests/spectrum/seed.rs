//! Original 002's own spectra and what it made of them, from the reference folder.

use lawbook::spectrum::alpha;
use lawbook::spectrum::norms::{log_alpha_norm, norms};
use lawbook::spectrum::original_modes::{OriginalMode, fit};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The folder of original 002's original outputs, if this machine has it.
fn reference() -> Option<PathBuf> {
    let folder = std::env::var_os("LAWBOOK_REFERENCE").map(|root| PathBuf::from(root).join("seed002"));
    if folder.is_none() {
        eprintln!("SKIPPED: LAWBOOK_REFERENCE names no folder with original 002's outputs");
    }
    folder
}

/// The rows of a CSV file by column name.
fn rows(name: &str) -> Option<Vec<BTreeMap<String, String>>> {
    let text = std::fs::read_to_string(reference()?.join(name)).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let names = lines.next().unwrap();
    Some(lines.map(|cells| names.iter().cloned().zip(cells).collect()).collect())
}

/// Eigenvalues by (dataset size, layer), ascending.
fn eigenvalues() -> Option<BTreeMap<(String, String), Vec<f64>>> {
    let mut found: BTreeMap<(String, String), Vec<f64>> = BTreeMap::new();
    for row in rows("eigs_step10000.csv")? {
        let key = (row["dataset_size"].clone(), row["layer"].clone());
        found.entry(key).or_default().push(row["eig"].parse().unwrap());
    }
    assert_eq!(found.len(), 24);
    Some(found)
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

#[test]
fn the_exhaustive_fit_of_seed_002s_spectra_is_the_reference_fit() {
    let (Some(spectra), Some(rows)) = (eigenvalues(), rows("ww_style_fit_step10000.csv")) else { return };
    for row in &rows {
        let values = &spectra[&(row["dataset_size"].clone(), row["layer"].clone())];
        // The reference fits the ten eigenvalues of the last layer like all others; that is the original's own
        // goodness-of-fit mode. WeightWatcher 0.7.7, and so `alpha::fit`, corrects them for bias.
        let seed = fit(values, OriginalMode::GoodnessOfFit).unwrap();
        let (mut found, mut spikes) = ((seed.alpha, seed.ks, seed.xmin), None);
        if values.len() >= 20 {
            let tail = alpha::fit(values).unwrap();
            assert!((tail.alpha - seed.alpha).abs() < 1e-9 && tail.xmin == seed.xmin);
            found = (tail.alpha, tail.ks, tail.xmin);
            spikes = Some(tail);
        }
        let close = |x: f64, column: &str| {
            let expected = number(row, column);
            assert!((x / expected - 1.0).abs() < 1e-6, "{row:?}: {column} {x}");
        };
        close(found.0, "alpha");
        close(found.1, "D");
        close(found.2, "xmin");
        let norms = norms(values, 784);
        close(norms.stable_rank, "stable_rank");
        close(norms.log_spectral_norm, "log_spectral_norm");
        close(found.0 * norms.log_spectral_norm, "alpha_weighted");
        close(log_alpha_norm(values, found.0), "log_alpha_norm");
        if let Some(tail) = spikes {
            close(tail.sigma, "sigma");
            assert_eq!(tail.num_pl_spikes as f64, number(row, "num_pl_spikes"));
        }
        assert_eq!(alpha::above_threshold(values).len() as f64, number(row, "n_gt_1e-5"));
    }
    assert_eq!(rows.len(), 24);
}

#[test]
fn median_mode_gives_the_alpha_and_d_that_seed_002_committed() {
    let (Some(spectra), Some(rows)) = (eigenvalues(), rows("esd_metrics_by_step.csv")) else { return };
    let last: Vec<_> = rows.iter().filter(|row| row["step"] == "10000").collect();
    assert_eq!(last.len(), 24);
    for row in last {
        let values = &spectra[&(row["dataset_size"].clone(), row["layer"].clone())];
        let found = fit(values, OriginalMode::Median).unwrap();
        for (x, column) in [(found.alpha, "alpha"), (found.ks, "D")] {
            assert!((x - number(row, column)).abs() < 5e-5, "{row:?}: {column} {x}");
        }
        for (x, column) in
            [(found.norm, "norm"), (found.spectral_norm, "spectral_norm"), (found.alphahat, "alphahat")]
        {
            assert!((x / number(row, column) - 1.0).abs() < 1e-4, "{row:?}: {column} {x}");
        }
    }
}
