//! `lawbook fit`: laws on a person's own table.

mod args;
mod points;
mod table;
mod object;
mod answer;
mod change;

pub use args::Fit;

use crate::fit::answer::{Answer, Given};
use crate::fit::args::{Broken, Compare, IntervalName, Law as Ask, Measure, Power, SpaceName, Sure, Surface};
use crate::fit::points::Points;
use lawbook::error::{Error, Result};
use lawbook::fit::fitted::Interval;
use lawbook::fit::law::Law;
use lawbook::fit::points::Points as Checked;
use lawbook::fit::select;
use lawbook::fit::space::Space;
use lawbook::law_figure;
use lawbook::paths::write_whole;
use lawbook::plot::Figure;
use std::path::{Path, PathBuf};

/// Hoffmann et al. 2022.
const HUBER_DELTA: f64 = 1e-3;

/// More breaks than this are never asked for in earnest.
const MOST_BREAKS: usize = 20;

/// Dots per inch of a PNG.
const DOTS_PER_INCH: u32 = 200;

impl Fit {
    /// Reads the table, fits, prints, draws.
    pub fn run(self) -> Result<()> {
        match self.law {
            Ask::Power(ask) => power(&ask),
            Ask::Surface(ask) => surface(&ask),
            Ask::Broken(ask) => broken(&ask),
            Ask::Compare(ask) => compare(&ask),
            Ask::Change(ask) => change::change(&ask),
        }
    }
}

fn power(ask: &Power) -> Result<()> {
    let (space, interval) = (space(&ask.measure)?, interval(&ask.sure)?);
    let (law, given) = match ask.exponent {
        Some(alpha) => (Law::FloorFixed { alpha }, vec![("alpha", alpha)]),
        None if ask.no_floor => (Law::Power, vec![("E", 0.0)]),
        None => (Law::Floor, Vec::new()),
    };
    let points = points::curve(&ask.curve, &ask.counts, [true; 2])?;
    let checked = checked(&points)?;
    let fit = law.fit_with(&checked, space, interval).map_err(|e| points.named_in(e))?;
    let figure = law_figure::curve(&fit, &checked, &points.columns.names[0], &points.columns.names[1]);
    let rise = if fit.get("alpha").is_some_and(|alpha| alpha.value < 0.0) { None } else { points.rise() };
    let subject = points.subject();
    let mut answer = Answer::new("power", fit, points, Given::new(given));
    answer.warn(rise);
    answer.print(ask.output.json, &subject);
    draw(&figure, &ask.output.figure)
}

fn broken(ask: &Broken) -> Result<()> {
    let (space, interval) = (space(&ask.measure)?, interval(&ask.sure)?);
    if ask.breaks == 0 {
        return Err(Error::Usage(
            "--breaks 0 is a power law: lawbook fit power fits it, with its floor".to_owned(),
        ));
    }
    if ask.breaks > MOST_BREAKS {
        return Err(Error::Usage(format!(
            "--breaks {} is more than anyone can tell apart: each break has three parameters of its own; give 1 to {MOST_BREAKS}",
            ask.breaks
        )));
    }
    let points = points::curve(&ask.curve, &ask.counts, [true; 2])?;
    let checked = checked(&points)?;
    let law = Law::Broken { breaks: ask.breaks };
    let fit = law.fit_with(&checked, space, interval).map_err(|e| points.named_in(e))?;
    let figure = law_figure::curve(&fit, &checked, &points.columns.names[0], &points.columns.names[1]);
    let subject = points.subject();
    let answer = Answer::new("broken", fit, points, Given::default());
    answer.print(ask.output.json, &subject);
    draw(&figure, &ask.output.figure)
}

fn surface(ask: &Surface) -> Result<()> {
    let measure = Measure { space: ask.space, delta: ask.delta };
    let (space, interval) = (space(&measure)?, interval(&ask.sure)?);
    let second =
        ask.second.tokens.as_ref().or(ask.second.flops.as_ref()).expect("clap demands one of the two");
    let columns = [&ask.params, second, &ask.loss];
    if columns[0] == columns[1] || columns[1] == columns[2] || columns[0] == columns[2] {
        return Err(Error::Usage("N, D and the loss must be three different columns".to_owned()));
    }
    let mut points = points::read(&ask.file, &columns, &ask.counts, &ask.only)?;
    (0..3).try_for_each(|column| points.above_zero(column))?;
    let dropped = points.largest(2, ask.drop_largest)?;
    if !dropped.is_empty() {
        let note = format!("left out the {} largest losses: {}", dropped.len(), points.named(&dropped));
        points = points.without(&dropped);
        points.notes.push(note);
    }
    (0..3).try_for_each(|column| points.different(column))?;
    if ask.second.flops.is_some() {
        points.tokens_from_flops();
    }
    let checked = checked(&points)?;
    let fit = Law::Surface.fit_with(&checked, space, interval).map_err(|e| points.named_in(e))?;
    let figure = law_figure::surface(&fit, &checked);
    let entangled = points.entangled();
    let mut answer = Answer::new("surface", fit, points, Given::default());
    answer.warn(entangled);
    answer.allocate(&checked)?;
    answer.print(ask.output.json, &format!("{} by {} and {}", ask.loss, ask.params, second));
    draw(&figure, &ask.output.figure)
}

fn compare(ask: &Compare) -> Result<()> {
    let space = space(&ask.measure)?;
    let points = points::curve(&ask.curve, &ask.counts, [true; 2])?;
    let checked = checked(&points)?;
    if let Some(limit) = ask.holdout_above {
        points.check_holdout(limit)?;
    }
    let mut laws =
        vec![Law::Power, Law::Floor, Law::FloorFixed { alpha: 0.5 }, Law::Broken { breaks: 1 }, Law::M4];
    // Two breaks have nine parameters; AICc is not defined with fewer than two more points.
    if checked.n() >= 18 {
        laws.push(Law::Broken { breaks: 2 });
    }
    let found = select::compare(&checked, &laws, space, ask.holdout_above).map_err(|e| points.named_in(e))?;
    let subject = points.subject();
    let figure = law_figure::comparison(&found, &checked, &points.columns.names[0], &points.columns.names[1]);
    answer::print_comparison(&found, &points, ask.output.json, &subject);
    draw(&figure, &ask.output.figure)
}

/// The points as the laws take them.
fn checked(points: &Points) -> Result<Checked> {
    let columns = &points.columns.numbers;
    let mut checked = if points.variables == 3 {
        Checked::runs(&columns[0], &columns[1], &columns[2])?
    } else {
        Checked::curve(&columns[0], &columns[1])?
    };
    if !points.weights.is_empty() {
        checked = checked.weighted(&points.weights)?;
    }
    if !points.cells.is_empty() {
        checked = checked.grouped(&points.cells)?;
    }
    Ok(checked)
}

fn space(measure: &Measure) -> Result<Space> {
    measure.space.check_delta(measure.delta)?;
    Ok(match measure.space {
        SpaceName::Y => Space::Y,
        SpaceName::Log => Space::Log,
        SpaceName::Huber => Space::Huber { delta: measure.delta.unwrap_or(HUBER_DELTA) },
        SpaceName::Lad => Space::Lad,
    })
}

fn interval(sure: &Sure) -> Result<Interval> {
    let (replicas, seed) = (sure.replicas.unwrap_or(1000) as usize, sure.seed);
    match sure.interval {
        IntervalName::Profile if sure.replicas.is_some() => Err(Error::Usage(
            "--replicas belongs to --interval pairs or residual: a profile refits nothing at random"
                .to_owned(),
        )),
        IntervalName::Profile => Ok(Interval::Profile),
        IntervalName::Pairs => Ok(Interval::Pairs { replicas, seed }),
        IntervalName::Residual => Ok(Interval::Residual { replicas, seed }),
    }
}

/// Writes the figure to each path, in the format that its ending names.
fn draw(figure: &Figure, paths: &[PathBuf]) -> Result<()> {
    for path in paths {
        let svg = Path::new(path).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("svg"));
        let bytes = if svg { figure.svg()?.into_bytes() } else { figure.png(DOTS_PER_INCH)? };
        write_whole(path, &bytes)?;
    }
    Ok(())
}
