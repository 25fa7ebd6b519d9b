//! The files of a dashboard, read without a browser.

use crate::records::{LAYERS, SNAPSHOTS, runs};
use lawbook::dashboard::{files, save};
use lawbook::run::RunRecord;
use lawbook::study::s04_grokking::pages::dashboard;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The files of the dashboard of these runs, whose first size is 200.
pub fn written(runs: &[RunRecord]) -> BTreeMap<String, String> {
    files(&dashboard(runs, &[], 200).unwrap()).into_iter().collect()
}

/// What stands between quotes after `attribute`, everywhere in `html`.
fn attributes<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    html.split(&format!(" {attribute}=\"")).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// The file that a link on `page` leads to.
fn resolved(page: &str, link: &str) -> String {
    let mut folders: Vec<&str> = page.split('/').collect();
    folders.pop();
    for part in link.split('/') {
        if part == ".." {
            assert!(folders.pop().is_some(), "{page} links above the dashboard: {link}");
        } else {
            folders.push(part);
        }
    }
    folders.join("/")
}

/// The plots of a page as plotly.js will read them, by id.
pub fn plots(html: &str) -> BTreeMap<String, Value> {
    let scripts = html.split("<script type=\"application/json\" id=\"").skip(1);
    let plot = |rest: &str| {
        let (id, rest) = rest.split_once("-data\">").unwrap();
        (id.to_owned(), serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap())
    };
    scripts.map(plot).collect()
}

/// The values of one series of a plot, an axis of it.
fn values(plot: &Value, name: &str, axis: &str) -> Vec<f64> {
    let series = plot["data"].as_array().unwrap().iter().find(|trace| trace["name"] == name);
    let series = series.unwrap_or_else(|| panic!("there is no series {name:?} in {plot}"));
    series[axis].as_array().unwrap().iter().map(|x| x.as_f64().unwrap_or(f64::NAN)).collect()
}

#[test]
fn every_link_leads_to_a_written_file_and_nothing_comes_from_elsewhere() {
    let files = written(&runs(&[200, 400], 2));
    for (page, html) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        for link in attributes(html, "href").into_iter().chain(attributes(html, "src")) {
            if link != "data:," && link != "#main" {
                assert!(files.contains_key(&resolved(page, link)), "{page} links to {link}");
            }
        }
        assert!(!html.contains("://"), "{page} names an address");
    }
    for own in ["dashboard.js", "dashboard.css"] {
        assert!(!files[own].contains("://") && !files[own].contains("@import"), "{own} names an address");
    }
}

#[test]
fn every_page_is_reached_from_the_main_page() {
    let files = written(&runs(&[200, 400], 1));
    let mut reached = BTreeSet::from(["index.html".to_owned()]);
    let mut open = vec!["index.html".to_owned()];
    while let Some(page) = open.pop() {
        for link in attributes(&files[&page], "href").into_iter().filter(|link| link.ends_with(".html")) {
            let to = resolved(&page, link);
            if reached.insert(to.clone()) {
                open.push(to);
            }
        }
    }
    let all: BTreeSet<String> = files.into_keys().filter(|name| name.ends_with(".html")).collect();
    assert_eq!(reached, all);
}

#[test]
fn every_page_has_its_name_of_the_seed() {
    // SPEC 002: what analyze_esd.py, compare_esd_metrics.py, analyze_htsr.py and the training write.
    let mut expected: BTreeSet<String> =
        ["index.html", "paper_visualization.html", "htsr_analysis/htsr_summary.html"]
            .map(str::to_owned)
            .into();
    for folder in ["esd_analysis", "esd_analysis_400", "esd_comparison", "htsr_analysis"] {
        expected.insert(format!("{folder}/index.html"));
    }
    for size in [200, 400] {
        expected.insert(format!("mnist_training_dynamics_{size}.html"));
        expected.insert(format!("htsr_analysis/alpha_distribution_size_{size}.html"));
    }
    for layer in 0..LAYERS {
        for folder in ["esd_analysis", "esd_analysis_400"] {
            for metric in ["alpha", "D", "spectral_norm"] {
                expected.insert(format!("{folder}/esd_{metric}_layer_{layer}.html"));
                expected.insert(format!("{folder}/esd_{metric}_vs_test_accuracy_layer_{layer}.html"));
            }
            expected.insert(format!("{folder}/esd_eigenvalue_distribution_step_400_layer_{layer}.html"));
        }
        for metric in ["alpha", "d", "spectral_norm"] {
            expected.insert(format!("esd_comparison/compare_{metric}_layer_{layer}.html"));
            expected.insert(format!("esd_comparison/compare_{metric}_vs_accuracy_layer_{layer}.html"));
        }
        expected.insert(format!("esd_comparison/compare_eigenvalue_dist_layer_{layer}.html"));
        for size in [200, 400] {
            expected.insert(format!("htsr_analysis/alpha_vs_gen_gap_size_{size}_layer_{layer}.html"));
        }
    }
    let files = written(&runs(&[200, 400], 1));
    let found: BTreeSet<String> = files.into_keys().filter(|name| name.ends_with(".html")).collect();
    assert_eq!(found, expected);
}

#[test]
fn tags_are_closed_in_the_order_they_were_opened() {
    for (page, html) in written(&runs(&[200], 1)).iter().filter(|(name, _)| name.ends_with(".html")) {
        let mut open: Vec<&str> = Vec::new();
        for tag in html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let name = tag.split_whitespace().next().unwrap();
            match name.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name), "{page}: </{name}>"),
                None if ["!doctype", "meta", "link", "input"].contains(&name) => {}
                None => open.push(name),
            }
        }
        assert!(open.is_empty(), "{page} leaves open {open:?}");
        let ids = attributes(html, "id");
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{page} repeats an id");
    }
}

#[test]
fn plots_hold_the_numbers_of_the_records_and_tables_hold_those_of_the_plots() {
    let runs = runs(&[200, 400], 2);
    let files = written(&runs);
    let steps: Vec<f64> = SNAPSHOTS.iter().map(|&step| step as f64).collect();
    for run in &runs {
        let folder = if run.spec.n_train() == 200 { "esd_analysis" } else { "esd_analysis_400" };
        let seed = format!("seed {}", run.spec.seed);
        for layer in 0..LAYERS {
            let seen: Vec<_> = run.snapshots.iter().map(|snapshot| &snapshot.layers[layer]).collect();
            let tails: Vec<_> = seen.iter().map(|l| l.row.tail.unwrap()).collect();
            for (metric, expected) in [
                ("alpha", tails.iter().map(|t| t.alpha).collect::<Vec<f64>>()),
                ("D", tails.iter().map(|t| t.ks).collect()),
                ("spectral_norm", seen.iter().map(|l| l.row.norms.spectral_norm).collect()),
            ] {
                let html = &files[&format!("{folder}/esd_{metric}_layer_{layer}.html")];
                let plot = &plots(html)[&metric.to_lowercase()];
                assert_eq!(values(plot, &seed, "x"), steps);
                assert_eq!(values(plot, &seed, "y"), expected);
                for value in &expected {
                    assert!(html.contains(&format!("<td>{value}</td>")), "{value} is in no table");
                }
                let html = &files[&format!("{folder}/esd_{metric}_vs_test_accuracy_layer_{layer}.html")];
                assert_eq!(values(&plots(html)[&metric.to_lowercase()], &seed, "y"), expected);
            }
            if run.spec.seed == 0 {
                let html = &files[&format!("{folder}/esd_alpha_layer_{layer}.html")];
                let median: Vec<f64> = seen.iter().map(|l| l.median_alpha.unwrap()).collect();
                assert_eq!(values(&plots(html)["alpha"], "seed 0, median mode", "y"), median);
                let name = format!("{folder}/esd_eigenvalue_distribution_step_400_layer_{layer}.html");
                let plot = &plots(&files[&name])["eigenvalues"];
                let traces = plot["data"].as_array().unwrap().iter().zip(plot["choices"].as_array().unwrap());
                let last =
                    traces.filter(|(_, choice)| **choice == 2).flat_map(|(t, _)| t["y"].as_array().unwrap());
                let count: f64 = last.map(|y| y.as_f64().unwrap()).sum();
                let kept = seen[4].eigenvalues.iter().filter(|x| **x > 1e-5).count();
                assert_eq!(count, kept as f64, "every eigenvalue lies in one bin");
            }
        }
        if run.spec.seed == 0 {
            let name = format!("{} images, seed 0", run.spec.n_train());
            let summary = &plots(&files["htsr_analysis/htsr_summary.html"])["summary"];
            let last =
                run.snapshots[4].layers.iter().map(|l| l.row.tail.unwrap().alpha).collect::<Vec<f64>>();
            assert_eq!(values(summary, &name, "y"), last);
        }
    }
}

#[test]
fn the_same_records_in_any_order_give_the_same_bytes() {
    let mut runs = runs(&[200, 400], 2);
    let before = written(&runs);
    runs.reverse();
    assert!(before == written(&runs));
}

#[test]
fn one_size_alone_has_a_whole_dashboard_and_what_is_no_such_run_is_refused() {
    let mut one = runs(&[400], 1);
    let files = written(&one);
    assert!(
        files.contains_key("esd_analysis_400/index.html") && files.contains_key("esd_comparison/index.html")
    );
    assert_eq!(
        plots(&files["htsr_analysis/htsr_summary.html"])["summary"]["data"].as_array().unwrap().len(),
        1
    );
    one.push(one[0].clone());
    let refused = |runs: &[RunRecord]| dashboard(runs, &[], 200).unwrap_err().to_string();
    assert!(refused(&one).contains("two runs have 400 images and seed 0"));
    assert!(refused(&[]).contains("no run to show"));
    one.pop();
    one[0].snapshots.clear();
    assert!(refused(&one).contains("has no snapshots"));
}

#[test]
fn a_dashboard_is_saved_file_by_file_and_a_folder_in_the_way_is_an_error_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let pages = dashboard(&runs(&[200], 1), &[], 200).unwrap();
    let saved = save(folder.path(), &pages).unwrap();
    assert_eq!(saved.len(), files(&pages).len());
    assert!(saved.iter().all(|path| path.is_file()));
    std::fs::remove_file(folder.path().join("index.html")).unwrap();
    std::fs::create_dir(folder.path().join("index.html")).unwrap();
    assert!(save(folder.path(), &pages).unwrap_err().to_string().contains("index.html"));
}
