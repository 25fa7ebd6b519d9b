//! Answers that come from outside.

use lawbook::fit::space::Space;
use lawbook::fit::{floor, power, surface};

/// The original output of seed 001, `generalization_error_results.csv`: 13 sizes 50 · 2^i, MAE by quality.
pub const SEED_001: [[f64; 13]; 3] = [
    [
        0.49857640266418457,
        0.5331146717071533,
        0.4207753539085388,
        0.19401757419109344,
        0.13010656833648682,
        0.11255904287099838,
        0.0902947410941124,
        0.08566826581954956,
        0.09857378154993057,
        0.08361969143152237,
        0.08579901605844498,
        0.07589741796255112,
        0.08143103122711182,
    ],
    [
        0.5751498341560364,
        0.5260962247848511,
        0.37109190225601196,
        0.21561971306800842,
        0.11078618466854095,
        0.0981256440281868,
        0.06507231295108795,
        0.12205429375171661,
        0.05916929990053177,
        0.06533496081829071,
        0.06081138923764229,
        0.05510865896940231,
        0.05579342320561409,
    ],
    [
        0.556749165058136,
        0.5562930107116699,
        0.3280150890350342,
        0.11357627063989639,
        0.106170654296875,
        0.07954517006874084,
        0.058256298303604126,
        0.0472690686583519,
        0.04885087162256241,
        0.046736858785152435,
        0.04462255910038948,
        0.04368903115391731,
        0.04291829466819763,
    ],
];

/// The sizes of seed 001.
pub fn sizes() -> Vec<f64> {
    (0..13).map(|i| 50.0 * 2f64.powi(i)).collect()
}

#[test]
fn seed_001s_own_points_give_the_exponents_of_each_space() {
    // SPEC 001, worked out with scipy: log space with standard errors, and least squares in y.
    let known = [(0.7439, 0.118, 0.466), (0.7332, 0.120, 0.520), (0.8655, 0.096, 0.579)];
    for (mae, (in_log, error, in_y)) in SEED_001.iter().zip(known) {
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
    // scipy 1.17: differential_evolution (three seeds), then Nelder–Mead to 1e-16, on seed 001's quality 1.
    for (space, sum, alpha) in [
        (Space::Lad, 1.4398978203041022, 0.92137855),
        (Space::Huber { delta: 1e-3 }, 0.0014342182923860595, 0.92518706),
        (Space::Huber { delta: 0.05 }, 0.059850707748586064, 0.95747865),
    ] {
        let fit = floor::fit(&sizes(), &SEED_001[0], space).unwrap();
        assert!((fit.objective / sum - 1.0).abs() < 1e-9, "{fit}");
        assert!((fit["alpha"].value - alpha).abs() < 1e-6, "{fit}");
    }
}

#[test]
fn seed_001s_fun_curve_has_the_published_floor_and_amplitude() {
    // SPEC 001: C 0.0415 (printed as exp C = 1.042), A 3.457 at exponent 1/2, fitted to quality 1.5.
    let fit = floor::fit_fixed(&sizes(), &SEED_001[1], 0.5, Space::Log).unwrap();
    println!("{fit}");
    assert!((fit["E"].value - 0.0415).abs() < 1e-4 && (fit["A"].value - 3.457).abs() < 2e-3, "{fit}");
}

#[test]
fn seed_003s_experiment_a_gives_the_published_law_by_search_too() {
    let (x, y) = ([1e3, 5e3, 1e4, 3e4, 6e4], [9.7, 5.26, 3.74, 2.81, 2.07]);
    let (line, fit) = (power::fit(&x, &y).unwrap(), power::fit_in(&x, &y, Space::Log).unwrap());
    assert!((fit["A"].value - 124.36).abs() < 0.01 && (fit["alpha"].value - 0.3723).abs() < 5e-5, "{fit}");
    // In logarithms the law is linear, so the profile is Student's interval.
    assert!((fit["alpha"].low - line.alpha_interval[0]).abs() < 1e-4, "{fit} {line}");
    assert!((fit["alpha"].high - line.alpha_interval[1]).abs() < 1e-4, "{fit} {line}");
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
