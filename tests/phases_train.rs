//! `lawbook study 03 train`: from no records to the original's files, and what it never does to a person's.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn train(home: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lawbook"));
    command.args(["study", "03"]).args(words).args(["--budget", "smoke", "--seeds", "2", "--output-dir"]);
    command.arg(home.join("out")).env("LAWBOOK_HOME", home).stdin(Stdio::null());
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn training_leaves_the_originals_result_files_tables_and_plots_and_trains_nothing_twice() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("out");
    for (words, sentence) in [(&["train"][..], "32 of 32 runs to do"), (&[], "all 32 runs are recorded")] {
        let output = train(home.path(), words);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(said(&output).contains(sentence), "{sentence}: {}", said(&output));
    }
    let text = fs::read_to_string(out.join("data_json/gpu_scaling_results-2.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    assert!(text.find("\"200\"").unwrap() < text.find("\"400\"").unwrap());
    let cell = &file["400"]["gru_micro"];
    let keys: Vec<&String> = cell.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["arch_type", "gen_gap", "n_params", "train_loss", "training_time", "val_loss"]);
    let number = |name: &str| cell[name].as_f64().unwrap();
    assert_eq!(number("gen_gap"), number("val_loss") - number("train_loss"));
    for (file, lines) in [
        ("data_csv/run_1.csv", 1 + 16),
        ("data_csv/all_runs_combined.csv", 1 + 32),
        ("statistical_analysis/statistical_summary.csv", 1 + 16),
    ] {
        assert_eq!(fs::read_to_string(out.join(file)).unwrap().lines().count(), lines, "{file}");
    }
    for plot in ["validation_loss_scaling.png", "gen_gap_scaling.png"] {
        assert!(out.join("visualizations").join(plot).is_file(), "{plot}");
    }
}

#[test]
fn a_result_file_of_someone_elses_is_never_replaced() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("out/data_json/gpu_scaling_results-2.json");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "{}").unwrap();
    let output = train(home.path(), &["train"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("gpu_scaling_results-2.json is there already"), "{}", said(&output));
    assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
    assert!(!home.path().join("data/cache/smoke").exists(), "nothing was trained");
}
