//! A page of a dashboard as a plain description.

use crate::dashboard::plot::Plot;

/// A page: one HTML file.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Where it lies below the dashboard's folder: "htsr_analysis/htsr_summary.html".
    pub path: String,
    /// Its heading.
    pub title: String,
    /// Breadcrumbs: links from the dashboard's main page to the one above this.
    pub trail: Vec<Link>,
    /// The previous page, if any.
    pub previous: Option<Link>,
    /// The next page, if any.
    pub next: Option<Link>,
    /// Related pages.
    pub related: Vec<Link>,
    /// Its content, from the top down.
    pub parts: Vec<Part>,
    /// Hash of the records it was made from.
    pub records: String,
}

/// A block of a page: heading, paragraph, plots or table.
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
    PageTable(PageTable),
}

/// A table; the first cell of a row is its heading.
#[derive(Debug, Clone, PartialEq)]
pub struct PageTable {
    /// What it shows.
    pub caption: String,
    /// The columns.
    pub head: Vec<String>,
    /// The rows, each as long as `head`.
    pub rows: Vec<Vec<PageCell>>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum PageCell {
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
    /// A page without breadcrumbs, neighbours or related pages.
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
