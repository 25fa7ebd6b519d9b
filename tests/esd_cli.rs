//! `lawbook esd` as a shell sees it: files of every kind, good and bad.

use half::{bf16, f16};
use lawbook::esd::columns::COLUMNS;
use lawbook::random::stream;
use rand::RngExt;
use safetensors::tensor::{Dtype, TensorView, serialize};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Runs `lawbook esd` in a folder that is no checkout.
fn esd(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lawbook"));
    command.arg("esd").args(arguments).current_dir(folder).env_remove("LAWBOOK_HOME").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What it prints, which must have gone well.
fn good(folder: &Path, arguments: &[&str]) -> String {
    let output = esd(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

fn json(folder: &Path, arguments: &[&str]) -> Vec<Value> {
    serde_json::from_str(&good(folder, &[arguments, &["--json"]].concat())).unwrap()
}

/// Its one sentence, which must come with exit status 1.
fn bad(folder: &Path, file: &str) -> String {
    let output = esd(folder, &[file]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{file}: {said}");
    assert!(output.stdout.is_empty() && said.starts_with("lawbook: "), "{file}: {said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

/// Weights that every format holds exactly: sixteenths from -2 to 2.
fn weights(n: usize) -> Vec<f64> {
    let mut random = stream(3, "weights of a test", 0);
    (0..n).map(|_| f64::from(random.random_range(-32..=32)) / 16.0).collect()
}

fn bytes(values: &[f64], dtype: Dtype) -> Vec<u8> {
    let one = |x: &f64| match dtype {
        Dtype::F16 => f16::from_f64(*x).to_le_bytes().to_vec(),
        Dtype::BF16 => bf16::from_f64(*x).to_le_bytes().to_vec(),
        Dtype::F32 => (*x as f32).to_le_bytes().to_vec(),
        Dtype::F64 => x.to_le_bytes().to_vec(),
        _ => (*x as i64).to_le_bytes().to_vec(),
    };
    values.iter().flat_map(one).collect()
}

type Part = (&'static str, Dtype, Vec<usize>);

/// A safetensors file with these tensors of test weights.
fn safetensors(path: &Path, parts: &[Part]) {
    let data: Vec<Vec<u8>> =
        parts.iter().map(|(_, dtype, shape)| bytes(&weights(shape.iter().product()), *dtype)).collect();
    let views = parts
        .iter()
        .zip(&data)
        .map(|((name, dtype, shape), data)| (*name, TensorView::new(*dtype, shape.clone(), data).unwrap()));
    fs::write(path, serialize(views, None).unwrap()).unwrap();
}

/// The bytes of a `.npy` file, version 1.
fn npy(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(data);
    file
}

fn npz(path: &Path, entries: &[(&str, Vec<u8>)], method: CompressionMethod) {
    let mut archive = ZipWriter::new(fs::File::create(path).unwrap());
    for (name, data) in entries {
        archive.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        archive.write_all(data).unwrap();
    }
    archive.finish().unwrap();
}

/// The numbers of one row, without its name.
fn numbers(row: &Value) -> Value {
    let mut row = row.clone();
    row["name"] = Value::Null;
    row
}

#[test]
fn every_format_and_container_gives_the_same_numbers() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let values = weights(60 * 40);
    for (name, dtype) in
        [("f16", Dtype::F16), ("bf16", Dtype::BF16), ("f32", Dtype::F32), ("f64", Dtype::F64)]
    {
        safetensors(&at(&format!("{name}.safetensors")), &[("fc.weight", dtype, vec![60, 40])]);
    }
    fs::write(at("little.npy"), npy("<f4", false, "(60, 40)", &bytes(&values, Dtype::F32))).unwrap();
    let big: Vec<u8> = values.iter().flat_map(|x| x.to_be_bytes()).collect();
    fs::write(at("big.npy"), npy(">f8", false, "(60, 40)", &big)).unwrap();
    let columns: Vec<f64> = (0..2400).map(|k| values[(k % 60) * 40 + k / 60]).collect();
    fs::write(at("fortran.npy"), npy("<f2", true, "(60, 40)", &bytes(&columns, Dtype::F16))).unwrap();
    let array = npy("<f8", false, "(60, 40)", &bytes(&values, Dtype::F64));
    npz(&at("stored.npz"), &[("fc.npy", array.clone())], CompressionMethod::Stored);
    npz(&at("deflated.npz"), &[("fc.npy", array)], CompressionMethod::Deflated);
    let first = json(folder.path(), &["f64.safetensors"]);
    assert_eq!((first.len(), &first[0]["name"]), (1, &Value::from("fc")));
    let frobenius: f64 = values.iter().map(|w| w * w).sum();
    assert!((first[0]["norm"].as_f64().unwrap() / frobenius - 1.0).abs() < 1e-12);
    for file in [
        "f16.safetensors",
        "bf16.safetensors",
        "f32.safetensors",
        "little.npy",
        "big.npy",
        "fortran.npy",
        "stored.npz",
        "deflated.npz",
    ] {
        assert_eq!(numbers(&json(folder.path(), &[file])[0]), numbers(&first[0]), "{file}");
    }
}

#[test]
fn a_sharded_model_is_read_through_its_index_and_layers_are_chosen_by_pattern() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let f32 = Dtype::F32;
    safetensors(
        &at("model-1.safetensors"),
        &[("h.0.attn.weight", f32, vec![30, 30]), ("h.0.attn.bias", f32, vec![30])],
    );
    safetensors(
        &at("model-2.safetensors"),
        &[
            ("h.1.attn.weight", f32, vec![20, 30]),
            ("h.1.conv.weight", f32, vec![12, 10, 3, 3]),
            ("ids", Dtype::I64, vec![10, 10]),
        ],
    );
    let map = r#"{"metadata": {"total_size": 1}, "weight_map": {"h.0.attn.weight": "model-1.safetensors",
        "h.0.attn.bias": "model-1.safetensors", "h.1.attn.weight": "model-2.safetensors",
        "h.1.conv.weight": "model-2.safetensors", "ids": "model-2.safetensors"}}"#;
    fs::write(at("model.safetensors.index.json"), map).unwrap();
    let names = |arguments: &[&str]| -> Vec<String> {
        let all = [&["model.safetensors.index.json"], arguments].concat();
        json(folder.path(), &all).iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&[]), ["h.0.attn", "h.1.attn", "h.1.conv"]);
    assert_eq!(names(&["--layer", "attn"]), ["h.0.attn", "h.1.attn"]);
    assert_eq!(names(&["--layer", "h.1.*"]), ["h.1.attn", "h.1.conv"]);
    let output = esd(folder.path(), &["model.safetensors.index.json"]);
    assert!(text(&output.stderr).contains("ids: its numbers are I64"), "integers are named, not failed on");
    let output = esd(folder.path(), &["model.safetensors.index.json", "--layer", "mlp"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("h.0.attn"), "the layers there are are named");
    fs::remove_file(at("model-2.safetensors")).unwrap();
    assert!(bad(folder.path(), "model.safetensors.index.json").contains("model-2.safetensors"));
    fs::write(at("out.json"), r#"{"weight_map": {"a": "../model-1.safetensors"}}"#).unwrap();
    assert!(bad(folder.path(), "out.json").contains("lie beside it"));
}

#[test]
fn json_and_csv_have_the_same_columns_in_the_same_order() {
    let folder = folder();
    safetensors(
        &folder.path().join("w.safetensors"),
        &[("a", Dtype::F32, vec![40, 60]), ("b", Dtype::F32, vec![9, 50])],
    );
    let all = [
        "w.safetensors",
        "--randomize",
        "--mp",
        "--fix-fingers",
        "--original-modes",
        "--gof",
        "40",
        "--seed",
        "5",
    ];
    let said = good(folder.path(), &[&all[..], &["--json"]].concat());
    let places: Vec<usize> = COLUMNS
        .iter()
        .map(|c| said.find(&format!("\n    \"{c}\":")).unwrap_or_else(|| panic!("no {c}")))
        .collect();
    assert!(places.is_sorted());
    let csv = good(folder.path(), &[&all[..], &["--csv"]].concat());
    assert_eq!(csv.lines().next().unwrap(), COLUMNS.join(","));
    assert_eq!(csv.lines().count(), 3);
    assert_eq!(
        said,
        good(folder.path(), &[&all[..], &["--json"]].concat()),
        "the same seed, the same numbers"
    );
    let rows: Vec<Value> = serde_json::from_str(&said).unwrap();
    assert!(rows[1]["doubts"].to_string().contains("only 9 eigenvalues"));
    assert!(rows[0].get("rows").is_some() && rows[0]["cols"] == 60);
}

#[test]
fn figures_and_a_report_that_needs_nothing_else_are_written() {
    let folder = folder();
    safetensors(
        &folder.path().join("w.safetensors"),
        &[("x/<a>", Dtype::F32, vec![40, 60]), ("x.<a>", Dtype::F32, vec![30, 30])],
    );
    let said = good(
        folder.path(),
        &["w.safetensors", "--mp", "--randomize", "--figure", "drawn", "--report", "page.html"],
    );
    for file in ["x__a_.svg", "x__a_.png", "x._a_.svg", "alpha-by-layer.svg"] {
        assert!(folder.path().join("drawn").join(file).is_file() && said.contains(file), "{file}: {said}");
    }
    assert!(said.contains("over-trained") && said.contains("original 002"), "{said}");
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    assert!(page.matches("<svg").count() == 3 && page.contains("x/&lt;a&gt;"));
    for reference in ["src=", "href=\"http", "url(", "@import", "<script"] {
        assert!(!page.contains(reference), "the page asks for {reference}");
    }
    let output = esd(folder.path(), &["w.safetensors", "--figure", "page.html"]);
    assert!(output.status.code() == Some(1) && text(&output.stderr).contains("page.html"));
    assert!(text(&output.stdout).contains("x/<a>"), "the answer is lost where its figures cannot be written");
}

#[test]
fn a_checkpoint_of_lawbooks_own_shows_its_layers() {
    use lawbook::checkpoint::{Checkpoint, Progress};
    use lawbook::learner::learner;
    use lawbook::study;
    let folder = folder();
    let spec = (study::find("02").unwrap().jobs)(lawbook::budget::Budget::Smoke, None).remove(0).spec;
    let state = learner(&spec, None).unwrap().state();
    let progress = Progress {
        spec: spec.clone(),
        step: 0,
        seconds: 0.0,
        curve: Vec::new(),
        best: None,
        snapshots: Vec::new(),
    };
    Checkpoint { progress, state }.save(&folder.path().join("run.safetensors")).unwrap();
    let rows = json(folder.path(), &["run.safetensors"]);
    assert_eq!(rows[0]["name"], "layers.0");
    assert_eq!(rows[0]["cols"], 784);
}

#[test]
fn a_checkpoint_whose_header_lies_about_its_network_is_a_sentence() {
    use lawbook::checkpoint::{Checkpoint, Progress};
    use lawbook::learner::State;
    use lawbook::net::shape::Net;
    use lawbook::net::token_mlp::TokenMlp;
    use lawbook::run::Precision;
    let folder = folder();
    let spec =
        (lawbook::study::find("02").unwrap().jobs)(lawbook::budget::Budget::Smoke, None).remove(0).spec;
    let token = |vocabulary, width, layers| {
        Net::TokenMlp(TokenMlp { vocabulary, sequence: 4, width, layers, dropout: 0.0 })
    };
    // 2^32 squared wraps to 0 numbers.
    let huge = 1usize << 32;
    for net in [
        token(4, 4, 1_000_000_000_000),
        token(huge, huge, 1),
        Net::Mlp { sizes: vec![huge; 3], scale: Default::default() },
    ] {
        let mut spec = spec.clone();
        (spec.net, spec.precision) = (net, Precision::Single);
        let progress =
            Progress { spec, step: 0, seconds: 0.0, curve: Vec::new(), best: None, snapshots: Vec::new() };
        let state = State { precision: Precision::Single, tensors: [vec![0; 64], vec![0; 64], vec![0; 64]] };
        Checkpoint { progress, state }.save(&folder.path().join("lie.safetensors")).unwrap();
        let (said, in_order) = within_memory(folder.path(), "lie.safetensors", 200);
        assert!(in_order && said.contains("its parameters are [16] F32"), "{said}");
    }
}

#[test]
fn bad_layers_are_sentences_that_name_layer_row_and_column() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let write = |name: &str, values: &[f64], shape: &str| {
        fs::write(at(name), npy("<f8", false, shape, &bytes(values, Dtype::F64))).unwrap();
    };
    let mut values = weights(400);
    values[2 * 20 + 7] = f64::NAN;
    write("nan.npy", &values, "(20, 20)");
    let said = text(&esd(folder.path(), &["nan.npy"]).stderr);
    assert!(said.contains("layer nan") && said.contains("row 2, column 7") && said.contains("NaN"), "{said}");
    values[47] = f64::INFINITY;
    write("inf.npy", &values, "(20, 20)");
    assert!(bad(folder.path(), "inf.npy").contains("inf"));
    write("zero.npy", &[0.0; 400], "(20, 20)");
    assert!(bad(folder.path(), "zero.npy").contains("all its weights are zero"));
    write("thin.npy", &weights(50), "(1, 50)");
    assert!(bad(folder.path(), "thin.npy").contains("has 1 eigenvalue:"));
    write("none.npy", &[], "(0, 50)");
    assert!(bad(folder.path(), "none.npy").contains("has 0 eigenvalues"));
    write("flat.npy", &weights(50), "(50,)");
    assert!(bad(folder.path(), "flat.npy").contains("only matrices and convolutions"));
    write("huge.npy", &[1e200; 400], "(20, 20)");
    let said = bad(folder.path(), "huge.npy");
    assert!(said.contains("huge.npy: layer huge: ") && said.contains("range of double precision"), "{said}");
    // A damaged layer does not hide the others, and is not passed over either.
    let arrays = [
        ("good.npy", fs::read(at("zero.npy")).unwrap()),
        ("other.npy", npy("<f8", false, "(20, 20)", &bytes(&weights(400), Dtype::F64))),
    ];
    npz(&at("mixed.npz"), &arrays, CompressionMethod::Stored);
    let output = esd(folder.path(), &["mixed.npz", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rows.len(), 1);
    assert!(text(&output.stderr).contains("layer good: all its weights are zero"));
}

#[test]
fn damaged_and_lying_files_are_sentences() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let put = |name: &str, bytes: &[u8]| fs::write(at(name), bytes).unwrap();
    safetensors(&at("whole.safetensors"), &[("a", Dtype::F32, vec![20, 30])]);
    let whole = fs::read(at("whole.safetensors")).unwrap();
    for end in [1, 7, 8, 20, whole.len() / 2, whole.len() - 1] {
        put("cut.safetensors", &whole[..end]);
        bad(folder.path(), "cut.safetensors");
    }
    put("long.safetensors", &[&whole[..], b"more"].concat());
    assert!(bad(folder.path(), "long.safetensors").contains("header lies"));
    put("claims.safetensors", &[&u64::MAX.to_le_bytes()[..], b"{}"].concat());
    assert!(bad(folder.path(), "claims.safetensors").contains("bytes long"));
    let lie = |json: &str| [&(json.len() as u64).to_le_bytes()[..], json.as_bytes(), &[0; 16]].concat();
    put(
        "shape.safetensors",
        &lie(r#"{"a":{"dtype":"F32","shape":[4000000000,4000000000,4],"data_offsets":[0,16]}}"#),
    );
    put("apart.safetensors", &lie(r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}"#));
    put("odd.safetensors", &lie(r#"{"a":{"dtype":"F33","shape":[4],"data_offsets":[0,16]}}"#));
    for file in ["shape.safetensors", "apart.safetensors", "odd.safetensors"] {
        assert!(bad(folder.path(), file).contains("header"), "{file}");
    }
    put("empty.npz", b"");
    assert!(bad(folder.path(), "empty.npz").contains("empty"));
    put("model.pt", b"PK");
    assert!(bad(folder.path(), "model.pt").contains("safetensors.torch.save_file"));
    put("model.h5", b"x");
    assert!(bad(folder.path(), "model.h5").contains(".npz"));
    assert!(bad(folder.path(), ".").contains("is a folder"));
    assert!(bad(folder.path(), "nowhere.npy").contains("nowhere.npy"));
    put("text.npy", b"these are no numbers at all");
    assert!(bad(folder.path(), "text.npy").contains("magic word"));
    put("text.npz", b"these are no numbers at all");
    assert!(bad(folder.path(), "text.npz").contains("archive"));
    put("short.npy", &npy("<f8", false, "(100, 100)", &[0; 80]));
    assert!(bad(folder.path(), "short.npy").contains("cut off"));
    put("wide.npy", &npy("<f8", false, "(18446744073709551615, 18446744073709551615)", &[0; 80]));
    assert!(bad(folder.path(), "wide.npy").contains("no file holds"));
    put("pickle.npy", &npy("|O", false, "(20, 20)", b"\x80\x04."));
    assert!(bad(folder.path(), "pickle.npy").contains("Python objects"));
    put("whole.npy", &npy("<i4", false, "(20, 20)", &[1; 1600]));
    assert!(bad(folder.path(), "whole.npy").contains("only f16, bf16, f32 and f64"));
    let data = npy("<f8", false, "(20, 20)", &bytes(&weights(400), Dtype::F64));
    npz(&at("sum.npz"), &[("w.npy", data.clone())], CompressionMethod::Stored);
    let mut archive = fs::read(at("sum.npz")).unwrap();
    let place = archive.windows(data.len()).position(|part| part == data).unwrap();
    archive[place + data.len() - 8] ^= 1;
    put("sum.npz", &archive);
    let said = bad(folder.path(), "sum.npz");
    assert!(said.contains("sum.npz, array w: it is damaged"), "{said}");
    npz(&at("sum.npz"), &[("w.npy", [&data[..], &[0]].concat())], CompressionMethod::Deflated);
    assert!(bad(folder.path(), "sum.npz").contains("goes on after"));
    put("nested.npy", &npy("<f8", false, &"(".repeat(3900), &[]));
    bad(folder.path(), "nested.npy");
}

#[test]
fn a_zip_bomb_costs_nothing() {
    let folder = folder();
    let bomb = folder.path().join("bomb.npz");
    // 4 GB of zeros in 4 MB would be slow to make; a header that promises 20 000 x 20 000 numbers over
    // 30 MB of zeros is refused by either length, and so is one that hides its length.
    let long = npy("<f8", false, "(20000, 20000)", &vec![0; 30_000_000]);
    npz(&bomb, &[("w.npy", long)], CompressionMethod::Deflated);
    assert!(fs::metadata(&bomb).unwrap().len() < 100_000);
    assert!(bad(folder.path(), "bomb.npz").contains("cut off, or its header lies"));
    // The archive's directory agrees with the header, and the array is too large to be read at once.
    let mut sparse = npy("<f2", false, "(9000, 9000)", &[]);
    let header = sparse.len();
    sparse.resize(header + 2 * 81_000_000, 0);
    npz(&bomb, &[("w.npy", sparse)], CompressionMethod::Deflated);
    let (said, peak) = within_memory(folder.path(), "bomb.npz", 200);
    assert!(said.contains("more than the"), "{said}");
    assert!(peak, "it stays below 200 MB");
}

/// Runs with the address space limited to so many MB more than the program itself maps; whether it ended in order.
fn within_memory(folder: &Path, file: &str, mb: u64) -> (String, bool) {
    let limit = (mb + 1000) * 1024;
    let program: PathBuf = env!("CARGO_BIN_EXE_lawbook").into();
    let line = format!("ulimit -v {limit}; exec '{}' esd '{file}'", program.display());
    let output = Command::new("sh").args(["-c", &line]).current_dir(folder).output().unwrap();
    (text(&output.stderr), output.status.code() == Some(1))
}
