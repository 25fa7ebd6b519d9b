//! Nothing is typed by hand: every number in the prose of notebooks and README is what the records say.
//!
//! Behind its prose a markdown cell (or a section of the README) lists its numbers, in the order in which
//! they stand there, each with its source. A rendered page does not show the list.
//!
//! ```text
//! <!-- numbers
//! 38 to 40 = runs[arm=paper, n_train=2000].phases.memorization / 1000
//! 0.47, 0.73, 0.68 = runs[arm=no decay].phases.test_at_memorization
//! above 0.9 = runs[arm=paper].phases.final_test
//! 47 = claims[id=04.1].published
//! 95 = convention
//! -->
//! ```
//!
//! `A, B` are the source's values one by one, `A to B` the smallest and the largest, `above A` and `below A`
//! bounds of all, and a single numeral is every one of them. A numeral is its value, rounded as finely as it
//! is written; a source that is a text must hold the numeral. Small numbers in words are listed where they
//! are results ("six").
//!
//! Three sources are not checked, and say so: `convention` (a level, a bar, an example), `cited WHERE`
//! (published elsewhere), `measured by FILE` (a timing).
//!
//! No source is needed by whole numbers below ten, by whole numbers of the study's design (sizes, steps,
//! seeds), by numbers of chapters and claims (04, 04.2), by years and by numbers inside names (AVX-512,
//! version 6.2.3).

mod numerals;
mod sources;

use numerals::{Numeral, numerals, prose, word};
use serde_json::Value;
use sources::{Study, number, values};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const OPEN: &str = "<!-- numbers\n";
const UNCHECKED: [&str; 3] = ["convention", "cited ", "measured by "];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What is wrong with the numbers of a piece of markdown, and how many were compared with their sources.
fn check(markdown: &str, own: &str, studies: &BTreeMap<String, Study>) -> (Vec<String>, usize) {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    let text = prose(markdown);
    let said = numerals(&text);
    let mut listed = vec![false; said.len()];
    let mut from = 0;
    let lists = markdown.split(OPEN).skip(1).map(|rest| rest.split("-->").next().unwrap_or_default());
    for line in lists.flat_map(str::lines) {
        let Some((words, source)) = line.split_once(" = ") else {
            wrong.push(format!("{line:?} is no line NUMBERS = SOURCE"));
            continue;
        };
        let (how, names) = names(words);
        let mut these = Vec::new();
        for name in &names {
            let Some((numeral, place)) = next(name, &text, &said, from) else {
                wrong.push(format!("the prose has no {name} after the numbers listed before it"));
                continue;
            };
            from = numeral.at + 1;
            place.into_iter().for_each(|place| listed[place] = true);
            these.push(numeral);
        }
        if UNCHECKED.iter().any(|kind| source.starts_with(kind)) {
            if source.strip_prefix("measured by ").is_some_and(|file| !root().join(file).exists()) {
                wrong.push(format!("{source:?}: there is no such file"));
            }
        } else if these.len() == names.len() {
            match values(source, own, studies).and_then(|found| agree(how, &these, &found)) {
                Ok(()) => compared += these.len(),
                Err(why) => wrong.push(format!("{line}: {why}")),
            }
        }
    }
    let design = studies.get(own).map(Study::design).unwrap_or_default();
    for (numeral, _) in
        said.iter().zip(&listed).filter(|(numeral, listed)| !**listed && !free(numeral, &design))
    {
        let around: String = text[numeral.at..].chars().take(40).collect();
        wrong.push(format!("no source is listed for {} in \"{}…\"", numeral.text, around.replace('\n', " ")));
    }
    (wrong, compared)
}

/// How the numerals of a line stand for the values of its source.
#[derive(Debug, Clone, Copy, PartialEq)]
enum How {
    OneByOne,
    Range,
    Above,
    Below,
}

/// What stands before the equals sign: how, and the names of the numerals.
fn names(words: &str) -> (How, Vec<&str>) {
    match (words.strip_prefix("above "), words.strip_prefix("below "), words.split_once(" to ")) {
        (Some(bound), ..) => (How::Above, vec![bound]),
        (_, Some(bound), _) => (How::Below, vec![bound]),
        (.., Some((low, high))) => (How::Range, vec![low, high]),
        _ => (How::OneByOne, words.split(", ").collect()),
    }
}

/// The next numeral or word of this name from a byte on, and its place among the numerals.
fn next(name: &str, text: &str, said: &[Numeral], from: usize) -> Option<(Numeral, Option<usize>)> {
    if let Some(value) = word(name) {
        let apart = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
        let alone = |at: &usize| {
            apart(text[..*at].chars().next_back()) && apart(text[at + name.len()..].chars().next())
        };
        let lower = text.to_ascii_lowercase();
        let at = lower.match_indices(name).map(|(at, _)| at).filter(|&at| at >= from).find(alone)?;
        return Some((Numeral { text: name.to_owned(), at, value, unit: 1.0, percent: false }, None));
    }
    let wanted = numerals(name).into_iter().next()?.text;
    let place = said.iter().position(|numeral| numeral.at >= from && numeral.text == wanted)?;
    Some((said[place].clone(), Some(place)))
}

/// Whether these numerals are these values.
fn agree(how: How, numerals: &[Numeral], found: &[Value]) -> Result<(), String> {
    if let [Value::String(words)] = found {
        let held = numerals::numerals(words);
        let lacks = numerals.iter().find(|n| !held.iter().any(|h| h.text == n.text));
        return lacks.map_or(Ok(()), |n| Err(format!("{} does not stand in {words:?}", n.text)));
    }
    let found = found.iter().map(number).collect::<Result<Vec<f64>, String>>()?;
    let (low, high) = (
        found.iter().copied().fold(f64::INFINITY, f64::min),
        found.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    );
    let pairs: Vec<(&Numeral, f64)> = match how {
        How::Above if low > numerals[0].value => return Ok(()),
        How::Below if high < numerals[0].value => return Ok(()),
        How::Above => vec![(&numerals[0], low)],
        How::Below => vec![(&numerals[0], high)],
        How::Range => numerals.iter().zip([low, high]).collect(),
        How::OneByOne if numerals.len() == 1 => found.iter().map(|value| (&numerals[0], *value)).collect(),
        How::OneByOne if numerals.len() == found.len() => numerals.iter().zip(found).collect(),
        How::OneByOne => return Err(format!("{} numbers have {} values", numerals.len(), found.len())),
    };
    let bound = matches!(how, How::Above | How::Below);
    let wrong = pairs.into_iter().find(|(numeral, value)| bound || !numeral.says(*value));
    wrong.map_or(Ok(()), |(numeral, value)| Err(format!("{} is {value}", numeral.text)))
}

/// Whether a numeral needs no source.
fn free(numeral: &Numeral, design: &[f64]) -> bool {
    let digits = numeral.text.split('.').next().unwrap_or_default();
    let chapter = digits.len() == 2 && digits.starts_with('0');
    let year = numeral.text.len() == 4 && (1950.0..2050.0).contains(&numeral.value);
    let plain = numeral.is_whole() && !numeral.percent;
    chapter || (plain && (numeral.value.abs() < 10.0 || year || design.contains(&numeral.value)))
}

/// Every piece of prose: its place, the study it speaks of, its markdown.
fn pieces() -> Vec<(String, String, String)> {
    let mut pieces = Vec::new();
    for entry in fs::read_dir(root().join("workbook")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".ipynb") || name.ends_with(".out.ipynb") || !name.as_bytes()[0].is_ascii_digit() {
            continue;
        }
        // Notebook 00 shows study 02.
        let own = if name.starts_with("00") { "02" } else { &name[..2] };
        let notebook: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let cells = notebook["cells"].as_array().unwrap().iter().enumerate();
        for (i, cell) in cells.filter(|(_, cell)| cell["cell_type"] == "markdown") {
            let lines = cell["source"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
            pieces.push((format!("{name}, cell {i}"), own.to_owned(), lines.collect()));
        }
    }
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for section in readme.split("\n## ") {
        let title = section.lines().next().unwrap_or_default();
        pieces.push((format!("README.md, {title:?}"), String::new(), section.to_owned()));
    }
    pieces
}

#[test]
fn every_number_of_the_prose_is_what_its_source_says() {
    let all = lawbook::study::ALL.iter().map(|study| study.number);
    let studies = all.map(|number| (number.to_owned(), Study::read(root(), number))).collect();
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for (place, own, markdown) in pieces() {
        let (complaints, here) = check(&markdown, &own, &studies);
        wrong.extend(complaints.into_iter().map(|complaint| format!("{place}: {complaint}")));
        compared += here;
    }
    println!("{compared} numbers of the prose were compared with their sources");
    assert!(wrong.is_empty(), "{} faults\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared > 60, "the lists are found: {compared} numbers compared");
}

/// Complaints about a cell, with a toy study.
fn complaints(markdown: &str) -> Vec<String> {
    let toy = serde_json::json!({
        "steps": 5000, "specs": [{"n_train": 2000}], "test": [0.467, 0.729], "words": "near 47 k"
    });
    check(markdown, "04", &BTreeMap::from([("04".to_owned(), Study(toy))])).0
}

#[test]
fn a_cell_whose_numbers_are_listed_and_right_has_no_complaint() {
    let prose = "At N = 2000 it is 0.47 and 0.73 (47), 0.5 to 0.7, above 0.4 in two runs, 95 % sure; 04.2.";
    let list = "0.47, 0.73 = test\n47 = words\n0.5 to 0.7 = test\nabove 0.4 = test\ntwo = count of test\n95 = convention";
    assert_eq!(complaints(&format!("{prose}\n\n{OPEN}{list}\n-->")), [""; 0]);
}

#[test]
fn a_number_that_is_wrong_or_has_no_source_or_is_listed_but_not_said_is_named() {
    let one = |prose: &str, list: &str| {
        let all = complaints(&format!("{prose}\n{OPEN}{list}\n-->"));
        assert_eq!(all.len(), 1, "{all:?}");
        all.into_iter().next().unwrap()
    };
    assert!(one("It is 0.48.", "0.48 = test[0]").contains("0.48 is 0.467"));
    assert!(one("It is 0.5: 12 %.", "0.5 = test[0]").contains("no source is listed for 12"));
    assert!(one("It is 3000, at 2000.", "2000 = specs.n_train").contains("no source is listed for 3000"));
    assert!(one("It is.", "0.47 = test[0]").contains("the prose has no 0.47"));
    assert!(one("It is 48.", "48 = words").contains("does not stand in"));
    assert!(one("It is above 0.5.", "above 0.5 = test").contains("0.5 is 0.467"));
    assert!(one("It is 0.47.", "0.47 = tests").contains("no \"tests\""));
    assert!(one("It took 11 s.", "11 = measured by benches/none.py").contains("no such file"));
}
