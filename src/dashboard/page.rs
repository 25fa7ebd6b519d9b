//! A page as a plain description.

use crate::dashboard::plot::Plot;

/// One HTML file.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Where it lies below the dashboard's folder: "htsr_analysis/htsr_summary.html".
    pub path: String,
    /// Its heading.
    pub title: String,
    /// The way up: from the dashboard's main page to the one above this.
    pub trail: Vec<Link>,
    /// The page before, where there is one.
    pub previous: Option<Link>,
    /// The page after, where there is one.
    pub next: Option<Link>,
    /// Pages on the same thing.
    pub related: Vec<Link>,
    /// What it holds, from the top down.
    pub parts: Vec<Part>,
    /// Hash of the records it was made from.
    pub records: String,
}

/// A piece of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A heading below the page's own.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A plot, with its numbers behind a fold.
    Plot(Plot),
    /// Plots side by side where there is room.
    Plots(Vec<Plot>),
    /// A table.
    Table(Table),
}

/// A table; the first cell of a row is its heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The columns.
    pub head: Vec<String>,
    /// The rows, each as long as `head`.
    pub rows: Vec<Vec<Cell>>,
}

/// What stands in a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words or a number.
    Words(String),
    /// A link to a page of the dashboard.
    Link(Link),
}

/// A link to a page of the dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What can be clicked.
    pub words: String,
    /// [`Page::path`] of the page.
    pub to: String,
}

impl Link {
    /// A link with these words to the page at `to`.
    pub fn new(words: impl Into<String>, to: impl Into<String>) -> Self {
        Self { words: words.into(), to: to.into() }
    }
}

impl Page {
    /// A page that nothing leads up from yet, and with nothing beside it.
    pub fn new(path: impl Into<String>, title: impl Into<String>, records: &str, parts: Vec<Part>) -> Self {
        Self {
            path: path.into(),
            title: title.into(),
            trail: Vec::new(),
            previous: None,
            next: None,
            related: Vec::new(),
            parts,
            records: records.to_owned(),
        }
    }
}
