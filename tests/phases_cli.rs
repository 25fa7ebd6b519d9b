//! `lawbook study 03` as a shell sees it: the original's files, a person's own, and files that are wrong.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// `lawbook study 03 STEP` over `data_json` in a folder, without a checkout.
fn study(folder: &Path, step: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lawbook"));
    command.args(["study", "03"]).args(step).arg("--output-dir").arg(folder);
    command.current_dir(folder).env_remove("LAWBOOK_HOME").stdin(Stdio::null()).output().unwrap()
}

/// Preprocess, analyze and plot; the output of the first that fails, or of all three.
fn pipeline(folder: &Path) -> (Option<i32>, String) {
    let mut words = String::new();
    for step in ["preprocess", "analyze", "plot"] {
        let output = study(folder, &[step]);
        words += &said(&output);
        if !output.status.success() {
            return (output.status.code(), words);
        }
    }
    (Some(0), words)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

/// A folder with result files: file name and text of each.
fn results(files: &[(&str, String)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data_json")).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join("data_json").join(name), text).unwrap();
    }
    folder
}

/// A result file of two models at one size, whose validation loss is `loss`.
fn run(loss: f64) -> String {
    let model = |arch: &str, loss: f64| {
        format!(
            r#""{arch}_nano": {{"arch_type": "{arch}", "n_params": 7, "train_loss": {loss}, "val_loss": {loss}, "gen_gap": 0.5, "training_time": 1.5}}"#
        )
    };
    format!(r#"{{"400": {{{}, {}}}}}"#, model("mlp", loss), model("gru", loss + 1.0))
}

fn read(folder: &Path, file: &str) -> Vec<Vec<String>> {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// Every file below a folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
    found
}

/// All cells equal: words and counts to the letter, other numbers to 1e-12 of their size.
fn assert_same(ours: &[Vec<String>], theirs: &[Vec<String>], what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}: rows");
    for (i, (our, their)) in ours.iter().zip(theirs).enumerate() {
        assert_eq!(our.len(), their.len(), "{what}, line {}", i + 1);
        for (a, b) in our.iter().zip(their) {
            let close = match (a.parse::<f64>(), b.parse::<f64>()) {
                (Ok(a), Ok(b)) => (a - b).abs() <= 1e-12 * b.abs().max(1.0),
                _ => a == b,
            };
            assert!(close, "{what}, line {}: {a} is not {b}", i + 1);
        }
    }
}

#[test]
fn the_originals_files_give_the_originals_tables_and_summary() {
    let Some(reference) = std::env::var_os("LAWBOOK_REFERENCE") else {
        println!(
            "SKIPPED: the original's files lie in the folder that LAWBOOK_REFERENCE names, which is not set"
        );
        return;
    };
    let original = Path::new(&reference).join("seed000");
    let folder = tempfile::tempdir().unwrap();
    let output = study(folder.path(), &["preprocess", "--data-json", original.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    for step in ["analyze", "plot"] {
        let output = study(folder.path(), &[step]);
        assert_eq!(output.status.code(), Some(0), "{step}: {}", said(&output));
    }
    for name in ["run_1.csv", "run_2.csv", "run_3.csv", "run_4.csv", "run_5.csv", "all_runs_combined.csv"] {
        assert_same(&read(&folder.path().join("data_csv"), name), &read(&original, name), name);
    }
    let summary = "statistical_summary.csv";
    let ours = read(&folder.path().join("statistical_analysis"), summary);
    assert_same(&ours, &read(&original, summary), summary);
    assert_eq!(ours.len(), 1 + 32);
}

#[test]
fn runs_are_in_the_order_of_their_numbers_where_sorted_names_put_ten_before_two() {
    let names = ["gpu_scaling_results-10.json", "gpu_scaling_results-2.json", "gpu_scaling_results-1.json"];
    let mut sorted = names.to_vec();
    sorted.sort();
    // The original's order, in which its run_id 2 is the tenth run.
    assert_eq!(sorted, [names[2], names[0], names[1]]);
    let folder = results(&[(names[0], run(10.0)), (names[1], run(2.0)), (names[2], run(1.0))]);
    let output = study(folder.path(), &["preprocess"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let all = read(folder.path(), "data_csv/all_runs_combined.csv");
    let ids: Vec<&str> = all[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(ids, ["1", "1", "2", "2", "10", "10"]);
    let losses: Vec<&str> = all[1..].iter().map(|row| row[6].as_str()).collect();
    assert_eq!(losses, ["1", "2", "2", "3", "10", "11"], "and each number has its own file");
    assert_eq!(read(folder.path(), "data_csv/run_10.csv")[1][6], "10");
}

#[test]
fn other_models_other_metrics_and_missing_cells_are_kept_and_said() {
    let second = r#"{"400": {"gru_nano": {"arch_type": "gru", "n_params": 7, "val_loss": 4, "accuracy": 0.25},
                             "rwkv_tiny": {"arch_type": "rwkv", "n_params": 9, "val_loss": null, "gpu": "T4"}},
                     "800": {"gru_nano": {"arch_type": "gru", "n_params": 7, "val_loss": 3, "train_loss": 2}}}"#;
    let folder = results(&[
        ("gpu_scaling_results-1.json", run(1.0)),
        ("gpu_scaling_results-3.json", second.to_owned()),
        ("notes.txt", String::new()),
    ]);
    let (code, words) = pipeline(folder.path());
    assert_eq!(code, Some(0), "{words}");
    for sentence in [
        "passed over, not named like gpu_scaling_results-1.json: notes.txt",
        "models beside the original's: rwkv_tiny",
        "metrics beside the original's: accuracy",
        "no metrics, left out: gpu",
        "2 of 2 sizes x 3 models have no run at all",
        "run 1 has no 400 rwkv_tiny, 800 gru_nano",
        "run 3 has no 400 mlp_nano",
        "run 3 has no val_loss of 400 rwkv_tiny",
        "run 3 has no train_loss of 400 gru_nano, 400 rwkv_tiny",
    ] {
        assert!(words.contains(sentence), "{sentence}: {words}");
    }
    let summary = read(folder.path(), "statistical_analysis/statistical_summary.csv");
    let header = "dataset_size,model_name,arch_type,n_params,val_loss_mean,val_loss_std,train_loss_mean,train_loss_std,\
                  gen_gap_mean,gen_gap_std,training_time_mean,training_time_std,accuracy_mean,accuracy_std";
    assert_eq!(summary[0].join(","), header);
    assert_eq!(summary[1].join(","), "400,gru_nano,gru,7,3,1.4142135623730951,2,,0.5,,1.5,,0.25,");
    assert_eq!(summary[3].join(","), "400,rwkv_tiny,rwkv,9,,,,,,,,,,");
    for plot in ["validation_loss_scaling.png", "gen_gap_scaling.png"] {
        let png = fs::read(folder.path().join("visualizations").join(plot)).unwrap();
        let at = png.windows(4).position(|w| w == b"pHYs").unwrap() + 4;
        // 300 dots an inch are 11 811 a metre.
        assert_eq!(u32::from_be_bytes(png[at..at + 4].try_into().unwrap()), 11_811, "{plot}");
    }
}

#[test]
fn a_file_that_is_wrong_is_named_with_its_place_and_nothing_is_touched() {
    let good = ("gpu_scaling_results-1.json", run(1.0));
    let two = "gpu_scaling_results-2.json";
    let nan = run(1.0).replace("\"val_loss\": 2", "\"val_loss\": NaN");
    let later = r#"{"decoder_small_n1000": {"config": {}, "n_params": 5, "full_history": {}}}"#.to_owned();
    let list = r#"[{"model_name": "decoder", "n_layer": 2}]"#.to_owned();
    for (name, text, place) in [
        (two, nan, "gpu_scaling_results-2.json, \"400\".gru_nano.val_loss: "),
        (two, run(1.0)[..60].to_owned(), "gpu_scaling_results-2.json, \"400\".mlp_nano"),
        (two, later, "gpu_scaling_results-2.json, decoder_small_n1000: "),
        (two, list, "gpu_scaling_results-2.json, the whole of it: "),
        ("gpu_scaling_results-01.json", run(2.0), "both run 1"),
        ("gpu_scaling_results-last.json", run(2.0), "no run number"),
    ] {
        let folder = results(std::slice::from_ref(&good));
        assert_eq!(pipeline(folder.path()).0, Some(0));
        fs::write(folder.path().join("data_json").join(name), &text).unwrap();
        let before = contents(folder.path());
        let (code, words) = pipeline(folder.path());
        assert_eq!(code, Some(1), "{text}: {words}");
        assert!(words.contains(place), "{place}: {words}");
        assert_eq!(contents(folder.path()), before, "{text}");
    }
    let bad = [(two, "{".to_owned()), ("gpu_scaling_results-3.json", "7".to_owned())];
    let folder = results(&[good, bad[0].clone(), bad[1].clone()]);
    let output = said(&study(folder.path(), &["preprocess"]));
    assert!(
        output.contains("results-2.json") && output.contains("results-3.json"),
        "both are named: {output}"
    );
    assert!(!folder.path().join("data_csv").exists());
}

#[test]
fn a_step_without_the_one_before_it_or_with_a_spoilt_table_says_what_to_do() {
    let folder = results(&[]);
    for (step, named) in
        [("preprocess", "--data-json"), ("analyze", "study 03 preprocess"), ("plot", "study 03 analyze")]
    {
        let output = study(folder.path(), &[step]);
        assert_eq!(output.status.code(), Some(1), "{step}");
        assert!(said(&output).contains(named), "{step}: {}", said(&output));
    }
    fs::write(folder.path().join("data_json/gpu_scaling_results-1.json"), run(1.0)).unwrap();
    assert_eq!(study(folder.path(), &["preprocess"]).status.code(), Some(0));
    let combined = folder.path().join("data_csv/all_runs_combined.csv");
    let good = fs::read_to_string(&combined).unwrap();
    let last = good.lines().last().unwrap();
    for (text, named) in [
        (good.replace("0.5", "half"), "line 2, column gen_gap"),
        (good.replace("gen_gap", "gap"), "no column gen_gap"),
        (format!("{good}{last}\n"), "gru_nano at size 400 twice in run 1"),
        (good.lines().next().unwrap().to_owned(), "no row"),
    ] {
        fs::write(&combined, &text).unwrap();
        let output = study(folder.path(), &["analyze"]);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(said(&output).contains(named), "{named}: {}", said(&output));
        assert!(!folder.path().join("statistical_analysis").exists());
    }
}
