//! Whole numbers, against the Python package powerlaw 1.5 with `discrete=True, estimate_discrete=False`.

use crate::{near, numbers, zeta_counts};
use lawbook::tail::compare::rivals;
use lawbook::tail::law::TailModel;
use lawbook::tail::{Edge, Kind, Tail, discrete, fit};

#[test]
fn shares_of_zeta_give_its_exponent_back() {
    let tail = discrete::fit(&zeta_counts()).unwrap();
    // powerlaw 1.5, whose climb stops some 3e-6 short.
    assert_eq!((tail.x_min, tail.n_tail), (1.0, 9988));
    near(tail.alpha, 2.515_613_4, 1e-5);
    near(tail.ks, 0.002_482, 1e-3);
}

#[test]
fn the_exponent_solves_the_likelihood_equation() {
    // A third of all values are 2, the rest 1: mean ln x = -ζ'(α)/ζ(α) = ln 2 / 3, solved with mpmath's zeta.
    let values = [1.0, 1.0, 2.0].repeat(100);
    near(fit(&values, Kind::Discrete, Edge::At(1.0)).unwrap().alpha, LIKELIHOOD_ROOT, 1e-9);
}

/// mpmath: `findroot(lambda a: diff(zeta, a) / zeta(a) + log(2) / 3, 2.5)`.
const LIKELIHOOD_ROOT: f64 = 2.689_818_087_004_11;

#[test]
fn flares_and_blackouts_as_counts_agree_with_powerlaw() {
    for (name, unit, x_min, alpha, ks, n_tail) in [
        ("flares", 1.0, 323.0, 1.787_446_5, 0.008_133_165, 1711),
        ("blackouts", 1e-3, 230.0, 2.269_140, 0.060_241_6, 59),
    ] {
        let values = numbers(name, unit);
        let values: Vec<f64> = values.iter().map(|x| x.round()).collect();
        let tail = discrete::fit(&values).unwrap();
        assert_eq!((tail.x_min, tail.n_tail), (x_min, n_tail));
        near(tail.alpha, alpha, 1e-5);
        near(tail.ks, ks, 1e-4);
    }
}

/// Σ ln p of a law over the tail.
fn log_likelihood(values: &[f64], tail: &Tail, law: lawbook::tail::law::TailLaw) -> f64 {
    let model = TailModel { law, x_min: tail.x_min, kind: Kind::Discrete };
    values.iter().filter(|x| **x >= tail.x_min).map(|x| model.ln_likelihood(*x)).sum()
}

#[test]
fn rivals_of_counts_are_as_likely_as_powerlaws_or_likelier() {
    // powerlaw 1.5's log-likelihoods: lognormal, exponential, stretched, truncated. Its stretched exponential
    // stops at a local peak, its exponential is not quite at its maximum.
    let cases = [
        ("flares", 1.0, [-14_174.809_280_541_343, -15_974.457_828_786, -14_180.38, -14_171.040_754_689]),
        ("blackouts", 1e-3, [-411.888_512_466_5, -424.796_673_877, -411.861_125, -411.751_214_364_9]),
    ];
    for (name, unit, expected) in cases {
        let values = numbers(name, unit);
        let values: Vec<f64> = values.iter().map(|x| x.round()).collect();
        let tail = discrete::fit(&values).unwrap();
        for (i, (c, theirs)) in
            rivals(&values, Kind::Discrete, &tail).unwrap().iter().zip(expected).enumerate()
        {
            let ours = log_likelihood(&values, &tail, c.rival.law);
            assert!(ours > theirs - 1e-5, "{name}, {c}: {ours} against {theirs}");
            assert!(i == 2 || ours < theirs + 1e-3, "{name}, {c}: {ours} against {theirs}");
        }
    }
}

#[test]
fn likelihood_ratios_of_zeta_counts_agree_with_powerlaw() {
    let values = zeta_counts();
    let tail = discrete::fit(&values).unwrap();
    let found = rivals(&values, Kind::Discrete, &tail).unwrap();
    // The counts end at 59, where zeta goes on: every rival with a cut is better.
    near(found[0].ratio, -4.737_776, 1e-3);
    near(found[0].p, 0.031_364, 1e-2);
    near(found[1].ratio, 1_877.744_504_6, 1e-6);
    near(found[3].ratio, -6.251_043_4, 1e-4);
    near(found[3].p, 4.064_977e-4, 1e-3);
}

#[test]
fn the_limits_of_two_rivals_are_rounded_power_laws_and_not_zeta() {
    // A count of 1e6 beyond 20 shares of zeta: no rival with a cut helps, all climbs end at their limits.
    let mut values: Vec<f64> = [1.0, 1.0, 2.0].repeat(10);
    values.extend([4.0, 9.0, 30.0, 200.0, 3e3, 1e6]);
    let tail = discrete::fit_above(&values, 1.0).unwrap();
    let found = rivals(&values, Kind::Discrete, &tail).unwrap();
    let power_law = lawbook::tail::law::TailLaw::PowerLaw { alpha: tail.alpha };
    let zeta = log_likelihood(&values, &tail, power_law);
    for i in [0, 2] {
        let ratio = zeta - log_likelihood(&values, &tail, found[i].rival.law);
        assert!(!found[i].same && ratio.abs() > 0.1, "{}", found[i]);
        near(found[i].ratio, ratio, 1e-9);
    }
    // Where the climbs of real numbers would count as the power law.
    use lawbook::tail::law::TailLaw::{Lognormal, StretchedExponential};
    let Lognormal { mu, sigma } = found[0].rival.law else { panic!("{}", found[0]) };
    let StretchedExponential { beta, .. } = found[2].rival.law else { panic!("{}", found[2]) };
    assert!(-mu / (sigma * 2f64.sqrt()) > 300.0 && beta < 1e-5, "{mu} {sigma} {beta}");
    assert!(found[3].same && found[3].ratio == 0.0, "{}", found[3]);
}

#[test]
fn what_is_not_a_count_is_named() {
    let said = |values: &[f64]| discrete::fit(values).unwrap_err().to_string();
    assert!(said(&[1.0, 2.0, 2.5]).contains("value 3 of 3 is 2.5"));
    assert!(said(&[1.0, 1e300]).contains("2^53"));
    assert!(said(&[0.0, 1.0, 2.0]).contains("above 0"));
    assert!(said(&[3.0; 5]).contains("all 5 values are 3"));
    let values = [1.0, 2.0, 3.0];
    assert!(discrete::fit_above(&values, 1.5).unwrap_err().to_string().contains("whole number"));
    assert!(discrete::fit_above(&values, 3.0).is_err() && discrete::fit_above(&values, f64::NAN).is_err());
}
