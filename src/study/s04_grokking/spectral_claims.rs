//! What may be claimed of exponents and generalization, and of Omnigrok's network.

use crate::run::RunRecord;
use crate::stats::{Mean, mean};
use crate::study::claim::{Claim, Verdict};
use crate::study::s04_grokking::Arm;
use crate::study::s04_grokking::claims::{step, verdict};
use crate::study::s04_grokking::findings::{Findings, RunRow};
use crate::study::s04_grokking::omnigrok::{Beside, beside_pytorch};
use crate::study::s04_grokking::spectra::Alphas;

/// A rank correlation that may be called strong.
const STRONG: f64 = 0.7;

/// The claims on exponents, and Omnigrok's.
pub fn claims(f: &Findings, runs: &[RunRecord]) -> Vec<Claim> {
    vec![median_edge(f), enters(f), correlates(f), omnigrok(f, runs)]
}

/// A mean over the paper's runs of what they have.
fn over(f: &Findings, of: impl Fn(&RunRow) -> Option<f64>) -> Option<Mean> {
    let values: Vec<f64> = f.arm(Arm::Paper).filter_map(of).collect();
    (!values.is_empty()).then(|| mean(&values))
}

fn share(m: Option<Mean>) -> String {
    number(m.map(|m| m.mean))
}

fn number(value: Option<f64>) -> String {
    value.map_or("none".to_owned(), |value| format!("{value:.2}"))
}

/// Does the median edge tell trained layers from random ones?
fn median_edge(f: &Findings) -> Claim {
    let at_start = |alphas: fn(&RunRow) -> &Alphas| over(f, |run| alphas(run).healthy.first().copied());
    let (median, exhaustive) = (at_start(|run| &run.median), at_start(|run| &run.exhaustive));
    let end = over(f, |run| run.median.healthy.last().copied());
    Claim {
        id: "04.13".to_owned(),
        statement: "An exponent between 2 and 4 by the original's median edge marks a trained layer"
            .to_owned(),
        published: "original 002's `median` mode, the one it uses".to_owned(),
        found: format!(
            "share of hidden layers between 2 and 4 before the first step: median edge {}, best edge {}; median edge in the end: {}",
            share(median),
            share(exhaustive),
            share(end)
        ),
        interval: median.filter(|m| m.n > 1).map(|m| [m.low, m.high]),
        verdict: verdict(median.is_some_and(|m| m.mean < 0.5)),
        reason:
            "a test that calls random matrices healthy marks nothing; fails where it does so for half of them"
                .to_owned(),
    }
}

/// Do layers become healthy when the network generalizes?
fn enters(f: &Findings) -> Claim {
    let change = over(f, |run| Some(run.healthy[2]? - run.healthy[1].or(run.healthy[0])?));
    let near = |run: &RunRow, alphas: &Alphas| {
        let generalization = run.phases.generalization?;
        let close =
            |entry: &&Option<u64>| entry.is_some_and(|s| s.abs_diff(generalization) <= f.snapshot_every);
        Some(alphas.entries.iter().filter(close).count() as f64 / alphas.entries.len() as f64)
    };
    let (best, median) = (over(f, |run| near(run, &run.exhaustive)), over(f, |run| near(run, &run.median)));
    let end = |arm: Arm| f.first(arm).and_then(|run| run.exhaustive.healthy.last().copied());
    let ours = over(f, |run| run.exhaustive.healthy.last().copied());
    Claim {
        id: "04.14".to_owned(),
        statement: "Layers come to exponents between 2 and 4 when the network generalizes".to_owned(),
        published: "\"good fit is typically between alpha values of 2-4\" (README)".to_owned(),
        found: format!(
            "share of hidden layers that first come there within one snapshot of generalization: best edge {}, median edge {}",
            share(best),
            share(median)
        ),
        interval: best.filter(|m| m.n > 1).map(|m| [m.low, m.high]),
        verdict: match best {
            Some(m) if m.low > 0.5 => Verdict::Holds,
            Some(m) if m.high < 0.5 => Verdict::Fails,
            _ => Verdict::NotEstablished,
        },
        reason: format!(
            "holds where most layers do, fails where most do not; best edge. They come there later if at all: the share of healthy layers after generalization is higher than between memorization and generalization by {}; in the end it is {}, without decay {}, with scale 1 {}",
            change.map_or("none".to_owned(), |m| format!("{:.2} [{:.2}, {:.2}]", m.mean, m.low, m.high)),
            share(ours),
            number(end(Arm::NoDecay)),
            number(end(Arm::ScaleOne))
        ),
    }
}

/// Does the exponent follow the generalization gap?
fn correlates(f: &Findings) -> Claim {
    let best = over(f, |run| run.exhaustive.gap_correlation);
    let median = over(f, |run| run.median.gap_correlation);
    let of = |arm: Arm| number(f.first(arm).and_then(|run| run.exhaustive.gap_correlation));
    Claim {
        id: "04.15".to_owned(),
        statement: "The exponents of the deep layers follow the generalization gap".to_owned(),
        published: "\"correlate strongly with these learning phases\" (README)".to_owned(),
        found: format!(
            "rank correlation over the snapshots of a run, mean over the paper's runs: best edge {}, median edge {}",
            share(best),
            share(median)
        ),
        interval: best.filter(|m| m.n > 1).map(|m| [m.low, m.high]),
        verdict: match best {
            Some(m) if m.low > STRONG || m.high < -STRONG => Verdict::Holds,
            Some(m) if m.low > -STRONG && m.high < STRONG => Verdict::Fails,
            _ => Verdict::NotEstablished,
        },
        reason: format!(
            "strong: beyond {STRONG} with its whole interval. The snapshots of one run are no independent draws, and whatever moves with the steps correlates. Controls: without decay {}, scale 1 {}",
            of(Arm::NoDecay),
            of(Arm::ScaleOne)
        ),
    }
}

/// Test accuracies that count as the same, averaged over a run.
const SAME: f64 = 0.05;

/// Is it the network that PyTorch trains?
fn omnigrok(f: &Findings, runs: &[RunRecord]) -> Claim {
    let beside = beside_pytorch(f, runs);
    let told = |beside: &Beside| {
        let words =
            |(at, ours, theirs): &(u64, f64, f64)| format!("{} k: {ours:.2} ({theirs:.2})", at / 1000);
        beside.told.iter().map(words).collect::<Vec<_>>().join(", ")
    };
    let memorization = f.first(Arm::Omnigrok).and_then(|run| run.phases.memorization);
    Claim {
        id: "04.16".to_owned(),
        statement: "Omnigrok's network groks as PyTorch's does".to_owned(),
        published: "PyTorch 2.15 in single precision, three seeds (in brackets)".to_owned(),
        found: format!(
            "test accuracy at {}; training 0.95 {}",
            beside.as_ref().map_or("no step of PyTorch's".to_owned(), told),
            step(memorization)
        ),
        interval: beside.as_ref().map(|beside| beside.difference.1).filter(|[low, _]| low.is_finite()),
        verdict: match beside.map(|beside| beside.difference.1) {
            Some([low, high]) if low > -SAME && high < SAME => Verdict::Holds,
            Some([low, high]) if low > SAME || high < -SAME => Verdict::Fails,
            _ => Verdict::NotEstablished,
        },
        reason: format!(
            "interval: test accuracy averaged over the run's steps, ours less PyTorch's, over the seeds; holds where it lies within ±{SAME}, fails where it lies outside"
        ),
    }
}
