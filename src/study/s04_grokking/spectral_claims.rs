//! What may be claimed of exponents and generalization, and of Omnigrok's network.

use crate::run::RunRecord;
use crate::stats::Mean;
use crate::study::claim::{Claim, Verdict, with_interval};
use crate::study::s04_grokking::claims::{claim, step};
use crate::study::s04_grokking::design::Arm;
use crate::study::s04_grokking::findings::Findings;
use crate::study::s04_grokking::omnigrok::{Beside, beside_pytorch};
use crate::study::s04_grokking::rows::{RunRow, over};
use crate::study::s04_grokking::spectra::Alphas;

/// A rank correlation that may be called strong.
const STRONG: f64 = 0.7;

/// The claims on exponents, and Omnigrok's.
pub fn claims(f: &Findings, runs: &[RunRecord]) -> Vec<Claim> {
    vec![median_edge(f), enters(f), correlates(f), omnigrok(f, runs)]
}

/// A mean over the paper's runs of what they have.
fn papers(f: &Findings, of: impl Fn(&RunRow) -> Option<f64>) -> Option<Mean> {
    over(f.arm(Arm::Paper), of)
}

fn share(m: Option<Mean>) -> String {
    number(m.map(|m| m.mean))
}

fn number(value: Option<f64>) -> String {
    value.map_or("none".to_owned(), |value| format!("{value:.2}"))
}

fn ends(mean: Option<Mean>) -> Option<[f64; 2]> {
    mean.map(|m| [m.low, m.high])
}

/// Does the median edge tell trained layers from random ones?
fn median_edge(f: &Findings) -> Claim {
    let at_start = |alphas: fn(&RunRow) -> &Alphas| papers(f, |run| alphas(run).healthy.first().copied());
    let (median, exhaustive) = (at_start(|run| &run.median), at_start(|run| &run.exhaustive));
    let end = papers(f, |run| run.median.healthy.last().copied());
    claim(13, "An exponent between 2 and 4 by the original's median edge marks a trained layer").published("original 002's `median` mode, the one it uses")
    .found(format!(
        "share of hidden layers between 2 and 4 before the first step: median edge {}, best edge {}; median edge in the end: {}",
        share(median),
        share(exhaustive),
        share(end)
    ))
    .ends(ends(median))
    .verdict(
        Verdict::holds_or_fails(median.is_some_and(|m| m.mean < 0.5)),
        "a test that calls random matrices healthy marks nothing; fails where it does so for half of them",
    )
}

/// Do layers become healthy when the network generalizes?
fn enters(f: &Findings) -> Claim {
    let change = papers(f, |run| Some(run.healthy.after? - run.healthy.between.or(run.healthy.before)?));
    let near = |run: &RunRow, alphas: &Alphas| {
        let generalization = run.phases.generalization?;
        let close =
            |entry: &&Option<u64>| entry.is_some_and(|s| s.abs_diff(generalization) <= f.snapshot_every);
        Some(alphas.entries.iter().filter(close).count() as f64 / alphas.entries.len() as f64)
    };
    let best = papers(f, |run| near(run, &run.exhaustive));
    let median = papers(f, |run| near(run, &run.median));
    let end = |arm: Arm| f.first(arm).and_then(|run| run.exhaustive.healthy.last().copied());
    let ours = papers(f, |run| run.exhaustive.healthy.last().copied());
    let reason = format!(
        "holds where most layers do, fails where most do not; best edge. They come there later if at all: the share of healthy layers after generalization is higher than between memorization and generalization by {}; in the end it is {}, without decay {}, with scale 1 {}",
        change.map_or("none".to_owned(), |m| with_interval(&m, 2)),
        share(ours),
        number(end(Arm::NoDecay)),
        number(end(Arm::ScaleOne))
    );
    claim(14, "Layers come to exponents between 2 and 4 when the network generalizes").published("\"good fit is typically between alpha values of 2-4\" (README)")
    .found(format!(
        "share of hidden layers that first come there within one snapshot of generalization: best edge {}, median edge {}",
        share(best),
        share(median)
    ))
    .ends(ends(best))
    .verdict(best.map_or(Verdict::NotEstablished, |m| Verdict::above(&m, 0.5)), reason)
}

/// Does the exponent follow the generalization gap?
fn correlates(f: &Findings) -> Claim {
    let best = papers(f, |run| run.exhaustive.gap_correlation);
    let median = papers(f, |run| run.median.gap_correlation);
    let of = |arm: Arm| number(f.first(arm).and_then(|run| run.exhaustive.gap_correlation));
    let reason = format!(
        "strong: beyond {STRONG} with its whole interval. The snapshots of one run are no independent draws, and whatever moves with the steps correlates. Controls: without decay {}, scale 1 {}",
        of(Arm::NoDecay),
        of(Arm::ScaleOne)
    );
    let is_weak = |ends| Verdict::inside(ends, [-STRONG, STRONG]);
    claim(15, "The exponents of the deep layers follow the generalization gap").published("\"correlate strongly with these learning phases\" (README)")
    .found(format!(
        "rank correlation over the snapshots of a run, mean over the paper's runs: best edge {}, median edge {}",
        share(best),
        share(median)
    ))
    .ends(ends(best))
    .verdict(ends(best).map_or(Verdict::NotEstablished, is_weak).denied(), reason)
}

/// Test accuracies that count as the same, averaged over a run.
const SAME: f64 = 0.05;

/// Is it the network that PyTorch trains?
fn omnigrok(f: &Findings, runs: &[RunRecord]) -> Claim {
    let beside = beside_pytorch(f, runs);
    let compared = |beside: &Beside| {
        let words =
            |(at, ours, theirs): &(u64, f64, f64)| format!("{} k: {ours:.2} ({theirs:.2})", at / 1000);
        beside.shown.iter().map(words).collect::<Vec<_>>().join(", ")
    };
    let memorization = f.first(Arm::Omnigrok).and_then(|run| run.phases.memorization);
    let interval = beside.as_ref().map(|beside| beside.difference.1);
    let same = |ends| Verdict::inside(ends, [-SAME, SAME]);
    let reason = format!(
        "interval: test accuracy averaged over the run's steps, ours less PyTorch's, over the seeds; holds where it lies within ±{SAME}, fails where it lies outside"
    );
    claim(16, "Omnigrok's network groks as PyTorch's does")
        .published("PyTorch 2.15 in single precision, three seeds (in brackets)")
        .found(format!(
            "test accuracy at {}; training 0.95 {}",
            beside.as_ref().map_or("no step of PyTorch's".to_owned(), compared),
            step(memorization)
        ))
        .ends(interval)
        .verdict(interval.map_or(Verdict::NotEstablished, same), reason)
}
