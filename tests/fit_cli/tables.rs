//! The table: formats, columns, rows, cells and weights.

use crate::{answer, fit_with, folder, near, original_001, refusal, runs};
use lawbook::study::s01_samples::original::{MAE, SIZES};
use serde_json::{Value, json};

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
    // Original 003's own results as it reports them; SPEC "Original 003" has 124.36 n^-0.3723 for 100 -
    // accuracy.
    let csv = "Data_Size,Test_Accuracy\n1000,90.3\n5000,94.74\n10000,96.26\n30000,97.19\n60000,97.93\n";
    let folder = folder(&[("a.csv", csv)]);
    let found = answer(&folder, "power a.csv --x Data_Size --y Test_Accuracy --complement 100 --no-floor");
    assert!(near(&found["params"]["A"], 124.36, 0.01) && near(&found["params"]["alpha"], 0.3723, 5e-5));
    let (status, said) = refusal(csv, "power t.csv --x Data_Size --y Test_Accuracy --complement 97");
    assert!(status == 1 && said.contains("line 5") && said.contains("97 - Test_Accuracy"), "{said}");
}

#[test]
fn where_picks_rows_by_words_or_by_number() {
    let folder = folder(&[("original.csv", &original_001())]);
    let all = answer(&folder, "power original.csv --x Samples --y MAE");
    assert_eq!(all["n"], 39);
    assert!(all["notes"].to_string().contains("39 rows have 13 different Samples"), "{}", all["notes"]);
    for value in ["1.5", "1.50", "15e-1"] {
        let one = answer(&folder, &format!("power original.csv --x Samples --y MAE --where Quality={value}"));
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
