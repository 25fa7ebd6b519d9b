//! The figures of what goes beyond the seed: wider noise, augmentation, real digits, and slopes side by side.

use crate::fit::space::Space;
use crate::plot::{Axis, Colour, Figure, Mark, Marker, Panel};
use crate::study::s01_samples::Protocol;
use crate::study::s01_samples::curve::Curve;
use crate::study::s01_samples::findings::Findings;
use crate::study::s01_samples::marks::{SAMPLES, series};

/// The decay exponent of the data in Hoffmann et al. 2022, as printed.
const CHINCHILLA_BETA: f64 = 0.28;

/// Annealed error against the truth by noise, and what it is relative to the noisiest.
pub fn noise(f: &Findings) -> Figure {
    let (_, noisiest) = f.noise.last().expect("there are noises");
    let mut marks = Vec::new();
    let mut ratios = vec![Mark::horizontal(1.0)];
    for (i, (sd, curve)) in f.noise.iter().rev().enumerate() {
        let name =
            if *sd == 0.0 { "no noise".to_owned() } else { format!("σ = {}", (1e3 * sd).round() / 1e3) };
        marks.extend(series(curve, i, name.clone(), true));
        let ratio = curve.errors.iter().zip(&noisiest.errors).map(|(a, b)| a.mean / b.mean);
        let points: Vec<(f64, f64)> = curve.n().into_iter().zip(ratio).collect();
        ratios.push(Mark::line(points.clone()).colour(Colour::nth(i)));
        ratios.push(Mark::points(points).colour(Colour::nth(i)).marker(Marker::nth(i)).size(6.0).label(name));
    }
    let left =
        Panel::new("Error", Axis::log(SAMPLES), Axis::log("Mean absolute error against the truth"), marks);
    let right =
        Panel::new("Error relative to the noisiest data", Axis::log(SAMPLES), Axis::log("Ratio"), ratios);
    let mut figure = Figure::new("01-noise", "From no noise to four times the original's", vec![left, right])
        .note(format!(
            "annealed; mean ± 1 sd over {} seeds; dashed: C + A/n^α by least squares in ln(error). Equal exponents would make the ratios level",
            f.seeds
        ))
        .records(&f.records);
    figure.size = (980, 440);
    figure
}

/// Augmented inputs beside plain ones.
pub fn augmentation(f: &Findings) -> Figure {
    let plain = f.true_curve(Protocol::Annealed, 1.0);
    let names = ["plain", "mirrored: true of a sine", "jittered: not true of it"];
    let curves = [plain, &f.augmented[0], &f.augmented[1]];
    let marks = curves
        .into_iter()
        .zip(names)
        .enumerate()
        .flat_map(|(i, (c, name))| series(c, i, name.to_owned(), true));
    let panel = Panel::new(
        "",
        Axis::log(SAMPLES),
        Axis::log("Mean absolute error against the truth"),
        marks.collect(),
    );
    let mut figure = Figure::new(
        "01-augmentation",
        "Augmentation: worth data where it tells the truth",
        vec![panel],
    )
    .note(format!(
        "quality 1, annealed; mean ± 1 sd over {} seeds; dashed: C + A/n^α by least squares in ln(error)",
        f.seeds
    ))
    .records(&f.records);
    figure.size = (720, 440);
    figure
}

/// Digits: wrong labels, and another architecture and jitter.
pub fn digits(f: &Findings) -> Figure {
    let panel = |title: &str, arms: &[(usize, &str)]| {
        let marks = arms
            .iter()
            .enumerate()
            .flat_map(|(i, &(arm, name))| series(&f.digits[arm], i, name.to_owned(), true));
        Panel::new(title, Axis::log("Training images n"), Axis::log("Test error (%)"), marks.collect())
    };
    let left = panel("Wrong training labels", &[(0, "none wrong"), (1, "20 % wrong"), (2, "40 % wrong")]);
    let right = panel("Another way to learn", &[(0, "MLP"), (3, "MLP, shifted\nimages"), (4, "transformer")]);
    let mut figure = Figure::new("01-digits", "The same question on MNIST", vec![left, right])
        .note("each run at the moment that held-out images with right labels pick; mean ± 1 sd over seeds; dashed: C + A/n^α by least squares in ln(error)")
        .records(&f.records);
    figure.size = (980, 440);
    figure
}

/// The reducible part of several errors beside the slopes that theory and Chinchilla name.
pub fn slopes(f: &Findings) -> Figure {
    let relative = |curve: &Curve| -> Vec<(f64, f64)> {
        let floor = curve.law(Space::Log).floor.value;
        let (n0, first) = (curve.n()[0], curve.errors[0].mean - floor);
        let part = |(n, y): (f64, f64)| (n / n0, (y - floor) / first);
        // Below a fiftieth the difference to a fitted floor is mostly its error.
        curve.points().into_iter().map(part).take_while(|p| p.1 > 0.02).collect()
    };
    let curves = [
        (f.true_curve(Protocol::Annealed, 1.0), "sine, annealed"),
        (&f.digits[0], "MNIST, MLP"),
        (&f.digits[4], "MNIST,\ntransformer"),
    ];
    let most = 1000.0f64;
    let line = |alpha: f64| Mark::line(vec![(1.0, 1.0), (most, most.powf(-alpha))]).colour(Colour::Grey);
    let mut marks = vec![
        line(CHINCHILLA_BETA).dashed().label("Chinchilla's data\nterm, β = 0.28"),
        line(0.5).dotted().label("1/√n"),
    ];
    for (i, (curve, name)) in curves.into_iter().enumerate() {
        let points = relative(curve);
        marks.push(Mark::line(points.clone()).colour(Colour::nth(i)));
        marks.push(Mark::points(points).colour(Colour::nth(i)).marker(Marker::nth(i)).label(name));
    }
    let x = Axis::log("Data, relative to the smallest set");
    let panel = Panel::new("", x, Axis::log("Error above its floor, relative"), marks);
    let mut figure = Figure::new("01-slopes", "A power of the data, again and again; not the same power", vec![panel])
        .note("errors less their fitted floors, relative to the smallest set, as far as a fiftieth. Chinchilla's is a loss in nats on text at a fixed model: only slopes may be compared")
        .records(&f.records);
    figure.size = (760, 470);
    figure
}
