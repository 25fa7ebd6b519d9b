//! stub
#![allow(missing_docs)]
use crate::error::{Error, Result};
use crate::paths::Home;
#[derive(Debug, Clone)]
pub struct Split {
    pub pixels: Vec<u8>,
    pub labels: Vec<u8>,
    pub n: usize,
    pub size: usize,
}
#[derive(Debug, Clone)]
pub struct Images {
    pub train: Split,
    pub test: Split,
}
pub fn load(home: &Home, name: &str) -> Result<Images> {
    let f = |n: &str, skip: usize| {
        std::fs::read(home.dataset(name).join(n))
            .map(|b| b[skip..].to_vec())
            .map_err(Error::io("read", &home.dataset(name)))
    };
    let split = |i: &str, l: &str| -> Result<Split> {
        let labels = f(l, 8)?;
        Ok(Split { pixels: f(i, 16)?, n: labels.len(), labels, size: 784 })
    };
    Ok(Images {
        train: split("train-images-idx3-ubyte", "train-labels-idx1-ubyte")?,
        test: split("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")?,
    })
}
