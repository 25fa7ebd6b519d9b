//! What lies in `data/cache/`: loaded where it is right, told apart where it is wrong.

use crate::place::{NAMES, Place, contents, dataset};
use lawbook::data::check::{self, FileState};
use lawbook::data::fetch::verify;
use lawbook::data::images;

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
    assert!(verify(&place.home, "mnist").unwrap().iter().all(|report| report.state == FileState::Missing));
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
    assert!(short.contains(&format!("expected {}", lawbook::identity::sha256(&contents[2]))), "{short}");
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
    let FileState::Wrong { problem } = &reports[0].state else { panic!("{:?}", reports[0]) };
    let (found, expected) = (lawbook::identity::sha256(&flipped), lawbook::identity::sha256(&contents[0]));
    assert!(problem.contains(&format!("its SHA-256 is {found}, expected {expected}")), "{problem}");
    let FileState::Wrong { problem } = &reports[3].state else { panic!("{:?}", reports[3]) };
    assert!(problem.contains("test-labels, byte 10: the file goes on here"), "{problem}");
}
