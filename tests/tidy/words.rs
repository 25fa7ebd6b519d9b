//! One name for one thing.

use crate::tree::{all_rust, broken_only_in, code, read, root, sources};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Public types that share their name with another; every study has a `Design` and `Findings`.
const NAMESAKES: [&str; 8] = ["Architecture", "Arm", "Cell", "Design", "Findings", "Phases", "Runs", "Size"];
/// Where "seed" still means a repository.
const SEEDS: [&str; 0] = [];

#[test]
fn a_public_type_has_a_name_of_its_own() {
    let mut places: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in sources() {
        for name in code(&path).lines().filter_map(public_type) {
            places.entry(name.to_owned()).or_default().push(path.clone());
        }
    }
    assert!(places.len() > 100, "the types are found");
    let shared = places.into_iter().filter(|(_, paths)| paths.len() > 1).map(|(name, _)| name);
    broken_only_in(&NAMESAKES, shared, "a public type has a name of its own");
}

/// The name of the public type that a line of code begins to define.
fn public_type(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub ").or_else(|| line.strip_prefix("pub(crate) "))?;
    let rest = ["struct ", "enum ", "trait ", "type "].iter().find_map(|kind| line.strip_prefix(kind))?;
    rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()
}

/// A seed is a random seed; a repository that a study began from is "the original".
#[test]
fn a_seed_is_a_random_seed_and_no_repository() {
    let mut texts = all_rust();
    texts.retain(|(path, _)| path != "tests/tidy/words.rs");
    let mut documents = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"].map(PathBuf::from).to_vec();
    let workbook = fs::read_dir(root().join("workbook")).unwrap().map(|entry| entry.unwrap().path());
    documents.extend(workbook.filter(|path| path.extension().is_some_and(|e| e == "ipynb")));
    texts.extend(documents.iter().map(|path| {
        let path = root().join(path);
        (path.strip_prefix(root()).unwrap().display().to_string(), read(&path))
    }));
    // The folders of the reference data have the old names.
    let wrong = ["the seed's", "The seed's", "seed 00", "Seed 00", "seed_00", "SEED_00"];
    let files = texts.into_iter().filter(|(_, text)| wrong.iter().any(|word| text.contains(word)));
    broken_only_in(&SEEDS, files.map(|(path, _)| path), "a seed is a random seed");
}
