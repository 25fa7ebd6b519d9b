//! The drawing surface over plotters: lines, shapes and words at places in CSS pixels.
//!
//! Plotters' SVG backend knows whole units only, so it draws on a sheet of tenths of a pixel and the
//! page says how large that sheet is to be shown.

use crate::error::{Error, Result};
use crate::plot::geometry::{Area, Place};
use crate::plot::text::{FAMILY, Words};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, Drawable, PathElement, PointCollection, Polygon};
use plotters::prelude::SVGBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, FontTransform, RGBAColor, ShapeStyle, TextStyle};

/// Units of the sheet in a CSS pixel.
pub const UNITS: f64 = 10.0;

/// Plotters writes a font's size divided by this.
const PLOTTERS_EM: f64 = 1.24;

/// Red, green and blue.
pub type Rgb = (u8, u8, u8);

/// A colour and how much it covers: 0 nothing, 1 all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paint(pub Rgb, pub f64);

/// Where a text's line stands to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The line begins there.
    Start,
    /// The line's middle lies there.
    Middle,
    /// The line ends there.
    End,
}

/// A sheet to draw on.
pub struct Canvas<'a> {
    sheet: DrawingArea<SVGBackend<'a>, Shift>,
}

/// The SVG of what `picture` draws on a sheet of this size, in CSS pixels.
///
/// # Errors
/// What `picture` returns; the backend itself writes to memory and does not fail.
pub fn draw(size: (u32, u32), picture: impl FnOnce(&Canvas) -> Result<()>) -> Result<String> {
    let mut svg = String::new();
    let units = (size.0 * UNITS as u32, size.1 * UNITS as u32);
    let canvas = Canvas { sheet: SVGBackend::with_string(&mut svg, units).into_drawing_area() };
    picture(&canvas)?;
    canvas.sheet.present().map_err(refused)?;
    drop(canvas);
    Ok(svg)
}

impl Canvas<'_> {
    /// A line through `places`, `width` pixels thick.
    pub fn line(&self, places: &[Place], paint: Paint, width: f64) -> Result<()> {
        self.put(PathElement::new(sheet_places(places), stroke(paint, width)))
    }

    /// A filled shape with these corners.
    pub fn shape(&self, corners: &[Place], paint: Paint) -> Result<()> {
        if corners.len() < 3 {
            return Ok(());
        }
        self.put(Polygon::new(sheet_places(corners), ShapeStyle { filled: true, ..stroke(paint, 0.0) }))
    }

    /// A filled rectangle.
    pub fn rectangle(&self, area: &Area, paint: Paint) -> Result<()> {
        let Area { left, top, right, bottom } = *area;
        self.shape(&[(left, top), (right, top), (right, bottom), (left, bottom)], paint)
    }

    /// A filled disc.
    pub fn disc(&self, centre: Place, radius: f64, paint: Paint) -> Result<()> {
        let style = ShapeStyle { filled: true, ..stroke(paint, 0.0) };
        self.put(Circle::new(sheet_place(centre), sheet_length(radius), style))
    }

    /// The outline of a disc, `width` pixels thick.
    pub fn ring(&self, centre: Place, radius: f64, paint: Paint, width: f64) -> Result<()> {
        self.put(Circle::new(sheet_place(centre), sheet_length(radius), stroke(paint, width)))
    }

    /// Words below `top`, every line anchored at `x`.
    pub fn words(&self, words: &Words, (x, top): Place, anchor: Anchor, rgb: Rgb) -> Result<()> {
        for (i, line) in words.lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            // The backend hangs a text 0.76 em below its place.
            let y = top + words.baseline(i) - 0.76 * words.size;
            self.text(words, line, (x, y), anchor, rgb, FontTransform::None)?;
        }
        Ok(())
    }

    /// Words that read upwards, right of `left`, the middle of each line at the height `y`.
    pub fn upward_words(&self, words: &Words, (left, y): Place, rgb: Rgb) -> Result<()> {
        for (i, line) in words.lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            let x = left + words.baseline(i) - 0.76 * words.size;
            self.text(words, line, (x, y), Anchor::Middle, rgb, FontTransform::Rotate270)?;
        }
        Ok(())
    }

    fn text(
        &self,
        words: &Words,
        line: &str,
        at: Place,
        anchor: Anchor,
        rgb: Rgb,
        turn: FontTransform,
    ) -> Result<()> {
        let size = words.size * UNITS * PLOTTERS_EM;
        let font = FontDesc::new(FontFamily::Name(FAMILY), size, words.weight.style()).transform(turn);
        let side = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let ink = colour(Paint(rgb, 1.0));
        let style = TextStyle::from(font).color(&ink).pos(Pos::new(side, VPos::Top));
        self.sheet.draw_text(line, &style, sheet_place(at)).map_err(refused)
    }

    fn put<E>(&self, element: E) -> Result<()>
    where
        for<'b> &'b E: PointCollection<'b, (i32, i32)>,
        E: for<'s> Drawable<SVGBackend<'s>>,
    {
        self.sheet.draw(&element).map_err(refused)
    }
}

fn refused(error: impl std::fmt::Display) -> Error {
    Error::Failed(format!("plotters could not draw the figure: {error}"))
}

fn colour(Paint((red, green, blue), opacity): Paint) -> RGBAColor {
    RGBAColor(red, green, blue, if opacity.is_finite() { opacity.clamp(0.0, 1.0) } else { 1.0 })
}

fn stroke(paint: Paint, width: f64) -> ShapeStyle {
    ShapeStyle { color: colour(paint), filled: false, stroke_width: sheet_length(width) as u32 }
}

fn sheet_length(pixels: f64) -> i32 {
    (pixels * UNITS).round().clamp(0.0, 1e6) as i32
}

fn sheet_place((x, y): Place) -> (i32, i32) {
    ((x * UNITS).round() as i32, (y * UNITS).round() as i32)
}

/// Without places that fall on the one before.
fn sheet_places(places: &[Place]) -> Vec<(i32, i32)> {
    let mut on_sheet: Vec<(i32, i32)> = places.iter().map(|p| sheet_place(*p)).collect();
    on_sheet.dedup();
    on_sheet
}
