//! `lawbook tail`: the tail of plain numbers, and whether it is a power law.

use crate::options::enough_replicas;
use crate::output::say;
use clap::Args;
use lawbook::error::{Error, Result};
use lawbook::input::columns::{self, Request};
use lawbook::input::numbers;
use lawbook::numerals::four_digits;
use lawbook::paths::write_whole;
use lawbook::plot;
use lawbook::tail::bootstrap::{self, Goodness, Intervals};
use lawbook::tail::compare::{self, RivalTest};
use lawbook::tail::verdict::{Standing, verdict, warnings};
use lawbook::tail::{self, Edge, Kind, Tail};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Dots per inch of a figure that is asked for as PNG.
const DOTS_PER_INCH: u32 = 300;

/// Fit a power law to the tail of plain numbers, and ask whether it is one
#[derive(Debug, Args)]
pub struct TailArgs {
    /// Numbers above 0, separated by white space or commas, # begins a comment; - for standard input
    file: PathBuf,
    /// FILE is a table, CSV or JSON lines: take the numbers of this column
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
    /// The numbers are whole: counts
    #[arg(long)]
    discrete: bool,
    /// Goodness of fit and intervals from N replicas, 40 at least; 1000 are usual
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    gof: Option<u32>,
    /// Hold lognormal, exponential, stretched exponential and truncated power law against it
    #[arg(long)]
    compare: bool,
    /// The edge of the tail; by default the one with the smallest Kolmogorov–Smirnov distance
    #[arg(long, value_name = "X")]
    x_min: Option<f64>,
    /// Seed of the replicas; the same seed gives the same numbers
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Draw the tail, its law and its rivals into this .svg or .png
    #[arg(long, value_name = "FILE")]
    figure: Option<PathBuf>,
}

/// All that was found.
struct Found {
    tail: Tail,
    goodness: Option<Goodness>,
    intervals: Option<Intervals>,
    comparisons: Vec<RivalTest>,
    warnings: Vec<String>,
}

/// What `--json` prints, in this order.
#[derive(Serialize)]
struct Report<'a> {
    alpha: f64,
    sigma: f64,
    x_min: f64,
    ks: f64,
    n_tail: usize,
    n: usize,
    /// Null without `--gof`.
    p_value: Option<f64>,
    /// Null without `--compare`.
    compare: Option<Vec<serde_json::Value>>,
    /// Null without `--gof`.
    intervals: Option<Intervals>,
    warnings: &'a [String],
}

impl TailArgs {
    pub fn run(&self) -> Result<()> {
        enough_replicas(self.gof.map_or(0, u64::from))?;
        let ending = self.figure.as_deref().map(ending).transpose()?;
        if let Some(x_min) = self.x_min.filter(|x| !(x.is_finite() && *x > 0.0)) {
            return Err(Error::Usage(format!("--x-min {x_min} is no edge: name a number above 0")));
        }
        let values = self.values()?;
        let kind = if self.discrete { Kind::Discrete } else { Kind::Continuous };
        let found = self.find(&values, kind)?;
        // The answer first: a figure that cannot be written must not lose it.
        if self.json {
            say(self.as_json(&found));
        } else {
            self.print(&found, kind);
        }
        if let (Some(path), Some(ending)) = (&self.figure, ending) {
            let comparisons = compare::rivals(&values, kind, &found.tail)?;
            let figure = plot::tail::figure(&values, kind, &found.tail, &comparisons)?;
            let bytes = match ending {
                Ending::Svg => figure.svg()?.into_bytes(),
                Ending::Png => figure.png(DOTS_PER_INCH)?,
            };
            write_whole(path, &bytes)?;
        }
        Ok(())
    }

    fn values(&self) -> Result<Vec<f64>> {
        let Some(name) = &self.column else { return numbers::read(&self.file) };
        let request = Request { numbers: vec![name.clone()], ..Request::default() };
        let mut columns = columns::read(&self.file, &request)?;
        columns.above_zero(0, "the tail of a power law has no such numbers; leave them out")?;
        Ok(columns.numbers.remove(0))
    }

    fn find(&self, values: &[f64], kind: Kind) -> Result<Found> {
        let edge = self.x_min.map_or(Edge::Closest, Edge::At);
        let tail = tail::fit(values, kind, edge)?;
        let replicas = self.gof.map(|n| n as usize);
        let goodness = replicas.map(|n| bootstrap::goodness(values, kind, edge, n, self.seed)).transpose()?;
        let intervals =
            replicas.map(|n| bootstrap::intervals(values, kind, edge, n, self.seed)).transpose()?;
        let comparisons = if self.compare { compare::rivals(values, kind, &tail)? } else { Vec::new() };
        Ok(Found { tail, goodness, intervals, comparisons, warnings: warnings(values, kind, &tail) })
    }

    fn as_json(&self, found: &Found) -> String {
        let tail = found.tail;
        let object = Report {
            alpha: tail.alpha,
            sigma: tail.sigma,
            x_min: tail.x_min,
            ks: tail.ks,
            n_tail: tail.n_tail,
            n: tail.n,
            p_value: found.goodness.map(|g| g.p),
            compare: self.compare.then(|| found.comparisons.iter().map(comparison_json).collect()),
            intervals: found.intervals,
            warnings: &found.warnings,
        };
        serde_json::to_string_pretty(&object).expect("numbers and words only")
    }

    fn print(&self, found: &Found, kind: Kind) {
        let tail = found.tail;
        let what = match kind {
            Kind::Continuous => "values, continuous",
            Kind::Discrete => "whole numbers, discrete",
        };
        let name = if self.file == Path::new("-") {
            "standard input".into()
        } else {
            self.file.display().to_string()
        };
        say(format_args!("{name}: {} {what}\n", tail.n));
        say(format_args!("alpha    {:.4} ± {:.4}{}", tail.alpha, tail.sigma, within(found, |i| &i.alpha)));
        let chosen = if self.x_min.is_some() { "   (given)" } else { "" };
        say(format_args!("x_min    {}{chosen}{}", four_digits(tail.x_min), within(found, |i| &i.x_min)));
        let percent = 100.0 * tail.n_tail as f64 / tail.n as f64;
        say(format_args!("n_tail   {} ({percent:.1} %){}", tail.n_tail, within(found, |i| &i.n_tail)));
        say(format_args!("ks       {:.4}", tail.ks));
        if let Some(g) = found.goodness {
            let (p, error) = (g.p, g.p_error);
            say(format_args!(
                "p        {p:.3} ± {error:.3}   (goodness of fit, {} replicas, seed {})",
                g.replicas, self.seed
            ));
        }
        if self.compare {
            say(format_args!(
                "\n{:<22}{:>10}{:>12}{:>9}   against the power law",
                "rival", "R", "R/√n sd", "p"
            ));
            for c in &found.comparisons {
                let words = match c.standing() {
                    Standing::Better => "better",
                    Standing::Worse => "worse",
                    Standing::Undecided => "cannot be told apart",
                    Standing::Same => "the best one is the power law",
                };
                let (name, parameters) = (c.rival.law.name(), parameters(c));
                say(format_args!(
                    "{name:<22}{:>10.3}{:>12.3}{:>9}   {words:<21} {parameters}",
                    c.ratio,
                    c.normalized_ratio,
                    chance(c.p)
                ));
            }
        }
        say(format_args!("\n{}", verdict(found.goodness.as_ref(), &found.comparisons)));
        for warning in &found.warnings {
            say(format_args!("Note: {warning}."));
        }
    }
}

/// "   95 % in [1.73, 3.07]", where intervals were asked for.
fn within(found: &Found, pick: fn(&Intervals) -> &bootstrap::TailInterval) -> String {
    let Some(intervals) = &found.intervals else { return String::new() };
    let interval = pick(intervals);
    format!("   95 % in [{}, {}]", four_digits(interval.low), four_digits(interval.high))
}

fn comparison_json(c: &RivalTest) -> serde_json::Value {
    json!({
        "rival": c.rival.law.name(),
        "parameters": c.rival.parameters().into_iter().collect::<BTreeMap<_, _>>(),
        "ratio": c.ratio,
        "normalized_ratio": c.normalized_ratio,
        "p": c.p,
        "nested": c.nested,
        "standing": match c.standing() {
            Standing::Better => "better",
            Standing::Worse => "worse",
            Standing::Undecided => "undecided",
            Standing::Same => "same",
        },
    })
}

fn parameters(c: &RivalTest) -> String {
    if c.same {
        return String::new();
    }
    let written = c.rival.parameters().into_iter().map(|(name, x)| format!("{name} {}", four_digits(x)));
    written.collect::<Vec<_>>().join("  ")
}

/// "0.678", "3e-43".
fn chance(p: f64) -> String {
    if p == 0.0 || p >= 0.001 { format!("{p:.3}") } else { format!("{p:.0e}") }
}

#[derive(Debug, Clone, Copy)]
enum Ending {
    Svg,
    Png,
}

fn ending(path: &Path) -> Result<Ending> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("svg") => Ok(Ending::Svg),
        Some("png") => Ok(Ending::Png),
        _ => Err(Error::Usage(format!("--figure {}: the name must end in .svg or .png", path.display()))),
    }
}
