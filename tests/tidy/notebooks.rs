//! The numbered notebooks: their form. Whether what they show is true is for their seal to say.

use crate::tree::{broken_only_in, read, root};
use std::fs;
use std::path::PathBuf;

/// Notebooks whose answer still has several sentences.
const LONG_ANSWERS: [&str; 0] = [];

/// The numbered notebooks as JSON.
pub fn notebooks() -> Vec<(String, serde_json::Value)> {
    let entries = fs::read_dir(root().join("workbook")).unwrap().map(|entry| entry.unwrap().path());
    let numbered = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.ends_with(".ipynb") && !name.ends_with(".out.ipynb") && name.as_bytes()[0].is_ascii_digit()
    };
    let mut found: Vec<PathBuf> = entries.filter(numbered).collect();
    found.sort();
    assert!(found.len() >= 2, "the notebooks are found");
    let parse = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, serde_json::from_str(&read(path)).expect("a notebook is JSON"))
    };
    found.into_iter().map(parse).collect()
}

/// Source of a cell as one text.
fn source(cell: &serde_json::Value) -> String {
    match &cell["source"] {
        serde_json::Value::Array(lines) => lines.iter().map(|line| line.as_str().unwrap()).collect(),
        text => text.as_str().unwrap().to_owned(),
    }
}

#[test]
fn notebooks_keep_the_house_style() {
    for (name, notebook) in notebooks() {
        let number = &name[..2];
        let cells = notebook["cells"].as_array().unwrap();
        assert!(cells.len() <= 30, "{name}: {} cells", cells.len());
        assert_eq!(notebook["metadata"]["kernelspec"]["name"], "lawbook", "{name}");
        let code: Vec<String> = cells.iter().filter(|c| c["cell_type"] == "code").map(source).collect();
        for (cell, text) in cells.iter().filter(|c| c["cell_type"] == "code").zip(&code) {
            assert!(cell["outputs"].as_array().unwrap().is_empty(), "{name}: outputs are committed");
            assert!(cell["execution_count"].is_null(), "{name}: an execution count is committed");
            assert!(text.lines().count() <= 12, "{name}: a cell of {} lines\n{text}", text.lines().count());
            assert!(
                !text.contains("fn ") && !text.contains("struct "),
                "{name}: the library defines things\n{text}"
            );
            assert!(!text.contains("version"), "{name}: versions belong to the lock file\n{text}");
        }
        let deps: Vec<&str> =
            code.iter().flat_map(|text| text.lines()).filter(|l| l.starts_with(":dep")).collect();
        assert_eq!(deps, [":dep lawbook-notebook = { path = \"kernel\" }"], "{name}");
        let title = source(&cells[0]);
        assert!(title.starts_with("# "), "{name}: it begins with its question");
        assert_eq!(
            code.last().unwrap().trim(),
            format!("seal(\"{number}\");"),
            "{name}: it ends with its seal"
        );
    }
}

#[test]
fn the_answer_of_a_notebook_is_one_italic_sentence() {
    let other = notebooks().into_iter().filter(|(_, notebook)| {
        let title = source(&notebook["cells"].as_array().unwrap()[0]);
        !is_one_italic_sentence(&title)
    });
    broken_only_in(&LONG_ANSWERS, other.map(|(name, _)| name), "a notebook's answer is one italic sentence");
}

/// Whether the paragraph below the title is one sentence between asterisks.
fn is_one_italic_sentence(title: &str) -> bool {
    let Some(paragraph) = title.split("\n\n").nth(1) else { return false };
    let inside = paragraph.trim().strip_prefix('*').and_then(|rest| rest.strip_suffix('*'));
    inside.is_some_and(|text| {
        let ends = text.match_indices(['.', '?', '!']);
        let sentences = ends.filter(|(at, _)| text[at + 1..].starts_with(char::is_whitespace)).count();
        !text.starts_with('*') && text.ends_with(['.', '?', '!']) && sentences == 0
    })
}
