//! What may be claimed of the paper's runs: the paper's figure, and the README's sentences on it.
//!
//! One published run agrees with ours where it lies within the 95 % prediction interval of one more run,
//! widened by what a plot can be read to.

use crate::stats::Mean;
use crate::study::claim::{Claim, Verdict};
use crate::study::runs::Paired;
use crate::study::s04_grokking::design::Arm;
use crate::study::s04_grokking::findings::Findings;
use crate::study::s04_grokking::published::{FIGURE, NETWORK, READING, READING_ACCURACY, README_RISE, Shown};
use crate::study::s04_grokking::rows::{RunRow, SizeRow, over};

/// Claim `number` of study 04.
pub fn claim(number: u32, statement: impl Into<String>) -> Claim {
    Claim::new("04", number, statement)
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
    mean.map(|m| [m.low / 1e3, m.high / 1e3])
}

/// Fewer runs bound the next one by nothing that could disagree: two give an interval of 15 standard
/// deviations.
pub const ENOUGH: usize = 3;

/// Whether a published number agrees with ours; `reading` is what it can be read to. None where too few of
/// our runs reach it to tell.
fn agrees(ours: Option<&Mean>, published: f64, reading: f64) -> Option<bool> {
    let ours = ours.filter(|ours| ours.n >= ENOUGH)?;
    let [low, high] = ours.prediction();
    Some(published >= low - reading && published <= high + reading)
}

/// What an interval of one more run says of a published number; none where too few runs could tell.
fn word(agrees: Option<bool>) -> &'static str {
    match agrees {
        Some(true) => "agrees",
        Some(false) => "differs",
        None => "cannot be told with so few runs",
    }
}

/// The prediction interval of one more run, in thousands of steps.
pub fn prediction(mean: Option<Mean>) -> Option<[f64; 2]> {
    mean.map(|mean| mean.prediction().map(|end| end / 1e3))
}

/// The words of every size, with semicolons between.
fn by_size(f: &Findings, words: impl Fn(&SizeRow) -> String) -> String {
    let words = f.sizes.iter().map(|row| format!("N = {}: {}", row.n_train, words(row)));
    words.collect::<Vec<_>>().join("; ")
}

/// The claims on the paper's runs.
pub fn claims(f: &Findings) -> Vec<Claim> {
    let figures = (1..).zip(&FIGURE).map(|(i, shown)| figure(i, shown, papers(f, shown.n_train)));
    let others = [delayed(f), readme_rises(f), earlier(f), ranks_first(f), better_than_norm(f)];
    figures.chain(others).collect()
}

/// The runs of one size, where the network and its steps are the paper's.
fn papers(f: &Findings, n_train: usize) -> Option<&SizeRow> {
    let same = (f.depth, f.width, f.steps) == NETWORK;
    f.sizes.iter().find(|row| same && row.n_train == n_train)
}

/// One size of the paper's figure.
fn figure(number: u32, shown: &Shown, row: Option<&SizeRow>) -> Claim {
    let published = format!("{} (arXiv 2405.19454, one run, double precision)", shown.words);
    let claim = claim(number, format!("The paper's figure 1 at N = {}", shown.n_train)).published(published);
    let Some(row) = row else {
        let reason = "this budget has no runs of the paper's network and steps with so many images";
        return claim.found("not run").verdict(Verdict::NotEstablished, reason);
    };
    let parts = compared(shown, row);
    let there = shown.test.iter().zip(&row.test_published);
    let there: Vec<String> =
        there.map(|((step, _), ours)| format!("{:.3} at {} k", ours.mean, step / 1000)).collect();
    let words: Vec<String> = parts.iter().map(|(what, holds)| format!("{what} {}", word(*holds))).collect();
    let verdicts: Vec<Verdict> = parts.iter().map(|(_, agrees)| Verdict::where_known(*agrees)).collect();
    let when = |mean: &Option<Mean>| reached(mean.as_ref(), row.runs);
    claim
        .found(format!(
            "training 0.95 {}, test 0.5 {}, 0.85 {}, 0.95 {}; {}; stages {:?}",
            when(&row.memorization),
            when(&row.test_50),
            when(&row.generalization_absolute),
            when(&row.test_95),
            there.join(", "),
            row.test_stages
        ))
        .ends(thousands(row.memorization))
        .verdict(
            Verdict::all(&verdicts),
            format!("{}; interval: step of memorization, in thousands", words.join(", ")),
        )
}

/// What the paper's figure shows of one size, each with whether it agrees with our runs.
fn compared(shown: &Shown, row: &SizeRow) -> Vec<(String, Option<bool>)> {
    let mut parts: Vec<(String, Option<bool>)> = Vec::new();
    if let Some(step) = shown.memorization {
        parts.push(("memorization".to_owned(), agrees(row.memorization.as_ref(), step, READING)));
    }
    if let Some(step) = shown.breaks {
        parts.push(("the break (test 0.5)".to_owned(), agrees(row.test_50.as_ref(), step, READING)));
    }
    for ((step, accuracy), ours) in shown.test.iter().zip(&row.test_published) {
        parts.push((format!("test at {} k", step / 1000), agrees(Some(ours), *accuracy, READING_ACCURACY)));
    }
    if let Some(stages) = shown.stages {
        let most = row.test_stages.iter().filter(|&&n| n == stages).count() * 2 > row.test_stages.len();
        parts.push(("stages".to_owned(), (row.runs >= ENOUGH).then_some(most)));
    }
    parts
}

/// Does it grok, by the definition?
fn delayed(f: &Findings) -> Claim {
    let delay = |row: &SizeRow| {
        let test = row.test_at_memorization.map_or("unknown".to_owned(), |m| format!("{:.2}", m.mean));
        format!("{}, test {test} at memorization", spread(row.delay.as_ref(), row.runs))
    };
    let first = &f.sizes[0];
    let reason = format!(
        "{}. Delays: {}; interval: delay at N = {}, in thousands",
        f.definition,
        by_size(f, delay),
        first.n_train
    );
    claim(
        4,
        format!(
            "The deep network groks at N = {}: it generalizes long after it knows its images",
            first.n_train
        ),
    )
    .published("\"overfitting\" and \"generalization\" phases at 2000 and 5000 (paper)")
    .found(format!("grokked: {}", by_size(f, |row| format!("{} of {}", row.grokked, row.runs))))
    .ends(thousands(first.delay))
    .verdict(Verdict::holds_or_fails(first.grokked == first.runs), reason)
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
    let parts = rows.map(|(_, at, row)| {
        Verdict::where_known(row.and_then(|row| agrees(row.test_50.as_ref(), at, READING)))
    });
    let [_, (second, _, row)] = rows;
    let reason = format!(
        "agrees where the step lies within the prediction interval of one more run of ours; interval: that one at N = {second}, in thousands"
    );
    claim(5, "Test accuracy rises around step 40 K at N = 2000 and 35 K at N = 5000")
        .published("README of original 002 on the paper; the paper's own figure shows 47 k and 44 k")
        .found(if found.is_empty() { "not run".to_owned() } else { found.join("; ") })
        .ends(prediction(row.and_then(|row| row.test_50)))
        .verdict(Verdict::all(&parts), reason)
}

/// Do more images generalize earlier?
fn earlier(f: &Findings) -> Claim {
    let (small, large) = (f.sizes[0].n_train, f.sizes[f.sizes.len() - 1].n_train);
    let of = |n: usize, seed: u64| {
        let run = f.arm(Arm::Paper).find(|run| run.n_train == n && run.seed == seed)?;
        run.phases.generalization_absolute.map(|step| step as f64)
    };
    let pairs = (0..f.provenance.seeds).filter_map(|seed| Some((of(small, seed)?, of(large, seed)?)));
    let (of_small, of_large): (Vec<f64>, Vec<f64>) = pairs.unzip();
    let difference = (!of_small.is_empty()).then(|| Paired::of(&of_small, &of_large).difference);
    let reason = format!(
        "interval: step at N = {large} less step at N = {small}, in thousands, paired over seeds; 0.85 is the same bar for both, a share of the final gain is not"
    );
    let when = |row: &SizeRow| reached(row.generalization_absolute.as_ref(), row.runs);
    claim(6, "Larger training sets generalize earlier")
        .published("README of original 002; the paper's figure")
        .found(format!("test 0.85: {}", by_size(f, when)))
        .ends(thousands(difference))
        .verdict(difference.map_or(Verdict::NotEstablished, |m| Verdict::below(&m, 0.0)), reason)
}

/// Which comes first, the fall of the ranks or the rise of the test accuracy?
fn ranks_first(f: &Findings) -> Claim {
    let lag = over(f.arm(Arm::Paper), RunRow::begin_lag);
    let apart = f.snapshot_every as f64 / 2.0;
    // Both the interval and the mean, which the spacing of the snapshots blurs.
    let verdict = |m: Mean| Verdict::of(m.high < 0.0 && m.mean < -apart, m.low > 0.0 && m.mean > apart);
    let lags = |row: &SizeRow| {
        let [tenth, half] = [row.begin_lag, row.rank_lag].map(|lag| spread(lag.as_ref(), row.runs));
        format!("{tenth} and {half}")
    };
    let reason = format!(
        "both at the snapshots, every {} steps, with a straight line between: a mean lag below half of that is no order; interval: of the tenths, in thousands, over all runs of all sizes",
        f.snapshot_every
    );
    claim(7, "The ranks of the deep layers fall before the test accuracy rises")
        .published("the paper shows both at the same time; which comes first is not asked")
        .found(format!(
            "a tenth of the fall less a tenth of the rise, and half less half: {}",
            by_size(f, lags)
        ))
        .ends(thousands(lag))
        .verdict(lag.map_or(Verdict::NotEstablished, verdict), reason)
}

/// Does the rank tell the moment better than the norm of the parameters?
fn better_than_norm(f: &Findings) -> Claim {
    let lag = |of: &dyn Fn(&RunRow) -> Option<f64>| over(f.arm(Arm::Paper), of);
    let gain = lag(&|run| Some(run.norm_lag()?.abs() - run.rank_lag()?.abs()));
    let rank = lag(&|run| run.rank_lag().map(f64::abs));
    let norm = lag(&|run| run.norm_lag().map(f64::abs));
    let in_k = |m: Option<Mean>| m.map_or("none".to_owned(), |m| format!("{:.1} k", m.mean / 1e3));
    claim(8, "Feature rank tells the moment of generalization better than the weight norm")
        .published("the paper's claim")
        .found(format!(
            "distance in steps from half of the rise of the test accuracy: ranks {}, norm {}",
            in_k(rank),
            in_k(norm)
        ))
        .ends(thousands(gain))
        .verdict(
            gain.map_or(Verdict::NotEstablished, |m| Verdict::above(&m, 0.0)),
            "interval: distance of the norm less distance of the ranks, in thousands, paired over the runs",
        )
}
