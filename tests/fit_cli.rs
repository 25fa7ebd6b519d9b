//! `lawbook fit` as a shell sees it: every flag, every refusal, JSON keys, and known answers.

use lawbook::study::s01_samples::original::{MAE, SIZES};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The original's file, quality by quality.
fn seed_001() -> String {
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

// ---------------------------------------------------------------- known answers

#[test]
fn seed_001s_exponents_depend_on_the_fit_space() {
    // SPEC "Original 001": SciPy's fits of C + A n^-a without the inversion, in ln y and in y.
    let folder = folder(&[("seed.csv", &seed_001())]);
    let published = [("1.0", 0.7439, 0.466), ("1.5", 0.7332, 0.520), ("2.0", 0.8655, 0.579)];
    for (quality, in_log, in_y) in published {
        let ask = format!("power seed.csv --x Samples --y MAE --where Quality={quality}");
        let log = answer(&folder, &ask);
        assert!(near(&log["params"]["alpha"], in_log, 1e-4), "{quality}: {}", log["params"]);
        let y = answer(&folder, &format!("{ask} --space y"));
        assert!(near(&y["params"]["alpha"], in_y, 1e-3), "{quality}: {}", y["params"]);
        assert_eq!((&log["n"], &log["space"], &y["space"]), (&json!(13), &json!("log"), &json!("y")));
    }
}

#[test]
fn seed_003s_experiment_a_is_124_n_to_the_minus_0_3723() {
    // SPEC "Original 003": the original's fit of 100 - Test_Accuracy, R² 0.9941.
    let folder = folder(&[("a.csv", "n,error\n1000,9.7\n5000,5.26\n10000,3.74\n30000,2.81\n60000,2.07\n")]);
    let found = answer(&folder, "power a.csv --x n --y error --no-floor");
    assert!(near(&found["params"]["A"], 124.36, 0.01) && near(&found["params"]["alpha"], 0.3723, 5e-5));
    assert_eq!(found["params"]["E"], 0.0);
    assert_eq!(found["given"], json!(["E"]));
}

/// Hoffmann et al. 2022, approach 3, as printed.
const HOFFMANN: [(&str, f64); 5] = [("E", 1.69), ("A", 406.4), ("B", 410.7), ("alpha", 0.34), ("beta", 0.28)];

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

#[test]
fn hoffmanns_constants_are_recovered_from_runs_on_his_surface() {
    let folder = folder(&[("runs.csv", &runs())]);
    for (ask, tolerance) in [
        ("surface runs.csv --params N --tokens D --loss loss", 1e-3),
        ("surface runs.csv --params N --flops C --loss loss", 1e-3),
        ("surface runs.csv --params N --tokens D --loss loss --delta 0.1", 1e-3),
        ("surface runs.csv --params N --tokens D --loss loss --space lad", 1e-3),
    ] {
        let found = answer(&folder, ask);
        for (name, value) in HOFFMANN {
            assert!(near(&found["params"][name], value, tolerance * value), "{ask}: {}", found["params"]);
        }
        // By hand: N grows as C^(β/(α+β)) = C^0.4516.
        assert!(near(&found["allocation"]["params_exponent"], 0.28 / 0.62, 1e-3), "{ask}");
    }
}

#[test]
fn a_broken_law_is_recovered_with_lists_for_its_breaks() {
    // a = 0, b = 2, c0 = 0.1, one break at d = 1000, c = 0.4, f = 0.3 (Caballero's formula).
    let law = |x: f64| 2.0 * x.powf(-0.1) * (1.0 + (x / 1000.0).powf(1.0 / 0.3)).powf(-0.4 * 0.3);
    let mut csv = "x,y\n".to_owned();
    for i in 0..40 {
        let x = 10f64.powf(1.0 + 0.1 * f64::from(i));
        csv += &format!("{x},{}\n", law(x));
    }
    let folder = folder(&[("b.csv", &csv)]);
    let found = answer(&folder, "broken b.csv --x x --y y");
    let params = &found["params"];
    assert!(near(&params["c0"], 0.1, 1e-3) && near(&params["b"], 2.0, 0.02), "{params}");
    assert!(near(&params["c"][0], 0.4, 4e-3) && near(&params["d"][0], 1000.0, 10.0), "{params}");
    assert!(near(&params["f"][0], 0.3, 0.01) && near(&params["a"], 0.0, 1e-3), "{params}");
    for name in ["c", "d", "f"] {
        assert_eq!(found["intervals"][name][0].as_array().unwrap().len(), 2, "{name}");
    }
    assert_eq!(
        answer(&folder, "broken b.csv --x x --y y --breaks 2")["params"]["d"].as_array().unwrap().len(),
        2
    );
}

// ---------------------------------------------------------------- the answer

#[test]
fn json_has_the_promised_keys_for_every_law() {
    let folder = folder(&[("seed.csv", &seed_001()), ("runs.csv", &runs())]);
    let curve = "seed.csv --x Samples --y MAE --where Quality=1";
    for (ask, law, names) in [
        (format!("power {curve}"), "power", &["A", "E", "alpha"][..]),
        (format!("power {curve} --no-floor"), "power", &["A", "E", "alpha"]),
        (format!("power {curve} --exponent 0.5"), "power", &["A", "E", "alpha"]),
        (format!("broken {curve}"), "broken", &["a", "b", "c", "c0", "d", "f"]),
        (
            "surface runs.csv --params N --tokens D --loss loss".to_owned(),
            "surface",
            &["A", "B", "E", "alpha", "beta"],
        ),
    ] {
        let found = answer(&folder, &ask);
        for key in [
            "law",
            "space",
            "n",
            "params",
            "intervals",
            "objective",
            "rmse_log",
            "aicc",
            "stop",
            "verdict",
            "warnings",
            "interval_method",
        ] {
            assert!(found.get(key).is_some(), "{ask} lacks {key}");
        }
        assert_eq!(found["law"], law);
        for part in ["params", "intervals"] {
            let mut keys: Vec<&String> = found[part].as_object().unwrap().keys().collect();
            keys.sort();
            assert_eq!(keys, names, "{ask}: {part}");
        }
        assert!(!found["verdict"].as_str().unwrap().is_empty() && found["stop"].is_string(), "{ask}");
    }
}

#[test]
fn an_exponent_that_is_given_stays_as_given() {
    // SPEC "Original 001", the "fun" row: C 0.0415, A 3.457 with exponent 1/2 on quality 1.5.
    let folder = folder(&[("seed.csv", &seed_001())]);
    let found = answer(&folder, "power seed.csv --x Samples --y MAE --where Quality=1.5 --exponent 0.5");
    assert_eq!((&found["params"]["alpha"], &found["intervals"]["alpha"]), (&json!(0.5), &json!([0.5, 0.5])));
    assert!(
        near(&found["params"]["E"], 0.0415, 5e-5) && near(&found["params"]["A"], 3.457, 5e-4),
        "{}",
        found["params"]
    );
}

#[test]
fn the_readable_table_holds_what_the_json_holds() {
    let folder = folder(&[("seed.csv", &seed_001())]);
    let said = said(&folder, "power seed.csv --x Samples --y MAE --where Quality=1.0");
    for part in [
        "MAE against Samples",
        "13 rows of seed.csv",
        "alpha",
        "0.743",
        "95 %",
        "profile",
        "least squares in ln y",
        "stopped",
        "verdict",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(said.lines().all(|line| line.chars().count() <= 110), "{said}");
}

#[test]
fn bootstraps_are_the_same_for_the_same_seed_and_on_any_number_of_threads() {
    let folder = folder(&[("seed.csv", &seed_001())]);
    let ask =
        |more: &str| answer(&folder, &format!("power seed.csv --x Samples --y MAE --where Quality=2 {more}"));
    for method in ["pairs", "residual"] {
        let first = ask(&format!("--interval {method} --replicas 200"));
        assert_eq!(
            first["intervals"],
            ask(&format!("--interval {method} --replicas 200 --seed 0"))["intervals"]
        );
        assert_ne!(
            first["intervals"],
            ask(&format!("--interval {method} --replicas 200 --seed 1"))["intervals"]
        );
        let mut alone = Command::new(env!("CARGO_BIN_EXE_lawbook"));
        let words = format!(
            "fit power seed.csv --x Samples --y MAE --where Quality=2 --json --interval {method} --replicas 200"
        );
        alone.args(words.split(' ')).current_dir(folder.path()).env("RAYON_NUM_THREADS", "1");
        let alone: Value = serde_json::from_slice(&alone.output().unwrap().stdout).unwrap();
        assert_eq!(first["intervals"], alone["intervals"], "{method}");
    }
}

#[test]
fn the_same_table_in_every_format_is_the_same_fit() {
    let rows: Vec<(usize, f64)> = SIZES.iter().copied().zip(MAE[0]).collect();
    let lines =
        |row: fn(&(usize, f64)) -> String, end: &str| rows.iter().map(row).collect::<Vec<_>>().join(end);
    let csv = format!("n,loss\n{}\n", lines(|(n, y)| format!("{n},{y}"), "\n"));
    let messy = format!(
        "\u{feff} n ; loss ; note\r\n{}\r\n;;\r\n\r\n",
        lines(|(n, y)| format!("\" {n}\" ; {y:e};\"a;b\""), "\r\n")
    );
    let tabs = format!("loss\tn\n{}", lines(|(n, y)| format!("{y}\t{n}"), "\n"));
    let jsonl = format!("{}\n\n", lines(|(n, y)| format!("{{\"n\":{n},\"loss\":{y},\"tag\":[1]}}"), "\n"));
    let array = format!("[{}]", lines(|(n, y)| format!("{{\"n\": {n}, \"loss\": \"{y}\"}}"), ",\n  "));
    let folder = folder(&[
        ("a.csv", &csv),
        ("b.txt", &messy),
        ("c.tsv", &tabs),
        ("d.jsonl", &jsonl),
        ("e.json", &array),
        ("f.log", &jsonl),
    ]);
    let expected = answer(&folder, "power a.csv --x n --y loss");
    for file in ["b.txt", "c.tsv", "d.jsonl", "e.json", "f.log"] {
        let found = answer(&folder, &format!("power {file} --x n --y loss"));
        assert_eq!(found["params"], expected["params"], "{file}");
        assert_eq!(found["intervals"], expected["intervals"], "{file}");
    }
    let output = fit_with(folder.path(), "power - --x n --y loss --json", &jsonl);
    let piped: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&piped["params"], &piped["file"]), (&expected["params"], &json!("standard input")));
}

#[test]
fn values_inside_objects_are_named_with_dots() {
    let lines: Vec<String> = SIZES
        .iter()
        .zip(MAE[2])
        .map(|(n, y)| format!("{{\"spec\":{{\"n\":{n}}},\"last\":{{\"loss\":{y}}}}}"))
        .collect();
    let folder = folder(&[("r.jsonl", &lines.join("\n"))]);
    assert!(near(
        &answer(&folder, "power r.jsonl --x spec.n --y last.loss")["params"]["alpha"],
        0.8655,
        1e-4
    ));
}

#[test]
fn an_accuracy_is_fitted_by_what_it_lacks() {
    // Original 003's own results as it reports them; SPEC "Original 003" has 124.36 n^-0.3723 for 100 - accuracy.
    let csv = "Data_Size,Test_Accuracy\n1000,90.3\n5000,94.74\n10000,96.26\n30000,97.19\n60000,97.93\n";
    let folder = folder(&[("a.csv", csv)]);
    let found = answer(&folder, "power a.csv --x Data_Size --y Test_Accuracy --complement 100 --no-floor");
    assert!(near(&found["params"]["A"], 124.36, 0.01) && near(&found["params"]["alpha"], 0.3723, 5e-5));
    let (status, said) = refusal(csv, "power t.csv --x Data_Size --y Test_Accuracy --complement 97");
    assert!(status == 1 && said.contains("line 5") && said.contains("97 - Test_Accuracy"), "{said}");
}

#[test]
fn where_picks_rows_by_words_or_by_number() {
    let folder = folder(&[("seed.csv", &seed_001())]);
    let all = answer(&folder, "power seed.csv --x Samples --y MAE");
    assert_eq!(all["n"], 39);
    assert!(all["notes"].to_string().contains("39 rows have 13 different Samples"), "{}", all["notes"]);
    for value in ["1.5", "1.50", "15e-1"] {
        let one = answer(&folder, &format!("power seed.csv --x Samples --y MAE --where Quality={value}"));
        assert_eq!((&one["n"], &one["rows_left_out_by_where"]), (&json!(13), &json!(26)), "{value}");
    }
}

#[test]
fn the_largest_losses_are_dropped_and_named() {
    let folder = folder(&[("runs.csv", &(runs() + "1e8,1e9,6e17,9.5\n2e8,1e9,12e17,9.25\n"))]);
    let found =
        answer(&folder, "surface runs.csv --params N --tokens D --loss loss --drop-largest 2 --delta 0.1");
    assert_eq!(found["n"], 64);
    let notes = found["notes"].to_string();
    assert!(notes.contains("line 66") && notes.contains("line 67"), "{notes}");
    assert!(near(&found["params"]["E"], 1.69, 2e-3), "{}", found["params"]);
}

#[test]
fn repeats_of_a_cell_are_drawn_together() {
    // Four seeds a size with little noise of their own and more that the size's seeds share, deterministic
    // stand-ins for normal draws: rows alone look twice as sure as they are.
    let mut csv = "n,seed,loss\n".to_owned();
    for (cell, n) in SIZES.iter().enumerate() {
        for seed in 0..4 {
            let shared = 0.12 * (12.9898 * cell as f64).sin();
            let own = 0.03 * (78.233 * (4 * cell + seed) as f64).sin();
            csv += &format!("{n},{seed},{}\n", 9.0 * (*n as f64).powf(-0.5) * (shared + own).exp());
        }
    }
    let folder = folder(&[("s.csv", &csv)]);
    let ask = |more: &str| answer(&folder, &format!("power s.csv --x n --y loss --no-floor {more}"));
    let width = |found: &Value| {
        found["intervals"]["alpha"][1].as_f64().unwrap() - found["intervals"]["alpha"][0].as_f64().unwrap()
    };
    let (rows, cells) = (ask("--interval pairs"), ask("--interval pairs --group n"));
    assert_eq!(rows["params"], cells["params"], "a group changes no value");
    assert!(width(&cells) > 1.2 * width(&rows), "{} {}", width(&cells), width(&rows));
    assert!(cells["notes"].to_string().contains("52 rows in 13 cells"), "{}", cells["notes"]);
    let profile = ask("--group n");
    assert!(width(&profile) > 1.2 * width(&ask("--interval profile")), "a profile counts cells too");
    assert_eq!(profile["warnings"], serde_json::json!([]));
    let residual = ask("--interval residual --group n");
    assert!(residual["warnings"].to_string().contains("--interval pairs"), "{}", residual["warnings"]);
    let compared = answer(&folder, "compare s.csv --x n --y loss --group n");
    assert!(compared["verdict"].to_string().contains("only 13 cells"), "{}", compared["verdict"]);
}

#[test]
fn weights_say_how_much_a_row_counts() {
    // Two clean laws interleaved: the one with the weight wins.
    let mut csv = "x,y,w\n".to_owned();
    for i in 1..=12 {
        let x = f64::from(i) * 10.0;
        csv += &format!("{x},{},1000000\n{},{},1\n", 3.0 * x.powf(-0.5), x + 5.0, 5.0 * (x + 5.0).powf(-0.2));
    }
    let folder = folder(&[("w.csv", &csv)]);
    let found = answer(&folder, "power w.csv --x x --y y --no-floor --weights w");
    assert!(near(&found["params"]["alpha"], 0.5, 1e-3), "{}", found["params"]);
    let plain = answer(&folder, "power w.csv --x x --y y --no-floor");
    assert!(!near(&plain["params"]["alpha"], 0.5, 0.02), "{}", plain["params"]);
}

#[test]
fn an_end_that_the_data_do_not_bound_is_null() {
    // As many points as parameters: every interval is open.
    let folder = folder(&[("p.csv", "x,y\n50,0.5\n100,0.4\n200,0.37\n")]);
    let found = answer(&folder, "power p.csv --x x --y y");
    let ends: Vec<&Value> =
        ["A", "alpha", "E"].iter().flat_map(|name| found["intervals"][name].as_array().unwrap()).collect();
    assert!(ends.iter().all(|end| end.is_null() || end.is_number()), "{}", found["intervals"]);
    assert!(ends.iter().any(|end| end.is_null()), "{}", found["intervals"]);
}

#[test]
fn compare_ranks_all_laws_and_scores_them_on_what_they_have_not_seen() {
    let folder = folder(&[("seed.csv", &seed_001())]);
    let ask = "compare seed.csv --x Samples --y MAE --where Quality=2.0 --holdout-above 12800";
    let found = answer(&folder, ask);
    let ranking = found["ranking"].as_array().unwrap();
    assert!(ranking.len() >= 4, "{}", found["refused"]);
    let aicc: Vec<f64> = ranking.iter().map(|law| law["aicc"].as_f64().unwrap()).collect();
    assert!(aicc.windows(2).all(|pair| pair[0] <= pair[1]), "{aicc:?}");
    assert_eq!((&ranking[0]["delta_aicc"], &found["aicc"]), (&json!(0.0), &ranking[0]["aicc"]));
    let beyond = |formula: &str| {
        let law = ranking.iter().find(|law| law["formula"] == formula).unwrap();
        law["holdout_rmse_log"].as_f64().unwrap()
    };
    // The curve ends on a floor: a law without one runs on below it.
    assert!(beyond("y = A x^-α") > 2.0 * beyond("y = E + A x^-α"), "{found}");
    let table = said(&folder, ask);
    for part in ["y = E + A x^-α", "ΔAICc", "weight", "beyond", "verdict"] {
        assert!(table.contains(part), "{part}: {table}");
    }
}

#[test]
fn a_kink_is_found_where_it_is() {
    let mut csv = "step,loss\n".to_owned();
    for i in 0..30 {
        let u = 0.2 * f64::from(i);
        let noise = 0.04 * ((f64::from(i) * 12.9898).sin() * 43_758.545_3).rem_euclid(1.0) - 0.02;
        csv += &format!("{},{}\n", u.exp(), (1.0 - 0.1 * u - 0.6 * (u - 3.0).max(0.0) + noise).exp());
    }
    let folder = folder(&[("k.csv", &csv)]);
    let found = answer(&folder, "change k.csv --x step --y loss");
    // Built in: ln x = 3.
    let (place, ends) = (&found["params"]["place"], &found["intervals"]["place"]);
    assert!(near(place, 3f64.exp(), 1.5), "{place}");
    assert!(ends[0].as_f64().unwrap() < 3f64.exp() && ends[1].as_f64().unwrap() > 3f64.exp(), "{ends}");
    assert!(found["p_smooth"].as_f64().unwrap() < 0.05, "{found}");
    assert!(said(&folder, "change k.csv --x step --y loss --axes linear --smooth cubic").contains("verdict"));
}

// ---------------------------------------------------------------- figures

#[test]
fn every_law_draws_itself_as_svg_and_png() {
    let folder = folder(&[("seed.csv", &seed_001()), ("runs.csv", &runs())]);
    let curve = "seed.csv --x Samples --y MAE --where Quality=1.0";
    for (name, ask) in [
        ("power", format!("power {curve}")),
        ("broken", format!("broken {curve}")),
        ("compare", format!("compare {curve} --holdout-above 12800")),
        ("change", format!("change {curve}")),
        ("surface", "surface runs.csv --params N --tokens D --loss loss".to_owned()),
    ] {
        said(&folder, &format!("{ask} --figure {name}.svg --figure new/{name}.png"));
        let svg = fs::read_to_string(folder.path().join(format!("{name}.svg"))).unwrap();
        assert!(svg.starts_with("<svg") && (svg.contains("MAE") || svg.contains("Fitted loss")), "{name}");
        assert!(fs::read(folder.path().join(format!("new/{name}.png"))).unwrap().starts_with(b"\x89PNG"));
    }
}

#[test]
fn a_figure_that_cannot_be_written_leaves_the_answer_and_says_so() {
    let folder = folder(&[("seed.csv", &seed_001()), ("blocked", "")]);
    let output = fit_with(
        folder.path(),
        "power seed.csv --x Samples --y MAE --where Quality=1 --json --figure blocked/law.svg",
        "",
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(serde_json::from_slice::<Value>(&output.stdout).is_ok());
    assert!(text(&output.stderr).contains("blocked"));
}

// ---------------------------------------------------------------- refusals

#[test]
fn a_table_that_cannot_be_fitted_is_refused_with_its_place() {
    let long = format!("n,loss\n50,0.5\n\"100,{}\n", "x".repeat(2_000_000));
    let ask = "power t.csv --x n --y loss";
    for (csv, named) in [
        ("n,los\n50,0.5\n", &["\"loss\"", "\"los\"", "did you mean"][..]),
        ("n loss\n50 0.5\n", &["\"n loss\"", "comma"]),
        ("n,loss\n50,0.5\n100,abc\n200,\n", &["line 3", "column loss", "\"abc\"", "1 more"]),
        ("n,loss\n50,0.5\n100,\n", &["line 3", "column loss", "empty"]),
        ("n,loss\n50,0.5\n100,NaN\n", &["line 3", "finite"]),
        ("n,loss\n50,0.5\ninf,0.4\n", &["line 3", "column n", "finite"]),
        ("n,loss\n50,0.5\n100,-0.1\n200,0\n", &["line 3", "-0.1 is not above 0", "1 more"]),
        ("n,loss\n0,0.5\n100,0.1\n", &["line 2", "column n", "0 is not above 0"]),
        ("n,loss\n50,0.5\n\n100,0.4,7\n", &["line 4", "3 fields", "2 columns"]),
        ("n,loss\n50,0.5\n100\n", &["line 3", "1 field"]),
        ("n,loss\r\n50,0.5\r\n\r\n  \r\n100,x\r\n", &["line 5", "\"x\""]),
        ("n,loss\r50,0.5\r100,x", &["line 3", "\"x\""]),
        ("\n\nn,loss\n50,\"0.5\n\"\n100,x", &["line 6", "\"x\""]),
        ("", &["t.csv", "empty"]),
        (" \n\n", &["t.csv", "empty"]),
        ("n,loss\n", &["no row"]),
        ("50,0.5\n100,0.4\n", &["line 1", "names of the columns"]),
        ("n,loss,loss\n50,0.5,1\n", &["two columns", "loss"]),
        ("n,loss\n50,0.5\n50,0.4\n50,0.3\n50,0.2\n", &["column n", "50 in all 4 rows"]),
        ("n,loss\n50,0.5\n100,0.5\n200,0.5\n400,0.5\n", &["column loss", "0.5 in all 4 rows"]),
        ("n,loss\n50,0.5\n100,0.4\n", &["t.csv", "2 points", "3"]),
        ("n;loss\n50;0,5\n", &["line 2", "comma", "decimal point"]),
        ("n,loss\n\"1,000\",0.5\n", &["line 2", "thousands"]),
        ("n,loss\n50,12%\n", &["line 2", "unit"]),
        ("[1,2]\n[3,4]\n", &["line 1", "array", "object"]),
        ("[]", &["empty array"]),
        ("[{\"n\":50,\"loss\":0.5},7]", &["element 2", "object"]),
        ("{\"n\":50,\"loss\":0.5}\n[1,2]\n", &["line 2", "[1,2]", "object"]),
        ("{\"n\":50,\"loss\":0.5}\n{\"n\":60,\"loss\":NaN}\n", &["line 2", "no NaN"]),
        ("{\"n\":50,\"loss\":0.5}\n{\"n\":60}\n", &["line 2", "column loss", "empty"]),
        ("{\"n\":50,\"los\":0.5}\n", &["\"loss\"", "\"los\""]),
        ("{\"n\":[50],\"loss\":0.5}\n", &["line 1", "column n", "[50]"]),
        ("{\n\"n\":50}\n", &["line 1", "one JSON object a line"]),
        ("\u{1f}\u{8b}", &["t.csv"]),
        ("n,loss\n50,\0\n", &["no text"]),
        (&long, &["line 3", "1024 KiB", "quote"]),
    ] {
        let (status, said) = refusal(csv, ask);
        assert_eq!(status, 1, "{csv:.60?}: {said}");
        for word in named {
            assert!(said.contains(word), "{csv:.60?} lacks {word:?}: {said}");
        }
        assert!(said.starts_with("lawbook: ") && said.lines().count() == 1 && said.len() < 700, "{said}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let folder = folder(&[]);
    for (bytes, named) in [
        (&b"\x1f\x8b\x08\x00rest"[..], "gzip"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"PAR1rest", "Parquet"),
        (b"\xff\xfen\0,\0", "UTF-16"),
        (b"n,loss\n50,0.5\n100,\xff\n", "UTF-8"),
        (b"{\"n\":50,\"loss\":0.5}\n\xff\n", "line 2"),
    ] {
        fs::write(folder.path().join("t.csv"), bytes).unwrap();
        let output = fit_with(folder.path(), "power t.csv --x n --y loss", "");
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains(named), "{named}: {said}");
    }
    let output = fit_with(folder.path(), "power nothing.csv --x n --y loss", "");
    assert!(output.status.code() == Some(1) && text(&output.stderr).contains("nothing.csv"));
    assert_eq!(fit_with(folder.path(), "power . --x n --y loss", "").status.code(), Some(1));
    assert!(
        text(&fit_with(folder.path(), "power - --x n --y loss", "").stderr)
            .contains("standard input is empty")
    );
}

#[test]
fn a_curve_that_rises_or_rises_again_is_no_silent_monotone_law() {
    let rising = "n,loss\n10,0.1\n20,0.2\n40,0.3\n80,0.45\n160,0.6\n320,0.8\n";
    let descent = "n,loss\n10,1.0\n20,0.5\n40,0.3\n80,0.6\n160,1.2\n320,1.0\n640,0.4\n1280,0.2\n2560,0.15\n";
    for csv in [rising, descent] {
        let folder = folder(&[("t.csv", csv)]);
        let output = fit_with(folder.path(), "power t.csv --x n --y loss", "");
        let said = text(&output.stdout) + &text(&output.stderr);
        let refused = output.status.code() == Some(1) && output.stdout.is_empty();
        assert!(refused || said.contains("warning"), "{said}");
        assert!(said.contains("rise") || said.contains("fall"), "{said}");
    }
}

#[test]
fn a_repeated_row_is_kept_and_said() {
    let csv = "n,loss\n50,0.5\n100,0.4\n200,0.3\n400,0.2\n100,0.4\n800,0.18\n";
    let folder = folder(&[("t.csv", csv)]);
    let found = answer(&folder, "power t.csv --x n --y loss");
    assert_eq!(found["n"], 6);
    assert!(found["notes"].to_string().contains("line 6 repeats line 3"), "{}", found["notes"]);
    assert!(said(&folder, "power t.csv --x n --y loss").contains("line 6 repeats line 3"));
}

#[test]
fn a_condition_that_no_row_meets_lists_what_there_is() {
    for (ask, named) in [
        ("--where Quality=3", &["Quality", "\"3\"", "\"1.0\"", "\"2.0\""][..]),
        ("--where Qualty=3", &["Qualty", "did you mean \"Quality\""]),
    ] {
        let (status, said) = refusal(&seed_001(), &format!("power t.csv --x Samples --y MAE {ask}"));
        assert!(status == 1 && named.iter().all(|word| said.contains(word)), "{said}");
    }
}

#[test]
fn wrong_usage_exits_2() {
    for (ask, named) in [
        ("power t.csv --x n", "--y"),
        ("power t.csv --x n --y n", "two columns"),
        ("power t.csv --x n --y loss --floor --no-floor", "--no-floor"),
        ("power t.csv --x n --y loss --no-floor --exponent 0.5", "--exponent"),
        ("power t.csv --x n --y loss --exponent -1", "above 0"),
        ("power t.csv --x n --y loss --space cube", "huber"),
        ("power t.csv --x n --y loss --delta 0.1", "--space huber"),
        ("power t.csv --x n --y loss --replicas 100", "--interval"),
        ("power t.csv --x n --y loss --interval pairs --replicas 3", "40"),
        ("power t.csv --x n --y loss --interval bayes", "profile"),
        ("power t.csv --x n --y loss --figure law.pdf", ".svg"),
        ("power t.csv --x n --y loss --where Quality", "Quality=1.0"),
        ("power t.csv --x n --y loss --weight n", "--weights"),
        ("surface t.csv --params n --loss loss", "--flops"),
        ("surface t.csv --params n --loss loss --tokens a --flops b", "--flops"),
        ("surface t.csv --params n --loss loss --tokens n", "different"),
        ("surface t.csv --params n --loss loss --tokens d --space lad --delta 1", "--space huber"),
        ("broken t.csv --x n --y loss --breaks 0", "fit power"),
        ("broken t.csv --x n --y loss --breaks 100000000000", "give 1 to 20"),
        ("fourier t.csv", "--help"),
        ("power", "--x"),
    ] {
        let (status, said) = refusal("n,loss\n50,0.5\n", ask);
        assert!(status == 2 && said.contains(named), "{ask}: {status} {said}");
    }
}

#[test]
fn what_a_hold_out_or_a_drop_leaves_must_be_enough() {
    let csv = "n,loss,d\n50,0.5,1\n100,0.4,2\n200,0.3,3\n400,0.2,4\n";
    for (ask, named) in [
        ("compare t.csv --x n --y loss --holdout-above 1e9", "0 of 4 rows"),
        ("compare t.csv --x n --y loss --holdout-above 1", "4 of 4 rows"),
        ("surface t.csv --params n --tokens d --loss loss --drop-largest 4", "nothing"),
        ("surface t.csv --params n --tokens d --loss loss", "4 "),
        ("broken t.csv --x n --y loss", "4 "),
    ] {
        let (status, said) = refusal(csv, ask);
        assert!(status == 1 && said.contains(named), "{ask}: {said}");
    }
}

#[test]
fn help_explains_itself_with_examples() {
    let folder = folder(&[]);
    let help = said(&folder, "--help");
    for word in ["power", "surface", "broken", "compare", "change", "JSON lines", "Examples", "95 %", "null"]
    {
        assert!(help.contains(word), "{word}");
    }
    for law in ["power", "surface", "broken", "compare", "change"] {
        let help = said(&folder, &format!("{law} --help"));
        assert!(help.contains("Examples") && help.contains(&format!("lawbook fit {law}")), "{law}");
    }
}

#[test]
fn the_readmes_example_is_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let (command, rest) = readme.split_once("$ lawbook fit ").unwrap().1.split_once('\n').unwrap();
    let output = fit_with(root, command, "");
    assert_eq!(text(&output.stdout).trim_end(), rest.split("```").next().unwrap().trim_end());
}
