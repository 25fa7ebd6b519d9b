//! Plots of every layer, a page each: their index, and the links between them.

use crate::dashboard::{Link, Page, PageCell, PageTable, Part};

/// The pages of several plots, each drawn of every layer.
pub struct LayerIndex {
    /// The folder they lie in; "" for none.
    pub folder: String,
    /// Heading of the index.
    pub title: String,
    /// What stands above the index's table.
    pub above: Vec<Part>,
    /// The layers in words.
    pub layers: Vec<String>,
    /// Each plot in words, with its page of every layer.
    pub plots: Vec<(String, Vec<Page>)>,
}

/// Where a file lies.
pub fn path(folder: &str, file: &str) -> String {
    if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") }
}

impl LayerIndex {
    /// The index and, after it, all pages with their links.
    pub fn pages(self, records: &str) -> Vec<Page> {
        let index = path(&self.folder, "index.html");
        let up = Link::new(&self.title, &index);
        let paths: Vec<Vec<String>> = self
            .plots
            .iter()
            .map(|(_, pages)| pages.iter().map(|page| page.path.clone()).collect())
            .collect();
        let words: Vec<String> = self.plots.iter().map(|(words, _)| words.clone()).collect();
        let cells = |layer: usize| {
            paths.iter().map(move |paths| PageCell::Link(Link::new(format!("layer {layer}"), &paths[layer])))
        };
        let row = |(layer, name): (usize, &String)| {
            [PageCell::Words(name.clone())].into_iter().chain(cells(layer)).collect()
        };
        let table = PageTable {
            caption: "Plots by layer".to_owned(),
            head: ["layer".to_owned()].into_iter().chain(words.iter().cloned()).collect(),
            rows: self.layers.iter().enumerate().map(row).collect(),
        };
        let mut parts = self.above;
        parts.extend([Part::Heading("Layers".to_owned()), Part::PageTable(table)]);
        let mut all = vec![Page::new(index, self.title, records, parts)];
        for (plot, (words_of_plot, pages)) in self.plots.into_iter().enumerate() {
            for (layer, mut page) in pages.into_iter().enumerate() {
                let beside = |to: usize| Link::new(format!("{words_of_plot}, layer {to}"), &paths[plot][to]);
                page.trail = vec![up.clone()];
                page.previous = layer.checked_sub(1).map(beside);
                page.next = (layer + 1 < paths[plot].len()).then(|| beside(layer + 1));
                let others = (0..words.len()).filter(|other| *other != plot);
                page.related = others
                    .map(|other| Link::new(format!("{}, layer {layer}", words[other]), &paths[other][layer]))
                    .collect();
                all.push(page);
            }
        }
        all
    }
}
