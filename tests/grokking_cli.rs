//! `lawbook study 04` as a shell sees it: training, pages, metrics, subsets, errors.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A home of its own whose MNIST is the checkout's.
fn home() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mnist = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/cache/mnist");
    assert!(mnist.is_dir(), "these tests train on MNIST: run `just setup` first");
    fs::create_dir_all(folder.path().join("data/cache")).unwrap();
    std::os::unix::fs::symlink(mnist, folder.path().join("data/cache/mnist")).unwrap();
    folder
}

/// `lawbook study 04` with a tiny network; `words` come after the options that make it tiny.
fn study(home: &Path, words: &[&str]) -> Output {
    let out = home.join("out");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lawbook"));
    command.args(["study", "04"]).args(words);
    command.args(["--depth", "3", "--width", "20", "--max-steps", "40", "--step-size", "20"]);
    command.args(["--output-dir"]).arg(&out).env("LAWBOOK_HOME", home).stdin(Stdio::null());
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn the_originals_options_train_analyze_and_compare_any_subset_of_sizes() {
    let home = home();
    let out = home.path().join("out");
    // The original spells its options with underscores; both are understood.
    let trained = study(home.path(), &["train", "--dataset_sizes", "100", "200", "--init-scale", "2"]);
    assert_eq!(trained.status.code(), Some(0), "{}", said(&trained));
    // Runs with other options than the study's are recorded beside their pages, never among the study's.
    assert!(out.join("runs.jsonl").is_file() && !home.path().join("data/runs/04.jsonl").exists());

    let json = fs::read_to_string(out.join("metrics/final_metrics_dataset_100.json")).unwrap();
    let metrics: Value = serde_json::from_str(&json).unwrap();
    let steps: Vec<&String> = metrics["layer_ranks"].as_object().unwrap().keys().collect();
    assert_eq!(steps.len(), 3, "snapshots at 0, 20 and 40: {steps:?}");
    assert_eq!(metrics["esd_metrics"]["40"]["alpha"].as_array().unwrap().len(), 3, "one exponent a layer");
    let csv = fs::read_to_string(out.join("metrics/metrics_dataset_200.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1 + 3 * 3, "a row a snapshot and layer:\n{csv}");

    let scale = ["--init-scale", "2"];
    for (what, sizes, page) in [
        ("analyze", &["100"][..], "esd_analysis/esd_alpha_layer_0.html"),
        ("compare", &["100", "200"], "esd_comparison/compare_alpha_layer_0.html"),
        ("compare", &["200"], "esd_comparison/compare_eigenvalue_dist_layer_1.html"),
        ("htsr", &["200"], "htsr_analysis/alpha_distribution_size_200.html"),
    ] {
        let words = [&[what, "--dataset-sizes"], sizes, &scale].concat();
        let output = study(home.path(), &words);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", said(&output));
        assert!(out.join(page).is_file(), "{words:?} writes {page}");
    }

    let all = study(home.path(), &["--dataset-sizes", "100", "200", "--init-scale", "2"]);
    assert_eq!(all.status.code(), Some(0), "{}", said(&all));
    for page in [
        "index.html",
        "paper_visualization.html",
        "mnist_training_dynamics_100.html",
        "htsr_analysis/htsr_summary.html",
    ] {
        assert!(out.join(page).is_file(), "{page}");
    }
    assert!(said(&all).contains("all 2 runs are recorded"), "nothing is trained twice: {}", said(&all));
}

#[test]
fn what_is_not_recorded_or_not_a_study_of_the_kind_is_one_sentence() {
    let home = home();
    let missing = study(home.path(), &["analyze", "--dataset-sizes", "300"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        said(&missing).contains("n_train=300") && said(&missing).contains("study 04 train"),
        "{}",
        said(&missing)
    );
    let none = study(home.path(), &["htsr"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(said(&none).contains("no size is recorded"), "{}", said(&none));
    for (words, named) in [
        (&["study", "02"][..], "sweep"),
        (&["study", "04", "--init-scale", "0"], "init-scale"),
        (&["study", "04", "train", "--weight-decay", "-1"], "weight-decay"),
        (&["study", "04", "train", "--dataset-sizes", "60001"], "60000"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_lawbook"))
            .args(words)
            .env("LAWBOOK_HOME", home.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}: {}", said(&output));
        assert!(said(&output).contains(named), "{words:?}: {}", said(&output));
    }
}
