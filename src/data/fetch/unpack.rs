//! Bytes as they arrive, turned into files as they are used: gzip undone, archives searched.
//!
//! Nothing is believed about lengths: whatever an archive claims, at most one byte more than a
//! file's known length is kept of it.

use crate::data::source::File;
use flate2::read::GzDecoder;
use std::io::{self, Read};

/// The most bytes of an archive that are looked through: four times both datasets together.
const ARCHIVE_BYTES: u64 = 512 << 20;

/// The bytes of `file` from `reader`, which gives them plain or gzipped.
///
/// # Errors
/// Those of `reader`, and those of gzip data that is broken or cut off.
pub fn file(mut reader: impl Read, file: &File) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.by_ref().take(2).read_to_end(&mut head)?;
    let gzipped = head == [0x1f, 0x8b];
    let whole = io::Cursor::new(head).chain(reader);
    let mut bytes = Vec::new();
    match gzipped {
        true => GzDecoder::new(whole).take(file.bytes + 1).read_to_end(&mut bytes)?,
        false => whole.take(file.bytes + 1).read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}

/// Those of the `wanted` files that lie in `folder` of a tar archive, plain or gzipped.
///
/// # Errors
/// Those of `archive`, and those of an archive that is broken or cut off.
pub fn archive(archive: impl Read, folder: &str, wanted: &[File]) -> io::Result<Vec<(File, Vec<u8>)>> {
    let mut found = Vec::new();
    for entry in tar::Archive::new(archive.take(ARCHIVE_BYTES)).entries()? {
        let entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let Some(name) = path.trim_start_matches("./").strip_prefix(folder).and_then(|p| p.strip_prefix('/'))
        else {
            continue;
        };
        let plain = name.strip_suffix(".gz").unwrap_or(name);
        if let Some(wanted) = wanted.iter().find(|file| file.name == plain) {
            found.push((*wanted, file(entry, wanted)?));
        }
    }
    Ok(found)
}

/// Name and content of each text file that lies in `folder` of a tar archive, in the archive's order.
///
/// # Errors
/// As [`archive`].
pub fn texts(archive: impl Read, folder: &str) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    for entry in tar::Archive::new(archive.take(ARCHIVE_BYTES)).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let name = path.strip_prefix(folder).and_then(|path| path.strip_prefix('/'));
        if let Some(name) = name.and_then(|name| name.strip_suffix(".txt")) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            found.push((name.to_owned(), bytes));
        }
    }
    Ok(found)
}

/// Those of the `wanted` files that a zip archive holds, in whatever folder.
///
/// # Errors
/// Those of an archive that is broken or cut off.
pub fn zip(bytes: &[u8], wanted: &[File]) -> io::Result<Vec<(File, Vec<u8>)>> {
    let mut archive = zip::ZipArchive::new(io::Cursor::new(bytes)).map_err(io::Error::other)?;
    let mut found = Vec::new();
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(io::Error::other)?;
        let name = entry.name().map_err(io::Error::other)?.rsplit('/').next().unwrap_or_default().to_owned();
        if let Some(wanted) = wanted.iter().find(|file| file.name == name) {
            found.push((*wanted, file(entry, wanted)?));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::data::fetch::unpack;
    use crate::data::source::File;
    use flate2::Compression;
    use flate2::read::GzEncoder;
    use std::io::{self, Read};

    const SMALL: File = File { name: "small", bytes: 4, sha256: "" };

    fn gzip(reader: impl Read) -> Vec<u8> {
        let mut bytes = Vec::new();
        GzEncoder::new(reader, Compression::fast()).read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn gzipped_and_plain_bytes_give_the_same_file() {
        assert_eq!(unpack::file(&b"abcd"[..], &SMALL).unwrap(), b"abcd");
        assert_eq!(unpack::file(&gzip(&b"abcd"[..])[..], &SMALL).unwrap(), b"abcd");
        assert_eq!(unpack::file(&b""[..], &SMALL).unwrap(), b"");
    }

    #[test]
    fn a_gzip_bomb_is_cut_one_byte_past_the_known_length() {
        let bomb = gzip(io::repeat(0).take(50_000_000));
        assert_eq!(unpack::file(&bomb[..], &SMALL).unwrap(), [0; 5]);
    }

    #[test]
    fn gzip_data_that_is_cut_off_is_an_error() {
        let whole = gzip(&b"abcd"[..]);
        for end in 3..whole.len() {
            assert!(unpack::file(&whole[..end], &SMALL).is_err(), "{end} of {} bytes", whole.len());
        }
    }

    #[test]
    fn a_zip_archive_gives_the_wanted_files_of_any_folder_and_a_cut_one_is_an_error() {
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, text) in [("wiki/small", "abcd"), ("wiki/other", "efgh")] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        assert_eq!(unpack::zip(&bytes, &[SMALL]).unwrap(), [(SMALL, b"abcd".to_vec())]);
        assert!(unpack::zip(&bytes[..bytes.len() / 2], &[SMALL]).is_err());
    }

    #[test]
    fn only_wanted_files_of_the_right_folder_leave_an_archive() {
        let mut tar = tar::Builder::new(Vec::new());
        for (path, bytes) in [
            ("./data/other", "abcd"),
            ("small", "bad1"),
            ("data/deep/small", "bad2"),
            ("./data/small", "good"),
        ] {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            tar.append_data(&mut header, path, bytes.as_bytes()).unwrap();
        }
        let tar = tar.into_inner().unwrap();
        assert_eq!(unpack::archive(&tar[..], "data", &[SMALL]).unwrap(), [(SMALL, b"good".to_vec())]);
    }
}
