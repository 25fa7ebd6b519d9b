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
