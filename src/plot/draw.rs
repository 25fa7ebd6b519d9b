//! Drawing of a panel: grid, marks, axes, and then every word, each where it covers nothing.

use crate::error::Result;
use crate::plot::axis::Axis;
use crate::plot::canvas::{Anchor, Canvas, Paint, Rgb};
use crate::plot::figure::Panel;
use crate::plot::geometry::{Area, Place};
use crate::plot::labels::{least_covered, place_labels, right_end};
use crate::plot::layout::{
    LABEL_GAP, PanelLayout, TICK_GAP, VALUE_GAP, VALUE_SIZE, label_distance, label_words,
};
use crate::plot::mark::{Align, Mark, MarkShape};
use crate::plot::marks::{self, PAPER};
use crate::plot::style::Colour;
use crate::plot::text::{Weight, Words};

const GRID: Rgb = (0xe6, 0xe6, 0xe6);
const AXIS: Rgb = (0x33, 0x33, 0x33);
/// A label farther than this from its mark's end is joined to it by a thin line.
const JOINED_BEYOND: f64 = 9.0;

/// Draws `panel` in its layout.
pub fn draw(canvas: &Canvas, panel: &Panel, layout: &PanelLayout) -> Result<()> {
    grid(canvas, layout)?;
    for mark in &panel.marks {
        marks::draw(canvas, &layout.frame, mark)?;
    }
    axes(canvas, panel, layout)?;
    words(canvas, panel, layout)
}

fn grid(canvas: &Canvas, layout: &PanelLayout) -> Result<()> {
    let Area { left, top, right, bottom } = layout.frame.area;
    for (at, ..) in &layout.x_ticks {
        canvas.line(&[(layout.frame.x(*at), top), (layout.frame.x(*at), bottom)], Paint(GRID, 1.0), 0.8)?;
    }
    for (at, _) in &layout.y_ticks {
        canvas.line(&[(left, layout.frame.y(*at)), (right, layout.frame.y(*at))], Paint(GRID, 1.0), 0.8)?;
    }
    Ok(())
}

fn axes(canvas: &Canvas, panel: &Panel, layout: &PanelLayout) -> Result<()> {
    let Area { left, top, right, bottom } = layout.frame.area;
    let dark = Paint(AXIS, 1.0);
    let minor = |axis: &Axis, limits: (f64, f64)| axis.minor_ticks_within(limits.0, limits.1);
    canvas.line(&[(left, top), (left, bottom), (right, bottom)], dark, 1.0)?;
    for at in minor(&panel.x, layout.frame.x_limits) {
        canvas.line(&[(layout.frame.x(at), bottom), (layout.frame.x(at), bottom + 2.5)], dark, 0.7)?;
    }
    for at in minor(&panel.y, layout.frame.y_limits) {
        canvas.line(&[(left - 2.5, layout.frame.y(at)), (left, layout.frame.y(at))], dark, 0.7)?;
    }
    for (at, text, below) in &layout.x_ticks {
        let x = layout.frame.x(*at);
        canvas.line(&[(x, bottom), (x, bottom + 4.5)], dark, 1.0)?;
        let area = boxed(text, (x, bottom + TICK_GAP + below), Anchor::Middle).kept_inside(&layout.cell);
        canvas.words(text, (area.left + area.width() / 2.0, area.top), Anchor::Middle, AXIS)?;
    }
    for (at, text) in &layout.y_ticks {
        let y = layout.frame.y(*at);
        canvas.line(&[(left - 4.5, y), (left, y)], dark, 1.0)?;
        canvas.words(text, (left - TICK_GAP, y - text.height() / 2.0), Anchor::End, AXIS)?;
    }
    let ink = Colour::Ink.text_rgb();
    let below = layout.cell.bottom - layout.x_label.height();
    canvas.words(&layout.x_label, ((left + right) / 2.0, below), Anchor::Middle, ink)?;
    canvas.upward_words(&layout.y_label, (layout.cell.left, (top + bottom) / 2.0), ink)?;
    canvas.words(&layout.title, (left, layout.cell.top), Anchor::Start, ink)
}

/// Texts stand where they are told to; written values go beside their points; labels find what is left.
fn words(canvas: &Canvas, panel: &Panel, layout: &PanelLayout) -> Result<()> {
    let mut taken: Vec<Area> = panel.marks.iter().flat_map(|m| marks::covered(&layout.frame, m)).collect();
    for mark in &panel.marks {
        if let MarkShape::Text { at, text, align } = &mark.shape {
            let words = Words::new(text, mark.look.size, Weight::Regular);
            let (x, y) = (layout.frame.x(at.0), layout.frame.y(at.1) - words.height() / 2.0);
            let anchor = match align {
                Align::Left => Anchor::Start,
                Align::Centre => Anchor::Middle,
                Align::Right => Anchor::End,
            };
            let room = Area { right: layout.cell.right, ..layout.frame.area };
            let area = boxed(&words, (x, y), anchor).kept_inside(&room);
            on_paper(canvas, &words, &area, mark.look.colour)?;
            taken.push(area);
        }
    }
    for mark in &panel.marks {
        values(canvas, layout, mark, &mut taken)?;
    }
    labels(canvas, panel, layout, &taken)
}

/// The values of points: above where that is free, else beside or below.
fn values(canvas: &Canvas, layout: &PanelLayout, mark: &Mark, taken: &mut Vec<Area>) -> Result<()> {
    let MarkShape::Points { points, values } = &mark.shape else { return Ok(()) };
    let look = &mark.look;
    for (point, value) in points.iter().zip(values) {
        let Some((x, y)) = layout.frame.place(*point).filter(|p| layout.frame.area.holds(*p)) else {
            continue;
        };
        let words = Words::new(value, VALUE_SIZE, Weight::Regular);
        let (w, h, off) = (words.width(), words.height(), look.size / 2.0 + 2.0);
        let (gap, beside) = (VALUE_GAP, off + 1.0);
        let above = [(-w / 2.0, -off - h), (gap, -off - h), (-w - gap, -off - h), (beside, -h / 2.0)];
        let below = [(-w / 2.0, off), (-w - gap, off), (gap, off), (-beside - w, -h / 2.0)];
        let at = |(dx, dy): &Place| boxed(&words, (x + dx, y + dy), Anchor::Start);
        let choices: Vec<Area> = above.iter().chain(&below).map(at).collect();
        let room = Area { left: layout.frame.area.left, bottom: layout.frame.area.bottom, ..layout.cell };
        let area = least_covered(&choices, &room, taken).kept_inside(&layout.cell);
        canvas.words(&words, (area.left, area.top), Anchor::Start, look.colour.text_rgb())?;
        taken.push(area);
    }
    Ok(())
}

/// The marks' names.
fn labels(canvas: &Canvas, panel: &Panel, layout: &PanelLayout, taken: &[Area]) -> Result<()> {
    let frame = &layout.frame;
    let mut named = Vec::new();
    for mark in &panel.marks {
        let Some(label) = &mark.look.label else { continue };
        let Some(end) = right_end(mark, frame.y_scale, frame.x_limits, frame.y_limits) else { continue };
        let words = label_words(label, layout.cell.width());
        let (x, y) = (frame.x(end.0), frame.y(end.1));
        let right_of = boxed(&words, (x + label_distance(mark), y - words.height() / 2.0), Anchor::Start);
        let wanted = match mark.shape {
            MarkShape::Vertical { .. } if right_of.right > layout.cell.right => {
                right_of.moved(-words.width() - 2.0 * LABEL_GAP, 0.0)
            }
            _ => right_of,
        };
        named.push((mark, words, (x, y), wanted.kept_inside(&layout.cell)));
    }
    let wanted: Vec<Area> = named.iter().map(|n| n.3).collect();
    let room = Area { top: frame.area.top, bottom: frame.area.bottom - 2.0, ..layout.cell };
    for ((mark, words, end, _), area) in named.iter().zip(place_labels(&wanted, &room, taken)) {
        let middle = (area.left - 2.0, (area.top + area.bottom) / 2.0);
        if (middle.1 - end.1).abs() > JOINED_BEYOND && !matches!(mark.shape, MarkShape::Vertical { .. }) {
            canvas.line(&[(end.0 + 2.0, end.1), middle], Paint(mark.look.colour.rgb(), 0.8), 0.7)?;
        }
        on_paper(canvas, words, &area, mark.look.colour)?;
    }
    Ok(())
}

/// Words on a white ground that lets a little of what lies below shine through.
fn on_paper(canvas: &Canvas, words: &Words, area: &Area, colour: Colour) -> Result<()> {
    canvas.rectangle(area, Paint(PAPER, 0.8))?;
    canvas.words(words, (area.left, area.top), Anchor::Start, colour.text_rgb())
}

fn boxed(words: &Words, (x, top): Place, anchor: Anchor) -> Area {
    let width = words.width();
    let left = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - width / 2.0,
        Anchor::End => x - width,
    };
    Area { left, top, right: left + width, bottom: top + words.height() }
}
