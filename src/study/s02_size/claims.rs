//! What may be claimed of study 02: the original's sentences, beside what our runs say of each.

use crate::stats::Mean;
use crate::study::claim::{Claim, Verdict};
use crate::study::s02_size::findings::{DataRow, Findings};

/// The original's numbers (its two CSV files): error in per cent.
const ORIGINAL_ERROR_60K: [f64; 2] = [2.07, 2.00];
/// Power law through the original's experiment A in log-log space.
const ORIGINAL_ALPHA: f64 = 0.372;

/// The table of claims.
pub fn claims(f: &Findings) -> Vec<Claim> {
    vec![
        data_is_king(f),
        straight(f),
        training_time(f),
        error_at_most(f),
        saturation(f),
        threshold(f),
        overfitting(f),
        noise(f),
    ]
}

fn data_is_king(f: &Findings) -> Claim {
    let alpha = f.law_epochs.alpha;
    let falls = f.data.iter().filter_map(|row| row.change).all(|change| change.high < 0.0);
    let [low, high] = f.law_epochs.means.alpha_interval;
    Claim {
        id: "02.1".to_owned(),
        statement: "More data consistently lowers the error, by a power law error = A n^-α".to_owned(),
        published: format!("α = {ORIGINAL_ALPHA}, one run per size (fitted to the original's CSV)"),
        found: format!("α = {:.3}, A = {:.0} %", alpha.mean, f.law_epochs.means.amplitude),
        interval: Some([alpha.low, alpha.high]),
        verdict: if falls && alpha.low > 0.0 { Verdict::Holds } else { Verdict::NotEstablished },
        reason: format!(
            "holds when every step to more data lowers the error, paired over seeds; interval over {} seeds; from the scatter of the {} means about the line it is {low:.3} to {high:.3}, R² = {:.4}",
            f.seeds,
            f.data.len(),
            f.law_epochs.means.r2
        ),
    }
}

fn straight(f: &Findings) -> Claim {
    let (bend, control) = (f.law_epochs.bend, f.law_steps.bend);
    let leaves_zero = |m: &Mean| m.low > 0.0 || m.high < 0.0;
    let verdict = match (leaves_zero(&bend), leaves_zero(&control)) {
        (true, _) => Verdict::Fails,
        (false, true) => Verdict::NotEstablished,
        (false, false) => Verdict::Holds,
    };
    Claim {
        id: "02.2".to_owned(),
        statement: "The law is linear on a log-log plot".to_owned(),
        published: "\"linear on log-log scale\" (README); R² = 0.994 on five points".to_owned(),
        found: format!("α changes by {:+.3} from the lower to the upper half of the sizes", bend.mean),
        interval: Some([bend.low, bend.high]),
        verdict,
        reason: format!(
            "with epochs fixed (A). With steps fixed (C) it changes by {:+.3} [{:.3}, {:.3}]: where that interval \
             leaves 0 out, the straight line belongs to the protocol, not to the data",
            control.mean, control.low, control.high
        ),
    }
}

fn training_time(f: &Findings) -> Claim {
    let (part, control) = (f.alpha_from_steps, f.law_steps.alpha);
    // Where the two protocols are furthest apart.
    let gap = |row: &&DataRow| (row.error_epochs.mean - row.error_steps.mean).abs();
    let widest = f.data.iter().max_by(|a, b| gap(a).total_cmp(&gap(b))).expect("a study has sizes");
    Claim {
        id: "02.3".to_owned(),
        statement: "The slope of experiment A is the effect of data, not of training time".to_owned(),
        published: "not asked: ten epochs give 1 000 images 160 steps and 60 000 images 9 380".to_owned(),
        found: format!("α(A) - α(C) = {:+.3}; with steps fixed α = {:.3}", part.mean, control.mean),
        interval: Some([part.low, part.high]),
        verdict: if part.low > 0.0 || part.high < 0.0 { Verdict::Fails } else { Verdict::Holds },
        reason: format!(
            "control C, paired over {} seeds. The exponent over the whole range is one thing, the errors another: \
             at {} images A errs {:.2} % and C {:.2} %",
            f.seeds, widest.n_train, widest.error_epochs.mean, widest.error_steps.mean
        ),
    }
}

fn error_at_most(f: &Findings) -> Claim {
    let error = f.data.last().expect("a study has sizes").error_epochs;
    let within = ORIGINAL_ERROR_60K.iter().all(|seed| (seed - error.mean).abs() <= 3.0 * error.sd.max(0.05));
    Claim {
        id: "02.4".to_owned(),
        statement: format!("Test error of the {} network on all images", f.width),
        published: "2.07 % in experiment A, 2.00 % in B, the same setting run twice".to_owned(),
        found: format!("{:.2} % ± {:.2} (standard deviation over seeds)", error.mean, error.sd),
        interval: Some([error.low, error.high]),
        verdict: if within { Verdict::Holds } else { Verdict::Fails },
        reason: if within {
            "both of the original's runs lie within three standard deviations of our mean".to_owned()
        } else {
            "the original's runs lie further than three standard deviations from our mean".to_owned()
        },
    }
}

fn saturation(f: &Findings) -> Claim {
    let usual =
        f.widenings.iter().find(|w| w.to == f.width).expect("the usual width has a narrower neighbour");
    let n_params = f.widths.iter().find(|w| w.width == f.width).map_or(0, |w| w.n_params);
    let last = f.widenings.last().expect("a study has widths");
    let saturated = last.difference.high > 0.0 || last.difference.low > -0.1;
    Claim {
        id: "02.5".to_owned(),
        statement: format!("Performance saturates around {n_params} parameters"),
        published: "\"saturated around ~670k parameters\" (README): 2.12 → 2.00 → 2.15 %".to_owned(),
        found: format!(
            "{} → {}: {:+.3} points; {} → {}: {:+.3} points",
            usual.from, usual.to, usual.difference.mean, last.from, last.to, last.difference.mean
        ),
        interval: Some([last.difference.low, last.difference.high]),
        verdict: if saturated { Verdict::Holds } else { Verdict::Fails },
        reason: format!(
            "the interval is that of the last widening; it allows no gain above {:.2} points",
            (-last.difference.low).max(0.0)
        ),
    }
}

fn threshold(f: &Findings) -> Claim {
    let last = f.widenings.last().expect("a study has widths");
    let widest = f.widths.last().expect("a study has widths");
    let (d, late) = (last.difference, last.late_difference);
    let verdict = if d.low > 0.0 && late.low > 0.0 {
        Verdict::Holds
    } else if d.high < 0.0 || late.high < 0.0 {
        Verdict::Fails
    } else {
        Verdict::NotEstablished
    };
    let worse = last.differences.iter().filter(|&&d| d > 0.0).count();
    Claim {
        id: "02.6".to_owned(),
        statement: format!("The overfitting threshold: width {} errs more than width {}", last.to, last.from),
        published: "+0.15 points, one run each; its binomial standard error alone is 0.20".to_owned(),
        found: format!("{:+.3} points, p = {:.3}, worse in {worse} of {} seeds", d.mean, last.p, f.seeds),
        interval: Some([d.low, d.high]),
        verdict,
        reason: format!(
            "paired t test over seeds; it would find {:.2} points with a chance of 80 %. The last epoch flickers \
             ({:.2} points from epoch to epoch): averaged over the last half of the epochs the difference is \
             {:+.3} [{:.3}, {:.3}]",
            last.detectable, widest.flicker.mean, late.mean, late.low, late.high
        ),
    }
}

fn overfitting(f: &Findings) -> Claim {
    let widest = f.widths.last().expect("a study has widths");
    let r = widest.train_test_correlation;
    let rise = widest.test_loss.mean - widest.best_test_loss.mean;
    Claim {
        id: "02.7".to_owned(),
        statement: format!(
            "Width {} is worse because excess capacity learns noise (overfitting)",
            widest.width
        ),
        published: "asserted; no training metric was recorded".to_owned(),
        found: format!("training and test error move together from epoch to epoch: correlation {r:+.2}"),
        interval: None,
        verdict: if r > 0.5 {
            Verdict::Fails
        } else if r < 0.0 {
            Verdict::Holds
        } else {
            Verdict::NotEstablished
        },
        reason: format!(
            "an epoch that is bad on test images is bad on training images too (a jump of the optimizer), where \
             overfitting would part the two. What does part them is the loss: the test loss ends {rise:+.3} nats \
             above its best epoch, and it rises at smaller widths as well (figure 02-overfitting)"
        ),
    }
}

fn noise(f: &Findings) -> Claim {
    let error = f.data.last().expect("a study has sizes").error_epochs;
    let apart = (ORIGINAL_ERROR_60K[0] - ORIGINAL_ERROR_60K[1]).abs();
    Claim {
        id: "02.8".to_owned(),
        statement: "One run per cell tells such cells apart".to_owned(),
        published: format!("its one repeated setting differs by {apart:.2} points from run to run"),
        found: format!("standard deviation over seeds {:.2} points", error.sd),
        interval: None,
        verdict: if error.sd * std::f64::consts::SQRT_2 > 0.05 {
            Verdict::Fails
        } else {
            Verdict::NotEstablished
        },
        reason: format!(
            "two single runs differ by {:.2} points (one standard deviation) through their seeds alone: as much as the README's largest model loses",
            error.sd * std::f64::consts::SQRT_2
        ),
    }
}
