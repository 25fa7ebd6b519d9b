//! README, ARCHITECTURE, changelog and committed files in step with the code.

use crate::tree::{declared, read, root};
use std::fs;
use std::path::Path;
use std::process::Command;

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
