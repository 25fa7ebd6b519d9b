//! Where a number comes from: a path into what the studies recorded and found.
//!
//! ```text
//! sizes[n_train=2000].memorization.mean / 1000
//! max of runs[arm=paper].phases.test_at_memorization
//! runs[arm=double].phases.memorization less runs[arm=paper, seed=0].phases.memorization
//! 04:records[spec.precision=double].curve[0].train_loss
//! claims[id=04.1].published
//! ```
//!
//! A path begins in a study's findings, or with `claims`, `specs` (of the runs of its design) or `records`.
//! A list is followed into all of its elements, into one by its number (from the end by a negative one), or
//! into those whose fields hold what the brackets say.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What one study recorded and found.
#[derive(Debug, Clone, PartialEq)]
pub struct Study(pub Value);

impl Study {
    /// The committed study of this number.
    pub fn read(root: &Path, number: &str) -> Self {
        let text =
            |path: String| fs::read_to_string(root.join(&path)).unwrap_or_else(|e| panic!("{path}: {e}"));
        let json = |text: &str| serde_json::from_str::<Value>(text).expect("it is JSON");
        let found = json(&text(format!("figures/{number}-findings.json")));
        let jobs = (lawbook::study::find(number).unwrap().jobs)(lawbook::budget::Budget::Paper, None);
        let mut all = found["findings"].as_object().expect("findings have names").clone();
        all.insert("claims".into(), found["claims"].clone());
        all.insert("specs".into(), jobs.iter().map(|job| serde_json::to_value(&job.spec).unwrap()).collect());
        all.insert("records".into(), text(format!("data/runs/{number}.jsonl")).lines().map(json).collect());
        Self(Value::Object(all))
    }

    /// Every number of the design: of its runs' specs, and of the findings' own fields.
    pub fn design(&self) -> Vec<f64> {
        let mut numbers = Vec::new();
        gather(&self.0["specs"], &mut numbers);
        let empty = Map::new();
        numbers.extend(self.0.as_object().unwrap_or(&empty).values().filter_map(Value::as_f64));
        numbers
    }
}

fn gather(value: &Value, numbers: &mut Vec<f64>) {
    match value {
        Value::Number(n) => numbers.extend(n.as_f64()),
        Value::Array(all) => all.iter().for_each(|v| gather(v, numbers)),
        Value::Object(all) => all.values().for_each(|v| gather(v, numbers)),
        _ => {}
    }
}

/// The values of a source; `own` is the study it means where it names none.
///
/// # Errors
/// A sentence that says which part of the source leads nowhere.
pub fn values(source: &str, own: &str, studies: &BTreeMap<String, Study>) -> Result<Vec<Value>, String> {
    let (reduce, rest) = match source.split_once(" of ") {
        Some((reduce, rest)) => (Some(reduce), rest),
        None => (None, source),
    };
    let scaled = rest.rsplit_once(" / ").map(|(path, by)| (path, by, true));
    let scaled = scaled.or(rest.rsplit_once(" * ").map(|(path, by)| (path, by, false)));
    let (rest, factor) = match scaled {
        None => (rest, 1.0),
        Some((path, by, divide)) => {
            let by: f64 = by.trim().parse().map_err(|_| format!("{by:?} in {source:?} is no number"))?;
            (path, if divide { 1.0 / by } else { by })
        }
    };
    let mut found = match rest.split_once(" less ") {
        None => follow(rest.trim(), own, studies)?,
        Some((from, less)) => {
            let (from, less) = (follow(from.trim(), own, studies)?, follow(less.trim(), own, studies)?);
            if from.len() != less.len() {
                return Err(format!("{source:?} takes {} values from {}", less.len(), from.len()));
            }
            from.iter()
                .zip(&less)
                .map(|(a, b)| Ok((number(a)? - number(b)?).into()))
                .collect::<Result<_, String>>()?
        }
    };
    if let Some(reduce) = reduce {
        let numbers = || found.iter().map(number).collect::<Result<Vec<f64>, String>>();
        let one = match reduce.trim() {
            "count" => found.len() as f64,
            "sum" => numbers()?.iter().sum(),
            "mean" => numbers()?.iter().sum::<f64>() / found.len() as f64,
            "max" => numbers()?.into_iter().fold(f64::NEG_INFINITY, f64::max),
            "min" => numbers()?.into_iter().fold(f64::INFINITY, f64::min),
            other => return Err(format!("{other:?} in {source:?} is none of count, sum, mean, max, min")),
        };
        found = vec![one.into()];
    }
    if factor != 1.0 {
        found = found.iter().map(|v| Ok((number(v)? * factor).into())).collect::<Result<_, String>>()?;
    }
    if found.is_empty() { Err(format!("{source:?} leads nowhere")) } else { Ok(found) }
}

/// A value as a number.
pub fn number(value: &Value) -> Result<f64, String> {
    value.as_f64().ok_or_else(|| format!("{value} is no number"))
}

/// The values at the end of a path.
fn follow(path: &str, own: &str, studies: &BTreeMap<String, Study>) -> Result<Vec<Value>, String> {
    let (study, path) = match path.split_once(':') {
        Some((study, rest)) if study.len() == 2 => (study, rest),
        _ => (own, path),
    };
    let root = studies.get(study).ok_or_else(|| format!("{path:?} names no study; write 04:{path}"))?;
    let mut here = vec![&root.0];
    for step in steps(path) {
        let (key, choice) = match step.split_once('[') {
            Some((key, choice)) => (key, Some(choice.trim_end_matches(']'))),
            None => (step, None),
        };
        // A field of a list is that field of its elements.
        let next: Vec<&Value> =
            here.iter().flat_map(|value| flat(value)).filter_map(|value| value.get(key)).collect();
        if next.is_empty() {
            return Err(format!("{path:?}: there is no {key:?}"));
        }
        here = match choice {
            None => next,
            Some(choice) => next.into_iter().flat_map(|value| chosen(value, choice)).collect(),
        };
        if here.is_empty() {
            return Err(format!("{path:?}: no {step}"));
        }
    }
    let leaves = here.into_iter().flat_map(|value| flat(value)).filter(|v| !v.is_null());
    Ok(leaves.cloned().collect())
}

/// A path's steps: parted by dots, but not by those in brackets.
fn steps(path: &str) -> Vec<&str> {
    let mut depth = 0;
    let parts = path.split(|c: char| {
        depth += i32::from(c == '[') - i32::from(c == ']');
        c == '.' && depth == 0
    });
    parts.collect()
}

/// The elements of a list, or of lists in it; anything else is itself.
fn flat(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(all) => all.iter().flat_map(flat).collect(),
        one => vec![one],
    }
}

/// The elements of a list that brackets choose.
fn chosen<'a>(value: &'a Value, choice: &str) -> Vec<&'a Value> {
    let Value::Array(all) = value else { return Vec::new() };
    if let Ok(place) = choice.parse::<i64>() {
        let place = if place < 0 { all.len() as i64 + place } else { place };
        return usize::try_from(place).ok().and_then(|i| all.get(i)).into_iter().collect();
    }
    let holds = |element: &&Value| {
        choice.split(',').all(|condition| {
            let Some((field, wanted)) = condition.split_once('=') else { return false };
            let found = field.trim().split('.').try_fold(*element, |value, key| value.get(key));
            found.is_some_and(|found| match found {
                Value::String(text) => text == wanted.trim(),
                other => other.to_string().as_str() == wanted.trim(),
            })
        })
    };
    all.iter().filter(holds).collect()
}

#[test]
fn a_source_is_followed_chosen_from_reduced_and_scaled() {
    let runs = serde_json::json!([
        {"arm": "a", "seed": 0, "at": 39_000, "curve": [{"y": 1.5}, {"y": 0.5}]},
        {"arm": "a", "seed": 1, "at": 41_000, "curve": [{"y": 2.5}, {"y": 0.25}]},
        {"arm": "no decay", "seed": 0, "at": null, "curve": [], "words": "near 47 k"},
    ]);
    let studies = BTreeMap::from([("04".to_owned(), Study(serde_json::json!({ "runs": runs, "steps": 7 })))]);
    let of = |source: &str| values(source, "04", &studies).map(|all| Value::from(all).to_string());
    assert_eq!(of("runs[arm=a].at / 1000").unwrap(), "[39.0,41.0]");
    assert_eq!(
        of("04:max of runs[arm=a].at").unwrap_err(),
        "\"04:max\" in \"04:max of runs[arm=a].at\" is none of count, sum, mean, max, min"
    );
    assert_eq!(of("max of 04:runs[arm=a].at").unwrap(), "[41000.0]");
    assert_eq!(of("count of runs[arm=a, seed=1].at").unwrap(), "[1.0]");
    assert_eq!(of("runs[arm=a].curve[-1].y").unwrap(), "[0.5,0.25]");
    assert_eq!(of("runs[arm=a, seed=1].at less runs[arm=a, seed=0].at").unwrap(), "[2000.0]");
    assert_eq!(of("runs[arm=no decay].words").unwrap(), "[\"near 47 k\"]");
    assert!(of("runs[arm=b].at").unwrap_err().contains("no runs[arm=b]"));
    assert!(of("runs[arm=no decay].at").unwrap_err().contains("leads nowhere"));
    assert!(of("runs.height").unwrap_err().contains("no \"height\""));
}
