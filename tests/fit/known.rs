//! Answers that come from outside.

use lawbook::fit::fitted::{Interval, Termination};
use lawbook::fit::law::Law;
use lawbook::fit::points::Points;
use lawbook::fit::space::Space;
use lawbook::fit::{floor, power, surface};
pub use lawbook::study::s01_samples::original::MAE as ORIGINAL_001;
use lawbook::study::s01_samples::original::SIZES;

/// The sizes of original 001.
pub fn sizes() -> Vec<f64> {
    SIZES.map(|n| n as f64).to_vec()
}

#[test]
#[ignore = "needs LAWBOOK_REFERENCE"]
fn reference_file_of_original_001_holds_the_numbers_that_stand_in_the_code() {
    let folder = std::env::var_os("LAWBOOK_REFERENCE").expect("LAWBOOK_REFERENCE names a folder");
    let file = std::path::Path::new(&folder).join("seed001/generalization_error_results.csv");
    let text = std::fs::read_to_string(file).unwrap();
    let rows = ["1.0", "1.5", "2.0"].iter().zip(&ORIGINAL_001).flat_map(|(quality, errors)| {
        SIZES.iter().zip(errors).map(move |(n, error)| format!("{n},{quality},{error}"))
    });
    let ours: Vec<String> = std::iter::once("Samples,Quality,MAE".to_owned()).chain(rows).collect();
    assert_eq!(text.lines().map(str::trim_end).collect::<Vec<_>>(), ours);
}

#[test]
fn original_001s_own_points_give_the_exponents_of_each_space() {
    // SPEC 001, worked out with scipy: log space with standard errors, and least squares in y.
    let known = [(0.7439, 0.118, 0.466), (0.7332, 0.120, 0.520), (0.8655, 0.096, 0.579)];
    for (mae, (in_log, error, in_y)) in ORIGINAL_001.iter().zip(known) {
        let log = floor::fit(&sizes(), mae, Space::Log).unwrap();
        println!("{log}");
        assert!((log["alpha"].value - in_log).abs() < 5e-5, "{log}");
        let own_error = log.covariance[8].sqrt();
        assert!((own_error - error).abs() < 5e-4, "{own_error}");
        let y = floor::fit(&sizes(), mae, Space::Y).unwrap();
        assert!((y["alpha"].value - in_y).abs() < 5e-4, "{y}");
    }
}

#[test]
fn the_robust_spaces_find_the_least_sums_that_another_program_finds() {
    // scipy 1.17: differential_evolution (three seeds), then Nelder–Mead to 1e-16, on original 001's quality
    // 1.
    for (space, sum, alpha) in [
        (Space::Lad, 1.4398978203041022, 0.92137855),
        (Space::Huber { delta: 1e-3 }, 0.0014342182923860595, 0.92518706),
        (Space::Huber { delta: 0.05 }, 0.059850707748586064, 0.95747865),
    ] {
        let fit = floor::fit(&sizes(), &ORIGINAL_001[0], space).unwrap();
        assert!((fit.objective / sum - 1.0).abs() < 1e-9, "{fit}");
        assert!((fit["alpha"].value - alpha).abs() < 1e-6, "{fit}");
    }
}

#[test]
fn original_001s_fun_curve_has_the_published_floor_and_amplitude() {
    // SPEC 001: C 0.0415 (printed as exp C = 1.042), A 3.457 at exponent 1/2, fitted to quality 1.5.
    let fit = floor::fit_fixed(&sizes(), &ORIGINAL_001[1], 0.5, Space::Log).unwrap();
    println!("{fit}");
    assert!((fit["E"].value - 0.0415).abs() < 1e-4 && (fit["A"].value - 3.457).abs() < 2e-3, "{fit}");
}

#[test]
fn original_003s_experiment_a_gives_the_published_law_in_closed_form_and_by_search() {
    let (x, y) = ([1e3, 5e3, 1e4, 3e4, 6e4], [9.7, 5.26, 3.74, 2.81, 2.07]);
    let line = power::fit(&x, &y, Space::Log).unwrap();
    let fit = Law::Power.fit(&Points::curve(&x, &y).unwrap(), Space::Log).unwrap();
    assert_eq!((line.stop, line.interval), (Termination::ClosedForm, Interval::Student));
    for fit in [&line, &fit] {
        assert!((fit["A"].value - 124.36).abs() < 0.01, "{fit}");
        assert!((fit["alpha"].value - 0.3723).abs() < 5e-5, "{fit}");
    }
    // In logarithms the law is linear, so the profile is Student's interval.
    assert!((fit["alpha"].low - line["alpha"].low).abs() < 1e-4, "{fit} {line}");
    assert!((fit["alpha"].high - line["alpha"].high).abs() < 1e-4, "{fit} {line}");
    // Elsewhere there is no closed form, and cells have no Student.
    assert_ne!(power::fit(&x, &y, Space::Y).unwrap().stop, Termination::ClosedForm);
    let cells = Points::curve(&x, &y).unwrap().grouped(&[0, 0, 1, 2, 3]).unwrap();
    let refused = Law::Power.fit_with(&cells, Space::Log, Interval::Student).unwrap_err().to_string();
    assert!(refused.contains("without weights or cells"), "{refused}");
}

#[test]
fn hoffmanns_constants_split_compute_as_published() {
    let flops = 6.0 * 70e9 * 1.4e12;
    let rounded = surface::allocation(1.69, 406.4, 410.7, 0.34, 0.28, flops);
    assert!((rounded.tokens_per_param - 92.8).abs() < 0.05, "{rounded}");
    // The unrounded logarithms of the paper's source.
    let (a, b, e) = (6.0073404f64.exp(), 6.0179186f64.exp(), 0.5267228f64.exp());
    let unrounded = surface::allocation(e, a, b, 0.33917084, 0.2849083, flops);
    assert!((unrounded.tokens_per_param - 59.0).abs() < 0.05, "{unrounded}");
    assert!((6.0 * unrounded.params * unrounded.tokens / flops - 1.0).abs() < 1e-12);
    // No other split of the same compute does better.
    for factor in [0.9, 1.1] {
        let (n, d) = (unrounded.params * factor, unrounded.tokens / factor);
        assert!(e + a * n.powf(-0.33917084) + b * d.powf(-0.2849083) > unrounded.loss);
    }
}
