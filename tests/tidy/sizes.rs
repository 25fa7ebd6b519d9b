//! Files, functions and lines that fit on a page.

use crate::tree::{all_rust, broken_only_in};

/// A file is one idea.
const MOST_LINES: usize = 300;
/// A function is read in one look.
const LONGEST_FUNCTION: usize = 60;
/// The columns of a line of documentation: those of the code.
const WIDEST_DOC: usize = 110;

const LONG_FILES: [&str; 0] = [];
const LONG_FUNCTIONS: [&str; 0] = [];
const WIDE_DOCS: [&str; 0] = [];

#[test]
fn a_file_is_one_idea_of_at_most_300_lines() {
    let long = all_rust().into_iter().filter(|(_, text)| text.lines().count() > MOST_LINES);
    broken_only_in(&LONG_FILES, long.map(|(path, _)| path), "a file has at most 300 lines");
}

#[test]
fn no_file_is_named_for_having_no_subject() {
    for (path, _) in all_rust() {
        let stem = path.rsplit('/').next().unwrap().trim_end_matches(".rs");
        assert!(!["utils", "util", "common", "helpers", "misc"].contains(&stem), "{path}");
    }
}

#[test]
fn a_function_has_at_most_60_lines() {
    let mut long = Vec::new();
    for (path, text) in all_rust() {
        let lines: Vec<&str> = text.lines().collect();
        for (first, line) in lines.iter().enumerate() {
            let Some((indent, name)) = function(line) else { continue };
            // rustfmt closes a function at its own indentation.
            let end = format!("{indent}}}");
            let one = line.ends_with('}') || line.ends_with(';');
            let last = if one { Some(first) } else { (first..lines.len()).find(|&i| lines[i] == end) };
            let length = last.unwrap_or_else(|| panic!("{path}: the end of {name}")) - first + 1;
            if length > LONGEST_FUNCTION {
                long.push(format!("{path}: {name}"));
            }
        }
    }
    broken_only_in(&LONG_FUNCTIONS, long, "a function has at most 60 lines");
}

/// Indentation and name, where a line begins a function.
fn function(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_start();
    let (before, rest) = text.split_once("fn ")?;
    let qualifiers = ["pub", "pub(crate)", "const", "unsafe", "async", "extern", "\"C\""];
    let all_known = before.split_whitespace().all(|word| qualifiers.contains(&word));
    let name = rest.split(['(', '<']).next().filter(|name| !name.is_empty() && !name.contains(' '))?;
    all_known.then(|| (&line[..line.len() - text.len()], name))
}

#[test]
fn a_line_of_documentation_is_as_wide_as_the_code() {
    let wide = |text: &str| {
        let doc = |line: &&str| line.trim_start().starts_with("///") || line.trim_start().starts_with("//!");
        text.lines().filter(doc).any(|line| line.chars().count() > WIDEST_DOC)
    };
    let files = all_rust().into_iter().filter(|(_, text)| wide(text)).map(|(path, _)| path);
    broken_only_in(&WIDE_DOCS, files, "a line of documentation has at most 110 columns");
}
