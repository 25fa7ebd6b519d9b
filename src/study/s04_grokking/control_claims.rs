//! What may be claimed of the controls: decay, initial scale, precision, and the README's own configuration.

use crate::study::claim::{Claim, Verdict};
use crate::study::s04_grokking::Arm;
use crate::study::s04_grokking::claims::{ENOUGH, reached, step, verdict};
use crate::study::s04_grokking::findings::{Findings, RunRow};
use crate::study::s04_grokking::phases::MEMORIZED;

/// The claims on the controls.
pub fn claims(f: &Findings) -> Vec<Claim> {
    vec![decay(f), scale(f), precision(f), readme(f)]
}

/// A claim on runs that this design does not have.
fn not_run(id: &str, statement: &str, published: &str) -> Claim {
    Claim {
        id: id.to_owned(),
        statement: statement.to_owned(),
        published: published.to_owned(),
        found: "not run".to_owned(),
        interval: None,
        verdict: Verdict::NotEstablished,
        reason: "its runs are not recorded yet".to_owned(),
    }
}

/// A run in a line.
fn course(run: &RunRow) -> String {
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

/// A control beside the paper's runs of the same size: it is claimed not to grok. A run that loses its training images
/// again is no control: its end shows something else.
fn control(f: &Findings, id: &str, arm: Arm, statement: &str, published: &str) -> Claim {
    let runs: Vec<&RunRow> = f.arm(arm).collect();
    if runs.is_empty() {
        return not_run(id, statement, published);
    }
    let usual = &f.sizes[0];
    let count = |of: fn(&RunRow) -> bool| runs.iter().filter(|run| of(run)).count();
    let grokked = count(|run| run.phases.grokked);
    let lost = count(|run| run.phases.memorization.is_some() && run.phases.final_train < MEMORIZED);
    let found: Vec<String> = runs.iter().map(|run| format!("seed {}: {}", run.seed, course(run))).collect();
    Claim {
        id: id.to_owned(),
        statement: statement.to_owned(),
        published: published.to_owned(),
        found: format!("{}: {}; grokked {grokked} of {}", arm.name(), found.join("; "), runs.len()),
        interval: None,
        verdict: if usual.grokked < usual.runs || (grokked == 0 && lost > 0) {
            Verdict::NotEstablished
        } else {
            verdict(grokked == 0)
        },
        reason: format!(
            "{}{}; the paper's runs of N = {} grok {} of {} times and end at {:.2}",
            if runs.len() == 1 { "one seed".to_owned() } else { format!("{} seeds", runs.len()) },
            match lost {
                0 => String::new(),
                _ => format!(
                    "; {lost} lost the training images again, and that end shows no lack of generalization"
                ),
            },
            usual.n_train,
            usual.grokked,
            usual.runs,
            usual.final_test.mean
        ),
    }
}

fn decay(f: &Findings) -> Claim {
    let published = "decay ablated in the paper from 0.005 on, never 0";
    control(f, "04.9", Arm::NoDecay, "Without weight decay the network does not grok", published)
}

fn scale(f: &Findings) -> Claim {
    let published = "scales 2 to 10 in the paper, never 1; Omnigrok: large initial parameters make the delay";
    let statement = "With PyTorch's initial parameters (scale 1) there is no delay";
    control(f, "04.10", Arm::ScaleOne, statement, published)
}

/// Does the precision matter?
fn precision(f: &Findings) -> Claim {
    let id = "04.11";
    let statement = "Single precision shows the same as the double precision of the paper's code";
    let published = "the official code is in double precision; the first losses are near 1e9";
    let Some(run) = f.first(Arm::Double) else { return not_run(id, statement, published) };
    let usual = &f.sizes[0];
    let parts = [
        ("memorization", run.phases.memorization, usual.memorization),
        ("generalization", run.phases.generalization, usual.generalization),
    ];
    let within = parts.iter().all(|(_, step, ours)| {
        step.is_some_and(|step| {
            ours.is_some_and(|ours| {
                let [low, high] = ours.prediction();
                (low..=high).contains(&(step as f64))
            })
        })
    });
    let found: Vec<String> = parts
        .iter()
        .map(|(word, at, ours)| {
            format!("{word}: double {}, single {}", step(*at), reached(ours.as_ref(), usual.runs))
        })
        .collect();
    Claim {
        id: id.to_owned(),
        statement: statement.to_owned(),
        published: published.to_owned(),
        found: found.join("; "),
        interval: usual.memorization.filter(|m| m.n > 1).map(|m| m.prediction().map(|end| end / 1e3)),
        verdict: if usual.runs < ENOUGH || usual.generalization.is_none() {
            Verdict::NotEstablished
        } else {
            verdict(within)
        },
        reason: format!(
            "N = {}, one run in double precision within the prediction interval of one more in single precision; interval: that of memorization",
            usual.n_train
        ),
    }
}

/// The original's own configuration.
fn readme(f: &Findings) -> Claim {
    let id = "04.12";
    let statement =
        "The README's configuration (weights alone x 8, Adam with coupled L2, batches of 64) groks";
    let published =
        "\"critical for reproducing the grokking phenomenon\" (README); its committed metrics show none";
    let runs: Vec<&RunRow> = f.arm(Arm::Readme).collect();
    if runs.is_empty() {
        return not_run(id, statement, published);
    }
    let found: Vec<String> = runs.iter().map(|run| format!("N = {}: {}", run.n_train, course(run))).collect();
    Claim {
        id: id.to_owned(),
        statement: statement.to_owned(),
        published: published.to_owned(),
        found: found.join("; "),
        interval: None,
        verdict: verdict(runs.iter().all(|run| run.phases.grokked)),
        reason: format!(
            "{} of {} runs grokked, one seed a size. The code at the original's head learns against zeros and can show nothing",
            runs.iter().filter(|run| run.phases.grokked).count(),
            runs.len()
        ),
    }
}
