//! The arguments of `lawbook fit`, and what its help says.

use crate::fit::options::{
    CurveArgs, IntervalArgs, OutputArgs, SpaceArgs, SpaceName, WeightArgs, condition, positive,
};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What `lawbook fit --help` adds below.
pub const ABOUT_TABLES: &str = "\
The table
  FILE is CSV (a first line names the columns; commas, semicolons or tabs between fields) or JSON lines
  (one object a line, {\"n\": 50, \"loss\": 0.5}; a value inside an object is outer.inner); - is standard input.
  Every x and y must be a number above 0. Whatever is not is refused with its line and column: nothing is
  skipped, nothing is guessed. Several curves in one file: pick one with --where COL=VALUE.

The answer
  A table to read, or with --json one object:
    law, space, n                  what was fitted, how residuals were measured, to how many rows
    params, intervals              the same keys in both; an interval is [low, high], 95 %,
                                   and null is an end that the data do not bound
    objective, rmse_log, aicc      the minimum, RMSE of ln y, corrected information criterion
                                   (null with too few rows for one)
    stop, condition_number         why the search stopped; how nearly the parameters are collinear:
                                   above about 1000 they can hardly be told apart
    verdict, warnings, notes       what may be said in words, what to be careful about, what was read
  Exit status: 0 good, 1 the table cannot be fitted (a sentence says why), 2 wrong usage.

Fit spaces (--space): what counts as a small residual. They can give other exponents; say which you used.
  y      least squares in y: the largest values decide
  log    least squares in ln y: equal ratios count equally
  huber  Huber loss of ln y: squares up to --delta, absolute beyond: outliers count less
  lad    least absolute deviations of ln y: outliers hardly count

Examples
  lawbook fit power runs.csv --x n_train --y test_loss
  lawbook fit power runs.csv --x Samples --y MAE --where Quality=1.0 --figure law.svg
  lawbook fit power runs.csv --x n_train --y accuracy --complement 1 --group n_train --interval pairs
  lawbook fit surface runs.csv --params N --tokens D --loss loss
  lawbook fit compare runs.jsonl --x n_train --y loss --holdout-above 1e5
  lawbook fit LAW --help";

/// Fit a scaling law to your own measurements: parameters, 95 % intervals, a plain verdict
#[derive(Debug, Args)]
#[command(arg_required_else_help = true, after_long_help = ABOUT_TABLES, after_help = ABOUT_TABLES)]
pub struct FitArgs {
    #[command(subcommand)]
    pub question: Question,
}

#[derive(Debug, Subcommand)]
pub enum Question {
    /// y = E + A x^-alpha: one quantity falls with another, perhaps to a floor
    Power(PowerArgs),
    /// L = E + A/N^alpha + B/D^beta: loss by parameters and tokens (Chinchilla), and the best use of compute
    Surface(SurfaceArgs),
    /// A power law whose exponent changes at one or more breaks
    Broken(BrokenArgs),
    /// All laws of one variable on the same points, ranked
    Compare(CompareArgs),
    /// Is there a break or an onset, where, and against what smooth alternative?
    Change(ChangeArgs),
}

/// y = E + A x^-alpha: one quantity falls with another, perhaps to a floor
///
/// alpha is the exponent of the decay, positive when y falls. E is the floor that more x does not get
/// below, A the height above it at x = 1.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples\n  \
    lawbook fit power runs.csv --x n_train --y test_loss\n  \
    lawbook fit power runs.csv --x n_train --y test_loss --no-floor --space y\n  \
    lawbook fit power runs.csv --x n_train --y test_loss --exponent 0.5 --figure law.svg --figure law.png\n  \
    lawbook fit power runs.csv --x n_train --y test_loss --group n_train --interval pairs\n  \
    cut -d, -f1,2 runs.csv | lawbook fit power - --x n_train --y test_loss --json\n\n\
    Columns, spaces and the answer's keys: lawbook fit --help")]
pub struct PowerArgs {
    #[command(flatten)]
    pub curve: CurveArgs,
    /// With a floor, y = E + A x^-alpha [the default]
    #[arg(long, conflicts_with_all = ["no_floor", "exponent"])]
    pub floor: bool,
    /// Without a floor, y = A x^-alpha
    #[arg(long, conflicts_with = "exponent")]
    pub no_floor: bool,
    /// With a floor and this exponent, y = E + A x^-0.5: 0.5 is the 1/sqrt(n) of many bounds
    #[arg(long, value_name = "ALPHA", value_parser = positive, allow_negative_numbers = true)]
    pub exponent: Option<f64>,
    #[command(flatten)]
    pub weights: WeightArgs,
    #[command(flatten)]
    pub space: SpaceArgs,
    #[command(flatten)]
    pub interval: IntervalArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// L = E + A/N^alpha + B/D^beta: loss by parameters N and tokens D (Hoffmann et al. 2022, approach 3)
///
/// Fitted to ln L, by default with the Huber loss summed over the rows. The answer says how the largest
/// compute C = 6ND of the runs would best have been split between N and D.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples\n  \
    lawbook fit surface runs.csv --params N --tokens D --loss loss\n  \
    lawbook fit surface runs.csv --params N --flops C --loss loss --drop-largest 5\n  \
    lawbook fit surface runs.csv --params N --tokens D --loss loss --space lad --json\n\n\
    Columns, spaces and the answer's keys: lawbook fit --help")]
pub struct SurfaceArgs {
    /// The table: CSV or JSON lines; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Column of the parameters N
    #[arg(long, value_name = "COL")]
    pub params: String,
    #[command(flatten)]
    pub second: SecondVariable,
    /// Column of the loss L
    #[arg(long, value_name = "COL")]
    pub loss: String,
    /// Leave out the K rows with the largest losses; the answer says which
    #[arg(long, value_name = "K", default_value_t = 0)]
    pub drop_largest: usize,
    /// Only rows whose column has this value; may be given again
    #[arg(long = "where", value_name = "COL=VALUE", value_parser = condition)]
    pub only: Vec<(String, String)>,
    #[command(flatten)]
    pub weights: WeightArgs,
    /// How residuals are measured; lawbook fit --help explains
    #[arg(long, value_enum, value_name = "SPACE", default_value = "huber")]
    pub space: SpaceName,
    /// Where the Huber loss turns from squares to absolute values, in ln L [default: 0.001]
    #[arg(long, value_name = "DELTA", value_parser = positive, allow_negative_numbers = true)]
    pub delta: Option<f64>,
    #[command(flatten)]
    pub interval: IntervalArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The second variable of a surface.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct SecondVariable {
    /// Column of the training tokens D
    #[arg(long, value_name = "COL")]
    pub tokens: Option<String>,
    /// Column of the training compute C in FLOPs; then D = C/(6N)
    #[arg(long, value_name = "COL")]
    pub flops: Option<String>,
}

/// A power law whose exponent changes at one or more breaks (Caballero et al. 2022)
///
/// y = a + b x^-c0 (1 + (x/d1)^(1/f1))^(-c1 f1) …: from d_i on the exponent is larger by c_i; f_i says
/// how soft the bend is. Each break costs three parameters, so each needs many points.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples\n  \
    lawbook fit broken runs.csv --x n_train --y test_loss\n  \
    lawbook fit broken runs.csv --x n_train --y test_loss --breaks 2 --figure broken.svg\n\n\
    Columns, spaces and the answer's keys: lawbook fit --help")]
pub struct BrokenArgs {
    #[command(flatten)]
    pub curve: CurveArgs,
    /// How many breaks, up to 20
    #[arg(long, value_name = "K", default_value_t = 1)]
    pub breaks: usize,
    #[command(flatten)]
    pub weights: WeightArgs,
    #[command(flatten)]
    pub space: SpaceArgs,
    #[command(flatten)]
    pub interval: IntervalArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// All laws of one variable on the same points, ranked by AICc, with a test of extrapolation
///
/// AICc is comparable only within one fit space, so there is one ranking, in the space that was asked for.
/// With --holdout-above each law is fitted again to the rows up to X alone and judged by its RMSE of ln y
/// beyond: the question that a scaling law is for.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples\n  \
    lawbook fit compare runs.csv --x n_train --y test_loss\n  \
    lawbook fit compare runs.csv --x n_train --y test_loss --holdout-above 50000 --figure laws.svg\n\n\
    Columns, spaces and the answer's keys: lawbook fit --help")]
pub struct CompareArgs {
    #[command(flatten)]
    pub curve: CurveArgs,
    /// Fit to x up to X, score the RMSE of ln y beyond
    #[arg(long, value_name = "X", value_parser = positive, allow_negative_numbers = true)]
    pub holdout_above: Option<f64>,
    #[command(flatten)]
    pub weights: WeightArgs,
    #[command(flatten)]
    pub space: SpaceArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Is there a break or an onset, where, and against what smooth alternative?
///
/// The best single break is compared with a smooth curve: a curve that bends everywhere is no evidence of
/// a transition. Chances come from curves simulated with the residual noise of each.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples\n  \
    lawbook fit change log.csv --x step --y loss\n  \
    lawbook fit change log.csv --x n_train --y accuracy --axes semilog --shape step\n\n\
    Columns and the answer's keys: lawbook fit --help")]
pub struct ChangeArgs {
    #[command(flatten)]
    pub curve: CurveArgs,
    /// What a break looks like
    #[arg(long, value_enum, value_name = "SHAPE", default_value = "kink")]
    pub shape: Shape,
    /// The smooth alternative [default: quadratic for a kink, logistic for a step]
    #[arg(long, value_enum, value_name = "CURVE")]
    pub smooth: Option<SmoothName>,
    /// In which coordinates
    #[arg(long, value_enum, value_name = "AXES", default_value = "log")]
    pub axes: Axes,
    /// Seed of the simulated curves
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    pub seed: u64,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What a break looks like, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// Two straight lines that meet
    Kink,
    /// Two levels
    Step,
}

/// A smooth curve, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SmoothName {
    /// A parabola
    Quadratic,
    /// A polynomial of degree 3
    Cubic,
    /// Two levels with a turn of free place and width
    Logistic,
}

/// Coordinates in which a break is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Axes {
    /// ln y against ln x, where a power law is a line
    Log,
    /// y against ln x: for accuracies
    Semilog,
    /// y against x
    Linear,
}
