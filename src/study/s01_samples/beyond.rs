//! The figures of what goes beyond the original: wider noise, augmentation, real digits, and slopes side by
//! side.

use crate::fit::space::Space;
use crate::plot::{Axis, Colour, Figure, Mark, Panel};
use crate::study::curve::Curve;
use crate::study::s01_samples::design::Protocol;
use crate::study::s01_samples::digits::DigitArm;
use crate::study::s01_samples::findings::Findings;
use crate::study::s01_samples::original::Quality;
use crate::study::series::{fitted_series, joined};

/// The decay exponent of the data in Hoffmann et al. 2022, as printed.
const CHINCHILLA_BETA: f64 = 0.28;

/// The axis that every figure of the sine has.
pub const SAMPLES: &str = "Training samples n";
/// The axis of errors against the truth.
pub const TRUE_ERROR: &str = "Mean absolute error against the truth";

/// Annealed error against the truth by noise, and what it is relative to the noisiest.
pub fn noise(f: &Findings) -> Figure {
    let mut marks = Vec::new();
    let mut ratios = vec![Mark::horizontal(1.0)];
    for (i, row) in f.noise.iter().rev().enumerate() {
        let (sd, curve) = (row.noise_sd, &row.curve);
        let name =
            if sd == 0.0 { "no noise".to_owned() } else { format!("σ = {}", (1e3 * sd).round() / 1e3) };
        marks.extend(fitted_series(curve, i, name.clone()));
        let ratio = curve.errors.iter().zip(&f.noisiest().errors).map(|(a, b)| a.mean / b.mean);
        let points: Vec<(f64, f64)> = curve.x.iter().copied().zip(ratio).collect();
        let [line, points] = joined(points, i);
        ratios.extend([line, points.size(6.0).label(name)]);
    }
    let left = Panel::new("Error", Axis::log(SAMPLES), Axis::log(TRUE_ERROR), marks);
    let right =
        Panel::new("Error relative to the noisiest data", Axis::log(SAMPLES), Axis::log("Ratio"), ratios);
    Figure::new("01-noise", "From no noise to four times the original's", vec![left, right])
        .note(format!(
            "annealed; mean ± 1 sd over {} seeds; dashed: C + A/n^α by least squares in ln(error). Equal exponents would make the ratios level",
            f.provenance.seeds
        ))
        .records(&f.provenance.records)
        .size(980, 440)
}

/// Augmented inputs beside plain ones.
pub fn augmentation(f: &Findings) -> Figure {
    let curves = [
        (f.true_curve(Protocol::Annealed, Quality::Low), "plain"),
        (&f.augmented.mirrored, "mirrored: true of a sine"),
        (&f.augmented.jittered, "jittered: not true of it"),
    ];
    let panel = Panel::new("", Axis::log(SAMPLES), Axis::log(TRUE_ERROR), marks(curves));
    Figure::new("01-augmentation", "Augmentation: worth data where it tells the truth", vec![panel])
        .note(format!(
            "quality 1, annealed; mean ± 1 sd over {} seeds; dashed: C + A/n^α by least squares in ln(error)",
            f.provenance.seeds
        ))
        .records(&f.provenance.records)
        .size(720, 440)
}

/// Digits: wrong labels, and another architecture and jitter.
pub fn digits(f: &Findings) -> Figure {
    let panel = |title: &str, arms: [(DigitArm, &'static str); 3]| {
        let marks = marks(arms.map(|(arm, name)| (&f.digits[&arm], name)));
        Panel::new(title, Axis::log("Training images n"), Axis::log("Test error (%)"), marks)
    };
    let labels = [
        (DigitArm::Clean, "none wrong"),
        (DigitArm::Wrong20, "20 % wrong"),
        (DigitArm::Wrong40, "40 % wrong"),
    ];
    let ways = [
        (DigitArm::Clean, "MLP"),
        (DigitArm::Jittered, "MLP, shifted\nimages"),
        (DigitArm::Transformer, "transformer"),
    ];
    let panels = vec![panel("Wrong training labels", labels), panel("Another way to learn", ways)];
    Figure::new("01-digits", "The same question on MNIST", panels)
        .note("each run at the moment that held-out images with right labels pick; mean ± 1 sd over seeds; dashed: C + A/n^α by least squares in ln(error)")
        .records(&f.provenance.records)
        .size(980, 440)
}

/// Curves with their laws.
fn marks<const N: usize>(curves: [(&Curve, &str); N]) -> Vec<Mark> {
    curves.into_iter().enumerate().flat_map(|(i, (curve, name))| fitted_series(curve, i, name)).collect()
}

/// The reducible part of several errors beside the slopes that theory and Chinchilla name.
pub fn slopes(f: &Findings) -> Figure {
    let relative = |curve: &Curve| -> Vec<(f64, f64)> {
        let floor = curve.law(Space::Log).floor.value;
        let (n0, first) = (curve.x[0], curve.first().mean - floor);
        let part = |(n, y): (f64, f64)| (n / n0, (y - floor) / first);
        // Below a fiftieth the difference to a fitted floor is mostly its error.
        curve.points().into_iter().map(part).take_while(|p| p.1 > 0.02).collect()
    };
    let curves = [
        (f.true_curve(Protocol::Annealed, Quality::Low), "sine, annealed"),
        (&f.digits[&DigitArm::Clean], "MNIST, MLP"),
        (&f.digits[&DigitArm::Transformer], "MNIST,\ntransformer"),
    ];
    let most = 1000.0f64;
    let line = |alpha: f64| Mark::line(vec![(1.0, 1.0), (most, most.powf(-alpha))]).colour(Colour::Grey);
    let mut marks = vec![
        line(CHINCHILLA_BETA).dashed().label("Chinchilla's data\nterm, β = 0.28"),
        line(0.5).dotted().label("1/√n"),
    ];
    for (i, (curve, name)) in curves.into_iter().enumerate() {
        let [line, points] = joined(relative(curve), i);
        marks.extend([line, points.label(name)]);
    }
    let x = Axis::log("Data, relative to the smallest set");
    let panel = Panel::new("", x, Axis::log("Error above its floor, relative"), marks);
    Figure::new("01-slopes", "A power of the data, again and again; not the same power", vec![panel])
        .note("errors less their fitted floors, relative to the smallest set, as far as a fiftieth. Chinchilla's is a loss in nats on text at a fixed model: only slopes may be compared")
        .records(&f.provenance.records)
        .size(760, 470)
}
