//! NumPy's `.npy`: a short header in Python's notation, then the numbers.

use crate::error::{Error, Result};
use crate::weights::tensor::{Location, MOST_NUMBERS, StoredTensor, is_float, product};
use half::f16;
use npyz::{DType, NpyHeader, NpyReader, Order};
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

/// NumPy writes headers of 64 to a few hundred bytes; one longer than this describes no array of numbers.
const LONGEST_HEADER: usize = 1 << 12;

/// The tensor of a `.npy` file; it is called as the file is.
pub fn tensor(path: &Path) -> Result<StoredTensor> {
    let file = File::open(path).map_err(Error::io("read", path))?;
    let bytes = file.metadata().map_err(Error::io("read", path))?.len();
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    described(path, &name, BufReader::new(file), bytes, Location::Npy { file: path.to_owned() })
}

/// The tensor `name` of an array of `bytes` bytes that `reader` begins to give.
pub fn described(
    path: &Path,
    name: &str,
    reader: impl Read,
    bytes: u64,
    place: Location,
) -> Result<StoredTensor> {
    let (header, start) = header(path, name, reader)?;
    let n = product(path, name, header.shape())?;
    let shape = header.shape().iter().map(|&size| size as usize).collect();
    let dtype = match header.dtype() {
        DType::Plain(kind) => kind.to_string(),
        other => other.descr(),
    };
    if let Some(size) = header.dtype().num_bytes().filter(|_| is_float(&dtype)) {
        let promised = start as u64 + n as u64 * size as u64;
        if bytes < promised {
            return Err(Error::malformed(
                path,
                format!("array {name}"),
                format!(
                    "{n} numbers of shape {:?} take {promised} bytes with their header, there are {bytes}: it is cut off, or its header lies",
                    header.shape()
                ),
            ));
        }
    }
    Ok(StoredTensor { name: name.to_owned(), shape, dtype, place })
}

/// All numbers of a `.npy` file, row-major.
pub fn values(path: &Path) -> Result<Vec<f64>> {
    let file = File::open(path).map_err(Error::io("read", path))?;
    numbers(path, "", BufReader::new(file))
}

/// All numbers of an array that `reader` gives, row-major.
pub fn numbers(path: &Path, name: &str, mut reader: impl Read) -> Result<Vec<f64>> {
    let (header, _) = header(path, name, &mut reader)?;
    let shape: Vec<usize> = header.shape().iter().map(|&size| size as usize).collect();
    let order = header.order();
    let cut_off = |e: io::Error| {
        Error::malformed(path, format!("array {name}"), format!("its numbers cannot be read ({e})"))
    };
    let n = product(path, name, header.shape())?;
    if n > MOST_NUMBERS {
        return Err(Error::Failed(format!("array {name} has {n} numbers, more than are read at once")));
    }
    let wrong_type = |e: npyz::DTypeError| Error::malformed(path, format!("array {name}"), e.to_string());
    let dtype = match header.dtype() {
        DType::Plain(kind) => kind.to_string(),
        other => other.descr(),
    };
    // Half, single or double; big-endian or little-endian, npyz turns the bytes.
    let stored: Vec<f64> = match dtype.trim_start_matches(['<', '>', '=', '|']) {
        "f2" => {
            let all: NpyReader<f16, _> =
                npyz::NpyFile::with_header(header, reader).data().map_err(wrong_type)?;
            all.map(|x| x.map(f64::from)).collect::<io::Result<_>>().map_err(cut_off)?
        }
        "f4" => {
            let all: NpyReader<f32, _> =
                npyz::NpyFile::with_header(header, reader).data().map_err(wrong_type)?;
            all.map(|x| x.map(f64::from)).collect::<io::Result<_>>().map_err(cut_off)?
        }
        _ => {
            let all: NpyReader<f64, _> =
                npyz::NpyFile::with_header(header, reader).data().map_err(wrong_type)?;
            all.collect::<io::Result<_>>().map_err(cut_off)?
        }
    };
    Ok(if order == Order::Fortran { row_major(&stored, &shape) } else { stored })
}

/// Reads a header, and says how many bytes it took.
fn header(path: &Path, name: &str, mut reader: impl Read) -> Result<(NpyHeader, usize)> {
    let wrong = |what: String| Error::malformed(path, format!("array {name}, header"), what);
    // Magic word, version, and the length of what follows: 2 bytes in version 1, 4 later.
    let mut head = [0u8; 12];
    reader
        .read_exact(&mut head)
        .map_err(|_| wrong("it is shorter than 12 bytes: no .npy array".to_owned()))?;
    if &head[..6] != b"\x93NUMPY" {
        return Err(wrong("it does not begin with NumPy's magic word: no .npy array".to_owned()));
    }
    let (fixed, length) = match head[6] {
        1 => (10, usize::from(u16::from_le_bytes([head[8], head[9]]))),
        _ => (12, u32::from_le_bytes([head[8], head[9], head[10], head[11]]) as usize),
    };
    if !(2..=LONGEST_HEADER).contains(&length) {
        return Err(wrong(format!("it says it is {length} bytes long: NumPy writes a few hundred at most")));
    }
    let mut text = vec![0; fixed + length - head.len()];
    reader.read_exact(&mut text).map_err(|_| wrong(format!("the file ends within its {length} bytes")))?;
    let whole = Cursor::new(head.to_vec()).chain(Cursor::new(text));
    let header = NpyHeader::from_reader(whole).map_err(|e| wrong(format!("it cannot be read ({e})")))?;
    Ok((header, fixed + length))
}

/// Numbers stored column by column, in rows.
fn row_major(stored: &[f64], shape: &[usize]) -> Vec<f64> {
    let mut values = Vec::with_capacity(stored.len());
    let mut index = vec![0; shape.len()];
    for _ in 0..stored.len() {
        let place = index.iter().zip(shape).rev().fold(0, |place, (i, size)| place * size + i);
        values.push(stored[place]);
        for (i, size) in index.iter_mut().zip(shape).rev() {
            *i += 1;
            if *i < *size {
                break;
            }
            *i = 0;
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_become_rows() {
        // 2 x 3: rows 1 2 3, 4 5 6.
        assert_eq!(row_major(&[1.0, 4.0, 2.0, 5.0, 3.0, 6.0], &[2, 3]), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        // 2 x 1 x 2: a[i][0][k] = 10 i + k.
        assert_eq!(row_major(&[0.0, 10.0, 1.0, 11.0], &[2, 1, 2]), [0.0, 1.0, 10.0, 11.0]);
    }
}
