//! `lawbook fit` as a shell sees it: every flag, every refusal, JSON keys, and known answers.

mod known;
mod answer;
mod tables;
mod refusals;

use lawbook::study::s01_samples::original::{MAE, SIZES};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The original's file, quality by quality.
fn original_001() -> String {
    let mut csv = "Samples,Quality,MAE\n".to_owned();
    for (quality, errors) in ["1.0", "1.5", "2.0"].into_iter().zip(MAE) {
        for (n, error) in SIZES.iter().zip(errors) {
            csv += &format!("{n},{quality},{error}\n");
        }
    }
    csv
}

/// A folder with files in it.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Runs `lawbook fit …` in `folder`, with `input` on standard input.
fn fit_with(folder: &Path, arguments: &str, input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lawbook"));
    command.arg("fit").args(arguments.split(' ')).current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that refuses its arguments has closed its input already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What it prints when it succeeds.
fn said(folder: &TempDir, arguments: &str) -> String {
    let output = fit_with(folder.path(), arguments, "");
    assert!(output.status.success(), "{arguments}: {}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{arguments}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn answer(folder: &TempDir, arguments: &str) -> Value {
    serde_json::from_str(&said(folder, &format!("{arguments} --json"))).unwrap()
}

/// Exit status and what stands on standard error.
fn refusal(csv: &str, arguments: &str) -> (i32, String) {
    let folder = folder(&[("t.csv", csv)]);
    let output = fit_with(folder.path(), arguments, "");
    let said = text(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
    assert!(output.stdout.is_empty() || output.status.success(), "{arguments}: nothing half-said");
    (output.status.code().unwrap(), said)
}

fn near(value: &Value, expected: f64, tolerance: f64) -> bool {
    (value.as_f64().unwrap() - expected).abs() <= tolerance
}

/// Runs on Hoffmann's surface: a grid of N and D, without noise. Columns N, D, C = 6ND, loss.
fn runs() -> String {
    let mut csv = "N,D,C,loss\n".to_owned();
    for i in 0..8 {
        for j in 0..8 {
            let (n, d) = (10f64.powf(7.6 + 0.37 * f64::from(i)), 10f64.powf(8.5 + 0.43 * f64::from(j)));
            let loss = 1.69 + 406.4 * n.powf(-0.34) + 410.7 * d.powf(-0.28);
            csv += &format!("{n},{d},{},{loss}\n", 6.0 * n * d);
        }
    }
    csv
}
