//! The audit: whether findings, figures, tables and notebooks still follow from the records.

use crate::budget::Budget;
use crate::dashboard::{self, Page};
use crate::error::{Error, Result};
use crate::paths::Home;
use crate::plot::{self, Figure};
use crate::run::{RunRecord, seal};
use crate::study::results::DOTS_PER_INCH;
use crate::study::{self, Study};
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

/// One check of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked.
    pub what: String,
    /// What is wrong with it and what to do; `None` when all is well.
    pub problem: Option<String>,
}

impl Check {
    fn new(what: impl Into<String>, problem: Option<String>) -> Self {
        Self { what: what.into(), problem }
    }
}

/// The seal that a notebook must print: the hash over its study's records; "00" takes all studies together.
///
/// # Errors
/// [`Error::Usage`] for an unknown number, [`Error::Failed`] when records are missing.
pub fn expected_seal(home: &Home, number: &str, budget: Budget) -> Result<String> {
    let studies: Vec<&Study> =
        if number == "00" { study::ALL.iter().collect() } else { vec![study::find(number)?] };
    let mut records: Vec<RunRecord> = Vec::new();
    for study in studies {
        records.extend_from_slice(study.runs(home, budget)?.records());
    }
    Ok(seal(&records))
}

/// Checks everything that was drawn, written and executed under a budget.
pub fn audit(home: &Home, budget: Budget) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut seals = Vec::new();
    for study in study::ALL {
        match study.results(home, budget) {
            Ok(results) => {
                checks.push(Check::new(
                    format!("records of study {}: {}", study.number, results.records),
                    None,
                ));
                checks.push(same_bytes(
                    &home.findings(study.number, budget),
                    results.findings_json().as_bytes(),
                ));
                let outputs = home.outputs(study.number, budget);
                for (name, table) in &results.tables {
                    checks.push(same_bytes(&outputs.join(name), table.csv().as_bytes()));
                }
                for (name, text) in &results.documents {
                    checks.push(same_bytes(&outputs.join(name), text.as_bytes()));
                }
                checks.extend(dashboard(&home.dashboard(study.number, budget), &results.pages));
                let figures = home.figures(budget);
                checks.extend(results.figures.iter().flat_map(|figure| drawn(&figures, figure)));
                checks.extend(results.pictures.iter().flat_map(|figure| drawn(&outputs, figure)));
                seals.push(results.records);
            }
            Err(error) => {
                checks.push(Check::new(format!("records of study {}", study.number), Some(error.to_string())))
            }
        }
    }
    checks.extend(strays(&home.figures(budget), &seals));
    if budget == Budget::Paper {
        checks.extend(notebooks(home, budget));
    }
    checks
}

/// A file that must hold exactly what the program would write now.
fn same_bytes(path: &Path, expected: &[u8]) -> Check {
    let problem = match fs::read(path) {
        Ok(bytes) if bytes == expected => None,
        Ok(_) => Some("it is not what the records give now; run `lawbook figures`".to_owned()),
        Err(e) => Some(format!("it cannot be read ({e}); run `lawbook figures`")),
    };
    Check::new(path.display().to_string(), problem)
}

/// A dashboard that must be exactly these pages: one check for all that is well, one for each file that is
/// not.
fn dashboard(folder: &Path, pages: &[Page]) -> Vec<Check> {
    let expected = dashboard::files(pages);
    let mut wrong: Vec<Check> =
        expected.iter().map(|(path, text)| same_bytes(&folder.join(path), text.as_bytes())).collect();
    wrong.retain(|check| check.problem.is_some());
    let known = |path: &Path| expected.iter().any(|(name, _)| folder.join(name) == path);
    for path in below(folder).into_iter().filter(|path| !known(path)) {
        let problem = "no page of the dashboard is called that any more; delete it".to_owned();
        wrong.push(Check::new(path.display().to_string(), Some(problem)));
    }
    if wrong.is_empty() && !expected.is_empty() {
        wrong.push(Check::new(format!("{}: {} files", folder.display(), expected.len()), None));
    }
    wrong
}

/// Every file below a folder, in the order of their paths.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() { files.extend(below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// A figure's two files, which must be, byte for byte, what the records give when they are drawn now.
fn drawn(folder: &Path, figure: &Figure) -> [Check; 2] {
    let svg = figure.svg().map(String::into_bytes);
    [("svg", svg), ("png", figure.png(DOTS_PER_INCH))].map(|(ending, expected)| {
        let path = folder.join(format!("{}.{ending}", figure.name));
        match expected {
            Ok(expected) => same_bytes(&path, &expected),
            Err(error) => Check::new(path.display().to_string(), Some(error.to_string())),
        }
    })
}

/// Figures that no study draws, or of records that are no more.
fn strays(folder: &Path, seals: &[String]) -> Vec<Check> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.sort();
    let figures = paths.into_iter().filter(|p| p.extension().is_some_and(|e| e == "svg" || e == "png"));
    let stray = |path: PathBuf| match plot::records_of(&path) {
        Ok(Some(found)) if seals.contains(&found) => None,
        _ => Some(Check::new(
            path.display().to_string(),
            Some("no study's records stand behind it; delete it".to_owned()),
        )),
    };
    figures.filter_map(stray).collect()
}

/// The seal in the last output of every executed notebook.
fn notebooks(home: &Home, budget: Budget) -> Vec<Check> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(home.workbook()).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.sort();
    let numbered = |path: &PathBuf| {
        let name = path.file_name()?.to_str()?;
        let number = name.get(..2).filter(|n| n.bytes().all(|b| b.is_ascii_digit()))?;
        (name.ends_with(".ipynb") && !name.ends_with(".out.ipynb"))
            .then(|| (number.to_owned(), name.to_owned()))
    };
    let check = |(number, name): (String, String)| {
        let executed = home.cache().join("notebooks").join(name.replace(".ipynb", ".out.ipynb"));
        let problem =
            expected_seal(home, &number, budget).and_then(|seal| sealed(&executed, &number, &seal)).err();
        Check::new(format!("seal of {name}"), problem.map(|e| e.to_string()))
    };
    paths.iter().filter_map(numbered).map(check).collect()
}

/// Whether an executed notebook's last output is its seal.
fn sealed(path: &Path, number: &str, seal: &str) -> Result<()> {
    let text = fs::read_to_string(path).map_err(|_| {
        Error::Failed(format!(
            "{} is not there: the notebook was not executed yet; run `just notebooks`",
            path.display()
        ))
    })?;
    let notebook: serde_json::Value = serde_json::from_str(&text)
        .map_err(|e| Error::malformed(path, "notebook", format!("it is no JSON ({e})")))?;
    let last =
        notebook["cells"].as_array().and_then(|cells| cells.iter().rfind(|c| c["cell_type"] == "code"));
    let printed = last.map(|cell| cell["outputs"].to_string()).unwrap_or_default();
    if printed.contains(&format!("lawbook seal {number} {seal}")) {
        return Ok(());
    }
    Err(Error::Failed(format!(
        "its last cell does not print `lawbook seal {number} {seal}`: it stopped early or used other records; run `just notebook`"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::{Axis, Mark, Panel};

    #[test]
    fn a_figure_is_sound_until_any_byte_of_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let (x, y) = (Axis::linear("samples"), Axis::linear("error"));
        let panel = Panel::new("", x, y, vec![Mark::points(vec![(1.0, 2.0), (2.0, 1.0)])]);
        let figure = Figure::new("02-size", "A figure", vec![panel]).records("1a2b");
        let sound = || drawn(folder.path(), &figure).map(|check| check.problem.is_none());
        assert_eq!(sound(), [false, false], "it is not drawn yet");
        figure.save(folder.path(), DOTS_PER_INCH).unwrap();
        assert_eq!(sound(), [true, true]);
        let svg = folder.path().join("02-size.svg");
        let text = fs::read_to_string(&svg).unwrap();
        fs::write(&svg, text.replacen("error", "terror", 1)).unwrap();
        assert_eq!(sound(), [false, true], "a label was edited");
        let png = folder.path().join("02-size.png");
        let bytes = fs::read(&png).unwrap();
        fs::write(&png, &bytes[..300]).unwrap();
        assert_eq!(sound(), [false, false], "the stamp alone is not the picture");
    }

    #[test]
    fn a_dashboard_is_sound_until_a_page_changes_goes_or_is_no_longer_written() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path();
        let pages = ["index.html", "more/a.html"].map(|path| Page::new(path, "A page", "00", Vec::new()));
        let problems = || {
            let checks = dashboard(folder, &pages);
            checks
                .into_iter()
                .filter(|check| check.problem.is_some())
                .map(|check| check.what)
                .collect::<Vec<_>>()
        };
        dashboard::save(folder, &pages).unwrap();
        assert_eq!(dashboard(folder, &pages).len(), 1);
        assert!(problems().is_empty());
        fs::write(folder.join("more/old.html"), "").unwrap();
        fs::write(folder.join("more/a.html"), "").unwrap();
        fs::remove_file(folder.join("dashboard.css")).unwrap();
        let wrong = ["dashboard.css", "more/a.html", "more/old.html"];
        assert_eq!(problems(), wrong.map(|name| folder.join(name).display().to_string()));
    }
}
