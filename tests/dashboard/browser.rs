//! What a browser makes of a dashboard: headless Chromium, driven by `tests/browser/visit.py`.

use crate::pages::{plots, written};
use crate::records::runs;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What was seen on these pages of the dashboard in `folder`; `None` without Chromium.
fn visit(folder: &Path, pages: &[String], server: bool) -> Option<Value> {
    let work = tempfile::tempdir().unwrap();
    let (list, report) = (work.path().join("pages.json"), work.path().join("report.json"));
    fs::write(&list, serde_json::to_string(pages).unwrap()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/visit.py");
    let mut command = Command::new("python3");
    command.arg(script).arg(folder).arg(list).arg(&report).args(server.then_some("--server"));
    let status = command.status().expect("python3 runs");
    if status.code() == Some(3) {
        println!("SKIPPED: there is no Chromium; the dashboard was not looked at in a browser");
        return None;
    }
    assert!(status.success(), "tests/browser/visit.py: {status}");
    Some(serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap())
}

/// Whether each page was drawn as it was written, without an error, and leads only to written pages.
fn check(files: &BTreeMap<String, String>, report: &Value) -> Vec<f64> {
    let base = report["base"].as_str().unwrap();
    let mut paints = Vec::new();
    for (page, seen) in report["pages"].as_object().unwrap() {
        assert_eq!(seen["problems"], json!([]), "{page}");
        assert_eq!(seen["overflow"], json!(false), "{page} is broader than a phone");
        for link in seen["links"].as_array().unwrap() {
            let to = link.as_str().unwrap().strip_prefix(base);
            let to = to.unwrap_or_else(|| panic!("{page} links to {link}")).split('#').next().unwrap();
            assert!(files.contains_key(to), "{page} links to {to}");
        }
        let expected = plots(&files[page]);
        assert_eq!(seen["traces"].as_object().unwrap().len(), expected.len(), "{page}");
        for (id, plot) in &expected {
            let drawn = seen["traces"][id].as_array().unwrap();
            let traces = plot["data"].as_array().unwrap();
            assert_eq!(drawn.len(), traces.len(), "{page}: {id}");
            let last = plot["choices"].as_array().unwrap().iter().filter_map(Value::as_u64).max();
            for ((drawn, trace), choice) in drawn.iter().zip(traces).zip(plot["choices"].as_array().unwrap())
            {
                for part in ["name", "x", "y"] {
                    assert_eq!(drawn[part], trace[part], "{page}: {id}");
                }
                let visible = choice.is_null() || choice.as_u64() == last;
                assert_eq!(drawn["visible"], json!(visible), "{page}: {id} shows its last choice");
            }
            if let Some(last) = last {
                let turned: Vec<bool> =
                    plot["choices"].as_array().unwrap().iter().map(|c| *c == last - 1).collect();
                assert_eq!(
                    seen["turned"][id],
                    json!(turned),
                    "{page}: the left arrow shows the choice before"
                );
            }
        }
        if !expected.is_empty() {
            assert!(seen["marks"].as_u64().unwrap() > 0, "{page}: something is drawn");
            assert_eq!(seen["zoomed"], json!(true), "{page}: the key + zooms");
        }
        paints.extend(seen["paint_ms"].as_f64());
    }
    paints
}

#[test]
#[ignore = "minutes in a browser"]
fn a_browser_draws_every_page_from_disk_and_from_a_server_and_asks_nothing_of_anyone_else() {
    let folder = tempfile::tempdir().unwrap();
    let files = written(&runs(&[200, 400], 2));
    for (name, text) in &files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let pages: Vec<String> = files.keys().filter(|name| name.ends_with(".html")).cloned().collect();
    let Some(report) = visit(folder.path(), &pages, false) else { return };
    let mut paints = check(&files, &report);
    paints.sort_by(f64::total_cmp);
    println!(
        "first paint from disk, {} pages: median {:.0} ms, slowest {:.0} ms",
        paints.len(),
        paints[paints.len() / 2],
        paints[paints.len() - 1]
    );
    // Over a server: every index, and every kind of page once.
    let few: Vec<String> =
        pages.into_iter().filter(|page| !page.contains("_layer_") || page.contains("_layer_0.")).collect();
    if let Some(report) = visit(folder.path(), &few, true) {
        check(&files, &report);
    }
}
