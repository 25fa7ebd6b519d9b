//! The main page: the phases of every size, the claims, and the way to everything else.

use crate::dashboard::{Link, Page, PageCell, PageTable, Part};
use crate::study::claim::Claim;
use crate::study::s04_grokking::pages::size::{Size, folder};

/// The page `index.html`; `first` is the size whose spectra lie in `esd_analysis/`.
pub fn main_page(sizes: &[Size], claims: &[Claim], first: usize, records: &str) -> Page {
    let text = "When does a deep network that knows its training images by heart begin to generalize, and do the spectra of its weights tell? Every plot here can be hovered, zoomed and moved with mouse, fingers or keys; behind the fold below it its numbers stand as a table.";
    let mut parts = vec![
        Part::Text(text.to_owned()),
        Part::PageTable(phases(sizes)),
        Part::Heading("Everything".to_owned()),
        Part::PageTable(ways(sizes, first)),
    ];
    if !claims.is_empty() {
        parts.extend([Part::Heading("Claims".to_owned()), Part::PageTable(judged(claims))]);
    }
    Page::new("index.html", "Deep grokking: spectra along training", records, parts)
}

/// When each run did what.
fn phases(sizes: &[Size]) -> PageTable {
    let step = |step: Option<u64>| step.map_or("never".to_owned(), |step| step.to_string());
    let mut rows = Vec::new();
    for size in sizes {
        for (run, phases) in size.runs.iter().zip(&size.phases) {
            let cells = [
                size.words(),
                run.spec.seed.to_string(),
                step(phases.memorization),
                step(phases.generalization),
                phases.delay.map_or("–".to_owned(), |delay| delay.to_string()),
                format!("{:.3}", phases.final_train),
                format!("{:.3}", phases.final_test),
                if phases.grokked { "yes" } else { "no" }.to_owned(),
            ];
            rows.push(cells.map(PageCell::Words).to_vec());
        }
    }
    let head = [
        "training images",
        "seed",
        "memorized at step",
        "generalized at step",
        "delay in steps",
        "training accuracy at the end",
        "test accuracy at the end",
        "grokked",
    ];
    PageTable {
        caption:
            "Memorized: training accuracy 0.95. Generalized: nine tenths of the final gain in test accuracy. Each for five measurements in a row."
                .to_owned(),
        head: head.map(str::to_owned).to_vec(),
        rows,
    }
}

/// The way to every part.
fn ways(sizes: &[Size], first: usize) -> PageTable {
    let mut rows = vec![way(
        "The paper's figure, from our runs",
        "paper_visualization.html".to_owned(),
        "feature rank, accuracy and linear probes of all sizes",
    )];
    for size in sizes {
        let path = format!("mnist_training_dynamics_{}.html", size.n_train);
        rows.push(way(
            &format!("Training dynamics, {}", size.words()),
            path,
            "rank, accuracy, probe, alpha and D along the run",
        ));
    }
    for size in sizes {
        let path = format!("{}/index.html", folder(size.n_train, first));
        rows.push(way(
            &format!("Spectra, {}", size.words()),
            path,
            "alpha, D, spectral norm and eigenvalues of every layer",
        ));
    }
    rows.push(way(
        "The sizes compared",
        "esd_comparison/index.html".to_owned(),
        "the same, the sizes beside each other",
    ));
    rows.push(way(
        "Heavy tails and generalization",
        "htsr_analysis/index.html".to_owned(),
        "alpha of all layers, its distribution, alpha against the generalization gap",
    ));
    PageTable {
        caption: "All parts of the dashboard".to_owned(),
        head: vec!["part".to_owned(), "what it shows".to_owned()],
        rows,
    }
}

fn way(words: &str, to: String, shows: &str) -> Vec<PageCell> {
    vec![PageCell::Link(Link::new(words, to)), PageCell::Words(shows.to_owned())]
}

/// What may be claimed.
fn judged(claims: &[Claim]) -> PageTable {
    let row = |claim: &Claim| {
        let found = match claim.interval {
            Some([low, high]) => format!("{} (95 %: {low:.3} to {high:.3})", claim.found),
            None => claim.found.clone(),
        };
        let verdict = format!("{}: {}", claim.verdict.words(), claim.reason);
        [claim.id.clone(), claim.statement.clone(), claim.published.clone(), found, verdict]
            .map(PageCell::Words)
            .to_vec()
    };
    PageTable {
        caption: "What was published, what was found, and what may be said".to_owned(),
        head: ["", "claim", "published", "found", "verdict"].map(str::to_owned).to_vec(),
        rows: claims.iter().map(row).collect(),
    }
}
