//! What may be claimed of study 01: the original's sentences, beside what our runs say of each.

use crate::fit::space::Space;
use crate::stats::Mean;
use crate::study::claim::{Claim, Verdict};
use crate::study::s01_samples::curve::{Contrast, Laws};
use crate::study::s01_samples::findings::Findings;
use crate::study::s01_samples::words::{claim, interval, plain, sign, signed};
use crate::study::s01_samples::{Protocol, extensions};

/// The table of claims.
pub fn claims(f: &Findings) -> Vec<Claim> {
    vec![
        inverse(f),
        free_exponent(f),
        root(f),
        quality(f),
        quality_below_the_floor(f),
        floor(f),
        steep_part(f),
        flat_part(f),
        bound(f),
        chinchilla(f),
    ]
    .into_iter()
    .chain(extensions::claims(f))
    .collect()
}

fn inverse(f: &Findings) -> Claim {
    let inverses: Vec<String> = f.original.iter().map(|row| format!("{:.2}", row.inverse)).collect();
    let alphas: Vec<String> = f.original.iter().map(|row| format!("{:.2}", row.log[2].value)).collect();
    let apart = f.original.iter().map(|row| (row.inverse - row.published[2]).abs()).fold(0.0, f64::max);
    Claim {
        found: format!(
            "from its own 39 numbers the exponents are {}; what it prints is 1/α: {}",
            alphas.join(", "),
            inverses.join(", ")
        ),
        verdict: if apart < 0.01 { Verdict::Fails } else { Verdict::NotEstablished },
        reason: format!(
            "its code fits n^(1/α): an inverted exponent, where larger means slower. Its α agrees with our 1/α to {apart:.3} for \
             all three qualities. Its C and A do not belong to that fit (C = {:.3}, not {:.3}; A = {:.1}, not {:.2} at quality 1). By \
             least squares in y instead of ln y the same numbers give {}",
            f.original[0].log[0].value,
            f.original[0].published[0],
            f.original[0].log[1].value,
            f.original[0].published[1],
            f.original
                .iter()
                .map(|row| format!("{:.2}", row.linear_alpha.value))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        ..claim(
            1,
            "The README's table gives the exponent α of C + A/n^α",
            "α = 1.34, 1.36, 1.16 at quality 1, 1.5, 2",
        )
    }
}

fn free_exponent(f: &Findings) -> Claim {
    let laws = |space| f.noisy.iter().map(|curve| curve.law(space)).collect::<Vec<_>>();
    let [log, linear] = [Space::Log, Space::Y].map(laws);
    let needed = |laws: &[&Laws]| laws.iter().all(|law| law.root_p < 0.05);
    let idle = |laws: &[&Laws]| laws.iter().all(|law| law.root_excess < 0.0);
    let verdict = match (needed(&log), needed(&linear)) {
        (true, true) => Verdict::Holds,
        _ if idle(&log) && idle(&linear) => Verdict::Fails,
        _ => Verdict::NotEstablished,
    };
    let words = |laws: &[&Laws]| {
        let one = |law: &&Laws| format!("{:+.1} (p {:.3})", law.root_excess, law.root_p);
        laws.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    Claim {
        found: format!("AICc of C + A/√n less that of C + A/n^α: {} in ln y, {} in y", words(&log), words(&linear)),
        verdict,
        reason: "above 0 speaks for the free exponent, p is that of the likelihood ratio; it holds where p < 0.05 at every quality in \
                 both spaces. They weigh the same points differently: a law that is better in one only is better at one end only"
            .to_owned(),
        ..claim(2, "C + A/n^α fits the error better than C + A/√n", "asserted (README), no comparison given")
    }
}

fn root(f: &Findings) -> Claim {
    let alphas = |space| f.noisy.iter().map(|c| c.law(space).alpha_by_seed).collect::<Vec<Mean>>();
    let [log, linear] = [Space::Log, Space::Y].map(alphas);
    let all: Vec<&Mean> = log.iter().chain(&linear).collect();
    let verdict = if all.iter().all(|m| m.low > 0.45 && m.high < 0.55) {
        Verdict::Holds
    } else if all.iter().all(|m| m.low > 0.5 || m.high < 0.5) {
        Verdict::Fails
    } else {
        Verdict::NotEstablished
    };
    let words = |alphas: &[Mean]| alphas.iter().map(plain).collect::<Vec<_>>().join(", ");
    let profile = &f.noisy[0].law(Space::Log).alpha;
    Claim {
        found: format!("α = {} in ln y; {} in y (quality 1, 1.5, 2)", words(&log), words(&linear)),
        interval: interval(&log[0]),
        verdict,
        reason: format!(
            "seed by seed; the interval is that of quality 1 in ln y. It holds where every interval lies within 0.45 to 0.55, and fails \
             where none holds 1/2. Through the means the profile interval is {:.2} to {:.2}. The space moves α by up to {:.2}, the \
             quality by up to {:.2}: the curve is no power law with a floor, it begins flat",
            profile.low,
            profile.high,
            log.iter().zip(&linear).map(|(a, b)| (a.mean - b.mean).abs()).fold(0.0, f64::max),
            [&log, &linear].map(|alphas| spread(alphas)).into_iter().fold(0.0, f64::max)
        ),
        ..claim(3, "The error falls as 1/√n", "\"Generalization error scales as 1/√n\" (Conclusion)")
    }
}

/// The largest mean less the smallest.
fn spread(means: &[Mean]) -> f64 {
    let most = means.iter().map(|m| m.mean).fold(f64::NEG_INFINITY, f64::max);
    most - means.iter().map(|m| m.mean).fold(f64::INFINITY, f64::min)
}

/// The contrast of a curve with its best neighbour, in ln y and in y.
fn contrasts<'a>(f: &'a Findings, first: &str) -> [&'a Contrast; 2] {
    let find = |space| {
        f.quality
            .iter()
            .find(|c| c.of[0] == first && c.space == space)
            .expect("every contrast is in both spaces")
    };
    [Space::Log, Space::Y].map(find)
}

fn quality(f: &Findings) -> Claim {
    let [log, linear] = contrasts(f, &f.noisy[0].name);
    let signs = (sign(&log.difference), sign(&linear.difference));
    let verdict = match signs {
        (1, 1) => Verdict::Holds,
        (-1, -1) => Verdict::Fails,
        _ => Verdict::NotEstablished,
    };
    Claim {
        found: format!(
            "α(2) - α(1) = {} in ln y, {} in y",
            signed(&log.difference),
            signed(&linear.difference)
        ),
        interval: interval(&log.difference),
        verdict,
        reason: format!(
            "paired over {} seeds under the original's own protocol; p = {:.2} and {:.2}: a small difference, and its sign is a matter of \
             the fit space; in ln y one of {:.2} would be found with a chance of 80 %. The README says both: bad data have the lower exponent (Key findings) and the higher one (Results); \
             its Conclusion swaps its own table",
            log.difference.n, log.p, linear.p, log.detectable
        ),
        ..claim(
            4,
            "Better data have a larger exponent: their error falls faster",
            "1/α = 1.34 at quality 1, 1.16 at 2; one run per cell",
        )
    }
}

fn quality_below_the_floor(f: &Findings) -> Claim {
    let [log, linear] = contrasts(f, &f.true_curve(Protocol::Annealed, 1.0).name);
    let (_, noisiest) = f.noise.last().expect("there are noises");
    let [wide, _] = contrasts(f, &noisiest.name);
    let signs = [&log.difference, &linear.difference, &log.power_difference].map(sign);
    Claim {
        found: format!(
            "α(2) - α(1) = {} in ln y and {} in y with a free floor, {} in ln y without one",
            signed(&log.difference),
            signed(&linear.difference),
            signed(&log.power_difference)
        ),
        interval: interval(&log.difference),
        verdict: match signs {
            [1, 1, 1] => Verdict::Holds,
            [-1, -1, -1] => Verdict::Fails,
            _ => Verdict::NotEstablished,
        },
        reason: format!(
            "annealed, paired over {} seeds; it holds where both laws say so. The floor of the data is 0 here, but the networks keep one \
             of their own ({:.4} at quality 1), and what a law makes of that decides the sign. From noise 0.4 to none α changes by {} \
             with a floor and by {} without, in ln y",
            log.difference.n,
            f.true_curve(Protocol::Annealed, 1.0).law(Space::Log).floor.value,
            signed(&wide.difference),
            signed(&wide.power_difference)
        ),
        ..claim(
            5,
            "The same against the truth, with steps matched and a falling rate",
            "not asked: the original measures against noisy points and never lowers its learning rate",
        )
    }
}

fn floor(f: &Findings) -> Claim {
    let fitted =
        f.floors.iter().all(|r| r.fitted.low > 0.0 && r.fitted.low <= r.known && r.known <= r.fitted.high);
    // What annealed runs err beyond the noise at the most samples, as a share of the noise.
    let beyond = f.floors.iter().map(|r| r.annealed_excess.high / r.known).fold(0.0, f64::max);
    let words =
        f.floors.iter().map(|r| format!("{:.3} [{:.3}, {:.3}]", r.fitted.value, r.fitted.low, r.fitted.high));
    let known = f.floors.iter().map(|r| format!("{:.4}", r.known)).collect::<Vec<_>>().join(", ");
    let linear = f.noisy.iter().map(|curve| format!("{:.3}", curve.law(Space::Y).floor_by_seed.mean));
    Claim {
        found: format!("C = {}; the noise alone gives {known}", words.collect::<Vec<_>>().join(", ")),
        interval: Some([f.floors[0].fitted.low, f.floors[0].fitted.high]),
        verdict: if fitted && beyond < 0.05 { Verdict::Holds } else { Verdict::NotEstablished },
        reason: format!(
            "in ln y, profile intervals; σ √(2/π) is what a predictor that knows the sine errs on noisy points. The fit alone would not \
             do: by least squares in y C is {}, too low. Annealed runs show it without a law: at the most samples they err at most \
             {:.1} % more than the truth itself does on the same points, so C is the noise on the test labels, which no training \
             removes",
            linear.collect::<Vec<_>>().join(", "),
            100.0 * beyond
        ),
        ..claim(
            6,
            "A bias C remains: the irreducible error of dataset noise",
            "C = 0.085, 0.065, 0.046 (README)",
        )
    }
}

fn steep_part(f: &Findings) -> Claim {
    let share = &f.share_of_time;
    let (first, last) = (&f.time[0], &f.time[f.time.len() - 1]);
    Claim {
        found: format!(
            "{:.0} % of the fall from n = {} to {} is the fall of the largest set over the same steps",
            100.0 * share.mean,
            first.n_train,
            last.n_train
        ),
        interval: interval(share),
        verdict: if share.low > 0.5 { Verdict::Fails } else { Verdict::NotEstablished },
        reason: format!(
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
        ),
        ..claim(
            7,
            "The steep part of the curve is the effect of data",
            "not asked: 50 epochs are 100 steps at n = 50, 320 000 at 204 800",
        )
    }
}

fn flat_part(f: &Findings) -> Claim {
    let last = |protocol| *f.true_curve(protocol, 1.0).errors.last().expect("a curve has points");
    let [epochs, steps, converged, annealed] = Protocol::ALL.map(last);
    Claim {
        found: format!(
            "true error at the most samples: {:.4} after all epochs, {:.4} after {} steps annealed",
            epochs.mean, annealed.mean, f.steps
        ),
        interval: interval(&epochs),
        verdict: if epochs.low > annealed.high { Verdict::Fails } else { Verdict::NotEstablished },
        reason: format!(
            "the interval is that of the epochs protocol. A learning rate that never falls leaves a jitter: {:.4} after {} steps at \
             the full rate, {:.4} where validation picks the best moment. Lowering the rate removes most of it in {} steps instead of {}",
            steps.mean,
            f.steps,
            converged.mean,
            f.steps,
            f.along.last().and_then(|along| along.steps.last()).copied().unwrap_or(0)
        ),
        ..claim(
            8,
            "Where the curve is flat, data and model have reached their limit",
            "\"irreducible error due to model limitations or dataset noise\"",
        )
    }
}

fn bound(f: &Findings) -> Claim {
    let curve = f.true_curve(Protocol::Annealed, 1.0);
    let alpha = &curve.law(Space::Log).alpha_by_seed;
    Claim {
        found: format!("our mean absolute error, squared, falls as n^-{:.2} above its own floor", 2.0 * alpha.mean),
        interval: interval(alpha).map(|ends| ends.map(|end| 2.0 * end)),
        verdict: Verdict::Fails,
        reason: "it does not follow: no run can show this. Golestaneh, Taheri & Lederer bound the squared error from below, by C/√n, for the hardest \
                 function of a class (a minimax lower bound); the README calls it an upper bound and holds a mean absolute error of one \
                 smooth function against it. A lower bound on the worst case forbids no single function to be learned faster"
            .to_owned(),
        ..claim(9, "High-quality data let the error beat the theoretical upper bound 1/√n", "\"potentially surpassing the traditional bound\" (Overview)")
    }
}

fn chinchilla(f: &Findings) -> Claim {
    let alpha = &f.true_curve(Protocol::Annealed, 1.0).law(Space::Log).alpha_by_seed;
    Claim {
        found: format!("our α = {} on a sine, their β = 0.28 on text", plain(alpha)),
        interval: interval(alpha),
        verdict: Verdict::Fails,
        reason: "it does not follow: Hoffmann et al. fit E + A/N^α + B/D^β to losses over model sizes N and tokens D of one kind of data: no quality \
                 varies there, so nothing there can mirror an effect of quality. What both share is the form at a fixed model, a floor \
                 and a power of the data; the exponents belong to different tasks, errors and models"
            .to_owned(),
        ..claim(10, "The Chinchilla laws mirror this finding: bad data, higher exponent", "\"This mirrors my finding\" (README)")
    }
}
