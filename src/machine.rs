//! The machine and the program: facts that a record reports and no result depends on.

use std::path::Path;
use std::process::Command;

/// Architecture and the widest vector instructions it offers, as the numeric kernels see them:
/// "x86_64+avx512f".
pub fn isa() -> String {
    let arch = std::env::consts::ARCH;
    match vectors() {
        Some(widest) => format!("{arch}+{widest}"),
        None => arch.to_owned(),
    }
}

#[cfg(target_arch = "x86_64")]
fn vectors() -> Option<&'static str> {
    if std::is_x86_feature_detected!("avx512f") {
        Some("avx512f")
    } else if std::is_x86_feature_detected!("fma") {
        Some("fma")
    } else {
        None
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn vectors() -> Option<&'static str> {
    None
}

/// Largest memory this process ever held, in 2^20 bytes; `None` where the system does not tell.
#[cfg(unix)]
pub fn peak_mb() -> Option<f64> {
    use nix::sys::resource::{UsageWho, getrusage};
    // Linux counts in KiB, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1.0 } else { 1024.0 };
    getrusage(UsageWho::RUSAGE_SELF).ok().map(|usage| usage.max_rss() as f64 * unit / f64::from(1 << 20))
}

/// Largest memory this process ever held, in 2^20 bytes; `None` where the system does not tell.
#[cfg(not(unix))]
pub fn peak_mb() -> Option<f64> {
    None
}

/// A name that tells this machine, since its last start, from others; for leases, never for records.
pub fn host() -> String {
    let read = |path: &str| std::fs::read_to_string(path).map(|text| text.trim().to_owned());
    let name = read("/proc/sys/kernel/hostname").or_else(|_| std::env::var("HOSTNAME"));
    let start = read("/proc/sys/kernel/random/boot_id");
    format!("{}/{}", name.unwrap_or_default(), start.unwrap_or_default())
}

/// Cores this process may use.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The commit checked out at `root`, with "+changes" where `src/` or the lock file differ from it;
/// "unknown" outside a checkout.
pub fn commit(root: &Path) -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    match git(&["rev-parse", "--short=12", "HEAD"]) {
        Some(head) => match git(&["status", "--porcelain", "--", "src", "Cargo.lock"]) {
            Some(changes) if changes.is_empty() => head,
            _ => head + "+changes",
        },
        None => "unknown".to_owned(),
    }
}
