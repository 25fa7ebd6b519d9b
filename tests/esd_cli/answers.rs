//! What is printed, drawn and written.

use crate::{esd, folder, good, safetensors, text};
use lawbook::esd::columns::COLUMNS;
use safetensors::tensor::Dtype;
use serde_json::Value;
use std::fs;

#[test]
fn json_and_csv_have_the_same_columns_in_the_same_order() {
    let folder = folder();
    safetensors(
        &folder.path().join("w.safetensors"),
        &[("a", Dtype::F32, vec![40, 60]), ("b", Dtype::F32, vec![9, 50])],
    );
    let all = [
        "w.safetensors",
        "--randomize",
        "--mp",
        "--fix-fingers",
        "--original-modes",
        "--gof",
        "40",
        "--seed",
        "5",
    ];
    let said = good(folder.path(), &[&all[..], &["--json"]].concat());
    let places: Vec<usize> = COLUMNS
        .iter()
        .map(|c| said.find(&format!("\n    \"{c}\":")).unwrap_or_else(|| panic!("no {c}")))
        .collect();
    assert!(places.is_sorted());
    let csv = good(folder.path(), &[&all[..], &["--csv"]].concat());
    assert_eq!(csv.lines().next().unwrap(), COLUMNS.join(","));
    assert_eq!(csv.lines().count(), 3);
    assert_eq!(
        said,
        good(folder.path(), &[&all[..], &["--json"]].concat()),
        "the same seed, the same numbers"
    );
    let rows: Vec<Value> = serde_json::from_str(&said).unwrap();
    assert!(rows[1]["doubts"].to_string().contains("only 9 eigenvalues"));
    assert!(rows[0].get("rows").is_some() && rows[0]["cols"] == 60);
}

#[test]
fn figures_and_a_report_that_needs_nothing_else_are_written() {
    let folder = folder();
    safetensors(
        &folder.path().join("w.safetensors"),
        &[("x/<a>", Dtype::F32, vec![40, 60]), ("x.<a>", Dtype::F32, vec![30, 30])],
    );
    let said = good(
        folder.path(),
        &["w.safetensors", "--mp", "--randomize", "--figure", "drawn", "--report", "page.html"],
    );
    for file in ["x__a_.svg", "x__a_.png", "x._a_.svg", "alpha-by-layer.svg"] {
        assert!(folder.path().join("drawn").join(file).is_file() && said.contains(file), "{file}: {said}");
    }
    assert!(said.contains("over-trained") && said.contains("original 002"), "{said}");
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    assert!(page.matches("<svg").count() == 3 && page.contains("x/&lt;a&gt;"));
    for reference in ["src=", "href=\"http", "url(", "@import", "<script"] {
        assert!(!page.contains(reference), "the page asks for {reference}");
    }
    let output = esd(folder.path(), &["w.safetensors", "--figure", "page.html"]);
    assert!(output.status.code() == Some(1) && text(&output.stderr).contains("page.html"));
    assert!(text(&output.stdout).contains("x/<a>"), "the answer is lost where its figures cannot be written");
}
