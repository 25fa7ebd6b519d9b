//! The original's two plots: validation loss and generalization gap against the dataset size.

use crate::error::{Error, Result};
use crate::plot::{Axis, Colour, Figure, Mark, Marker, Panel};
use crate::table::Table;
use std::collections::BTreeMap;

/// More sizes than this are not written at the axis one by one.
const FEW_SIZES: usize = 8;

/// One line: a model's means and deviations by dataset size.
struct Series {
    model: String,
    arch: String,
    /// Size, mean, deviation.
    points: Vec<[f64; 3]>,
}

/// `validation_loss_scaling` and `gen_gap_scaling`, drawn from a summary; bands are ±1 sd.
///
/// # Errors
/// [`Error::Failed`] where the summary lacks a column, or holds no loss to draw.
pub fn plots(summary: &Table) -> Result<Vec<Figure>> {
    let loss = Axis::linear("Validation loss (nats)");
    let gap = Axis::linear("Generalization gap: validation − training loss (nats)");
    let (losses, gaps) = (series(summary, "val_loss")?, series(summary, "gen_gap")?);
    if losses.iter().all(|series| series.points.is_empty()) {
        return Err(Error::Failed(
            "the summary holds no validation loss: there is nothing to draw".to_owned(),
        ));
    }
    let mut figures =
        vec![figure("validation_loss_scaling", "Validation loss against dataset size", loss, &losses, &[])];
    if gaps.iter().any(|series| !series.points.is_empty()) {
        let zero = [Mark::horizontal(0.0).dashed()];
        figures.push(figure("gen_gap_scaling", "Generalization gap against dataset size", gap, &gaps, &zero));
    }
    Ok(figures)
}

fn series(summary: &Table, metric: &str) -> Result<Vec<Series>> {
    let [sizes, means, deviations] = ["dataset_size", &format!("{metric}_mean"), &format!("{metric}_std")]
        .map(|name| summary.numbers(name));
    let (sizes, means, deviations) = (sizes?, means?, deviations?);
    let (models, archs) = (summary.words("model_name")?, summary.words("arch_type")?);
    let mut found: BTreeMap<(String, String), Vec<[f64; 3]>> = BTreeMap::new();
    for (i, key) in archs.into_iter().zip(models).enumerate() {
        let points = found.entry(key).or_default();
        if means[i].is_finite() {
            points.push([sizes[i], means[i], deviations[i]]);
        }
    }
    let series = found.into_iter().map(|((arch, model), mut points)| {
        points.sort_by(|a, b| a[0].total_cmp(&b[0]));
        Series { model, arch, points }
    });
    Ok(series.collect())
}

/// The colour of an architecture: the same in all figures of the study.
pub fn colour(arch: &str, others: usize) -> Colour {
    match ["transformer", "lstm", "gru", "mlp"].iter().position(|known| *known == arch) {
        Some(i) => Colour::nth(i),
        None => Colour::nth(4 + others),
    }
}

fn figure(name: &str, title: &str, y: Axis, series: &[Series], below: &[Mark]) -> Figure {
    let mut archs: Vec<&str> = series.iter().map(|s| s.arch.as_str()).collect();
    archs.dedup();
    let (mut bands, mut lines) = (below.to_vec(), Vec::new());
    for (i, one) in series.iter().enumerate() {
        let colour = colour(&one.arch, archs.iter().position(|arch| *arch == one.arch).unwrap_or(0));
        let rank = series[..i].iter().filter(|other| other.arch == one.arch).count();
        let spread: Vec<&[f64; 3]> = one.points.iter().filter(|point| point[2].is_finite()).collect();
        let at = |y: fn(&[f64; 3]) -> f64| spread.iter().map(|point| y(point)).collect::<Vec<f64>>();
        bands.push(Mark::band(at(|p| p[0]), at(|p| p[1] - p[2]), at(|p| p[1] + p[2])).colour(colour));
        let points: Vec<(f64, f64)> = one.points.iter().map(|point| (point[0], point[1])).collect();
        let line = Mark::line(points.clone()).colour(colour);
        lines.push(if rank == 0 { line } else { line.dashed() });
        lines.push(Mark::points(points).colour(colour).marker(Marker::nth(rank)).label(one.model.as_str()));
    }
    bands.extend(lines);
    Figure::new(name, title, vec![Panel::new("", size_axis(series), y, bands)])
        .note("mean over runs, bands ±1 standard deviation")
        .size(860, 540)
}

/// Ticks at the sizes themselves, where they are few.
fn size_axis(series: &[Series]) -> Axis {
    let axis = Axis::log("Dataset size (sequences)");
    let mut sizes: Vec<f64> = series.iter().flat_map(|one| &one.points).map(|point| point[0]).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    if sizes.len() > FEW_SIZES {
        return axis;
    }
    let words: Vec<String> = sizes.iter().map(ToString::to_string).collect();
    axis.ticks_at(sizes.iter().copied().zip(words.iter().map(String::as_str)))
}
