//! Points that share the errors of their cells: everything that judges counts cells.

use crate::recovery::spaced;
use lawbook::fit::law::Law;
use lawbook::fit::points::Points;
use lawbook::fit::select::{compare, likelihood_ratio, likelihood_ratio_by_simulation};
use lawbook::fit::space::Space;
use lawbook::random::stream;
use lawbook::stats::t_quantile;
use rand_distr::{Distribution, StandardNormal};

/// `seeds` points in each cell about floor + 2 x^-0.4; a cell's points share an error of `shared` and have
/// one of 0.02 each.
fn cells(floor: f64, x: &[f64], seeds: usize, shared: f64, seed: u64) -> Points {
    let mut random = stream(seed, "noise of a cell test", 0);
    let mut noise = || -> f64 { StandardNormal.sample(&mut random) };
    let (mut all, mut y, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    for (cell, &size) in x.iter().enumerate() {
        let common = shared * noise();
        for _ in 0..seeds {
            all.push(size);
            y.push((floor + 2.0 * size.powf(-0.4)) * (common + 0.02 * noise()).exp());
            groups.push(cell);
        }
    }
    Points::curve(&all, &y).unwrap().grouped(&groups).unwrap()
}

#[test]
fn a_band_has_the_freedom_of_cells() {
    let fit = Law::Power.fit(&cells(0.0, &[10.0, 30.0, 90.0, 270.0], 10, 0.05, 1), Space::Log).unwrap();
    assert_eq!((fit.n, fit.units), (40, 4));
    assert!(fit.kappa.iter().all(|kappa| *kappa > 1.0), "{:?}", fit.kappa);
    // At x = 1 ln f is ln A, so the half-width is t(0.975, 4 - 2) times its standard error.
    let half = t_quantile(0.95, 2) * fit.covariance[0].sqrt();
    assert!((fit.band_at(1.0)[1] / fit.at(1.0) / half.exp() - 1.0).abs() < 1e-12);
}

#[test]
fn the_ratio_for_a_floor_is_not_needed_more_often_because_seeds_share_an_error() {
    let (mut by_cell, mut alone) = (0, 0);
    let tests = 300;
    for seed in 0..tests {
        let points = cells(0.0, &spaced(50.0, 204_800.0, 13), 6, 0.1, seed);
        let p = |points: &Points| {
            let fit = |law: Law| law.fit(points, Space::Log).unwrap();
            likelihood_ratio(&fit(Law::Power), &fit(Law::Floor)).unwrap()
        };
        let ratio = p(&points);
        assert!(ratio.p_chi_square.is_none());
        by_cell += usize::from(ratio.p < 0.05);
        let apart: Vec<usize> = (0..points.n()).collect();
        alone += usize::from(p(&points.grouped(&apart).unwrap()).p < 0.05);
    }
    println!("a floor where there is none, p < 0.05: by cell {by_cell}, as if apart {alone} of {tests}");
    assert!(by_cell <= 36, "{by_cell} of {tests}");
    assert!(alone > 60, "the trap is real: {alone} of {tests}");
}

#[test]
fn what_counts_points_says_so_or_refuses() {
    let points = cells(0.0, &spaced(50.0, 204_800.0, 13), 4, 0.1, 2);
    let found = compare(&points, &[Law::Power, Law::Floor], Space::Log, None).unwrap();
    assert!(found.verdict.contains("52 points, though only 13 cells"), "{}", found.verdict);
    let (small, large) = (Law::Power, Law::Broken { breaks: 1 });
    let refused = likelihood_ratio_by_simulation(&points, small, large, Space::Log, 9, 1).unwrap_err();
    assert!(refused.to_string().contains("13 cells"), "{refused}");
    let few = cells(0.0, &[10.0, 30.0, 90.0], 6, 0.1, 3);
    let fit = |law: Law| law.fit(&few, Space::Log).unwrap();
    let refused = likelihood_ratio(&fit(Law::Power), &fit(Law::Floor)).unwrap_err().to_string();
    assert!(refused.contains("3 cells leave nothing"), "{refused}");
}

#[test]
fn cells_that_cannot_be_left_out_make_no_band_without_width() {
    // As many cells as parameters, and four cells of which two stand at one x: without either of the others
    // nothing determines a floor.
    for (x, pinned) in [(&[1.0, 10.0, 100.0][..], 3), (&[1.0, 10.0, 100.0, 100.0], 2)] {
        let points = cells(1.0, x, 8, 0.005, 4);
        let apart: Vec<usize> = (0..points.n()).collect();
        let fit = Law::Floor.fit(&points, Space::Log).unwrap();
        let plain = Law::Floor.fit(&points.clone().grouped(&apart).unwrap(), Space::Log).unwrap();
        for k in [0, 4, 8] {
            assert!(
                fit.covariance[k] >= plain.covariance[k] && fit.covariance[k] > 0.0,
                "{:?}",
                fit.covariance
            );
        }
        let said = format!("without {pinned} of the {} cells", x.len());
        assert!(fit.warnings.iter().any(|warning| warning.contains(&said)), "{:?}", fit.warnings);
        let ([low, high], [plain_low, plain_high]) = (fit.band_at(30.0), plain.band_at(30.0));
        assert!(low < plain_low && high > plain_high, "{low} {high}");
    }
}
