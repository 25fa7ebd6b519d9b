//! Drawing of marks, and the areas they cover, which labels avoid.

use crate::error::Result;
use crate::plot::canvas::{Canvas, Paint, Rgb};
use crate::plot::frame::Frame;
use crate::plot::geometry::{Area, Place, clip_line, clip_polygon, dashes};
use crate::plot::mark::{Look, Mark, MarkShape};
use crate::plot::style::{Dash, Fill, Marker};

/// White, as paper.
pub const PAPER: Rgb = (255, 255, 255);

/// Draws `mark` within `frame`; words are not drawn here.
pub fn draw(canvas: &Canvas, frame: &Frame, mark: &Mark) -> Result<()> {
    let look = &mark.look;
    let paint = Paint(look.colour.rgb(), look.opacity);
    if let MarkShape::Band { x, low, high } = &mark.shape {
        return band(canvas, frame, x, low, high, paint);
    }
    for run in strokes(frame, mark) {
        match run.as_slice() {
            [alone] if frame.area.holds(*alone) => canvas.disc(*alone, look.width, paint)?,
            _ => {
                for piece in clip_line(&run, &frame.area) {
                    for stroke in dashed(&piece, look) {
                        canvas.line(&stroke, paint, look.width)?;
                    }
                }
            }
        }
    }
    for place in markers(frame, mark) {
        marker(canvas, place, look, paint)?;
    }
    Ok(())
}

/// What `mark` covers, as small squares along its lines and one around each marker.
pub fn covered(frame: &Frame, mark: &Mark) -> Vec<Area> {
    let look = &mark.look;
    let mut squares: Vec<Area> =
        markers(frame, mark).iter().map(|p| Area::around(*p, look.size / 2.0 + 1.0)).collect();
    let reach = look.width / 2.0 + 1.0;
    for piece in strokes(frame, mark).iter().flat_map(|run| clip_line(run, &frame.area)) {
        squares.extend(
            dashes(&piece, 2.0, 2.0).iter().filter_map(|d| d.first()).map(|p| Area::around(*p, reach)),
        );
    }
    squares
}

/// The lines of `mark`, not yet cut to the frame.
fn strokes(frame: &Frame, mark: &Mark) -> Vec<Vec<Place>> {
    let Area { left, top, right, bottom } = frame.area;
    match &mark.shape {
        MarkShape::Line { points } => frame.runs(points.iter().copied()),
        MarkShape::Horizontal { y } if y.is_finite() => vec![vec![(left, frame.y(*y)), (right, frame.y(*y))]],
        MarkShape::Vertical { x } if x.is_finite() => vec![vec![(frame.x(*x), bottom), (frame.x(*x), top)]],
        MarkShape::ErrorBars { x, low, high } => {
            let bars =
                x.iter().zip(low).zip(high).filter_map(|((x, low), high)| {
                    Some((frame.place((*x, *low))?, frame.place((*x, *high))?))
                });
            let reach = mark.look.size / 2.0;
            let cap = |(x, y): Place| vec![(x - reach, y), (x + reach, y)];
            bars.flat_map(|(low, high)| [vec![low, high], cap(low), cap(high)]).collect()
        }
        _ => Vec::new(),
    }
}

/// The places of markers inside the frame.
fn markers(frame: &Frame, mark: &Mark) -> Vec<Place> {
    let MarkShape::Points { points, .. } = &mark.shape else { return Vec::new() };
    points.iter().filter_map(|p| frame.place(*p)).filter(|p| frame.area.holds(*p)).collect()
}

fn band(canvas: &Canvas, frame: &Frame, x: &[f64], low: &[f64], high: &[f64], paint: Paint) -> Result<()> {
    let sound = |i: &usize| x[*i].is_finite() && low[*i].is_finite() && high[*i].is_finite();
    let all: Vec<usize> = (0..x.len()).collect();
    for run in all.split(|i| !sound(i)) {
        let upper = run.iter().map(|&i| (frame.x(x[i]), frame.y(high[i])));
        let lower = run.iter().rev().map(|&i| (frame.x(x[i]), frame.y(low[i])));
        let corners: Vec<Place> = upper.chain(lower).collect();
        canvas.shape(&clip_polygon(&corners, &frame.area), paint)?;
    }
    Ok(())
}

fn dashed(piece: &[Place], look: &Look) -> Vec<Vec<Place>> {
    // Round ends lengthen each stroke by the line's width.
    let width = look.width.max(0.5);
    match look.dash {
        Dash::Solid => vec![piece.to_vec()],
        Dash::Dashed => dashes(piece, 3.5 * width, 3.2 * width),
        Dash::Dotted => dashes(piece, 0.2, 2.6 * width),
    }
}

fn marker(canvas: &Canvas, centre: Place, look: &Look, paint: Paint) -> Result<()> {
    let (x, y) = centre;
    let r = look.size / 2.0;
    let around =
        |corners: &[Place]| -> Vec<Place> { corners.iter().map(|c| (x + r * c.0, y + r * c.1)).collect() };
    let corners = match look.marker {
        Marker::Circle => Vec::new(),
        Marker::Square => around(&[(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)]),
        Marker::Triangle => around(&[(0.0, -1.2), (1.08, 0.75), (-1.08, 0.75)]),
        Marker::Diamond => around(&[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)]),
        Marker::Cross => {
            canvas.line(&around(&[(-0.85, -0.85), (0.85, 0.85)]), paint, look.width)?;
            return canvas.line(&around(&[(-0.85, 0.85), (0.85, -0.85)]), paint, look.width);
        }
    };
    let inside = if look.fill == Fill::Hollow { Paint(PAPER, 1.0) } else { paint };
    match look.marker {
        Marker::Circle => canvas.disc(centre, r, inside)?,
        _ => canvas.shape(&corners, inside)?,
    }
    if look.fill == Fill::Solid {
        return Ok(());
    }
    match look.marker {
        Marker::Circle => canvas.ring(centre, r, paint, look.width),
        _ => canvas.line(&[corners.as_slice(), &corners[..1]].concat(), paint, look.width),
    }
}
