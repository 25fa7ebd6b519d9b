//! `lawbook esd`: the spectra of a checkpoint's layers, and what they say.

use crate::options::enough_replicas;
use crate::output::say;
use clap::Args;
use lawbook::error::{Error, Result};
use lawbook::esd::columns::{objects, table};
use lawbook::esd::page::{by_depth, page, summary};
use lawbook::esd::{Analysis, analyse};
use lawbook::numerals::four_digits;
use lawbook::paths::write_whole;
use lawbook::plot::spectrum;
use lawbook::spectrum::row::{SpectrumOptions, SpectrumRow};
use lawbook::spectrum::verdict::READING;
use std::collections::BTreeSet;
use std::io::{IsTerminal, Write, stderr};
use std::path::{Path, PathBuf};

/// Resolution of the figures.
const DOTS_PER_INCH: u32 = 300;
/// More than this the goodness of fit is never asked to draw.
const MOST_REPLICAS: u64 = 1_000_000;

/// Spectra of the layers of your own checkpoint: heavy tails, norms, bulk, and what they say
#[derive(Debug, Args)]
pub struct EsdArgs {
    /// Weights: .safetensors (or its .index.json), .npz, .npy, or a checkpoint of lawbook's
    file: PathBuf,
    /// Only layers whose names hold this text, or match it with * and ?
    #[arg(long, value_name = "PATTERN")]
    layer: Option<String>,
    /// Compare with the same weights shuffled: distance, correlation traps
    #[arg(long)]
    randomize: bool,
    /// Fit the Marchenko–Pastur bulk: edges, spikes
    #[arg(long)]
    mp: bool,
    /// Leave out the few largest eigenvalues that spoil a tail (WeightWatcher's clip_xmax)
    #[arg(long)]
    fix_fingers: bool,
    /// Test whether each tail is a power law, with N bootstrap samples, 40 at least; 1000 are usual. Tails
    /// among fewer than 20 eigenvalues are not tested
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=MOST_REPLICAS))]
    gof: u64,
    /// Also the alpha of original 002's three ways to fit, for comparison only
    #[arg(long, alias = "seed-modes")]
    original_modes: bool,
    /// Decides shuffles and bootstrap samples; the same seed gives the same numbers
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Print every column as JSON
    #[arg(long)]
    json: bool,
    /// Print every column as CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Draw each layer's spectrum into this folder, as SVG and PNG
    #[arg(long, value_name = "DIR")]
    figure: Option<PathBuf>,
    /// Write one HTML page with table and figures, which needs no other file
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl EsdArgs {
    pub fn run(&self) -> Result<()> {
        enough_replicas(self.gof)?;
        let options = SpectrumOptions {
            mp: self.mp,
            randomize: self.randomize,
            fix_fingers: self.fix_fingers,
            gof: self.gof as usize,
            original_modes: self.original_modes,
            seed: self.seed,
        };
        let live = stderr().is_terminal();
        let mut progress = |done: usize, all: usize| {
            if live && all > 1 {
                let _ = write!(stderr(), "\r\x1b[K{done} of {all} layers");
            }
        };
        let found = analyse(&self.file, self.layer.as_deref(), &options, &mut progress);
        if live {
            let _ = write!(stderr(), "\r\x1b[K");
        }
        let found = found?;
        for sentence in found.left_out.iter().chain(&found.damaged) {
            eprintln!("lawbook: {sentence}");
        }
        // The answer first: a file that cannot be written must not lose it.
        let rows: Vec<&SpectrumRow> = found.layers.iter().map(|l| &l.row).collect();
        if self.json {
            say(serde_json::to_string_pretty(&objects(&rows)).expect("numbers and words only"));
        } else if self.csv {
            say(table(&rows)?.csv().trim_end());
        } else if !rows.is_empty() {
            print(&found, &rows);
        }
        let mut written = Vec::new();
        if let Some(folder) = &self.figure {
            written.extend(figures(&found, folder)?);
        }
        if let Some(path) = &self.report {
            write_whole(path, page(&found, &options)?.as_bytes())?;
            written.push(path.clone());
        }
        if !(self.json || self.csv) {
            written.iter().for_each(|path| say(format_args!("wrote {}", path.display())));
        }
        match found.damaged.len() {
            0 => Ok(()),
            1 => Err(Error::Failed("1 layer could not be analysed, see above".to_owned())),
            n => Err(Error::Failed(format!("{n} layers could not be analysed, see above"))),
        }
    }
}

/// Draws every layer's figure, and alpha by layer.
fn figures(found: &Analysis, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut names = BTreeSet::from(["alpha-by-layer".to_owned()]);
    let mut written = Vec::new();
    for (i, layer) in found.layers.iter().enumerate() {
        let mut name = file_name(&layer.row.name);
        if !names.insert(name.clone()) {
            name = format!("{name}-{}", i + 1);
            names.insert(name.clone());
        }
        written.extend(spectrum::figure(&name, layer).save(folder, DOTS_PER_INCH)?);
    }
    if found.layers.iter().filter(|l| l.row.tail.is_some()).count() > 1 {
        written.extend(by_depth(found).save(folder, DOTS_PER_INCH)?);
    }
    Ok(written)
}

/// A layer's name as a file's: letters, digits, - _ and . stay.
fn file_name(layer: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    let name: String = layer.chars().map(plain).take(120).collect();
    let name = name.trim_start_matches('.');
    if name.is_empty() { "layer".to_owned() } else { name.to_owned() }
}

fn print(found: &Analysis, rows: &[&SpectrumRow]) {
    let mut lines = vec![heads(rows)];
    let tested = rows.iter().any(|row| row.gof_p.is_some());
    lines.extend(rows.iter().map(|row| cells(row, tested)));
    let widths: Vec<usize> = (0..lines[0].len())
        .map(|c| {
            lines.iter().map(|line| line.get(c).map_or(0, |cell| cell.chars().count())).max().unwrap_or(0)
        })
        .collect();
    say(format_args!("{}\n", found.file));
    for (i, line) in lines.iter().enumerate() {
        let aligned = |(c, cell): (usize, &String)| {
            let width = widths[c];
            if c == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        };
        let text: Vec<String> = line.iter().enumerate().map(aligned).collect();
        let words = if i == 0 { "" } else { verdict(rows[i - 1]) };
        say(format_args!("{}   {words}", text.join("  ")).to_string().trim_end());
        if i > 0 {
            for doubt in &rows[i - 1].verdict.doubts {
                say(format_args!("    but {doubt}"));
            }
        }
    }
    say(format_args!("\n{}\n{READING}", summary(found)));
}

fn heads(rows: &[&SpectrumRow]) -> Vec<String> {
    let mut heads = vec!["layer", "shape", "alpha", "± sigma", "D", "xmin", "tail", "λ max", "stable rank"];
    heads.extend(rows[0].bulk.map(|_| "spikes"));
    if rows[0].baseline.is_some() {
        heads.extend(["distance", "α shuffled", "traps"]);
    }
    heads.extend(rows.iter().find_map(|r| r.gof_p).map(|_| "p"));
    if rows[0].original_modes.is_some() {
        heads.extend(["α median", "α gof", "α finger"]);
    }
    heads.into_iter().map(str::to_owned).collect()
}

/// A row's cells; `tested` where any row has a goodness of fit.
fn cells(row: &SpectrumRow, tested: bool) -> Vec<String> {
    let number = |x: Option<f64>, digits: usize| x.map_or("–".to_owned(), |x| format!("{x:.digits$}"));
    let rf = if row.rf > 1 { format!("{}×", row.rf) } else { String::new() };
    let tail = row.tail;
    let mut cells = vec![
        row.name.clone(),
        format!("{rf}{}×{}", row.rows, row.cols),
        number(tail.map(|t| t.alpha), 3),
        number(tail.map(|t| t.sigma), 3),
        number(tail.map(|t| t.ks), 3),
        tail.map_or("–".to_owned(), |t| four_digits(t.xmin)),
        tail.map_or("–".to_owned(), |t| format!("{}/{}", t.num_pl_spikes, row.num_evals)),
        four_digits(row.lambda_max),
        format!("{:.1}", row.norms.stable_rank),
    ];
    cells.extend(row.bulk.map(|b| b.num_spikes.to_string()));
    if let Some(b) = row.baseline {
        cells.extend([format!("{:.3}", b.rand_distance), number(b.rand_alpha, 2), b.num_traps.to_string()]);
    }
    cells.extend(tested.then(|| number(row.gof_p, 3)));
    if let Some(m) = row.original_modes {
        cells.extend([m.alpha_median, m.alpha_goodness_of_fit, m.alpha_fix_finger].map(|a| number(a, 2)));
    }
    cells
}

/// The verdict's last words: the number before them stands in the row already.
fn verdict(row: &SpectrumRow) -> &str {
    row.verdict.verdict.rsplit_once(": ").map_or(&row.verdict.verdict, |(_, words)| words)
}
