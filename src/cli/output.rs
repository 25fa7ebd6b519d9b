//! What the command line prints.

use std::io::Write;

/// Prints a line; a reader that has gone away (`lawbook … | head`) ends the program quietly, a full disk does
/// not.
pub fn say(line: impl std::fmt::Display) {
    let Err(why) = writeln!(std::io::stdout(), "{line}") else { return };
    if why.kind() == std::io::ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    eprintln!("lawbook: could not write the answer to standard output: {why}");
    std::process::exit(1);
}

/// Prints a line about work that goes on whether or not somebody reads it: a closed pipe ends no sweep.
pub fn mention(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
