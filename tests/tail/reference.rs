//! Original 002's own spectra, from the folder that LAWBOOK_REFERENCE names.

use crate::near;
use lawbook::tail::continuous;
use std::path::PathBuf;

/// The rows of a CSV file of original 002, all numbers.
fn rows(name: &str) -> Vec<Vec<f64>> {
    let folder = std::env::var_os("LAWBOOK_REFERENCE").expect("LAWBOOK_REFERENCE names a folder");
    let text = std::fs::read_to_string(PathBuf::from(folder).join("seed002").join(name)).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect()
}

#[test]
#[ignore = "needs LAWBOOK_REFERENCE"]
fn weightwatchers_way_reproduces_the_spectra_of_original_002() {
    let (eigs, fits) = (rows("eigs_step10000.csv"), rows("ww_style_fit_step10000.csv"));
    assert_eq!(fits.len(), 24);
    for row in fits {
        let layer: Vec<f64> =
            eigs.iter().filter(|e| e[..2] == row[..2] && e[3] > 1e-5).map(|e| e[3]).collect();
        assert_eq!(layer.len(), row[3] as usize);
        let tail = continuous::fit_weightwatcher(&layer).unwrap();
        for (found, expected) in
            [(tail.alpha, row[4]), (tail.ks, row[5]), (tail.x_min, row[6]), (tail.sigma, row[7])]
        {
            near(found, expected, 1e-9);
        }
        assert_eq!(tail.n_tail, row[8] as usize);
    }
}
