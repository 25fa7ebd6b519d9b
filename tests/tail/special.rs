//! Special functions against mpmath: the numbers are what `mpmath_values.py` beside this file prints.

use lawbook::tail::gamma::{scaled_erfc, scaled_upper};
use lawbook::tail::{lerch, zeta};

/// s, q, ζ(s, q).
const HURWITZ: [(f64, f64, f64); 11] = [
    (1.0001, 1.0, 10000.577222946438),
    (1.05, 7.0, 18.212180144098568),
    (1.5, 1.0, 2.612375348685488),
    (2.2726, 230.0, 0.0007779918300589736),
    (2.5, 1.0, 1.341487257250917),
    (2.5, 3.0, 0.1647105619542803),
    (4.0, 10.0, 0.00038665021738164474),
    (7.5, 2.0, 0.005826727536522807),
    (30.0, 1.0, 1.0000000009313275),
    (60.0, 1000.0, 1.7454152227236467e-179),
    (1.95, 100000.0, 1.8718819546248132e-05),
];

/// a, z, Γ(a, z) z^-a e^z.
const UPPER: [(f64, f64, f64); 20] = [
    (-1.5, 0.001, 0.6654054728749915),
    (-0.75, 0.9999, 0.44083361924499553),
    (-1.0, 0.01, 0.9592148855654358),
    (-2.0, 0.5, 0.3653638290604663),
    (0.0, 1e-08, 17.843465267485485),
    (0.0, 0.3, 1.2225356050805856),
    (-1e-09, 0.2, 1.4933487455153338),
    (1e-07, 0.2, 1.4933488886228272),
    (-1.0000001, 1e-06, 0.9999866617010473),
    (0.5, 0.0001, 175.2629771766503),
    (0.5, 0.7, 1.009888801930145),
    (1.0, 0.2, 5.0),
    (-1.27, 0.03, 0.7400813309091486),
    (-1.27, 1.0, 0.36925932026749336),
    (-1.27, 5.0, 0.1427170025851062),
    (-49.3, 1e-08, 0.020283975655029627),
    (-49.3, 3.0, 0.01909915243299936),
    (-0.5, 700.0, 0.0014255210827101965),
    (0.5, 1.0, 0.7578721561413121),
    (0.9, 2.0, 0.4824477741034438),
];

/// u, e^u² erfc(u).
const ERFC: [(f64, f64); 7] = [
    (0.0, 1.0),
    (1e-07, 0.9999998871620933),
    (0.3, 0.7345993345676551),
    (1.0, 0.427583576155807),
    (5.0, 0.11070463773306863),
    (40.0, 0.014100335983377814),
    (1000.0, 0.0005641893014533876),
];

/// α, λ, x_min, Σ (k / x_min)^-α e^(-λ (k - x_min)) over k ≥ x_min.
const LERCH: [(f64, f64, f64, f64); 6] = [
    (1.5, 0.01, 1.0, 2.295316514449362),
    (2.2, 1e-06, 7.0, 6.359223950902646),
    (0.5, 0.3, 3.0, 3.0161246409484086),
    (1.9, 3.0, 2.0, 1.0237298167114623),
    (2.5, 0.0001, 100.0, 66.04728209512722),
    (0.0, 0.05, 4.0, 20.50416649306589),
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
