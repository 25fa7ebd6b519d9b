//! The figure of a layer's spectrum: its density with tail and bulk, and its cumulative distribution.
//!
//! Left the empirical spectral density, both axes logarithmic: bins of equal breadth in log λ, each
//! count divided by the number of eigenvalues and the bin's breadth. Over it the power law from
//! `xmin` on, scaled by the tail's share; the Marchenko–Pastur bulk where it was fitted; and the
//! density of the shuffled weights where they were. Right the share of eigenvalues at or above λ,
//! which needs no bins, with the same law and the same shuffle.

use crate::numerals::four_digits;
use crate::plot::axis::Axis;
use crate::plot::figure::{Figure, Panel};
use crate::plot::mark::{Align, Mark};
use crate::plot::style::Colour;
use crate::spectrum::alpha::{Alpha, above_threshold};
use crate::spectrum::bulk::{Bulk, density, edges};
use crate::spectrum::row::LayerSpectrum;

/// Fewest and most bins.
const BINS: (f64, f64) = (10.0, 60.0);
/// Places at which the bulk is drawn.
const PLACES: usize = 200;
/// Decades below the largest density that are shown.
const DECADES: f64 = 12.0;

type Points = Vec<(f64, f64)>;

/// The figure of one layer, called `name`.
pub fn figure(name: &str, layer: &LayerSpectrum) -> Figure {
    let (row, fitted) = (&layer.row, above_threshold(&layer.eigenvalues));
    // A layer without an eigenvalue above the threshold still has a picture.
    let shown = if fitted.is_empty() { &layer.eigenvalues[..] } else { fitted };
    let shown = &shown[shown.partition_point(|x| *x <= 0.0)..];
    let panels = vec![esd(layer, shown), cumulative(layer, shown)];
    let mut figure = Figure::new(name, row.name.clone(), panels);
    figure.size = (980, 430);
    let mut words = vec![format!("{} x {}, {} eigenvalues of W Wᵀ", row.rows, row.cols, row.num_evals)];
    if row.rf > 1 {
        words[0] = format!(
            "{} slices of {} x {}, {} eigenvalues of W Wᵀ",
            row.rf, row.rows, row.cols, row.num_evals
        );
    }
    if let Some(t) = &row.tail {
        words.push(format!(
            "tail: {} from xmin = {} on, D = {:.3}",
            t.num_pl_spikes,
            four_digits(t.xmin),
            t.ks
        ));
    }
    if let Some(b) = &row.bulk {
        words.push(format!("bulk: σ = {:.3}, {} spikes beyond it", b.sigma_mp, b.num_spikes));
    }
    words.extend(row.gof_p.map(|p| format!("goodness of fit p = {p:.3}")));
    let mut note = words.join("; ");
    note += &format!(". {}", row.verdict.verdict);
    for doubt in &row.verdict.doubts {
        note += &format!("; {doubt}");
    }
    figure.note(note + ".")
}

fn esd(layer: &LayerSpectrum, shown: &[f64]) -> Panel {
    let n = layer.eigenvalues.len() as f64;
    let (low, high) = (shown[0], shown[shown.len() - 1]);
    let bins = (1.5 * (shown.len() as f64).sqrt()).clamp(BINS.0, BINS.1) as usize;
    let steps = histogram(shown, low, high, bins, n);
    let top = steps.iter().map(|p| p.1).fold(0.0, f64::max);
    let least = steps.iter().map(|p| p.1).filter(|y| *y > 0.0).fold(top, f64::min);
    let floor = (0.4 * least).max(top / 10f64.powf(DECADES));
    let raised = |points: Points| points.into_iter().map(|(x, y)| (x, y.max(floor))).collect::<Points>();
    let steps = raised(steps);
    let xs: Vec<f64> = steps.iter().map(|p| p.0).collect();
    let mut marks = vec![
        Mark::band(xs, vec![floor; steps.len()], steps.iter().map(|p| p.1).collect())
            .colour(Colour::Blue)
            .opacity(0.22),
        Mark::line(steps).colour(Colour::Blue).width(1.2),
    ];
    let shuffled = &layer.shuffled[layer.shuffled.partition_point(|x| *x < low)..];
    if let (Some(first), Some(last)) = (shuffled.first(), shuffled.last())
        && first < last
    {
        let points = histogram(shuffled, *first, *last, bins, n);
        marks.push(Mark::line(raised(points)).colour(Colour::Grey).width(1.2).dotted().label("shuffled"));
    }
    if let Some(bulk) = &layer.row.bulk {
        let points: Points =
            bulk_density(bulk, layer.row.Q).into_iter().filter(|p| p.0 >= low && p.1 >= floor).collect();
        if points.len() > 1 {
            marks.push(Mark::line(points).colour(Colour::Green).width(2.0).label("random bulk"));
        }
    }
    if let Some(tail) = &layer.row.tail {
        let share = tail.num_pl_spikes as f64 / n;
        let law = |x: f64| share * (tail.alpha - 1.0) / tail.xmin * (x / tail.xmin).powf(-tail.alpha);
        marks.push(xmin_line(tail));
        marks.push(law_line(tail, high, law).label(format!("α = {:.2} ± {:.2}", tail.alpha, tail.sigma)));
        marks.push(xmin_words(tail, floor * 1.5));
    }
    let y = Axis::log("density of eigenvalues").range(floor, 3.0 * top);
    Panel::new("Spectral density", Axis::log("eigenvalue λ"), y, marks)
}

fn cumulative(layer: &LayerSpectrum, shown: &[f64]) -> Panel {
    let all = layer.eigenvalues.len();
    let n = all as f64;
    let (low, high) = (shown[0], shown[shown.len() - 1]);
    let floor = 0.5 / n;
    let above = |values: &[f64]| -> Points {
        let before = all - values.len().min(all);
        values.iter().enumerate().map(|(i, x)| (*x, (all - before - i) as f64 / n)).collect()
    };
    let mut marks = Vec::new();
    let shuffled = &layer.shuffled[layer.shuffled.partition_point(|x| *x < low)..];
    if shuffled.len() > 1 {
        marks.push(Mark::line(above(shuffled)).colour(Colour::Grey).width(1.4).dotted().label("shuffled"));
    }
    marks.push(Mark::points(above(shown)).colour(Colour::Blue).size(4.0).opacity(0.6));
    if let Some(tail) = &layer.row.tail {
        let share = tail.num_pl_spikes as f64 / n;
        let law = |x: f64| share * (x / tail.xmin).powf(1.0 - tail.alpha);
        marks.push(xmin_line(tail));
        marks.push(law_line(tail, high, law).label("power law"));
        marks.push(xmin_words(tail, floor * 1.5));
    }
    let y = Axis::log("share of eigenvalues ≥ λ").range(floor, 1.6);
    Panel::new("Cumulative", Axis::log("eigenvalue λ"), y, marks)
}

fn xmin_line(tail: &Alpha) -> Mark {
    Mark::vertical(tail.xmin).dashed()
}

fn xmin_words(tail: &Alpha, height: f64) -> Mark {
    Mark::text((tail.xmin, height), "xmin ").align(Align::Right).colour(Colour::Grey)
}

fn law_line(tail: &Alpha, high: f64, law: impl Fn(f64) -> f64) -> Mark {
    let end = high.max(tail.xmax);
    let points =
        (0..=40).map(|i| tail.xmin * (end / tail.xmin).powf(f64::from(i) / 40.0)).map(|x| (x, law(x)));
    Mark::line(points.collect()).colour(Colour::Vermilion).width(2.2)
}

/// The outline of a histogram with bins of equal breadth in the logarithm: two points a bin.
fn histogram(sorted: &[f64], low: f64, high: f64, bins: usize, n: f64) -> Points {
    let ratio = (high / low).max(1.0 + 1e-9);
    let edge = |bin: usize| low * ratio.powf(bin as f64 / bins as f64);
    let mut points = Vec::new();
    for bin in 0..bins {
        let (left, right) = (edge(bin), edge(bin + 1));
        let from = sorted.partition_point(|x| *x < left);
        // The largest belongs to the last bin, whatever rounding says.
        let to = if bin + 1 == bins { sorted.len() } else { sorted.partition_point(|x| *x < right) };
        let from = if bin == 0 { 0 } else { from };
        let y = (to - from.min(to)) as f64 / (n * (right - left));
        points.extend([(left, y), (right, y)]);
    }
    points
}

/// The fitted Marchenko–Pastur density in the units of the eigenvalues.
fn bulk_density(bulk: &Bulk, q: f64) -> Points {
    let square = bulk.scale * bulk.scale;
    let [low, high] = edges(q, bulk.sigma_mp);
    let start = low.max(high * 1e-5);
    let place = |i: usize| start * (high / start).powf(i as f64 / PLACES as f64);
    (0..=PLACES).map(place).map(|x| (x / square, square * density(x, q, bulk.sigma_mp))).collect()
}
