//! A model in several safetensors files, with Hugging Face's index: `{"weight_map": {tensor: file}}`.

use crate::error::{Error, Result};
use crate::weights::safetensors::{Header, header};
use crate::weights::tensor::StoredTensor;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path};

/// An index names tensors and files; one longer than this names none.
const LONGEST: u64 = 100_000_000;

#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

/// The tensors that the index at `path` names, in alphabetical order.
pub fn tensors(path: &Path) -> Result<Vec<StoredTensor>> {
    let wrong = |what: String| Error::malformed(path, "index", what);
    let mut json = Vec::new();
    let file = File::open(path).map_err(Error::io("read", path))?;
    file.take(LONGEST).read_to_end(&mut json).map_err(Error::io("read", path))?;
    let index: Index = serde_json::from_slice(&json).map_err(|e| {
        wrong(format!(
            "it is no index of safetensors files, which has a \"weight_map\" of names and files ({e})"
        ))
    })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut headers: BTreeMap<&str, Header> = BTreeMap::new();
    let mut tensors = Vec::new();
    for (name, shard) in &index.weight_map {
        let plain = matches!(Path::new(shard).components().collect::<Vec<_>>()[..], [Component::Normal(_)]);
        if !plain {
            return Err(wrong(format!(
                "tensor {name} is said to lie in {shard:?}: files of an index lie beside it"
            )));
        }
        let at = folder.join(shard);
        if !headers.contains_key(shard.as_str()) {
            headers.insert(shard, header(&at)?);
        }
        let tensor = headers[shard.as_str()].tensor(&at, name);
        tensors
            .push(tensor.ok_or_else(|| wrong(format!("tensor {name} should lie in {shard}, and does not")))?);
    }
    if tensors.is_empty() {
        return Err(wrong("it names no tensors".to_owned()));
    }
    Ok(tensors)
}
