//! Matrix products on slices.
//!
//! ```text
//! out (m × n)  =  keep·out + scale · A (m × k) · B (k × n)          keep is 0 or 1
//! ```

use crate::ops::real::Real;
use gemm::{Parallelism, gemm};
use std::ops::Range;

/// A view of a slice as a matrix: row-major, or its transpose.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a, T = f32> {
    data: &'a [T],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a, T: Real> Matrix<'a, T> {
    /// `data` holds `rows × columns` numbers, row after row.
    ///
    /// # Panics
    /// When the length of `data` is another.
    pub fn new(data: &'a [T], rows: usize, columns: usize) -> Self {
        assert_eq!(
            data.len(),
            rows * columns,
            "a {rows} × {columns} matrix needs {} numbers",
            rows * columns
        );
        Self { data, rows, columns, row_stride: columns, column_stride: 1 }
    }

    /// The transpose: the same numbers, read the other way.
    pub fn t(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    /// Some columns of a row-major matrix, all its rows.
    ///
    /// # Panics
    /// When there are no such columns, or the matrix is a transpose.
    pub fn columns(self, columns: Range<usize>) -> Self {
        assert!(self.column_stride == 1, "columns are taken before the transpose");
        assert!(
            columns.start < columns.end && columns.end <= self.columns,
            "{columns:?} of {} columns",
            self.columns
        );
        Self { data: &self.data[columns.start..], columns: columns.len(), ..self }
    }
}

/// Whether a product replaces what stands in `out` or is added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Into {
    /// `out = A·B`
    Replace,
    /// `out += A·B`
    Add,
}

/// `out = A·B` or `out += A·B`, `out` row-major, on this thread alone.
///
/// # Panics
/// When the shapes do not fit.
pub fn matmul<T: Real>(out: &mut [T], a: Matrix<T>, b: Matrix<T>, into: Into) {
    let (m, k, n) = (a.rows, a.columns, b.columns);
    assert_eq!(k, b.rows, "the inner sizes of a product must agree");
    assert_eq!(out.len(), m * n, "the product has {m} × {n} numbers");
    // SAFETY: `Matrix` guarantees that `rows × columns` elements at its strides lie inside its
    // slice, `out` has m × n elements (asserted), and `out` is borrowed mutably, so nothing aliases.
    unsafe {
        gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            n as isize,
            into == Into::Add,
            a.data.as_ptr(),
            a.column_stride as isize,
            a.row_stride as isize,
            b.data.as_ptr(),
            b.column_stride as isize,
            b.row_stride as isize,
            T::one(),
            T::one(),
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_with_transposes_agrees_with_the_definition() {
        let (m, k, n) = (3, 4, 5);
        let a: Vec<f32> = (0..m * k).map(|i| i as f32 - 5.0).collect();
        let b: Vec<f32> = (0..n * k).map(|i| (i * i % 7) as f32).collect();
        let mut out = vec![1.0; m * n];
        matmul(&mut out, Matrix::new(&a, m, k), Matrix::new(&b, n, k).t(), Into::Add);
        for i in 0..m {
            for j in 0..n {
                let sum: f32 = (0..k).map(|l| a[i * k + l] * b[j * k + l]).sum();
                assert_eq!(out[i * n + j], 1.0 + sum);
            }
        }
    }

    #[test]
    fn columns_of_a_matrix_multiply_like_a_copy_of_them() {
        let a: Vec<f32> = (0..12).map(|i| i as f32).collect();
        let copy: Vec<f32> = a.chunks(4).flat_map(|row| row[1..3].to_vec()).collect();
        let (mut found, mut expected) = ([0.0; 9], [0.0; 9]);
        let (view, copy) = (Matrix::new(&a, 3, 4).columns(1..3), Matrix::new(&copy, 3, 2));
        matmul(&mut found, view, view.t(), Into::Replace);
        matmul(&mut expected, copy, copy.t(), Into::Replace);
        assert_eq!(found, expected);
    }
}
