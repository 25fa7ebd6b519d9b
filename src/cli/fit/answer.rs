//! What `lawbook fit` found: one JSON object, or a table to read.

use crate::fit::points::Points;
use crate::fit::table::{Row, method, parameters, ranking, stop, wrapped};
use crate::say;
use lawbook::error::Result;
use lawbook::fit::fitted::{Fit, Interval, Stop};
use lawbook::fit::points::Points as Checked;
use lawbook::fit::select::Comparison;
use lawbook::fit::surface::Allocation;
use serde_json::{Map, Value, json};

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
    points: Points,
    given: Given,
    allocation: Option<Allocation>,
}

impl Answer {
    pub fn new(law: &'static str, fit: Fit, points: Points, given: Given) -> Self {
        Self { law, fit, points, given, allocation: None }
    }

    /// How the largest compute of the runs would best have been split.
    pub fn allocate(&mut self, runs: &Checked) -> Result<()> {
        let flops = runs.x.iter().zip(&runs.tokens).map(|(n, d)| 6.0 * n * d).fold(0.0, f64::max);
        self.allocation = Some(self.fit.allocation(flops)?);
        Ok(())
    }

    /// Says when repeats of a cell pass for independent points.
    pub fn warn_of_cells(&mut self, points: &Checked) {
        if self.points.cells.is_empty() {
            return;
        }
        let (rows, cells) = (points.n(), points.n_groups());
        if cells < rows && !matches!(self.fit.interval, Interval::Pairs { .. }) {
            self.fit.warnings.push(format!(
                "{rows} rows are repeats of {cells} cells, and this interval takes rows as independent: --interval pairs draws whole cells"
            ));
        }
        self.points.notes.push(format!("{rows} rows in {cells} cells"));
    }

    pub fn print(&self, json: bool, subject: &str) {
        if json {
            say(serde_json::to_string_pretty(&self.object()).expect("an answer holds numbers and words"));
        } else {
            say(self.text(subject));
        }
    }

    /// The keys that every fit has, then what helps.
    fn object(&self) -> Value {
        let mut object = fitted(self.law, &self.fit, &self.given);
        let more = json!({
            "interval_method": self.fit.interval,
            "warnings": self.fit.warnings,
            "notes": self.points.notes,
            "file": self.points.columns.file.display().to_string(),
            "rows_left_out_by_where": self.points.columns.left_out,
        });
        extend(&mut object, more);
        if let Some(best) = self.allocation {
            extend(&mut object, json!({ "allocation": best }));
        }
        Value::Object(object)
    }

    fn text(&self, subject: &str) -> String {
        let fit = &self.fit;
        let file = self.points.columns.file.display();
        let mut lines = vec![format!("{}   {subject}, {} rows of {file}", fit.law, fit.n)];
        lines.push(String::new());
        let given = self.given.0.iter().map(|&(name, value)| Row::given(name, value));
        lines.extend(parameters(fit.params.iter().map(Row::fitted).chain(given).collect()));
        lines.push(String::new());
        let percent = 100.0 * fit.rmse_log.exp_m1();
        let facts = [
            ("intervals", format!("95 %, {}", method(&fit.interval))),
            ("space", fit.space.to_string()),
            (
                "fit",
                format!(
                    "RMSE of ln y {:.4} (about {percent:.2} %), objective {:.6e}, AICc {:.2}",
                    fit.rmse_log, fit.objective, fit.aicc
                ),
            ),
            ("stopped", format!("{}; {} starts, valley {:.3e}", stop(&fit.stop), fit.starts, fit.valley)),
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
fn fitted(law: &str, fit: &Fit, given: &Given) -> Map<String, Value> {
    let (mut params, mut intervals) = (Map::new(), Map::new());
    for parameter in &fit.params {
        let ends = json!([finite(parameter.low), finite(parameter.high)]);
        // c1, c2, … are the list c.
        match parameter.name.strip_prefix(['c', 'd', 'f']) {
            Some(number) if law == "broken" && number != "0" => {
                let list = &parameter.name[..1];
                push(&mut params, list, finite(parameter.value));
                push(&mut intervals, list, ends);
            }
            _ => {
                params.insert(parameter.name.clone(), finite(parameter.value));
                intervals.insert(parameter.name.clone(), ends);
            }
        }
    }
    for &(name, value) in &given.0 {
        params.insert(name.to_owned(), json!(value));
        intervals.insert(name.to_owned(), json!([value, value]));
    }
    let mut object = Map::new();
    extend(
        &mut object,
        json!({
            "law": law,
            "formula": fit.law.to_string(),
            "space": fit.space.key(),
            "n": fit.n,
            "params": params,
            "intervals": intervals,
            "given": given.0.iter().map(|g| g.0).collect::<Vec<_>>(),
            "objective": finite(fit.objective),
            "rmse_log": finite(fit.rmse_log),
            "aicc": finite(fit.aicc),
            "stop": stop(&fit.stop),
            "converged": fit.stop != Stop::Iterations,
            "verdict": fit.verdict,
            "starts": fit.starts,
            "valley": finite(fit.valley),
        }),
    );
    if let lawbook::fit::space::Space::Huber { delta } = fit.space {
        extend(&mut object, json!({ "delta": delta }));
    }
    object
}

/// JSON has no infinity: null.
fn finite(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { Value::Null }
}

fn push(object: &mut Map<String, Value>, list: &str, value: Value) {
    if let Value::Array(values) = object.entry(list).or_insert_with(|| json!([])) {
        values.push(value);
    }
}

fn extend(object: &mut Map<String, Value>, more: Value) {
    if let Value::Object(more) = more {
        object.extend(more);
    }
}

/// A ranking of laws: the best one's keys, then all of them.
pub fn print_comparison(found: &Comparison, points: Points, json: bool, subject: &str) {
    let Some(best) = found.candidates.first() else { return };
    let file = points.columns.file.display().to_string();
    if !json {
        let mut lines = vec![
            format!("Which law?   {subject}, {} rows of {file}, {}", best.fit.n, found.space),
            String::new(),
        ];
        lines.extend(ranking(found));
        lines.push(String::new());
        lines.extend(wrapped("verdict", &found.verdict));
        lines.extend(best.fit.warnings.iter().flat_map(|words| wrapped("warning", words)));
        lines.extend(found.refused.iter().flat_map(|words| wrapped("not fitted", words)));
        lines.extend(points.notes.iter().flat_map(|words| wrapped("note", words)));
        return say(lines.join("\n"));
    }
    let mut object = fitted(best.fit.law.key(), &best.fit, &Given::default());
    let ranking = found.candidates.iter().map(|candidate| {
        let mut entry = fitted(candidate.fit.law.key(), &candidate.fit, &Given::default());
        extend(
            &mut entry,
            json!({
                "delta_aicc": finite(candidate.delta_aicc),
                "weight": finite(candidate.weight),
                "holdout_rmse_log": candidate.holdout_rmse_log.map(finite),
            }),
        );
        Value::Object(entry)
    });
    extend(
        &mut object,
        json!({
            "verdict": found.verdict,
            "warnings": best.fit.warnings,
            "notes": points.notes,
            "file": file,
            "holdout_above": found.holdout_above,
            "ranking": ranking.collect::<Vec<_>>(),
            "refused": found.refused,
        }),
    );
    say(serde_json::to_string_pretty(&Value::Object(object)).expect("an answer holds numbers and words"));
}
