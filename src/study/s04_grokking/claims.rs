//! What may be claimed of the paper's runs: the paper's figure, and the README's sentences on it.
//!
//! One published run agrees with ours where it lies within the 95 % prediction interval of one more run, widened by
//! what a plot can be read to.

use crate::stats::Mean;
use crate::study::claim::{Claim, Verdict};
use crate::study::s04_grokking::Arm;
use crate::study::s04_grokking::findings::{Findings, RunRow, SizeRow};
use crate::study::s04_grokking::published::{FIGURE, NETWORK, READING, READING_ACCURACY, README_RISE, Shown};

/// "holds" or "fails".
pub fn verdict(holds: bool) -> Verdict {
    if holds { Verdict::Holds } else { Verdict::Fails }
}

/// "at 39.0 k", or "never".
pub fn step(step: Option<u64>) -> String {
    step.map_or("never".to_owned(), |step| format!("at {:.1} k", step as f64 / 1e3))
}

/// "at 39.5 ± 0.7 k", over the runs that reach it, or "never".
pub fn reached(mean: Option<&Mean>, runs: usize) -> String {
    if mean.is_some() { format!("at {}", spread(mean, runs)) } else { "never".to_owned() }
}

/// "13.8 ± 0.4 k", over the runs that have it, or "none".
fn spread(mean: Option<&Mean>, runs: usize) -> String {
    match mean {
        None => "none".to_owned(),
        Some(m) if runs == 1 => format!("{:.1} k", m.mean / 1e3),
        Some(m) if m.n == runs => format!("{:.1} ± {:.1} k", m.mean / 1e3, m.sd / 1e3),
        Some(m) => format!("{:.1} ± {:.1} k in {} of {runs} runs", m.mean / 1e3, m.sd / 1e3, m.n),
    }
}

/// The interval of a mean step, in thousands as everywhere here.
fn thousands(mean: Option<Mean>) -> Option<[f64; 2]> {
    mean.filter(|m| m.n > 1).map(|m| [m.low / 1e3, m.high / 1e3])
}

/// Fewer runs bound the next one by nothing that could disagree: two give an interval of 15 standard deviations.
pub const ENOUGH: usize = 3;

/// Whether a published number agrees with ours; `reading` is what it can be read to. None where too few of our runs
/// reach it to tell.
fn agrees(ours: Option<&Mean>, published: f64, reading: f64) -> Option<bool> {
    let ours = ours.filter(|ours| ours.n >= ENOUGH)?;
    let [low, high] = ours.prediction();
    Some(published >= low - reading && published <= high + reading)
}

/// What several comparisons say together.
fn together(parts: &[Option<bool>]) -> Verdict {
    match parts {
        parts if parts.contains(&Some(false)) => Verdict::Fails,
        parts if parts.contains(&None) => Verdict::NotEstablished,
        _ => Verdict::Holds,
    }
}

/// The claims on the paper's runs.
pub fn claims(f: &Findings) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    for (i, shown) in FIGURE.iter().enumerate() {
        claims.push(figure(i + 1, shown, papers(f, shown.n_train)));
    }
    claims.extend([delayed(f), readme_rises(f), earlier(f), ranks_first(f), better_than_norm(f)]);
    claims
}

/// The runs of one size, where the network and its steps are the paper's.
fn papers(f: &Findings, n_train: usize) -> Option<&SizeRow> {
    let same = (f.depth, f.width, f.steps) == NETWORK;
    f.sizes.iter().find(|row| same && row.n_train == n_train)
}

/// One size of the paper's figure.
fn figure(i: usize, shown: &Shown, row: Option<&SizeRow>) -> Claim {
    let id = format!("04.{i}");
    let statement = format!("The paper's figure 1 at N = {}", shown.n_train);
    let published = format!("{} (arXiv 2405.19454, one run, double precision)", shown.words);
    let Some(row) = row else {
        let reason =
            "this budget has no runs of the paper's network and steps with so many images".to_owned();
        let (found, interval, verdict) = ("not run".to_owned(), None, Verdict::NotEstablished);
        return Claim { id, statement, published, found, interval, verdict, reason };
    };
    let word = |agrees: Option<bool>| match agrees {
        Some(true) => "agrees",
        Some(false) => "differs",
        None => "cannot be told with so few runs",
    };
    let mut parts: Vec<(String, Option<bool>)> = Vec::new();
    if let Some(step) = shown.memorization {
        parts.push(("memorization".to_owned(), agrees(row.memorization.as_ref(), step, READING)));
    }
    if let Some(step) = shown.breaks {
        parts.push(("the break (test 0.5)".to_owned(), agrees(row.test_50.as_ref(), step, READING)));
    }
    let mut there = Vec::new();
    for ((step, accuracy), ours) in shown.test.iter().zip(&row.test_published) {
        there.push(format!("{:.3} at {} k", ours.mean, step / 1000));
        parts.push((format!("test at {} k", step / 1000), agrees(Some(ours), *accuracy, READING_ACCURACY)));
    }
    if let Some(stages) = shown.stages {
        let most = row.surges.iter().filter(|&&n| n == stages).count() * 2 > row.surges.len();
        parts.push(("stages".to_owned(), (row.runs >= ENOUGH).then_some(most)));
    }
    let words: Vec<String> = parts.iter().map(|(what, holds)| format!("{what} {}", word(*holds))).collect();
    Claim {
        id,
        statement,
        published,
        found: format!(
            "training 0.95 {}, test 0.5 {}, 0.85 {}, 0.95 {}; {}; stages {:?}",
            reached(row.memorization.as_ref(), row.runs),
            reached(row.test_50.as_ref(), row.runs),
            reached(row.generalization_absolute.as_ref(), row.runs),
            reached(row.test_95.as_ref(), row.runs),
            there.join(", "),
            row.surges
        ),
        interval: thousands(row.memorization),
        verdict: together(&parts.iter().map(|(_, agrees)| *agrees).collect::<Vec<_>>()),
        reason: format!("{}; interval: step of memorization, in thousands", words.join(", ")),
    }
}

/// Does it grok, by the definition?
fn delayed(f: &Findings) -> Claim {
    let counts: Vec<String> =
        f.sizes.iter().map(|row| format!("N = {}: {} of {}", row.n_train, row.grokked, row.runs)).collect();
    let delays: Vec<String> = f
        .sizes
        .iter()
        .map(|row| {
            format!(
                "N = {}: {}, test {} at memorization",
                row.n_train,
                spread(row.delay.as_ref(), row.runs),
                row.test_at_memorization.map_or("unknown".to_owned(), |m| format!("{:.2}", m.mean))
            )
        })
        .collect();
    let first = &f.sizes[0];
    Claim {
        id: "04.4".to_owned(),
        statement: format!(
            "The deep network groks at N = {}: it generalizes long after it knows its images",
            first.n_train
        ),
        published: "\"overfitting\" and \"generalization\" phases at 2000 and 5000 (paper)".to_owned(),
        found: format!("grokked: {}", counts.join("; ")),
        interval: thousands(first.delay),
        verdict: verdict(first.grokked == first.runs),
        reason: format!(
            "{}. Delays: {}; interval: delay at N = {}, in thousands",
            f.definition,
            delays.join("; "),
            first.n_train
        ),
    }
}

/// The README's steps of the rise.
fn readme_rises(f: &Findings) -> Claim {
    let rows = README_RISE.map(|(n, at)| (n, at, papers(f, n)));
    let found: Vec<String> = rows
        .iter()
        .filter_map(|(n, _, row)| {
            let row = (*row)?;
            Some(format!("N = {n}: test 0.5 {}", reached(row.test_50.as_ref(), row.runs)))
        })
        .collect();
    let parts = rows.map(|(_, at, row)| agrees(row?.test_50.as_ref(), at, READING));
    Claim {
        id: "04.5".to_owned(),
        statement: "Test accuracy rises around step 40 K at N = 2000 and 35 K at N = 5000".to_owned(),
        published: "README of original 002 on the paper; the paper's own figure shows 47 k and 44 k"
            .to_owned(),
        found: if found.is_empty() { "not run".to_owned() } else { found.join("; ") },
        interval: rows[1]
            .2
            .and_then(|row| row.test_50)
            .filter(|m| m.n > 1)
            .map(|m| m.prediction().map(|end| end / 1e3)),
        verdict: together(&parts),
        reason: format!(
            "agrees where the step lies within the prediction interval of one more run of ours; interval: that one at N = {}, in thousands",
            README_RISE[1].0
        ),
    }
}

/// Do more images generalize earlier?
fn earlier(f: &Findings) -> Claim {
    let (small, large) = (&f.sizes[0], &f.sizes[f.sizes.len() - 1]);
    let seeds = 0..f.seeds;
    let of = |n: usize, seed: u64| {
        let run = f.arm(Arm::Paper).find(|r| r.n_train == n && r.seed == seed)?;
        run.phases.generalization_absolute.map(|s| s as f64)
    };
    let differences: Vec<f64> =
        seeds.filter_map(|seed| Some(of(large.n_train, seed)? - of(small.n_train, seed)?)).collect();
    let difference = (!differences.is_empty()).then(|| crate::stats::mean(&differences));
    let rows: Vec<String> = f
        .sizes
        .iter()
        .map(|r| format!("N = {}: {}", r.n_train, reached(r.generalization_absolute.as_ref(), r.runs)))
        .collect();
    Claim {
        id: "04.6".to_owned(),
        statement: "Larger training sets generalize earlier".to_owned(),
        published: "README of original 002; the paper's figure".to_owned(),
        found: format!("test 0.85: {}", rows.join("; ")),
        interval: thousands(difference),
        verdict: match difference {
            Some(m) if m.high < 0.0 => Verdict::Holds,
            Some(m) if m.low > 0.0 => Verdict::Fails,
            _ => Verdict::NotEstablished,
        },
        reason: format!(
            "interval: step at N = {} less step at N = {}, in thousands, paired over seeds; 0.85 is the same bar for both, a share of the final gain is not",
            large.n_train, small.n_train
        ),
    }
}

/// Paired lags over every run of the paper's arm that has both.
fn lags(f: &Findings, of: impl Fn(&RunRow) -> Option<f64>) -> Option<Mean> {
    let lags: Vec<f64> = f.arm(Arm::Paper).filter_map(of).collect();
    (!lags.is_empty()).then(|| crate::stats::mean(&lags))
}

/// Which comes first, the fall of the ranks or the rise of the test accuracy?
fn ranks_first(f: &Findings) -> Claim {
    let lag = lags(f, RunRow::begin_lag);
    let apart = f.snapshot_every as f64 / 2.0;
    let by_size: Vec<String> = f
        .sizes
        .iter()
        .map(|row| {
            let [tenth, half] = [row.begin_lag, row.rank_lag].map(|lag| spread(lag.as_ref(), row.runs));
            format!("N = {}: {tenth} and {half}", row.n_train)
        })
        .collect();
    Claim {
        id: "04.7".to_owned(),
        statement: "The ranks of the deep layers fall before the test accuracy rises".to_owned(),
        published: "the paper shows both at the same time; which comes first is not asked".to_owned(),
        found: format!(
            "a tenth of the fall less a tenth of the rise, and half less half: {}",
            by_size.join("; ")
        ),
        interval: thousands(lag),
        verdict: match lag {
            Some(m) if m.high < 0.0 && m.mean < -apart => Verdict::Holds,
            Some(m) if m.low > 0.0 && m.mean > apart => Verdict::Fails,
            _ => Verdict::NotEstablished,
        },
        reason: format!(
            "both at the snapshots, every {} steps, with a straight line between: a mean lag below half of that is no order; interval: of the tenths, in thousands, over all runs of all sizes",
            f.snapshot_every
        ),
    }
}

/// Does the rank tell the moment better than the norm of the parameters?
fn better_than_norm(f: &Findings) -> Claim {
    let gain = lags(f, |run| Some(run.norm_lag()?.abs() - run.rank_lag()?.abs()));
    let (rank, norm) = (lags(f, |r| Some(r.rank_lag()?.abs())), lags(f, |r| Some(r.norm_lag()?.abs())));
    let in_k = |m: Option<Mean>| m.map_or("none".to_owned(), |m| format!("{:.1} k", m.mean / 1e3));
    Claim {
        id: "04.8".to_owned(),
        statement: "Feature rank tells the moment of generalization better than the weight norm".to_owned(),
        published: "the paper's claim".to_owned(),
        found: format!(
            "distance in steps from half of the rise of the test accuracy: ranks {}, norm {}",
            in_k(rank),
            in_k(norm)
        ),
        interval: thousands(gain),
        verdict: match gain {
            Some(m) if m.low > 0.0 => Verdict::Holds,
            Some(m) if m.high < 0.0 => Verdict::Fails,
            _ => Verdict::NotEstablished,
        },
        reason:
            "interval: distance of the norm less distance of the ranks, in thousands, paired over the runs"
                .to_owned(),
    }
}
