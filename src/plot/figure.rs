//! A figure: panels in a grid, a title, a note, and the hash of the records behind it.

use crate::plot::axis::Axis;
use crate::plot::mark::Mark;

/// A figure as a plain description. Draw it with [`Figure::svg`], [`Figure::png`] or [`Figure::save`].
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What its files are called: "01-samples".
    pub name: String,
    /// Bold, above all panels; may be empty.
    pub title: String,
    /// Breadth and height in CSS pixels.
    pub size: (u32, u32),
    /// In reading order.
    pub panels: Vec<Panel>,
    /// Panels in a row; more panels make more rows.
    pub columns: usize,
    /// Hash of the records it was made from; empty for none.
    pub records: String,
    /// Small, below all panels: what the reader must know; may be empty.
    pub note: String,
}

/// One pair of axes and what is drawn in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Bold, above the panel; may be empty.
    pub title: String,
    /// The axis below.
    pub x: Axis,
    /// The axis at the left.
    pub y: Axis,
    /// What is drawn, the first undermost.
    pub marks: Vec<Mark>,
}

impl Figure {
    /// At most two panels in a row, each 440 by 350 pixels; no records and no note yet.
    pub fn new(name: impl Into<String>, title: impl Into<String>, panels: Vec<Panel>) -> Self {
        let columns = panels.len().clamp(1, 2);
        let rows = panels.len().div_ceil(columns).max(1);
        let size = (440 * columns as u32, 350 * rows as u32);
        let (records, note) = (String::new(), String::new());
        Self { name: name.into(), title: title.into(), size, panels, columns, records, note }
    }

    /// The same figure, stamped with the hash of the records it was made from.
    pub fn records(mut self, hash: impl Into<String>) -> Self {
        self.records = hash.into();
        self
    }

    /// The same figure, this broad and high in CSS pixels.
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = (width, height);
        self
    }

    /// The same figure with this many panels in a row.
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = columns;
        self
    }

    /// The same figure with a small note below.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

impl Panel {
    /// A panel with these axes and marks.
    pub fn new(title: impl Into<String>, x: Axis, y: Axis, marks: Vec<Mark>) -> Self {
        Self { title: title.into(), x, y, marks }
    }
}
