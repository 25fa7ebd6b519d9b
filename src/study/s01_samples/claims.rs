//! What may be claimed of study 01: the original's sentences, beside what our runs say of each.

use crate::fit::space::Space;
use crate::stats::Mean;
use crate::study::claim::{Claim, Verdict, signed, with_interval};
use crate::study::curve::{Curve, Laws, SPACES};
use crate::study::s01_samples::design::Protocol;
use crate::study::s01_samples::findings::Findings;
use crate::study::s01_samples::original::Quality;

/// The claims on the original's own experiment.
pub fn claims(f: &Findings) -> Vec<Claim> {
    let of_the_error = [inverse, free_exponent, root, quality, quality_below_the_floor, floor];
    let of_the_protocol = [steep_part, flat_part, bound, chinchilla];
    of_the_error.into_iter().chain(of_the_protocol).map(|claim| claim(f)).collect()
}

/// Claim `number` of study 01.
pub fn claim(number: u32, statement: &str) -> Claim {
    Claim::new("01", number, statement)
}

/// The words of several things, with commas between.
fn listed<T>(things: impl IntoIterator<Item = T>, words: impl Fn(T) -> String) -> String {
    things.into_iter().map(words).collect::<Vec<_>>().join(", ")
}

fn inverse(f: &Findings) -> Claim {
    let rows = || f.original.values();
    let low = &f.original[&Quality::Low];
    let apart = rows().map(|row| (row.inverse - row.published.inverse).abs()).fold(0.0, f64::max);
    let reason = format!(
        "its code fits n^(1/α): an inverted exponent, where larger means slower. Its α agrees with our 1/α to {apart:.3} for \
         all three qualities. Its C and A do not belong to that fit (C = {:.3}, not {:.3}; A = {:.1}, not {:.2} at quality 1). By \
         least squares in y instead of ln y the same numbers give {}",
        low.floor.value,
        low.published.c,
        low.amplitude.value,
        low.published.a,
        listed(rows(), |row| format!("{:.2}", row.linear_alpha.value))
    );
    claim(1, "The README's table gives the exponent α of C + A/n^α")
        .published("α = 1.34, 1.36, 1.16 at quality 1, 1.5, 2")
        .found(format!(
            "from its own 39 numbers the exponents are {}; what it prints is 1/α: {}",
            listed(rows(), |row| format!("{:.2}", row.alpha.value)),
            listed(rows(), |row| format!("{:.2}", row.inverse))
        ))
        .verdict(Verdict::fails_if(apart < 0.01), reason)
}

fn free_exponent(f: &Findings) -> Claim {
    let [log, linear] =
        SPACES.map(|space| f.noisy.values().map(|curve| curve.law(space)).collect::<Vec<_>>());
    let needed = |law: &&Laws| law.root_p < 0.05;
    let idle = |law: &&Laws| law.root_excess < 0.0;
    let both = |holds: fn(&&Laws) -> bool| log.iter().chain(&linear).all(holds);
    let words = |laws: &[&Laws]| listed(laws, |law| format!("{:+.1} (p {:.3})", law.root_excess, law.root_p));
    claim(2, "C + A/n^α fits the error better than C + A/√n").published("asserted (README), no comparison given")
        .found(format!(
            "AICc of C + A/√n less that of C + A/n^α: {} in ln y, {} in y",
            words(&log),
            words(&linear)
        ))
        .verdict(
            Verdict::of(both(needed), both(idle)),
            "above 0 speaks for the free exponent, p is that of the likelihood ratio; it holds where p < 0.05 at every quality in \
             both spaces. They weigh the same points differently: a law that is better in one only is better at one end only",
        )
}

fn root(f: &Findings) -> Claim {
    let alphas = |space| f.noisy.values().map(|curve| curve.law(space).alpha_by_seed).collect::<Vec<Mean>>();
    let [log, linear] = SPACES.map(alphas);
    let all = |holds: fn(&Mean) -> bool| log.iter().chain(&linear).all(holds);
    let profile = &f.noisy[&Quality::Low].law(Space::Log).alpha;
    let reason = format!(
        "seed by seed; the interval is that of quality 1 in ln y. It holds where every interval lies within 0.45 to 0.55, and fails \
         where none holds 1/2. Through the means the profile interval is {:.2} to {:.2}. The space moves α by up to {:.2}, the \
         quality by up to {:.2}: the curve is no power law with a floor, it begins flat",
        profile.low,
        profile.high,
        log.iter().zip(&linear).map(|(a, b)| (a.mean - b.mean).abs()).fold(0.0, f64::max),
        spread(&log).max(spread(&linear))
    );
    let words = |alphas: &[Mean]| listed(alphas, |alpha| with_interval(alpha, 2));
    claim(3, "The error falls as 1/√n")
        .published("\"Generalization error scales as 1/√n\" (Conclusion)")
        .found(format!("α = {} in ln y; {} in y (quality 1, 1.5, 2)", words(&log), words(&linear)))
        .interval(&log[0])
        .verdict(
            Verdict::of(all(|m| m.low > 0.45 && m.high < 0.55), all(|m| m.low > 0.5 || m.high < 0.5)),
            reason,
        )
}

/// The largest mean less the smallest.
fn spread(means: &[Mean]) -> f64 {
    let most = means.iter().map(|m| m.mean).fold(f64::NEG_INFINITY, f64::max);
    most - means.iter().map(|m| m.mean).fold(f64::INFINITY, f64::min)
}

fn quality(f: &Findings) -> Claim {
    let [log, linear] = f.quality.noisy.both();
    let differences = [&log.difference, &linear.difference];
    let reason = format!(
        "paired over {} seeds under the original's own protocol; p = {:.2} and {:.2}: a small difference, and its sign is a matter of \
         the fit space; in ln y one of {:.2} would be found with a chance of 80 %. The README says both: bad data have the lower exponent (Key findings) and the higher one (Results); \
         its Conclusion swaps its own table",
        log.difference.n, log.p, linear.p, log.detectable
    );
    let [in_log, in_linear] = differences.map(|m| signed(m, 2));
    claim(4, "Better data have a larger exponent: their error falls faster")
        .published("1/α = 1.34 at quality 1, 1.16 at 2; one run per cell")
        .found(format!("α(2) - α(1) = {in_log} in ln y, {in_linear} in y"))
        .interval(&log.difference)
        .verdict(Verdict::unanimous(&differences.map(|m| Verdict::above(m, 0.0))), reason)
}

fn quality_below_the_floor(f: &Findings) -> Claim {
    let [log, linear] = f.quality.truth[&Protocol::Annealed].both();
    let widest = &f.quality.widest.log;
    let differences = [&log.difference, &linear.difference, &log.power_difference];
    let [in_log, in_linear, pure] = differences.map(|m| signed(m, 2));
    let reason = format!(
        "annealed, paired over {} seeds; it holds where both laws say so. The floor of the data is 0 here, but the networks keep one \
         of their own ({:.4} at quality 1), and what a law makes of that decides the sign. From noise 0.4 to none α changes by {} \
         with a floor and by {} without, in ln y",
        log.difference.n,
        f.true_curve(Protocol::Annealed, Quality::Low).law(Space::Log).floor.value,
        signed(&widest.difference, 2),
        signed(&widest.power_difference, 2)
    );
    claim(5, "The same against the truth, with steps matched and a falling rate").published("not asked: the original measures against noisy points and never lowers its learning rate")
    .found(format!(
        "α(2) - α(1) = {in_log} in ln y and {in_linear} in y with a free floor, {pure} in ln y without one"
    ))
    .interval(&log.difference)
    .verdict(Verdict::unanimous(&differences.map(|m| Verdict::above(m, 0.0))), reason)
}

fn floor(f: &Findings) -> Claim {
    let rows = || f.floors.values();
    let fitted = rows().all(|r| r.fitted.low > 0.0 && r.fitted.low <= r.known && r.known <= r.fitted.high);
    // What annealed runs err beyond the noise at the most samples, as a share of the noise.
    let beyond = rows().map(|r| r.annealed_excess.high / r.known).fold(0.0, f64::max);
    let low = &f.floors[&Quality::Low].fitted;
    let reason = format!(
        "in ln y, profile intervals; σ √(2/π) is what a predictor that knows the sine errs on noisy points. The fit alone would not \
         do: by least squares in y C is {}, too low. Annealed runs show it without a law: at the most samples they err at most \
         {:.1} % more than the truth itself does on the same points, so C is the noise on the test labels, which no training \
         removes",
        listed(f.noisy.values(), |curve| format!("{:.3}", curve.law(Space::Y).floor_by_seed.mean)),
        100.0 * beyond
    );
    claim(6, "A bias C remains: the irreducible error of dataset noise")
        .published("C = 0.085, 0.065, 0.046 (README)")
        .found(format!(
            "C = {}; the noise alone gives {}",
            listed(rows(), |r| format!("{:.3} [{:.3}, {:.3}]", r.fitted.value, r.fitted.low, r.fitted.high)),
            listed(rows(), |r| format!("{:.4}", r.known))
        ))
        .ends(Some([low.low, low.high]))
        .verdict(Verdict::holds_if(fitted && beyond < 0.05), reason)
}

fn steep_part(f: &Findings) -> Claim {
    let share = &f.share_of_time;
    let (first, last) = (&f.time[0], &f.time[f.time.len() - 1]);
    let reason = format!(
        "a share of ln error, seed by seed. After {} steps the set of {} points errs {:.2}, and the largest set after \
         as many {:.2}. With {} steps the same {} points err {:.3}, annealed {:.3}",
        first.steps,
        first.n_train,
        first.error.mean,
        first.largest.mean,
        f.steps,
        first.n_train,
        first.matched.mean,
        first.annealed.mean
    );
    claim(7, "The steep part of the curve is the effect of data")
        .published("not asked: 50 epochs are 100 steps at n = 50, 320 000 at 204 800")
        .found(format!(
            "{:.0} % of the fall from n = {} to {} is the fall of the largest set over the same steps",
            100.0 * share.mean,
            first.n_train,
            last.n_train
        ))
        .interval(share)
        .verdict(Verdict::fails_if(share.low > 0.5), reason)
}

fn flat_part(f: &Findings) -> Claim {
    let last = |protocol| f.true_curve(protocol, Quality::Low).last();
    let [epochs, steps, converged, annealed] = Protocol::ALL.map(last);
    let reason = format!(
        "the interval is that of the epochs protocol. A learning rate that never falls leaves a jitter: {:.4} after {} steps at \
         the full rate, {:.4} where validation picks the best moment. Lowering the rate removes most of it in {} steps instead of {}",
        steps.mean,
        f.steps,
        converged.mean,
        f.steps,
        f.along.last().and_then(|along| along.steps.last()).copied().unwrap_or(0)
    );
    claim(8, "Where the curve is flat, data and model have reached their limit")
        .published("\"irreducible error due to model limitations or dataset noise\"")
        .found(format!(
            "true error at the most samples: {:.4} after all epochs, {:.4} after {} steps annealed",
            epochs.mean, annealed.mean, f.steps
        ))
        .interval(epochs)
        .verdict(Verdict::fails_if(epochs.low > annealed.high), reason)
}

/// The exponent of annealed training at quality 1, seed by seed.
fn annealed_alpha(f: &Findings) -> &Mean {
    let curve: &Curve = f.true_curve(Protocol::Annealed, Quality::Low);
    &curve.law(Space::Log).alpha_by_seed
}

fn bound(f: &Findings) -> Claim {
    let alpha = annealed_alpha(f);
    claim(9, "High-quality data let the error beat the theoretical upper bound 1/√n").published("\"potentially surpassing the traditional bound\" (Overview)")
        .found(format!("our mean absolute error, squared, falls as n^-{:.2} above its own floor", 2.0 * alpha.mean))
        .ends(Some([2.0 * alpha.low, 2.0 * alpha.high]))
        .verdict(
            Verdict::Fails,
            "it does not follow: no run can show this. Golestaneh, Taheri & Lederer bound the squared error from below, by C/√n, for the hardest \
             function of a class (a minimax lower bound); the README calls it an upper bound and holds a mean absolute error of one \
             smooth function against it. A lower bound on the worst case forbids no single function to be learned faster",
        )
}

fn chinchilla(f: &Findings) -> Claim {
    let alpha = annealed_alpha(f);
    claim(10, "The Chinchilla laws mirror this finding: bad data, higher exponent").published("\"This mirrors my finding\" (README)")
        .found(format!("our α = {} on a sine, their β = 0.28 on text", with_interval(alpha, 2)))
        .interval(alpha)
        .verdict(
            Verdict::Fails,
            "it does not follow: Hoffmann et al. fit E + A/N^α + B/D^β to losses over model sizes N and tokens D of one kind of data: no quality \
             varies there, so nothing there can mirror an effect of quality. What both share is the form at a fixed model, a floor \
             and a power of the data; the exponents belong to different tasks, errors and models",
        )
}
