//! The sizes beside each other, layer by layer: `esd_comparison/`.

use crate::dashboard::{Page, Part, Plot, PlotAxis, PlotRow, PlotSeries, SeriesKind, Style};
use crate::plot::Dash;
use crate::study::s04_grokking::pages::by_layer::{BINS, ByLayer, kept, logs, style};
use crate::study::s04_grokking::pages::histogram::Bins;
use crate::study::s04_grokking::pages::layer_index::path;
use crate::study::s04_grokking::pages::size::Size;
use crate::study::s04_grokking::pages::trajectory::Against;

/// The pages that compare the sizes, in this folder ("" for none): an index, and seven plots of every layer.
pub fn compare(sizes: &[Size], folder: &str, records: &str) -> Vec<Page> {
    let words: Vec<String> = sizes.iter().map(Size::words).collect();
    let pages = ByLayer {
        sizes,
        folder,
        records,
        title: "The sizes compared".to_owned(),
        about: format!("Spectra of the networks trained on {}, along their runs.", words.join(", ")),
        whose: "all sizes".to_owned(),
        compared: true,
        file: |measure, against, layer| {
            let ending = if against == Against::Step { "" } else { "_vs_accuracy" };
            format!("compare_{}{ending}_layer_{layer}.html", measure.file().to_lowercase())
        },
    };
    pages.pages(|layer| eigenvalues(sizes, layer, folder, records))
}

/// The last distribution of eigenvalues of one layer in all sizes.
fn eigenvalues(sizes: &[Size], layer: usize, folder: &str, records: &str) -> Page {
    let last = |size: &Size| kept(size).last().map_or(Vec::new(), |snapshot| logs(snapshot, layer));
    let steps: Vec<String> =
        sizes.iter().filter_map(|size| kept(size).last()).map(|snapshot| snapshot.step.to_string()).collect();
    let all: Vec<f64> = sizes.iter().flat_map(last).collect();
    // An empty bin at each end closes the outlines.
    let closed = |bins: Bins| Bins { low: bins.low - bins.width, count: bins.count + 2, ..bins };
    let series = Bins::over(&all, BINS).map(closed).map_or(Vec::new(), |bins| {
        let outline = |(i, size): (usize, &Size)| {
            let style = Style { dash: [Dash::Solid, Dash::Dashed, Dash::Dotted][i % 3], ..style(i) };
            PlotSeries::line(size.words(), bins.centres(), bins.counts(&last(size)), style)
                .kind(SeriesKind::Outline)
        };
        sizes.iter().enumerate().map(outline).collect()
    });
    let title = format!("Eigenvalues of W Wᵀ at the end: {}, all sizes", sizes[0].layer_words(layer));
    let plot = Plot {
        id: "eigenvalues".to_owned(),
        title: title.clone(),
        x: PlotAxis::linear("log₁₀ eigenvalue"),
        rows: vec![PlotRow { y: PlotAxis::linear("eigenvalues in a bin"), series, lines: Vec::new() }],
        marks: Vec::new(),
        choice: None,
    };
    let text = format!(
        "How many eigenvalues of W Wᵀ lie where after the last step ({}), in the first seed of each size, in {BINS} bins. Eigenvalues up to 1e-5 count as zero and are left out.",
        steps.join(", ")
    );
    Page::new(
        path(folder, &format!("compare_eigenvalue_dist_layer_{layer}.html")),
        title,
        records,
        vec![Part::Text(text), Part::Plot(plot)],
    )
}
