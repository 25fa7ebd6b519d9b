//! A lease on a run: whoever holds it trains the run, and other sweeps on the same study leave it alone.
//!
//! A lease is a file under a lock that names its holder and when it was last renewed. A holder that dies
//! loses the lock, and on its own machine the lease is free at once. Where the filesystem carries no locks
//! between machines, another machine's lease counts until it has not been renewed for `STALE_AFTER`.

use crate::error::Result;
use crate::lock;
use crate::machine;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How often a holder renews its lease.
const RENEW_EVERY: Duration = Duration::from_secs(20);
/// After this time without being renewed, a lease of another machine is taken over.
const STALE_AFTER: Duration = Duration::from_secs(600);

/// A lease that this program holds; given back when dropped.
#[derive(Debug)]
pub struct Lease {
    path: PathBuf,
    file: File,
    renewed: Instant,
}

/// Who holds a lease, as its file says.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    host: String,
    pid: u32,
    /// Seconds since 1970 at the last renewal.
    heartbeat: u64,
}

impl Holder {
    fn here() -> Self {
        Self { host: machine::host(), pid: std::process::id(), heartbeat: now() }
    }

    /// Whether this may be a program at work although its lock is not seen here.
    fn may_live(&self) -> bool {
        self.host != machine::host() && now().saturating_sub(self.heartbeat) < STALE_AFTER.as_secs()
    }
}

impl Lease {
    /// Takes the lease at `path`; `None` where somebody at work holds it.
    ///
    /// # Errors
    /// [`crate::error::Error::Io`] where the file cannot be made or locked.
    pub fn take(path: &Path) -> Result<Option<Self>> {
        let Some(mut file) = lock::attempt(path)? else { return Ok(None) };
        let mut text = String::new();
        // A file that cannot be read names nobody; the lock is ours.
        let _ = file.read_to_string(&mut text);
        if serde_json::from_str::<Holder>(&text).is_ok_and(|holder| holder.may_live()) {
            return Ok(None);
        }
        let mut lease = Self { path: path.to_owned(), file, renewed: Instant::now() };
        lease.write();
        Ok(Some(lease))
    }

    /// Says that the holder is still at work, now and then.
    pub fn renew(&mut self) {
        if self.renewed.elapsed() >= RENEW_EVERY {
            self.renewed = Instant::now();
            self.write();
        }
    }

    fn write(&mut self) {
        let text = serde_json::to_string(&Holder::here()).expect("a holder is numbers and words only");
        // On a full disk the lock alone must do.
        let _ = self.file.set_len(0).and_then(|()| self.file.write_all(text.as_bytes()));
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // A file that stays behind is free all the same: its lock goes with the handle, and it names this
        // machine.
        let _ = fs::remove_file(&self.path);
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use crate::lease::{Holder, Lease, STALE_AFTER, now};
    use std::fs;

    #[test]
    fn a_lease_is_held_by_one_at_a_time_and_free_when_it_is_given_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/run.lease");
        let lease = Lease::take(&path).unwrap().unwrap();
        assert!(Lease::take(&path).unwrap().is_none());
        drop(lease);
        assert!(!path.exists());
        assert!(Lease::take(&path).unwrap().is_some());
    }

    #[test]
    fn a_dead_holder_loses_its_lease_here_at_once_and_on_another_machine_when_it_is_stale() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.lease");
        let left_by = |host: &str, seconds_ago: u64| {
            let holder = Holder { host: host.to_owned(), pid: 1, heartbeat: now() - seconds_ago };
            fs::write(&path, serde_json::to_string(&holder).unwrap()).unwrap();
            Lease::take(&path).unwrap().is_some()
        };
        assert!(left_by(&crate::machine::host(), 0), "killed on this machine");
        assert!(!left_by("elsewhere", 5), "at work on a filesystem without locks");
        assert!(left_by("elsewhere", STALE_AFTER.as_secs() + 1), "not heard of for long");
        fs::write(&path, "half a ho").unwrap();
        assert!(Lease::take(&path).unwrap().is_some(), "a file that names nobody is free");
    }
}
