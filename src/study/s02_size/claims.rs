//! What may be claimed of study 02: the original's sentences, beside what our runs say of each.

use crate::stats::Mean;
use crate::study::claim::{Claim, Verdict, signed};
use crate::study::s02_size::findings::Findings;
use std::f64::consts::SQRT_2;

/// The original's numbers (its two CSV files): error in per cent.
const ORIGINAL_ERROR_60K: [f64; 2] = [2.07, 2.00];
/// Power law through the original's experiment A in log-log space.
const ORIGINAL_ALPHA: f64 = 0.372;

/// The table of claims.
pub fn claims(f: &Findings) -> Vec<Claim> {
    let all =
        [data_is_king, straight, training_time, error_at_most, saturation, threshold, overfitting, noise];
    all.map(|claim| claim(f)).to_vec()
}

fn claim(number: u32, statement: impl Into<String>) -> Claim {
    Claim::new("02", number, statement)
}

fn data_is_king(f: &Findings) -> Claim {
    let alpha = &f.law_epochs.alpha;
    let falls = f.changes.iter().all(|change| change.high < 0.0);
    let (law, seeds, means) = (&f.law_epochs.means, f.provenance.seeds, f.steps.len());
    let [low, high] = law.alpha_interval;
    let reason = format!(
        "holds when every step to more data lowers the error, paired over seeds; interval over {seeds} seeds; from the scatter of the {means} means about the line it is {low:.3} to {high:.3}, R² = {:.4}",
        law.r2
    );
    claim(1, "More data consistently lowers the error, by a power law error = A n^-α")
        .published(format!("α = {ORIGINAL_ALPHA}, one run per size (fitted to the original's CSV)"))
        .found(format!("α = {:.3}, A = {:.0} %", alpha.mean, law.amplitude))
        .interval(alpha)
        .verdict(Verdict::holds_if(falls && alpha.low > 0.0), reason)
}

fn straight(f: &Findings) -> Claim {
    let (change, control) = (&f.law_epochs.alpha_change, &f.law_steps.alpha_change);
    let is_curved = |m: &Mean| m.low > 0.0 || m.high < 0.0;
    let reason = format!(
        "with epochs fixed (A). With steps fixed (C) it changes by {}: where that interval \
         leaves 0 out, the straight line belongs to the protocol, not to the data",
        signed(control, 3)
    );
    claim(2, "The law is linear on a log-log plot")
        .published("\"linear on log-log scale\" (README); R² = 0.994 on five points")
        .found(format!("α changes by {:+.3} from the lower to the upper half of the sizes", change.mean))
        .interval(change)
        .verdict(Verdict::of(!is_curved(change) && !is_curved(control), is_curved(change)), reason)
}

fn training_time(f: &Findings) -> Claim {
    let (part, control) = (&f.alpha_from_steps, &f.law_steps.alpha);
    // Where the two protocols are furthest apart.
    let (a, c) = (f.epochs_fixed.means(), f.steps_fixed.means());
    let gap = |i: usize| (a[i] - c[i]).abs();
    let widest = (0..a.len()).max_by(|&i, &j| gap(i).total_cmp(&gap(j))).expect("a study has sizes");
    let reason = format!(
        "control C, paired over {} seeds. The exponent over the whole range is one thing, the errors another: \
         at {} images A errs {:.2} % and C {:.2} %",
        f.provenance.seeds, f.epochs_fixed.x[widest], a[widest], c[widest]
    );
    claim(3, "The slope of experiment A is the effect of data, not of training time")
        .published("not asked: ten epochs give 1 000 images 160 steps and 60 000 images 9 380")
        .found(format!("α(A) - α(C) = {:+.3}; with steps fixed α = {:.3}", part.mean, control.mean))
        .interval(part)
        .verdict(Verdict::holds_or_fails(part.low <= 0.0 && part.high >= 0.0), reason)
}

fn error_at_most(f: &Findings) -> Claim {
    let error = f.epochs_fixed.last();
    let within = |original: &f64| (original - error.mean).abs() <= 3.0 * error.sd.max(0.05);
    let reason = "holds where both of the original's runs lie within three standard deviations of our mean";
    claim(4, format!("Test error of the {} network on all images", f.width))
        .published("2.07 % in experiment A, 2.00 % in B, the same setting run twice")
        .found(format!("{:.2} % ± {:.2} (standard deviation over seeds)", error.mean, error.sd))
        .interval(error)
        .verdict(Verdict::holds_or_fails(ORIGINAL_ERROR_60K.iter().all(within)), reason)
}

fn saturation(f: &Findings) -> Claim {
    let usual = f.widenings.iter().find(|w| w.to == f.width).expect("the usual width is not the narrowest");
    let n_params = f.widths.iter().find(|w| w.width == f.width).map_or(0, |w| w.n_params);
    let last = f.widenings.last().expect("a study has widths");
    let (gain, last_gain) = (&usual.error.difference, &last.error.difference);
    let reason = format!(
        "the interval is that of the last widening; it allows no gain above {:.2} points",
        (-last_gain.low).max(0.0)
    );
    claim(5, format!("Performance saturates around {n_params} parameters"))
        .published("\"saturated around ~670k parameters\" (README): 2.12 → 2.00 → 2.15 %")
        .found(format!(
            "{} → {}: {:+.3} points; {} → {}: {:+.3} points",
            usual.from, usual.to, gain.mean, last.from, last.to, last_gain.mean
        ))
        .interval(last_gain)
        .verdict(Verdict::holds_or_fails(last_gain.high > 0.0 || last_gain.low > -0.1), reason)
}

fn threshold(f: &Findings) -> Claim {
    let last = f.widenings.last().expect("a study has widths");
    let widest = f.widths.last().expect("a study has widths");
    let (error, late) = (&last.error, &last.late_difference);
    let worse = error.differences.iter().filter(|&&d| d > 0.0).count();
    let reason = format!(
        "paired t test over seeds; it would find {:.2} points with a chance of 80 %. The error of the last epoch is \
         unsteady (standard deviation {:.2} points from epoch to epoch): averaged over the last half of the epochs the \
         difference is {}",
        error.detectable,
        widest.sd_between_epochs.mean,
        signed(late, 3)
    );
    claim(6, format!("The overfitting threshold: width {} errs more than width {}", last.to, last.from))
        .published("+0.15 points, one run each; its binomial standard error alone is 0.20")
        .found(format!(
            "{:+.3} points, p = {:.3}, worse in {worse} of {} seeds",
            error.difference.mean, error.p, f.provenance.seeds
        ))
        .interval(&error.difference)
        .verdict(Verdict::all(&[Verdict::above(&error.difference, 0.0), Verdict::above(late, 0.0)]), reason)
}

fn overfitting(f: &Findings) -> Claim {
    let widest = f.widths.last().expect("a study has widths");
    let r = widest.train_test_correlation;
    let rise = widest.test_loss.mean - widest.best_test_loss.mean;
    let reason = format!(
        "an epoch that is bad on test images is bad on training images too (a jump of the optimizer), where \
         overfitting would part the two. What does part them is the loss: the test loss ends {rise:+.3} nats \
         above its best epoch, and it rises at smaller widths as well (figure 02-overfitting)"
    );
    claim(7, format!("Width {} is worse because excess capacity learns noise (overfitting)", widest.width))
        .published("asserted; no training metric was recorded")
        .found(format!("training and test error move together from epoch to epoch: correlation {r:+.2}"))
        .verdict(Verdict::of(r < 0.0, r > 0.5), reason)
}

fn noise(f: &Findings) -> Claim {
    let error = f.epochs_fixed.last();
    let apart = (ORIGINAL_ERROR_60K[0] - ORIGINAL_ERROR_60K[1]).abs();
    let between_runs = error.sd * SQRT_2;
    let reason = format!(
        "two single runs differ by {between_runs:.2} points (one standard deviation) through their seeds alone: as much as the README's largest model loses"
    );
    claim(8, "One run per cell tells such cells apart")
        .published(format!("its one repeated setting differs by {apart:.2} points from run to run"))
        .found(format!("standard deviation over seeds {:.2} points", error.sd))
        .verdict(Verdict::fails_if(between_runs > 0.05), reason)
}
