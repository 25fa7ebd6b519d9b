//! Spectra layer by layer, of one size or of several beside each other.

use crate::dashboard::{Page, Part, Plot, PlotRow, Style};
use crate::plot::{Colour, Dash, Fill, Marker};
use crate::snapshot::Snapshot;
use crate::spectrum::alpha::above_threshold;
use crate::study::s04_grokking::pages::layer_index::{LayerIndex, path};
use crate::study::s04_grokking::pages::measure::{LayerMeasure, READING};
use crate::study::s04_grokking::pages::size::Size;
use crate::study::s04_grokking::pages::trajectory::{Against, trajectories};

/// Bins of the original's histograms of eigenvalues.
pub const BINS: usize = 50;

/// The pages of these sizes: an index, and seven plots of every layer.
pub struct ByLayer<'a> {
    /// One size, or those that are compared.
    pub sizes: &'a [Size],
    /// The folder of the pages; "" for none.
    pub folder: &'a str,
    /// Hash of the records.
    pub records: &'a str,
    /// Heading of the index.
    pub title: String,
    /// What the pages show.
    pub about: String,
    /// The sizes in titles: "2000 images", or "all sizes".
    pub whose: String,
    /// Whether several sizes share a plot.
    pub compared: bool,
    /// The file of one measure of one layer.
    pub file: fn(LayerMeasure, Against, usize) -> String,
}

impl ByLayer<'_> {
    /// The index and all pages; `eigenvalues` makes a layer's last one, where eigenvalues were kept.
    pub fn pages(&self, eigenvalues: impl Fn(usize) -> Page) -> Vec<Page> {
        let layers = 0..self.sizes.iter().map(Size::layers).min().unwrap_or(0);
        let mut plots = Vec::new();
        for against in [Against::Step, Against::TestAccuracy] {
            for measure in LayerMeasure::ALL {
                let words = match against {
                    Against::Step => format!("{} by step", measure.words()),
                    _ => format!("{} by test accuracy", measure.words()),
                };
                let page = |layer| self.trajectory(layer, measure, against);
                plots.push((words, layers.clone().map(page).collect()));
            }
        }
        if self.sizes.iter().all(|size| kept(size).next().is_some()) {
            plots.push(("eigenvalues".to_owned(), layers.clone().map(eigenvalues).collect()));
        }
        let index = LayerIndex {
            folder: self.folder.to_owned(),
            title: self.title.clone(),
            above: vec![Part::Text(format!("{} {READING}", self.about))],
            layers: layers.map(|layer| self.sizes[0].layer_words(layer)).collect(),
            plots,
        };
        index.pages(self.records)
    }

    /// One measure of one layer, against steps or test accuracy.
    fn trajectory(&self, layer: usize, measure: LayerMeasure, against: Against) -> Page {
        let words = if against == Against::Step { "along the run" } else { "against test accuracy" };
        let layer_words = self.sizes[0].layer_words(layer);
        let title = format!("{} {words}: {layer_words}, {}", measure.words(), self.whose);
        let series = |(i, size): (usize, &Size)| {
            let named = if self.compared { format!("{}, ", size.words()) } else { String::new() };
            trajectories(size, layer, measure, against, &named, style(i))
        };
        let marked = against == Against::Step && !self.compared;
        let plot = Plot {
            id: measure.file().to_lowercase(),
            title: title.clone(),
            x: against.axis(),
            rows: vec![PlotRow {
                y: measure.axis(),
                series: self.sizes.iter().enumerate().flat_map(series).collect(),
                lines: measure.lines(),
            }],
            marks: if marked { self.sizes[0].marks() } else { Vec::new() },
            choice: None,
        };
        let seeds = if self.compared { " Thin: the other seeds." } else { "" };
        let parts = vec![
            Part::Text(format!("{}{seeds}", measure.shown())),
            Part::Plot(plot),
            Part::Text(format!("{} {}", measure.reading(), against.reading()).trim().to_owned()),
        ];
        Page::new(path(self.folder, &(self.file)(measure, against, layer)), title, self.records, parts)
    }
}

/// Sizes differ by hue and marker.
pub fn style(i: usize) -> Style {
    Style { colour: Colour::nth(i), marker: Marker::nth(i), fill: Fill::Solid, dash: Dash::Solid }
}

/// The first seed's snapshots that kept their eigenvalues.
pub fn kept(size: &Size) -> impl Iterator<Item = &Snapshot> {
    size.runs[0]
        .snapshots
        .iter()
        .filter(|snapshot| snapshot.layers.iter().all(|layer| !layer.eigenvalues.is_empty()))
}

/// log₁₀ of the eigenvalues that count.
pub fn logs(snapshot: &Snapshot, layer: usize) -> Vec<f64> {
    above_threshold(&snapshot.layers[layer].eigenvalues).iter().map(|x| x.log10()).collect()
}
