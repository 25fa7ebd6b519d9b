//! A module names only modules declared above it, inside folders too, in the library and in the program.

use crate::tree::{broken_only_in, code, declared, sources};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Rooms in which a module still names one that is not above it, or the face of its own folder.
const UPWARD: [&str; 0] = [];

/// Module path of a file below its crate's root: plot/draw.rs is ["plot", "draw"], plot/mod.rs ["plot"].
fn module(path: &Path) -> Vec<String> {
    let mut parts: Vec<String> =
        path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

/// The paths after `crate::` in some code, groups written out: "plot::{draw, ink::PAPER}" is two.
fn named(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, start) in code.match_indices("crate::") {
        paths(&code[at + start.len()..], &[], &mut found);
    }
    found
}

/// Adds the paths that `text` begins with to `found`, each below `before`; gives the text behind them.
fn paths<'a>(text: &'a str, before: &[String], found: &mut Vec<Vec<String>>) -> &'a str {
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = paths(rest.trim_start(), before, found).trim_start();
            match rest.strip_prefix(',') {
                Some(more) if !more.trim_start().starts_with('}') => rest = more,
                more => {
                    let rest = more.unwrap_or(rest).trim_start();
                    return rest.strip_prefix('}').unwrap_or(rest);
                }
            }
        }
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let path = if word == "self" { before.to_vec() } else { [before, &[word.to_owned()]].concat() };
    match rest.strip_prefix("::") {
        Some(rest) if rest.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '{') => {
            paths(rest, &path, found)
        }
        _ => {
            found.push(path);
            let alias = rest.trim_start().strip_prefix("as ");
            alias.map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'))
        }
    }
}

/// Where the modules of one crate name what is not above them: "tail/law.rs names crate::tail::Tail".
fn upward(files: &[(PathBuf, PathBuf)]) -> Vec<String> {
    let heads = files
        .iter()
        .filter(|(_, path)| ["lib.rs", "main.rs", "mod.rs"].iter().any(|head| path.ends_with(head)));
    let order: BTreeMap<Vec<String>, Vec<String>> =
        heads.map(|(source, path)| (module(path), declared(source))).collect();
    let mut wrong = Vec::new();
    for (source, path) in files {
        let (own, text) = (module(path), code(source));
        for other in named(&text) {
            // The place where the two paths part, and the modules there, in their order.
            let shared = own.iter().zip(&other).take_while(|(a, b)| a == b).count();
            let Some(mine) = own.get(shared) else { continue };
            let siblings = &order[&own[..shared]];
            let place = |name: &String| siblings.iter().position(|sibling| sibling == name);
            let theirs = other.get(shared).and_then(place);
            if theirs.is_none_or(|theirs| place(mine).is_some_and(|mine| theirs > mine)) {
                wrong.push(format!("{} names crate::{}", source.display(), other.join("::")));
            }
        }
        for reach in ["super::", "crate::{"] {
            if text.contains(reach) {
                wrong.push(format!("{} writes {reach}", source.display()));
            }
        }
    }
    wrong
}

#[test]
fn a_module_names_only_modules_declared_above_it() {
    let (program, library): (Vec<PathBuf>, Vec<PathBuf>) =
        sources().into_iter().partition(|path| path.starts_with("cli"));
    let below = |path: PathBuf| (path.clone(), path.strip_prefix("cli").unwrap_or(&path).to_owned());
    let [program, library] = [program, library].map(|files| files.into_iter().map(below).collect::<Vec<_>>());
    let wrong = [upward(&library), upward(&program)].concat();
    broken_only_in(&UPWARD, wrong, "a module names only modules declared above it");
}

#[test]
fn groups_of_paths_are_written_out() {
    let code = "use crate::a::{self, b::{C, d}, e::F as G,};\nlet x = crate::h::i::<f64>(crate::j);";
    let found: Vec<String> = named(code).iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["a", "a::b::C", "a::b::d", "a::e::F", "h::i", "j"]);
}
