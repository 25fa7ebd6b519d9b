//! Floating-point formats of safetensors files, little-endian.

use crate::error::{Error, Result};
use half::{bf16, f16};
use safetensors::Dtype;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes that are converted at once: a multiple of every size.
const CHUNK: usize = 1 << 20;

/// A floating-point format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FloatFormat {
    /// IEEE half precision.
    F16,
    /// The upper half of an f32.
    Bf16,
    /// Single precision.
    F32,
    /// Double precision.
    F64,
}

impl FloatFormat {
    /// The format of a safetensors type; `None` for integers and the small floats of quantized weights.
    pub fn of(dtype: Dtype) -> Option<Self> {
        match dtype {
            Dtype::F16 => Some(Self::F16),
            Dtype::BF16 => Some(Self::Bf16),
            Dtype::F32 => Some(Self::F32),
            Dtype::F64 => Some(Self::F64),
            _ => None,
        }
    }

    /// Bytes of a number.
    pub fn bytes(self) -> usize {
        match self {
            Self::F16 | Self::Bf16 => 2,
            Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// Reads `n` numbers from byte `start` of a file.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn read(self, path: &Path, start: u64, n: usize) -> Result<Vec<f64>> {
        let mut file = File::open(path).map_err(Error::io("read", path))?;
        file.seek(SeekFrom::Start(start)).map_err(Error::io("read", path))?;
        let mut values = Vec::with_capacity(n);
        let mut bytes = vec![0; CHUNK.min(n * self.bytes())];
        while values.len() < n {
            let now = CHUNK.min((n - values.len()) * self.bytes());
            file.read_exact(&mut bytes[..now]).map_err(Error::io("read", path))?;
            let numbers = bytes[..now].chunks_exact(self.bytes());
            match self {
                Self::F16 => values.extend(numbers.map(|b| f16::from_le_bytes([b[0], b[1]]).to_f64())),
                Self::Bf16 => values.extend(numbers.map(|b| bf16::from_le_bytes([b[0], b[1]]).to_f64())),
                Self::F32 => {
                    values.extend(numbers.map(|b| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]]))));
                }
                Self::F64 => values.extend(
                    numbers.map(|b| f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]])),
                ),
            }
        }
        Ok(values)
    }
}
