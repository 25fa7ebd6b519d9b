//! The paper's Figure 1, drawn from our runs, with what the paper reports beside what was measured.

use crate::dashboard::{Axis, Cell, Page, Part, Plot, Table};
use crate::error::Result;
use crate::study::s04_grokking::pages::dynamics::{accuracy, layers};
use crate::study::s04_grokking::pages::size::Size;
use crate::study::s04_grokking::phases::{DEFINITION, ranks};

/// What the paper's figure shows, read from its plot (arXiv 2405.19454, Figure 1, 12 layers of 400 units).
const PAPER: [(usize, &str); 3] = [
    (2000, "training accuracy rises from about step 30000 to 0.95 at 47000, where test accuracy is still 0.17; test 0.8 at 60000, 0.91 at the end; ranks of the deep layers fall from about 390 to 45–180 after 47000"),
    (5000, "the break is at about step 44000; test accuracy 0.95 by about 60000"),
    (7000, "training and test accuracy rise together at about step 27000; test rests near 0.78 at 46000, then rises to 0.95 by about 70000; ranks of the deep layers fall 390 → 130 at 25000, rise to 230 at 43000, fall to 75–190"),
];

/// The page `paper_visualization.html`.
///
/// # Errors
/// As [`ranks`].
pub fn paper(sizes: &[Size], records: &str) -> Result<Page> {
    let text = "The figure of the paper on deep grokking (Fan, Pascanu and Jaggi, 2024, arXiv 2405.19454) has three rows for each size: the numerical rank of the covariance of each layer's outputs on the test images, training and test accuracy, and the accuracy of a linear probe of each layer. (The seed's README says: loss above, alpha below; the paper has neither.) Here the same rows are drawn from our runs. Lines with markers are the first seed, thin lines the others; dashed verticals are measured steps.";
    let parts = vec![
        Part::Text(text.to_owned()),
        Part::Plots(sizes.iter().map(figure).collect()),
        Part::Heading("What the paper reports, and what was measured".to_owned()),
        Part::Text(format!(
            "Steps of the first seed. Memorized: the first step with a training accuracy of 0.95. Generalized: the first with nine tenths of the final gain in test accuracy. {DEFINITION}. Deep layers are the second half of the hidden ones. Our runs compute in single precision, the paper's in double: the tolerance of the rank is the same rule."
        )),
        Part::Table(beside(sizes)?),
    ];
    Ok(Page::new("paper_visualization.html", "The paper's figure, from our runs", records, parts))
}

/// The three rows of one size.
fn figure(size: &Size) -> Plot {
    let rank = layers(size, Axis::linear("feature rank"), |layer| layer.feature_rank as f64);
    let probe = layers(size, Axis::linear("probe accuracy"), |layer| layer.probe_accuracy);
    Plot {
        id: format!("size-{}", size.n_train),
        title: size.words(),
        x: Axis::linear("step"),
        rows: vec![rank, accuracy(size), probe],
        marks: size.marks(),
        choice: None,
    }
}

/// The paper's words and our numbers.
fn beside(sizes: &[Size]) -> Result<Table> {
    let step = |step: Option<u64>| step.map_or("never".to_owned(), |step| step.to_string());
    let row = |size: &Size| {
        let (phases, ranks) = (&size.phases[0], ranks(&size.runs[0].looks)?);
        let paper = PAPER.iter().find(|(n_train, _)| *n_train == size.n_train);
        let grokked = size.phases.iter().filter(|phases| phases.grokked).count();
        let cells = [
            size.n_train.to_string(),
            paper.map_or("not in the paper's figure", |(_, words)| *words).to_owned(),
            step(phases.memorization),
            phases.test_at_memorization.map_or("–".to_owned(), |a| format!("{a:.3}")),
            step(phases.generalization),
            format!("{:.3}", phases.final_test),
            format!("{:.0} → {:.0}", ranks.most, ranks.least),
            format!("{grokked} of {}", size.phases.len()),
        ];
        Ok(cells.map(Cell::Words).to_vec())
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
    Ok(Table {
        caption: "The paper's figure and our runs".to_owned(),
        head: head.map(str::to_owned).to_vec(),
        rows: sizes.iter().map(row).collect::<Result<_>>()?,
    })
}
