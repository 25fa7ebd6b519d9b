//! The sizes beside each other, layer by layer: `esd_comparison/`.

use crate::dashboard::{Axis, Kind, Page, Part, Plot, Row, Series, Style};
use crate::plot::{Colour, Dash, Fill, Marker};
use crate::study::s04_grokking::pages::analysis::{BINS, kept, logs};
use crate::study::s04_grokking::pages::course::{Against, courses};
use crate::study::s04_grokking::pages::histogram::Bins;
use crate::study::s04_grokking::pages::measure::{Measure, READING};
use crate::study::s04_grokking::pages::shelf::{Shelf, path};
use crate::study::s04_grokking::pages::size::Size;

/// The pages that compare the sizes, in this folder ("" for none): an index, and seven kinds for every layer.
pub fn compare(sizes: &[Size], folder: &str, records: &str) -> Vec<Page> {
    let layers = 0..sizes.iter().map(Size::layers).min().unwrap_or(0);
    let mut kinds = Vec::new();
    for against in [Against::Step, Against::TestAccuracy] {
        for measure in Measure::ALL {
            let page = |layer| course(sizes, layer, measure, against, folder, records);
            let words = match against {
                Against::Step => format!("{} by step", measure.words()),
                _ => format!("{} by test accuracy", measure.words()),
            };
            kinds.push((words, layers.clone().map(page).collect()));
        }
    }
    if sizes.iter().all(|size| kept(size).next().is_some()) {
        let page = |layer| eigenvalues(sizes, layer, folder, records);
        kinds.push(("eigenvalues".to_owned(), layers.clone().map(page).collect()));
    }
    let words: Vec<String> = sizes.iter().map(Size::words).collect();
    let shelf = Shelf {
        folder: folder.to_owned(),
        title: "The sizes compared".to_owned(),
        above: vec![Part::Text(format!(
            "Spectra of the networks trained on {}, along their runs. {READING}",
            words.join(", ")
        ))],
        layers: layers.map(|layer| sizes[0].layer_words(layer)).collect(),
        kinds,
    };
    shelf.pages(records)
}

/// Sizes differ by hue and marker.
fn style(i: usize) -> Style {
    Style { colour: Colour::nth(i), marker: Marker::nth(i), fill: Fill::Solid, dash: Dash::Solid }
}

/// One measure of one layer in all sizes.
fn course(
    sizes: &[Size],
    layer: usize,
    measure: Measure,
    against: Against,
    folder: &str,
    records: &str,
) -> Page {
    let (ending, words) = match against {
        Against::Step => ("", "along the run"),
        _ => ("_vs_accuracy", "against test accuracy"),
    };
    let one = |(i, size): (usize, &Size)| {
        courses(size, layer, measure, against, &format!("{}, ", size.words()), style(i))
    };
    let title = format!("{} {words}: {}, all sizes", measure.words(), sizes[0].layer_words(layer));
    let plot = Plot {
        id: measure.file().to_lowercase(),
        title: title.clone(),
        x: against.axis(),
        rows: vec![Row {
            y: measure.axis(),
            series: sizes.iter().enumerate().flat_map(one).collect(),
            lines: measure.lines(),
        }],
        marks: Vec::new(),
        choice: None,
    };
    let parts = vec![
        Part::Text(format!("{} Thin: the other seeds.", measure.shown())),
        Part::Plot(plot),
        Part::Text(format!("{} {}", measure.reading(), against.reading()).trim().to_owned()),
    ];
    Page::new(
        path(folder, &format!("compare_{}{ending}_layer_{layer}.html", measure.file().to_lowercase())),
        title,
        records,
        parts,
    )
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
            Series::line(size.words(), bins.centres(), bins.counts(&last(size)), style).kind(Kind::Outline)
        };
        sizes.iter().enumerate().map(outline).collect()
    });
    let title = format!("Eigenvalues of W Wᵀ at the end: {}, all sizes", sizes[0].layer_words(layer));
    let plot = Plot {
        id: "eigenvalues".to_owned(),
        title: title.clone(),
        x: Axis::linear("log₁₀ eigenvalue"),
        rows: vec![Row { y: Axis::linear("eigenvalues in a bin"), series, lines: Vec::new() }],
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
