//! What may be claimed beyond the original: what data are worth, real digits, another architecture,
//! augmentation.

use crate::fit::space::Space;
use crate::study::claim::{Claim, Verdict, factor, signed, with_interval};
use crate::study::curve::Curve;
use crate::study::s01_samples::claims::claim;
use crate::study::s01_samples::digits::DigitArm;
use crate::study::s01_samples::findings::Findings;

/// The claims beyond the original's own experiment.
pub fn claims(f: &Findings) -> Vec<Claim> {
    vec![more_data(f), real_data(f), architecture(f), augmentation(f)]
}

fn more_data(f: &Findings) -> Claim {
    let (four, two) = (&f.gains.quality_against_four_times, &f.gains.quality_against_twice);
    let verdict = Verdict::of(four.difference.high < 0.0, two.difference.low > 0.0);
    claim(11, "Data quality matters more than raw quantity").published("\"My findings hint\" (README)")
        .found(format!(
            "twice the quality multiplies the true error by {}, {} times the data by {}, {} times by {}",
            factor(&four.change_gain),
            two.times,
            factor(&two.data_gain),
            four.times,
            factor(&four.data_gain)
        ))
        .ends(Some(four.ratio()))
        .verdict(
            verdict,
            "annealed, over the lower half of the sizes, where data are what lacks; the interval is that of the ratio to four times \
             the data. Which matters more is a question of price: it holds where twice the quality beats four times the data \
             (noise of half the size has a quarter of the variance, which is what four times the data would average away) and \
             fails where it does not even match twice the data",
        )
}

fn real_data(f: &Findings) -> Claim {
    let contrast = &f.digit_contrasts[&DigitArm::Wrong40];
    let curves = DigitArm::LABELS.map(|arm| &f.digits[&arm]);
    let [clean, wrong_20, wrong_40] =
        curves.map(|curve| with_interval(&curve.law(Space::Log).alpha_by_seed, 2));
    let [last_clean, last_20, last_40] = curves.map(|curve| curve.last().mean);
    let reason = format!(
        "MNIST, ended by the error on right labels, law with a floor in ln y over all sizes. The interval is that of α(40 %) - α(0) \
         from {} images on (with fewer some runs are at their best before validation is first measured), p = {:.2}; without a floor \
         it is {}. At the most images the networks err {last_clean:.2}, {last_20:.2} and {last_40:.2} % on right labels",
        f.uncensored[0],
        contrast.p,
        signed(&contrast.power_difference, 2)
    );
    let lower = [&contrast.difference, &contrast.power_difference].map(|m| Verdict::below(m, 0.0));
    claim(12, "On real data, wrong labels lower the exponent")
        .published("future work: \"Explore real-world datasets\"")
        .found(format!("α = {clean} with right labels, {wrong_20} with 20 %, {wrong_40} with 40 % wrong"))
        .interval(&contrast.difference)
        .verdict(Verdict::unanimous(&lower), reason)
}

fn architecture(f: &Findings) -> Claim {
    let curves = [&f.architectures.mlp, &f.architectures.transformer];
    let [a, b] = curves.map(|curve| curve.law(Space::Log).power_alpha_by_seed);
    let [[mlp_first, mlp_last], [first, last]] = curves.map(|c| [c.first().mean, c.last().mean]);
    let x = &f.architectures.mlp.x;
    let reason = format!(
        "over the sizes that both have; it fails where the two intervals are apart, and nothing here could show that it holds. The \
         interval is the transformer's, {} seeds. From {} to {} images it goes from {first:.1} to {last:.1} %, the MLP from \
         {mlp_first:.1} to {mlp_last:.1} %",
        b.n,
        x[0],
        x[x.len() - 1]
    );
    claim(13, "The exponent belongs to the data, not to the architecture")
        .published("future work: \"Test different architectures\"")
        .found(format!(
            "pure power law: α = {} for the MLP, {} for the transformer",
            with_interval(&a, 2),
            with_interval(&b, 2)
        ))
        .interval(&b)
        .verdict(Verdict::fails_if(b.low > a.high || b.high < a.low), reason)
}

fn augmentation(f: &Findings) -> Claim {
    let [mirrored, jittered, digits] = [&f.gains.mirrored, &f.gains.jittered, &f.gains.shifted_digits];
    let jitter: &Curve = &f.augmented.jittered;
    let floor = &jitter.law(Space::Log).floor;
    let reason = format!(
        "the interval is that of the ratio of the two factors; it holds where that lies within 0.9 to 1.1. A sine is odd, so the mirror tells the \
         truth. Jitter of x by 0.05 does not: it multiplies the error by {} and leaves a floor of {:.3} [{:.3}, {:.3}] that no data \
         removes. Shifted digits: a factor {} beside {} for twice the data",
        factor(&jittered.change_gain),
        floor.value,
        floor.low,
        floor.high,
        factor(&digits.change_gain),
        factor(&digits.data_gain)
    );
    claim(14, "A true symmetry is worth twice the data")
        .published("future work: \"Investigate data augmentation effects\"")
        .found(format!(
            "mirrored inputs multiply the true error by {}, twice the data by {}",
            factor(&mirrored.change_gain),
            factor(&mirrored.data_gain)
        ))
        .ends(Some(mirrored.ratio()))
        .verdict(Verdict::inside(mirrored.ratio(), [0.9, 1.1]), reason)
}
