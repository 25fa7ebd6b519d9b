//! The answer: its keys, its table, its figures, its help.

use crate::{answer, fit_with, folder, near, original_001, runs, said, text};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn json_has_the_promised_keys_for_every_law() {
    let folder = folder(&[("original.csv", &original_001()), ("runs.csv", &runs())]);
    let curve = "original.csv --x Samples --y MAE --where Quality=1";
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
    let folder = folder(&[("original.csv", &original_001())]);
    let found = answer(&folder, "power original.csv --x Samples --y MAE --where Quality=1.5 --exponent 0.5");
    assert_eq!((&found["params"]["alpha"], &found["intervals"]["alpha"]), (&json!(0.5), &json!([0.5, 0.5])));
    assert!(
        near(&found["params"]["E"], 0.0415, 5e-5) && near(&found["params"]["A"], 3.457, 5e-4),
        "{}",
        found["params"]
    );
}

#[test]
fn the_readable_table_holds_what_the_json_holds() {
    let folder = folder(&[("original.csv", &original_001())]);
    let said = said(&folder, "power original.csv --x Samples --y MAE --where Quality=1.0");
    for part in [
        "MAE against Samples",
        "13 rows of original.csv",
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
    let folder = folder(&[("original.csv", &original_001())]);
    let ask = |more: &str| {
        answer(&folder, &format!("power original.csv --x Samples --y MAE --where Quality=2 {more}"))
    };
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
            "fit power original.csv --x Samples --y MAE --where Quality=2 --json --interval {method} --replicas 200"
        );
        alone.args(words.split(' ')).current_dir(folder.path()).env("RAYON_NUM_THREADS", "1");
        let alone: Value = serde_json::from_slice(&alone.output().unwrap().stdout).unwrap();
        assert_eq!(first["intervals"], alone["intervals"], "{method}");
    }
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
    let folder = folder(&[("original.csv", &original_001())]);
    let ask = "compare original.csv --x Samples --y MAE --where Quality=2.0 --holdout-above 12800";
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

#[test]
fn every_law_draws_itself_as_svg_and_png() {
    let folder = folder(&[("original.csv", &original_001()), ("runs.csv", &runs())]);
    let curve = "original.csv --x Samples --y MAE --where Quality=1.0";
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
    let folder = folder(&[("original.csv", &original_001()), ("blocked", "")]);
    let output = fit_with(
        folder.path(),
        "power original.csv --x Samples --y MAE --where Quality=1 --json --figure blocked/law.svg",
        "",
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(serde_json::from_slice::<Value>(&output.stdout).is_ok());
    assert!(text(&output.stderr).contains("blocked"));
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
