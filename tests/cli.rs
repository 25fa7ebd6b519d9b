//! The command line as a shell sees it: exit codes, JSON, interruption, shards.

use lawbook::records;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A home of its own whose MNIST is the checkout's.
fn home() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mnist = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/cache/mnist");
    assert!(
        mnist.is_dir(),
        "these tests train on MNIST: run `just setup` or `lawbook data fetch mnist` first"
    );
    fs::create_dir_all(folder.path().join("data/cache")).unwrap();
    std::os::unix::fs::symlink(mnist, folder.path().join("data/cache/mnist")).unwrap();
    folder
}

fn command(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lawbook"));
    command.args(arguments).env("LAWBOOK_HOME", home).env_remove("LAWBOOK_BUDGET").stdin(Stdio::null());
    command
}

fn lawbook(home: &Path, arguments: &[&str]) -> Output {
    command(home, arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Numbers of a record file, as a sorted list that times and machines do not move.
fn numbers(path: &Path) -> Vec<String> {
    let records = records::read(path).unwrap();
    let mut lines: Vec<String> =
        records.iter().map(|r| format!("{} {:?} {:?}", r.id, r.curve, r.last)).collect();
    lines.sort();
    lines
}

/// Names of the checkpoints and what lies beside them.
fn saved(home: &Path) -> Vec<String> {
    let files = fs::read_dir(home.join("data/cache/checkpoints")).into_iter().flatten().flatten();
    files.map(|file| file.file_name().into_string().unwrap()).collect()
}

const SMOKE_RECORDS: &str = "data/cache/smoke/data/runs/02.jsonl";

#[test]
fn wrong_usage_exits_2_and_names_what_there_is() {
    let home = home();
    for (arguments, named) in [
        (&["sweep", "07"][..], "02"),
        (&["sweep", "02", "--budget", "huge"], "smoke"),
        (&["sweep", "02", "--shard", "3/2"], "2/8"),
        (&["sweep", "02", "--only", "nothing like it"], "--dry-run"),
        (&["data", "fetch", "cifar"], "mnist"),
        (&["seal", "31"], "02"),
        (&["frobnicate"], "--help"),
    ] {
        let output = lawbook(home.path(), arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(named), "{arguments:?}: {said}");
    }
}

#[test]
fn what_needs_records_that_are_missing_exits_1_and_names_the_command() {
    let home = home();
    for arguments in [&["figures", "02"][..], &["claims", "02"], &["seal", "02"]] {
        let output = lawbook(home.path(), arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = text(&output.stderr);
        assert!(
            said.contains("not recorded yet") && said.contains("lawbook sweep 02"),
            "{arguments:?}: {said}"
        );
    }
    assert_eq!(lawbook(home.path(), &["audit"]).status.code(), Some(1));
}

#[test]
fn a_gpu_that_is_not_there_is_one_clear_sentence() {
    let home = home();
    let output = lawbook(home.path(), &["sweep", "02", "--budget", "smoke", "--device", "cuda"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("CUDA") && said.contains("--device cpu") && said.lines().count() == 1, "{said}");
}

#[test]
fn plain_dfdx_is_another_identity_and_nearly_the_same_numbers() {
    let home = home();
    let only = ["sweep", "02", "--budget", "smoke", "--only", "A n_train=200 width=32 steps=8 seed=0"];
    for device in ["cpu", "dfdx"] {
        assert!(lawbook(home.path(), &[&only[..], &["--device", device]].concat()).status.success());
    }
    let found = records::read(&home.path().join(SMOKE_RECORDS)).unwrap();
    assert_eq!(found.len(), 2, "the engine belongs to the identity");
    assert!((found[0].last.test_loss / found[1].last.test_loss - 1.0).abs() < 1e-3);
}

#[test]
fn every_verb_has_help() {
    let home = home();
    for verb in [
        "data", "sweep", "study", "merge", "figures", "claims", "audit", "seal", "bench", "fit", "tail",
        "esd",
    ] {
        let output = lawbook(home.path(), &[verb, "--help"]);
        assert!(output.status.success() && text(&output.stdout).contains("Usage"), "{verb}");
    }
}

#[test]
fn the_smoke_study_runs_from_data_to_audit_and_a_second_call_does_nothing_twice() {
    let home = home();
    let run = |arguments: &[&str]| {
        let output = lawbook(home.path(), arguments);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    let said = run(&["sweep", "02", "--budget", "smoke"]);
    assert!(said.contains("30 of 30 runs to do"), "{said}");
    let recorded = fs::read(home.path().join(SMOKE_RECORDS)).unwrap();
    let said = run(&["sweep", "02", "--budget", "smoke"]);
    assert!(said.contains("all 30 runs are recorded"), "{said}");
    assert_eq!(fs::read(home.path().join(SMOKE_RECORDS)).unwrap(), recorded);

    let drawn = run(&["figures", "02", "--budget", "smoke"]);
    let folder = home.path().join("data/cache/smoke/data/02");
    assert!(drawn.contains("02-data.svg") && drawn.contains("02-threshold.png"), "{drawn}");
    let a = fs::read_to_string(folder.join("results_exp_a_data.csv")).unwrap();
    let b = fs::read_to_string(folder.join("results_exp_b_params.csv")).unwrap();
    assert!(a.starts_with("Data_Size,Test_Accuracy\n200,"), "{a}");
    assert!(b.starts_with("Hidden_Size,Num_Parameters,Test_Accuracy\n8,6442,"), "{b}");
    assert!(folder.join("scaling_laws_poster_final.png").is_file());
    assert_eq!(fs::read_to_string(folder.join("all_runs.csv")).unwrap().lines().count(), 31);

    let claims: serde_json::Value =
        serde_json::from_str(&run(&["claims", "02", "--budget", "smoke", "--json"])).unwrap();
    assert!(claims.as_array().unwrap().len() >= 6);

    run(&["sweep", "01", "--budget", "smoke"]);
    let drawn = run(&["figures", "01", "--budget", "smoke"]);
    assert!(drawn.contains("01-error.svg") && drawn.contains("01-steps.png"), "{drawn}");
    let samples = home.path().join("data/cache/smoke/data/01");
    let table = fs::read_to_string(samples.join("generalization_error_results.csv")).unwrap();
    assert!(table.starts_with("Samples,Quality,MAE\n50,1.0,"), "{table}");
    assert_eq!(table.lines().count(), 1 + 3 * 6);
    assert!(samples.join("scaling_img.png").is_file());
    let claims: serde_json::Value =
        serde_json::from_str(&run(&["claims", "01", "--budget", "smoke", "--json"])).unwrap();
    let slip = &claims.as_array().unwrap()[0];
    assert_eq!((&slip["id"], &slip["verdict"]), (&"01.1".into(), &"fails".into()), "it needs no run of ours");

    run(&["sweep", "04", "--budget", "smoke"]);
    let drawn = run(&["figures", "04", "--budget", "smoke"]);
    for name in
        ["04-figure-1.svg", "04-controls.png", "final_metrics_dataset_200.json", "dashboards/04/index.html"]
    {
        assert!(drawn.contains(name), "{name} in {drawn}");
    }
    run(&["audit", "--budget", "smoke"]);

    // The audit sees a number typed by hand and a figure of other records.
    fs::write(folder.join("results_exp_a_data.csv"), a.replacen("200,", "201,", 1)).unwrap();
    let svg = home.path().join("data/cache/smoke/figures/02-data.svg");
    let seal = run(&["seal", "02", "--budget", "smoke"]).split_whitespace().last().unwrap().to_owned();
    fs::write(&svg, fs::read_to_string(&svg).unwrap().replace(&seal, "0123456789abcdef")).unwrap();
    let output = lawbook(home.path(), &["audit", "--budget", "smoke"]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("results_exp_a_data.csv") && said.contains("02-data.svg"), "{said}");
}

#[test]
fn shards_run_apart_and_merged_leave_what_one_sweep_leaves() {
    let (whole, parts) = (home(), home());
    let only = ["--budget", "smoke", "--only", "n_train=200 "];
    let sweep = |home: &Path, more: &[&str]| {
        let output = lawbook(home, &[&["sweep", "02"][..], &only, more].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
    };
    sweep(whole.path(), &["--jobs", "1"]);
    for (shard, file) in [("1/3", "a.jsonl"), ("2/3", "b.jsonl"), ("3/3", "c.jsonl")] {
        sweep(
            parts.path(),
            &["--jobs", "2", "--shard", shard, "--into", parts.path().join(file).to_str().unwrap()],
        );
    }
    let files = ["b.jsonl", "a.jsonl", "c.jsonl", "a.jsonl"]
        .map(|f| parts.path().join(f).to_str().unwrap().to_owned());
    let mut arguments = vec!["merge", "02", "--budget", "smoke"];
    arguments.extend(files.iter().map(String::as_str));
    let merged = lawbook(parts.path(), &arguments);
    assert!(merged.status.success(), "{}", text(&merged.stderr));
    let expected = numbers(&whole.path().join(SMOKE_RECORDS));
    assert_eq!(expected.len(), 6);
    assert_eq!(numbers(&parts.path().join(SMOKE_RECORDS)), expected);
}

#[test]
fn a_fresh_run_says_whether_it_agrees_and_leaves_one_record_a_run() {
    let home = home();
    let arguments = ["sweep", "02", "--budget", "smoke", "--only", "n_train=200 "];
    lawbook(home.path(), &arguments);
    let before = numbers(&home.path().join(SMOKE_RECORDS));
    let output = lawbook(home.path(), &[&arguments[..], &["--fresh"]].concat());
    let said = text(&output.stdout);
    assert_eq!(said.matches("the same numbers as recorded").count(), before.len(), "{said}");
    assert_eq!(numbers(&home.path().join(SMOKE_RECORDS)), before);
}

#[test]
fn an_interrupted_run_exits_130_and_goes_on_to_the_same_numbers() {
    let (whole, stopped) = (home(), home());
    // A few seconds long, so that there is something to interrupt.
    let arguments =
        ["sweep", "02", "--budget", "class", "--only", "ABC n_train=60000 width=512 steps=2814 seed=0"];
    assert!(lawbook(whole.path(), &arguments).status.success());
    for (round, signal) in ["-INT", "-TERM"].into_iter().enumerate() {
        let mut sweep = command(stopped.path(), &arguments);
        let mut child = sweep.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(first.contains("1 of 1 runs to do"), "{first}");
        while !saved(stopped.path()).iter().any(|name| name.ends_with(".lease")) {
            assert_eq!(child.try_wait().unwrap(), None, "it begins");
        }
        std::thread::sleep(Duration::from_millis(500));
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let asked = Instant::now();
        let status = child.wait().unwrap();
        assert!(asked.elapsed() < Duration::from_secs(20), "it ends its step and stops");
        let said = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
        assert_eq!(status.code(), Some(130), "{signal}: {said}");
        assert!(said.contains("goes on from there"), "{said}");
        assert_eq!(saved(stopped.path()).len(), 1 + round, "the newest checkpoint and the one before it");
    }
    assert!(lawbook(stopped.path(), &arguments).status.success());
    let records = "data/cache/class/data/runs/02.jsonl";
    assert_eq!(numbers(&stopped.path().join(records)), numbers(&whole.path().join(records)));
    assert!(saved(stopped.path()).is_empty(), "the checkpoints are gone");
}

#[test]
#[ignore = "long: fifty kills"]
fn a_sweep_killed_fifty_times_ends_with_the_records_of_one_that_was_not() {
    let (whole, killed) = (home(), home());
    let arguments = ["sweep", "02", "--budget", "smoke"];
    assert!(lawbook(whole.path(), &arguments).status.success());
    for round in 0..50u64 {
        let mut child =
            command(killed.path(), &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(150 + 37 * round % 700));
        child.kill().unwrap();
        child.wait().unwrap();
        records::read(&killed.path().join(SMOKE_RECORDS)).unwrap();
    }
    assert!(lawbook(killed.path(), &arguments).status.success());
    assert_eq!(numbers(&killed.path().join(SMOKE_RECORDS)), numbers(&whole.path().join(SMOKE_RECORDS)));
}

/// A file system of 16 KiB, in a mount namespace of the test's own; Linux only, and only where that is
/// allowed.
#[test]
#[ignore = "long tier: needs a mount namespace"]
fn a_full_disk_loses_no_finished_run_and_leaves_no_half_line() {
    let home = home();
    let full = home.path().join("full");
    fs::create_dir(&full).unwrap();
    let script = format!(
        "mount -t tmpfs -o size=16k none {full} && {bin} sweep 02 --budget smoke --jobs 1 --into {full}/02.jsonl; code=$?; cp {full}/02.jsonl {out}; exit $code",
        full = full.display(),
        bin = env!("CARGO_BIN_EXE_lawbook"),
        out = home.path().join("kept.jsonl").display()
    );
    let mut command = Command::new("unshare");
    let output =
        command.args(["-rm", "sh", "-c", &script]).env("LAWBOOK_HOME", home.path()).output().unwrap();
    if text(&output.stderr).contains("unshare") {
        println!("SKIPPED: this machine allows no mount namespace ({})", text(&output.stderr).trim());
        return;
    }
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("could not append to"), "{}", text(&output.stderr));
    let kept = home.path().join("kept.jsonl");
    assert_eq!(records::repair(&kept).unwrap(), None, "no half line");
    let finished = text(&output.stdout).matches(": training error").count();
    assert_eq!(records::read(&kept).unwrap().len(), finished);
    assert!(finished > 0, "some runs fit");
}
