//! The spectra of one size, layer by layer: `esd_analysis/`.

use crate::dashboard::{
    Page, PageCell, PageTable, Part, Plot, PlotAxis, PlotRow, PlotSeries, SeriesKind, Style,
};
use crate::plot::{Colour, Dash, Fill, Marker};
use crate::snapshot::Snapshot;
use crate::study::s04_grokking::pages::by_layer::{BINS, ByLayer, kept, logs};
use crate::study::s04_grokking::pages::histogram::Bins;
use crate::study::s04_grokking::pages::layer_index::path;
use crate::study::s04_grokking::pages::size::Size;
use crate::study::s04_grokking::pages::trajectory::Against;

/// The pages of one size, in this folder ("" for none): an index, and seven plots of every layer.
pub fn analyze(size: &Size, folder: &str, records: &str) -> Vec<Page> {
    let whose = size.words();
    let pages = ByLayer {
        sizes: std::slice::from_ref(size),
        folder,
        records,
        title: format!("Spectra of {whose}"),
        about: format!(
            "The eigenvalues of W Wᵀ in each layer of the network trained on {whose}, along its run."
        ),
        whose,
        compared: false,
        file: |measure, against, layer| {
            let ending = if against == Against::Step { "" } else { "_vs_test_accuracy" };
            format!("esd_{}{ending}_layer_{layer}.html", measure.file())
        },
    };
    pages.pages(|layer| eigenvalues(size, layer, folder, records))
}

/// The distribution of one layer's eigenvalues at every snapshot that kept them.
fn eigenvalues(size: &Size, layer: usize, folder: &str, records: &str) -> Page {
    let snapshots: Vec<&Snapshot> = kept(size).collect();
    let last = snapshots[snapshots.len() - 1];
    let all: Vec<f64> = snapshots.iter().flat_map(|snapshot| logs(snapshot, layer)).collect();
    // The original's bins are those of the last snapshot; the others are counted in bins of the same breadth.
    let bins = Bins::over(&logs(last, layer), BINS).map(|bins| bins.widened(&all));
    let series = bins.map_or(Vec::new(), |bins| {
        snapshots.iter().enumerate().flat_map(|(i, snapshot)| bars(snapshot, layer, i, bins)).collect()
    });
    let title = format!("Eigenvalues of W Wᵀ: {}, {}", size.layer_words(layer), size.words());
    let plot = Plot {
        id: "eigenvalues".to_owned(),
        title: title.clone(),
        x: PlotAxis::linear("log₁₀ eigenvalue"),
        rows: vec![PlotRow { y: PlotAxis::linear("eigenvalues in a bin"), series, lines: Vec::new() }],
        marks: Vec::new(),
        choice: Some((
            "step".to_owned(),
            snapshots.iter().map(|snapshot| snapshot.step.to_string()).collect(),
        )),
    };
    let text = format!(
        "How many eigenvalues of W Wᵀ lie where, in seed {}. The slider goes through the steps; the law was fitted to the hatched bars. {BINS} bins cover the last step, and those of the other steps are as broad; where that makes more than {}, {BINS} cover all steps. Eigenvalues up to 1e-5 count as zero and are left out.",
        size.runs[0].spec.seed,
        2 * BINS
    );
    Page::new(
        path(folder, &format!("esd_eigenvalue_distribution_step_{}_layer_{layer}.html", last.step)),
        title,
        records,
        vec![Part::Text(text), Part::Plot(plot), Part::PageTable(tails(&snapshots, layer))],
    )
}

/// The bars of one snapshot, the tail apart from the rest.
fn bars(snapshot: &Snapshot, layer: usize, choice: usize, bins: Bins) -> [PlotSeries; 2] {
    let edge = snapshot.layers[layer].row.tail.map_or(f64::INFINITY, |tail| tail.xmin.log10());
    // TailEdge and eigenvalues were rounded to six digits one by one.
    let (tail, rest): (Vec<f64>, Vec<f64>) =
        logs(snapshot, layer).into_iter().partition(|x| *x >= edge - 1e-6);
    let bars = |name: &str, values: &[f64], colour, marker| {
        let style = Style { colour, marker, fill: Fill::Solid, dash: Dash::Solid };
        let series = PlotSeries::line(name, bins.centres(), bins.counts(values), style)
            .kind(SeriesKind::Bars(bins.width));
        PlotSeries { choice: Some(choice), ..series }
    };
    [
        bars("below the tail", &rest, Colour::Sky, Marker::Circle),
        bars("tail", &tail, Colour::Vermilion, Marker::Square),
    ]
}

/// The fit at every snapshot.
fn tails(snapshots: &[&Snapshot], layer: usize) -> PageTable {
    let row = |snapshot: &&Snapshot| {
        let seen = &snapshot.layers[layer];
        let number = |x: Option<f64>| x.map_or("–".to_owned(), |x| x.to_string());
        let tail = seen.row.tail;
        let cells = [
            snapshot.step.to_string(),
            number(tail.map(|t| t.alpha)),
            number(tail.map(|t| t.ks)),
            number(tail.map(|t| t.xmin)),
            tail.map_or("–".to_owned(), |t| format!("{} of {}", t.num_pl_spikes, seen.row.num_evals)),
            number(seen.median_alpha),
            seen.row.verdict.verdict.clone(),
        ];
        cells.map(PageCell::Words).to_vec()
    };
    let head = ["step", "alpha", "D", "tail begins at", "eigenvalues in it", "alpha, median mode", "verdict"];
    PageTable {
        caption: "The power law fitted at each step".to_owned(),
        head: head.map(str::to_owned).to_vec(),
        rows: snapshots.iter().map(row).collect(),
    }
}
