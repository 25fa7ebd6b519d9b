//! NumPy's `.npz`: a zip archive of `.npy` files, stored or deflated.
//!
//! An entry's array must fit into the length that the archive's directory states, and never more
//! than the array's own length is unpacked: a bomb is refused by its header.

use crate::error::{Error, Result};
use crate::weights::npy;
use crate::weights::tensor::{Location, StoredTensor};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use zip::ZipArchive;

/// The arrays of the archive, in its order.
pub fn tensors(path: &Path) -> Result<Vec<StoredTensor>> {
    let mut archive = open(path)?;
    let mut tensors = Vec::new();
    for entry in 0..archive.len() {
        let file = archive.by_index(entry).map_err(|e| broken(path, format!("entry {entry}"), &e))?;
        let name = file.name().map_err(|e| broken(path, format!("entry {entry}"), &e))?.into_owned();
        let Some(array) = name.strip_suffix(".npy") else { continue };
        let (array, bytes) = (array.to_owned(), file.size());
        tensors.push(npy::described(
            path,
            &array,
            file,
            bytes,
            Location::Npz { file: path.to_owned(), entry },
        )?);
    }
    if tensors.is_empty() {
        return Err(Error::malformed(
            path,
            "archive",
            "it holds no .npy array: was it written by numpy.savez?",
        ));
    }
    Ok(tensors)
}

/// The numbers of one entry, row-major.
pub fn values(path: &Path, entry: usize, name: &str) -> Result<Vec<f64>> {
    let mut archive = open(path)?;
    let file = archive.by_index(entry).map_err(|e| broken(path, format!("entry {entry}"), &e))?;
    let mut file = BufReader::new(file);
    let values = npy::numbers(path, name, &mut file)?;
    // The entry's checksum is checked where it ends, and that must be here.
    match file.read(&mut [0]) {
        Ok(0) => Ok(values),
        Ok(_) => Err(Error::malformed(path, format!("array {name}"), "it goes on after its last number")),
        Err(why) => Err(Error::malformed(
            path,
            format!("array {name}"),
            format!("it is damaged ({why}): copy or save the file again"),
        )),
    }
}

fn open(path: &Path) -> Result<ZipArchive<BufReader<File>>> {
    let file = File::open(path).map_err(Error::io("read", path))?;
    ZipArchive::new(BufReader::new(file)).map_err(|e| broken(path, "archive".to_owned(), &e))
}

fn broken(path: &Path, place: String, why: &zip::result::ZipError) -> Error {
    Error::malformed(path, place, format!("it cannot be unpacked ({why}): is it a .npz, and whole?"))
}
