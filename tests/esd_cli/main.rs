//! `lawbook esd` as a shell sees it: files of every kind, good and bad.

mod answers;
mod damaged;
mod formats;

use half::{bf16, f16};
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

/// Runs with the address space limited to so many MB more than the program itself maps; whether it ended in
/// order.
fn within_memory(folder: &Path, file: &str, mb: u64) -> (String, bool) {
    let limit = (mb + 1000) * 1024;
    let program: PathBuf = env!("CARGO_BIN_EXE_lawbook").into();
    let line = format!("ulimit -v {limit}; exec '{}' esd '{file}'", program.display());
    let output = Command::new("sh").args(["-c", &line]).current_dir(folder).output().unwrap();
    (text(&output.stderr), output.status.code() == Some(1))
}
