//! Special functions against mpmath: the numbers are what `mpmath_values.py` beside this file prints.

use lawbook::tail::gamma::{scaled_erfc, scaled_upper};
use lawbook::tail::{lerch, zeta};

/// s, q, ζ(s, q).
const HURWITZ: [(f64, f64, f64); 11] = [
    (1.0001, 1.0, 10000.577222946438),
    (1.05, 7.0, 18.212180144098569),
    (1.5, 1.0, 2.6123753486854883),
    (2.2726, 230.0, 0.00077799183005897365),
    (2.5, 1.0, 1.3414872572509172),
    (2.5, 3.0, 0.1647105619542803),
    (4.0, 10.0, 0.00038665021738164473),
    (7.5, 2.0, 0.0058267275365228077),
    (30.0, 1.0, 1.0000000009313274),
    (60.0, 1000.0, 1.7454152227236467e-179),
    (1.95, 100000.0, 1.8718819546248133e-5),
];

/// a, z, Γ(a, z) z^-a e^z.
const UPPER: [(f64, f64, f64); 20] = [
    (-1.5, 0.001, 0.6654054728749915),
    (-0.75, 0.9999, 0.44083361924499554),
    (-1.0, 0.01, 0.95921488556543574),
    (-2.0, 0.5, 0.36536382906046631),
    (0.0, 1.0e-8, 17.843465267485484),
    (0.0, 0.3, 1.2225356050805856),
    (-1.0e-9, 0.2, 1.4933487455153338),
    (1.0e-7, 0.2, 1.4933488886228272),
    (-1.0000001, 1.0e-6, 0.99998666170104734),
    (0.5, 0.0001, 175.26297717665031),
    (0.5, 0.7, 1.0098888019301451),
    (1.0, 0.2, 5.0),
    (-1.27, 0.03, 0.74008133090914861),
    (-1.27, 1.0, 0.36925932026749338),
    (-1.27, 5.0, 0.14271700258510618),
    (-49.3, 1.0e-8, 0.020283975655029628),
    (-49.3, 3.0, 0.01909915243299936),
    (-0.5, 700.0, 0.0014255210827101964),
    (0.5, 1.0, 0.75787215614131211),
    (0.9, 2.0, 0.48244777410344378),
];

/// u, e^u² erfc(u).
const ERFC: [(f64, f64); 7] = [
    (0.0, 1.0),
    (1.0e-7, 0.99999988716209329),
    (0.3, 0.73459933456765514),
    (1.0, 0.427583576155807),
    (5.0, 0.11070463773306863),
    (40.0, 0.014100335983377814),
    (1000.0, 0.00056418930145338765),
];

/// α, λ, x_min, Σ (k / x_min)^-α e^(-λ (k - x_min)) over k ≥ x_min.
const LERCH: [(f64, f64, f64, f64); 6] = [
    (1.5, 0.01, 1.0, 2.2953165144493621),
    (2.2, 1.0e-6, 7.0, 6.3592239509026452),
    (0.5, 0.3, 3.0, 3.0161246409484085),
    (1.9, 3.0, 2.0, 1.0237298167114624),
    (2.5, 0.0001, 100.0, 66.047282095127218),
    (0.0, 0.05, 4.0, 20.504166493065889),
];

#[test]
fn hurwitzs_zeta_agrees_with_mpmath() {
    for (s, q, expected) in HURWITZ {
        // Near its pole at s = 1 the last bit of s decides the fourth last digit.
        let within = 1e-13f64.max(f64::EPSILON / (s - 1.0));
        crate::near(zeta::hurwitz(s, q), expected, within);
    }
}

#[test]
fn the_incomplete_gamma_function_agrees_with_mpmath() {
    UPPER.iter().for_each(|(a, z, expected)| crate::near(scaled_upper(*a, *z), *expected, 1e-13));
    ERFC.iter().for_each(|(u, expected)| crate::near(scaled_erfc(*u), *expected, 1e-13));
}

#[test]
fn lerchs_sum_agrees_with_mpmath() {
    LERCH.iter().for_each(|(a, l, x, expected)| crate::near(lerch::scaled(*a, *l, *x), *expected, 1e-13));
}

#[test]
fn without_a_cut_lerchs_sum_is_hurwitzs() {
    crate::near(lerch::scaled(2.5, 0.0, 3.0), zeta::scaled(2.5, 3.0), 0.0);
    crate::near(lerch::scaled(2.5, 1e-13, 3.0), zeta::scaled(2.5, 3.0), 1e-9);
}

#[test]
fn functions_are_smooth_where_their_branches_meet() {
    for a in [-3.2, -1.0, -0.5, 0.0, 0.5, 1.0] {
        crate::near(scaled_upper(a, 1.0 - 1e-12), scaled_upper(a, 1.0), 1e-11);
    }
    crate::near(scaled_upper(-0.5 - 1e-12, 0.3), scaled_upper(-0.5, 0.3), 1e-11);
    crate::near(lerch::scaled(1.5, 1.0 + 1e-12, 2.0), lerch::scaled(1.5, 1.0, 2.0), 1e-11);
}
