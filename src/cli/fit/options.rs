//! The options that several questions of `lawbook fit` share, and what they ask for.

use clap::{Args, ValueEnum};
use lawbook::error::{Error, Result};
use lawbook::fit::fitted::Interval;
use lawbook::fit::space::Space;
use lawbook::paths::write_whole;
use lawbook::plot::Figure;
use std::path::PathBuf;

/// Hoffmann et al. 2022.
const HUBER_DELTA: f64 = 1e-3;

/// Dots per inch of a PNG.
const DOTS_PER_INCH: u32 = 200;

/// A table with one x and one y.
#[derive(Debug, Args)]
pub struct CurveArgs {
    /// The table: CSV or JSON lines; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Column of what was varied: samples, parameters, steps
    #[arg(long, value_name = "COL")]
    pub x: String,
    /// Column of what was measured: loss, error
    #[arg(long, value_name = "COL")]
    pub y: String,
    /// Fit BEST - y instead of y: 1 turns an accuracy into an error, 100 one in percent
    #[arg(long, value_name = "BEST", value_parser = positive, allow_negative_numbers = true)]
    pub complement: Option<f64>,
    /// Only rows whose column has this value; may be given again
    #[arg(long = "where", value_name = "COL=VALUE", value_parser = condition)]
    pub only: Vec<(String, String)>,
}

/// What rows count, and which belong together.
#[derive(Debug, Args)]
pub struct WeightArgs {
    /// Column of weights above 0: a row of weight 2 counts twice as much as one of weight 1
    #[arg(long, value_name = "COL")]
    pub weights: Option<String>,
    /// Column that says which rows are repeats of one cell (its seeds). All rows are fitted together;
    /// bootstraps draw whole cells, so that repeats do not pass for independent points
    #[arg(long, value_name = "COL")]
    pub group: Option<String>,
}

/// How residuals are measured.
#[derive(Debug, Args)]
pub struct SpaceArgs {
    /// How residuals are measured; lawbook fit --help explains
    #[arg(long, value_enum, value_name = "SPACE", default_value = "log")]
    pub space: SpaceName,
    /// With --space huber: where squares turn to absolute values, in ln y [default: 0.001]
    #[arg(long, value_name = "DELTA", value_parser = positive, allow_negative_numbers = true)]
    pub delta: Option<f64>,
}

/// A fit space, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SpaceName {
    /// Least squares in y
    Y,
    /// Least squares in ln y
    Log,
    /// Huber loss of ln y
    Huber,
    /// Least absolute deviations of ln y
    Lad,
}

/// How sure.
#[derive(Debug, Args)]
pub struct IntervalArgs {
    /// How the 95 % intervals are made: profile likelihood (F-calibrated), or a bootstrap of rows or
    /// residuals
    #[arg(long, value_enum, value_name = "METHOD", default_value = "profile")]
    pub interval: IntervalName,
    /// Refits of a bootstrap [default: 1000]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(40..=1_000_000))]
    pub replicas: Option<u32>,
    /// Seed of a bootstrap: the same seed gives the same intervals
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    pub seed: u64,
}

/// An interval method, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum IntervalName {
    /// Profile likelihood, F-calibrated: nothing random, no replicas
    Profile,
    /// Bootstrap of rows (of cells with --group)
    Pairs,
    /// Bootstrap of residuals
    Residual,
}

/// Where the answer goes.
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Draw points, law and 95 % band into FILE.svg or FILE.png; may be given again
    #[arg(long, value_name = "FILE", value_parser = picture)]
    pub figure: Vec<PathBuf>,
}

impl SpaceName {
    /// The space, with Huber's δ where it has one.
    pub fn with_delta(self, delta: Option<f64>) -> Result<Space> {
        match (self, delta) {
            (Self::Huber, delta) => Ok(Space::Huber { delta: delta.unwrap_or(HUBER_DELTA) }),
            (_, Some(_)) => {
                Err(Error::Usage("--delta belongs to --space huber: the other spaces have none".to_owned()))
            }
            (Self::Y, None) => Ok(Space::Y),
            (Self::Log, None) => Ok(Space::Log),
            (Self::Lad, None) => Ok(Space::Lad),
        }
    }
}

impl SpaceArgs {
    /// The space that was asked for.
    pub fn space(&self) -> Result<Space> {
        self.space.with_delta(self.delta)
    }
}

impl IntervalArgs {
    /// The kind of intervals that was asked for.
    pub fn kind(&self) -> Result<Interval> {
        let (replicas, seed) = (self.replicas.unwrap_or(1000) as usize, self.seed);
        match self.interval {
            IntervalName::Profile if self.replicas.is_some() => Err(Error::Usage(
                "--replicas belongs to --interval pairs or residual: a profile refits nothing at random"
                    .to_owned(),
            )),
            IntervalName::Profile => Ok(Interval::Profile),
            IntervalName::Pairs => Ok(Interval::Pairs { replicas, seed }),
            IntervalName::Residual => Ok(Interval::Residual { replicas, seed }),
        }
    }
}

impl OutputArgs {
    /// Writes the figure to each path, in the format that its ending names.
    pub fn draw(&self, figure: &Figure) -> Result<()> {
        for path in &self.figure {
            let svg = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("svg"));
            let bytes = if svg { figure.svg()?.into_bytes() } else { figure.png(DOTS_PER_INCH)? };
            write_whole(path, &bytes)?;
        }
        Ok(())
    }
}

/// A number above 0.
pub fn positive(text: &str) -> std::result::Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("expected a number above 0".to_owned()),
    }
}

/// A column and its value.
pub fn condition(text: &str) -> std::result::Result<(String, String), String> {
    match text.split_once('=') {
        Some((column, value)) if !column.trim().is_empty() => {
            Ok((column.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("expected a column and a value, like Quality=1.0".to_owned()),
    }
}

/// A path that ends in .svg or .png.
fn picture(text: &str) -> std::result::Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if ["svg", "png"].contains(&ending.as_str()) {
        Ok(path)
    } else {
        Err("expected a file that ends in .svg or .png".to_owned())
    }
}
