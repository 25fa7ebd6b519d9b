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

/// What a product does to what stands in `out`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// `out = A·B`
    Replace,
    /// `out += A·B`
    Add,
}

/// `out = A·B` or `out += A·B`, `out` row-major, on this thread alone.
///
/// # Panics
/// When the shapes do not fit.
pub fn matmul<T: Real>(out: &mut [T], a: Matrix<T>, b: Matrix<T>, write: Write) {
    let (m, k, n) = (a.rows, a.columns, b.columns);
    assert_eq!(k, b.rows, "the inner sizes of a product must agree");
    assert_eq!(out.len(), m * n, "the product has {m} × {n} numbers");
    let first = cut::<T>(m, k, n).unwrap_or(n);
    for columns in [0..first, first..n].into_iter().filter(|columns| !columns.is_empty()) {
        // SAFETY: `Matrix` guarantees that `rows × columns` elements at its strides lie inside its slice,
        // and `columns` are some of b's; `out` has m × n elements (asserted), of which these columns are
        // written, and is borrowed mutably, so nothing aliases.
        unsafe {
            gemm(
                m,
                columns.len(),
                k,
                out.as_mut_ptr().add(columns.start),
                1,
                n as isize,
                write == Write::Add,
                a.data.as_ptr(),
                a.column_stride as isize,
                a.row_stride as isize,
                b.data.as_ptr().add(columns.start * b.column_stride),
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
}

/// Where to cut the columns of a product in two, if at all.
///
/// gemm goes through the columns in panels of four of the widest registers, and is slow in a last panel that
/// fills only one. In a product of a few panels that is felt (200 columns: a tenth of the time), so it is cut
/// at half a panel, and no part ends so. Each number is the same sum, in the same order: the sizes at which
/// gemm goes another way (a single row or column, 256 numbers in all, 64 rows and columns) are not touched.
fn cut<T>(m: usize, k: usize, n: usize) -> Option<usize> {
    let lanes = 64 / size_of::<T>();
    let panel = 4 * lanes;
    let first = (n / 2).saturating_sub(panel / 2) / panel * panel + panel / 2;
    let ends_narrow = (1..=lanes).contains(&(n % panel));
    (ends_narrow && n < 6 * panel && first > 64 && m >= 16 && k >= 16).then_some(first)
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
        matmul(&mut out, Matrix::new(&a, m, k), Matrix::new(&b, n, k).t(), Write::Add);
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
        matmul(&mut found, view, view.t(), Write::Replace);
        matmul(&mut expected, copy, copy.t(), Write::Replace);
        assert_eq!(found, expected);
    }

    #[test]
    fn a_product_that_is_cut_has_the_bits_of_a_wider_one_that_is_not() {
        for (m, k, wide) in [(16, 16, 240), (40, 600, 240), (200, 400, 240), (40, 600, 300)] {
            let number = |i: usize| (i * 7919 % 1009) as f32 / 500.0 - 1.0;
            let a: Vec<f32> = (0..m * k).map(number).collect();
            let b: Vec<f32> = (0..k * wide).map(number).collect();
            let mut whole = vec![0.0; m * wide];
            let (left, right) = (Matrix::new(&a, m, k), Matrix::new(&b, k, wide));
            matmul(&mut whole, left, right, Write::Replace);
            for n in (wide - 60..wide).filter(|&n| cut::<f32>(m, k, n).is_some()) {
                let mut found = vec![f32::NAN; m * n];
                matmul(&mut found, left, right.columns(0..n), Write::Replace);
                let same = found.chunks(n).zip(whole.chunks(wide)).all(|(row, all)| *row == all[..n]);
                assert!(same, "{n} of {wide} columns");
            }
        }
        assert_eq!((cut::<f32>(200, 400, 200), cut::<f32>(200, 400, 208)), (Some(96), Some(96)));
        assert_eq!((cut::<f32>(200, 400, 192), cut::<f32>(3, 400, 200)), (None, None));
        assert_eq!((cut::<f64>(200, 400, 168), cut::<f64>(200, 400, 200)), (Some(80), None));
    }
}
