//! Dependencies enter by their doors alone, and unsafe code stands where it is looked for.

use crate::tree::{code, read, root, sources};
use std::path::Path;

#[test]
fn a_dependency_enters_only_by_the_doors_that_cargo_toml_lists() {
    let manifest = read("Cargo.toml");
    let mut section = "";
    let mut wrong = Vec::new();
    let mut seen = 0;
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let name = line.split(" = ").next().unwrap_or_default();
        if !section.ends_with("dependencies]")
            || section.contains("dev-")
            || name == line
            || line.starts_with('#')
        {
            continue;
        }
        let Some((_, doors)) = line.rsplit_once("# ") else {
            wrong.push(format!("{name}: no comment says by which door it enters"));
            continue;
        };
        seen += 1;
        let doors: Vec<&str> = doors.split(": ").next().unwrap().split(", ").collect();
        let crate_name = name.replace('-', "_");
        for path in sources() {
            let text = code(&path);
            let uses = text
                .match_indices(&format!("{crate_name}::"))
                .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'));
            let inside = |door: &&str| path.starts_with(door) || path == Path::new(door).with_extension("rs");
            if uses && doors != ["everywhere"] && !doors.iter().any(inside) {
                wrong.push(format!("{} uses {name}, whose doors are {doors:?}", path.display()));
            }
        }
        for door in doors.iter().filter(|d| **d != "everywhere") {
            let folder = root().join("src").join(door);
            if !folder.is_dir() && !folder.with_extension("rs").is_file() {
                wrong.push(format!("{name}: there is no door {door}"));
            }
        }
    }
    assert!(seen > 20, "the dependencies are found: {seen}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn unsafe_stands_in_ops_alone_and_each_block_says_why_it_is_sound() {
    for path in sources() {
        let text = read(Path::new("src").join(&path));
        let blocks = code(&path).matches("unsafe ").count();
        assert!(blocks == 0 || path.starts_with("ops"), "{} is not in ops", path.display());
        assert_eq!(
            blocks,
            text.matches("// SAFETY:").count(),
            "{}: one SAFETY comment a block",
            path.display()
        );
    }
}
