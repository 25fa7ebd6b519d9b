//! `lawbook fit`: laws on a person's own table.

mod options;
mod args;
mod points;
mod remarks;
mod table;
mod object;
mod answer;
mod change;

pub use args::FitArgs;

use crate::fit::answer::{Answer, Given};
use crate::fit::args::{BrokenArgs, CompareArgs, PowerArgs, Question, SurfaceArgs};
use lawbook::error::{Error, Result};
use lawbook::fit::law::Law;
use lawbook::fit::select;
use lawbook::law_figure;

/// More breaks than this are never asked for in earnest.
const MOST_BREAKS: usize = 20;

impl FitArgs {
    /// Reads the table, fits, prints, draws.
    pub fn run(self) -> Result<()> {
        match self.question {
            Question::Power(ask) => power(&ask),
            Question::Surface(ask) => surface(&ask),
            Question::Broken(ask) => broken(&ask),
            Question::Compare(ask) => compare(&ask),
            Question::Change(ask) => change::change(&ask),
        }
    }
}

fn power(ask: &PowerArgs) -> Result<()> {
    let (space, interval) = (ask.space.space()?, ask.interval.kind()?);
    let (law, given) = match ask.exponent {
        Some(alpha) => (Law::FloorFixed { alpha }, vec![("alpha", alpha)]),
        None if ask.no_floor => (Law::Power, vec![("E", 0.0)]),
        None => (Law::Floor, Vec::new()),
    };
    let points = points::curve(&ask.curve, &ask.weights, [true; 2])?;
    let checked = points.checked()?;
    let fit = law.fit_with(&checked, space, interval).map_err(|e| points.named_in(e))?;
    let figure = law_figure::curve(&fit, &checked, &points.columns.names[0], &points.columns.names[1]);
    let rise = if fit.get("alpha").is_some_and(|alpha| alpha.value < 0.0) { None } else { points.rise() };
    let subject = points.subject();
    let mut answer = Answer::new("power", fit, points, Given::new(given));
    answer.warn(rise);
    answer.print(ask.output.json, &subject);
    ask.output.draw(&figure)
}

fn broken(ask: &BrokenArgs) -> Result<()> {
    let (space, interval) = (ask.space.space()?, ask.interval.kind()?);
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
    let points = points::curve(&ask.curve, &ask.weights, [true; 2])?;
    let checked = points.checked()?;
    let law = Law::Broken { breaks: ask.breaks };
    let fit = law.fit_with(&checked, space, interval).map_err(|e| points.named_in(e))?;
    let figure = law_figure::curve(&fit, &checked, &points.columns.names[0], &points.columns.names[1]);
    let subject = points.subject();
    let answer = Answer::new("broken", fit, points, Given::default());
    answer.print(ask.output.json, &subject);
    ask.output.draw(&figure)
}

fn surface(ask: &SurfaceArgs) -> Result<()> {
    let (space, interval) = (ask.space.with_delta(ask.delta)?, ask.interval.kind()?);
    let second =
        ask.second.tokens.as_ref().or(ask.second.flops.as_ref()).expect("clap demands one of the two");
    let columns = [&ask.params, second, &ask.loss];
    if columns[0] == columns[1] || columns[1] == columns[2] || columns[0] == columns[2] {
        return Err(Error::Usage("N, D and the loss must be three different columns".to_owned()));
    }
    let mut points = points::read(&ask.file, &columns, &ask.weights, &ask.only)?;
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
    let checked = points.checked()?;
    let fit = Law::Surface.fit_with(&checked, space, interval).map_err(|e| points.named_in(e))?;
    let figure = law_figure::surface(&fit, &checked);
    let entangled = points.entangled();
    let mut answer = Answer::new("surface", fit, points, Given::default());
    answer.warn(entangled);
    answer.allocate(&checked)?;
    answer.print(ask.output.json, &format!("{} by {} and {}", ask.loss, ask.params, second));
    ask.output.draw(&figure)
}

fn compare(ask: &CompareArgs) -> Result<()> {
    let space = ask.space.space()?;
    let points = points::curve(&ask.curve, &ask.weights, [true; 2])?;
    let checked = points.checked()?;
    if let Some(limit) = ask.holdout_above {
        points.check_holdout(limit)?;
    }
    let laws = select::candidates(checked.n());
    let found = select::compare(&checked, &laws, space, ask.holdout_above).map_err(|e| points.named_in(e))?;
    let subject = points.subject();
    let figure = law_figure::comparison(&found, &checked, &points.columns.names[0], &points.columns.names[1]);
    answer::print_comparison(&found, &points, ask.output.json, &subject);
    ask.output.draw(&figure)
}
