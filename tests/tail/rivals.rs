//! The rivals: densities that are densities, parameters that come back, ratios that keep their promises.

use crate::{near, numbers, pareto};
use lawbook::tail::compare::rivals;
use lawbook::tail::law::{TailLaw, TailModel};
use lawbook::tail::{Edge, Kind, continuous, fit};

const LAWS: [TailLaw; 7] = [
    TailLaw::PowerLaw { alpha: 2.3 },
    TailLaw::Lognormal { mu: 0.4, sigma: 1.1 },
    TailLaw::Lognormal { mu: -30.0, sigma: 4.0 },
    TailLaw::Exponential { lambda: 0.3 },
    TailLaw::StretchedExponential { kappa: 1.2, beta: 0.4 },
    TailLaw::TruncatedPowerLaw { alpha: 1.6, lambda: 0.05 },
    TailLaw::TruncatedPowerLaw { alpha: 0.4, lambda: 0.2 },
];

/// Simpson's rule in ln x.
fn integral(f: impl Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    let (n, step) = (2000, (to / from).ln() / 2000.0);
    let weight = |i: usize| if i == 0 || i == n { 1.0 } else { 2.0 + 2.0 * (i % 2) as f64 };
    let at = |i: usize| from * (step * i as f64).exp();
    (0..=n).map(|i| weight(i) * at(i) * f(at(i))).sum::<f64>() * step / 3.0
}

#[test]
fn a_density_integrates_to_what_lies_between() {
    for law in LAWS {
        let model = TailModel { law, x_min: 1.7, kind: Kind::Continuous };
        assert!((model.above(1.7) - 1.0).abs() < 1e-12);
        let inside = integral(|x| model.ln_likelihood(x).exp(), 1.7, 40.0);
        near(inside, 1.0 - model.above(40.0), 1e-9);
    }
}

#[test]
fn masses_sum_to_what_lies_between() {
    for law in LAWS {
        let model = TailModel { law, x_min: 3.0, kind: Kind::Discrete };
        assert!((model.above(3.0) - 1.0).abs() < 1e-12);
        let sum: f64 = (3..60).map(|x| model.ln_likelihood(f64::from(x)).exp()).sum();
        near(sum, 1.0 - model.above(60.0), 1e-9);
    }
}

/// Quantiles of a law above 1, by halving.
fn quantiles(law: TailLaw, n: usize) -> Vec<f64> {
    let model = TailModel { law, x_min: 1.0, kind: Kind::Continuous };
    let quantile = |k: usize| {
        let (mut low, mut high) = (0.0f64, 60.0f64);
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            let above = model.above(middle.exp());
            if above > 1.0 - (k as f64 - 0.5) / n as f64 { low = middle } else { high = middle }
        }
        low.exp()
    };
    (1..=n).map(quantile).collect()
}

#[test]
fn a_rivals_own_quantiles_give_its_parameters_back_and_rule_the_power_law_out() {
    for (i, law, within) in [
        (0, TailLaw::Lognormal { mu: 0.5, sigma: 1.2 }, 0.03),
        (1, TailLaw::Exponential { lambda: 0.3 }, 0.01),
        (2, TailLaw::StretchedExponential { kappa: 1.5, beta: 0.5 }, 0.03),
        (3, TailLaw::TruncatedPowerLaw { alpha: 1.7, lambda: 0.02 }, 0.03),
    ] {
        let values = quantiles(law, 2000);
        let tail = fit(&values, Kind::Continuous, Edge::At(1.0)).unwrap();
        let found = rivals(&values, Kind::Continuous, &tail).unwrap()[i];
        assert!(found.ratio < 0.0 && found.p < 0.01, "{found}");
        match (law, found.rival.law) {
            (TailLaw::Lognormal { mu: a, sigma: b }, TailLaw::Lognormal { mu, sigma }) => {
                assert!((mu - a).abs() < 0.05 && (sigma - b).abs() < within, "{mu} {sigma}");
            }
            (TailLaw::Exponential { lambda: a }, TailLaw::Exponential { lambda }) => near(lambda, a, within),
            (
                TailLaw::StretchedExponential { kappa: a, beta: b },
                TailLaw::StretchedExponential { kappa, beta },
            ) => {
                near(kappa, a, within);
                near(beta, b, within);
            }
            (
                TailLaw::TruncatedPowerLaw { alpha: a, lambda: b },
                TailLaw::TruncatedPowerLaw { alpha, lambda },
            ) => {
                near(alpha, a, within);
                near(lambda, b, within);
            }
            (asked, got) => panic!("{asked:?} was fitted as {got:?}"),
        }
    }
}

#[test]
fn no_rival_that_holds_the_power_law_is_less_likely_than_it() {
    let samples =
        [pareto(2.5, 500), pareto(1.3, 80), quantiles(TailLaw::Lognormal { mu: 0.0, sigma: 2.0 }, 300)];
    for values in samples {
        let tail = continuous::fit(&values).unwrap();
        let all = rivals(&values, Kind::Continuous, &tail).unwrap();
        for c in [all[0], all[2], all[3]] {
            assert!(c.ratio <= 1e-6 && (0.0..=1.0).contains(&c.p), "{c}");
            assert!(!c.same || (c.ratio, c.p) == (0.0, 1.0));
        }
    }
}

#[test]
fn the_units_of_the_data_do_not_move_the_ratios() {
    let values: Vec<f64> =
        pareto(2.2, 400).iter().enumerate().map(|(i, x)| x + 0.1 * (i as f64).sin()).collect();
    let ratios = |unit: f64| -> Vec<f64> {
        let values: Vec<f64> = values.iter().map(|x| x * unit).collect();
        let tail = continuous::fit(&values).unwrap();
        rivals(&values, Kind::Continuous, &tail).unwrap().iter().map(|c| c.ratio).collect()
    };
    for (a, b) in ratios(1.0).iter().zip(ratios(1e-9)) {
        assert!((a - b).abs() < 1e-5 * a.abs().max(1.0), "{a} {b}");
    }
}

#[test]
fn likelihoods_of_the_published_data_are_powerlaws_or_better() {
    // powerlaw 1.5's log-likelihoods of lognormal and truncated power law, which it climbs to the top, and of
    // the stretched exponential, which it does not.
    for (name, unit, lognormal, truncated, stretched) in [
        ("blackouts", 1e-3, -411.741_828_264, -411.600_900_232, -411.718_936),
        ("cities", 1e-3, -3_117.585_606_936, -3_117.475_770_485, -3_119.745_008),
        ("flares", 1.0, -14_172.787_040_726, -14_169.017_189_945, -14_177.931_95),
    ] {
        let values = numbers(name, unit);
        let tail = continuous::fit(&values).unwrap();
        let found = rivals(&values, Kind::Continuous, &tail).unwrap();
        let likelihood = |law: TailLaw| -> f64 {
            let model = TailModel { law, x_min: tail.x_min, kind: Kind::Continuous };
            values.iter().filter(|x| **x >= tail.x_min).map(|x| model.ln_likelihood(*x)).sum()
        };
        assert!((likelihood(found[0].rival.law) - lognormal).abs() < 1e-5, "{name}");
        let cut = likelihood(found[3].rival.law);
        assert!(cut > truncated - 1e-6 && cut < truncated + 1e-3, "{name}");
        assert!(likelihood(found[2].rival.law) > stretched, "{name}");
    }
}
