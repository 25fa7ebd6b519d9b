//! Axis limits of a panel, and the checks of what it draws.

use crate::error::{Error, Result};
use crate::plot::axis::{Axis, Scale, Ticks};
use crate::plot::figure::Panel;
use crate::plot::mark::{Mark, MarkShape};

/// Axis limits: first and last value.
pub type AxisLimits = (f64, f64);

/// Margin beyond the first and last value, as a share of their distance.
const MARGIN: f64 = 0.05;

/// Margin above and below points that carry written values.
const MARGIN_FOR_VALUES: f64 = 0.15;

/// The limits of the x and y axis of `panel`; `place` names the panel in errors.
///
/// # Errors
/// [`Error::Failed`] where nothing finite can be drawn, a log axis meets a number that is not above
/// 0, a range is empty, or the lists of a mark differ in length.
pub fn limits(panel: &Panel, place: &str) -> Result<(AxisLimits, AxisLimits)> {
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    for mark in &panel.marks {
        check_lengths(mark, place)?;
        gather(mark, &mut xs, &mut ys);
    }
    let written = |m: &Mark| matches!(&m.shape, MarkShape::Points { values, .. } if !values.is_empty());
    let margin = if panel.marks.iter().any(written) { MARGIN_FOR_VALUES } else { MARGIN };
    let x = axis_limits(&panel.x, &xs, MARGIN, &format!("{place}, x axis"))?;
    let y = axis_limits(&panel.y, &ys, margin, &format!("{place}, y axis"))?;
    for mark in &panel.marks {
        if let MarkShape::Text { at, text, .. } = &mark.shape {
            let fits = |axis: &Axis, v: f64| v.is_finite() && (axis.scale == Scale::Linear || v > 0.0);
            if !fits(&panel.x, at.0) || !fits(&panel.y, at.1) {
                let (x, y) = at;
                return failed(format!(
                    "{place}: the text {text:?} stands at ({x}, {y}), which is not on the axes: give it finite numbers, above 0 on a log axis"
                ));
            }
        }
    }
    Ok((x, y))
}

fn failed<T>(sentence: String) -> Result<T> {
    Err(Error::Failed(sentence))
}

fn check_lengths(mark: &Mark, place: &str) -> Result<()> {
    match &mark.shape {
        MarkShape::Band { x, low, high } | MarkShape::ErrorBars { x, low, high }
            if x.len() != low.len() || x.len() != high.len() =>
        {
            failed(format!(
                "{place}: a band or error bars have {} x, {} low and {} high values: give as many of each",
                x.len(),
                low.len(),
                high.len()
            ))
        }
        MarkShape::Points { points, values } if !values.is_empty() && values.len() != points.len() => {
            failed(format!(
                "{place}: {} points have {} written values: give one for each point, or none",
                points.len(),
                values.len()
            ))
        }
        _ => Ok(()),
    }
}

/// The finite values of `mark`, of those points that are finite both ways.
fn gather(mark: &Mark, xs: &mut Vec<f64>, ys: &mut Vec<f64>) {
    match &mark.shape {
        MarkShape::Line { points } | MarkShape::Points { points, .. } => {
            for (x, y) in points.iter().filter(|(x, y)| x.is_finite() && y.is_finite()) {
                xs.push(*x);
                ys.push(*y);
            }
        }
        MarkShape::Band { x, low, high } | MarkShape::ErrorBars { x, low, high } => {
            for ((x, low), high) in x.iter().zip(low).zip(high) {
                if x.is_finite() && low.is_finite() && high.is_finite() {
                    xs.push(*x);
                    ys.extend([*low, *high]);
                }
            }
        }
        MarkShape::Horizontal { y } => ys.extend(Some(*y).filter(|v| v.is_finite())),
        MarkShape::Vertical { x } => xs.extend(Some(*x).filter(|v| v.is_finite())),
        MarkShape::Text { .. } => {}
    }
}

/// The given limits, or those of the values with a margin.
fn axis_limits(axis: &Axis, values: &[f64], margin: f64, place: &str) -> Result<AxisLimits> {
    let ticks: &[(f64, String)] = if let Ticks::At(places) = &axis.ticks { places } else { &[] };
    let all = || values.iter().copied().chain(ticks.iter().map(|t| t.0).filter(|v| v.is_finite()));
    if axis.scale == Scale::Log
        && let Some(bad) = all().find(|v| *v <= 0.0)
    {
        return failed(format!(
            "{place}: a log axis takes numbers above 0 and was given {bad}: leave it out, or use a linear axis"
        ));
    }
    if let Some((lo, hi)) = axis.range {
        return match axis.can_span(lo, hi) {
            true => Ok((lo, hi)),
            false => failed(format!(
                "{place}: the range from {lo} to {hi} cannot be drawn: give two finite numbers, the smaller first, above 0 on a log axis"
            )),
        };
    }
    if values.is_empty() {
        return failed(format!(
            "{place}: there is nothing finite to draw: look whether the records behind the figure hold values"
        ));
    }
    let (lo, hi) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    match axis.scale {
        Scale::Log => Ok(with_log_margin(lo, hi, margin)),
        Scale::Linear if (hi - lo).is_finite() => Ok(with_linear_margin(lo, hi, margin)),
        Scale::Linear => failed(format!(
            "{place}: the values from {lo} to {hi} are too far apart for a linear axis: use a log axis, or a range"
        )),
    }
}

/// A margin on both sides; around a single value, a tenth of it, or 1 around 0.
fn with_linear_margin(lo: f64, hi: f64, margin: f64) -> AxisLimits {
    let largest = lo.abs().max(hi.abs());
    if hi - lo > largest * 1e-9 {
        (lo - margin * (hi - lo), hi + margin * (hi - lo))
    } else if largest > 1e-300 {
        (lo - 0.1 * largest, (hi + 0.1 * largest).min(f64::MAX))
    } else {
        (-1.0, 1.0)
    }
}

/// A margin on both sides in the logarithm; around a single value, a factor of 2.
fn with_log_margin(lo: f64, hi: f64, margin: f64) -> AxisLimits {
    let decades = hi.log10() - lo.log10();
    let margin = if decades > 1e-9 { margin * decades } else { 0.3 };
    let widest = |v: f64| v.clamp(f64::MIN_POSITIVE, f64::MAX);
    (widest(lo / 10f64.powf(margin)), widest(hi * 10f64.powf(margin)))
}
