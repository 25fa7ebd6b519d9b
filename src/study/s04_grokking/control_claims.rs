//! What may be claimed of the controls: decay, initial scale, precision, and the README's own configuration.

use crate::study::claim::{Claim, Verdict};
use crate::study::s04_grokking::claims::{ENOUGH, claim, prediction, reached, step};
use crate::study::s04_grokking::design::Arm;
use crate::study::s04_grokking::findings::Findings;
use crate::study::s04_grokking::phases::MEMORIZED;
use crate::study::s04_grokking::rows::RunRow;

/// The claims on the controls.
pub fn claims(f: &Findings) -> Vec<Claim> {
    vec![decay(f), scale(f), precision(f), readme(f)]
}

/// A claim on runs that this design does not have.
fn not_run(claim: Claim) -> Claim {
    claim.found("not run").verdict(Verdict::NotEstablished, "its runs are not recorded yet")
}

/// A run in a line.
fn in_words(run: &RunRow) -> String {
    let phases = &run.phases;
    let then = phases.test_at_memorization.map_or(String::new(), |test| format!(" with test {test:.2}"));
    format!(
        "training 0.95 {}{then}, {:.2} in the end; test 0.85 {}, {:.2} at best, {:.2} in the end",
        step(phases.memorization),
        phases.final_train,
        step(phases.generalization_absolute),
        phases.best_test,
        phases.final_test
    )
}

/// A control beside the paper's runs of the same size: it is claimed not to grok. A run that loses its
/// training images again is no control: its end shows something else.
fn control(f: &Findings, arm: Arm, claim: Claim) -> Claim {
    let runs: Vec<&RunRow> = f.arm(arm).collect();
    if runs.is_empty() {
        return not_run(claim);
    }
    let usual = &f.sizes[0];
    let count = |of: fn(&RunRow) -> bool| runs.iter().filter(|run| of(run)).count();
    let grokked = count(|run| run.phases.grokked);
    let lost = count(|run| run.phases.memorization.is_some() && run.phases.final_train < MEMORIZED);
    let found: Vec<String> = runs.iter().map(|run| format!("seed {}: {}", run.seed, in_words(run))).collect();
    // Neither says anything where the paper's own runs do not all grok.
    let all_grok = usual.grokked >= usual.runs;
    let verdict = Verdict::of(all_grok && grokked == 0 && lost == 0, all_grok && grokked > 0);
    let seeds = if runs.len() == 1 { "one seed".to_owned() } else { format!("{} seeds", runs.len()) };
    let broken = match lost {
        0 => String::new(),
        _ => format!("; {lost} lost the training images again, and that end shows no lack of generalization"),
    };
    let reason = format!(
        "{seeds}{broken}; the paper's runs of N = {} grok {} of {} times and end at {:.2}",
        usual.n_train, usual.grokked, usual.runs, usual.final_test.mean
    );
    claim
        .found(format!("{}: {}; grokked {grokked} of {}", arm.name(), found.join("; "), runs.len()))
        .verdict(verdict, reason)
}

fn decay(f: &Findings) -> Claim {
    let published = "decay ablated in the paper from 0.005 on, never 0";
    control(f, Arm::NoDecay, claim(9, "Without weight decay the network does not grok").published(published))
}

fn scale(f: &Findings) -> Claim {
    let published = "scales 2 to 10 in the paper, never 1; Omnigrok: large initial parameters make the delay";
    let statement = "With PyTorch's initial parameters (scale 1) there is no delay";
    control(f, Arm::ScaleOne, claim(10, statement).published(published))
}

/// Does the precision matter?
fn precision(f: &Findings) -> Claim {
    let claim = claim(11, "Single precision shows the same as the double precision of the paper's code")
        .published("the official code is in double precision; the first losses are near 1e9");
    let Some(run) = f.first(Arm::Double) else { return not_run(claim) };
    let usual = &f.sizes[0];
    let parts = [
        ("memorization", run.phases.memorization, usual.memorization),
        ("generalization", run.phases.generalization, usual.generalization),
    ];
    let within = parts.iter().all(|(_, step, ours)| {
        let one_more = ours.map(|ours| ours.prediction());
        step.zip(one_more).is_some_and(|(step, [low, high])| (low..=high).contains(&(step as f64)))
    });
    let words = parts.map(|(word, at, ours)| {
        format!("{word}: double {}, single {}", step(at), reached(ours.as_ref(), usual.runs))
    });
    let enough = usual.runs >= ENOUGH && usual.generalization.is_some();
    let reason = format!(
        "N = {}, one run in double precision within the prediction interval of one more in single precision; interval: that of memorization",
        usual.n_train
    );
    claim
        .found(words.join("; "))
        .ends(prediction(usual.memorization))
        .verdict(Verdict::where_known(enough.then_some(within)), reason)
}

/// The original's own configuration.
fn readme(f: &Findings) -> Claim {
    let claim = claim(
        12,
        "The README's configuration (weights alone x 8, Adam with coupled L2, batches of 64) groks",
    )
    .published(
        "\"critical for reproducing the grokking phenomenon\" (README); its committed metrics show none",
    );
    let runs: Vec<&RunRow> = f.arm(Arm::Readme).collect();
    if runs.is_empty() {
        return not_run(claim);
    }
    let found: Vec<String> =
        runs.iter().map(|run| format!("N = {}: {}", run.n_train, in_words(run))).collect();
    let grokked = runs.iter().filter(|run| run.phases.grokked).count();
    let reason = format!(
        "{grokked} of {} runs grokked, one seed a size. The code at the original's head learns against zeros and can show nothing",
        runs.len()
    );
    claim.found(found.join("; ")).verdict(Verdict::holds_or_fails(grokked == runs.len()), reason)
}
