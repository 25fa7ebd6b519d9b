//! The figures of study 01: the original's picture, its laws, and what could fool us.

use crate::fit::space::Space;
use crate::plot::{Align, Axis, Colour, Figure, Mark, Marker, Panel};
use crate::stats::Mean;
use crate::study::s01_samples::beyond::{self, SAMPLES, TRUE_ERROR};
use crate::study::s01_samples::controls::Along;
use crate::study::s01_samples::design::Protocol;
use crate::study::s01_samples::findings::Findings;
use crate::study::s01_samples::original::Quality;
use crate::study::series::{fitted_series, series};

/// The original's own picture, from our means: linear n, log error, a fit through each quality, and 1/√n.
pub fn picture(f: &Findings) -> Figure {
    let most = f.noisy[&Quality::Low].x.last().map_or(1.0, |&n| n);
    let places: Vec<f64> = (0..200).map(|i| 50.0 * (most / 50.0).powf(f64::from(i) / 199.0)).collect();
    let line = |law: &dyn Fn(f64) -> f64| Mark::line(places.iter().map(|&n| (n, law(n))).collect());
    let mut marks = Vec::new();
    for (i, (quality, curve)) in f.noisy.iter().enumerate() {
        let law = curve.law(Space::Log);
        let label = format!("quality {}\nα = {:.2}", quality.value(), law.alpha.value);
        let points = Mark::points(curve.points()).marker(Marker::nth(i)).label(label);
        marks.extend([line(&|n| law.at(n)), points].map(|mark| mark.colour(Colour::nth(i))));
    }
    let middle = f.noisy[&Quality::Middle].law(Space::Log);
    let root = |n: f64| middle.root_at(n);
    marks.push(line(&root).colour(Colour::Ink).dashed());
    marks.push(Mark::text((0.3 * most, 2.2 * root(0.3 * most)), "dashed: C + A/√n, quality 1.5"));
    let panel =
        Panel::new("", Axis::linear(SAMPLES), Axis::log("Mean absolute error, noisy test points"), marks);
    Figure::new("scaling_img", "Generalization error against samples", vec![panel])
        .note(format!(
            "the original's cells, means over {} seeds; lines: least squares in ln(error) of C + A/n^α, here with α the exponent itself",
            f.provenance.seeds
        ))
        .records(&f.provenance.records)
        .size(760, 470)
}

/// The figures of our own.
pub fn figures(f: &Findings) -> Vec<Figure> {
    let of_the_original = [error, exponents, steps, controls];
    let further = [beyond::noise, beyond::augmentation, beyond::digits, beyond::slopes];
    of_the_original.into_iter().chain(further).map(|figure| figure(f)).collect()
}

/// The original's protocol on log-log axes: against noisy points with its known floors, and against the
/// truth.
pub fn error(f: &Findings) -> Figure {
    let label = |quality: Quality| format!("quality {}", quality.value());
    let (mut noisy, mut truth) = (Vec::new(), Vec::new());
    for (i, quality) in Quality::ALL.into_iter().enumerate() {
        noisy.extend(fitted_series(&f.noisy[&quality], i, label(quality)));
        noisy.push(Mark::horizontal(f.floors[&quality].known).colour(Colour::nth(i)).width(1.0));
        truth.extend(fitted_series(f.true_curve(Protocol::Epochs, quality), i, label(quality)));
    }
    let panel =
        |title: &str, marks| Panel::new(title, Axis::log(SAMPLES), Axis::log("Mean absolute error"), marks);
    let left = panel("Noisy test points: the floor is the noise", noisy);
    let right = panel("The truth: the floor is 0", truth);
    Figure::new("01-error", "The same runs against noisy points and against the truth", vec![left, right])
        .note(format!(
            "{} epochs; mean ± 1 sd over {} seeds; dashed: C + A/n^α by least squares in ln(error); thin lines: σ√(2/π)",
            f.epochs, f.provenance.seeds
        ))
        .records(&f.provenance.records)
        .size(980, 440)
}

/// Exponents by quality in both spaces: the original's numbers, ours, and ours against the truth when
/// annealed.
pub fn exponents(f: &Findings) -> Figure {
    let left = exponents_in(f, Space::Log, "Least squares in ln(error)");
    let right = exponents_in(f, Space::Y, "Least squares in the error");
    Figure::new("01-exponents", "Does quality change the exponent?", vec![left, right])
        .note(format!("C + A/n^α; 95 % intervals; ours over {} seeds", f.provenance.seeds))
        .records(&f.provenance.records)
        .size(940, 440)
}

/// A value with its interval, beside the place of a quality.
struct Bar {
    x: f64,
    ends: [f64; 3],
    colour: Colour,
    marker: Marker,
}

/// The exponents of one quality in one space.
fn bars(f: &Findings, space: Space, quality: Quality) -> [Bar; 3] {
    let mean = |m: &Mean| if m.n > 1 { [m.mean, m.low, m.high] } else { [m.mean; 3] };
    let row = &f.original[&quality];
    let original = if space == Space::Log { &row.alpha } else { &row.linear_alpha };
    let ours = &f.noisy[&quality].law(space).alpha_by_seed;
    let annealed = &f.true_curve(Protocol::Annealed, quality).law(space).alpha_by_seed;
    let bar =
        |offset, ends, colour, marker| Bar { x: quality as usize as f64 + offset, ends, colour, marker };
    [
        bar(-0.25, [original.value, original.low, original.high], Colour::Grey, Marker::Square),
        bar(0.0, mean(ours), Colour::Blue, Marker::Circle),
        bar(0.25, mean(annealed), Colour::Vermilion, Marker::Diamond),
    ]
}

/// The exponents of every quality in one space; the names of the marks stand in the first panel.
fn exponents_in(f: &Findings, space: Space, title: &str) -> Panel {
    let bars: Vec<Bar> = Quality::ALL.into_iter().flat_map(|quality| bars(f, space, quality)).collect();
    let lowest = bars.iter().map(|bar| bar.ends[1]).fold(0.4, f64::min);
    let highest = bars.iter().map(|bar| bar.ends[2]).fold(0.9, f64::max);
    let margin = 0.06 * (highest - lowest);
    let mut marks = vec![Mark::horizontal(0.5)];
    for Bar { x, ends: [value, low, high], colour, marker } in bars {
        marks.push(Mark::error_bars(vec![x], vec![low], vec![high]).colour(colour));
        marks.push(Mark::points(vec![(x, value)]).colour(colour).marker(marker).size(8.0));
    }
    if space == Space::Log {
        let names = [
            ("squares: the original's 13 numbers, profile", Colour::Grey),
            ("circles: the same protocol, seed by seed", Colour::Blue),
            ("diamonds: annealed, against the truth", Colour::Vermilion),
        ];
        for (k, (name, colour)) in names.into_iter().enumerate() {
            let at = (-0.45, highest + margin * (4.2 - 1.4 * k as f64));
            marks.push(Mark::text(at, name).colour(colour));
        }
    }
    marks.push(Mark::text((2.47, 0.5 - 0.7 * margin), "1/√n").align(Align::Right).colour(Colour::Grey));
    let names = Quality::ALL.map(|quality| format!("{:.1}", quality.value()));
    let ticks = names.iter().enumerate().map(|(i, name)| (i as f64, name.as_str()));
    let x = Axis::linear("Quality").range(-0.5, 2.5).ticks_at(ticks);
    Panel::new(title, x, Axis::linear("Exponent α").range(lowest - margin, highest + 5.5 * margin), marks)
}

/// The confound: the error along the steps of some sizes, and where 50 epochs end.
pub fn steps(f: &Findings) -> Figure {
    let points = |along: &Along| -> Vec<(f64, f64)> {
        along.steps.iter().map(|&step| step as f64).zip(along.errors.iter().copied()).collect()
    };
    let end = |points: &[(f64, f64)]| Mark::points(vec![points[points.len() - 1]]);
    let mut marks = Vec::new();
    for (i, along) in f.along.iter().enumerate() {
        let points = points(along);
        let end = end(&points).marker(Marker::nth(i)).size(10.0).label(format!("n = {}", along.n_train));
        let line = Mark::line(points);
        let line = if i == f.along.len() - 1 { line.width(2.4) } else { line };
        marks.extend([line, end].map(|mark| mark.colour(Colour::nth(i))));
    }
    let onward = points(&f.onward);
    let end = end(&onward).size(6.0).label(format!("n = {}, trained on", f.onward.n_train));
    marks.extend([Mark::line(onward).dashed(), end].map(|mark| mark.colour(Colour::nth(0))));
    let ends = f.time.iter().map(|row| (row.steps as f64, row.error.mean)).collect();
    marks.push(Mark::points(ends).colour(Colour::Ink).hollow().size(6.0));
    let panel = Panel::new("", Axis::log("Optimizer steps"), Axis::log(TRUE_ERROR), marks);
    Figure::new("01-steps", "The steep part is training time", vec![panel])
        .note(format!(
            "quality 1, means over {} seeds. Lines: the error along the runs of some sizes; marks: where their {} epochs end; hollow: the same of n = {} … {}; dashed: what the smallest size learns in as many steps as the others",
            f.provenance.seeds,
            f.epochs,
            f.time[0].n_train,
            f.time[f.time.len() - 1].n_train
        ))
        .records(&f.provenance.records)
        .size(760, 460)
}

/// Four protocols against the truth, at the worst and the best quality.
pub fn controls(f: &Findings) -> Figure {
    let panel = |quality: Quality| {
        let marks = Protocol::ALL.into_iter().enumerate();
        let marks = marks
            .flat_map(|(i, protocol)| series(f.true_curve(protocol, quality), i, protocol.name(), None))
            .collect();
        let title = format!("Quality {}", quality.value());
        Panel::new(title, Axis::log(SAMPLES), Axis::log(TRUE_ERROR), marks)
    };
    let panels = [Quality::Low, Quality::High].map(panel).to_vec();
    Figure::new("01-controls", "Four ways to train on the same samples", panels)
        .note(format!(
            "mean ± 1 sd over {} seeds. epochs: {} passes; steps: {} steps; converged: {:.0} on average, at the best moment by validation; annealed: {} with a falling rate",
            f.provenance.seeds, f.epochs, f.steps, f.converged_steps.taken.mean, f.steps
        ))
        .records(&f.provenance.records)
        .size(980, 440)
}
