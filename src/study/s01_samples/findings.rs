//! What the records of study 01 show, as plain numbers. Errors of the sine are mean absolute errors, errors of
//! the digits per cent.

use crate::budget::Budget;
use crate::data::augment::Augmentation;
use crate::error::Result;
use crate::fit::space::Space;
use crate::run::seal;
use crate::stats::Mean;
use crate::study::s01_samples::controls::{self, Along, FloorRow, TimeRow};
use crate::study::s01_samples::curve::{Contrast, Curve, Gain, SPACES, contrast, gain};
use crate::study::s01_samples::digits::Arm;
use crate::study::s01_samples::original::{self, OriginalRow};
use crate::study::s01_samples::runs::{Against, Runs};
use crate::study::s01_samples::words::{factor, sign, signed};
use crate::study::s01_samples::{AUGMENTATIONS, Protocol, QUALITIES, WIDER_NOISE, noise_sd};
use serde::Serialize;

/// Everything the figures, the claims and the notebook say of study 01.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Findings {
    /// Hash over the records these numbers come from.
    pub records: String,
    /// Runs behind them.
    pub n_records: usize,
    /// Budget of the runs.
    pub budget: Budget,
    /// Repetitions per cell.
    pub seeds: u64,
    /// Passes over the training points under the protocol of the seed.
    pub epochs: u64,
    /// Steps of the matched and of the annealed protocol.
    pub steps: u64,
    /// The original's protocol: error against noisy y by quality.
    pub noisy: Vec<Curve>,
    /// Error against the truth by protocol, then by quality.
    pub truth: Vec<Vec<Curve>>,
    /// Does the exponent of the worst quality differ from that of the best? By protocol, in each space; the original's
    /// own measure (against noisy y) first.
    pub quality: Vec<Contrast>,
    /// The known floor of each quality, and the C that was fitted under the original's protocol.
    pub floors: Vec<FloorRow>,
    /// The original's table, worked out anew from its own numbers.
    pub original: Vec<OriginalRow>,
    /// The error by size beside that of the largest set after as many steps.
    pub time: Vec<TimeRow>,
    /// Share of the fall over the sizes of `time` that the largest set has at the same steps: seed by seed.
    pub share_of_time: Mean,
    /// Error along the steps, of some sizes under the original's protocol at quality 1.
    pub along: Vec<Along>,
    /// The smallest size under the matched protocol: what its 50 epochs broke off.
    pub onward: Along,
    /// Steps that the converged runs took: all of them, and up to the point that counts.
    pub converged_steps: [Mean; 2],
    /// Annealed, against the truth, by noise: none, 0.05 … 0.1, 0.4.
    pub noise: Vec<(f64, Curve)>,
    /// Annealed, quality 1, augmented: mirrored, jittered.
    pub augmented: Vec<Curve>,
    /// What quality and augmentation are worth in data.
    pub gains: Vec<Gain>,
    /// Digits by arm.
    pub digits: Vec<Curve>,
    /// Exponents of digits at the sizes of `uncensored`: 20 and 40 % wrong labels, each against right ones.
    pub digit_contrasts: Vec<Contrast>,
    /// Sizes from the first on at which no run with wrong labels is at its best by the first look at validation:
    /// below, the best moment may have been missed.
    pub uncensored: Vec<usize>,
    /// The MLP and the transformer on the digits, over the sizes that both have.
    pub architectures: Vec<Curve>,
    /// The verdict on data quality, in one sentence.
    pub verdict: String,
}

impl Findings {
    /// The curve of a protocol and a quality against the truth.
    pub fn true_curve(&self, protocol: Protocol, quality: f64) -> &Curve {
        let row = Protocol::ALL.iter().position(|&p| p == protocol).expect("every protocol is there");
        let column = QUALITIES.iter().position(|&q| q == quality).expect("a quality of the original's");
        &self.truth[row][column]
    }
}

/// Works out the findings of a design from its records.
///
/// # Errors
/// [`crate::error::Error::Failed`] when a run of the design is not recorded, or no law fits a curve.
pub fn findings(recorded: &crate::study::runs::Runs) -> Result<Findings> {
    let design = &crate::study::s01_samples::design(recorded.budget(), None);
    let (records, budget) = (recorded.records(), recorded.budget());
    let by_id = records.iter().map(|r| (r.id.as_str(), r)).collect();
    let runs = Runs { design, by_id };
    let noisy = QUALITIES.map(|q| {
        let name = format!("epochs quality={q}, noisy");
        runs.curve(name, Protocol::Epochs, noise_sd(q), Augmentation::None, Against::Noisy)
    });
    let noisy: Vec<Curve> = noisy.into_iter().collect::<Result<_>>()?;
    let truth = Protocol::ALL.map(|protocol| -> Result<Vec<Curve>> {
        let curve = |q| {
            let name = format!("{} quality={q}, truth", protocol.name());
            runs.curve(name, protocol, noise_sd(q), Augmentation::None, Against::Truth)
        };
        QUALITIES.map(curve).into_iter().collect()
    });
    let truth: Vec<Vec<Curve>> = truth.into_iter().collect::<Result<_>>()?;
    let annealed = truth.last().expect("annealed is the last protocol");
    let wider = WIDER_NOISE.map(|noise| -> Result<(f64, Curve)> {
        let name = format!("annealed noise={noise}, truth");
        let curve = runs.curve(name, Protocol::Annealed, noise, Augmentation::None, Against::Truth)?;
        Ok((noise, curve))
    });
    let mut noise: Vec<(f64, Curve)> = wider.into_iter().collect::<Result<_>>()?;
    noise.extend(QUALITIES.iter().zip(annealed).map(|(&q, curve)| (noise_sd(q), curve.clone())));
    noise.sort_by(|a, b| a.0.total_cmp(&b.0));
    let augmented = AUGMENTATIONS.map(|augmentation| {
        let name = if augmentation == Augmentation::Mirror { "mirrored" } else { "jittered" };
        runs.curve(name.to_owned(), Protocol::Annealed, noise_sd(1.0), augmentation, Against::Truth)
    });
    let augmented: Vec<Curve> = augmented.into_iter().collect::<Result<_>>()?;
    let digits: Vec<Curve> = Arm::all().into_iter().map(|arm| runs.digits(arm)).collect::<Result<_>>()?;
    let quality = std::iter::once(&noisy).chain(&truth).flat_map(|curves| {
        let [worst, best] = [&curves[0], &curves[QUALITIES.len() - 1]];
        SPACES.map(|space| contrast(worst, best, space))
    });
    let mut quality: Vec<Contrast> = quality.collect();
    let [(_, noiseless), .., (_, noisiest)] = &noise[..] else { unreachable!("five noises") };
    quality.extend(SPACES.map(|space| contrast(noisiest, noiseless, space)));
    let gains = vec![
        gain("quality 1 to 2", &annealed[0], &annealed[2], 4),
        gain("mirrored inputs", &annealed[0], &augmented[0], 2),
        gain("jittered inputs", &annealed[0], &augmented[1], 2),
        gain("digits: images shifted by up to two pixels", &digits[0], &digits[3], 2),
        gain("quality 1 to 2", &annealed[0], &annealed[2], 2),
    ];
    let uncensored = runs.uncensored_sizes();
    let seen = digits[..3].iter().map(|curve| curve.at_sizes(&uncensored)).collect::<Result<Vec<_>>>()?;
    let digit_contrasts = [1, 2].map(|other| contrast(&seen[0], &seen[other], Space::Log)).to_vec();
    let architectures = vec![digits[0].at_sizes(&digits[4].sizes)?, digits[4].clone()];
    let (time, share_of_time) = controls::time(&runs);
    let mut found = Findings {
        records: seal(records),
        n_records: records.len(),
        budget,
        seeds: design.seeds,
        epochs: design.epochs,
        steps: design.steps,
        floors: controls::floors(&runs, &noisy),
        noisy,
        truth,
        quality,
        original: original::rows()?,
        time,
        share_of_time,
        along: design.sizes.iter().step_by(3).map(|&n| controls::along(&runs, Protocol::Epochs, n)).collect(),
        onward: controls::along(&runs, Protocol::Steps, design.sizes[0]),
        converged_steps: controls::converged_steps(&runs),
        noise,
        augmented,
        gains,
        digits,
        digit_contrasts,
        uncensored,
        architectures,
        verdict: String::new(),
    };
    found.verdict = verdict(&found);
    Ok(found)
}

/// One sentence on data quality, made of the numbers.
fn verdict(f: &Findings) -> String {
    let [log, linear] = [&f.quality[0].difference, &f.quality[1].difference];
    let says = match (sign(log), sign(linear)) {
        (1, 1) => "raises the exponent",
        (-1, -1) => "lowers the exponent",
        (0, 0) => "is not shown to change the exponent",
        _ => "moves the exponent in one fit space and not, or the other way, in the other",
    };
    let annealed = f.quality.iter().find(|c| c.of[0] == f.true_curve(Protocol::Annealed, 1.0).name);
    let annealed = annealed.expect("every protocol has its contrast");
    let quality = &f.gains[0];
    format!(
        "Better data make the error smaller, and the floor with it, which is the noise on the test labels. In the \
         original's own experiment twice the quality {says} (Δα = {} in ln y, {} in y). With training time matched, against the \
         truth and with a falling rate, twice the quality multiplies the error by {}; whether it also falls faster \
         depends on the law: Δα = {} with a free floor, {} without.",
        signed(log),
        signed(linear),
        factor(&quality.change_gain),
        signed(&annealed.difference),
        signed(&annealed.power_difference),
    )
}
