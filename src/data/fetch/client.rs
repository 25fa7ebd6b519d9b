//! Runs one command of a package client: quietly, without questions, and not for ever.

use crate::data::fetch::reach::Reach;
use crate::error::{Error, Result};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::{self, Path};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Runs `program` in the folder `work`; what it prints lands there in `stdout` and `stderr`.
///
/// # Errors
/// [`Error::Failed`] with the client's own last words where it cannot start, fails or takes longer
/// than [`Reach::client`]; [`Error::Interrupted`] where Ctrl-C ended it.
pub fn run(program: &Path, args: &[&OsStr], work: &Path, reach: &Reach) -> Result<()> {
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    let create = |stream: &str| {
        let path = work.join(stream);
        File::create(&path).map_err(Error::io("create", &path))
    };
    // The command runs in another folder, where a relative path would mean something else.
    let absolute = path::absolute(program).map_err(Error::io("find", program))?;
    let mut child = Command::new(absolute)
        .args(args)
        .current_dir(work)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(create("stdout")?)
        .stderr(create("stderr")?)
        .spawn()
        .map_err(|why| Error::Failed(format!("{name} could not be started: {why}")))?;
    let Some(status) = wait(&mut child, reach.client).map_err(Error::io("wait for", program))? else {
        let seconds = reach.client.as_secs_f64();
        return Err(Error::Failed(format!("{name} had not finished after {seconds} s and was ended")));
    };
    if status.success() {
        return Ok(());
    }
    // Ctrl-C reaches the client too; some die of it, some say so with 130.
    if status.signal() == Some(2) || status.code() == Some(130) {
        return Err(Error::Interrupted(format!(
            "{name} was interrupted; run the same command again to go on"
        )));
    }
    Err(Error::Failed(format!("{name} failed ({status}): {}", last_words(work))))
}

/// Waits until `child` ends; `None` where it had to be killed after `limit`.
fn wait(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Why a client failed: the summary that npm prints as JSON, or the last line of `stderr`.
fn last_words(work: &Path) -> String {
    let read = |stream: &str| fs::read(work.join(stream)).unwrap_or_default();
    let report: Option<serde_json::Value> = serde_json::from_slice(&read("stdout")).ok();
    if let Some(summary) = report.as_ref().and_then(|r| r.pointer("/error/summary")).and_then(|s| s.as_str())
    {
        return summary.trim().to_owned();
    }
    let errors = read("stderr");
    let errors = String::from_utf8_lossy(&errors);
    let last = errors.lines().map(str::trim).rfind(|line| !line.is_empty());
    last.unwrap_or("it gave no reason").to_owned()
}
