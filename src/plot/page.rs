//! The SVG of a whole figure: title, panels, note, and the hash of its records.

use crate::error::{Error, Result};
use crate::markup::{escaped, visible};
use crate::plot::canvas::{self, Anchor, Canvas, Paint, UNITS};
use crate::plot::draw;
use crate::plot::figure::Figure;
use crate::plot::geometry::Area;
use crate::plot::layout::layouts;
use crate::plot::marks::PAPER;
use crate::plot::stamp::metadata;
use crate::plot::style::Colour;
use crate::plot::text::{Weight, Words};

const MARGIN: f64 = 16.0;
const TITLE_SIZE: f64 = 15.0;
const NOTE_SIZE: f64 = 10.0;
/// From the title, or the note, to the panels.
const SPACING: f64 = 12.0;
/// Smallest and largest breadth and height of a figure, in CSS pixels.
const SIZES: std::ops::RangeInclusive<u32> = 100..=8000;

impl Figure {
    /// The figure as SVG. The same figure always gives the same bytes.
    ///
    /// # Errors
    /// [`Error::Failed`], naming figure and panel, where a panel has nothing finite to draw, a log
    /// axis meets a number that is not above 0, lists differ in length, or there is no room.
    pub fn svg(&self) -> Result<String> {
        let (width, height) = self.size;
        if self.panels.is_empty() {
            return Err(Error::Failed(format!("figure {:?} has no panels: give it at least one", self.name)));
        }
        if !SIZES.contains(&width) || !SIZES.contains(&height) {
            return Err(Error::Failed(format!(
                "figure {:?} is {width} by {height} pixels: breadth and height must lie between {} and {}",
                self.name,
                SIZES.start(),
                SIZES.end()
            )));
        }
        let drawn = canvas::draw(self.size, |canvas| self.paint(canvas))?;
        let (_, body) = drawn.split_once(">\n").unwrap_or_default();
        let sheet = (f64::from(width) * UNITS, f64::from(height) * UNITS);
        let head = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
             role=\"img\" stroke-linecap=\"round\" stroke-linejoin=\"round\">",
            sheet.0, sheet.1
        );
        let title = if self.title.is_empty() { &self.name } else { &self.title };
        Ok(format!(
            "{head}\n<title>{}</title>\n<desc>{}</desc>\n{}\n{}",
            escaped(&visible(title)),
            escaped(&visible(&self.description())),
            metadata(self)?,
            texts_on_one_line(body)
        ))
    }

    /// What the figure shows, in words.
    pub(crate) fn description(&self) -> String {
        let panel = |(i, p): (usize, &crate::plot::figure::Panel)| {
            let title = if p.title.is_empty() { String::new() } else { format!(" “{}”", p.title) };
            format!("Panel {}{title}: {} against {}.", i + 1, p.y.label, p.x.label)
        };
        let panels: Vec<String> = self.panels.iter().enumerate().map(panel).collect();
        format!("{} {}", panels.join(" "), self.note).trim_end().replace('\n', " ")
    }

    fn paint(&self, canvas: &Canvas) -> Result<()> {
        let page =
            Area { left: 0.0, top: 0.0, right: f64::from(self.size.0), bottom: f64::from(self.size.1) };
        canvas.rectangle(&page, Paint(PAPER, 1.0))?;
        let (left, right, bottom) = (MARGIN, page.right - MARGIN, page.bottom - 0.7 * MARGIN);
        let grey = Colour::Grey.text_rgb();

        let title = Words::wrapped(&self.title, TITLE_SIZE, Weight::Bold, right - left);
        canvas.words(&title, (left, MARGIN), Anchor::Start, Colour::Ink.text_rgb())?;

        let short: String = self.records.chars().take(8).collect();
        let stamp = if short.is_empty() { short } else { format!("records {short}") };
        let stamp = Words::new(&stamp, NOTE_SIZE, Weight::Regular);
        let note =
            Words::wrapped(&self.note, NOTE_SIZE, Weight::Regular, right - left - stamp.width() - SPACING);
        canvas.words(&note, (left, bottom - note.height()), Anchor::Start, grey)?;
        canvas.words(&stamp, (right, bottom - stamp.height()), Anchor::End, grey)?;

        let used = |height: f64| if height > 0.0 { height + SPACING } else { 0.0 };
        let room = Area {
            left,
            right,
            top: MARGIN + used(title.height()),
            bottom: bottom - used(note.height().max(stamp.height())),
        };
        for (panel, layout) in self.panels.iter().zip(layouts(self, &room)?) {
            draw::draw(canvas, panel, &layout)?;
        }
        Ok(())
    }
}

/// Plotters puts a text's words on a line of their own; there the line feeds would count as spaces.
fn texts_on_one_line(body: &str) -> String {
    let mut joined = String::with_capacity(body.len());
    let mut in_text = false;
    for line in body.lines() {
        in_text = (in_text || line.starts_with("<text")) && line != "</text>";
        joined.push_str(line);
        if !in_text {
            joined.push('\n');
        }
    }
    joined
}
