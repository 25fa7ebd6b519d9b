//! Text with known metrics: DejaVu Sans, carried in the program.
//!
//! The same three faces measure text here, draw it in the PNG, and are asked for by name in the SVG,
//! so that a figure does not depend on what fonts a machine has.

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use std::sync::LazyLock;

/// What the SVG asks for, and the name under which plotters knows the faces.
pub const FAMILY: &str = "DejaVu Sans, sans-serif";

/// From one line's top to the next, in units of the text's size.
const LEADING: f64 = 1.25;

/// From a line's top to its baseline, in units of the text's size: digits stand in the middle.
const BASELINE: f64 = 0.985;

/// Plotters scales a face by its ascent plus descent, 2384 of 2048 units in DejaVu Sans.
const PLOTTERS_HEIGHT: f64 = 2384.0 / 2048.0;

/// Normal or bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// For nearly everything.
    Regular,
    /// For titles.
    Bold,
}

impl Weight {
    /// The face, as plotters names it.
    pub fn style(self) -> FontStyle {
        match self {
            Self::Regular => FontStyle::Normal,
            Self::Bold => FontStyle::Bold,
        }
    }
}

static FACES: LazyLock<()> = LazyLock::new(|| {
    for (style, bytes) in [
        (FontStyle::Normal, dejavu::sans::regular()),
        (FontStyle::Bold, dejavu::sans::bold()),
        (FontStyle::Oblique, dejavu::sans::oblique()),
    ] {
        assert!(register_font(FAMILY, style, bytes).is_ok(), "the faces carried in the program are sound");
    }
});

/// Lines of text, all of one size and weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    /// From top to bottom.
    pub lines: Vec<String>,
    /// Height of the letters' em, in CSS pixels.
    pub size: f64,
    /// Normal or bold.
    pub weight: Weight,
}

impl Words {
    /// `text` as it is: one line for each of its lines.
    pub fn new(text: &str, size: f64, weight: Weight) -> Self {
        let lines = text.lines().map(printable).collect();
        Self { lines, size, weight }
    }

    /// `text` broken between words, and within those that are too long, so that no line is broader than
    /// `room`.
    pub fn wrapped(text: &str, size: f64, weight: Weight, room: f64) -> Self {
        let mut lines: Vec<String> = Vec::new();
        for whole in text.lines() {
            let mut line = String::new();
            for word in printable(whole).split(' ').flat_map(|w| pieces(w, size, weight, room)) {
                let longer = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
                if !line.is_empty() && line_width(&longer, size, weight) > room {
                    lines.push(std::mem::replace(&mut line, word));
                } else {
                    line = longer;
                }
            }
            lines.push(line);
        }
        Self { lines, size, weight }
    }

    /// Breadth of the longest line, in CSS pixels.
    pub fn width(&self) -> f64 {
        self.lines.iter().map(|line| line_width(line, self.size, self.weight)).fold(0.0, f64::max)
    }

    /// Height of all lines, in CSS pixels.
    pub fn height(&self) -> f64 {
        self.lines.len() as f64 * self.size * LEADING
    }

    /// The baseline of line `i` below the top of the whole.
    pub fn baseline(&self, i: usize) -> f64 {
        (i as f64 * LEADING + BASELINE) * self.size
    }
}

/// `word` as it is, or cut into parts that are no broader than `room`.
fn pieces(word: &str, size: f64, weight: Weight, room: f64) -> Vec<String> {
    if line_width(word, size, weight) <= room {
        return vec![word.to_owned()];
    }
    let mut parts = vec![String::new()];
    for letter in word.chars() {
        let part = &mut parts[0];
        part.push(letter);
        if line_width(part, size, weight) > room && part.chars().count() > 1 {
            part.pop();
            parts.insert(0, letter.to_string());
        }
    }
    parts.reverse();
    parts
}

fn line_width(line: &str, size: f64, weight: Weight) -> f64 {
    // Measured large, because plotters rounds to whole pixels.
    const LARGE: f64 = 1000.0;
    LazyLock::force(&FACES);
    let face = FontDesc::new(FontFamily::Name(FAMILY), LARGE * PLOTTERS_HEIGHT, weight.style());
    let advance = face.layout_box(line).map_or(0, |(_, (right, _))| right);
    f64::from(advance) * size / LARGE
}

/// Without the characters that an XML file cannot hold.
fn printable(line: &str) -> String {
    line.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .collect()
}
