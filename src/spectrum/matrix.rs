//! The weight matrices of a layer, a convolution cut into one for each place of its kernel.
//!
//! A 2-D weight is one matrix. A convolution's weight of shape out × in × i × j is cut into i·j
//! matrices out × in, one a place of the kernel, each times √½, as WeightWatcher does with pooled
//! slices and original 002's esd.py with `conv_norm` 0.5. A weight of shape i × j × in × out (TensorFlow's
//! order) is recognized, as there, by `shape[0] + shape[1] < shape[2] + shape[3]`.
//!
//! A 1-D convolution, out × in × i with i at most [`LONGEST_KERNEL`], is cut likewise. (WeightWatcher leaves
//! it out. Three sizes with a longer last one are something else: a stack of matrices, a filter bank.)

use crate::error::{Error, Result};

/// A weight matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightMatrix {
    /// From top to bottom.
    pub rows: usize,
    /// From left to right.
    pub cols: usize,
    /// `rows · cols` numbers, row by row.
    pub values: Vec<f64>,
}

impl WeightMatrix {
    /// The matrix with these values, row-major.
    ///
    /// # Panics
    /// When there are not `rows · cols` of them.
    pub fn new(rows: usize, cols: usize, values: Vec<f64>) -> Self {
        assert_eq!(values.len(), rows * cols, "a {rows} x {cols} matrix has as many numbers");
        Self { rows, cols, values }
    }

    /// The smaller side M: how many eigenvalues `W Wᵀ` has.
    pub fn smaller(&self) -> usize {
        self.rows.min(self.cols)
    }

    /// The larger side N.
    pub fn larger(&self) -> usize {
        self.rows.max(self.cols)
    }
}

/// The longest kernel of a 1-D convolution.
pub const LONGEST_KERNEL: usize = 32;

/// The four sizes of a weight that is a matrix or a convolution; `None` for anything else.
fn sizes(shape: &[usize]) -> Option<[usize; 4]> {
    match *shape {
        [rows, cols] => Some([rows, cols, 1, 1]),
        [out, inputs, kernel] if kernel <= LONGEST_KERNEL => Some([out, inputs, 1, kernel]),
        [a, b, c, d] => Some([a, b, c, d]),
        _ => None,
    }
}

/// How many eigenvalues a weight of this shape has, all slices together; `None` where it is neither a
/// matrix nor a convolution.
pub fn eigenvalue_count(shape: &[usize]) -> Option<usize> {
    let [a, b, c, d] = sizes(shape)?;
    let (smaller, field) = if a + b >= c + d { (a.min(b), [c, d]) } else { (c.min(d), [a, b]) };
    Some(smaller.saturating_mul(field[0].saturating_mul(field[1])))
}

/// The matrices of the layer `name`, whose weight has this `shape`, row-major.
///
/// # Errors
/// [`Error::Failed`] where the shape is neither 2-D nor a convolution's, or a weight is not finite
/// (naming its row and column), or all of them are zero.
pub fn slices(name: &str, shape: &[usize], values: Vec<f64>) -> Result<Vec<WeightMatrix>> {
    let wrong = |problem: String| Err(Error::Failed(format!("layer {name}: {problem}")));
    if let Some(at) = values.iter().position(|w| !w.is_finite()) {
        return wrong(format!(
            "the weight at {} is {}: the run that made it has diverged, or the file is damaged",
            place(shape, at),
            values[at]
        ));
    }
    if values.iter().all(|&w| w == 0.0) {
        return wrong(
            "all its weights are zero: it has no spectrum (was it ever trained, or pruned away?)".to_owned(),
        );
    }
    let Some([a, b, c, d]) = sizes(shape) else {
        return wrong(format!(
            "its shape {shape:?} is that of no matrix and no convolution: only those have a spectrum here"
        ));
    };
    if shape.len() == 2 {
        return Ok(vec![WeightMatrix::new(a, b, values)]);
    }
    let scaled = |slice: &mut dyn Iterator<Item = &f64>| slice.map(|w| w * HALF_ROOT).collect::<Vec<f64>>();
    Ok(if a + b >= c + d {
        let slice = |k: usize| scaled(&mut values.iter().skip(k).step_by(c * d));
        (0..c * d).map(|k| WeightMatrix::new(a, b, slice(k))).collect()
    } else {
        let slice = |k: usize| scaled(&mut values[k * c * d..(k + 1) * c * d].iter());
        (0..a * b).map(|k| WeightMatrix::new(c, d, slice(k))).collect()
    })
}

/// √½: WeightWatcher's factor on the slices of a convolution.
const HALF_ROOT: f64 = std::f64::consts::FRAC_1_SQRT_2;

/// Where number `at` of a weight stands, in words, counted from 0.
fn place(shape: &[usize], at: usize) -> String {
    let mut rest = at;
    let mut index = vec![0; shape.len()];
    for (place, size) in index.iter_mut().zip(shape).rev() {
        *place = rest % size.max(&1);
        rest /= size.max(&1);
    }
    match *index.as_slice() {
        [row, column] => format!("row {row}, column {column}"),
        [row, column, i] => format!("row {row}, column {column}, kernel place {i}"),
        [row, column, i, j] => format!("row {row}, column {column}, kernel place ({i}, {j})"),
        _ => format!("place {index:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_of_one_place_is_the_matrix_times_the_root_of_a_half() {
        let values: Vec<f64> = (1..=6).map(f64::from).collect();
        let cut = slices("c", &[3, 2, 1, 1], values.clone()).unwrap();
        assert_eq!(cut, [WeightMatrix::new(3, 2, values.iter().map(|w| w * HALF_ROOT).collect())]);
    }

    #[test]
    fn both_orders_of_a_convolution_give_the_same_matrices() {
        // out 5, in 4, kernel 1 x 2: torch[o][i][0][j] and tensorflow[0][j][i][o].
        let weight = |o: usize, i: usize, j: usize| (1 + 100 * o + 10 * i + j) as f64;
        let all = |f: &dyn Fn(usize, usize, usize) -> (usize, usize, usize), sizes: [usize; 3]| {
            let mut values = Vec::new();
            for a in 0..sizes[0] {
                for b in 0..sizes[1] {
                    for c in 0..sizes[2] {
                        let (o, i, j) = f(a, b, c);
                        values.push(weight(o, i, j));
                    }
                }
            }
            values
        };
        let torch = slices("t", &[5, 4, 1, 2], all(&|o, i, j| (o, i, j), [5, 4, 2])).unwrap();
        let tensorflow = slices("f", &[1, 2, 4, 5], all(&|j, i, o| (o, i, j), [2, 4, 5])).unwrap();
        for (a, b) in torch.iter().zip(&tensorflow) {
            let turned: Vec<f64> = (0..20).map(|k| b.values[(k % 4) * 5 + k / 4]).collect();
            assert_eq!(a.values, turned);
        }
    }

    #[test]
    fn a_weight_that_is_not_finite_is_named_with_its_place() {
        let mut values = vec![1.0; 12];
        values[7] = f64::NAN;
        let said = slices("fc1", &[3, 4], values.clone()).unwrap_err().to_string();
        assert!(said.contains("fc1") && said.contains("row 1, column 3") && said.contains("NaN"), "{said}");
        values[7] = f64::INFINITY;
        let said = slices("conv", &[3, 2, 1, 2], values).unwrap_err().to_string();
        assert!(said.contains("row 1, column 1, kernel place (0, 1)"), "{said}");
        assert!(
            slices("z", &[2, 2], vec![0.0; 4]).unwrap_err().to_string().contains("all its weights are zero")
        );
        assert!(slices("v", &[4], vec![1.0; 4]).is_err());
        assert!(slices("stack", &[2, 2, 40], vec![1.0; 160]).is_err());
    }
}
