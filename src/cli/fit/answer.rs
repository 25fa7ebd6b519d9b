//! What `lawbook fit` found: one JSON object, or a table to read.

use crate::fit::object::{Object, finite};
use crate::fit::points::TablePoints;
use crate::fit::table::{ParameterRow, parameters, ranking, wrapped};
use crate::output::say;
use lawbook::error::Result;
use lawbook::fit::fitted::{Fit, Interval, Termination};
use lawbook::fit::law::Law;
use lawbook::fit::points::Points;
use lawbook::fit::select::{self, Comparison, LikelihoodRatio};
use lawbook::fit::space::Space;
use lawbook::fit::surface::Allocation;
use lawbook::numerals::digits;
use serde_json::{Value, json};

/// Parameters that were given, not fitted; they appear in the answer all the same.
#[derive(Default)]
pub struct Given(Vec<(&'static str, f64)>);

impl Given {
    pub fn new(values: Vec<(&'static str, f64)>) -> Self {
        Self(values)
    }
}

/// A fit and what is to be said of it.
pub struct Answer {
    law: &'static str,
    fit: Fit,
    points: TablePoints,
    given: Given,
    allocation: Option<Allocation>,
}

impl Answer {
    pub fn new(law: &'static str, fit: Fit, points: TablePoints, given: Given) -> Self {
        let mut answer = Self { law, fit, points, given, allocation: None };
        // A note says it better, with the lines.
        answer.fit.warnings.retain(|warning| !warning.contains("repeat another exactly"));
        if matches!(answer.fit.interval, Interval::Residual { .. }) {
            let repeats = answer.points.passing_for_independent("this interval");
            answer.warn(repeats.map(|words| words + ": --interval pairs draws whole cells"));
        }
        answer
    }

    /// How the largest compute of the runs would best have been split.
    pub fn allocate(&mut self, runs: &Points) -> Result<()> {
        let flops = runs.x.iter().zip(&runs.tokens).map(|(n, d)| 6.0 * n * d).fold(0.0, f64::max);
        self.allocation = Some(self.fit.allocation(flops)?);
        Ok(())
    }

    /// Adds what the table itself warns of.
    pub fn warn(&mut self, warning: Option<String>) {
        self.fit.warnings.extend(warning);
    }

    pub fn print(&self, json: bool, subject: &str) {
        if json {
            say(self.object().pretty());
        } else {
            say(self.text(subject));
        }
    }

    /// The keys that every fit has, then what helps.
    fn object(&self) -> Object {
        let mut object = fitted(self.law, &self.fit, &self.given);
        object.add("interval_method", json!(self.fit.interval));
        object.add("warnings", json!(self.fit.warnings));
        object.add("notes", json!(self.points.notes));
        object.add("file", json!(self.points.columns.file.display().to_string()));
        object.add("rows_left_out_by_where", json!(self.points.columns.left_out));
        if let Some(best) = self.allocation {
            object.add("allocation", json!(best));
        }
        object
    }

    fn text(&self, subject: &str) -> String {
        let fit = &self.fit;
        let file = self.points.columns.file.display();
        let mut lines = vec![format!("{}   {subject}, {} rows of {file}", fit.law, fit.n)];
        lines.push(String::new());
        let given = self.given.0.iter().map(|&(name, value)| ParameterRow::given(name, value));
        lines.extend(parameters(fit.params.iter().map(ParameterRow::fitted).chain(given).collect()));
        lines.push(String::new());
        let percent = 100.0 * fit.rmse_log.exp_m1();
        let facts = [
            ("intervals", format!("95 %, {}", fit.interval)),
            ("space", fit.space.to_string()),
            (
                "fit",
                format!(
                    "RMSE of ln y {} (about {} %), objective {}, AICc {}",
                    digits(fit.rmse_log, 4),
                    digits(percent, 3),
                    digits(fit.objective, 6),
                    if fit.aicc.is_finite() {
                        format!("{:.2}", fit.aicc)
                    } else {
                        "not defined for so few points".to_owned()
                    }
                ),
            ),
            (
                "stopped",
                format!(
                    "{}; {} start{}, condition number {}",
                    fit.stopped(),
                    fit.starts,
                    if fit.starts == 1 { "" } else { "s" },
                    digits(fit.condition_number, 2)
                ),
            ),
        ];
        lines.extend(facts.iter().flat_map(|(name, words)| wrapped(name, words)));
        if let Some(best) = &self.allocation {
            lines.extend(wrapped("best split", &format!("{best}; N grows as C^{:.3}", best.params_exponent)));
        }
        lines.extend(wrapped("verdict", &fit.verdict));
        lines.extend(fit.warnings.iter().flat_map(|words| wrapped("warning", words)));
        lines.extend(self.points.notes.iter().flat_map(|words| wrapped("note", words)));
        lines.join("\n")
    }
}

/// The keys that every fit has.
fn fitted(law: &str, fit: &Fit, given: &Given) -> Object {
    let (mut params, mut intervals) = (Object::default(), Object::default());
    for parameter in &fit.params {
        let (value, ends) = (finite(parameter.value), json!([finite(parameter.low), finite(parameter.high)]));
        // c1, c2, … are the list c.
        match parameter.name.strip_prefix(['c', 'd', 'f']) {
            Some(number) if law == "broken" && number != "0" => {
                params.push(&parameter.name[..1], value);
                intervals.push(&parameter.name[..1], ends);
            }
            _ => {
                params.add(&parameter.name, value);
                intervals.add(&parameter.name, ends);
            }
        }
    }
    for &(name, value) in &given.0 {
        params.add(name, json!(value));
        intervals.add(name, json!([value, value]));
    }
    let mut object = Object::default();
    object.add("law", json!(law));
    object.add("formula", json!(fit.law.to_string()));
    object.add("space", json!(fit.space.key()));
    if let Space::Huber { delta } = fit.space {
        object.add("delta", json!(delta));
    }
    object.add("n", json!(fit.n));
    object.add("params", json!(params));
    object.add("intervals", json!(intervals));
    object.add("given", json!(given.0.iter().map(|g| g.0).collect::<Vec<_>>()));
    object.add("objective", finite(fit.objective));
    object.add("rmse_log", finite(fit.rmse_log));
    object.add("aicc", finite(fit.aicc));
    object.add("stop", json!(fit.stopped()));
    object.add("converged", json!(fit.stop != Termination::Iterations));
    object.add("starts", json!(fit.starts));
    object.add("condition_number", finite(fit.condition_number));
    object.add("verdict", json!(fit.verdict));
    object
}

/// Is the floor needed, and is its exponent another than 1/2?
fn nested(found: &Comparison) -> Vec<LikelihoodRatio> {
    let fit = |law: Law| found.candidates.iter().map(|c| &c.fit).find(|fit| fit.law == law);
    let pairs = [(Law::Power, Law::Floor), (Law::FloorFixed { alpha: 0.5 }, Law::Floor)];
    let test = |(small, large)| select::likelihood_ratio(fit(small)?, fit(large)?).ok();
    pairs.into_iter().filter_map(test).collect()
}

/// A ranking of laws: the best one's keys, then all of them.
pub fn print_comparison(found: &Comparison, points: &TablePoints, json: bool, subject: &str) {
    let Some(best) = found.candidates.first() else { return };
    let file = points.columns.file.display().to_string();
    let tests = nested(found);
    let warnings = &best.fit.warnings;
    if json {
        let ranking = found.candidates.iter().map(|candidate| {
            let mut law = fitted(candidate.fit.law.key(), &candidate.fit, &Given::default());
            law.add("delta_aicc", json!(candidate.delta_aicc));
            law.add("weight", finite(candidate.weight));
            law.add("holdout_rmse_log", candidate.holdout_rmse_log.map_or(Value::Null, finite));
            law
        });
        let mut object = fitted(best.fit.law.key(), &best.fit, &Given::default());
        object.add("verdict", json!(found.verdict));
        object.add("warnings", json!(warnings));
        object.add("notes", json!(points.notes));
        object.add("file", json!(file));
        object.add("holdout_above", json!(found.holdout_above));
        object.add("ranking", json!(ranking.collect::<Vec<_>>()));
        object.add("tests", json!(tests));
        object.add("refused", json!(found.refused));
        return say(object.pretty());
    }
    let mut lines = vec![
        format!("Which law?   {subject}, {} rows of {file}, {}", best.fit.n, found.space),
        String::new(),
    ];
    lines.extend(ranking(found));
    lines.push(String::new());
    lines.extend(wrapped("verdict", &found.verdict));
    lines.extend(tests.iter().flat_map(|test| wrapped("test", &test.verdict)));
    lines.extend(warnings.iter().flat_map(|words| wrapped("warning", words)));
    lines.extend(found.refused.iter().flat_map(|words| wrapped("not fitted", words)));
    lines.extend(points.notes.iter().flat_map(|words| wrapped("note", words)));
    say(lines.join("\n"));
}
