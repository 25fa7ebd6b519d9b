//! `lawbook tail` as a shell sees it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// Runs `lawbook tail` with `input` as its standard input, in `folder`.
fn tail_in(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lawbook"));
    command.arg("tail").args(arguments).current_dir(folder).env_remove("LAWBOOK_HOME");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that refuses its input early closes the pipe; what it says is what counts.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn tail(arguments: &[&str], input: &str) -> Output {
    tail_in(&std::env::temp_dir(), arguments, input.as_bytes())
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(if output.status.success() { &output.stdout } else { &output.stderr })
        .into_owned()
}

fn json(arguments: &[&str], input: &str) -> serde_json::Value {
    let output = tail(arguments, input);
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Quantiles of a Pareto law with α = 3 from 1 on.
fn pareto() -> String {
    (1..=400).map(|k| format!("{}\n", (1.0 - (f64::from(k) - 0.5) / 400.0).powf(-0.5))).collect()
}

#[test]
fn json_has_the_promised_keys_in_their_order() {
    let output = tail(&["-", "--json"], &pareto());
    let text = said(&output);
    let places: Vec<usize> =
        ["alpha", "sigma", "x_min", "ks", "n_tail", "n", "p_value", "compare", "intervals", "warnings"]
            .iter()
            .map(|key| text.find(&format!("\n  \"{key}\":")).unwrap_or_else(|| panic!("no {key} in {text}")))
            .collect();
    assert!(places.is_sorted(), "{text}");
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    // SPEC "WeightWatcher", the deterministic pin: a = 3, N = 400.
    assert!((found["alpha"].as_f64().unwrap() - 3.004243).abs() < 1e-6);
    assert!((found["ks"].as_f64().unwrap() - 0.001682).abs() < 1e-6);
    assert_eq!((found["n_tail"].as_u64(), found["n"].as_u64()), (Some(400), Some(400)));
    assert!(found["p_value"].is_null() && found["compare"].is_null() && found["intervals"].is_null());
}

#[test]
fn goodness_of_fit_and_rivals_come_when_asked_for_and_again_with_the_same_seed() {
    let asked = ["-", "--json", "--gof", "50", "--compare", "--seed", "4"];
    let (found, again) = (json(&asked, &pareto()), json(&asked, &pareto()));
    assert_eq!(found, again);
    assert!((0.0..=1.0).contains(&found["p_value"].as_f64().unwrap()));
    let rivals: Vec<&str> =
        found["compare"].as_array().unwrap().iter().map(|c| c["rival"].as_str().unwrap()).collect();
    assert_eq!(rivals, ["lognormal", "exponential", "stretched exponential", "truncated power law"]);
    assert_eq!(found["compare"][1]["standing"], "worse");
    assert!(found["intervals"]["alpha"]["low"].as_f64() < found["alpha"].as_f64());
    assert_ne!(
        found["intervals"],
        json(&["-", "--json", "--gof", "50", "--seed", "5"], &pareto())["intervals"]
    );
}

#[test]
fn the_table_ends_in_a_verdict() {
    let plain = said(&tail(&["-"], &pareto()));
    assert!(plain.contains("alpha    3.0042 ± 0.1002") && plain.contains("Not tested"), "{plain}");
    let tested = said(&tail(&["-", "--gof", "50", "--compare"], &pareto()));
    assert!(tested.contains("exponential") && tested.contains("A power law is plausible"), "{tested}");
    let short = said(&tail(&["-"], "1 2 3 5 9"));
    assert!(short.contains("Note: only"), "{short}");
}

#[test]
fn commas_spaces_comments_and_windows_lines_are_read() {
    let tidy = json(&["-", "--json"], "1\n2\n3\n5\n8\n13\n");
    for untidy in [
        "1, 2,3\t5  8 13",
        "\u{feff}# counts\r\n1,2\r\n3 # three\r\n\r\n5,8,\r\n13",
        "1e0 2.0 +3 5#x\n8\n# 99\n13#",
    ] {
        assert_eq!(json(&["-", "--json"], untidy), tidy, "{untidy:?}");
    }
}

#[test]
fn counts_are_fitted_as_counts() {
    let counts = "1 1 1 1 1 1 1 1 2 2 2 3 3 4 5 7 9 12 20 40";
    let found = json(&["-", "--discrete", "--x-min", "1", "--json", "--compare"], counts);
    let continuous = json(&["-", "--x-min", "1", "--json"], counts);
    assert_ne!(found["alpha"], continuous["alpha"]);
    assert!(continuous["warnings"].to_string().contains("discrete"));
    assert_eq!(found["x_min"], 1.0);
}

#[test]
fn huge_counts_close_together_are_a_sentence_and_do_not_spoil_those_far_apart() {
    let close: String = (0..50).map(|k| format!("{}\n", 1_000_000_000_000_000u64 + k)).collect();
    for edge in [&[][..], &["--x-min", "1000000000000000"]] {
        let output = tail(&[&["-", "--discrete"], edge].concat(), &close);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains("too close together"), "{}", said(&output));
    }
    let counts: String = (1..=400).map(|k| format!("{}\n", 400 / k)).collect();
    let found = json(&["-", "--discrete", "--json", "--gof", "40"], &(counts + &close));
    assert!(found["alpha"].as_f64().unwrap() < 4.0 && found["x_min"].as_f64().unwrap() < 500.0, "{found}");
}

#[test]
fn a_figure_is_an_svg_or_a_png_and_nothing_else() {
    let folder = TempDir::new().unwrap();
    for (name, magic) in [("tail.svg", &b"<svg"[..]), ("tail.png", b"\x89PNG")] {
        let output = tail_in(folder.path(), &["-", "--figure", name], pareto().as_bytes());
        assert!(output.status.success(), "{}", said(&output));
        let bytes = fs::read(folder.path().join(name)).unwrap();
        assert!(bytes.windows(magic.len()).take(200).any(|w| w == magic), "{name}");
    }
    let svg = fs::read_to_string(folder.path().join("tail.svg")).unwrap();
    for words in ["α = 3.00", "exponential", "x_min", "power law"] {
        assert!(svg.contains(words), "{words}");
    }
    let output = tail_in(folder.path(), &["-", "--figure", "tail.jpg"], pareto().as_bytes());
    assert!(output.status.code() == Some(2) && said(&output).contains(".png"));
    let output = tail_in(folder.path(), &["-", "--figure", "tail.svg/x.svg"], pareto().as_bytes());
    assert!(output.status.code() == Some(1) && said(&output).contains("tail.svg"), "{}", said(&output));
    assert!(!output.stdout.is_empty(), "the answer is lost where its figure cannot be written");
    let output = tail_in(folder.path(), &["-", "--discrete", "--figure", "d.svg"], b"1 1 1 2 2 3 4 9");
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn bad_input_is_a_sentence_that_names_line_and_word_and_exit_1() {
    let long = "7".repeat(1 << 20);
    for (input, arguments, words) in [
        ("1\n2\nthree\n", &["-"][..], &["line 3", "\"three\""][..]),
        ("1 2\n0 4", &["-"], &["line 2", "\"0\"", "above 0"]),
        ("1,-2", &["-"], &["line 1", "\"-2\""]),
        ("1\nNaN\n", &["-"], &["line 2", "NaN"]),
        ("1\n1e999\n", &["-"], &["line 2", "finite"]),
        ("value\n1\n2\n", &["-"], &["line 1", "#"]),
        ("# nothing\n", &["-"], &["no numbers"]),
        ("", &["-"], &["no numbers"]),
        ("5 5 5 5", &["-"], &["all 4 values are 5"]),
        ("5", &["-"], &["different"]),
        ("1 2 2.5", &["-", "--discrete"], &["2.5", "whole"]),
        ("1 2 3", &["-", "--x-min", "3"], &["edge 3"]),
        ("1 2 3", &["-", "--discrete", "--x-min", "1.5"], &["1.5", "whole"]),
        (&long, &["-"], &["line 1", "is no number"]),
        ("", &["no-such-file.txt"], &["no-such-file.txt"]),
        ("", &["."], &["folder"]),
    ] {
        let output = tail(arguments, input);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(words.iter().all(|w| said.contains(w)) && said.lines().count() == 1, "{arguments:?}: {said}");
        assert!(said.len() < 400 && output.stdout.is_empty(), "{said}");
    }
    let output = tail_in(&std::env::temp_dir(), &["-"], &[0xff, 0xfe, 0, 1, b'\n', b'1']);
    assert!(output.status.code() == Some(1) && said(&output).contains("line 1"), "{}", said(&output));
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_cannot_be_written_is_a_sentence_and_exit_1() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("values"), pareto()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lawbook"));
    let full = fs::File::create("/dev/full").unwrap();
    let output = command.args(["tail", "values"]).current_dir(folder.path()).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("could not write the answer"), "{said}");
}

#[test]
fn a_column_of_a_table_gives_what_its_numbers_alone_give() {
    let folder = TempDir::new().unwrap();
    let table: String = pareto().split_whitespace().map(|x| format!("a name,{x}\n")).collect();
    fs::write(folder.path().join("t.csv"), format!("who,size\n{table}")).unwrap();
    fs::write(folder.path().join("values"), pareto()).unwrap();
    let of_column = tail_in(folder.path(), &["t.csv", "--column", "size", "--json"], b"");
    let of_values = tail_in(folder.path(), &["values", "--json"], b"");
    assert!(of_column.status.success() && of_column.stdout == of_values.stdout, "{}", said(&of_column));
    fs::write(folder.path().join("t.csv"), "who,size\na,3\nb,0\n").unwrap();
    for (column, words) in [("size", "line 3, column size: 0 is not above 0"), ("Size", "did you mean")] {
        let refused = tail_in(folder.path(), &["t.csv", "--column", column], b"");
        assert!(refused.status.code() == Some(1) && said(&refused).contains(words), "{}", said(&refused));
    }
}

#[test]
fn wrong_usage_exits_2() {
    for arguments in [
        &["-", "--x-min", "-3"][..],
        &["-", "--x-min", "NaN"],
        &["-", "--gof", "0"],
        &["-", "--gof", "39"],
        &["-", "--gof", "many"],
        &[],
    ] {
        let output = tail(arguments, "1 2 3");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn the_readmes_example_is_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let (command, rest) = readme.split_once("$ lawbook tail ").unwrap().1.split_once('\n').unwrap();
    let output = tail_in(&root.join("tests/tail/clauset"), &command.split(' ').collect::<Vec<_>>(), b"");
    assert_eq!(said(&output).trim_end(), rest.split("```").next().unwrap().trim_end());
}
