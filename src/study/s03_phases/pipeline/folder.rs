//! A folder of result files, in the order of their numbers.

use crate::error::{Error, Result};
use crate::study::s03_phases::pipeline::layout::{Cell, cells};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a result file's name begins with.
const PREFIX: &str = "gpu_scaling_results-";

/// The result files of a folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Folder {
    /// By the number in the file's name: what the file holds.
    pub runs: BTreeMap<u64, Vec<Cell>>,
    /// Other files of the folder, by name.
    pub passed_over: Vec<String>,
}

/// The name of the result file of run `n`.
pub fn file_name(n: u64) -> String {
    format!("{PREFIX}{n}.json")
}

impl Folder {
    /// Reads all `gpu_scaling_results-n.json` of a folder.
    ///
    /// # Errors
    /// [`Error::Failed`] where there is no such folder or no such file in it, a file's name has no number,
    /// or two have the same; [`Error::Malformed`] with the place in the one file that cannot be read, and
    /// [`Error::Failed`] with all of their places where there are several.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut files: BTreeMap<u64, PathBuf> = BTreeMap::new();
        let mut passed_over = Vec::new();
        for name in names(folder)? {
            let Some(number) = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(".json")) else {
                passed_over.push(name);
                continue;
            };
            let path = folder.join(&name);
            let Ok(number) = number.parse() else {
                return Err(Error::Failed(format!(
                    "{} has no run number: {} is expected; rename it, or move it away",
                    path.display(),
                    file_name(3)
                )));
            };
            if let Some(other) = files.insert(number, path.clone()) {
                return Err(Error::Failed(format!(
                    "{} and {} are both run {number}: give one of them another number",
                    other.display(),
                    path.display()
                )));
            }
        }
        if files.is_empty() {
            return Err(Error::Failed(format!(
                "{} holds no {}: name the folder of the result files with --data-json, or make them with `lawbook study 03 train`",
                folder.display(),
                file_name(1)
            )));
        }
        let (mut runs, mut errors) = (BTreeMap::new(), Vec::new());
        for (number, path) in files {
            match read(&path) {
                Ok(cells) => {
                    runs.insert(number, cells);
                }
                Err(error) => errors.push(error),
            }
        }
        match errors.len() {
            0 => Ok(Self { runs, passed_over }),
            1 => Err(errors.remove(0)),
            n => {
                let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
                Err(Error::Failed(format!("{n} result files cannot be read:\n{}", lines.join("\n"))))
            }
        }
    }
}

/// The names of a folder's files, sorted, without hidden ones.
fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).map_err(Error::io("read the folder", folder))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(Error::io("read the folder", folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn read(path: &Path) -> Result<Vec<Cell>> {
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Error::malformed(path, "the whole of it", "is not UTF-8 text"))?;
    cells(text.trim_start_matches('\u{feff}'))
        .map_err(|wrong| Error::malformed(path, wrong.path, wrong.problem))
}
