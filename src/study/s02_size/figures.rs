//! The figures of study 02.

use crate::plot::{Axis, Colour, Figure, Mark, Panel};
use crate::stats::Mean;
use crate::study::claim::with_interval;
use crate::study::runs::Paired;
use crate::study::s02_size::findings::{Findings, Widening, WidthRow};
use crate::study::series::{band, differences, joined, series};

/// The original's own picture, from our means: two log-log panels, ticks at the data, values written.
pub fn poster(f: &Findings) -> Figure {
    let widths: Vec<(f64, f64)> = f.widths.iter().map(|row| (row.n_params as f64, row.error.mean)).collect();
    let panel = |title: &str, label: &str, points: Vec<(f64, f64)>, colour| {
        let ticks: Vec<(f64, String)> = points.iter().map(|&(x, _)| (x, short(x))).collect();
        let x = Axis::log(label).ticks_at(ticks.iter().map(|(x, text)| (*x, text.as_str())));
        let written = points.iter().map(|(_, y)| format!("{y:.2}%")).collect();
        let marks = [Mark::line(points.clone()), Mark::points(points).values(written)];
        let marks = marks.map(|mark| mark.colour(colour)).to_vec();
        Panel::new(title, x, Axis::log("Test error (%)"), marks)
    };
    let sizes = f.epochs_fixed.points();
    let data = panel("Effect of data quantity", "Training set size (images)", sizes, Colour::Blue);
    let widths = panel("Effect of model size", "Parameters", widths, Colour::Vermilion);
    Figure::new("scaling_laws_poster_final", "Scaling laws on MNIST", vec![data, widths])
        .note(format!("means over {} seeds", f.provenance.seeds))
        .records(&f.provenance.records)
}

/// "669K".
fn short(n: f64) -> String {
    match n {
        _ if n >= 1e6 => format!("{:.1}M", n / 1e6),
        _ if n >= 1e3 => format!("{:.0}K", n / 1e3),
        _ => format!("{n:.0}"),
    }
}

/// The figures of our own.
pub fn figures(f: &Findings) -> Vec<Figure> {
    vec![data(f), threshold(f), overfitting(f)]
}

/// Error against training images, epochs fixed and steps fixed, with bands over seeds and fitted lines.
pub fn data(f: &Findings) -> Figure {
    let alpha = |alpha: &Mean| format!("α = {}", with_interval(alpha, 3));
    let epochs = format!("{} epochs\n{}", f.epochs, alpha(&f.law_epochs.alpha));
    let (most, w, seeds) = (f.steps.last().map_or(0, |&steps| steps), f.width, f.provenance.seeds);
    let steps = format!("{most} steps each\n{}", alpha(&f.law_steps.alpha));
    let marks = [(&f.epochs_fixed, &f.law_epochs, epochs), (&f.steps_fixed, &f.law_steps, steps)]
        .into_iter()
        .enumerate()
        .flat_map(|(i, (curve, law, label))| {
            let [band, line, points] = series(curve, i, label, Some(&|n| law.means.at(n)));
            [band, line, points.size(7.0)]
        })
        .collect();
    let panel = Panel::new("", Axis::log("Training images"), Axis::log("Test error (%)"), marks);
    Figure::new("02-data", "Error against data, with epochs fixed and with steps fixed", vec![panel])
        .note(format!(
            "784-{w}-{w}-10 on MNIST; mean ± 1 sd over {seeds} seeds; dashed: least squares in ln(error); α with its 95 % interval over seeds"
        ))
        .records(&f.provenance.records)
        .size(680, 430)
}

/// Error against parameters, and what each widening gains, seed by seed.
pub fn threshold(f: &Findings) -> Figure {
    let change = |w: &Widening| (format!("{} → {}", w.from, w.to), w.error.clone());
    let changes: Vec<(String, Paired)> = f.widenings.iter().map(change).collect();
    let right = differences(&changes, "Hidden width", "Change of test error (points)");
    let right = Panel { title: "What each widening changes".to_owned(), ..right };
    Figure::new("02-threshold", "Is there an overfitting threshold?", vec![by_size(f), right])
        .note(format!(
            "{} seeds; left: mean ± 1 sd; right: each seed's difference, their mean and its 95 % interval",
            f.provenance.seeds
        ))
        .records(&f.provenance.records)
        .size(940, 420)
}

/// Training and test error against parameters.
fn by_size(f: &Findings) -> Panel {
    let n: Vec<f64> = f.widths.iter().map(|row| row.n_params as f64).collect();
    let test: Vec<Mean> = f.widths.iter().map(|row| row.error).collect();
    let points = |error: fn(&WidthRow) -> f64| n.iter().copied().zip(f.widths.iter().map(error)).collect();
    let (train, means): (Vec<_>, Vec<_>) = (points(|row| row.train_error.mean), points(|row| row.error.mean));
    let [test_line, test_points] = joined(means, 0);
    let [line, points] = joined(train, 1).map(|mark| mark.colour(Colour::Grey));
    let band = band(&n, &test).colour(Colour::Blue);
    let marks = vec![band, test_line, test_points.label("test"), line, points.hollow().label("training")];
    Panel::new("Error by size", Axis::log("Parameters"), Axis::linear("Error (%)"), marks)
}

/// Loss along training, by width.
pub fn overfitting(f: &Findings) -> Figure {
    let panel = |title: &str, label: &str, loss: fn(&WidthRow) -> &Vec<f64>| {
        let line = |(i, row): (usize, &WidthRow)| {
            let points = loss(row).iter().enumerate().map(|(epoch, &y)| (epoch as f64 + 1.0, y));
            let [line, points] = joined(points.collect(), i);
            [line, points.size(5.0).label(format!("h = {}", row.width))]
        };
        let marks = f.widths.iter().enumerate().flat_map(line).collect();
        Panel::new(title, Axis::linear("Epoch"), Axis::log(label), marks)
    };
    let left = panel("Training images", "Training loss (nats)", |row| &row.train_loss_by_epoch);
    let right = panel("Test images", "Test loss (nats)", |row| &row.test_loss_by_epoch);
    Figure::new("02-overfitting", "Loss along training, by width", vec![left, right])
        .note(format!("mean over {} seeds, all training images", f.provenance.seeds))
        .records(&f.provenance.records)
        .size(940, 400)
}
