//! The two precisions that networks compute in: `f32`, and `f64` where the question is precision itself.

use num_traits::Float;
use std::iter::Sum;
use std::ops::{AddAssign, MulAssign, SubAssign};

/// A floating-point number that networks compute in.
pub trait Real: Float + AddAssign + SubAssign + MulAssign + Sum + Default + Send + Sync + 'static {
    /// The nearest number of this precision.
    fn of(x: f64) -> Self;
    /// The same number in double precision.
    fn wide(self) -> f64;
    /// Single-precision numbers in this precision: themselves, or converted into `space`.
    fn lend<'a>(values: &'a [f32], space: &'a mut Vec<Self>) -> &'a [Self];
    /// Little-endian bytes, for checkpoints.
    fn to_bytes(values: &[Self]) -> Vec<u8>;
    /// What [`Real::to_bytes`] wrote; a rest shorter than a number is passed over.
    fn from_bytes(bytes: &[u8]) -> Vec<Self>;
}

impl Real for f32 {
    fn of(x: f64) -> Self {
        x as Self
    }

    fn wide(self) -> f64 {
        f64::from(self)
    }

    fn lend<'a>(values: &'a [f32], _: &'a mut Vec<Self>) -> &'a [Self] {
        values
    }

    fn to_bytes(values: &[Self]) -> Vec<u8> {
        values.iter().flat_map(|v| v.to_le_bytes()).collect()
    }

    fn from_bytes(bytes: &[u8]) -> Vec<Self> {
        bytes.as_chunks().0.iter().map(|b| Self::from_le_bytes(*b)).collect()
    }
}

impl Real for f64 {
    fn of(x: f64) -> Self {
        x
    }

    fn wide(self) -> f64 {
        self
    }

    fn lend<'a>(values: &'a [f32], space: &'a mut Vec<Self>) -> &'a [Self] {
        space.clear();
        space.extend(values.iter().map(|&v| Self::from(v)));
        space
    }

    fn to_bytes(values: &[Self]) -> Vec<u8> {
        values.iter().flat_map(|v| v.to_le_bytes()).collect()
    }

    fn from_bytes(bytes: &[u8]) -> Vec<Self> {
        bytes.as_chunks().0.iter().map(|b| Self::from_le_bytes(*b)).collect()
    }
}
