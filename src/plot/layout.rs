//! Layout of a figure: each panel's frame, ticks and words, with margins just wide enough for them.
//!
//! Panels of a column share their left and right margins, panels of a row their upper and lower ones,
//! so that frames line up. The right margin holds the labels of marks that end near the frame's edge.

use crate::error::{Error, Result};
use crate::plot::axis::{Axis, Ticks};
use crate::plot::figure::{Figure, Panel};
use crate::plot::frame::{Frame, along};
use crate::plot::geometry::Area;
use crate::plot::labels::right_end;
use crate::plot::mark::{Mark, MarkShape};
use crate::plot::range::{AxisLimits, limits};
use crate::plot::text::{Weight, Words};

/// Text sizes in CSS pixels.
pub const TICK_SIZE: f64 = 11.0;
/// Direct labels.
pub const LABEL_SIZE: f64 = 11.5;
/// Values written beside points.
pub const VALUE_SIZE: f64 = 10.5;
/// From a point's middle to a value that stands to one side of it.
pub const VALUE_GAP: f64 = 4.0;
/// Between a mark's end and its label, beyond the marker's own reach.
pub const LABEL_GAP: f64 = 6.0;
/// Between the frame and its tick labels.
pub const TICK_GAP: f64 = 7.0;

const AXIS_SIZE: f64 = 12.0;
const TITLE_SIZE: f64 = 12.5;
const BETWEEN_PANELS: f64 = 26.0;
/// From a row of tick labels, or a title, to what stands next to it.
const SPACING: f64 = 7.0;
/// A frame smaller than this shows nothing.
const SMALLEST_FRAME: f64 = 60.0;

/// The layout of one panel: everything that has found its place.
pub struct PanelLayout {
    /// The axes' rectangle and limits.
    pub frame: Frame,
    /// All the room the panel has.
    pub cell: Area,
    /// Above the frame.
    pub title: Words,
    /// Below the tick labels.
    pub x_label: Words,
    /// At the far left, reading upwards.
    pub y_label: Words,
    /// Places of ticks below, their words, and the words' distance below the frame.
    pub x_ticks: Vec<(f64, Words, f64)>,
    /// Places of ticks at the left and their words.
    pub y_ticks: Vec<(f64, Words)>,
    /// Height of all tick labels below the frame.
    pub x_ticks_height: f64,
}

/// AxisLimits, labels and margins of one panel, before it is aligned with its neighbours.
struct Unaligned {
    x_limits: AxisLimits,
    y_limits: AxisLimits,
    y_ticks: Vec<(f64, Words)>,
    y_label: Words,
    left: f64,
    right: f64,
}

/// A direct label, broken into lines where it is long for a panel of this breadth.
pub fn label_words(label: &str, cell_width: f64) -> Words {
    Words::wrapped(label, LABEL_SIZE, Weight::Regular, 0.4 * cell_width)
}

/// From a mark's end to the left side of its label.
pub fn label_distance(mark: &Mark) -> f64 {
    LABEL_GAP + if let MarkShape::Points { .. } = mark.shape { mark.look.size / 2.0 } else { 0.0 }
}

/// The layouts of all panels within `room`.
///
/// # Errors
/// Those of [`limits`], and [`Error::Failed`] where the figure is too small for its panels.
pub fn layouts(figure: &Figure, room: &Area) -> Result<Vec<PanelLayout>> {
    let cells = cells(figure, room);
    let columns = figure.columns.clamp(1, figure.panels.len().max(1));
    let parts = unaligned(figure, &cells)?;
    let widest = |i: usize, side: fn(&Unaligned) -> f64| -> f64 {
        parts.iter().skip(i % columns).step_by(columns).map(side).fold(0.0, f64::max)
    };
    let sides: Vec<_> = (0..parts.len()).map(|i| (widest(i, |p| p.left), widest(i, |p| p.right))).collect();

    let mut layouts = Vec::new();
    for (i, ((panel, cell), part)) in figure.panels.iter().zip(&cells).zip(parts).enumerate() {
        let Unaligned { x_limits, y_limits, y_ticks, y_label, .. } = part;
        let (left, right) = sides[i];
        let area = Area { left: cell.left + left, right: cell.right - right, ..*cell };
        if area.width() < SMALLEST_FRAME {
            return Err(too_small(figure, i));
        }
        let (x_ticks, x_ticks_height) = x_ticks(&panel.x, x_limits, area.width());
        layouts.push(PanelLayout {
            frame: Frame { area, x_scale: panel.x.scale, x_limits, y_scale: panel.y.scale, y_limits },
            cell: *cell,
            title: Words::wrapped(&panel.title, TITLE_SIZE, Weight::Bold, cell.right - area.left),
            x_label: Words::wrapped(&panel.x.label, AXIS_SIZE, Weight::Regular, area.width() + right),
            y_label,
            x_ticks,
            y_ticks,
            x_ticks_height,
        });
    }
    for (row, neighbours) in layouts.chunks_mut(columns).enumerate() {
        let top = neighbours.iter().map(|p| p.title.height() + SPACING).fold(0.0, f64::max);
        let bottom = neighbours
            .iter()
            .map(|p| TICK_GAP + p.x_ticks_height + 4.0 + p.x_label.height())
            .fold(0.0, f64::max);
        for (i, layout) in neighbours.iter_mut().enumerate() {
            layout.frame.area.top = layout.cell.top + top;
            layout.frame.area.bottom = layout.cell.bottom - bottom;
            if layout.frame.area.height() < SMALLEST_FRAME {
                return Err(too_small(figure, row * columns + i));
            }
        }
    }
    Ok(layouts)
}

/// Limits, labels and margins of every panel, each by itself.
fn unaligned(figure: &Figure, cells: &[Area]) -> Result<Vec<Unaligned>> {
    let mut parts = Vec::new();
    for (i, (panel, cell)) in figure.panels.iter().zip(cells).enumerate() {
        let place = place_of(figure, i);
        let (x_limits, y_limits) = limits(panel, &place)?;
        let most = ((cell.height() - 70.0) / 34.0).clamp(3.0, 7.0) as usize;
        let y_ticks = untouching(
            words_of(panel.y.ticks_within(y_limits.0, y_limits.1, most)),
            &panel.y,
            y_limits,
            cell.height(),
        );
        let y_label = Words::wrapped(&panel.y.label, AXIS_SIZE, Weight::Regular, 0.8 * cell.height());
        let widest = y_ticks.iter().map(|(_, words)| words.width()).fold(0.0, f64::max);
        let left = y_label.height() + SPACING + widest + TICK_GAP;
        let right = right_margin(panel, x_limits, y_limits, cell.width(), left);
        parts.push(Unaligned { x_limits, y_limits, y_ticks, y_label, left, right });
    }
    Ok(parts)
}

/// How errors name panel `i`.
fn place_of(figure: &Figure, i: usize) -> String {
    format!("figure {:?}, panel {} ({:?})", figure.name, i + 1, figure.panels[i].title)
}

fn too_small(figure: &Figure, i: usize) -> Error {
    let (width, height) = figure.size;
    Error::Failed(format!(
        "{}: {width} by {height} pixels leave no room for its axes and words: make the figure larger or its labels shorter",
        place_of(figure, i)
    ))
}

fn cells(figure: &Figure, room: &Area) -> Vec<Area> {
    let columns = figure.columns.clamp(1, figure.panels.len().max(1));
    let rows = figure.panels.len().div_ceil(columns).max(1);
    let width = (room.width() - BETWEEN_PANELS * (columns - 1) as f64) / columns as f64;
    let height = (room.height() - BETWEEN_PANELS * (rows - 1) as f64) / rows as f64;
    let cell = |i: usize| {
        let left = room.left + (i % columns) as f64 * (width + BETWEEN_PANELS);
        let top = room.top + (i / columns) as f64 * (height + BETWEEN_PANELS);
        Area { left, top, right: left + width, bottom: top + height }
    };
    (0..figure.panels.len()).map(cell).collect()
}

/// The right margin: what labels need that begin at their marks' ends, and values beside the last points.
fn right_margin(panel: &Panel, x_limits: AxisLimits, y_limits: AxisLimits, width: f64, left: f64) -> f64 {
    let inner = width - left;
    // A margin of this size puts `right` pixels of words, begun at this value of the x axis, just inside.
    let margin =
        |value: f64, right: f64| inner - (inner - right) / along(value, panel.x.scale, x_limits).max(1e-3);
    let mut needed = 10.0f64;
    for mark in panel.marks.iter().filter(|m| !matches!(m.shape, MarkShape::Vertical { .. })) {
        if let (Some(label), Some(end)) =
            (&mark.look.label, right_end(mark, panel.y.scale, x_limits, y_limits))
        {
            needed = needed.max(margin(end.0, label_distance(mark) + label_words(label, width).width()));
        }
        if let MarkShape::Points { points, values } = &mark.shape {
            let within = |x: f64| (x_limits.0..=x_limits.1).contains(&x);
            for ((x, _), value) in points.iter().zip(values).filter(|((x, _), _)| within(*x)) {
                let words = Words::new(value, VALUE_SIZE, Weight::Regular);
                needed = needed.max(margin(*x, VALUE_GAP + words.width() + 1.0));
            }
        }
    }
    needed.min(0.5 * inner)
}

fn words_of(ticks: Vec<(f64, String)>) -> Vec<(f64, Words)> {
    ticks.into_iter().map(|(at, text)| (at, Words::new(&text, TICK_SIZE, Weight::Regular))).collect()
}

/// Ticks of an upright axis; words that would touch those before are left out, their ticks stay.
fn untouching(
    mut ticks: Vec<(f64, Words)>,
    axis: &Axis,
    limits: AxisLimits,
    height: f64,
) -> Vec<(f64, Words)> {
    let mut last = f64::NEG_INFINITY;
    for (at, words) in &mut ticks {
        let y = along(*at, axis.scale, limits) * (height - 70.0);
        if (y - last).abs() < words.height() {
            words.lines.clear();
        } else {
            last = y;
        }
    }
    ticks
}

/// Ticks of a level axis: fewer where words would touch; given ones are broken into lines and rows.
fn x_ticks(axis: &Axis, limits: AxisLimits, width: f64) -> (Vec<(f64, Words, f64)>, f64) {
    let x = |at: f64| along(at, axis.scale, limits) * width;
    let mut ticks = Vec::new();
    if let Ticks::At(_) = axis.ticks {
        let given = axis.ticks_within(limits.0, limits.1, 0);
        let mut places: Vec<f64> = given.iter().map(|t| x(t.0)).collect();
        places.sort_by(f64::total_cmp);
        let nearest = places.windows(2).map(|p| p[1] - p[0]).fold(width, f64::min);
        let words = given.iter().flat_map(|(_, text)| text.split_whitespace());
        let widest = words.map(|w| Words::new(w, TICK_SIZE, Weight::Regular).width()).fold(0.0, f64::max);
        let wrap = |text: &str| Words::wrapped(text, TICK_SIZE, Weight::Regular, widest.max(nearest - 8.0));
        ticks = given.iter().map(|(at, text)| (*at, wrap(text))).collect();
    } else {
        for most in (2..=7).rev() {
            ticks = words_of(axis.ticks_within(limits.0, limits.1, most));
            let touch =
                |p: &[(f64, Words)]| x(p[1].0) - x(p[0].0) < (p[0].1.width() + p[1].1.width()) / 2.0 + 8.0;
            if !ticks.windows(2).any(touch) {
                break;
            }
        }
    }
    // Each row: where its last words end, and its height.
    let mut rows: Vec<(f64, f64)> = Vec::new();
    let mut in_rows = Vec::new();
    ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (at, words) in ticks {
        let (start, end) = (x(at) - words.width() / 2.0, x(at) + words.width() / 2.0);
        let row = rows.iter().position(|r| r.0 + 4.0 < start).unwrap_or(rows.len());
        rows.resize(rows.len().max(row + 1), (f64::NEG_INFINITY, 0.0));
        rows[row] = (end, rows[row].1.max(words.height()));
        in_rows.push((at, words, row));
    }
    let top = |row: usize| rows[..row].iter().map(|r| r.1).sum::<f64>();
    let placed = in_rows.into_iter().map(|(at, words, row)| (at, words, top(row))).collect();
    (placed, top(rows.len()))
}
