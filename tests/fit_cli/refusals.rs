//! What is refused, with its place, and what is said beside an answer.

use crate::{answer, fit_with, folder, original_001, refusal, said, text};
use std::fs;

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
        let (status, said) = refusal(&original_001(), &format!("power t.csv --x Samples --y MAE {ask}"));
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
