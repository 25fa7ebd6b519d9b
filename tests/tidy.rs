//! House rules as tests: layers, doors, sizes, notebooks, documents in step with the code.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every Rust file of src/, as a path below it.
fn sources() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path.strip_prefix(root().join("src")).unwrap().to_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join("src"), &mut found);
    found.sort();
    assert!(found.len() > 20, "the sources are found");
    found
}

/// Code of a file: no comments, no test module.
fn code(path: &Path) -> String {
    let text = read(Path::new("src").join(path));
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The modules that a lib.rs or mod.rs declares, in order.
fn declared(path: &Path) -> Vec<String> {
    let text = code(path);
    let name = |line: &str| {
        line.trim().strip_prefix("pub ").unwrap_or(line.trim()).strip_prefix("mod ").map(str::to_owned)
    };
    text.lines().filter_map(name).filter_map(|rest| rest.strip_suffix(';').map(str::to_owned)).collect()
}

/// The paths after `crate::` in a piece of code: "plot::figure".
fn named(code: &str) -> Vec<Vec<String>> {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let paths = code.match_indices("crate::").map(|(at, start)| {
        let rest = &code[at + start.len()..];
        rest[..rest.find(|c| !word(c)).unwrap_or(rest.len())].split("::").map(str::to_owned).collect()
    });
    paths.collect()
}

/// Module path of a file: plot/draw.rs is ["plot", "draw"], plot/mod.rs ["plot"].
fn module(path: &Path) -> Vec<String> {
    let mut parts: Vec<String> =
        path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

#[test]
fn a_module_names_only_modules_declared_above_it() {
    let mut order: BTreeMap<Vec<String>, Vec<String>> =
        BTreeMap::from([(vec![], declared(Path::new("lib.rs")))]);
    for path in sources().iter().filter(|p| p.ends_with("mod.rs")) {
        order.insert(module(path), declared(path));
    }
    let mut wrong = Vec::new();
    for path in sources().iter().filter(|p| !p.starts_with("cli") && !p.ends_with("lib.rs")) {
        let own = module(path);
        for other in named(&code(path)) {
            // The first place where the two paths part, and the list of siblings there.
            let shared = own.iter().zip(&other).take_while(|(a, b)| a == b).count();
            let (Some(siblings), Some(theirs)) = (order.get(&own[..shared]), other.get(shared)) else {
                continue;
            };
            let place = |name: &String| siblings.iter().position(|s| s == name);
            let allowed = match (own.get(shared).map(place), place(theirs)) {
                // A folder's mod.rs may name its own children; a name that is no module is an item.
                (None, _) | (_, None) => true,
                (Some(mine), Some(their)) => mine.is_some_and(|mine| their < mine),
            };
            if !allowed {
                wrong.push(format!("{} names crate::{}", path.display(), other.join("::")));
            }
        }
        if code(path).contains("crate::{") {
            wrong.push(format!(
                "{} groups paths under crate::{{, where this test cannot see them",
                path.display()
            ));
        }
        if code(path).contains("super::") {
            wrong.push(format!("{} reaches up with super::", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

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

#[test]
fn a_file_is_one_idea_of_at_most_400_lines() {
    for path in sources() {
        let lines = read(Path::new("src").join(&path)).lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            !["utils", "util", "common", "helpers", "misc"].contains(&stem.as_str()),
            "{}",
            path.display()
        );
    }
}

/// The numbered notebooks as JSON.
fn notebooks() -> Vec<(String, serde_json::Value)> {
    let entries = fs::read_dir(root().join("workbook")).unwrap().map(|entry| entry.unwrap().path());
    let numbered = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.ends_with(".ipynb") && !name.ends_with(".out.ipynb") && name.as_bytes()[0].is_ascii_digit()
    };
    let mut found: Vec<PathBuf> = entries.filter(numbered).collect();
    found.sort();
    assert!(found.len() >= 2, "the notebooks are found");
    let parse = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, serde_json::from_str(&read(path)).expect("a notebook is JSON"))
    };
    found.into_iter().map(parse).collect()
}

/// Source of a cell as one text.
fn source(cell: &serde_json::Value) -> String {
    match &cell["source"] {
        serde_json::Value::Array(lines) => lines.iter().map(|line| line.as_str().unwrap()).collect(),
        text => text.as_str().unwrap().to_owned(),
    }
}

#[test]
fn notebooks_keep_the_house_style() {
    for (name, notebook) in notebooks() {
        let number = &name[..2];
        let cells = notebook["cells"].as_array().unwrap();
        assert!(cells.len() <= 30, "{name}: {} cells", cells.len());
        assert_eq!(notebook["metadata"]["kernelspec"]["name"], "lawbook", "{name}");
        let code: Vec<String> = cells.iter().filter(|c| c["cell_type"] == "code").map(source).collect();
        for (cell, text) in cells.iter().filter(|c| c["cell_type"] == "code").zip(&code) {
            assert!(cell["outputs"].as_array().unwrap().is_empty(), "{name}: outputs are committed");
            assert!(cell["execution_count"].is_null(), "{name}: an execution count is committed");
            assert!(text.lines().count() <= 12, "{name}: a cell of {} lines\n{text}", text.lines().count());
            assert!(
                !text.contains("fn ") && !text.contains("struct "),
                "{name}: the library defines things\n{text}"
            );
            assert!(!text.contains("version"), "{name}: versions belong to the lock file\n{text}");
        }
        let deps: Vec<&str> =
            code.iter().flat_map(|text| text.lines()).filter(|l| l.starts_with(":dep")).collect();
        assert_eq!(deps, [":dep lawbook-notebook = { path = \"kernel\" }"], "{name}");
        assert!(source(&cells[0]).starts_with("# "), "{name}: it begins with its question");
        assert_eq!(
            code.last().unwrap().trim(),
            format!("seal(\"{number}\");"),
            "{name}: it ends with its seal"
        );
    }
}

#[test]
fn documents_are_in_step_with_the_code() {
    let (readme, architecture, just) = (read("README.md"), read("ARCHITECTURE.md"), read("justfile"));
    assert!(
        architecture.lines().count() <= 120,
        "ARCHITECTURE.md has {} lines",
        architecture.lines().count()
    );
    for name in declared(Path::new("lib.rs")) {
        assert!(
            architecture.contains(&format!("`{name}`")),
            "ARCHITECTURE.md does not name the module {name}"
        );
    }
    for verb in [
        "setup",
        "lab",
        "sweep",
        "figures",
        "notebook",
        "notebooks",
        "reproduce",
        "test",
        "test-long",
        "bench",
        "book",
    ] {
        let recipe = |line: &str| line.split([' ', ':']).next() == Some(verb);
        assert!(just.lines().any(recipe), "the justfile has no verb {verb}");
        assert!(readme.contains(&format!("just {verb}")), "the README does not name `just {verb}`");
    }
    for study in lawbook::study::ALL {
        assert!(readme.contains(study.number), "the README's table lacks study {}", study.number);
    }
    for line in readme.lines().filter(|line| line.contains("](") && !line.contains("](http")) {
        for target in line.split("](").skip(1).map(|rest| rest.split([')', '#']).next().unwrap()) {
            assert!(
                target.is_empty() || root().join(target).exists(),
                "README.md links to {target}, which is not there"
            );
        }
    }
    assert!(
        read("CHANGELOG.md").contains("number-changing"),
        "the changelog has its heading for changed numbers"
    );
}

#[test]
fn no_committed_file_names_a_registry_host_or_a_path_of_someones_machine() {
    let listed = Command::new("git").arg("-C").arg(root()).args(["ls-files", "-z"]).output().unwrap();
    let files = String::from_utf8(listed.stdout).unwrap();
    let hosts =
        [["crates", ".io"], ["pypi", ".org"], ["npmjs", ".com"], ["npmjs", ".org"], ["debian", ".org"]]
            .map(|h| h.concat());
    let homes = [["/ho", "me/"], ["/Us", "ers/"], ["/ro", "ot/"]].map(|h| h.concat());
    for file in files.split('\0').filter(|f| !f.is_empty() && !f.ends_with(".lock") && !f.ends_with(".png")) {
        let Ok(text) = fs::read_to_string(root().join(file)) else { continue };
        for word in hosts.iter().chain(&homes) {
            assert!(!text.contains(word.as_str()), "{file} names {word}");
        }
    }
}
