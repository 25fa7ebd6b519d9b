//! Taking files that a person has into `data/cache/`: checked as if they had been fetched.

use crate::data::check;
use crate::data::fetch::unpack;
use crate::data::source::{self, Dataset, SOTU, WIKITEXT_2};
use crate::data::text::Splits;
use crate::data::text::{sotu, wikitext};
use crate::error::{Error, Result};
use crate::paths::{Home, write_whole};
use std::fs;
use std::path::{Path, PathBuf};

/// Takes the dataset called `name` from a person's `folder`: its files, plain or gzipped; WikiText-2 in
/// either form; the State of the Union addresses also as the text files of their package. Says what was
/// taken.
///
/// # Errors
/// [`Error::Usage`] for an unknown name; [`Error::Failed`] naming what was expected where files are missing;
/// [`Error::Malformed`] where one is something else. Nothing is taken then.
pub fn import(home: &Home, name: &str, folder: &Path) -> Result<Vec<PathBuf>> {
    let dataset = source::find(name)?;
    let taken = match whole(&dataset, folder)? {
        Some(files) => files,
        None if dataset == WIKITEXT_2 && has(folder, &wikitext::TOKEN_FILES) => tokens(folder)?,
        None if dataset == SOTU => addresses(folder)?,
        None => return Err(missing(&dataset, folder)),
    };
    let into = home.dataset(dataset.name);
    taken.iter().try_for_each(|(name, bytes)| write_whole(&into.join(name), bytes))?;
    Ok(taken.into_iter().map(|(name, _)| into.join(name)).collect())
}

type Taken = Vec<(&'static str, Vec<u8>)>;

/// All files of a dataset by their own names; `None` where one is missing.
fn whole(dataset: &Dataset, folder: &Path) -> Result<Option<Taken>> {
    let mut taken = Taken::new();
    for file in dataset.files {
        let plain = folder.join(file.name);
        let zipped = folder.join(format!("{}.gz", file.name));
        let Some(path) = [plain, zipped].into_iter().find(|path| path.is_file()) else { return Ok(None) };
        let opened = fs::File::open(&path).map_err(Error::io("read", &path))?;
        let bytes = unpack::file(opened, file).map_err(Error::io("read", &path))?;
        check::content(&path, &bytes, file)?;
        taken.push((file.name, bytes));
    }
    Ok(Some(taken))
}

fn has(folder: &Path, names: &[&str]) -> bool {
    names.iter().all(|name| folder.join(name).is_file())
}

/// WikiText-2 in the form with `<unk>`.
fn tokens(folder: &Path) -> Result<Taken> {
    let paths = wikitext::TOKEN_FILES.map(|name| folder.join(name));
    let read = |path: &PathBuf| wikitext::utf8(path, fs::read(path).map_err(Error::io("read", path))?);
    let splits = Splits { train: read(&paths[0])?, validation: read(&paths[1])?, test: read(&paths[2])? };
    wikitext::check_tokens(&paths, &splits)?;
    let texts = [splits.train, splits.validation, splits.test];
    Ok(wikitext::TOKEN_FILES.into_iter().zip(texts.map(String::into_bytes)).collect())
}

/// The addresses as the text files that their package holds.
fn addresses(folder: &Path) -> Result<Taken> {
    let file = &SOTU.files[0];
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
        let path = entry.map_err(Error::io("read", folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(name) = name.strip_suffix(".txt") {
            texts.push((name.to_owned(), fs::read(&path).map_err(Error::io("read", &path))?));
        }
    }
    if texts.is_empty() {
        return Err(missing(&SOTU, folder));
    }
    let joined = sotu::join(texts);
    check::content(&folder.join("*.txt"), &joined, file)?;
    Ok(vec![(file.name, joined)])
}

fn missing(dataset: &Dataset, folder: &Path) -> Error {
    let names: Vec<&str> = dataset.files.iter().map(|file| file.name).collect();
    let also = match *dataset {
        WIKITEXT_2 => {
            "; the form with <unk> is wiki.train.tokens, wiki.valid.tokens and wiki.test.tokens; parquet files \
             are not read here: write each column `text` as lines first"
        }
        SOTU => {
            "; or the text files of the package, 1790_george_washington_n.txt to 2021_joseph_r_biden_d.txt"
        }
        _ => "",
    };
    Error::Failed(format!("{} does not hold {}{also}", folder.display(), names.join(", ")))
}
