//! What the records of study 01 show, as plain numbers. Errors of the sine are mean absolute errors, errors
//! of the digits per cent.

use crate::error::Result;
use crate::fit::space::Space;
use crate::stats::Mean;
use crate::study::claim::{Verdict, factor, signed};
use crate::study::compare::{Contrast, Contrasts, Gain};
use crate::study::curve::Curve;
use crate::study::runs::{Provenance, Runs};
use crate::study::s01_samples::cells::{Cells, Reference};
use crate::study::s01_samples::controls::{self, Along, ConvergedSteps, FloorRow, TimeRow};
use crate::study::s01_samples::design::{Condition, JITTERED, MIRRORED, Protocol, WIDER_NOISE, design};
use crate::study::s01_samples::digits::DigitArm;
use crate::study::s01_samples::original::{self, OriginalRow, Quality};
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything the figures, the claims and the notebook say of study 01.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Findings {
    /// The runs behind it.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// Passes over the training points under the original's protocol.
    pub epochs: u64,
    /// Steps of the matched and of the annealed protocol.
    pub steps: u64,
    /// The original's protocol: error against noisy y.
    pub noisy: BTreeMap<Quality, Curve>,
    /// Error against the truth.
    pub truth: BTreeMap<Protocol, BTreeMap<Quality, Curve>>,
    /// Does the exponent of quality 2 differ from that of quality 1?
    pub quality: QualityContrasts,
    /// The known floor of each quality, and the C that was fitted under the original's protocol.
    pub floors: BTreeMap<Quality, FloorRow>,
    /// The original's table, worked out anew from its own numbers.
    pub original: BTreeMap<Quality, OriginalRow>,
    /// The error by size beside that of the largest set after as many steps.
    pub time: Vec<TimeRow>,
    /// Share of the fall over the sizes of `time` that the largest set has at the same steps: seed by seed.
    pub share_of_time: Mean,
    /// Error along the steps, of some sizes under the original's protocol at quality 1.
    pub along: Vec<Along>,
    /// The smallest size under the matched protocol: what its 50 epochs broke off.
    pub onward: Along,
    /// Steps that the converged runs took.
    pub converged_steps: ConvergedSteps,
    /// Annealed, against the truth, by noise, ascending: none, 0.05 … 0.1, 0.4.
    pub noise: Vec<AtNoise>,
    /// Annealed, quality 1, augmented.
    pub augmented: Augmented,
    /// What quality and augmentation are worth in data.
    pub gains: Gains,
    /// Digits by arm.
    pub digits: BTreeMap<DigitArm, Curve>,
    /// Exponents of digits with wrong labels less that with right ones, at the sizes of `uncensored`.
    pub digit_contrasts: BTreeMap<DigitArm, Contrast>,
    /// Sizes from the first on at which no run with wrong labels is at its best when validation is first
    /// measured: below, the best moment may have been missed.
    pub uncensored: Vec<f64>,
    /// Two networks on the digits, over the sizes that both have.
    pub architectures: Architectures,
    /// The verdict on data quality, in one sentence.
    pub verdict: String,
}

/// Exponents of quality 2 less those of quality 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QualityContrasts {
    /// The original's own measure: its protocol, against noisy y.
    pub noisy: Contrasts,
    /// Reference the truth.
    pub truth: BTreeMap<Protocol, Contrasts>,
    /// Annealed, against the truth: no noise less four times the original's.
    pub widest: Contrasts,
}

/// The annealed curve under one noise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AtNoise {
    /// Deviation of the noise on y.
    pub noise_sd: f64,
    /// Error against the truth.
    pub curve: Curve,
}

/// Annealed curves with changed inputs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Augmented {
    /// Mirrored, which is true of a sine.
    pub mirrored: Curve,
    /// Jittered, which blurs it.
    pub jittered: Curve,
}

/// Changes beside more data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gains {
    /// Twice the quality beside four times the data.
    pub quality_against_four_times: Gain,
    /// Twice the quality beside twice the data.
    pub quality_against_twice: Gain,
    /// Mirrored inputs beside twice the data.
    pub mirrored: Gain,
    /// Jittered inputs beside twice the data.
    pub jittered: Gain,
    /// Shifted digits beside twice the data.
    pub shifted_digits: Gain,
}

/// Two networks on the same images.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Architectures {
    /// The MLP.
    pub mlp: Curve,
    /// The transformer.
    pub transformer: Curve,
}

impl Findings {
    /// The curve of a protocol and a quality against the truth.
    pub fn true_curve(&self, protocol: Protocol, quality: Quality) -> &Curve {
        &self.truth[&protocol][&quality]
    }

    /// The annealed curve of the noisiest data.
    pub fn noisiest(&self) -> &Curve {
        &self.noise.last().expect("there are noises").curve
    }
}

/// Works out the findings of the study from its runs.
///
/// # Errors
/// As [`Curve::fitted`].
pub fn findings(runs: &Runs) -> Result<Findings> {
    let design = &design(runs.budget(), None);
    let cells = &Cells { design, runs };
    let by_quality =
        |protocol: Protocol, reference: Reference, word: &str| -> Result<BTreeMap<Quality, Curve>> {
            let curve = |quality: Quality| {
                let name = format!("{} quality={}, {word}", protocol.name(), quality.value());
                Ok((quality, cells.curve(&name, Condition::of(protocol, quality), reference)?))
            };
            Quality::ALL.into_iter().map(curve).collect()
        };
    let noisy = by_quality(Protocol::Epochs, Reference::Noisy, "noisy")?;
    let truth = |protocol| Ok((protocol, by_quality(protocol, Reference::Truth, "truth")?));
    let truth: BTreeMap<Protocol, _> = Protocol::ALL.into_iter().map(truth).collect::<Result<_>>()?;
    let annealed = &truth[&Protocol::Annealed];
    let noise = noise(cells, annealed)?;
    let augmented = Augmented {
        mirrored: cells.curve("mirrored", Condition::augmented(MIRRORED), Reference::Truth)?,
        jittered: cells.curve("jittered", Condition::augmented(JITTERED), Reference::Truth)?,
    };
    let digits = DigitArm::ALL.into_iter().map(|arm| Ok((arm, cells.digits(arm)?)));
    let digits: BTreeMap<DigitArm, Curve> = digits.collect::<Result<_>>()?;
    let uncensored = cells.uncensored_sizes();
    let (time, share_of_time) = controls::time(cells);
    let mut found = Findings {
        provenance: runs.provenance(),
        epochs: design.epochs,
        steps: design.steps,
        quality: quality(&noisy, &truth, &noise),
        floors: controls::floors(cells, &noisy),
        original: original::rows()?,
        time,
        share_of_time,
        along: design.sizes.iter().step_by(3).map(|&n| controls::along(cells, Protocol::Epochs, n)).collect(),
        onward: controls::along(cells, Protocol::Steps, design.sizes[0]),
        converged_steps: controls::converged_steps(cells),
        gains: gains(annealed, &augmented, &digits),
        digit_contrasts: digit_contrasts(&digits, &uncensored)?,
        architectures: Architectures {
            mlp: digits[&DigitArm::Clean].at_places(&digits[&DigitArm::Transformer].x)?,
            transformer: digits[&DigitArm::Transformer].clone(),
        },
        noisy,
        noise,
        augmented,
        digits,
        uncensored,
        verdict: String::new(),
        truth,
    };
    found.verdict = verdict(&found);
    Ok(found)
}

/// The annealed curves against the truth, by noise.
fn noise(cells: &Cells, annealed: &BTreeMap<Quality, Curve>) -> Result<Vec<AtNoise>> {
    let wider = |noise_sd| {
        let name = format!("annealed noise={noise_sd}, truth");
        let curve = cells.curve(&name, Condition::annealed(noise_sd), Reference::Truth)?;
        Ok(AtNoise { noise_sd, curve })
    };
    let mut noise: Vec<AtNoise> = WIDER_NOISE.into_iter().map(wider).collect::<Result<_>>()?;
    noise.extend(annealed.iter().map(|(q, curve)| AtNoise { noise_sd: q.noise_sd(), curve: curve.clone() }));
    noise.sort_by(|a, b| a.noise_sd.total_cmp(&b.noise_sd));
    Ok(noise)
}

fn quality(
    noisy: &BTreeMap<Quality, Curve>,
    truth: &BTreeMap<Protocol, BTreeMap<Quality, Curve>>,
    noise: &[AtNoise],
) -> QualityContrasts {
    let worst_to_best =
        |curves: &BTreeMap<Quality, Curve>| Contrasts::of(&curves[&Quality::Low], &curves[&Quality::High]);
    QualityContrasts {
        noisy: worst_to_best(noisy),
        truth: truth.iter().map(|(&protocol, curves)| (protocol, worst_to_best(curves))).collect(),
        widest: Contrasts::of(&noise[noise.len() - 1].curve, &noise[0].curve),
    }
}

fn gains(
    annealed: &BTreeMap<Quality, Curve>,
    augmented: &Augmented,
    digits: &BTreeMap<DigitArm, Curve>,
) -> Gains {
    let (low, high) = (&annealed[&Quality::Low], &annealed[&Quality::High]);
    let shifted = "digits: images shifted by up to two pixels";
    Gains {
        quality_against_four_times: Gain::of("quality 1 to 2", low, high, 4),
        quality_against_twice: Gain::of("quality 1 to 2", low, high, 2),
        mirrored: Gain::of("mirrored inputs", low, &augmented.mirrored, 2),
        jittered: Gain::of("jittered inputs", low, &augmented.jittered, 2),
        shifted_digits: Gain::of(shifted, &digits[&DigitArm::Clean], &digits[&DigitArm::Jittered], 2),
    }
}

fn digit_contrasts(
    digits: &BTreeMap<DigitArm, Curve>,
    sizes: &[f64],
) -> Result<BTreeMap<DigitArm, Contrast>> {
    let right = digits[&DigitArm::Clean].at_places(sizes)?;
    let contrast = |arm| Ok((arm, Contrast::of(&right, &digits[&arm].at_places(sizes)?, Space::Log)));
    [DigitArm::Wrong20, DigitArm::Wrong40].into_iter().map(contrast).collect()
}

/// One sentence on data quality, made of the numbers.
fn verdict(f: &Findings) -> String {
    let [log, linear] = f.quality.noisy.both().map(|contrast| &contrast.difference);
    let says = match [log, linear].map(|difference| Verdict::above(difference, 0.0)) {
        [Verdict::Holds, Verdict::Holds] => "raises the exponent",
        [Verdict::Fails, Verdict::Fails] => "lowers the exponent",
        [Verdict::NotEstablished, Verdict::NotEstablished] => "is not shown to change the exponent",
        _ => "moves the exponent in one fit space and not, or the other way, in the other",
    };
    let annealed = &f.quality.truth[&Protocol::Annealed].log;
    format!(
        "Better data make the error smaller, and the floor with it, which is the noise on the test labels. In the \
         original's own experiment twice the quality {says} (Δα = {} in ln y, {} in y). With training time matched, against the \
         truth and with a falling rate, twice the quality multiplies the error by {}; whether it also falls faster \
         depends on the law: Δα = {} with a free floor, {} without.",
        signed(log, 2),
        signed(linear, 2),
        factor(&f.gains.quality_against_four_times.change_gain),
        signed(&annealed.difference, 2),
        signed(&annealed.power_difference, 2),
    )
}
