//! What a notebook calls first.
//!
//! The kernel reports a cell as fine when a thread that it started has panicked. A reader sees the
//! message and judges; a headless run (`workbook/kernel/run.py`) must not pass over it, and sets
//! `LAWBOOK_STRICT=1`.

use std::env;
use std::panic;
use std::process;

/// The exit status of a strict notebook's process after a panic: that of any panicking Rust program.
const PANICKED: i32 = 101;

/// Prepares the notebook's process; call it in the set-up cell, as often as you like.
///
/// Where the environment variable `LAWBOOK_STRICT` is `1`, any panic from here on, in whichever thread,
/// prints its message and ends the process, so that no failure is passed over. Otherwise nothing changes.
///
/// ```
/// use lawbook::prelude::*;
/// init();
/// init();
/// ```
pub fn init() {
    if env::var_os("LAWBOOK_STRICT").is_some_and(|value| value == "1") {
        panic::set_hook(Box::new(|what| {
            eprintln!("{what}");
            process::exit(PANICKED);
        }));
    }
}

#[cfg(test)]
mod tests {
    use crate::notebook::init;
    use std::env;
    use std::process::{Command, Output};
    use std::thread;

    /// Runs `lose_a_thread` below in a process of its own.
    fn process_that_loses_a_thread(strict: &str) -> Output {
        let this_program = env::current_exe().expect("the test knows its own program");
        let test = ["--ignored", "--exact", "--nocapture", "notebook::tests::lose_a_thread"];
        Command::new(this_program).args(test).env("LAWBOOK_STRICT", strict).output().expect("it runs")
    }

    #[test]
    fn a_panic_in_a_thread_ends_a_strict_process_with_its_message() {
        let ended = process_that_loses_a_thread("1");
        assert_eq!(ended.status.code(), Some(101));
        assert!(String::from_utf8_lossy(&ended.stderr).contains("lost in a thread"));
    }

    #[test]
    fn a_panic_in_a_thread_leaves_a_readers_process_alone() {
        assert!(process_that_loses_a_thread("0").status.success());
    }

    #[test]
    #[ignore = "the other tests run it in a process of its own"]
    fn lose_a_thread() {
        init();
        assert!(thread::spawn(|| panic!("lost in a thread")).join().is_err());
    }
}
