//! The files of a dashboard: its pages, and the script, style and library that they share.

use crate::dashboard::html::html;
use crate::dashboard::page::Page;
use crate::error::Result;
use crate::paths::write_whole;
use std::path::{Path, PathBuf};

/// What every dashboard has beside its pages.
const SHARED: [(&str, &str); 4] = [
    ("plotly.min.js", include_str!("assets/plotly.min.js")),
    ("plotly-LICENSE.txt", include_str!("assets/plotly-LICENSE.txt")),
    ("dashboard.js", include_str!("assets/dashboard.js")),
    ("dashboard.css", include_str!("assets/dashboard.css")),
];

/// Every file of the dashboard with these pages: its path below the dashboard's folder, and what it holds.
/// Without pages there is no dashboard, and no file.
pub fn files(pages: &[Page]) -> Vec<(String, String)> {
    let shared = SHARED.iter().filter(|_| !pages.is_empty());
    let shared = shared.map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    shared.chain(pages.iter().map(|page| (page.path.clone(), html(page)))).collect()
}

/// Writes the dashboard below `folder`, every file whole or not at all; says which files.
///
/// # Errors
/// [`crate::error::Error::Io`]; the file named in it then stands as it was.
pub fn save(folder: &Path, pages: &[Page]) -> Result<Vec<PathBuf>> {
    let write = |(path, text): (String, String)| {
        let path = folder.join(path);
        write_whole(&path, text.as_bytes()).map(|()| path)
    };
    files(pages).into_iter().map(write).collect()
}
