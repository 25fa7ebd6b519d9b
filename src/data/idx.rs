//! The IDX format, in which MNIST and its kin are published.
//!
//! All integers are 32 bits, big-endian:
//!
//! ```text
//! images   0x00000803   n   rows   columns   n · rows · columns bytes, row by row
//! labels   0x00000801   n                    n bytes
//! ```
//!
//! A header is believed only once the file's length agrees with it, and nothing is allocated
//! before that: a header that claims 4 GB costs nothing. Every error names the byte.

use crate::error::{Error, Result};
use std::path::Path;

/// How many classes there are: a label is a number below this.
pub const CLASSES: u8 = 10;

/// Images as they lie in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pixels<'a> {
    /// How many images.
    pub n: usize,
    /// Pixels from top to bottom.
    pub rows: usize,
    /// Pixels from left to right.
    pub columns: usize,
    /// `n · rows · columns` grey values, row by row, 0 for the background.
    pub values: &'a [u8],
}

/// Reads an image file; `path` is for messages only.
///
/// # Errors
/// [`Error::Malformed`] with the byte at which the file is not what it should be.
pub fn parse_images<'a>(path: &Path, bytes: &'a [u8]) -> Result<Pixels<'a>> {
    magic(path, bytes, 0x0803, "an image file")?;
    let [n, rows, columns] = [integer(path, bytes, 4)?, integer(path, bytes, 8)?, integer(path, bytes, 12)?];
    // Three 32-bit factors fit into 96 bits, so this product cannot overflow.
    let promised = u128::from(n) * u128::from(rows) * u128::from(columns);
    let values = payload(path, bytes, 16, promised, &format!("{n} images of {rows} x {columns} pixels"))?;
    Ok(Pixels { n: n as usize, rows: rows as usize, columns: columns as usize, values })
}

/// Reads a label file: one class below [`CLASSES`] for each image; `path` is for messages only.
///
/// # Errors
/// [`Error::Malformed`] with the byte at which the file is not what it should be.
pub fn parse_labels<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a [u8]> {
    magic(path, bytes, 0x0801, "a label file")?;
    let n = integer(path, bytes, 4)?;
    let labels = payload(path, bytes, 8, n.into(), &format!("{n} labels"))?;
    match labels.iter().position(|&label| label >= CLASSES) {
        None => Ok(labels),
        Some(i) => Err(at(path, 8 + i, format!("the label of image {i} is {}, expected 0 to 9", labels[i]))),
    }
}

fn magic(path: &Path, bytes: &[u8], expected: u32, kind: &str) -> Result<()> {
    let found = integer(path, bytes, 0)?;
    if found == expected {
        return Ok(());
    }
    let hint = match bytes {
        [0x1f, 0x8b, ..] => " (this is a gzip file: unpack it)",
        _ => "",
    };
    Err(at(path, 0, format!("{kind} starts with {expected:#010x}, found {found:#010x}{hint}")))
}

fn integer(path: &Path, bytes: &[u8], offset: usize) -> Result<u32> {
    match bytes.get(offset..).and_then(|rest| rest.first_chunk()) {
        Some(four) => Ok(u32::from_be_bytes(*four)),
        None => Err(at(
            path,
            bytes.len(),
            format!("the file ends inside its header, expected four bytes at {offset}"),
        )),
    }
}

/// The bytes after the header, if there are exactly as many as it promised.
fn payload<'a>(path: &Path, bytes: &'a [u8], start: usize, promised: u128, what: &str) -> Result<&'a [u8]> {
    let values = &bytes[start..];
    let end = start as u128 + promised;
    let promise = format!("but its header promises {what}, which is {end} bytes in all");
    match (values.len() as u128).cmp(&promised) {
        std::cmp::Ordering::Equal => Ok(values),
        std::cmp::Ordering::Less => Err(at(path, bytes.len(), format!("the file ends here, {promise}"))),
        std::cmp::Ordering::Greater => {
            Err(at(path, end as usize, format!("the file goes on here, {promise}")))
        }
    }
}

fn at(path: &Path, offset: usize, problem: String) -> Error {
    Error::malformed(path, format!("byte {offset}"), problem)
}

#[cfg(test)]
mod tests {
    use crate::data::idx::{parse_images, parse_labels};
    use std::path::Path;

    fn images(n: u32, rows: u32, columns: u32, values: &[u8]) -> Vec<u8> {
        let header = [0x0803, n, rows, columns].map(u32::to_be_bytes);
        [header.as_flattened(), values].concat()
    }

    fn labels(n: u32, values: &[u8]) -> Vec<u8> {
        let header = [0x0801, n].map(u32::to_be_bytes);
        [header.as_flattened(), values].concat()
    }

    fn image_error(bytes: &[u8]) -> String {
        parse_images(Path::new("pixels"), bytes).unwrap_err().to_string()
    }

    fn label_error(bytes: &[u8]) -> String {
        parse_labels(Path::new("labels"), bytes).unwrap_err().to_string()
    }

    #[test]
    fn a_good_file_gives_its_shape_and_its_bytes() {
        let file = images(2, 1, 3, &[1, 2, 3, 4, 5, 6]);
        let found = parse_images(Path::new("pixels"), &file).unwrap();
        assert_eq!((found.n, found.rows, found.columns, found.values), (2, 1, 3, &[1, 2, 3, 4, 5, 6][..]));
        assert_eq!(parse_labels(Path::new("labels"), &labels(3, &[9, 0, 4])).unwrap(), [9, 0, 4]);
    }

    #[test]
    fn a_truncated_image_file_names_the_byte_where_it_ends() {
        let message = image_error(&images(2, 1, 3, &[1, 2, 3, 4, 5]));
        assert!(message.starts_with("pixels, byte 21: the file ends here"), "{message}");
        assert!(message.contains("2 images of 1 x 3 pixels, which is 22 bytes"), "{message}");
    }

    #[test]
    fn every_truncation_is_an_error_and_never_a_panic() {
        let (pixels, classes) = (images(2, 1, 3, &[1, 2, 3, 4, 5, 6]), labels(2, &[1, 2]));
        for end in 0..pixels.len() {
            assert!(image_error(&pixels[..end]).starts_with(&format!("pixels, byte {end}: the file ends")));
        }
        for end in 0..classes.len() {
            assert!(label_error(&classes[..end]).starts_with(&format!("labels, byte {end}: the file ends")));
        }
    }

    #[test]
    fn a_wrong_magic_number_is_named_with_the_expected_one() {
        let message = image_error(&labels(1, &[3]));
        assert_eq!(message, "pixels, byte 0: an image file starts with 0x00000803, found 0x00000801");
        assert!(label_error(&images(0, 0, 0, &[])).contains("starts with 0x00000801, found 0x00000803"));
        assert!(label_error(&[0x1f, 0x8b, 8, 0]).contains("gzip"));
    }

    #[test]
    fn more_bytes_than_the_header_promises_are_refused() {
        let message = label_error(&labels(2, &[1, 2, 3]));
        assert!(message.starts_with("labels, byte 10: the file goes on here"), "{message}");
    }

    #[test]
    fn a_header_that_claims_more_than_memory_holds_is_refused() {
        let message = image_error(&images(u32::MAX, u32::MAX, u32::MAX, &[0; 100]));
        assert!(message.starts_with("pixels, byte 116: the file ends here"), "{message}");
        // 2^32 · 2^32 wraps to 0 in 64 bits: a wrapped product would believe this header.
        let message = image_error(&images(1 << 31, 1 << 31, 4, &[]));
        assert!(message.contains("18446744073709551632 bytes"), "{message}");
    }

    #[test]
    fn a_label_over_nine_is_named_with_its_byte() {
        let message = label_error(&labels(3, &[0, 10, 2]));
        assert_eq!(message, "labels, byte 9: the label of image 1 is 10, expected 0 to 9");
    }
}
