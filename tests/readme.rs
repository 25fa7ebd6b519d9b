//! The README's examples are what the program prints: every command of a `console` block, run as it stands.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The commands of the console blocks of a text, each with what is printed below it.
fn examples(text: &str) -> Vec<(String, String)> {
    let blocks = text.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    let mut found: Vec<(String, String)> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), found.last_mut()) {
            (Some(command), _) => found.push((command.to_owned(), String::new())),
            (None, Some((_, printed))) => *printed += &format!("{line}\n"),
            (None, None) => panic!("a console block begins with its command, not with {line:?}"),
        }
    }
    found
}

#[test]
fn every_console_example_of_the_readme_is_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = Path::new(env!("CARGO_BIN_EXE_lawbook")).parent().unwrap();
    let found = env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(program.to_owned()).chain(env::split_paths(&found));
    let path = env::join_paths(paths).unwrap();
    let examples = examples(&fs::read_to_string(root.join("README.md")).unwrap());
    assert!(examples.len() >= 6, "the examples are found: {}", examples.len());
    for (command, printed) in examples {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("{{ {command}; }} 2>&1")).current_dir(root).env("PATH", &path);
        let output = shell.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(said.trim_end(), printed.trim_end(), "README.md, the example\n$ {command}");
    }
}
