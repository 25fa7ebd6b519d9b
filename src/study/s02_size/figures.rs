//! The figures of study 02.

use crate::plot::{Align, Axis, Colour, Figure, Mark, Marker, Panel};
use crate::stats::Mean;
use crate::study::s02_size::findings::{Findings, LawOverSeeds, Widening, WidthRow};

/// The original's own picture, from our means: two log-log panels, ticks at the data, values written.
pub fn poster(f: &Findings) -> Figure {
    let data: Vec<(f64, f64)> =
        f.data.iter().map(|row| (row.n_train as f64, row.error_epochs.mean)).collect();
    let widths: Vec<(f64, f64)> = f.widths.iter().map(|row| (row.n_params as f64, row.error.mean)).collect();
    let panel = |title: &str, label: &str, points: Vec<(f64, f64)>, colour, short: fn(f64) -> String| {
        let ticks: Vec<(f64, String)> = points.iter().map(|&(x, _)| (x, short(x))).collect();
        let x = Axis::log(label).ticks_at(ticks.iter().map(|(x, text)| (*x, text.as_str())));
        let written = points.iter().map(|(_, y)| format!("{y:.2}%")).collect();
        let marks = vec![
            Mark::line(points.clone()).colour(colour),
            Mark::points(points).colour(colour).values(written),
        ];
        Panel::new(title, x, Axis::log("Test error (%)"), marks)
    };
    let data = panel("Effect of data quantity", "Training set size (images)", data, Colour::Blue, |n| {
        if n >= 1000.0 { format!("{:.0}K", n / 1e3) } else { format!("{n:.0}") }
    });
    let widths = panel("Effect of model size", "Parameters", widths, Colour::Vermilion, |n| {
        if n >= 1e6 { format!("{:.1}M", n / 1e6) } else { format!("{:.0}K", n / 1e3) }
    });
    Figure::new("scaling_laws_poster_final", "Scaling laws on MNIST", vec![data, widths])
        .note(format!("means over {} seeds", f.seeds))
        .records(&f.records)
}

/// The figures of our own.
pub fn figures(f: &Findings) -> Vec<Figure> {
    vec![data(f), threshold(f), overfitting(f)]
}

/// Error against training images, epochs fixed and steps fixed, with bands over seeds and fitted lines.
pub fn data(f: &Findings) -> Figure {
    let n: Vec<f64> = f.data.iter().map(|row| row.n_train as f64).collect();
    let mut marks = Vec::new();
    let mut series = |errors: Vec<Mean>, law: &LawOverSeeds, colour, marker, label: String| {
        let at = |y: fn(&Mean) -> f64| errors.iter().map(y).collect::<Vec<f64>>();
        let points: Vec<(f64, f64)> = n.iter().copied().zip(at(|m| m.mean)).collect();
        let line = n.iter().map(|&n| (n, law.means.at(n))).collect();
        marks.push(Mark::band(n.clone(), at(|m| m.mean - m.sd), at(|m| m.mean + m.sd)).colour(colour));
        marks.push(Mark::line(line).colour(colour).dashed());
        marks.push(Mark::points(points).colour(colour).marker(marker).label(label));
    };
    let epochs = format!("{} epochs\nα = {}", f.epochs, interval(&f.law_epochs.alpha, 3));
    let most = f.data.last().map_or(0, |row| row.steps);
    let steps = format!("{most} steps each\nα = {}", interval(&f.law_steps.alpha, 3));
    series(
        f.data.iter().map(|r| r.error_epochs).collect(),
        &f.law_epochs,
        Colour::Blue,
        Marker::Circle,
        epochs,
    );
    series(
        f.data.iter().map(|r| r.error_steps).collect(),
        &f.law_steps,
        Colour::Vermilion,
        Marker::Square,
        steps,
    );
    let x = Axis::log("Training images");
    let panel = Panel::new("", x, Axis::log("Test error (%)"), marks);
    let mut figure = Figure::new("02-data", "Error against data, with epochs fixed and with steps fixed", vec![panel])
        .note(format!(
            "784-{w}-{w}-10 on MNIST; mean ± 1 sd over {} seeds; dashed: least squares in ln(error); α with its 95 % interval over seeds",
            f.seeds,
            w = f.width
        ))
        .records(&f.records);
    figure.size = (680, 430);
    figure
}

/// Error against parameters, and what each widening gains, seed by seed.
pub fn threshold(f: &Findings) -> Figure {
    let n: Vec<f64> = f.widths.iter().map(|row| row.n_params as f64).collect();
    let error: Vec<Mean> = f.widths.iter().map(|row| row.error).collect();
    let train: Vec<(f64, f64)> =
        f.widths.iter().map(|row| (row.n_params as f64, row.train_error.mean)).collect();
    let points: Vec<(f64, f64)> = n.iter().copied().zip(error.iter().map(|m| m.mean)).collect();
    let low = error.iter().map(|m| m.mean - m.sd).collect();
    let high = error.iter().map(|m| m.mean + m.sd).collect();
    let left = Panel::new(
        "Error by size",
        Axis::log("Parameters"),
        Axis::linear("Error (%)"),
        vec![
            Mark::band(n, low, high).colour(Colour::Blue),
            Mark::line(points.clone()).colour(Colour::Blue),
            Mark::points(points).colour(Colour::Blue).label("test"),
            Mark::line(train.clone()).colour(Colour::Grey),
            Mark::points(train).colour(Colour::Grey).marker(Marker::Square).hollow().label("training"),
        ],
    );
    let names: Vec<String> = f.widenings.iter().map(|w| format!("{} → {}", w.from, w.to)).collect();
    let places: Vec<(f64, &str)> =
        names.iter().enumerate().map(|(i, name)| (i as f64, name.as_str())).collect();
    let ends = |w: &Widening| {
        w.differences.iter().copied().chain([w.difference.low, w.difference.high]).collect::<Vec<_>>()
    };
    let shown: Vec<f64> = f.widenings.iter().flat_map(ends).filter(|d| d.is_finite()).chain([0.0]).collect();
    let (bottom, top) = shown.iter().fold((0f64, 0f64), |(low, high), &d| (low.min(d), high.max(d)));
    let mut marks = vec![Mark::horizontal(0.0)];
    for (i, w) in f.widenings.iter().enumerate() {
        let x = i as f64;
        let n = w.differences.len();
        let seeds = w.differences.iter().enumerate();
        let spread = |k: usize| if n > 1 { 0.24 * (k as f64 / (n - 1) as f64 - 0.5) } else { 0.0 };
        marks.push(
            Mark::points(seeds.map(|(k, &d)| (x - 0.16 + spread(k), d)).collect())
                .colour(Colour::Grey)
                .hollow()
                .size(5.0),
        );
        if w.difference.n > 1 {
            marks.push(
                Mark::error_bars(vec![x + 0.16], vec![w.difference.low], vec![w.difference.high])
                    .colour(Colour::Vermilion),
            );
        }
        let mark = Mark::points(vec![(x + 0.16, w.difference.mean)])
            .colour(Colour::Vermilion)
            .marker(Marker::Diamond);
        marks.push(mark.size(8.0));
        let text = format!("{:+.2}, p {}", w.difference.mean, p_value(w.p));
        marks.push(
            Mark::text((x, top + 0.05 * (top - bottom)), text).align(Align::Centre).colour(Colour::Vermilion),
        );
    }
    let right = Panel::new(
        "What each widening changes",
        Axis::linear("Hidden width").range(-0.5, f.widenings.len() as f64 - 0.5).ticks_at(places),
        Axis::linear("Change of test error (points)")
            .range(bottom - 0.06 * (top - bottom), top + 0.12 * (top - bottom)),
        marks,
    );
    let mut figure = Figure::new("02-threshold", "Is there an overfitting threshold?", vec![left, right])
        .note(format!(
            "{} seeds; left: mean ± 1 sd; right: each seed's difference, their mean and its 95 % interval",
            f.seeds
        ))
        .records(&f.records);
    figure.size = (940, 420);
    figure
}

/// Loss along training, by width.
pub fn overfitting(f: &Findings) -> Figure {
    let panel = |title: &str, label: &str, loss: fn(&WidthRow) -> &Vec<f64>| {
        let line = |(i, row): (usize, &WidthRow)| {
            let points: Vec<(f64, f64)> =
                loss(row).iter().enumerate().map(|(e, &y)| (e as f64 + 1.0, y)).collect();
            let (colour, marker) = (Colour::nth(i), Marker::nth(i));
            [
                Mark::line(points.clone()).colour(colour),
                Mark::points(points)
                    .colour(colour)
                    .marker(marker)
                    .size(5.0)
                    .label(format!("h = {}", row.width)),
            ]
        };
        let marks = f.widths.iter().enumerate().flat_map(line).collect();
        Panel::new(title, Axis::linear("Epoch"), Axis::log(label), marks)
    };
    let left = panel("Training images", "Training loss (nats)", |row| &row.train_loss_by_epoch);
    let right = panel("Test images", "Test loss (nats)", |row| &row.test_loss_by_epoch);
    let mut figure = Figure::new("02-overfitting", "Loss along training, by width", vec![left, right])
        .note(format!("mean over {} seeds, all training images", f.seeds))
        .records(&f.records);
    figure.size = (940, 400);
    figure
}

fn interval(m: &Mean, digits: usize) -> String {
    format!("{:.digits$} [{:.digits$}, {:.digits$}]", m.mean, m.low, m.high)
}

fn p_value(p: f64) -> String {
    if p < 0.001 { "< 0.001".to_owned() } else { format!("= {p:.3}") }
}
