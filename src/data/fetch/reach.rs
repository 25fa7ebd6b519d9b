//! How far a fetch reaches out: where it looks for clients, and how long it waits for anybody.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The bounds of a fetch; [`Reach::default`] is what the command line uses.
///
/// | field | default | effect |
/// |---|---|---|
/// | `path` | the environment's `PATH` | folders in which npm, apt-get, dpkg-deb and python3 are looked for |
/// | `connect` | 5 s | to find a mirror's address, and again to connect to it |
/// | `stall` | 15 s | the longest silence of a mirror |
/// | `download` | 600 s | for one file of a mirror, however steadily it trickles |
/// | `client` | 180 s | for one command of a package client |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Folders in which clients are looked for, separated as in `PATH`.
    pub path: OsString,
    /// The longest wait for a name, and for a connection.
    pub connect: Duration,
    /// The longest wait for the next bytes.
    pub stall: Duration,
    /// The longest wait for a whole file.
    pub download: Duration,
    /// The longest wait for a package client.
    pub client: Duration,
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            path: env::var_os("PATH").unwrap_or_default(),
            connect: Duration::from_secs(5),
            stall: Duration::from_secs(15),
            download: Duration::from_secs(600),
            client: Duration::from_secs(180),
        }
    }
}

impl Reach {
    /// The program called `name`, if one of the folders in `path` has it.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        env::split_paths(&self.path)
            .map(|folder| folder.join(name))
            .find(|program: &PathBuf| Path::is_file(program))
    }
}
