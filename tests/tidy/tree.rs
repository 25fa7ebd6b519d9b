//! The files of this checkout, and what the rules read in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every Rust file below a folder of the checkout, as a path below that folder.
pub fn rust_files(folder: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    found.sort();
    assert!(found.len() > 20, "the Rust files of {folder} are found");
    found.iter().map(|path| path.strip_prefix(root().join(folder)).unwrap().to_owned()).collect()
}

/// Every Rust file of src/, as a path below it.
pub fn sources() -> Vec<PathBuf> {
    rust_files("src")
}

/// Every Rust file of src/ and tests/, with its text.
pub fn all_rust() -> Vec<(String, String)> {
    let below = |folder: &'static str| rust_files(folder).into_iter().map(move |p| Path::new(folder).join(p));
    let named = |path: PathBuf| (path.display().to_string(), read(&path));
    below("src").chain(below("tests")).map(named).collect()
}

/// Code of a file of src/: no comments, no test module.
pub fn code(path: &Path) -> String {
    let text = read(Path::new("src").join(path));
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The modules that a lib.rs, main.rs or mod.rs of src/ declares, in order.
pub fn declared(path: &Path) -> Vec<String> {
    let text = code(path);
    let name = |line: &str| {
        line.trim().strip_prefix("pub ").unwrap_or(line.trim()).strip_prefix("mod ").map(str::to_owned)
    };
    text.lines().filter_map(name).filter_map(|rest| rest.strip_suffix(';').map(str::to_owned)).collect()
}

/// Fails unless a rule is broken in exactly the places that are still allowed to break it (a folder, if
/// the name ends in "/"): a place that keeps the rule is taken off the list, so that it can only shrink.
pub fn broken_only_in(allowed: &[&str], broken: impl IntoIterator<Item = String>, rule: &str) {
    let folder =
        |place: &str| allowed.iter().find(|known| known.ends_with('/') && place.starts_with(**known));
    let collapsed = |place: String| folder(&place).map_or(place.clone(), |known| (*known).to_owned());
    let broken: BTreeSet<String> = broken.into_iter().map(collapsed).collect();
    let allowed: BTreeSet<String> = allowed.iter().map(|place| (*place).to_owned()).collect();
    let new: Vec<&String> = broken.difference(&allowed).collect();
    assert!(new.is_empty(), "{rule}: {new:#?}");
    let mended: Vec<&String> = allowed.difference(&broken).collect();
    assert!(mended.is_empty(), "{rule}; these keep it now, take them off the list: {mended:#?}");
}
