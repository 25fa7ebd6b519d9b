//! What may be claimed beyond the seed: what data are worth, real digits, another architecture, augmentation.

use crate::fit::space::Space;
use crate::study::claim::{Claim, Verdict};
use crate::study::s01_samples::curve::Curve;
use crate::study::s01_samples::findings::Findings;
use crate::study::s01_samples::words::{claim, factor, interval, plain, sign, signed};

/// The claims beyond the original's own experiment.
pub fn claims(f: &Findings) -> Vec<Claim> {
    vec![more_data(f), real_data(f), architecture(f), augmentation(f)]
}

fn more_data(f: &Findings) -> Claim {
    let (four, two) = (&f.gains[0], &f.gains[4]);
    Claim {
        found: format!(
            "twice the quality multiplies the true error by {}, {} times the data by {}, {} times by {}",
            factor(&four.change_gain),
            two.times,
            factor(&two.data_gain),
            four.times,
            factor(&four.data_gain)
        ),
        interval: Some([four.difference.low.exp(), four.difference.high.exp()]),
        verdict: match (sign(&two.difference), sign(&four.difference)) {
            (_, -1) => Verdict::Holds,
            (1, _) => Verdict::Fails,
            _ => Verdict::NotEstablished,
        },
        reason: "annealed, over the lower half of the sizes, where data are what lacks; the interval is that of the ratio to four times \
                 the data. Which matters more is a question of price: it holds where twice the quality beats four times the data \
                 (noise of half the size has a quarter of the variance, which is what four times the data would average away) and \
                 fails where it does not even match twice the data"
            .to_owned(),
        ..claim(11, "Data quality matters more than raw quantity", "\"My findings hint\" (README)")
    }
}

fn real_data(f: &Findings) -> Claim {
    let contrast = &f.digit_contrasts[1];
    let alpha = |curve: &Curve| plain(&curve.law(Space::Log).alpha_by_seed);
    let last = |curve: &Curve| curve.errors.last().map_or(f64::NAN, |e| e.mean);
    Claim {
        found: format!(
            "α = {} with right labels, {} with 20 %, {} with 40 % wrong",
            alpha(&f.digits[0]),
            alpha(&f.digits[1]),
            alpha(&f.digits[2])
        ),
        interval: interval(&contrast.difference),
        verdict: match (sign(&contrast.difference), sign(&contrast.power_difference)) {
            (1, 1) => Verdict::Fails,
            (-1, -1) => Verdict::Holds,
            _ => Verdict::NotEstablished,
        },
        reason: format!(
            "MNIST, ended by the error on right labels, law with a floor in ln y over all sizes. The interval is that of α(40 %) - α(0) \
             from {} images on (with fewer some runs are at their best before the first look), p = {:.2}; without a floor it is {}. \
             At the most images the networks err {:.2}, {:.2} and {:.2} % on right labels",
            f.uncensored[0],
            contrast.p,
            signed(&contrast.power_difference),
            last(&f.digits[0]),
            last(&f.digits[1]),
            last(&f.digits[2])
        ),
        ..claim(
            12,
            "On real data, wrong labels lower the exponent",
            "future work: \"Explore real-world datasets\"",
        )
    }
}

fn architecture(f: &Findings) -> Claim {
    let (mlp, reader) = (&f.architectures[0], &f.architectures[1]);
    let [a, b] = [mlp, reader].map(|curve| curve.law(Space::Log).power_alpha_by_seed);
    let ends = |curve: &Curve| [curve.errors[0].mean, curve.errors[curve.errors.len() - 1].mean];
    let ([mlp_first, mlp_last], [first, last]) = (ends(mlp), ends(reader));
    Claim {
        found: format!("pure power law: α = {} for the MLP, {} for the transformer", plain(&a), plain(&b)),
        interval: interval(&b),
        verdict: if b.low > a.high || b.high < a.low { Verdict::Fails } else { Verdict::NotEstablished },
        reason: format!(
            "over the sizes that both have; it fails where the two intervals are apart, and nothing here could show that it holds. The \
             interval is the transformer's, {} seeds. From {} to {} images it goes from {first:.1} to {last:.1} %, the MLP from \
             {mlp_first:.1} to {mlp_last:.1} %",
            b.n,
            mlp.sizes[0],
            mlp.sizes[mlp.sizes.len() - 1]
        ),
        ..claim(
            13,
            "The exponent belongs to the data, not to the architecture",
            "future work: \"Test different architectures\"",
        )
    }
}

fn augmentation(f: &Findings) -> Claim {
    let [mirrored, jittered] = [&f.gains[1], &f.gains[2]];
    let floor = &f.augmented[1].law(Space::Log).floor;
    let digits = &f.gains[3];
    Claim {
        found: format!(
            "mirrored inputs multiply the true error by {}, twice the data by {}",
            factor(&mirrored.change_gain),
            factor(&mirrored.data_gain)
        ),
        interval: Some([mirrored.difference.low.exp(), mirrored.difference.high.exp()]),
        verdict: match [mirrored.difference.low, mirrored.difference.high].map(f64::exp) {
            [low, high] if low > 0.9 && high < 1.1 => Verdict::Holds,
            [low, high] if low > 1.1 || high < 0.9 => Verdict::Fails,
            _ => Verdict::NotEstablished,
        },
        reason: format!(
            "the interval is that of the ratio of the two factors; it holds where that lies within 0.9 to 1.1. A sine is odd, so the mirror tells the \
             truth. Jitter of x by 0.05 does not: it multiplies the error by {} and leaves a floor of {:.3} [{:.3}, {:.3}] that no data \
             removes. Shifted digits: a factor {} beside {} for twice the data",
            factor(&jittered.change_gain),
            floor.value,
            floor.low,
            floor.high,
            factor(&digits.change_gain),
            factor(&digits.data_gain)
        ),
        ..claim(
            14,
            "A true symmetry is worth twice the data",
            "future work: \"Investigate data augmentation effects\"",
        )
    }
}
