//! The figures of study 01: the original's picture, its laws, and what could fool us.

use crate::fit::space::Space;
use crate::plot::{Align, Axis, Colour, Figure, Mark, Marker, Panel};
use crate::stats::Mean;
use crate::study::s01_samples::curve::SPACES;
use crate::study::s01_samples::findings::Findings;
use crate::study::s01_samples::marks::{SAMPLES, series};
use crate::study::s01_samples::{Protocol, QUALITIES, beyond};

/// The original's own picture, from our means: linear n, log error, a fit through each quality, and 1/√n.
pub fn picture(f: &Findings) -> Figure {
    let most = f.noisy[0].sizes.last().map_or(1.0, |&n| n as f64);
    let mut marks = Vec::new();
    let places: Vec<f64> = (0..200).map(|i| 50.0 * (most / 50.0).powf(f64::from(i) / 199.0)).collect();
    for (i, (curve, quality)) in f.noisy.iter().zip(QUALITIES).enumerate() {
        let law = curve.law(Space::Log);
        marks.push(Mark::line(places.iter().map(|&n| (n, law.at(n))).collect()).colour(Colour::nth(i)));
        marks.push(
            Mark::points(curve.points())
                .colour(Colour::nth(i))
                .marker(Marker::nth(i))
                .label(format!("quality {quality}\nα = {:.2}", law.alpha.value)),
        );
    }
    let root = f.noisy[1].law(Space::Log);
    marks.push(
        Mark::line(places.iter().map(|&n| (n, root.root_at(n))).collect()).colour(Colour::Ink).dashed(),
    );
    marks.push(Mark::text((0.3 * most, 2.2 * root.root_at(0.3 * most)), "dashed: C + A/√n, quality 1.5"));
    let panel =
        Panel::new("", Axis::linear(SAMPLES), Axis::log("Mean absolute error, noisy test points"), marks);
    let mut figure = Figure::new("scaling_img", "Generalization error against samples", vec![panel])
        .note(format!(
            "the original's cells, means over {} seeds; lines: least squares in ln(error) of C + A/n^α, here with α the exponent itself",
            f.seeds
        ))
        .records(&f.records);
    figure.size = (760, 470);
    figure
}

/// The figures of our own.
pub fn figures(f: &Findings) -> Vec<Figure> {
    vec![
        error(f),
        exponents(f),
        steps(f),
        controls(f),
        beyond::noise(f),
        beyond::augmentation(f),
        beyond::digits(f),
        beyond::slopes(f),
    ]
}

/// The original's protocol on log-log axes: against noisy points with its known floors, and against the truth.
pub fn error(f: &Findings) -> Figure {
    let mut noisy = Vec::new();
    for (i, (curve, quality)) in f.noisy.iter().zip(QUALITIES).enumerate() {
        noisy.extend(series(curve, i, format!("quality {quality}"), true));
        noisy.push(Mark::horizontal(f.floors[i].known).colour(Colour::nth(i)).width(1.0));
    }
    let right: Vec<Mark> = QUALITIES
        .iter()
        .enumerate()
        .flat_map(|(i, &q)| series(f.true_curve(Protocol::Epochs, q), i, format!("quality {q}"), true))
        .collect();
    let panel =
        |title: &str, label: &str, marks| Panel::new(title, Axis::log(SAMPLES), Axis::log(label), marks);
    let mut figure = Figure::new(
        "01-error",
        "The same runs against noisy points and against the truth",
        vec![
            panel("Noisy test points: the floor is the noise", "Mean absolute error", noisy),
            panel("The truth: the floor is 0", "Mean absolute error", right),
        ],
    )
    .note(format!(
        "{} epochs; mean ± 1 sd over {} seeds; dashed: C + A/n^α by least squares in ln(error); thin lines: σ√(2/π)",
        f.epochs, f.seeds
    ))
    .records(&f.records);
    figure.size = (980, 440);
    figure
}

/// Exponents by quality in both spaces: the original's numbers, ours, and ours against the truth when annealed.
pub fn exponents(f: &Findings) -> Figure {
    let panel = |space: Space, title: &str| {
        let mut marks = vec![Mark::horizontal(0.5)];
        let (mut lowest, mut highest) = (0.4f64, 0.9f64);
        let mut bar = |i: usize, offset: f64, [value, low, high]: [f64; 3], colour, marker| {
            let x = i as f64 + offset;
            (lowest, highest) = (lowest.min(low), highest.max(high));
            marks.push(Mark::error_bars(vec![x], vec![low], vec![high]).colour(colour));
            marks.push(Mark::points(vec![(x, value)]).colour(colour).marker(marker).size(8.0));
        };
        let mean = |m: &Mean| if m.n > 1 { [m.mean, m.low, m.high] } else { [m.mean; 3] };
        for (i, (row, &quality)) in f.original.iter().zip(&QUALITIES).enumerate() {
            let seed = if space == Space::Log { &row.log[2] } else { &row.linear_alpha };
            bar(i, -0.25, [seed.value, seed.low, seed.high], Colour::Grey, Marker::Square);
            bar(i, 0.0, mean(&f.noisy[i].law(space).alpha_by_seed), Colour::Blue, Marker::Circle);
            let annealed = f.true_curve(Protocol::Annealed, quality);
            bar(i, 0.25, mean(&annealed.law(space).alpha_by_seed), Colour::Vermilion, Marker::Diamond);
        }
        let air = 0.06 * (highest - lowest);
        if space == Space::Log {
            let names = [
                ("squares: the original's 13 numbers, profile", Colour::Grey),
                ("circles: the same protocol, seed by seed", Colour::Blue),
                ("diamonds: annealed, against the truth", Colour::Vermilion),
            ];
            for (k, (name, colour)) in names.into_iter().enumerate() {
                let at = (-0.45, highest + air * (4.2 - 1.4 * k as f64));
                marks.push(Mark::text(at, name).colour(colour));
            }
        }
        marks.push(Mark::text((2.47, 0.5 - 0.7 * air), "1/√n").align(Align::Right).colour(Colour::Grey));
        let places: Vec<(f64, String)> =
            QUALITIES.iter().enumerate().map(|(i, q)| (i as f64, format!("{q:.1}"))).collect();
        let x = Axis::linear("Quality")
            .range(-0.5, 2.5)
            .ticks_at(places.iter().map(|(x, name)| (*x, name.as_str())));
        Panel::new(title, x, Axis::linear("Exponent α").range(lowest - air, highest + 5.5 * air), marks)
    };
    let titles = ["Least squares in ln(error)", "Least squares in the error"];
    let panels = SPACES.into_iter().zip(titles).map(|(space, title)| panel(space, title)).collect();
    let mut figure = Figure::new("01-exponents", "Does quality change the exponent?", panels)
        .note(format!("C + A/n^α; 95 % intervals; ours over {} seeds", f.seeds))
        .records(&f.records);
    figure.size = (940, 440);
    figure
}

/// The confound: the error along the steps of some sizes, and where 50 epochs end.
pub fn steps(f: &Findings) -> Figure {
    let mut marks = Vec::new();
    let last = f.along.len() - 1;
    for (i, along) in f.along.iter().enumerate() {
        let points: Vec<(f64, f64)> =
            along.steps.iter().map(|&s| s as f64).zip(along.errors.iter().copied()).collect();
        let end = points[points.len() - 1];
        let colour = Colour::nth(i);
        let line = Mark::line(points).colour(colour);
        marks.push(if i == last { line.width(2.4) } else { line });
        marks.push(
            Mark::points(vec![end])
                .colour(colour)
                .marker(Marker::nth(i))
                .size(10.0)
                .label(format!("n = {}", along.n_train)),
        );
    }
    let onward: Vec<(f64, f64)> =
        f.onward.steps.iter().map(|&s| s as f64).zip(f.onward.errors.iter().copied()).collect();
    let name = format!("n = {}, trained on", f.onward.n_train);
    let end = onward[onward.len() - 1];
    marks.push(Mark::line(onward).colour(Colour::nth(0)).dashed());
    marks.push(Mark::points(vec![end]).colour(Colour::nth(0)).size(6.0).label(name));
    let ends = f.time.iter().map(|row| (row.steps as f64, row.error.mean)).collect();
    marks.push(Mark::points(ends).colour(Colour::Ink).hollow().size(6.0));
    let panel = Panel::new(
        "",
        Axis::log("Optimizer steps"),
        Axis::log("Mean absolute error against the truth"),
        marks,
    );
    let mut figure = Figure::new("01-steps", "The steep part is training time", vec![panel])
        .note(format!(
            "quality 1, means over {} seeds. Lines: the error along the runs of some sizes; marks: where their {} epochs end; hollow: the same of n = {} … {}; dashed: what the smallest size learns in as many steps as the others",
            f.seeds,
            f.epochs,
            f.time[0].n_train,
            f.time[f.time.len() - 1].n_train
        ))
        .records(&f.records);
    figure.size = (760, 460);
    figure
}

/// Four protocols against the truth, at the worst and the best quality.
pub fn controls(f: &Findings) -> Figure {
    let panel = |quality: f64| {
        let marks = Protocol::ALL.into_iter().enumerate().flat_map(|(i, protocol)| {
            series(f.true_curve(protocol, quality), i, protocol.name().to_owned(), false)
        });
        Panel::new(
            format!("Quality {quality}"),
            Axis::log(SAMPLES),
            Axis::log("Mean absolute error against the truth"),
            marks.collect(),
        )
    };
    let mut figure = Figure::new("01-controls", "Four ways to train on the same samples", vec![panel(1.0), panel(2.0)])
        .note(format!(
            "mean ± 1 sd over {} seeds. epochs: {} passes; steps: {} steps; converged: {:.0} on average, at the best moment by validation; annealed: {} with a falling rate",
            f.seeds, f.epochs, f.steps, f.converged_steps[0].mean, f.steps
        ))
        .records(&f.records);
    figure.size = (980, 440);
    figure
}
