//! Alpha by layer, its distribution, and alpha against the generalization gap: `htsr_analysis/`.

use crate::dashboard::{
    Link, Page, PageCell, PageTable, Part, Plot, PlotAxis, PlotMark, PlotRow, PlotSeries, SeriesKind, Style,
};
use crate::plot::{Colour, Dash, Fill, Marker};
use crate::study::s04_grokking::pages::histogram::Bins;
use crate::study::s04_grokking::pages::layer_index::{LayerIndex, path};
use crate::study::s04_grokking::pages::measure::{LINES, LayerMeasure, READING};
use crate::study::s04_grokking::pages::size::Size;
use crate::study::s04_grokking::pages::trajectory::{Against, trajectories};

/// Bins of the original's histogram of alpha.
const BINS: usize = 30;

/// The pages on alpha in this folder ("" for none): an index, the summary, and of every size the distribution
/// and one page a layer.
pub fn htsr(sizes: &[Size], folder: &str, records: &str) -> Vec<Page> {
    let mut apart = vec![summary(sizes, folder, records)];
    apart.extend(sizes.iter().map(|size| distribution(size, folder, records)));
    let row = |page: &Page| vec![PageCell::Link(Link::new(&page.title, &page.path))];
    let overview = PageTable {
        caption: "All layers together".to_owned(),
        head: vec!["plot".to_owned()],
        rows: apart.iter().map(row).collect(),
    };
    let layers = 0..sizes.iter().map(Size::layers).min().unwrap_or(0);
    let plot = |size: &Size| {
        let pages = layers.clone().map(|layer| gap(size, layer, folder, records)).collect();
        (format!("alpha by gap, {}", size.words()), pages)
    };
    let index = LayerIndex {
        folder: folder.to_owned(),
        title: "Heavy tails and generalization".to_owned(),
        above: vec![
            Part::Text(format!(
                "What the tails of the spectra say about generalization, and what the accuracies say. {READING}"
            )),
            Part::PageTable(overview),
        ],
        layers: layers.clone().map(|layer| sizes[0].layer_words(layer)).collect(),
        plots: sizes.iter().map(plot).collect(),
    };
    let mut pages = index.pages(records);
    let up = Link::new(&pages[0].title, &pages[0].path);
    for page in &mut apart {
        page.trail = vec![up.clone()];
    }
    pages.splice(1..1, apart);
    pages
}

/// Alpha of every layer at the end of every size.
fn summary(sizes: &[Size], folder: &str, records: &str) -> Page {
    let series = |(i, size): (usize, &Size)| {
        let last = size.runs.iter().map(|run| &run.snapshots[run.snapshots.len() - 1]);
        let alphas: Vec<Vec<f64>> = last
            .map(|snapshot| snapshot.layers.iter().map(|layer| LayerMeasure::Alpha.of(layer)).collect())
            .collect();
        let style =
            Style { colour: Colour::nth(i), marker: Marker::nth(i), fill: Fill::Solid, dash: Dash::Solid };
        let x = (0..size.layers()).map(|layer| layer as f64).collect();
        let name = format!("{}, seed {}", size.words(), size.runs[0].spec.seed);
        let bars = PlotSeries::line(name, x, alphas[0].clone(), style).kind(SeriesKind::Beside(0.25));
        let end =
            |layer: usize, best: fn(f64, f64) -> f64| alphas.iter().map(|a| a[layer]).fold(f64::NAN, best);
        let whisker = |layer: usize| [end(layer, f64::min), end(layer, f64::max)];
        let several = size.runs.len() > 1;
        PlotSeries { whiskers: (0..size.layers()).filter(|_| several).map(whisker).collect(), ..bars }
    };
    let title = "Alpha of all layers at the end";
    let plot = Plot {
        id: "summary".to_owned(),
        title: title.to_owned(),
        x: PlotAxis::linear("layer").ticks((0..sizes[0].layers()).map(|layer| layer as f64).collect()),
        rows: vec![PlotRow {
            y: PlotAxis::linear("alpha"),
            series: sizes.iter().enumerate().map(series).collect(),
            lines: LINES.to_vec(),
        }],
        marks: Vec::new(),
        choice: None,
    };
    let text = "Alpha (the exhaustive fit) of every layer after the last step. Bars: the first seed. Whiskers: from the lowest to the highest of all seeds. Dotted: alpha 2, 4 and 6.";
    let parts = vec![
        Part::Text(text.to_owned()),
        Part::Plot(plot),
        Part::Text(READING.to_owned()),
        Part::PageTable(verdicts(sizes)),
    ];
    Page::new(path(folder, "htsr_summary.html"), title, records, parts)
}

/// What is said of every layer at the end of the first seed's run.
fn verdicts(sizes: &[Size]) -> PageTable {
    let said = |size: &Size, layer: usize| {
        let snapshot = &size.runs[0].snapshots[size.runs[0].snapshots.len() - 1];
        snapshot.layers.get(layer).map_or(String::new(), |seen| {
            let verdict = &seen.row.verdict;
            let said = [&verdict.verdict].into_iter().chain(&verdict.doubts);
            said.map(String::as_str).collect::<Vec<_>>().join("; ")
        })
    };
    let row = |layer: usize| {
        let cells = sizes.iter().map(|size| PageCell::Words(said(size, layer)));
        [PageCell::Words(sizes[0].layer_words(layer))].into_iter().chain(cells).collect()
    };
    PageTable {
        caption: "The verdict on each layer of the first seed at the end, with what speaks against it"
            .to_owned(),
        head: ["layer".to_owned()].into_iter().chain(sizes.iter().map(Size::words)).collect(),
        rows: (0..sizes[0].layers()).map(row).collect(),
    }
}

/// The distribution of alpha over layers, seeds and steps.
fn distribution(size: &Size, folder: &str, records: &str) -> Page {
    let alphas = |last: bool| -> Vec<f64> {
        let snapshots = size.runs.iter().flat_map(|run| {
            let count = run.snapshots.len();
            run.snapshots
                .iter()
                .enumerate()
                .filter(move |(i, _)| (i + 1 == count) == last)
                .map(|(_, snapshot)| snapshot)
        });
        let layers =
            snapshots.flat_map(|snapshot| &snapshot.layers).map(|layer| LayerMeasure::Alpha.of(layer));
        layers.filter(|alpha| alpha.is_finite()).collect()
    };
    let (earlier, last) = (alphas(false), alphas(true));
    let bins = Bins::over(&[&earlier[..], &last[..]].concat(), BINS);
    let series = bins.map_or(Vec::new(), |bins| {
        let bars = |name: &str, values: &[f64], colour, marker| {
            let style = Style { colour, marker, fill: Fill::Solid, dash: Dash::Solid };
            PlotSeries::line(name, bins.centres(), bins.counts(values), style)
                .kind(SeriesKind::Bars(bins.width))
        };
        vec![
            bars("after the last step", &last, Colour::Vermilion, Marker::Square),
            bars("before", &earlier, Colour::Sky, Marker::Circle),
        ]
    });
    let title = format!("Distribution of alpha, {}", size.words());
    let plot = Plot {
        id: "distribution".to_owned(),
        title: title.clone(),
        x: PlotAxis::linear("alpha"),
        rows: vec![PlotRow { y: PlotAxis::linear("layers in a bin"), series, lines: Vec::new() }],
        marks: LINES.map(|at| PlotMark { at, words: at.to_string() }).to_vec(),
        choice: None,
    };
    let text = format!(
        "Every layer of every seed at every snapshot counts once; hatched, after the last step. {BINS} bins; dashed: alpha 2, 4 and 6."
    );
    Page::new(
        path(folder, &format!("alpha_distribution_size_{}.html", size.n_train)),
        title,
        records,
        vec![Part::Text(text), Part::Plot(plot), Part::Text(READING.to_owned())],
    )
}

/// Alpha of one layer against the generalization gap.
fn gap(size: &Size, layer: usize, folder: &str, records: &str) -> Page {
    let style = Style { colour: Colour::Blue, marker: Marker::Circle, fill: Fill::Solid, dash: Dash::Solid };
    let title =
        format!("alpha against the generalization gap: {}, {}", size.layer_words(layer), size.words());
    let plot = Plot {
        id: "gap".to_owned(),
        title: title.clone(),
        x: Against::Gap.axis(),
        rows: vec![PlotRow {
            y: LayerMeasure::Alpha.axis(),
            series: trajectories(size, layer, LayerMeasure::Alpha, Against::Gap, "", style),
            lines: LINES.to_vec(),
        }],
        marks: Vec::new(),
        choice: None,
    };
    let parts = vec![
        Part::Text(LayerMeasure::Alpha.shown().to_owned()),
        Part::Plot(plot),
        Part::Text(format!("{} {}", LayerMeasure::Alpha.reading(), Against::Gap.reading())),
    ];
    Page::new(
        path(folder, &format!("alpha_vs_gen_gap_size_{}_layer_{layer}.html", size.n_train)),
        title,
        records,
        parts,
    )
}
