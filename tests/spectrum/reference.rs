//! Original 002's own spectra and what it made of them, from the folder that LAWBOOK_REFERENCE names.

use lawbook::spectrum::alpha;
use lawbook::spectrum::norms::{log_alpha_norm, norms};
use lawbook::spectrum::original_modes::{OriginalMode, fit};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The rows of a CSV file of original 002 by column name.
fn rows(name: &str) -> Vec<BTreeMap<String, String>> {
    let folder = std::env::var_os("LAWBOOK_REFERENCE").expect("LAWBOOK_REFERENCE names a folder");
    let text = std::fs::read_to_string(PathBuf::from(folder).join("seed002").join(name)).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let names = lines.next().unwrap();
    lines.map(|cells| names.iter().cloned().zip(cells).collect()).collect()
}

/// Eigenvalues by (dataset size, layer), ascending.
fn eigenvalues() -> BTreeMap<(String, String), Vec<f64>> {
    let mut found: BTreeMap<(String, String), Vec<f64>> = BTreeMap::new();
    for row in rows("eigs_step10000.csv") {
        let key = (row["dataset_size"].clone(), row["layer"].clone());
        found.entry(key).or_default().push(row["eig"].parse().unwrap());
    }
    assert_eq!(found.len(), 24);
    found
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

#[test]
#[ignore = "needs LAWBOOK_REFERENCE"]
fn the_exhaustive_fit_of_original_002s_spectra_is_the_reference_fit() {
    let (spectra, rows) = (eigenvalues(), rows("ww_style_fit_step10000.csv"));
    for row in &rows {
        let values = &spectra[&(row["dataset_size"].clone(), row["layer"].clone())];
        // The reference fits the ten eigenvalues of the last layer like all others; that is the original's own
        // goodness-of-fit mode. WeightWatcher 0.7.7, and so `alpha::fit`, corrects them for bias.
        let original = fit(values, OriginalMode::GoodnessOfFit).unwrap();
        let (mut found, mut spikes) = ((original.alpha, original.ks, original.xmin), None);
        if values.len() >= 20 {
            let tail = alpha::fit(values).unwrap();
            assert!((tail.alpha - original.alpha).abs() < 1e-9 && tail.xmin == original.xmin);
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
#[ignore = "needs LAWBOOK_REFERENCE"]
fn median_mode_gives_the_alpha_and_d_that_original_002_committed() {
    let (spectra, rows) = (eigenvalues(), rows("esd_metrics_by_step.csv"));
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
