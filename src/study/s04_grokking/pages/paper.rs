//! The paper's Figure 1, drawn from our runs, with what the paper reports beside what was measured.

use crate::dashboard::{Page, PageCell, PageTable, Part, Plot, PlotAxis};
use crate::study::s04_grokking::pages::dynamics::{Legend, accuracy, layers};
use crate::study::s04_grokking::pages::size::Size;
use crate::study::s04_grokking::phases::DEFINITION;
use crate::study::s04_grokking::published::FIGURE;

/// What its figure shows of the ranks of the deep layers.
const RANKS: [(usize, &str); 2] = [
    (2000, "ranks of the deep layers fall from about 390 to 45–180 after 47 k"),
    (7000, "ranks of the deep layers fall from 390 to 130 at 25 k, rise to 230 at 43 k and fall to 75–190"),
];

/// The page `paper_visualization.html`.
pub fn paper(sizes: &[Size], records: &str) -> Page {
    let text = "The rows of Figure 1 of the paper on deep grokking (Fan, Pascanu and Jaggi, 2024, arXiv 2405.19454), drawn from our runs: the numerical rank of the covariance of each layer's outputs on the test images, training and test accuracy, and the accuracy of a linear probe of each layer. With markers: the first seed; thin: the others; dashed verticals: measured steps. (The original's README describes loss above and alpha below; the paper has neither.)";
    let parts = vec![
        Part::Text(text.to_owned()),
        Part::Plots(sizes.iter().map(figure).collect()),
        Part::Heading("What the paper reports, and what was measured".to_owned()),
        Part::Text(format!(
            "Steps of the first seed. Memorized: the first step with a training accuracy of 0.95. Generalized: the first with nine tenths of the final gain in test accuracy. Each lasts for five measurements. By the study's definition, {DEFINITION}. Deep layers are the second half of the hidden ones. Our runs compute in single precision, the paper's in double: the tolerance of the rank is the same rule."
        )),
        Part::PageTable(beside(sizes)),
    ];
    Page::new("paper_visualization.html", "The paper's figure, from our runs", records, parts)
}

/// The three rows of one size.
fn figure(size: &Size) -> Plot {
    let rank =
        layers(size, PlotAxis::linear("feature rank"), Legend::Shown, |layer| layer.feature_rank as f64);
    let probe =
        layers(size, PlotAxis::linear("probe accuracy"), Legend::Elsewhere, |layer| layer.probe_accuracy);
    Plot {
        id: format!("size-{}", size.n_train),
        title: size.words(),
        x: PlotAxis::linear("step"),
        rows: vec![rank, accuracy(size), probe],
        marks: size.marks(),
        choice: None,
    }
}

/// The paper's words and our numbers.
fn beside(sizes: &[Size]) -> PageTable {
    let step = |step: Option<u64>| step.map_or("never".to_owned(), |step| step.to_string());
    let row = |size: &Size| {
        let phases = &size.phases[0];
        let accuracies = FIGURE.iter().find(|shown| shown.n_train == size.n_train).map(|shown| shown.words);
        let ranks = RANKS.iter().find(|(n_train, _)| *n_train == size.n_train).map(|(_, words)| *words);
        let paper: Vec<&str> = [accuracies, ranks].into_iter().flatten().collect();
        let grokked = size.phases.iter().filter(|phases| phases.grokked).count();
        let cells = [
            size.n_train.to_string(),
            if paper.is_empty() { "not in it".to_owned() } else { paper.join("; ") },
            step(phases.memorization),
            phases.test_at_memorization.map_or("–".to_owned(), |a| format!("{a:.3}")),
            step(phases.generalization),
            format!("{:.3}", phases.final_test),
            format!("{:.0} → {:.0}", size.ranks[0].most, size.ranks[0].least),
            format!("{grokked} of {}", size.phases.len()),
        ];
        cells.map(PageCell::Words).to_vec()
    };
    let head = [
        "images",
        "the paper's figure",
        "memorized",
        "test accuracy then",
        "generalized",
        "test accuracy at the end",
        "mean rank of the deep layers",
        "seeds that grokked",
    ];
    PageTable {
        caption: "The paper's figure and our runs".to_owned(),
        head: head.map(str::to_owned).to_vec(),
        rows: sizes.iter().map(row).collect(),
    }
}
